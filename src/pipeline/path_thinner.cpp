#include "pipeline/path_thinner.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vitrina::pipeline {
namespace {

constexpr std::int64_t kTicks = kPathPointEvery / kPathTick;
// Steps of the two fields that may be off: 9 % of height, an eighth of the body.
constexpr double kHeightOff = 4;
constexpr double kVisibleOff = 2.5;

double interpolated(std::int32_t from, std::int32_t to, double share) {
    return from + share * (to - from);
}

}  // namespace

void PathThinner::see(const Sighting& sighting, std::vector<PathPoint>& points) {
    const PathPoint point = point_of(sighting, scale_);
    const std::int64_t last = !waiting_.empty() ? waiting_.back().tick
                              : anchor_         ? anchor_->tick
                                                : point.tick - 1;
    if (point.tick <= last) return;
    if (!anchor_) {
        keep(point, points);
        return;
    }
    // After a gap a line would say that he was seen there.
    if (point.tick - last > kTicks) {
        flush(points);
        keep(point, points);
        return;
    }
    if (!waiting_.empty() && (point.tick - anchor_->tick > kTicks || !is_straight(point)))
        keep(waiting_.back(), points);
    waiting_.push_back(point);
    if (point.tick - anchor_->tick >= kTicks) keep(point, points);
}

bool PathThinner::is_straight(const PathPoint& to) const {
    const auto span = static_cast<double>(to.tick - anchor_->tick);
    const double body = std::exp2(to.height / 32.0);
    const double tolerance = std::max(1.0, kUncertainty * body);
    return std::all_of(waiting_.begin(), waiting_.end(), [&](const PathPoint& point) {
        const double share = static_cast<double>(point.tick - anchor_->tick) / span;
        const double off = std::hypot(point.x - interpolated(anchor_->x, to.x, share),
                                      point.y - interpolated(anchor_->y, to.y, share));
        return off <= tolerance && (point.score > 0) == (to.score > 0) &&
               std::abs(point.height - interpolated(anchor_->height, to.height, share)) <= kHeightOff &&
               std::abs(point.visible - interpolated(anchor_->visible, to.visible, share)) <= kVisibleOff;
    });
}

void PathThinner::keep(const PathPoint& point, std::vector<PathPoint>& points) {
    PathPoint kept = point;
    // One score stands for all that was seen on the way here.
    std::int32_t sum = point.score;
    std::int32_t count = 1;
    for (const PathPoint& passed : waiting_) {
        if (passed.tick >= point.tick) break;
        sum += passed.score;
        ++count;
    }
    if (point.score > 0) kept.score = std::clamp((sum + count / 2) / count, 1, 15);
    points.push_back(kept);
    anchor_ = kept;
    std::erase_if(waiting_, [&](const PathPoint& passed) { return passed.tick <= point.tick; });
}

void PathThinner::advance(SourceTime now, std::vector<PathPoint>& points) {
    if (waiting_.empty()) return;
    if (now - SourceTime(Duration(kPathTick) * waiting_.back().tick) >= kPathPointEvery) flush(points);
}

void PathThinner::flush(std::vector<PathPoint>& points) {
    if (!waiting_.empty()) keep(waiting_.back(), points);
}

}  // namespace vitrina::pipeline
