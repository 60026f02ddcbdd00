#include "track/frame_rate.h"

#include <algorithm>
#include <cmath>

#include "track/kalman.h"

namespace vitrina::track {
namespace {

// People walk at 1.3 m/s (Weidmann 1993) and are 1.7 m tall, 0.76 bodies a second; seen from above and in all
// directions the picture shows about this much of it.
constexpr double kWalkingBodiesPerSecond = 0.6;
// Boxes of one person in two frames overlap by as much, once his pace is known.
constexpr double kOverlapMin = 0.4;
// A piece of a walk is this long in frames, and goes at least this far, in bodies: more than boxes tremble.
constexpr int kPieceFrames = 10;
constexpr double kPieceMin = 0.2;
constexpr std::size_t kPiecesMin = 20;
// Of a long recording no more is looked at.
constexpr std::size_t kPiecesEnough = 5000;
constexpr double kRateMin = 2;
constexpr double kRateMax = 60;

struct Walk {
    Box last;
    Point pace;  // pixels a frame
    Box first;   // of the piece
    int frames = 0;
};

/// The box among `boxes` where the walk goes on, or -1.
int next_of(const Walk& walk, const std::vector<Box>& boxes) {
    Box expected = walk.last;
    expected.x += walk.pace.x;
    expected.y += walk.pace.y;
    int best = -1;
    double best_overlap = kOverlapMin;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const double overlap = iou(expected, boxes[i]);
        if (overlap <= best_overlap) continue;
        best_overlap = overlap;
        best = static_cast<int>(i);
    }
    return best;
}

}  // namespace

std::optional<double> walking_frame_rate(std::span<const std::vector<Box>> frames) {
    std::vector<Walk> walks;
    std::vector<double> paces;  // bodies a frame
    for (const std::vector<Box>& boxes : frames) {
        std::vector<bool> taken(boxes.size(), false);
        std::vector<Walk> going_on;
        going_on.reserve(boxes.size());
        for (Walk& walk : walks) {
            const int next = next_of(walk, boxes);
            if (next < 0 || taken[next]) continue;
            taken[next] = true;
            const Box& box = boxes[next];
            walk.pace = {(walk.pace.x + box.center().x - walk.last.center().x) / 2,
                         (walk.pace.y + box.center().y - walk.last.center().y) / 2};
            walk.last = box;
            if (++walk.frames == kPieceFrames) {
                const double way = std::hypot(box.center().x - walk.first.center().x,
                                              box.center().y - walk.first.center().y) /
                                   body_length(box);
                if (way >= kPieceMin) paces.push_back(way / kPieceFrames);
                walk.first = box;
                walk.frames = 0;
            }
            going_on.push_back(walk);
        }
        for (std::size_t i = 0; i < boxes.size(); ++i)
            if (!taken[i]) going_on.push_back({boxes[i], {}, boxes[i], 0});
        walks = std::move(going_on);
        if (paces.size() >= kPiecesEnough) break;
    }
    if (paces.size() < kPiecesMin) return std::nullopt;
    const auto middle = paces.begin() + std::ssize(paces) / 2;
    std::nth_element(paces.begin(), middle, paces.end());
    return std::clamp(kWalkingBodiesPerSecond / *middle, kRateMin, kRateMax);
}

}  // namespace vitrina::track
