// A person's hands at a moment, as far as a look at the body shows them: all that touches are told from.
// Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina {

/// Of the person's own body.
enum class Side : std::uint8_t { kLeft, kRight };

/// "left", "right".
[[nodiscard]] inline std::string_view to_text(Side side) {
    return side == Side::kLeft ? "left" : "right";
}

struct Hand {
    Point place;            // a bit beyond the wrist, pixels of the layout's picture, in tenths
    double score = 0;       // 0..1, how sure it is that the hand is there, in hundredths
    double raised_deg = 0;  // of the arm: 0 hangs along the torso, 180 points up, in degrees
    double away = 0;        // from the line between shoulders and hips, torsos, in hundredths
};

struct Reach {
    PersonId person = 0;
    SourceTime at;              // whole milliseconds
    double torso = 0;           // length from shoulders to hips, pixels of the layout's picture, in tenths
    std::array<Hand, 2> hands;  // by Side
};

}  // namespace vitrina
