#include "track/visibility.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace vitrina::track {
namespace {

// A whole body is the measure for all others, so it must be clear of the edge by more than the detector's
// noise and the lag of a filtered box that grows fast.
constexpr double kClear = 0.1;

struct BodySize {
    double width = 0;
    double height = 0;
};

/// What the whole body measures near `around`, an instant of a whole box: the mean over a step of both feet,
/// because the width swings with the legs.
BodySize whole_size(std::span<const TrackBox> whole, std::span<const TrackBox>::iterator around) {
    constexpr Duration kStep = std::chrono::seconds(1);
    const auto first = std::lower_bound(whole.begin(), around, around->time - kStep,
                                        [](const TrackBox& box, SourceTime at) { return box.time < at; });
    const auto last = std::upper_bound(around, whole.end(), around->time + kStep,
                                       [](SourceTime at, const TrackBox& box) { return at < box.time; });
    BodySize sum;
    for (auto box = first; box != last; ++box) {
        sum.width += box->box.width;
        sum.height += box->box.height;
    }
    const auto count = static_cast<double>(last - first);
    return {sum.width / count, sum.height / count};
}

/// The whole box nearest in time. `whole` is not empty.
std::span<const TrackBox>::iterator nearest(std::span<const TrackBox> whole, SourceTime time) {
    const auto after = std::lower_bound(whole.begin(), whole.end(), time,
                                        [](const TrackBox& box, SourceTime at) { return box.time < at; });
    if (after == whole.begin()) return after;
    const auto before = after - 1;
    return after == whole.end() || time - before->time <= after->time - time ? before : after;
}

/// The most that was seen, without the tenth that may be outliers.
BodySize most_seen(std::span<const TrackBox> path) {
    std::vector<double> widths;
    std::vector<double> heights;
    for (const TrackBox& box : path) {
        widths.push_back(box.box.width);
        heights.push_back(box.box.height);
    }
    const auto high = static_cast<std::ptrdiff_t>(path.size() * 9 / 10);
    std::nth_element(widths.begin(), widths.begin() + high, widths.end());
    std::nth_element(heights.begin(), heights.begin() + high, heights.end());
    return {widths[high], heights[high]};
}

double share_of(const Box& box, BodySize whole, PictureSize picture) {
    const Box inside = clip(box, picture.width, picture.height);
    const Cut cut = cut_by_edge(box, picture, kClear);
    const double height = cut.vertical ? std::min(1.0, inside.height / whole.height) : 1;
    const double width = cut.horizontal ? std::min(1.0, inside.width / whole.width) : 1;
    // Proportions tell only when one direction is whole.
    if (cut.vertical && cut.horizontal) return height * width;
    const double slimness = (inside.height / whole.height) / (inside.width / whole.width);
    if (cut.vertical) return std::sqrt(height * std::min(1.0, slimness));
    if (cut.horizontal) return std::sqrt(width * std::min(1.0, 1 / slimness));
    return 1;
}

}  // namespace

std::vector<double> visible_shares(std::span<const TrackBox> path, PictureSize picture) {
    std::vector<double> shares;
    if (path.empty()) return shares;
    std::vector<TrackBox> whole;
    for (const TrackBox& box : path) {
        const Cut cut = cut_by_edge(box.box, picture, kClear);
        if (!cut.vertical && !cut.horizontal) whole.push_back(box);
    }
    const BodySize most = most_seen(path);
    shares.reserve(path.size());
    for (const TrackBox& box : path) {
        const BodySize size = whole.empty() ? most : whole_size(whole, nearest(whole, box.time));
        const Box inside = clip(box.box, picture.width, picture.height);
        shares.push_back(inside.area() <= 0 ? 0 : share_of(box.box, size, picture));
    }
    return shares;
}

}  // namespace vitrina::track
