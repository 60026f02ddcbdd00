#include "pipeline/pose_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "track/kalman.h"
#include "track/posture.h"

namespace vitrina::pipeline {
namespace {

constexpr Duration kSpeedWindow = std::chrono::seconds(1);
// A box trembles by a few hundredths of a body: over less time than this it would seem to walk.
constexpr Duration kSpeedWindowMin = std::chrono::milliseconds(300);
// Frames come at rates that don't divide the period: the nearest one counts.
constexpr Duration kEarly = std::chrono::milliseconds(10);
// The network finds one person in a square that may hold two: a torso whose middle is outside the box, as a
// share of its size, is somebody else's.
constexpr double kOutside = 0.1;

// Where another's torso was a moment ago, bodies.
constexpr double kSameTorso = 0.06;

Point middle_of(const track::Torso& torso) {
    return {(torso.shoulders.x + torso.hips.x) / 2, (torso.shoulders.y + torso.hips.y) / 2};
}

bool is_inside(const Pose& pose, const Box& box) {
    const auto torso = track::torso_of(pose);
    if (!torso) return true;  // nothing says that it isn't
    const Point place = middle_of(*torso);
    return place.x >= box.x - kOutside * box.width && place.x <= box.right() + kOutside * box.width &&
           place.y >= box.y - kOutside * box.height && place.y <= box.bottom() + kOutside * box.height;
}

// Bodies a second, over the last second.
double speed_of(const std::vector<TrackBox>& boxes) {
    const TrackBox& now = boxes.back();
    const TrackBox& then = boxes.front();
    if (now.time - then.time < kSpeedWindowMin) return 0;
    const Point a = then.box.foot();
    const Point b = now.box.foot();
    return std::hypot(b.x - a.x, b.y - a.y) / track::body_length(now.box) / to_seconds(now.time - then.time);
}

}  // namespace

std::vector<TrackBox> PoseWatch::due(const Frame& frame, std::span<const TrackBox> boxes) {
    std::erase_if(bodies_, [&](const auto& body) { return frame.time - body.second.seen > kForgottenAfter; });
    std::vector<std::pair<Duration, TrackBox>> waiting;  // for how long
    for (const TrackBox& box : boxes) {
        if (!box.measured || box.box.height < options_.body_min_px) continue;
        Body& body = bodies_.try_emplace(box.track, options_.filter).first->second;
        std::erase_if(body.boxes,
                      [&](const TrackBox& known) { return frame.time - known.time > kSpeedWindow; });
        body.boxes.push_back(box);
        body.seen = frame.time;
        const Duration waited = body.looked ? frame.time - *body.looked : Duration::max();
        if (waited >= options_.period - kEarly) waiting.emplace_back(waited, box);
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    waiting.resize(std::min(waiting.size(), options_.looks_max));
    std::vector<TrackBox> result;
    result.reserve(waiting.size());
    for (const auto& [waited, box] : waiting)
        result.push_back(box);
    std::sort(result.begin(), result.end(),
              [](const TrackBox& a, const TrackBox& b) { return a.track < b.track; });
    return result;
}

// In a box that overlaps another's the network may find the other person: whose torso was there a moment ago,
// while this one's was not.
bool PoseWatch::is_of_another(const Pose& pose, const TrackBox& box, std::span<const TrackBox> boxes) const {
    const auto found = track::torso_of(pose);
    if (!found) return false;
    const Point place = middle_of(*found);
    const auto distance_to = [&](TrackId track) -> std::optional<double> {
        const auto body = bodies_.find(track);
        if (body == bodies_.end() || !body->second.torso || box.time - body->second.torso_at > kSpeedWindow)
            return std::nullopt;
        return std::hypot(body->second.torso->x - place.x, body->second.torso->y - place.y);
    };
    const auto to_own = distance_to(box.track);
    return std::any_of(boxes.begin(), boxes.end(), [&](const TrackBox& other) {
        if (other.track == box.track || iou(other.box, box.box) <= 0) return false;
        const auto to_other = distance_to(other.track);
        if (!to_other || *to_other > kSameTorso * track::body_length(box.box)) return false;
        return !to_own || *to_other < *to_own;
    });
}

Result<std::vector<PoseSighting>> PoseWatch::look(const Frame& frame, std::span<const TrackBox> boxes) {
    const std::vector<TrackBox> looks = due(frame, boxes);
    std::vector<PoseSighting> sightings;
    sightings.reserve(looks.size());
    for (const TrackBox& box : looks) {
        TRY_ASSIGN(Pose seen, network_.estimate(frame.picture, box.box));
        ++looks_;
        Body& body = bodies_.at(box.track);
        body.looked = frame.time;
        if (!is_inside(seen, box.box) || is_of_another(seen, box, boxes)) continue;
        const double length = track::body_length(box.box);
        const Pose pose = body.filter.update(frame.time, seen, length);
        if (const auto torso = track::torso_of(pose)) {
            body.torso = middle_of(*torso);
            body.torso_at = frame.time;
        }
        sightings.push_back({box.track, frame.index, frame.time, pose,
                             track::posture_of(pose, speed_of(body.boxes)), track::facing_deg(pose)});
    }
    return sightings;
}

}  // namespace vitrina::pipeline
