#include "perceive/letterbox.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/result.h"
#include "perceive/opencv_threads.h"

namespace vitrina::perceive {
namespace {

int round_up(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

Letterbox fit(int width, int height, int long_side, int stride) {
    VITRINA_ASSERT(width > 0 && height > 0 && long_side > 0 && stride > 0);
    const double scale = static_cast<double>(long_side) / std::max(width, height);
    Letterbox result;
    result.picture_width = std::max(1, static_cast<int>(std::lround(width * scale)));
    result.picture_height = std::max(1, static_cast<int>(std::lround(height * scale)));
    result.input_width = round_up(result.picture_width, stride);
    result.input_height = round_up(result.picture_height, stride);
    result.scale_x = static_cast<double>(result.picture_width) / width;
    result.scale_y = static_cast<double>(result.picture_height) / height;
    return result;
}

void resample(const Picture& picture, const Letterbox& letterbox, std::vector<std::uint8_t>& scratch,
              std::vector<float>& input) {
    VITRINA_ASSERT(picture.rgb.size() == static_cast<std::size_t>(picture.width) * picture.height * 3);
    const int width = letterbox.picture_width;
    const int height = letterbox.picture_height;
    const std::uint8_t* scaled = picture.rgb.data();
    if (width != picture.width || height != picture.height) {
        scratch.resize(static_cast<std::size_t>(width) * height * 3);
        // cv::Mat has no const form; the picture is only read.
        const cv::Mat source(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(scaled));
        cv::Mat target(height, width, CV_8UC3, scratch.data());
        keep_opencv_on_this_thread();
        const bool shrinks = width < picture.width;
        cv::resize(source, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
        scaled = scratch.data();
    }
    const std::size_t row = static_cast<std::size_t>(width) * 3;
    const std::size_t stride = static_cast<std::size_t>(letterbox.input_width) * 3;
    input.resize(stride * letterbox.input_height);
    for (int y = 0; y < letterbox.input_height; ++y) {
        float* out = input.data() + stride * y;
        if (y >= height) {
            std::fill(out, out + stride, 0.0F);
            continue;
        }
        std::copy(scaled + row * y, scaled + row * (y + 1), out);
        std::fill(out + row, out + stride, 0.0F);
    }
}

}  // namespace vitrina::perceive
