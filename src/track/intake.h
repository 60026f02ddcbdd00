// What a detector gave, made fit for use. Pure functions, called by tracker.cpp for each frame.
#pragma once

#include <span>
#include <vector>

#include "domain/detection.h"

namespace vitrina::track {

/// More detections than this in one frame are a broken detector: the strongest are kept, so that one frame
/// can't hold up a camera. CenterNet gives 100 at most.
constexpr int kDetectionsMax = 500;

/// The usable detections, strongest first: finite, not empty, at least partly inside the picture, no larger
/// than four times the picture, with a score of `score_min` to 1; and no two that overlap by more than
/// `overlap_duplicate`.
[[nodiscard]] std::vector<Detection> usable(std::span<const Detection> detections, double picture_width,
                                            double picture_height, double score_min,
                                            double overlap_duplicate);

/// What is left of a score when another detection already explains part of the box: Gaussian soft-NMS (Bodla
/// et al., arXiv 1704.04503, sigma 0.5), with containment beside IoU, because CenterNet gives boxes of parts
/// inside the box of a whole person, and boxes around two people.
[[nodiscard]] double discounted(double score, const Box& box, const Box& explained_by);

}  // namespace vitrina::track
