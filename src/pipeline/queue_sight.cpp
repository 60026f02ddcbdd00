#include "pipeline/queue_sight.h"

#include <algorithm>
#include <utility>

#include "base/geometry.h"
#include "scene/body_view.h"

namespace vitrina::pipeline {
namespace {

// Corners are looked at a little inside of the zone: the picture often ends at its edge.
constexpr double kInwards = 0.3;

/// The middle and the corners, as far as they are inside.
std::vector<Point> parts_of(const Polygon& polygon) {
    if (polygon.empty()) return {};
    Point middle;
    for (const Point& corner : polygon) {
        middle.x += corner.x / static_cast<double>(polygon.size());
        middle.y += corner.y / static_cast<double>(polygon.size());
    }
    std::vector<Point> parts = {middle};
    for (const Point& corner : polygon)
        parts.push_back(
            {corner.x + kInwards * (middle.x - corner.x), corner.y + kInwards * (middle.y - corner.y)});
    std::erase_if(parts, [&](Point part) { return !contains(polygon, part); });
    return parts.empty() ? std::vector<Point>(polygon.begin(), polygon.end()) : parts;
}

}  // namespace

QueueSight::QueueSight(const Plan& plan) {
    const scene::BodyOptions body;
    std::vector<std::pair<std::string, scene::BodyCamera>> cameras;
    for (const PlacedCamera& camera : plan.cameras)
        if (camera.calibration)
            cameras.emplace_back(camera.camera, scene::BodyCamera(*camera.calibration, plan, body));
    for (const Zone& zone : plan.zones) {
        const bool is_queue = zone.kind == ZoneKind::kQueue || zone.kind == ZoneKind::kService;
        if (!is_queue || zone.till.empty()) continue;
        tills_.insert(zone.till);
        for (const Point& place : parts_of(zone.polygon)) {
            Part part{zone.till, {}};
            for (const auto& [id, camera] : cameras)
                if (camera.view(place, body.height_m)) part.cameras.push_back(id);
            if (!part.cameras.empty()) parts_.push_back(std::move(part));
        }
    }
}

std::set<std::string> QueueSight::unseen(
    const std::function<bool(const std::string& camera)>& is_live) const {
    std::set<std::string> unseen;
    for (const Part& part : parts_)
        if (std::none_of(part.cameras.begin(), part.cameras.end(), is_live)) unseen.insert(part.till);
    return unseen;
}

}  // namespace vitrina::pipeline
