#include "pipeline/test_room.h"

#include <optional>
#include <utility>

#include "base/result.h"
#include "domain/plan_file.h"

namespace vitrina::pipeline {
namespace {

constexpr const char* kRoom = R"({
    "plan": {"width_m": 8, "depth_m": 6},
    "zones": [{"name": "till", "polygon": [[5, 0.5], [7.5, 0.5], [7.5, 2.5], [5, 2.5]]}],
    "lines": [{"name": "door", "from": [5.5, 5], "to": [2.5, 5]}],
    "doors": [{"name": "main", "from": [3, 6], "to": [5, 6]}],
    "cameras": [
        {"camera": "left", "calibration": {"width": 1280, "height": 720, "focal_px": 700, "place": [0.1, 0.1],
            "height_m": 3, "pan_deg": 45, "tilt_deg": 32, "error_m": 0.05}},
        {"camera": "right", "calibration": {"width": 1280, "height": 720, "focal_px": 700,
            "place": [7.9, 0.1], "height_m": 3, "pan_deg": 135, "tilt_deg": 32, "error_m": 0.05}}]
})";

constexpr double kHeightM = 1.72;
constexpr double kTremble = 0.01;  // of a box's height

std::optional<Point> place_at(const Way& way, double at_s) {
    for (std::size_t i = 1; i < way.size(); ++i) {
        if (at_s < way[i - 1].at_s || at_s > way[i].at_s) continue;
        const double share = (at_s - way[i - 1].at_s) / (way[i].at_s - way[i - 1].at_s);
        return Point{way[i - 1].place.x + share * (way[i].place.x - way[i - 1].place.x),
                     way[i - 1].place.y + share * (way[i].place.y - way[i - 1].place.y)};
    }
    return std::nullopt;
}

}  // namespace

Plan test_room() {
    auto plan = parse_plan(kRoom, "room");
    VITRINA_ASSERT(plan);
    plan->version = "room";
    return *std::move(plan);
}

Way to_the_till(double at_s) {
    return {{at_s, {4, 5.8}},        {at_s + 2, {4, 4}},    {at_s + 6, {6.2, 1.5}},
            {at_s + 10, {6.3, 1.6}}, {at_s + 14, {4.2, 4}}, {at_s + 16, {4.2, 5.8}}};
}

TestRoom::TestRoom(std::vector<Way> ways, unsigned seed) : ways_(std::move(ways)), random_(seed) {
    cameras_.reserve(plan_.cameras.size());
    for (const PlacedCamera& camera : plan_.cameras)
        cameras_.emplace_back(*camera.calibration, plan_, scene::BodyOptions{});
}

std::vector<Detection> TestRoom::seen(std::size_t camera, double at_s) {
    std::vector<Detection> detections;
    for (const Way& way : ways_) {
        const auto place = place_at(way, at_s);
        if (!place) continue;
        const auto view = cameras_[camera].view(*place, kHeightM);
        if (!view || view->visible < 0.3) continue;
        std::normal_distribution<double> tremble(0, kTremble * view->open.height);
        const Box& box = view->open;
        detections.push_back(
            {{box.x + tremble(random_), box.y + tremble(random_), box.width, box.height + tremble(random_)},
             0.8});
    }
    return detections;
}

}  // namespace vitrina::pipeline
