#include "track/edge.h"

#include "track/kalman.h"

namespace vitrina::track {
namespace {

// Slower than this, in bodies per second, is swaying; people walk at 0.4 to 0.8.
constexpr double kSwaying = 0.1;

}  // namespace

Cut cut_by_edge(const Box& box, PictureSize picture, double reach) {
    const double reach_px = reach * body_length(box);
    return {.horizontal = box.x <= reach_px || box.right() >= picture.width - reach_px,
            .vertical = box.y <= reach_px || box.bottom() >= picture.height - reach_px};
}

bool leaving(const Box& box, Point velocity, PictureSize picture) {
    const double body = body_length(box);
    const double reach = kReach * body;
    const double swaying = kSwaying * body;
    if (clip(box, picture.width, picture.height).area() < box.area() / 2) return true;
    return (box.x <= reach && velocity.x < -swaying) || (box.y <= reach && velocity.y < -swaying) ||
           (box.right() >= picture.width - reach && velocity.x > swaying) ||
           (box.bottom() >= picture.height - reach && velocity.y > swaying);
}

}  // namespace vitrina::track
