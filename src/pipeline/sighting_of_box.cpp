#include "pipeline/sighting_of_box.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace vitrina::pipeline {
namespace {

constexpr double kTenth = 0.1;

double to_tenths(double value) {
    return std::round(value * 10) / 10;
}

}  // namespace

Sighting sighting_of_box(const TrackBox& box, double visible, const Layout& layout, double width,
                         double height) {
    const double scale_x = layout.width / width;
    const double scale_y = layout.height / height;
    const Point foot = box.box.foot();
    return {.person = box.track,
            .at = SourceTime(std::chrono::round<std::chrono::milliseconds>(box.time.time_since_epoch())),
            .place = {to_tenths(std::clamp(foot.x, 0.0, width) * scale_x),
                      to_tenths(std::clamp(foot.y, 0.0, height) * scale_y)},
            .body_height = std::max(kTenth, to_tenths(box.box.height * scale_y)),
            .score = box.measured ? box.score : 0,
            .visible = std::round(visible * 100) / 100};
}

}  // namespace vitrina::pipeline
