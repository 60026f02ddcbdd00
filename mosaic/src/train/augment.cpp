#include "train/augment.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mosaic::train {

AugmentOptions no_augmentation() {
    return {};
}

AugmentOptions digit_augmentation() {
    AugmentOptions options;
    options.shift = 0.07;
    options.scale = 0.1;
    options.rotation_deg = 10.0;
    options.perspective = 0.03;
    return options;
}

AugmentOptions photo_augmentation() {
    AugmentOptions options;
    options.shift = 0.1;
    options.scale = 0.3;
    options.rotation_deg = 10.0;
    options.perspective = 0.05;
    options.flip = true;
    options.brightness = 0.15;
    options.contrast = 0.3;
    options.saturation = 0.3;
    options.blur = 0.1;
    options.noise = 0.02;
    options.cutout = 0.2;
    options.mix = 0.1;
    return options;
}

Picture shrink(const Picture& picture, std::int64_t width, std::int64_t height) {
    Picture small;
    small.width = std::min(width, picture.width);
    small.height = std::min(height, picture.height);
    small.rgb.resize(static_cast<std::size_t>(small.width * small.height * 3));
    std::size_t at = 0;
    for (std::int64_t y = 0; y < small.height; ++y) {
        const std::int64_t y0 = y * picture.height / small.height;
        const std::int64_t y1 = std::max(y0 + 1, (y + 1) * picture.height / small.height);
        for (std::int64_t x = 0; x < small.width; ++x) {
            const std::int64_t x0 = x * picture.width / small.width;
            const std::int64_t x1 = std::max(x0 + 1, (x + 1) * picture.width / small.width);
            std::array<std::uint32_t, 3> sums{};
            for (std::int64_t sy = y0; sy < y1; ++sy) {
                const std::uint8_t* pixel =
                    &picture.rgb[static_cast<std::size_t>((sy * picture.width + x0) * 3)];
                for (std::int64_t sx = x0; sx < x1; ++sx, pixel += 3) {
                    for (std::size_t c = 0; c < 3; ++c)
                        sums[c] += pixel[c];
                }
            }
            const auto count = static_cast<std::uint32_t>((y1 - y0) * (x1 - x0));
            for (std::size_t c = 0; c < 3; ++c)
                small.rgb[at++] = static_cast<std::uint8_t>((sums[c] + count / 2) / count);
        }
    }
    return small;
}

Picture shrink_to_side(Picture picture, std::int64_t side) {
    const std::int64_t shorter = std::min(picture.width, picture.height);
    if (shorter <= side) return picture;
    return shrink(picture, picture.width * side / shorter, picture.height * side / shorter);
}

Picture shrink_to_longer_side(Picture picture, std::int64_t side) {
    const std::int64_t longer = std::max(picture.width, picture.height);
    if (longer <= side) return picture;
    return shrink(picture, std::max<std::int64_t>(1, picture.width * side / longer),
                  std::max<std::int64_t>(1, picture.height * side / longer));
}

namespace {

Projection look(const Picture& picture, const View& view, const AugmentOptions& augment, Random* random) {
    auto half_x = static_cast<double>(picture.width) / 2.0;
    auto half_y = static_cast<double>(picture.height) / 2.0;
    const double middle_x = half_x;
    const double middle_y = half_y;
    const double wanted = static_cast<double>(view.width) / static_cast<double>(view.height);
    const double given = half_x / half_y;
    if ((view.fit == Fit::kPad && given > wanted) || (view.fit == Fit::kCrop && given < wanted)) {
        half_y = half_x / wanted;
    } else if (view.fit != Fit::kStretch) {
        half_x = half_y * wanted;
    }
    Projection p;
    if (random != nullptr) {
        constexpr double kRadians = 3.141592653589793 / 180.0;
        const double angle = random->uniform(-1.0, 1.0) * augment.rotation_deg * kRadians;
        const double zoom = std::pow(1.0 + augment.scale, random->uniform(-1.0, 1.0));
        const double mirror = augment.flip && random->chance(0.5) ? -1.0 : 1.0;
        p.a = std::cos(angle) * zoom * mirror;
        p.b = -std::sin(angle) * zoom;
        p.d = std::sin(angle) * zoom * mirror;
        p.e = std::cos(angle) * zoom;
        p.c = random->uniform(-2.0, 2.0) * augment.shift;
        p.f = random->uniform(-2.0, 2.0) * augment.shift;
        p.g = random->uniform(-1.0, 1.0) * augment.perspective;
        p.h = random->uniform(-1.0, 1.0) * augment.perspective;
    }
    // Rows of the numerators: scaled to pixels, about the middle.
    return {p.a * half_x + middle_x * p.g,
            p.b * half_x + middle_x * p.h,
            p.c * half_x + middle_x,
            p.d * half_y + middle_y * p.g,
            p.e * half_y + middle_y * p.h,
            p.f * half_y + middle_y,
            p.g,
            p.h};
}

// Bilinear; half a pixel beyond the edge is the edge's colour, the rest is grey.
std::array<float, 3> sample(const Picture& picture, double x, double y) {
    constexpr float kGrey = 127.5F;
    if (x < -0.5 || y < -0.5 || x > static_cast<double>(picture.width) - 0.5 ||
        y > static_cast<double>(picture.height) - 0.5) {
        return {kGrey, kGrey, kGrey};
    }
    const double cx = std::clamp(x, 0.0, static_cast<double>(picture.width - 1));
    const double cy = std::clamp(y, 0.0, static_cast<double>(picture.height - 1));
    const auto x0 = static_cast<std::int64_t>(cx);
    const auto y0 = static_cast<std::int64_t>(cy);
    const std::int64_t x1 = std::min(x0 + 1, picture.width - 1);
    const std::int64_t y1 = std::min(y0 + 1, picture.height - 1);
    const auto fx = static_cast<float>(cx - static_cast<double>(x0));
    const auto fy = static_cast<float>(cy - static_cast<double>(y0));
    const auto pixel = [&](std::int64_t px, std::int64_t py) {
        return &picture.rgb[static_cast<std::size_t>((py * picture.width + px) * 3)];
    };
    std::array<float, 3> color{};
    for (std::size_t c = 0; c < 3; ++c) {
        const float top =
            static_cast<float>(pixel(x0, y0)[c]) * (1.0F - fx) + static_cast<float>(pixel(x1, y0)[c]) * fx;
        const float low =
            static_cast<float>(pixel(x0, y1)[c]) * (1.0F - fx) + static_cast<float>(pixel(x1, y1)[c]) * fx;
        color[c] = top * (1.0F - fy) + low * fy;
    }
    return color;
}

struct Tint {
    float brightness = 0.0F, contrast = 1.0F, saturation = 1.0F;
};

float grey_of(const std::array<float, 3>& color) {
    return 0.299F * color[0] + 0.587F * color[1] + 0.114F * color[2];
}

void tint_pixel(std::array<float, 3>& color, const Tint& tint) {
    const float grey = grey_of(color);
    for (float& c : color) {
        c = grey + (c - grey) * tint.saturation;
        c = 127.5F + (c - 127.5F) * tint.contrast + tint.brightness;
        c = std::clamp(c, 0.0F, 255.0F);
    }
}

Tint draw_tint(const AugmentOptions& augment, Random& random) {
    Tint tint;
    tint.brightness = static_cast<float>(255.0 * augment.brightness * random.uniform(-1.0, 1.0));
    tint.contrast = static_cast<float>(1.0 + augment.contrast * random.uniform(-1.0, 1.0));
    tint.saturation = static_cast<float>(1.0 + augment.saturation * random.uniform(-1.0, 1.0));
    return tint;
}

// 1 2 1 along both directions.
void blur(const View& view, std::span<float> out) {
    const std::vector<float> copy(out.begin(), out.end());
    const auto at = [&](std::int64_t y, std::int64_t x, std::int64_t c) {
        y = std::clamp<std::int64_t>(y, 0, view.height - 1);
        x = std::clamp<std::int64_t>(x, 0, view.width - 1);
        return copy[static_cast<std::size_t>((y * view.width + x) * view.channels + c)];
    };
    constexpr std::array kWeights = {0.25F, 0.5F, 0.25F};
    std::size_t to = 0;
    for (std::int64_t y = 0; y < view.height; ++y) {
        for (std::int64_t x = 0; x < view.width; ++x) {
            for (std::int64_t c = 0; c < view.channels; ++c) {
                float sum = 0.0F;
                for (std::int64_t dy = -1; dy <= 1; ++dy) {
                    for (std::int64_t dx = -1; dx <= 1; ++dx)
                        sum += at(y + dy, x + dx, c) * kWeights[static_cast<std::size_t>(dy + 1)] *
                               kWeights[static_cast<std::size_t>(dx + 1)];
                }
                out[to++] = sum;
            }
        }
    }
}

void cut_out(const View& view, Random& random, std::span<float> out) {
    const std::int64_t size = std::max<std::int64_t>(1, std::min(view.width, view.height) / 4);
    const auto left =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(view.width - size + 1)));
    const auto top =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(view.height - size + 1)));
    for (std::int64_t y = top; y < top + size; ++y) {
        const auto row = static_cast<std::size_t>((y * view.width + left) * view.channels);
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(row), size * view.channels, 0.0F);
    }
}

}  // namespace

void render(const Picture& picture, const View& view, const AugmentOptions& augment, Random* random,
            std::span<float> out) {
    render(picture, view, look(picture, view, augment, random), augment, random, out);
}

void render(const Picture& picture, const View& view, const Projection& p, const AugmentOptions& augment,
            Random* random, std::span<float> out) {
    const Tint tint = random != nullptr ? draw_tint(augment, *random) : Tint{};
    const bool tinted =
        random != nullptr && (augment.brightness > 0.0 || augment.contrast > 0.0 || augment.saturation > 0.0);
    const Normalisation& norm = view.normalisation;
    std::size_t at = 0;
    for (std::int64_t row = 0; row < view.height; ++row) {
        const double y = (2.0 * static_cast<double>(row) + 1.0) / static_cast<double>(view.height) - 1.0;
        for (std::int64_t column = 0; column < view.width; ++column) {
            const double x =
                (2.0 * static_cast<double>(column) + 1.0) / static_cast<double>(view.width) - 1.0;
            const double depth = p.g * x + p.h * y + 1.0;
            auto color = sample(picture, (p.a * x + p.b * y + p.c) / depth - 0.5,
                                (p.d * x + p.e * y + p.f) / depth - 0.5);
            if (tinted) tint_pixel(color, tint);
            if (view.channels == 1) color[0] = grey_of(color);
            for (std::size_t c = 0; c < static_cast<std::size_t>(view.channels); ++c)
                out[at++] = (color[c] / 255.0F - norm.mean[c]) / norm.deviation[c];
        }
    }
    if (random == nullptr) return;
    if (random->chance(augment.blur)) blur(view, out);
    if (augment.noise > 0.0) {
        const double size = augment.noise * random->uniform() / norm.deviation[0];
        for (float& number : out)
            number += static_cast<float>(size * random->normal());
    }
    if (random->chance(augment.cutout)) cut_out(view, *random, out);
}

}  // namespace mosaic::train
