#include "insight/heatmap_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/result.h"

namespace vitrina::insight {
namespace {

// One person's way is a line a cell wide; smoothed to about a step it reads as a way and not as a staircase.
constexpr double kSmoothCells = 0.9;
constexpr double kRoundCells = 0.4;
// Wide enough for any screen's heat map; of a larger picture each pixel would only take longer.
constexpr int kWidthMax = 1920;
constexpr double kAlphaMax = 0.88;
constexpr double kAlphaRise = 0.35;   // share of the scale over which the colour fades in
constexpr double kColourFrom = 0.12;  // the scale's darkest colours look like shadows
constexpr double kBackgroundDim = 0.75;
constexpr double kBackgroundColour = 0.45;  // of its saturation: colours are for the heat map
const cv::Scalar kStripColour(24, 24, 27);
const cv::Scalar kTextColour(228, 228, 231);
constexpr int kTicksMax = 7;

/// The longest time shown: where the scale ends.
double scale_end(const cv::Mat& seconds) {
    double longest = 0;
    cv::minMaxLoc(seconds, nullptr, &longest);
    return longest > 0 ? longest : 1;
}

/// Where on the scale (0..1) a time is. A few people stand for minutes where others walk through in a second:
/// the square root shows both.
double position(double seconds, double end) {
    return std::sqrt(std::clamp(seconds / end, 0.0, 1.0));
}

/// Seconds in each pixel's cell, smooth, of the background's size.
cv::Mat spread(const HeatMap& heatmap, cv::Size size) {
    std::vector<double> seconds = heatmap.seconds();
    const cv::Mat cells(heatmap.rows(), heatmap.columns(), CV_64F, seconds.data());
    cv::Mat smooth;
    cv::GaussianBlur(cells, smooth, {}, kSmoothCells, kSmoothCells, cv::BORDER_REPLICATE);
    smooth.convertTo(smooth, CV_32F);
    // The last row of cells may reach below the picture.
    const double row_pixels = size.height * heatmap.cell_size() / heatmap.height();
    const int full_height = std::max(1, static_cast<int>(std::lround(row_pixels * heatmap.rows())));
    cv::Mat large;
    cv::resize(smooth, large, {size.width, full_height}, 0, 0, cv::INTER_LINEAR);
    // Between the middles of cells: a curve, and unlike with cubic interpolation no ring around a peak.
    const double round = size.width * kRoundCells / heatmap.columns();
    cv::GaussianBlur(large, large, {}, round, round, cv::BORDER_REPLICATE);
    if (full_height < size.height)
        cv::copyMakeBorder(large, large, 0, size.height - full_height, 0, 0, cv::BORDER_REPLICATE);
    return cv::max(large.rowRange(0, size.height), 0);
}

/// The background, made smaller where it is too wide. May share its pixels, which are only read.
cv::Mat at_most_wide(const Picture& background) {
    // OpenCV has no view of constant pixels.
    const cv::Mat source(background.height, background.width, CV_8UC3,
                         const_cast<std::uint8_t*>(background.rgb.data()));
    if (background.width <= kWidthMax) return source;
    const double scale = static_cast<double>(kWidthMax) / background.width;
    const int height = std::max(1, static_cast<int>(std::lround(background.height * scale)));
    cv::Mat smaller;
    cv::resize(source, smaller, {kWidthMax, height}, 0, 0, cv::INTER_AREA);
    return smaller;
}

/// Inferno: lightness grows evenly, and it needs neither red nor green to be told apart.
std::array<cv::Vec3b, 256> colour_scale() {
    cv::Mat ramp(1, 256, CV_8U);
    for (int i = 0; i < 256; ++i)
        ramp.at<std::uint8_t>(0, i) =
            cv::saturate_cast<std::uint8_t>(255 * (kColourFrom + (1 - kColourFrom) * i / 255.0));
    cv::Mat colours;
    cv::applyColorMap(ramp, colours, cv::COLORMAP_INFERNO);
    cv::cvtColor(colours, colours, cv::COLOR_BGR2RGB);
    std::array<cv::Vec3b, 256> result;
    for (int i = 0; i < 256; ++i)
        result[static_cast<std::size_t>(i)] = colours.at<cv::Vec3b>(0, i);
    return result;
}

cv::Vec3b blend(const cv::Vec3b& below, const cv::Vec3b& above, double alpha) {
    cv::Vec3b result;
    for (int i = 0; i < 3; ++i)
        result[i] = cv::saturate_cast<std::uint8_t>(below[i] + alpha * (above[i] - below[i]));
    return result;
}

/// The colour at a position of the scale, over whatever is below it.
cv::Vec3b tint(const cv::Vec3b& below, double at, const std::array<cv::Vec3b, 256>& colours) {
    const auto index = static_cast<std::size_t>(std::lround(at * 255));
    return blend(below, colours[index], kAlphaMax * std::min(1.0, at / kAlphaRise));
}

cv::Mat muted(const cv::Mat& picture) {
    cv::Mat gray;
    cv::cvtColor(picture, gray, cv::COLOR_RGB2GRAY);
    cv::cvtColor(gray, gray, cv::COLOR_GRAY2RGB);
    cv::Mat result;
    cv::addWeighted(picture, kBackgroundDim * kBackgroundColour, gray,
                    kBackgroundDim * (1 - kBackgroundColour), 0, result);
    return result;
}

void draw_heat(cv::Mat& picture, const cv::Mat& seconds, double end,
               const std::array<cv::Vec3b, 256>& colours) {
    for (int y = 0; y < picture.rows; ++y) {
        auto* row = picture.ptr<cv::Vec3b>(y);
        const auto* times = seconds.ptr<float>(y);
        for (int x = 0; x < picture.cols; ++x)
            row[x] = tint(row[x], position(times[x], end), colours);
    }
}

/// Round times (1, 2, 5 times a power of ten) that fit on the scale, the smaller left out where they crowd.
std::vector<double> ticks(double end, double apart) {
    std::vector<double> result{0};
    std::vector<double> found;
    for (double power = std::pow(10, std::floor(std::log10(end))); found.size() < kTicksMax; power /= 10) {
        for (const double factor : {5.0, 2.0, 1.0}) {
            const double value = factor * power;
            if (value > end * (1 + 1e-9)) continue;
            const double at = position(value, end);
            const double next = found.empty() ? 2 : position(found.back(), end);
            if (at < apart) continue;
            if (next - at >= apart) found.push_back(value);
        }
        if (position(power, end) < apart) break;
    }
    result.insert(result.end(), found.rbegin(), found.rend());
    return result;
}

/// Sizes of the strip below the picture, in proportion to it.
struct Strip {
    explicit Strip(int width) {
        unit = std::max(1.0, width / 640.0);
        margin = px(12);
        bar_height = px(10);
        tick = px(4);
        text = 0.38 * unit;
        thickness = std::max(1, static_cast<int>(std::lround(unit * 0.9)));
        int baseline = 0;
        text_height = cv::getTextSize("0", cv::FONT_HERSHEY_SIMPLEX, text, thickness, &baseline).height;
        height = margin + bar_height + tick + px(4) + text_height + px(9);
    }
    [[nodiscard]] int px(int pixels) const { return static_cast<int>(std::lround(pixels * unit)); }

    double unit = 1;
    int margin = 0;
    int bar_height = 0;
    int tick = 0;
    double text = 0;
    int thickness = 1;
    int text_height = 0;
    int height = 0;
};

void draw_label(cv::Mat& strip, const Strip& sizes, const std::string& text, int center, int baseline) {
    int below = 0;
    const cv::Size size =
        cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, sizes.text, sizes.thickness, &below);
    const int left = std::clamp(center - size.width / 2, 1, std::max(1, strip.cols - size.width - 1));
    cv::putText(strip, text, {left, baseline}, cv::FONT_HERSHEY_SIMPLEX, sizes.text, kTextColour,
                sizes.thickness, cv::LINE_AA);
}

void draw_scale(cv::Mat& strip, const Strip& sizes, double end, const std::array<cv::Vec3b, 256>& colours) {
    strip.setTo(kStripColour);
    const int left = sizes.margin;
    const int length = std::max(1, strip.cols - 2 * sizes.margin);
    const int bottom = sizes.margin + sizes.bar_height;
    for (int x = 0; x < length && left + x < strip.cols; ++x) {
        const double at = (x + 0.5) / length;
        for (int y = sizes.margin; y < bottom; ++y) {
            auto& pixel = strip.at<cv::Vec3b>(y, left + x);
            pixel = tint(pixel, at, colours);
        }
    }
    const double label_width = 64 * sizes.unit;
    for (const double value : ticks(end, label_width / length)) {
        const int x = left + static_cast<int>(std::lround(position(value, end) * (length - 1)));
        cv::line(strip, {x, bottom}, {x, bottom + sizes.tick}, kTextColour, sizes.thickness);
        draw_label(strip, sizes, fmt::format("{:g} s", value), x,
                   bottom + sizes.tick + sizes.px(4) + sizes.text_height);
    }
}

}  // namespace

Picture render_heatmap(const HeatMap& heatmap, const Picture& background) {
    VITRINA_ASSERT(background.width > 0 && background.height > 0);
    cv::setNumThreads(
        1);  // the pipeline has a thread for each core; a pool beside them takes turns with them
    const cv::Mat source = at_most_wide(background);
    const Strip sizes(source.cols);
    Picture result{source.cols, source.rows + sizes.height, {}};
    result.rgb.resize(static_cast<std::size_t>(result.width) * static_cast<std::size_t>(result.height) * 3);
    cv::Mat canvas(result.height, result.width, CV_8UC3, result.rgb.data());
    cv::Mat picture = canvas.rowRange(0, source.rows);
    cv::Mat strip = canvas.rowRange(source.rows, result.height);
    muted(source).copyTo(picture);
    const cv::Mat seconds = spread(heatmap, picture.size());
    const double end = scale_end(seconds);
    const auto colours = colour_scale();
    draw_heat(picture, seconds, end, colours);
    draw_scale(strip, sizes, end, colours);
    return result;
}

}  // namespace vitrina::insight
