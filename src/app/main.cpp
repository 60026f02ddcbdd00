// `vitrina`: the command line. Each command is a file beside this one.
#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/analyze.h"
#include "app/audit.h"
#include "app/calibrate.h"
#include "app/evaluate.h"
#include "app/exit_code.h"
#include "app/insight.h"
#include "app/models.h"
#include "app/privacy.h"
#include "app/replay.h"
#include "app/report.h"
#include "app/serve.h"
#include "app/simulate.h"
#include "app/track.h"
#include "app/version.h"
#include "records/audit_store.h"

namespace {

using namespace vitrina::app;  // NOLINT(google-build-using-namespace): this file is the application
namespace records = vitrina::records;

void add_analyze(CLI::App& commands, AnalyzeRequest& request) {
    CLI::App* command = commands.add_subcommand(
        "analyze", "Analyse a whole video: who was where, for how long, and how sure that is");
    command->add_option("--source", request.source, "Video file, or rtsp, rtsps, http, https address")
        ->required()
        ->type_name("VIDEO");
    command
        ->add_option("--out", request.out,
                     "Folder for events.jsonl, tracks.mot.txt, tracks.smooth.mot.txt, summary.json, "
                     "heatmap.png; with poses "
                     "poses.jsonl too")
        ->required()
        ->type_name("DIR");
    command
        ->add_option("--layout", request.layout,
                     "Zones and lines (docs/layout.md); without it the whole picture")
        ->type_name("FILE");
    command->add_option("--shop", request.shop, "Name of the shop in the events")->capture_default_str();
    command->add_option("--camera", request.camera,
                        "Name of the camera in the events (default: the file's name)");
    command
        ->add_option("--model", request.model,
                     "CenterNet's topology file (default: the checked one of the cache)")
        ->type_name("FILE");
    command->add_option("--threads", request.threads, "Frames analysed at once (default: one for each core)")
        ->check(CLI::Range(1, kThreadsMax));
    command->add_flag("--poses", request.poses,
                      "Look at people's bodies too, and write their joints to poses.jsonl (docs/poses.md)");
    command->add_option("--timings", request.timings, "Write where the time went to this JSON file")
        ->type_name("FILE");
}

// Faster than any camera of a shop.
constexpr double kFrameRateMax = 10'000;

void add_evaluate(CLI::App& commands, EvaluateRequest& request) {
    CLI::App* command = commands.add_subcommand(
        "evaluate", "Measure tracks, and the counts made from them, against labelled truth");
    command->add_option("--tracks", request.tracks, "Tracks in the format of the MOT challenge")
        ->required()
        ->type_name("FILE");
    command
        ->add_option(
            "--truth", request.truth,
            "Truth: MOT challenge (with its seqinfo.ini), or \"CVAT for video 1.1\"; a file or its folder")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--layout", request.layout,
                     "Also compare counts by line and dwell by zone (docs/layout.md)")
        ->type_name("FILE");
    command->add_option("--label", request.label, "Of a CVAT export: the label of people")->type_name("NAME");
    command
        ->add_option(
            "--fps", request.frame_rate,
            "Frames a second, for the dwell (default: seqinfo.ini's, else estimated from walking people)")
        ->check(CLI::Range(0.01, kFrameRateMax));
    command->add_flag("--json", request.json, "Print JSON");
}

void add_track(CLI::App& commands, TrackRequest& request) {
    CLI::App* command = commands.add_subcommand("track", "The tracker alone, on a file of detections");
    command
        ->add_option("--detections", request.detections,
                     "Detections in the format of the MOT challenge: frame,-1,x,y,width,height,score")
        ->required()
        ->type_name("FILE");
    command->add_option("--out", request.out, "Tracks in the same format")->required()->type_name("FILE");
    command->add_flag(
        "--smooth", request.smooth,
        "With gaps and the beginnings of tracks filled in, instead of what was known at each frame");
    command
        ->add_option(
            "--fps", request.frame_rate,
            "Frames a second (default: seqinfo.ini's beside the file, else estimated from walking people)")
        ->check(CLI::Range(0.01, kFrameRateMax));
    command
        ->add_option("--picture", request.picture,
                     "Size of the picture (default: seqinfo.ini's, else as far as the boxes reach)")
        ->type_name("WIDTHxHEIGHT");
}

void add_calibrate(CLI::App& commands, CalibrateRequest& request) {
    CLI::App* command = commands.add_subcommand(
        "calibrate", "Fit a camera to people who walked through its picture, from files of tracks");
    command
        ->add_option("--tracks", request.tracks,
                     "Tracks of the camera in the format of the MOT challenge; several files of one view "
                     "tell more")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--picture", request.picture,
                     "Size of the picture (default: seqinfo.ini's beside the first file)")
        ->type_name("WIDTHxHEIGHT");
    command->add_option("--fps", request.frame_rate, "Frames a second (default: seqinfo.ini's, else 25)")
        ->check(CLI::Range(0.01, kFrameRateMax));
    command
        ->add_option("--height-mean", request.height_mean_m,
                     "Mean height of the people, in metres: the scale comes from it")
        ->check(CLI::Range(1.0, 2.0))
        ->capture_default_str();
    command
        ->add_option(
            "--view", request.view_deg,
            "The lens's horizontal angle of view in degrees, where it is known: makes the tilt surer")
        ->check(CLI::Range(10.0, 150.0));
    command->add_option("--place", request.place, "Where it hangs on the plan, in metres: people don't tell")
        ->expected(2)
        ->type_name("X Y");
    command->add_option("--pan", request.pan_deg, "Where it looks: 0 to the right, 90 down the plan")
        ->check(CLI::Range(-360.0, 360.0))
        ->capture_default_str();
}

void add_serve(CLI::App& commands, ServeRequest& request) {
    CLI::App* command =
        commands.add_subcommand("serve", "Run the shop: cameras, records and the pages in the browser");
    command->add_option("--config", request.config, "vitrina.yaml (docs/config.md)")
        ->required()
        ->type_name("FILE");
    command->add_flag("--check", request.check, "Only check the configuration");
    command->add_option("--dashboard", request.dashboard, "Folder of the pages (default: beside the program)")
        ->type_name("DIR");
}

void add_reset_password(CLI::App& commands, ResetRequest& request) {
    CLI::App* command =
        commands.add_subcommand("reset-password", "Give a user a new password, on this computer");
    command->add_option("--config", request.config, "vitrina.yaml (docs/config.md)")
        ->required()
        ->type_name("FILE");
    command->add_option("user", request.user, "Whose")->required()->type_name("NAME");
}

void add_report(CLI::App& commands, ReportRequest& request) {
    CLI::App* command = commands.add_subcommand(
        "report",
        "What a day, a week or a month of the shop was (docs/reports.md), beside a running shop too");
    command->add_option("--config", request.config, "vitrina.yaml (docs/config.md)")
        ->required()
        ->type_name("FILE");
    command->add_option("--period", request.period, "day, week or month")
        ->check(CLI::IsMember({"day", "week", "month"}))
        ->capture_default_str();
    command->add_option("--date", request.date, "A day of the period (default: the last that is over)")
        ->type_name("YYYY-MM-DD");
    command->add_option("--format", request.format, "html, pdf, csv or json")
        ->check(CLI::IsMember({"html", "pdf", "csv", "json"}))
        ->capture_default_str();
    command->add_option("--language", request.language, "Of html and pdf: en or ru")
        ->check(CLI::IsMember({"en", "ru"}))
        ->capture_default_str();
    command->add_option("--out", request.out, "The file (default: the screen; a PDF needs one)")
        ->type_name("FILE");
}

void add_simulate(CLI::App& commands, SimulateRequest& request) {
    CLI::App* command =
        commands.add_subcommand("simulate", "A simulated shop as its cameras see it, with the truth");
    command->add_option("--shop", request.shop, "The shop (docs/simulation.md)")
        ->required()
        ->type_name("FILE");
    command->add_option("--seed", request.seed, "Another seed, another day")->capture_default_str();
    command->add_option("--out", request.out, "Folder for what was seen and what was true")
        ->required()
        ->type_name("DIR");
    command->add_flag("--join", request.join,
                      "Track people and join the cameras too, as the running shop does");
}

void add_replay(CLI::App& commands, ReplayRequest& request) {
    CLI::App* command = commands.add_subcommand(
        "replay", "Compute the facts of a past period again, from the paths that were stored");
    command->add_option("--config", request.config, "vitrina.yaml (docs/config.md)")
        ->required()
        ->type_name("FILE");
    command->add_option("--from", request.from, "Facts that begin then or later, as 2026-11-23T00:00:00Z")
        ->required()
        ->type_name("T");
    command->add_option("--to", request.to, "And before then (default: now)")->type_name("T");
    command->add_option("--camera", request.camera, "Of this camera alone (default: of all)");
    command->add_option("--threads", request.threads, "Days computed at once")
        ->check(CLI::Range(1, kThreadsMax))
        ->capture_default_str();
}

void add_audit(CLI::App& commands, AuditRequest& request) {
    CLI::App* command = commands.add_subcommand(
        "audit", "How far counts are wrong, as people say who looked at clips picked at random");
    command->add_option("--config", request.config, "vitrina.yaml (docs/config.md)")
        ->required()
        ->type_name("FILE");
    command->add_option("action", request.action, "report, open or close")
        ->check(CLI::IsMember({"report", "open", "close"}))
        ->capture_default_str();
    command->add_option("--minutes", request.minutes, "How long a new audit picks clips")
        ->check(CLI::Range(records::kAuditMinutesMin, records::kAuditMinutesMax))
        ->capture_default_str();
    command
        ->add_option(
            "--clips", request.clips,
            "Of a new audit: the most clips of each line and zone where somebody was counted, and as "
            "many where nobody was")
        ->check(CLI::Range(records::kAuditClipsMin, records::kAuditClipsMax))
        ->capture_default_str();
    command->add_option("--seed", request.seed, "Of a new audit: the same seed picks the same moments")
        ->check(CLI::Range(std::int64_t{0}, records::kAuditSeedMax));
    command->add_flag("--json", request.json, "Print JSON");
}

void add_insight(CLI::App& commands, InsightRequest& request) {
    CLI::App* command =
        commands.add_subcommand("insight", "Facts and figures of sightings on a floor plan, without cameras");
    command->add_option("--sightings", request.sightings, "Who was where (docs/simulation.md)")
        ->required()
        ->type_name("FILE");
    command->add_option("--plan", request.plan, "The floor plan (docs/layout.md)")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--out", request.out,
                     "Folder for events.jsonl, forecast.jsonl, summary.json, space.json, zoning.md")
        ->required()
        ->type_name("DIR");
    command->add_option("--receipts", request.receipts, "What the tills say, one JSON object a line")
        ->type_name("FILE");
    command->add_option("--planogram", request.planogram, "Which goods lie where: CSV with sku and fixture")
        ->type_name("FILE");
    command->add_option("--hours", request.hours, "Hours counted in space.json, such as 9-12,17");
    command->add_option("--weekdays", request.weekdays, "Weekdays counted in space.json, such as sat,sun");
    command->add_option("--sex", request.sex, "Who is counted in space.json: female or male");
    command->add_option("--age", request.age, "Who is counted in space.json: child, young, adult or senior");
    command->add_flag("--staff", request.staff, "Staff is counted in space.json too");
    command->add_option("--shop", request.shop, "Name of the shop in the events")->capture_default_str();
    command->add_option("--utc-offset", request.utc_offset_h, "Hours that the shop's clock is before UTC")
        ->capture_default_str();
    command->add_option("--queue-limit", request.length_limit, "People at each open till that are too many")
        ->capture_default_str();
    command->add_flag("!--no-events", request.events, "Only the figures, not each event");
}

void add_privacy(CLI::App& commands, PrivacyRequest& request) {
    const auto with_config = [&](CLI::App* command) {
        command->add_option("--config", request.config, "vitrina.yaml (docs/config.md)")
            ->required()
            ->type_name("FILE");
        return command;
    };
    const auto with_person = [&](CLI::App* command) {
        command->add_option("--person", request.person, "Number of the person or of the watchlist's entry")
            ->required()
            ->type_name("N");
        return command;
    };
    CLI::App* rights =
        commands.add_subcommand("privacy", "People known by face: their rights, and who looked");
    rights->require_subcommand(1);
    with_person(with_config(rights->add_subcommand("export", "Everything that is kept of somebody, as JSON")))
        ->add_option("--out", request.out, "The file (default: the screen)")
        ->type_name("FILE");
    with_person(with_config(rights->add_subcommand(
        "erase",
        "Destroy somebody's key and everything that is his; while the shop runs, its page does it")));
    with_config(rights->add_subcommand("verify", "Check that the log of who looked at whom is whole"))
        ->add_option("--head", request.head, "A head of it that was kept elsewhere")
        ->type_name("HASH");
    CLI::App* keys = commands.add_subcommand("keys", "The keys that people known by face are sealed with");
    keys->require_subcommand(1);
    with_config(keys->add_subcommand("rotate", "A new master key, while the shop doesn't run"));
}

// CLI11 says of a word that is no command only that one is required.
void refuse_unknown_commands(const CLI::App& program, std::span<char* const> words) {
    const CLI::App* level = &program;
    std::string path = program.get_name();
    for (const std::string_view word : words) {
        const std::vector<const CLI::App*> known = level->get_subcommands({});
        if (known.empty() || word.starts_with('-')) return;
        const auto named = std::find_if(known.begin(), known.end(),
                                        [&](const CLI::App* command) { return command->get_name() == word; });
        if (named == known.end()) {
            std::vector<std::string> names;
            for (const CLI::App* command : known)
                names.push_back(command->get_name());
            const std::string footer = level->get_footer();
            throw CLI::ExtrasError(
                fmt::format("{}: no command is called \"{}\"; there are {}{}{}", path, word,
                            fmt::join(names, ", "), footer.empty() ? "" : "\n", footer),
                CLI::ExitCodes::ExtrasError);
        }
        level = *named;
        path += " " + level->get_name();
    }
}

int ended(const char* command, const vitrina::Result<void>& done) {
    if (done) return kExitDone;
    fmt::print(stderr, "vitrina {}: {}\n", command, done.error().message);
    return exit_code_of(done.error());
}

int run(int argc, char** argv) {
    // A file that grows over its limit is an ordinary error of writing, not the end of the program.
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));

    CLI::App commands(
        "Vitrina: what the cameras of a shop saw, in numbers.\n"
        "Exit codes: 0 done; 1 the work failed; 2 the command line or configuration is wrong.");
    commands.name("vitrina");
    commands.set_version_flag("--version", kVersion);
    commands.require_subcommand(1);

    AnalyzeRequest request;
    add_analyze(commands, request);
    EvaluateRequest evaluating;
    add_evaluate(commands, evaluating);
    TrackRequest tracking;
    add_track(commands, tracking);
    CalibrateRequest fitting;
    add_calibrate(commands, fitting);
    ServeRequest serving;
    add_serve(commands, serving);
    ResetRequest resetting;
    add_reset_password(commands, resetting);
    ReportRequest reporting;
    add_report(commands, reporting);
    SimulateRequest simulating;
    add_simulate(commands, simulating);
    InsightRequest looking;
    add_insight(commands, looking);
    ReplayRequest replaying;
    add_replay(commands, replaying);
    AuditRequest auditing;
    add_audit(commands, auditing);
    PrivacyRequest knowing;
    add_privacy(commands, knowing);
    CLI::App* models = commands.add_subcommand("models", "The networks that this program uses");
    models->require_subcommand(1);
    models->footer("Networks are fetched by scripts/fetch_models.sh.");
    models->add_subcommand("list", "What they are, where they come from, what is known of their licences");
    models->add_subcommand("verify", "Check that they are on this computer, whole and unchanged");

    try {
        const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
        refuse_unknown_commands(commands, words.subspan(words.empty() ? 0 : 1));
        commands.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = commands.exit(error);  // prints help, version or the message
        return code == 0 ? kExitDone : kExitConfiguration;
    }

    if (commands.got_subcommand("keys")) return ended("keys rotate", rotate_keys(knowing));
    if (const CLI::App* rights = commands.get_subcommand("privacy"); rights->parsed()) {
        if (rights->got_subcommand("export")) return ended("privacy export", export_person(knowing));
        if (rights->got_subcommand("erase")) return ended("privacy erase", erase_person(knowing));
        return ended("privacy verify", verify_looks(knowing));
    }
    if (models->got_subcommand("list")) return list_models();
    if (models->got_subcommand("verify")) return verify_models();
    if (commands.got_subcommand("evaluate")) return ended("evaluate", evaluate(evaluating));
    if (commands.got_subcommand("track")) return ended("track", track_detections(tracking));
    if (commands.got_subcommand("calibrate")) return ended("calibrate", calibrate(fitting));
    if (commands.got_subcommand("serve")) return ended("serve", serve(serving));
    if (commands.got_subcommand("report")) return ended("report", report_of(reporting));
    if (commands.got_subcommand("simulate")) return ended("simulate", simulate(simulating));
    if (commands.got_subcommand("insight")) return ended("insight", insight_of(looking));
    if (commands.got_subcommand("reset-password")) return ended("reset-password", reset_password(resetting));
    if (commands.got_subcommand("audit")) return ended("audit", audit(auditing));
    if (commands.got_subcommand("replay")) return ended("replay", replay(replaying));
    return ended("analyze", analyze(request));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& exception) {
        // Only what nobody expects comes here: no memory, above all.
        std::fprintf(stderr, "vitrina: %s\n", exception.what());
        return kExitFailed;
    }
}
