#include "pipeline/audit_places.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "pipeline/fact_stream.h"
#include "scene/body_view.h"

namespace vitrina::pipeline {
namespace {

constexpr double kArrow = 0.25;      // of a line's length
constexpr double kArrowM = 0.8;      // on the floor
constexpr double kVisible = 0.7;     // of whoever stands there
constexpr double kHeightM = 1.7;     // of whoever stands there
constexpr double kInPicture = 0.02;  // from its edge, share of its size

Point to_the_right(const Line& line, double by) {
    const Point along = {line.to.x - line.from.x, line.to.y - line.from.y};
    const double length = std::hypot(along.x, along.y);
    const double share = length > 0 ? by / length : 0;
    return {(line.from.x + line.to.x) / 2 - along.y * share, (line.from.y + line.to.y) / 2 + along.x * share};
}

Point middle_of_points(const std::vector<Point>& points) {
    Point sum;
    for (const Point& point : points)
        sum = {sum.x + point.x, sum.y + point.y};
    const auto count = static_cast<double>(std::max<std::size_t>(1, points.size()));
    return {sum.x / count, sum.y / count};
}

/// One calibrated camera of the plan.
struct Watcher {
    std::string camera;
    scene::BodyCamera body;
    scene::CameraModel model;
};

std::vector<Watcher> watchers_of(const Plan& plan) {
    std::vector<Watcher> watchers;
    watchers.reserve(plan.cameras.size());
    for (const PlacedCamera& camera : plan.cameras)
        if (camera.calibration)
            watchers.push_back({camera.camera,
                                scene::BodyCamera(*camera.calibration, plan, scene::BodyOptions{}),
                                scene::CameraModel(*camera.calibration)});
    return watchers;
}

bool shows(const Watcher& watcher, Point place) {
    const auto view = watcher.body.view(place, kHeightM);
    const auto foot = watcher.model.to_picture(place, 0);
    if (!view || !foot || view->visible < kVisible) return false;
    const CameraCalibration& picture = watcher.model.calibration();
    return foot->x > kInPicture * picture.width && foot->x < (1 - kInPicture) * picture.width &&
           foot->y > kInPicture * picture.height && foot->y < (1 - kInPicture) * picture.height;
}

const Watcher* nearest(const std::vector<Watcher>& watchers, Point place) {
    const Watcher* best = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (const Watcher& watcher : watchers) {
        const Point at = watcher.model.calibration().place;
        const double away = std::hypot(at.x - place.x, at.y - place.y);
        if (away < least && shows(watcher, place)) best = &watcher, least = away;
    }
    return best;
}

std::optional<Point> share_of(const Watcher& watcher, Point place) {
    const auto pixel = watcher.model.to_picture(place, 0);
    const CameraCalibration& picture = watcher.model.calibration();
    if (!pixel) return std::nullopt;
    return Point{pixel->x / picture.width, pixel->y / picture.height};
}

AuditDrawing drawn_by(const Watcher& watcher, const std::vector<Point>& points) {
    AuditDrawing drawing;
    drawing.points.reserve(points.size());
    for (const Point& point : points)
        if (const auto share = share_of(watcher, point)) drawing.points.push_back(*share);
    return drawing;
}

}  // namespace

std::vector<FilmedPlace> places_of(const std::string& camera, const Layout& layout) {
    std::vector<FilmedPlace> places;
    if (layout.width <= 0 || layout.height <= 0) return places;
    const auto share = [&](Point point) { return Point{point.x / layout.width, point.y / layout.height}; };
    places.reserve(layout.lines.size() + layout.zones.size());
    for (const Line& line : layout.lines) {
        const double length = std::hypot(line.to.x - line.from.x, line.to.y - line.from.y);
        FilmedPlace& place = places.emplace_back();
        place.place = {camera, records::AuditKind::kCrossing, line.name};
        place.film = camera;
        place.drawing.points = {share(line.from), share(line.to)};
        place.drawing.in_arrow = share(to_the_right(line, kArrow * length));
    }
    for (const Zone& zone : layout.zones) {
        FilmedPlace& place = places.emplace_back();
        place.place = {camera, records::AuditKind::kStay, zone.name};
        place.film = camera;
        for (const Point& corner : zone.polygon)
            place.drawing.points.push_back(share(corner));
    }
    return places;
}

std::vector<FilmedPlace> places_of(const Plan& plan) {
    std::vector<FilmedPlace> places;
    const std::vector<Watcher> watchers = watchers_of(plan);
    if (watchers.empty()) return places;
    const Layout layout = with_zone(floor_layout(plan), Ground::kPlan);
    places.reserve(layout.lines.size() + layout.zones.size());
    for (const Line& line : layout.lines) {
        FilmedPlace& place = places.emplace_back();
        place.place = {kPlanCamera, records::AuditKind::kCrossing, line.name};
        const Watcher* const watcher = nearest(watchers, middle_of_points({line.from, line.to}));
        if (watcher == nullptr) continue;
        place.film = watcher->camera;
        place.drawing = drawn_by(*watcher, {line.from, line.to});
        place.drawing.in_arrow = share_of(*watcher, to_the_right(line, kArrowM));
    }
    for (const Zone& zone : layout.zones) {
        FilmedPlace& place = places.emplace_back();
        place.place = {kPlanCamera, records::AuditKind::kStay, zone.name};
        const Watcher* const watcher = nearest(watchers, middle_of_points(zone.polygon));
        // Who stands in a corner that it doesn't show can't be counted in its pictures.
        if (watcher == nullptr || !std::all_of(zone.polygon.begin(), zone.polygon.end(),
                                               [&](Point corner) { return shows(*watcher, corner); }))
            continue;
        place.film = watcher->camera;
        place.drawing = drawn_by(*watcher, zone.polygon);
    }
    return places;
}

std::string to_json(const AuditDrawing& drawing) {
    std::string json = "{\"points\": [";
    for (std::size_t i = 0; i < drawing.points.size(); ++i)
        json +=
            fmt::format("{}[{:.4f}, {:.4f}]", i > 0 ? ", " : "", drawing.points[i].x, drawing.points[i].y);
    json += "]";
    if (drawing.in_arrow)
        json += fmt::format(", \"in\": [{:.4f}, {:.4f}]", drawing.in_arrow->x, drawing.in_arrow->y);
    return json + "}";
}

}  // namespace vitrina::pipeline
