#include "pipeline/plan_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/distance.h"
#include "base/polygon.h"

namespace vitrina::pipeline {
namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr Colour kFloor = {231, 233, 228};
constexpr Colour kFixture = {178, 184, 176};
constexpr Colour kEdge = {122, 130, 121};
constexpr Colour kWall = {74, 80, 74};
constexpr double kWallM = 0.06;  // half of its thickness
constexpr double kEdgeM = 0.03;
constexpr double kAboveM = 10;  // of the lens that is made up

class Canvas {
  public:
    Canvas(const Plan& plan, double px_per_m) : px_per_m_(px_per_m) {
        picture_.width = static_cast<int>(std::lround(plan.width_m * px_per_m));
        picture_.height = static_cast<int>(std::lround(plan.depth_m * px_per_m));
        picture_.rgb.resize(static_cast<std::size_t>(picture_.width) *
                            static_cast<std::size_t>(picture_.height) * 3);
        for (std::size_t i = 0; i < picture_.rgb.size(); ++i)
            picture_.rgb[i] = kFloor.at(i % 3);
    }
    /// Calls `colour_at` for the places in a box, in metres; null leaves a place as it is.
    template <typename ColourAt>
    void paint(const Box& box, ColourAt colour_at) {
        const auto pixel = [&](double metres, int most) {
            return std::clamp(static_cast<int>(std::floor(metres * px_per_m_)), 0, most);
        };
        const int right = pixel(box.right(), picture_.width - 1);
        const int bottom = pixel(box.bottom(), picture_.height - 1);
        for (int y = pixel(box.y, picture_.height - 1); y <= bottom; ++y)
            for (int x = pixel(box.x, picture_.width - 1); x <= right; ++x) {
                const Colour* const colour = colour_at(Point{(x + 0.5) / px_per_m_, (y + 0.5) / px_per_m_});
                if (colour == nullptr) continue;
                const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture_.width) +
                                static_cast<std::size_t>(x);
                std::copy(colour->begin(), colour->end(),
                          picture_.rgb.begin() + static_cast<std::ptrdiff_t>(3 * at));
            }
    }
    [[nodiscard]] Picture take() { return std::move(picture_); }

  private:
    double px_per_m_;
    Picture picture_;
};

Box around(const Polygon& polygon, double wider) {
    const Box box = bounds_of(polygon);
    return {box.x - wider, box.y - wider, box.width + 2 * wider, box.height + 2 * wider};
}

}  // namespace

Picture picture_of(const Plan& plan, double px_per_m) {
    Canvas canvas(plan, px_per_m);
    for (const Fixture& fixture : plan.fixtures)
        canvas.paint(around(fixture.polygon, kEdgeM), [&](Point place) -> const Colour* {
            if (distance_to_edge(place, fixture.polygon) < kEdgeM) return &kEdge;
            return contains(fixture.polygon, place) ? &kFixture : nullptr;
        });
    for (const Wall& wall : plan.walls)
        canvas.paint(around({wall.from, wall.to}, kWallM), [&](Point place) -> const Colour* {
            return distance_to_segment(place, wall.from, wall.to) < kWallM ? &kWall : nullptr;
        });
    return canvas.take();
}

Layout layout_in_picture(const Plan& plan, double px_per_m) {
    Layout layout;
    layout.version = plan.version;
    layout.width = std::round(plan.width_m * px_per_m);
    layout.height = std::round(plan.depth_m * px_per_m);
    layout.zones = plan.zones;
    for (Zone& zone : layout.zones)
        zone.polygon = scaled(zone.polygon, px_per_m);
    layout.lines.reserve(plan.lines.size());
    for (const Line& line : plan.lines)
        layout.lines.push_back({line.name,
                                {line.from.x * px_per_m, line.from.y * px_per_m},
                                {line.to.x * px_per_m, line.to.y * px_per_m}});
    layout.shelves.reserve(plan.fixtures.size());
    for (const Fixture& fixture : plan.fixtures)
        layout.shelves.push_back({fixture.name, scaled(fixture.polygon, px_per_m), {}});
    return layout;
}

CameraCalibration calibration_from_above(const Plan& plan, double px_per_m) {
    CameraCalibration result;
    result.width = std::round(plan.width_m * px_per_m);
    result.height = std::round(plan.depth_m * px_per_m);
    result.focal_px = kAboveM * px_per_m;
    result.center = {result.width / 2, result.height / 2};
    result.place = {plan.width_m / 2, plan.depth_m / 2};
    result.height_m = kAboveM;
    result.pan_deg = -90;  // the top of the picture is the top of the plan
    result.tilt_deg = 90;
    return result;
}

}  // namespace vitrina::pipeline
