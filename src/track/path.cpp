#include "track/path.h"

#include <algorithm>
#include <utility>

namespace vitrina::track {
namespace {

double mix(double from, double to, double share) {
    return from + (to - from) * share;
}

/// Where a box that goes straight from one box to a later one is at `time`.
Box between(const TrackBox& from, const TrackBox& to, SourceTime time) {
    const double share = to_seconds(time - from.time) / to_seconds(to.time - from.time);
    return {mix(from.box.x, to.box.x, share), mix(from.box.y, to.box.y, share),
            mix(from.box.width, to.box.width, share), mix(from.box.height, to.box.height, share)};
}

}  // namespace

void Path::hold(const TrackBox& box) {
    waiting_.push_back(box);
    if (waiting_.front().time >= box.time - kMemory) return;
    waiting_.erase(waiting_.begin(), std::find_if(waiting_.begin(), waiting_.end(), [&](const TrackBox& old) {
                       return old.time >= box.time - kMemory;
                   }));
}

void Path::skip(std::int64_t frame, SourceTime time) {
    hold({.frame = frame, .time = time, .box = {}, .measured = false});
}

std::vector<TrackBox> Path::release(const TrackBox& now) {
    std::vector<TrackBox> path = std::exchange(waiting_, {});
    if (!told_)
        path.erase(path.begin(),
                   std::find_if(path.begin(), path.end(), [](auto& box) { return box.measured; }));
    if (path.empty()) {
        told_ = now;
        return path;
    }
    const TrackBox* before = told_ ? &*told_ : path.data();
    for (auto box = path.begin(); box != path.end(); ++box) {
        box->track = now.track;
        if (!box->measured) {
            const auto after = std::find_if(box, path.end(), [](auto& later) { return later.measured; });
            box->box = between(*before, after == path.end() ? now : *after, box->time);
        }
        before = &*box;
    }
    told_ = now;
    return path;
}

}  // namespace vitrina::track
