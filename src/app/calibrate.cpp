#include "app/calibrate.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/mot_frames.h"
#include "domain/mot_file.h"
#include "domain/plan_file.h"
#include "pipeline/walker_looks.h"

namespace vitrina::app {
namespace {

Result<PixelSize> size_of_pictures(const CalibrateRequest& request) {
    if (!request.picture.empty()) return parse_pixel_size(request.picture);
    const std::filesystem::path& file = request.tracks.front();
    TRY_ASSIGN(const SequenceInfo info, load_sequence_info(file));
    if (info.width && info.height)
        return PixelSize{static_cast<int>(*info.width), static_cast<int>(*info.height)};
    return misconfigured(
        fmt::format("{}: nothing says how large the picture is; give --picture WIDTHxHEIGHT", file.string()));
}

struct WalkersOfFile {
    std::vector<scene::WalkerLook> looks;
    std::size_t boxes = 0;
};

Result<WalkersOfFile> walkers_of(const std::filesystem::path& file, double frame_rate, PixelSize size) {
    TRY_ASSIGN(const std::vector<MotRow> rows, load_mot(file, MotKind::kTracks));
    if (frame_rate <= 0) {
        TRY_ASSIGN(const SequenceInfo info, load_sequence_info(file));
        frame_rate = info.frame_rate.value_or(kFrameRateAssumed);
    }
    pipeline::WalkerLooks walkers;
    std::vector<pipeline::WalkerBox> people;
    for (std::size_t i = 0; i < rows.size();) {
        people.clear();
        const std::int64_t frame = rows[i].frame;
        for (; i < rows.size() && rows[i].frame == frame; ++i)
            people.push_back({rows[i].id, rows[i].box, rows[i].score});
        walkers.add(instant_of_frame(frame, frame_rate), size.width, size.height, people);
    }
    return WalkersOfFile{walkers.looks(), rows.size()};
}

}  // namespace

Result<scene::WalkerFit> fit_to_tracks(const CalibrateRequest& request) {
    if (request.tracks.empty()) return misconfigured("no file of tracks is given");
    if (request.place.size() != 2) return misconfigured("--place: must be two numbers, X and Y");
    TRY_ASSIGN(const PixelSize size, size_of_pictures(request));
    std::vector<scene::WalkerLook> looks;
    std::size_t boxes = 0;
    for (const std::filesystem::path& file : request.tracks) {
        TRY_ASSIGN(const WalkersOfFile found, walkers_of(file, request.frame_rate, size));
        looks.insert(looks.end(), found.looks.begin(), found.looks.end());
        boxes += found.boxes;
    }
    scene::WalkerOptions options;
    options.ends = scene::WalkerEnds::kBox;
    options.height_mean_m = request.height_mean_m;
    options.place = {request.place[0], request.place[1]};
    options.pan_deg = request.pan_deg;
    const double width = size.width;
    if (request.view_deg > 0)
        options.focal_px = width / 2 / std::tan(request.view_deg * std::numbers::pi / 360);
    auto fit = scene::calibrate_by_walkers({width, static_cast<double>(size.height)}, looks, options);
    if (fit) return fit;
    return failed(fmt::format("{} of {} boxes are of people who walk, whole and alone: {}", looks.size(),
                              boxes, fit.error().message));
}

Result<void> calibrate(const CalibrateRequest& request) {
    TRY_ASSIGN(const scene::WalkerFit fit, fit_to_tracks(request));
    Plan plan;
    plan.width_m = plan.depth_m = 1;
    plan.cameras.push_back({"fitted", fit.calibration});
    const nlohmann::ordered_json result = {
        {"calibration", nlohmann::ordered_json::parse(to_json(plan))["cameras"][0]["calibration"]},
        {"looks", fit.looks},
        {"spread_px", fit.spread_px},
        {"height_error_percent", 100 * fit.height_error},
        {"tilt_error_deg", fit.tilt_error_deg}};
    fmt::print("{}\n", result.dump(2));
    return {};
}

}  // namespace vitrina::app
