// What a track looks like, and how far a detection is from it: a running mean of the looks of its clear
// detections. Used by target.h, association.cpp and tracker.cpp. Plain values.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/detection.h"

namespace vitrina::track {

/// Root of the mean squared difference of two looks of the same size.
[[nodiscard]] double look_distance(std::span<const float> a, std::span<const float> b);

/// How much of each detection no other one of the frame covers, 0..1: only what is clear says what somebody
/// looks like.
[[nodiscard]] std::vector<double> clear_shares(std::span<const Detection> detections);

/// How far apart two people look in this camera: learnt from those who are seen at the same time, because
/// light, lens and clothes of the season decide it.
class LookScale {
  public:
    /// Two different people, seen clearly in one frame.
    void see_two(double distance);
    /// What a distance says, in overlap: above zero "the same", at most 0.5 times `weight`; below, "another".
    [[nodiscard]] double says(double distance, double weight) const;

  private:
    double apart_ = 0;
    double pairs_ = 0;
};

class Look {
  public:
    /// `share` 0..1: how much of the mean this one becomes, once there are some.
    void remember(std::span<const float> look, double share);
    /// Empty when either is not known.
    [[nodiscard]] std::optional<double> distance(std::span<const float> look) const;

  private:
    std::vector<float> mean_;
    double seen_ = 0;
};

}  // namespace vitrina::track
