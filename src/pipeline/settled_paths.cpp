#include "pipeline/settled_paths.h"

#include <algorithm>

#include "track/visibility.h"

namespace vitrina::pipeline {

std::vector<SettledBox> SettledPaths::add(const TrackBox& box) {
    Path& path = paths_[box.track];
    path.boxes.push_back(box);
    if (box.time - path.boxes[path.settled].time < kDelayMax) return {};
    std::vector<SettledBox> settled = settle(path, box.time - kContext);
    // What is further back than the context of the next box tells nothing any more.
    const SourceTime oldest = path.boxes[path.settled].time - kContext;
    const auto first = std::find_if(path.boxes.begin(), path.boxes.end(),
                                    [&](const TrackBox& known) { return known.time >= oldest; });
    path.settled -= static_cast<std::size_t>(first - path.boxes.begin());
    path.boxes.erase(path.boxes.begin(), first);
    return settled;
}

std::vector<SettledBox> SettledPaths::end(TrackId track) {
    const auto path = paths_.find(track);
    if (path == paths_.end()) return {};
    std::vector<SettledBox> settled = settle(path->second, SourceTime::max());
    paths_.erase(path);
    return settled;
}

std::vector<SettledBox> SettledPaths::settle(Path& path, SourceTime until) const {
    const std::vector<double> visible = track::visible_shares(path.boxes, picture_);
    std::vector<SettledBox> result;
    for (; path.settled < path.boxes.size() && path.boxes[path.settled].time <= until; ++path.settled)
        result.push_back({path.boxes[path.settled], visible[path.settled]});
    return result;
}

}  // namespace vitrina::pipeline
