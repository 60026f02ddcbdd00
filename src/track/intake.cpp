#include "track/intake.h"

#include <algorithm>
#include <cmath>

#include "track/overlap.h"

namespace vitrina::track {
namespace {

// Sides of a box as shares of the picture's: beyond, it is a number gone wrong, and areas would leave the
// range of double.
constexpr double kSmallest = 1e-6;
constexpr double kLargest = 4;

bool is_usable(const Detection& detection, double picture_width, double picture_height, double score_min) {
    const Box& box = detection.box;
    const double score = detection.score;
    if (!std::isfinite(box.x) || !std::isfinite(box.y)) return false;
    // Written so that a value that is no number fails.
    if (!(score >= score_min && score <= 1)) return false;
    if (!(box.width >= kSmallest * picture_width && box.width <= kLargest * picture_width)) return false;
    if (!(box.height >= kSmallest * picture_height && box.height <= kLargest * picture_height)) return false;
    return box.x < picture_width && box.right() > 0 && box.y < picture_height && box.bottom() > 0;
}

}  // namespace

std::vector<Detection> usable(std::span<const Detection> detections, double picture_width,
                              double picture_height, double score_min, double overlap_duplicate) {
    std::vector<Detection> sorted;
    for (const Detection& detection : detections)
        if (is_usable(detection, picture_width, picture_height, score_min)) sorted.push_back(detection);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Detection& a, const Detection& b) { return a.score > b.score; });
    if (sorted.size() > kDetectionsMax) sorted.resize(kDetectionsMax);

    std::vector<Detection> kept;
    for (const Detection& detection : sorted) {
        const bool duplicate = std::any_of(kept.begin(), kept.end(), [&](const Detection& other) {
            return iou(detection.box, other.box) > overlap_duplicate;
        });
        if (!duplicate) kept.push_back(detection);
    }
    return kept;
}

double discounted(double score, const Box& box, const Box& explained_by) {
    constexpr double kSigma = 0.5;
    // A child before an adult is contained as well: a little less than the whole score is taken away, and the
    // rest comes back when they part.
    constexpr double kContainmentWeight = 0.8;
    const double contained = containment(box, explained_by);
    if (contained <= 0) return score;
    const double shared = std::max(iou(box, explained_by), kContainmentWeight * contained);
    return score * std::exp(-shared * shared / kSigma);
}

}  // namespace vitrina::track
