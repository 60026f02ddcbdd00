// What a person looks like, told from colours alone: which colour is at which height of the body. Costs a few
// microseconds, needs no network, and tells people of one camera apart well enough for a tracker. Pure
// functions.
#pragma once

#include <array>
#include <vector>

#include "base/geometry.h"
#include "domain/frame.h"

namespace vitrina::perceive {

constexpr int kColourRows = 8;
constexpr int kColourNumbers = 3 * kColourRows;

/// The mean colour of each eighth of the box's height, over the middle 60 % of its width, as far as it is in
/// the picture: L*/2, a*, b* of CIELAB (D65). The lightness counts half, because shadows change it. Rows that
/// are outside the picture repeat the nearest one inside. Empty when the box is outside altogether.
[[nodiscard]] std::vector<float> colour_layout(const Picture& picture, const Box& box);

/// L*, a*, b* of sRGB values 0..255.
[[nodiscard]] std::array<double, 3> cielab(double red, double green, double blue);

}  // namespace vitrina::perceive
