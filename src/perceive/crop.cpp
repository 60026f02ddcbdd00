#include "perceive/crop.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/result.h"
#include "perceive/opencv_threads.h"

namespace vitrina::perceive {
namespace {

/// The whole pixels of the picture that a square of this size around a point touches, however it is turned.
cv::Rect touched(const Picture& picture, Point center, double reach) {
    const auto lowest = [](double from) { return static_cast<int>(std::max(0.0, std::floor(from))); };
    const auto highest = [](double to, int size) {
        return static_cast<int>(std::clamp<double>(std::ceil(to), 0, size));
    };
    if (center.x - reach >= picture.width || center.y - reach >= picture.height) return {};
    const int left = lowest(center.x - reach);
    const int top = lowest(center.y - reach);
    return {left, top, std::max(0, highest(center.x + reach, picture.width) - left),
            std::max(0, highest(center.y + reach, picture.height) - top)};
}

}  // namespace

Crop cut_square(const Picture& picture, Point center, double length, int side, double turn) {
    VITRINA_ASSERT(length > 0 && side > 0 && std::isfinite(center.x + center.y + turn));
    VITRINA_ASSERT(picture.rgb.size() == static_cast<std::size_t>(picture.width) * picture.height * 3);
    // Less than a pixel can't be scaled up to anything.
    const double span = std::max(1.0, length);
    const double scale = span / side;
    Crop crop{side, std::vector<std::uint8_t>(static_cast<std::size_t>(side) * side * 3), {}, {}};
    crop.step = {scale * std::cos(turn), scale * std::sin(turn)};
    const double half = static_cast<double>(side) / 2;
    crop.origin = {center.x - half * (crop.step.x - crop.step.y),
                   center.y - half * (crop.step.x + crop.step.y)};
    const cv::Rect rect = touched(picture, center, half * (std::abs(crop.step.x) + std::abs(crop.step.y)));
    if (rect.empty()) return crop;
    keep_opencv_on_this_thread();

    // cv::Mat has no const form; the picture is only read.
    const cv::Mat whole(picture.height, picture.width, CV_8UC3,
                        const_cast<std::uint8_t*>(picture.rgb.data()));
    cv::Mat part = whole(rect);
    if (scale > 1) {
        const cv::Size size(std::max(1, static_cast<int>(std::lround(rect.width / scale))),
                            std::max(1, static_cast<int>(std::lround(rect.height / scale))));
        cv::Mat shrunk;
        cv::resize(part, shrunk, size, 0, 0, cv::INTER_AREA);
        part = shrunk;
    }
    // From the middle of a pixel of the crop to one of `part`.
    const double x_scale = static_cast<double>(part.cols) / rect.width;
    const double y_scale = static_cast<double>(part.rows) / rect.height;
    const Point first = crop.to_picture(0.5, 0.5);
    const cv::Matx23d back(crop.step.x * x_scale, -crop.step.y * x_scale, (first.x - rect.x) * x_scale - 0.5,
                           crop.step.y * y_scale, crop.step.x * y_scale, (first.y - rect.y) * y_scale - 0.5);
    cv::Mat target(side, side, CV_8UC3, crop.rgb.data());
    cv::warpAffine(part, target, back, target.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_CONSTANT);
    return crop;
}

}  // namespace vitrina::perceive
