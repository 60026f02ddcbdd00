#include "video/picture_look.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace vitrina::video {
namespace {

constexpr float kDarkMax = 20;
constexpr float kBurntMin = 250;
constexpr int kFingerprintColumns = 96;
constexpr int kFingerprintRows = 54;
constexpr int kChangeMin = 2;  // levels
constexpr double kWide = 10;   // px, of a picture of 640: what sharpness is measured against

int brightness(const std::uint8_t* pixel) {
    return (pixel[0] + 2 * pixel[1] + pixel[2]) / 4;
}

const std::uint8_t* pixel_at(const Picture& picture, int x, int y) {
    return picture.rgb.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                                 static_cast<std::size_t>(x)) *
                                    3;
}

/// On the mean of some rows, in which upright edges stay as sharp as they are and noise goes.
double sharpness_of(const Picture& picture) {
    constexpr int kBands = 60;
    constexpr int kRows = 4;
    const auto wide = static_cast<std::size_t>(std::max(2, std::max(picture.width, picture.height) / 64));
    const int rows = std::min(kRows, picture.height);
    std::vector<int> band(static_cast<std::size_t>(picture.width));
    double near = 0;
    double far = 0;
    for (int i = 0; i < kBands; ++i) {
        std::fill(band.begin(), band.end(), 0);
        const int top = i * (picture.height - rows) / kBands;
        for (int y = top; y < top + rows; ++y) {
            const std::uint8_t* pixel = pixel_at(picture, 0, y);
            for (int& sum : band) {
                sum += brightness(pixel);
                pixel += 3;
            }
        }
        for (std::size_t x = 0; x + wide < band.size(); ++x) {
            const int beside = band[x] - band[x + 1];
            const int away = band[x] - band[x + wide];
            near += static_cast<double>(beside) * beside;
            far += static_cast<double>(away) * away;
        }
    }
    return far < 1 ? 0 : near / far * static_cast<double>(wide) / kWide;
}

double contrast_of(const SmallPicture& small) {
    std::vector<float> gradients;
    gradients.reserve(small.grey.size());
    const auto width = static_cast<std::size_t>(small.width);
    for (std::size_t i = 0; i + width < small.grey.size(); ++i)
        gradients.push_back(std::max(std::abs(small.grey[i] - small.grey[i + 1]),
                                     std::abs(small.grey[i] - small.grey[i + width])));
    if (gradients.empty()) return 0;
    const auto high =
        gradients.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(gradients.size() - 1));
    std::nth_element(gradients.begin(), high, gradients.end());
    return *high;
}

}  // namespace

PictureLook look_at(const Picture& picture) {
    PictureLook look;
    look.small = small_picture(picture);
    if (look.small.grey.empty()) return look;
    look.edges = edges_of(look.small);
    double sum = 0;
    int dark = 0;
    int burnt = 0;
    for (const float grey : look.small.grey) {
        sum += grey;
        dark += grey <= kDarkMax ? 1 : 0;
        burnt += grey >= kBurntMin ? 1 : 0;
    }
    const auto count = static_cast<double>(look.small.grey.size());
    look.mean = sum / count;
    look.dark_share = dark / count;
    look.burnt_share = burnt / count;
    look.contrast = contrast_of(look.small);
    look.sharpness = sharpness_of(picture);
    look.fingerprint.reserve(std::size_t{kFingerprintColumns} * kFingerprintRows);
    for (int row = 0; row < kFingerprintRows; ++row)
        for (int column = 0; column < kFingerprintColumns; ++column)
            look.fingerprint.push_back(static_cast<std::uint8_t>(
                brightness(pixel_at(picture, (2 * column + 1) * picture.width / (2 * kFingerprintColumns),
                                    (2 * row + 1) * picture.height / (2 * kFingerprintRows)))));
    return look;
}

double changed_share(const PictureLook& a, const PictureLook& b) {
    if (a.fingerprint.size() != b.fingerprint.size() || a.fingerprint.empty()) return 1;
    int changed = 0;
    for (std::size_t i = 0; i < a.fingerprint.size(); ++i)
        changed += std::abs(int{a.fingerprint[i]} - int{b.fingerprint[i]}) > kChangeMin ? 1 : 0;
    return changed / static_cast<double>(a.fingerprint.size());
}

}  // namespace vitrina::video
