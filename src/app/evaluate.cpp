#include "app/evaluate.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/mot_frames.h"
#include "domain/layout_file.h"
#include "domain/mot_file.h"
#include "evaluate/comparison.h"
#include "evaluate/counting.h"
#include "evaluate/metrics.h"
#include "evaluate/truth.h"
#include "pipeline/analysis.h"
#include "pipeline/path_facts.h"

namespace vitrina::app {
namespace {

struct Scores {
    evaluate::Comparison comparison;
    evaluate::ClearMot clear;
    evaluate::Identity identity;
    evaluate::Hota hota;
    std::optional<evaluate::CountingErrors> counting;
    std::vector<std::string> warnings;
};

std::vector<TrackBox> boxes_of(const std::vector<evaluate::TruthBox>& truth, double frame_rate) {
    std::vector<TrackBox> boxes;
    boxes.reserve(truth.size());
    for (const evaluate::TruthBox& box : truth)
        boxes.push_back({box.id, box.frame, instant_of_frame(box.frame, frame_rate), box.box, 1, true});
    return boxes;
}

std::vector<TrackBox> boxes_of(const std::vector<MotRow>& rows, double frame_rate) {
    std::vector<TrackBox> boxes;
    boxes.reserve(rows.size());
    for (const MotRow& row : rows) {
        const double score = std::clamp(row.score, 0.0, 1.0);
        boxes.push_back(
            {row.id, row.frame, instant_of_frame(row.frame, frame_rate), row.box, score, score > 0});
    }
    return boxes;
}

Result<evaluate::CountingErrors> count(const EvaluateRequest& request, const evaluate::Truth& truth,
                                       const std::vector<MotRow>& tracks,
                                       std::vector<std::string>& warnings) {
    TRY_ASSIGN(Layout layout, load_layout(request.layout));
    const double width = truth.width.value_or(layout.width);
    const double height = truth.height.value_or(layout.height);
    TRY_ASSIGN(layout, pipeline::layout_for(static_cast<int>(std::lround(width)),
                                            static_cast<int>(std::lround(height)), layout));
    double frame_rate = request.frame_rate > 0 ? request.frame_rate : truth.frame_rate.value_or(0);
    if (frame_rate <= 0) {
        const FrameRate guessed = guess_frame_rate(truth.boxes);
        frame_rate = guessed.value;
        warnings.push_back(guessed.text);
    }
    TRY_ASSIGN(const evaluate::Counted right,
               pipeline::facts_of_paths(boxes_of(truth.boxes, frame_rate), width, height, layout));
    TRY_ASSIGN(const evaluate::Counted found,
               pipeline::facts_of_paths(boxes_of(tracks, frame_rate), width, height, layout));
    return evaluate::counting_errors(right, found);
}

void warn(Scores& scores, const evaluate::Truth& truth) {
    const evaluate::Comparison& comparison = scores.comparison;
    if (comparison.truth_boxes == 0) {
        scores.warnings.push_back(truth.name + ": holds no box to judge by");
        return;
    }
    if (comparison.result_boxes == 0) return;
    const bool apart =
        std::all_of(comparison.frames.begin(), comparison.frames.end(),
                    [](const evaluate::ComparedFrame& frame) { return frame.overlaps.empty(); });
    if (apart)
        scores.warnings.push_back(
            truth.name + ": no box of the tracks touches one of these: the labels of another video?");
}

nlohmann::ordered_json if_known(const std::optional<double>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

std::string error_percent(const std::optional<double>& share) {
    return share ? fmt::format("{:.1f} %", 100 * *share) : std::string("-");
}

std::string signed_percent(const std::optional<double>& share) {
    return share ? fmt::format("{:+.1f} %", 100 * *share) : std::string("-");
}

std::string stays_of(const evaluate::ZoneError& zone) {
    if (!zone.stay_error_s) return "no stay of both";
    return fmt::format("{} stays of both, off by {:.1f} s on the mean", zone.stays_matched,
                       *zone.stay_error_s);
}

nlohmann::ordered_json json_of(const evaluate::CountingErrors& counting) {
    nlohmann::ordered_json json{{"lines", nlohmann::json::array()}, {"zones", nlohmann::json::array()}};
    for (const evaluate::LineError& line : counting.lines)
        json["lines"].push_back({{"line", line.line},
                                 {"in_truth", line.in_truth},
                                 {"in", line.in_result},
                                 {"out_truth", line.out_truth},
                                 {"out", line.out_result},
                                 {"error", if_known(line.error)}});
    for (const evaluate::ZoneError& zone : counting.zones)
        json["zones"].push_back({{"zone", zone.zone},
                                 {"visits_truth", zone.visits_truth},
                                 {"visits", zone.visits_result},
                                 {"dwell_truth_s", to_seconds(zone.dwell_truth)},
                                 {"dwell_s", to_seconds(zone.dwell_result)},
                                 {"error", if_known(zone.error)},
                                 {"stays_matched", zone.stays_matched},
                                 {"stay_error_s", if_known(zone.stay_error_s)}});
    return json;
}

nlohmann::ordered_json json_of(const Scores& scores) {
    const evaluate::ClearMot& clear = scores.clear;
    const evaluate::HotaAt& hota = scores.hota.mean;
    nlohmann::ordered_json json{{"mota", clear.mota},
                                {"motp", clear.motp},
                                {"idsw", clear.switches},
                                {"frag", clear.fragmentations},
                                {"mt", clear.mostly_tracked},
                                {"pt", clear.partly_tracked},
                                {"ml", clear.mostly_lost},
                                {"tp", clear.matched},
                                {"fp", clear.false_boxes},
                                {"fn", clear.missed},
                                {"idf1", scores.identity.idf1},
                                {"idp", scores.identity.precision},
                                {"idr", scores.identity.recall},
                                {"hota", hota.hota},
                                {"deta", hota.detection},
                                {"assa", hota.association},
                                {"loca", hota.localisation}};
    for (const evaluate::HotaAt& at : scores.hota.at)
        json["hota_alpha"].push_back({{"alpha", at.alpha},
                                      {"hota", at.hota},
                                      {"deta", at.detection},
                                      {"assa", at.association},
                                      {"loca", at.localisation}});
    const evaluate::Comparison& comparison = scores.comparison;
    json["truth_boxes"] = comparison.truth_boxes;
    json["boxes"] = comparison.result_boxes;
    json["truth_ids"] = comparison.truth_ids;
    json["ids"] = comparison.result_ids;
    json["frames"] = comparison.frames.size();
    if (scores.counting) json.update(json_of(*scores.counting));
    json["warnings"] = scores.warnings;
    return json;
}

void print_table(const Scores& scores) {
    const evaluate::ClearMot& clear = scores.clear;
    const evaluate::Identity& identity = scores.identity;
    const evaluate::HotaAt& hota = scores.hota.mean;
    const evaluate::Comparison& comparison = scores.comparison;
    fmt::print("truth          {} boxes of {} people; tracks: {} boxes of {}\n", comparison.truth_boxes,
               comparison.truth_ids, comparison.result_boxes, comparison.result_ids);
    if (comparison.result_unjudged > 0)
        fmt::print("not judged     {} boxes in frames that are not labelled\n", comparison.result_unjudged);
    if (comparison.result_neutral > 0)
        fmt::print("not judged     {} boxes on what need not be found\n", comparison.result_neutral);
    fmt::print("MOTA           {:.4f}   missed {}, false {}, identity switches {}\n", clear.mota,
               clear.missed, clear.false_boxes, clear.switches);
    fmt::print("MOTP           {:.4f}   mean overlap of {} matched boxes\n", clear.motp, clear.matched);
    fmt::print("Frag           {:6}   mostly tracked {}, partly {}, mostly lost {}\n", clear.fragmentations,
               clear.mostly_tracked, clear.partly_tracked, clear.mostly_lost);
    fmt::print("IDF1           {:.4f}   precision {:.4f}, recall {:.4f}\n", identity.idf1, identity.precision,
               identity.recall);
    fmt::print("HOTA           {:.4f}   DetA {:.4f}, AssA {:.4f}, LocA {:.4f}\n", hota.hota, hota.detection,
               hota.association, hota.localisation);
    if (!scores.counting) return;
    for (const evaluate::LineError& line : scores.counting->lines)
        fmt::print("line {:<10} in {} (truth {}), out {} (truth {}): {} miscounted\n", line.line,
                   line.in_result, line.in_truth, line.out_result, line.out_truth, error_percent(line.error));
    for (const evaluate::ZoneError& zone : scores.counting->zones)
        fmt::print("zone {:<10} {} visits (truth {}), dwell {:.1f} s (truth {:.1f} s): {}; {}\n", zone.zone,
                   zone.visits_result, zone.visits_truth, to_seconds(zone.dwell_result),
                   to_seconds(zone.dwell_truth), signed_percent(zone.error), stays_of(zone));
}

}  // namespace

Result<void> evaluate(const EvaluateRequest& request) {
    TRY_ASSIGN(const evaluate::Truth truth, evaluate::load_truth(request.truth, request.label));
    TRY_ASSIGN(const std::vector<MotRow> tracks, load_mot(request.tracks, MotKind::kTracks));
    TRY(evaluate::check_same_video(truth, tracks, request.tracks.string()));
    Scores scores;
    scores.comparison = evaluate::compare(truth, tracks);
    scores.clear = evaluate::clear_mot(scores.comparison);
    scores.identity = evaluate::identity(scores.comparison);
    scores.hota = evaluate::hota(scores.comparison);
    warn(scores, truth);
    if (!request.layout.empty()) {
        TRY_ASSIGN(scores.counting, count(request, truth, tracks, scores.warnings));
    }
    for (const std::string& warning : scores.warnings)
        fmt::print(stderr, "vitrina evaluate: {}\n", warning);
    if (request.json)
        fmt::print("{}\n", json_of(scores).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    else
        print_table(scores);
    return {};
}

}  // namespace vitrina::app
