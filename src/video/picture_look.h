// What can be told of one picture by itself: how bright, how sharp, and a fingerprint by which it is known
// again. Pure function of a plain value; any thread. Private to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/frame.h"
#include "video/view_match.h"

namespace vitrina::video {

struct PictureLook {
    SmallPicture small;
    EdgeField edges;
    double mean = 0;         // brightness, 0..255
    double dark_share = 0;   // of the picture that is black
    double burnt_share = 0;  // of the picture that is white beyond measure
    double contrast = 0;     // the 95th percentile of the small picture's gradients, levels a pixel
    /// How quickly brightness changes from pixel to pixel, against how it changes over ten: 1/10 for edges as
    /// sharp as pixels of a picture of 640, 1/100 where all are wider than ten of them.
    double sharpness = 0;
    std::vector<std::uint8_t> fingerprint;  // single pixels, as they came
};

[[nodiscard]] PictureLook look_at(const Picture& picture);

/// The share of pixels that differ by more than the rounding of a decoder.
[[nodiscard]] double changed_share(const PictureLook& a, const PictureLook& b);

}  // namespace vitrina::video
