#include "app/summary.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vitrina::app {
namespace {

using Json = nlohmann::ordered_json;

// Three decimals, as everywhere else in the output.
double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

Json lines_of(const std::string& text) {
    Json result = Json::array();
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        result.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return result;
}

std::string seconds_text(Duration duration) {
    const double seconds = to_seconds(duration);
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(std::lround(seconds));
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

Json source_json(const Summary& summary) {
    return {{"name", summary.source},
            {"width", summary.info.width},
            {"height", summary.info.height},
            {"container", summary.info.container},
            {"codec", summary.info.codec},
            {"nominal_frames_per_second", rounded(summary.info.nominal_frame_rate)},
            {"frames", summary.frames},
            {"end_s", rounded(to_seconds(summary.end))},
            {"complete", summary.incomplete.empty()},
            {"incomplete_because", summary.incomplete.empty() ? Json() : Json(summary.incomplete)},
            {"damaged_packets", summary.report.damaged_packets},
            {"damaged_frames", summary.report.damaged_frames},
            {"repaired_timestamps", summary.report.repaired_timestamps},
            {"size_changes", summary.report.size_changes}};
}

Json files_json(const std::vector<FileChecksum>& checksums) {
    Json files = Json::array();
    for (const FileChecksum& file : checksums)
        files.push_back({{"name", file.name}, {"sha256", file.sha256}});
    return files;
}

}  // namespace

std::string to_json(const Summary& summary) {
    Json zones = Json::array();
    for (const insight::ZoneSummary& zone : summary.insight.zones)
        zones.push_back(
            {{"zone", zone.zone},
             {"visits", zone.visits},
             {"dwell_s",
              {{"median", rounded(to_seconds(zone.dwell_median))},
               {"mean", rounded(to_seconds(zone.dwell_mean))},
               {"total", rounded(to_seconds(zone.dwell_total))}}},
             {"occupancy", {{"peak", zone.occupancy_peak}, {"mean", rounded(zone.occupancy_mean)}}}});
    Json lines = Json::array();
    for (const insight::LineSummary& line : summary.insight.lines)
        lines.push_back({{"line", line.line}, {"in", line.in}, {"out", line.out}});
    Json result = {
        {"v", 1},
        {"source", source_json(summary)},
        {"shop", summary.shop},
        {"camera", summary.camera},
        {"layout", summary.layout},
        {"people", summary.insight.people},
        {"zones", std::move(zones)},
        {"lines", std::move(lines)},
        {"sightings", {{"used", summary.insight.sightings}, {"too_late", summary.insight.sightings_late}}},
        {"warnings", summary.warnings},
        {"network", {{"name", summary.network}, {"files", files_json(summary.network_files)}}},
        {"plan", lines_of(summary.detector)}};
    if (!summary.pose_estimator.empty())
        result["poses"] = {{"files", files_json(summary.pose_network_files)},
                           {"plan", lines_of(summary.pose_estimator)}};
    return result.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string to_text(const Summary& summary) {
    std::string text = fmt::format("{} {} in {} of {}\n", summary.insight.people,
                                   summary.insight.people == 1 ? "person" : "people",
                                   seconds_text(summary.end.time_since_epoch()), summary.source);
    for (const insight::ZoneSummary& zone : summary.insight.zones)
        text += fmt::format("  zone {}: {} {}, median stay {}, at most {} at once\n", zone.zone, zone.visits,
                            zone.visits == 1 ? "visit" : "visits", seconds_text(zone.dwell_median),
                            zone.occupancy_peak);
    for (const insight::LineSummary& line : summary.insight.lines)
        text += fmt::format("  line {}: {} in, {} out\n", line.line, line.in, line.out);
    return text;
}

std::string to_json(const Timings& timings) {
    const Json result = {{"frames", timings.frames},
                         {"wall_s", rounded(timings.wall_s)},
                         {"frames_per_second", rounded(static_cast<double>(timings.frames) / timings.wall_s)},
                         {"split_s",
                          {{"decode", rounded(timings.decode_s)},
                           {"inference", rounded(timings.inference_s)},
                           {"tracking", rounded(timings.tracking_s)},
                           {"poses", rounded(timings.poses_s)},
                           {"other", rounded(timings.other_s)}}},
                         {"peak_memory_mb", rounded(timings.peak_memory_mb)}};
    return result.dump(2);
}

}  // namespace vitrina::app
