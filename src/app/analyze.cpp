#include "app/analyze.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "app/output_folder.h"
#include "app/progress.h"
#include "app/summary.h"
#include "base/png.h"
#include "base/processor_time.h"
#include "domain/layout_file.h"
#include "insight/heatmap_picture.h"
#include "perceive/centernet.h"
#include "perceive/model_store.h"
#include "perceive/movenet.h"
#include "pipeline/analysis.h"
#include "pipeline/detect_ahead.h"
#include "video/address.h"
#include "video/decode_ahead.h"
#include "video/source.h"

namespace vitrina::app {
namespace {

// A walking person crosses several body widths in this time: slower video can't be followed.
constexpr Duration kFrameStepMax = std::chrono::seconds(1);

// Set aside beside the picture of the heat map: for the summary, and for lines that wait in memory.
constexpr std::int64_t kReserveBytes = 4 << 20;

struct Network {
    std::filesystem::path path;  // of the topology
    std::vector<FileChecksum> files;
};

// The topology and the files of weights that it names. What is no such topology is the importer's to refuse.
Result<std::vector<FileChecksum>> checksums_of(const std::filesystem::path& topology) {
    TRY_ASSIGN(std::string sha256, perceive::sha256_of_file(topology));
    std::vector<FileChecksum> files = {{topology.filename().string(), std::move(sha256)}};
    std::ifstream text(topology);
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("weightsManifest")) return files;
    for (const auto& group : json["weightsManifest"]) {
        if (!group.is_object() || !group.contains("paths")) continue;
        for (const auto& path : group["paths"]) {
            if (!path.is_string()) continue;
            const auto name = path.get<std::string>();
            if (auto checksum = perceive::sha256_of_file(topology.parent_path() / name))
                files.push_back({name, std::move(*checksum)});
        }
    }
    return files;
}

// `wanted`, or the checked network of this name.
Result<Network> find_network(const char* name, const std::filesystem::path& wanted = {}) {
    if (!wanted.empty()) {
        TRY_ASSIGN(auto files, checksums_of(wanted));
        return Network{wanted, std::move(files)};
    }
    TRY_ASSIGN(const perceive::ModelInfo model, perceive::find_model(name));
    TRY_ASSIGN(std::filesystem::path path, perceive::verified_model(model));
    Network network{std::move(path), {}};
    for (const perceive::ModelFile& file : model.files)
        network.files.push_back({file.name, file.sha256});
    return network;
}

Result<std::vector<std::unique_ptr<perceive::Detector>>> make_detectors(const Network& network,
                                                                        const video::SourceInfo& info,
                                                                        int threads,
                                                                        const std::stop_token& stop) {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int count = std::min(threads > 0 ? threads : cores, kThreadsMax);
    std::vector<std::unique_ptr<perceive::Detector>> detectors;
    for (int i = 0; i < count && !stop.stop_requested(); ++i) {
        TRY_ASSIGN(auto detector, perceive::CenterNet::create(network.path, info.width, info.height));
        detectors.push_back(std::move(detector));
    }
    return detectors;
}

std::string name_of(const std::string& shown_address) {
    const std::string name = std::filesystem::path(shown_address).filename().string();
    return name.empty() ? shown_address : name;
}

// "1 frame is", "2 frames are".
std::string counted(std::int64_t count, const char* one, const char* several) {
    return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::vector<std::string> warnings_of(const video::SourceReport& report, std::int64_t frames, SourceTime end) {
    std::vector<std::string> warnings;
    if (report.first_size_change) {
        const video::SizeChange& change = *report.first_size_change;
        warnings.push_back(
            fmt::format("the picture changed its size {}, first at {:.1f} s from {}x{} to {}x{}; boxes "
                        "are given in pixels "
                        "of the first size",
                        counted(report.size_changes, "time", "times"), to_seconds(change.at),
                        change.from_width, change.from_height, change.to_width, change.to_height));
    }
    if (report.damaged_packets > 0)
        warnings.push_back(counted(report.damaged_packets, "damaged packet was", "damaged packets were") +
                           " passed over");
    if (report.damaged_frames > 0)
        warnings.push_back(counted(report.damaged_frames, "frame is", "frames are") + " damaged in part");
    if (frames > 1 && end.time_since_epoch() / (frames - 1) > kFrameStepMax)
        warnings.push_back(
            fmt::format("there is less than a frame in {:.0f} s: people who pass between two frames are "
                        "missed, and those who "
                        "move far between them can't be followed",
                        to_seconds(kFrameStepMax)));
    return warnings;
}

// What happens with many good cameras, and changes little.
std::vector<std::string> notes_of(const video::SourceReport& report) {
    if (report.repaired_timestamps == 0) return {};
    return {counted(report.repaired_timestamps, "timestamp was missing or wrong and was",
                    "timestamps were missing or wrong and were") +
            " repaired from the frame rate"};
}

void say(const std::string& source, const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
        fmt::print(stderr, "vitrina analyze: {}: {}\n", source, line);
}

double seconds_of(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;  // kilobytes on Linux
}

// The first error counts; later ones are its consequences.
void keep_first(std::optional<Error>& first, Result<void> result) {
    if (!result && !first) first = std::move(result).error();
}

// What has to be there before anything is written.
struct Opened {
    std::unique_ptr<video::Source> source;
    std::vector<std::unique_ptr<perceive::Detector>> detectors;
    pipeline::AnalysisOptions options;
};

// One run of the command, from the opened source to the closed files. From its begin on a signal is a wish to
// stop: block_interrupts() was called before.
class Run {
  public:
    Run(const AnalyzeRequest& request, std::string shown_address)
        : request_(request), shown_address_(std::move(shown_address)) {}

    Result<void> operator()();

  private:
    // What the camera is called in the events.
    std::string camera() const {
        return request_.camera.empty() ? std::filesystem::path(source_name_).stem().string()
                                       : request_.camera;
    }
    Result<Opened> open();
    Result<void> prepare_poses();
    Result<void> analyse(Opened opened);
    Result<void> analyse_frames(pipeline::Analysis& analysis, std::span<ResultFile* const> files);
    void write_results(pipeline::Analysis& analysis, std::optional<Error>& error);
    Summary summary_of(const pipeline::Analysis& analysis, const std::optional<Error>& error) const;
    Result<void> write_heatmap(const pipeline::Analysis& analysis) const;
    Result<void> write_timings(const pipeline::Analysis& analysis) const;

    const AnalyzeRequest& request_;
    const std::string shown_address_;
    std::stop_source stop_;
    InterruptWatch interrupts_{[this] { stop_.request_stop(); }};
    Network network_;
    std::string source_name_;
    std::string detector_plan_;
    std::optional<Network> pose_network_;  // when bodies are looked at
    std::unique_ptr<perceive::PoseEstimator> pose_estimator_;
    std::unique_ptr<video::DecodeAhead> decoder_;
    std::unique_ptr<pipeline::DetectAhead> detector_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::nanoseconds processor_time_before_{0};
};

Result<void> Run::prepare_poses() {
    TRY_ASSIGN(pose_network_, find_network(perceive::kPoseNetwork));
    TRY_ASSIGN(pose_estimator_, perceive::MoveNet::create(pose_network_->path));
    return {};
}

Result<Opened> Run::open() {
    std::optional<Layout> drawn;
    if (!request_.layout.empty()) {
        TRY_ASSIGN(drawn, load_layout(request_.layout));
    }
    TRY_ASSIGN(network_, find_network(perceive::kPeopleNetwork, request_.model));
    video::SourceOptions source_options;
    source_options.stop_opening = stop_.get_token();
    Opened opened;
    TRY_ASSIGN(opened.source, video::Source::open(request_.source, source_options));
    source_name_ = name_of(opened.source->shown_address());
    const video::SourceInfo& info = opened.source->info();
    TRY_ASSIGN(opened.detectors, make_detectors(network_, info, request_.threads, stop_.get_token()));
    auto layout = pipeline::layout_for(info.width, info.height, drawn);
    if (!layout) return with_context(request_.layout.string(), std::move(layout).error());
    opened.options.layout = std::move(*layout);
    opened.options.identity = {request_.shop, camera()};
    if (request_.poses || !opened.options.layout.shelves.empty()) TRY(prepare_poses());
    opened.options.pose_network = pose_estimator_.get();
    return opened;
}

Result<void> Run::operator()() {
    auto opened = open();
    // Whatever came of it, the signal is the reason.
    if (stop_.stop_requested())
        return failed(shown_address_ + ": interrupted before the first frame; nothing was written");
    if (!opened) return tl::unexpected(std::move(opened).error());
    return analyse(*std::move(opened));
}

Result<void> Run::analyse(Opened opened) {
    // Nothing is touched in the folder before it is sure that there is something to analyse.
    const std::filesystem::path& out = request_.out;
    const video::SourceInfo info = opened.source->info();
    TRY(make_folder(out));
    const std::int64_t picture_bytes = std::int64_t{3} * info.width * info.height;
    TRY_ASSIGN(DiskReserve reserve, DiskReserve::take(out, kReserveBytes + picture_bytes));
    // Now, so that a path that can't be written is known before hours of work.
    if (!request_.timings.empty()) TRY(write_text(request_.timings, "{}"));
    TRY_ASSIGN(LineFile event_lines, LineFile::create(out / "events.jsonl"));
    TRY_ASSIGN(LineFile track_lines, LineFile::create(out / "tracks.mot.txt"));
    TRY_ASSIGN(LineFile smooth_lines, LineFile::create(out / "tracks.smooth.mot.txt"));
    for (const char* former : {"summary.json", "heatmap.png", "poses.jsonl"}) {
        std::error_code ignored;  // it will be replaced at the end anyhow
        std::filesystem::remove(out / former, ignored);
    }
    EventFile events(std::move(event_lines));
    TrackFile tracks(std::move(track_lines));
    TrackFile smooth_tracks(std::move(smooth_lines));
    std::vector<ResultFile*> files = {&events, &tracks, &smooth_tracks};
    std::optional<PoseFile> poses;
    if (pose_estimator_) {
        TRY_ASSIGN(LineFile pose_lines, LineFile::create(out / "poses.jsonl"));
        files.push_back(&poses.emplace(std::move(pose_lines)));
    }
    pipeline::Analysis analysis(info.width, info.height, std::move(opened.options),
                                {events, tracks, smooth_tracks, poses ? &*poses : nullptr});

    detector_plan_ = opened.detectors.front()->describe();
    processor_time_before_ = process_processor_time();
    began_ = std::chrono::steady_clock::now();
    decoder_ = std::make_unique<video::DecodeAhead>(std::move(opened.source));
    detector_ = std::make_unique<pipeline::DetectAhead>([this] { return decoder_->next(); },
                                                        std::move(opened.detectors));
    const std::stop_callback stop_decoder(stop_.get_token(), [this] { decoder_->ask_to_stop(); });

    std::optional<Error> error;
    keep_first(error, analyse_frames(analysis, files));
    reserve.release();
    keep_first(error, analysis.finish());
    for (ResultFile* file : files)
        keep_first(error, file->close());
    write_results(analysis, error);
    if (!error) return {};
    error->message += fmt::format("; what was seen in {} frames ({:.1f} s) is in {}", analysis.frames(),
                                  to_seconds(analysis.last_time()), out.string());
    return tl::unexpected(*error);
}

Result<void> Run::analyse_frames(pipeline::Analysis& analysis, std::span<ResultFile* const> files) {
    Progress progress(decoder_->info().duration);
    while (true) {
        TRY_ASSIGN(std::optional<pipeline::SeenFrame> seen, detector_->next());
        if (!seen) break;
        TRY(analysis.take(std::move(*seen)));
        for (const ResultFile* file : files)
            if (file->trouble()) return tl::unexpected(*file->trouble());
        progress.show(analysis.frames(), analysis.last_time());
    }
    if (stop_.stop_requested())
        return failed(
            fmt::format("{}: interrupted at {:.1f} s", source_name_, to_seconds(analysis.last_time())));
    const video::SourceReport report = decoder_->report();
    if (report.ending == video::Ending::kEarly) return failed(report.early_end);
    return {};
}

void Run::write_results(pipeline::Analysis& analysis, std::optional<Error>& error) {
    const Summary summary = summary_of(analysis, error);
    keep_first(error, write_text(request_.out / "summary.json", to_json(summary)));
    if (analysis.frames() > 0) keep_first(error, write_heatmap(analysis));
    if (!request_.timings.empty()) keep_first(error, write_timings(analysis));
    // A script wants to know of bad input, only somebody who looks of the rest; the summary holds both.
    say(source_name_, warnings_of(summary.report, summary.frames, summary.end));
    if (isatty(STDERR_FILENO) == 1) say(source_name_, notes_of(summary.report));
    if (isatty(STDOUT_FILENO) == 1)
        fmt::print("{}{}: events.jsonl  tracks.mot.txt  tracks.smooth.mot.txt  {}summary.json  heatmap.png\n",
                   to_text(summary), request_.out.string(), pose_estimator_ ? "poses.jsonl  " : "");
}

Result<void> Run::write_heatmap(const pipeline::Analysis& analysis) const {
    const Picture picture = insight::render_heatmap(analysis.heatmap(), analysis.background());
    return write_png(request_.out / "heatmap.png", picture.width, picture.height, picture.rgb);
}

Summary Run::summary_of(const pipeline::Analysis& analysis, const std::optional<Error>& error) const {
    Summary summary;
    summary.source = source_name_;
    summary.info = decoder_->info();
    summary.report = decoder_->report();
    summary.frames = analysis.frames();
    summary.end = analysis.last_time();
    summary.shop = request_.shop;
    summary.camera = camera();
    summary.layout = analysis.layout().version;
    summary.insight = analysis.summary();
    summary.network = request_.model.empty() ? perceive::kPeopleNetwork : request_.model.filename().string();
    summary.network_files = network_.files;
    summary.detector = detector_plan_;
    if (pose_estimator_) {
        summary.pose_network_files = pose_network_->files;
        summary.pose_estimator = pose_estimator_->describe();
    }
    summary.warnings = warnings_of(summary.report, summary.frames, summary.end);
    for (std::string& note : notes_of(summary.report))
        summary.warnings.push_back(std::move(note));
    if (error) summary.incomplete = error->message;
    return summary;
}

Result<void> Run::write_timings(const pipeline::Analysis& analysis) const {
    Timings timings;
    timings.frames = analysis.frames();
    timings.wall_s = seconds_of(std::chrono::steady_clock::now() - began_);
    timings.decode_s = to_seconds(decoder_->decoding_time());
    timings.inference_s = seconds_of(detector_->processor_time());
    timings.tracking_s = seconds_of(analysis.tracking_time());
    timings.poses_s = seconds_of(analysis.pose_time());
    timings.other_s = seconds_of(process_processor_time() - processor_time_before_) - timings.decode_s -
                      timings.inference_s - timings.tracking_s - timings.poses_s;
    timings.peak_memory_mb = peak_memory_mb();
    return write_text(request_.timings, to_json(timings));
}

}  // namespace

Result<void> analyze(const AnalyzeRequest& request) {
    if (request.out.empty()) return misconfigured("--out is empty");
    // Before anything is loaded: a word that is wrong is wrong whatever else is.
    TRY_ASSIGN(video::Address address, video::parse_address(request.source));
    block_interrupts();
    return Run(request, std::move(address.shown))();
}

}  // namespace vitrina::app
