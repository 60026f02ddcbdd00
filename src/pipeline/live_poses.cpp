#include "pipeline/live_poses.h"

#include <algorithm>
#include <utility>

namespace vitrina::pipeline {
namespace {

// A pose that is older says nothing of how somebody stands.
constexpr Duration kDrawnFor = std::chrono::milliseconds(700);
constexpr Duration kForgotten = std::chrono::seconds(10);
// Two at a time hold a picture up by less than a tenth of a second; others have their turn in the next one.
constexpr std::size_t kLooksInPicture = 2;

PoseWatchOptions live_options() {
    PoseWatchOptions options;
    options.looks_max = kLooksInPicture;
    return options;
}

}  // namespace

bool ShareOfTime::is_left(SourceTime now) {
    const Duration passed = std::clamp<Duration>(now - last_, Duration(0), std::chrono::seconds(10));
    last_ = now;
    left_ = std::min(kSavedMax, left_ + Duration(static_cast<std::int64_t>(share_ * passed.count())));
    return left_ > Duration(0);
}

LivePoses::LivePoses() : watch_(*network_, live_options()) {}

Result<std::vector<PoseSighting>> LivePoses::look(perceive::PoseEstimator& network, const Frame& frame,
                                                  const LiveTracks& tracks) {
    network_->network = &network;
    std::vector<TrackBox> boxes;
    boxes.reserve(tracks.people.size());
    for (const LivePerson& person : tracks.people)
        boxes.push_back({person.person, frame.index, frame.time, person.box, person.score, person.score > 0});
    auto sightings = watch_.look(frame, boxes);
    for (const TrackBox& box : boxes)
        if (const auto known = seen_.find(box.track); known != seen_.end()) known->second.there = frame.time;
    if (sightings) {
        for (const PoseSighting& sighting : *sightings) {
            const auto box = std::find_if(boxes.begin(), boxes.end(), [&](const TrackBox& known) {
                return known.track == sighting.person;
            });
            seen_[sighting.person] = {sighting, box->box, frame.time};
        }
    }
    std::erase_if(seen_, [&](const auto& entry) {
        if (frame.time - entry.second.there <= kForgotten) return false;
        watch_.end(entry.first);
        return true;
    });
    return sightings;
}

void LivePoses::draw_into(LiveTracks& tracks, SourceTime now) const {
    for (LivePerson& person : tracks.people) {
        const auto known = seen_.find(person.person);
        if (known == seen_.end() || now - known->second.sighting.at > kDrawnFor) continue;
        Pose pose = known->second.sighting.pose;
        const Point then = known->second.box.center();
        const Point here = person.box.center();
        for (Keypoint& joint : pose.joints)
            joint.place = {joint.place.x + here.x - then.x, joint.place.y + here.y - then.y};
        person.pose = pose;
        person.posture = known->second.sighting.posture;
        person.facing_deg = known->second.sighting.facing_deg;
    }
}

}  // namespace vitrina::pipeline
