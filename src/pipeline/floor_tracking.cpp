#include "pipeline/floor_tracking.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vitrina::pipeline {
namespace {

constexpr double kSameBox = 0.5;  // overlap of a track's box with the detection that it was made of

TrackletId tracklet_of(std::size_t camera, TrackId track) {
    return (static_cast<TrackletId>(camera + 1) << kTrackletBits) + track;
}

double to_centimetres(double metres) {
    return std::round(metres * 100) / 100;
}

const Appearance* looks_of(const Box& box, std::span<const Detection> detections,
                           std::span<const Appearance> looks) {
    const Appearance* found = nullptr;
    double best = kSameBox;
    for (std::size_t i = 0; i < detections.size() && i < looks.size(); ++i) {
        const double overlap = iou(detections[i].box, box);
        if (overlap <= best || looks[i].vector.empty()) continue;
        best = overlap;
        found = &looks[i];
    }
    return found;
}

}  // namespace

Result<std::unique_ptr<FloorTracking>> FloorTracking::create(Plan plan, const FloorTrackingOptions& options) {
    const bool any = std::any_of(plan.cameras.begin(), plan.cameras.end(),
                                 [](const PlacedCamera& camera) { return camera.calibration.has_value(); });
    if (!any) return misconfigured("no camera of the plan is calibrated");
    return std::unique_ptr<FloorTracking>(new FloorTracking(std::move(plan), options));
}

FloorTracking::FloorTracking(Plan plan, const FloorTrackingOptions& options)
    : plan_(std::move(plan)), options_(options), fusion_(plan_, options.fusion) {
    for (std::size_t i = 0; i < plan_.cameras.size(); ++i) {
        const auto& calibration = plan_.cameras[i].calibration;
        if (!calibration) continue;
        cameras_.emplace(i, Camera{scene::CameraModel(*calibration),
                                   track::Tracker(options.tracking, calibration->width, calibration->height),
                                   {}});
    }
}

void FloorTracking::see(std::size_t index, Camera& camera, const TrackBox& box, std::span<const Box> others,
                        const Appearance* looks) {
    scene::PlaceFinder& places =
        camera.places.try_emplace(box.track, camera.model, plan_.fixtures, options_.places).first->second;
    const auto found = places.find(box.box, box.measured, scene::is_covered(box.box, others));
    if (!found) return;
    PlanSighting sighting;
    sighting.tracklet = tracklet_of(index, box.track);
    sighting.camera = static_cast<int>(index);
    sighting.at = SourceTime(std::chrono::round<std::chrono::milliseconds>(box.time.time_since_epoch()));
    sighting.time_error = options_.time_error;
    sighting.place = {to_centimetres(found->place.x), to_centimetres(found->place.y)};
    sighting.covariance = found->covariance;
    sighting.score = box.measured ? box.score : 0;
    sighting.feet_seen = found->feet_seen;
    fusion_.see(sighting, looks);
}

std::vector<FloorBox> FloorTracking::take(std::size_t camera, std::int64_t frame, SourceTime time,
                                          std::span<const Detection> detections,
                                          std::span<const Appearance> looks) {
    std::vector<FloorBox> reported;
    const auto found = cameras_.find(camera);
    if (found == cameras_.end()) return reported;
    Camera& it = found->second;
    const track::Update update = it.tracker.update(frame, time, detections);
    std::vector<Box> others;  // himself among them, which covers nothing
    others.reserve(update.reported.size());
    for (const TrackBox& box : update.reported)
        others.push_back(box.box);
    for (const TrackBox& box : update.recovered)
        see(camera, it, box, {}, nullptr);
    reported.reserve(update.reported.size());
    for (const TrackBox& box : update.reported) {
        see(camera, it, box, others, box.measured ? looks_of(box.box, detections, looks) : nullptr);
        reported.push_back({tracklet_of(camera, box.track), box});
    }
    for (const TrackId track : update.ended) {
        fusion_.tracklet_ended(tracklet_of(camera, track));
        it.places.erase(track);
    }
    return reported;
}

}  // namespace vitrina::pipeline
