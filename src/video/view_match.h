// How a camera's view lies to an earlier one: by the edges in the pictures, whose directions stay when the
// light changes. Pure functions of plain values; any thread. Private to this folder.
//
// An edge is a complex number: its squared gradient divided by the gradient's length, cut off at a strength
// that depends on the picture's own contrast. Squaring makes light-to-dark and dark-to-light the same edge,
// as an infrared night makes of a day.
#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/frame.h"

namespace vitrina::video {

/// A picture made small: brightness, rows from the top, area means.
struct SmallPicture {
    /// Of the longer side: 5 px of a picture of 640 to one of these. An edge is then wider than what people
    /// who pass, rain and the noise of the sensor do to it.
    static constexpr int kLongerSide = 128;

    int width = 0;
    int height = 0;
    std::vector<float> grey;  // 0..255
};

[[nodiscard]] SmallPicture small_picture(const Picture& picture);

/// The edges of a small picture; of the same size.
struct EdgeField {
    int width = 0;
    int height = 0;
    std::vector<std::complex<float>> edges;  // length 0..1
};

[[nodiscard]] EdgeField edges_of(const SmallPicture& picture);

/// Where a point of the earlier view is now: turned by `rotation_rad` and zoomed about the middle, then
/// shifted. In pixels of the small picture; x to the right, y down, turning is clockwise.
struct ViewShift {
    double dx = 0;
    double dy = 0;
    double rotation_rad = 0;
    double zoom = 1;
};

/// How the parts of the picture that had edges before look now.
struct BlockMatch {
    int blocks = 0;   // that had edges, and lie in both views
    int matched = 0;  // have the same edges
    int empty = 0;    // have none now
};

/// `now` against `before` moved by `shift`.
[[nodiscard]] BlockMatch match_blocks(const EdgeField& before, const EdgeField& now, const ViewShift& shift);

/// The shift near `start` under which the fields agree most: within 3 px, 3 degrees and 5 %. 10 ms.
[[nodiscard]] ViewShift refine(const EdgeField& before, const EdgeField& now, const ViewShift& start);

/// The shift under which they agree, wherever it is: up to half the picture, 30 degrees, 25 % of zoom.
/// Nothing when there is none that holds for enough of the picture. 100 ms.
[[nodiscard]] std::optional<ViewShift> find_shift(const EdgeField& before, const EdgeField& now);

/// Whether so many blocks agree that it can't be chance.
[[nodiscard]] bool agrees(const BlockMatch& match);

}  // namespace vitrina::video
