// Fits a picture into the input of a network without changing its shape. Pure functions.
#pragma once

#include <vector>

#include "base/geometry.h"
#include "domain/frame.h"

namespace vitrina::perceive {

/// How a picture lies in the network's input: scaled by `scale_x`/`scale_y` (equal but for rounding to whole
/// pixels), top left corner at the origin, black to the right and below.
struct Letterbox {
    int input_width = 0;  // of the network's input
    int input_height = 0;
    int picture_width = 0;  // of the scaled picture inside it
    int picture_height = 0;
    double scale_x = 1;
    double scale_y = 1;

    friend bool operator==(const Letterbox&, const Letterbox&) = default;

    /// A box of the network's input in pixels of the picture.
    [[nodiscard]] Box to_picture(const Box& input) const {
        return {input.x / scale_x, input.y / scale_y, input.width / scale_x, input.height / scale_y};
    }
};

/// The longer side of the picture becomes `long_side`; each side of the input is then rounded up to a
/// multiple of `stride`, so that only rows and columns that hold picture are computed: 768x432 with 512 and
/// 32 gives 512x288. Sizes are positive.
[[nodiscard]] Letterbox fit(int width, int height, int long_side, int stride);

/// Writes the picture as float RGB 0..255, [input_height, input_width, 3], into `input`, which must have that
/// many elements. `scratch` is reused between calls. Averages over areas when it shrinks, so that thin things
/// do not vanish; linear otherwise.
void resample(const Picture& picture, const Letterbox& letterbox, std::vector<std::uint8_t>& scratch,
              std::vector<float>& input);

}  // namespace vitrina::perceive
