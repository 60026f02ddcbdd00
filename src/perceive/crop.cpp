#include "perceive/crop.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/result.h"

namespace vitrina::perceive {

Crop cut_square(const Picture& picture, Point center, double length, int side) {
    VITRINA_ASSERT(length > 0 && side > 0 && std::isfinite(center.x) && std::isfinite(center.y));
    VITRINA_ASSERT(picture.rgb.size() == static_cast<std::size_t>(picture.width) * picture.height * 3);
    // Less than a pixel can't be scaled up to anything.
    const double span = std::max(1.0, length);
    Crop crop{side, std::vector<std::uint8_t>(static_cast<std::size_t>(side) * side * 3), {}, span / side};
    crop.origin = {center.x - span / 2, center.y - span / 2};
    // The whole pixels that the square touches.
    const auto lowest = [](double from) { return static_cast<int>(std::max(0.0, std::floor(from))); };
    const auto highest = [](double to, int size) {
        return static_cast<int>(std::min<double>(size, std::ceil(to)));
    };
    if (crop.origin.x >= picture.width || crop.origin.y >= picture.height) return crop;
    const int left = lowest(crop.origin.x);
    const int top = lowest(crop.origin.y);
    const int right = highest(crop.origin.x + span, picture.width);
    const int bottom = highest(crop.origin.y + span, picture.height);
    if (right <= left || bottom <= top) return crop;

    // cv::Mat has no const form; the picture is only read.
    const cv::Mat whole(picture.height, picture.width, CV_8UC3,
                        const_cast<std::uint8_t*>(picture.rgb.data()));
    const cv::Mat part = whole(cv::Rect(left, top, right - left, bottom - top));
    cv::Mat target(side, side, CV_8UC3, crop.rgb.data());
    cv::Mat shrunk = part;
    double step = 1;  // pixels of the picture for one of `shrunk`
    if (crop.scale > 1) {
        step = crop.scale;
        const cv::Size size(std::max(1, static_cast<int>(std::lround(part.cols / step))),
                            std::max(1, static_cast<int>(std::lround(part.rows / step))));
        cv::resize(part, shrunk, size, 0, 0, cv::INTER_AREA);
    }
    // From a pixel of the crop to one of `shrunk`, both counted from their centres.
    const double x_step = static_cast<double>(part.cols) / shrunk.cols;
    const double y_step = static_cast<double>(part.rows) / shrunk.rows;
    const double x_scale = crop.scale / x_step;
    const double y_scale = crop.scale / y_step;
    const cv::Matx23d back(x_scale, 0, (crop.origin.x - left) / x_step + x_scale / 2 - 0.5, 0, y_scale,
                           (crop.origin.y - top) / y_step + y_scale / 2 - 0.5);
    cv::warpAffine(shrunk, target, back, target.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_CONSTANT);
    return crop;
}

}  // namespace vitrina::perceive
