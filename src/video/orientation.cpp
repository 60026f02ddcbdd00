#include "video/orientation.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace vitrina::video {
namespace {

constexpr int kChannels = 3;
/// Pixels of a tile's side: two tiles, read and written, stay in the first-level cache.
constexpr int kTile = 32;
/// How much smaller the sines of a right angle are than its cosines, rounding included.
constexpr std::int64_t kSharpness = 100;

}  // namespace

Orientation orientation_of(std::span<const std::int32_t, 9> matrix) {
    // x' = a x + c y, y' = b x + d y
    const std::int64_t a = matrix[0];
    const std::int64_t b = matrix[1];
    const std::int64_t c = matrix[3];
    const std::int64_t d = matrix[4];
    const std::int64_t straight = std::min(std::abs(a), std::abs(d));
    const std::int64_t across = std::min(std::abs(b), std::abs(c));
    if (straight > kSharpness * std::max(std::abs(b), std::abs(c))) return {false, a < 0, d < 0};
    if (across > kSharpness * std::max(std::abs(a), std::abs(d))) return {true, c < 0, b < 0};
    return {};
}

Picture upright(Picture picture, Orientation orientation) {
    if (orientation == Orientation{}) return picture;
    Picture turned;
    turned.width = orientation.transpose ? picture.height : picture.width;
    turned.height = orientation.transpose ? picture.width : picture.height;
    turned.rgb.resize(picture.rgb.size());

    // Where a step of one pixel in the source goes, in bytes of the result.
    const std::ptrdiff_t x_step = orientation.mirror_x ? -kChannels : kChannels;
    const std::ptrdiff_t row = std::ptrdiff_t{turned.width} * kChannels;
    const std::ptrdiff_t y_step = orientation.mirror_y ? -row : row;
    const std::ptrdiff_t source_x_step = orientation.transpose ? y_step : x_step;
    const std::ptrdiff_t source_y_step = orientation.transpose ? x_step : y_step;
    const std::ptrdiff_t first =
        (orientation.mirror_x ? row - kChannels : 0) + (orientation.mirror_y ? row * (turned.height - 1) : 0);

    for (int tile_y = 0; tile_y < picture.height; tile_y += kTile) {
        for (int tile_x = 0; tile_x < picture.width; tile_x += kTile) {
            const int end_y = std::min(tile_y + kTile, picture.height);
            const int end_x = std::min(tile_x + kTile, picture.width);
            for (int y = tile_y; y < end_y; ++y) {
                const std::uint8_t* from =
                    picture.rgb.data() + (std::ptrdiff_t{y} * picture.width + tile_x) * kChannels;
                std::ptrdiff_t to = first + y * source_y_step + tile_x * source_x_step;
                for (int x = tile_x; x < end_x; ++x, from += kChannels, to += source_x_step)
                    std::copy_n(from, kChannels, turned.rgb.data() + to);
            }
        }
    }
    return turned;
}

}  // namespace vitrina::video
