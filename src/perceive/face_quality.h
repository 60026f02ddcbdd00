// What a look at a face can be trusted for: measured on photographs made smaller, blurred and turned
// (bench/face_accuracy.cpp, docs/accuracy.md). Pure functions.
#pragma once

#include "domain/face_look.h"
#include "domain/frame.h"
#include "perceive/face_finder.h"

namespace vitrina::perceive {

/// Between the eyes, pixels: below it sex and age are guessed and nobody is recognised.
inline constexpr double kEyesMinPx = 10;
/// From here on more pixels tell no more.
inline constexpr double kEyesFullPx = 36;

[[nodiscard]] FaceQuality quality_of(const Picture& picture, const Face& face);

/// 1 for a face that looks into the camera; the nose of one that doesn't is nearer to one of the eyes, and
/// seen from the side it is beyond it: 0.
[[nodiscard]] double frontal_of(const Face& face);

}  // namespace vitrina::perceive
