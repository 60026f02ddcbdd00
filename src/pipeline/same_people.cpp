#include "pipeline/same_people.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace vitrina::pipeline {

void SamePeople::see(std::size_t camera, std::int64_t frame, SourceTime at,
                     std::vector<TrackInPicture> tracks) {
    newest_ = std::max(newest_, at);
    if (!tracks.empty()) pictures_[{camera, frame}] = {at, std::move(tracks)};
    std::erase_if(pictures_, [&](const auto& entry) { return newest_ - entry.second.at > kKept; });
    std::erase_if(tracks_, [&](const auto& entry) { return newest_ - entry.second.seen > kKept; });
}

void SamePeople::take(const scene::FloorOutput& output) {
    for (const scene::Belonging& belonging : output.belongings)
        owners_[belonging.tracklet][belonging.since] = belonging.person;
    for (const scene::FloorBox& told : output.boxes) {
        const auto camera = static_cast<std::size_t>(told.sighting.camera);
        const auto picture = pictures_.find({camera, told.frame});
        if (picture == pictures_.end()) continue;
        const TrackInPicture* best = nullptr;
        double most = kSameBox;
        for (const TrackInPicture& track : picture->second.tracks)
            if (const double overlap = iou(track.box, told.box); overlap > most)
                best = &track, most = overlap;
        if (best != nullptr) tracks_[{camera, best->track}] = {told.sighting.tracklet, picture->second.at};
    }
    std::set<TrackletId> needed;
    for (const auto& [key, known] : tracks_)
        needed.insert(known.tracklet);
    // What a tracklet's owner is may be told before its first box.
    for (const scene::Belonging& belonging : output.belongings)
        needed.insert(belonging.tracklet);
    std::erase_if(owners_, [&](const auto& entry) { return !needed.contains(entry.first); });
}

std::vector<std::pair<std::pair<std::size_t, PersonId>, PersonId>> SamePeople::now() const {
    std::vector<std::pair<std::pair<std::size_t, PersonId>, PersonId>> all;
    all.reserve(tracks_.size());
    for (const auto& [key, known] : tracks_) {
        const auto owners = owners_.find(known.tracklet);
        if (owners == owners_.end() || owners->second.empty()) continue;
        const PersonId person = owners->second.rbegin()->second;
        if (person != 0) all.push_back({key, person});
    }
    return all;
}

}  // namespace vitrina::pipeline
