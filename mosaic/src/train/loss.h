// Losses: each gives its value and its gradient with respect to the network's output. All are means over the
// batch. Plain functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mosaic/error.h"

namespace mosaic::train {

// Cross-entropy of softmax(logits). logits and gradient: [batch, classes]. `targets` [batch, classes] are
// probabilities, so that mixed and smoothed labels are the same thing.
struct CrossEntropy {
    // Weight of each class by how much it counts; empty: all 1. The mean is weighted (as in PyTorch).
    std::vector<float> class_weights;
    // Lin et al., Focal loss (2017): each term is multiplied by (1 - p)^gamma. 0: plain cross-entropy.
    float focal_gamma = 0.0F;

    [[nodiscard]] double operator()(std::span<const float> logits, std::span<const float> targets,
                                    std::size_t classes, std::span<float> gradient) const;
};

// One row of CrossEntropy's targets: 1 - smoothing on the label, the rest spread over all classes.
void smooth_label(std::span<float> row, std::size_t label, float smoothing);

[[nodiscard]] double mean_squared_error(std::span<const float> output, std::span<const float> target,
                                        std::span<float> gradient);
// Quadratic up to `delta` from the target, linear beyond.
[[nodiscard]] double huber(std::span<const float> output, std::span<const float> target, float delta,
                           std::span<float> gradient);

// Schroff et al., FaceNet (2015), with the hardest positive and negative of each anchor in the batch (Hermans
// et al., In defense of the triplet loss, 2017): max(0, |a - p| - |a - n| + margin). embeddings: [batch,
// width].
[[nodiscard]] double triplet(std::span<const float> embeddings, std::span<const std::int32_t> labels,
                             std::size_t width, float margin, std::span<float> gradient);

// Wang et al., Additive margin softmax (2018): cosines [batch, classes] between unit embeddings and unit
// class vectors; cross-entropy of scale * (cosine - margin at the label).
[[nodiscard]] double additive_margin(std::span<const float> cosines, std::span<const std::int32_t> labels,
                                     std::size_t classes, float scale, float margin,
                                     std::span<float> gradient);

// Zhou et al., Objects as points (2019), equation 1: focal loss of a heat map. logits and targets: any order,
// targets 1 at centres and less around. Divided by `centres` (at least 1).
[[nodiscard]] double centre_heat(std::span<const float> logits, std::span<const float> targets,
                                 std::size_t centres, std::span<float> gradient);

}  // namespace mosaic::train
