// From a picture to what a network reads. Any thread.
#pragma once

#include <span>

#include "mosaic/dataset.h"
#include "mosaic/train_options.h"
#include "train/random.h"

namespace mosaic::train {

// Every pixel of the result is the mean of those that fall on it. Never larger than the picture.
[[nodiscard]] Picture shrink(const Picture& picture, std::int64_t width, std::int64_t height);
// So that the shorter side is `side`, if it is longer.
[[nodiscard]] Picture shrink_to_side(Picture picture, std::int64_t side);
// The same of the longer side.
[[nodiscard]] Picture shrink_to_longer_side(Picture picture, std::int64_t side);

// How numbers of a network's input follow from bytes: (byte / 255 - mean) / deviation of each channel.
struct Normalisation {
    float mean[3] = {0.5F, 0.5F, 0.5F};
    float deviation[3] = {0.25F, 0.25F, 0.25F};
};

enum class Fit : std::uint8_t {
    kPad,      // all of the picture, the rest is grey
    kCrop,     // as much of the middle as is filled
    kStretch,  // all of it, in another proportion
};

struct View {
    std::int64_t width = 0, height = 0, channels = 3;  // of the input; 1 channel: grey
    Fit fit = Fit::kStretch;
    Normalisation normalisation;
};

// From positions of the view (-1 to 1) to positions of the picture (pixels):
// (a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1).
struct Projection {
    double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0;
};

// [height, width, channels]. With `random`, changed as `augment` says.
void render(const Picture& picture, const View& view, const AugmentOptions& augment, Random* random,
            std::span<float> out);
// The same with a given look at the picture: of `augment` only what changes colours and sharpness counts.
void render(const Picture& picture, const View& view, const Projection& projection,
            const AugmentOptions& augment, Random* random, std::span<float> out);

}  // namespace mosaic::train
