#include "perceive/colour_layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vitrina::perceive {
namespace {

// Of the box's width: what is beside the body is background.
constexpr double kMiddle = 0.6;
// Points that are looked at: more of them change nothing.
constexpr int kColumns = 6;
constexpr int kPointsInRow = 4;

double linear(double value) {
    const double share = std::clamp(value / 255, 0.0, 1.0);
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

double lab_curve(double value) {
    constexpr double kLinearBelow = 216.0 / 24389;
    constexpr double kSlope = 24389.0 / 27;
    return value > kLinearBelow ? std::cbrt(value) : (kSlope * value + 16) / 116;
}

}  // namespace

std::array<double, 3> cielab(double red, double green, double blue) {
    const double r = linear(red);
    const double g = linear(green);
    const double b = linear(blue);
    const double x = lab_curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    const double y = lab_curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
    const double z = lab_curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

std::vector<float> colour_layout(const Picture& picture, const Box& box) {
    if (clip(box, picture.width, picture.height).area() <= 0) return {};
    std::vector<float> look;
    look.reserve(kColourNumbers);
    const auto place = [](double value, int size) {
        return static_cast<std::size_t>(std::clamp(std::floor(value), 0.0, size - 1.0));
    };
    for (int row = 0; row < kColourRows; ++row) {
        std::array<int, 3> sum{};
        for (int i = 0; i < kPointsInRow; ++i) {
            const double down = (row + (i + 0.5) / kPointsInRow) / kColourRows;
            const std::size_t y = place(box.y + box.height * down, picture.height);
            for (int column = 0; column < kColumns; ++column) {
                const double across = 0.5 + kMiddle * ((column + 0.5) / kColumns - 0.5);
                const std::size_t x = place(box.x + box.width * across, picture.width);
                const std::uint8_t* pixel =
                    &picture.rgb[3 * (y * static_cast<std::size_t>(picture.width) + x)];
                for (std::size_t k = 0; k < 3; ++k)
                    sum[k] += pixel[k];
            }
        }
        constexpr double kPoints = kPointsInRow * kColumns;
        const auto [lightness, a, b] = cielab(sum[0] / kPoints, sum[1] / kPoints, sum[2] / kPoints);
        look.push_back(static_cast<float>(lightness / 2));
        look.push_back(static_cast<float>(a));
        look.push_back(static_cast<float>(b));
    }
    return look;
}

}  // namespace vitrina::perceive
