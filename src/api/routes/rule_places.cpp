#include "api/routes/rule_places.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/plan.h"
#include "pipeline/fact_stream.h"

namespace vitrina::api {
namespace {

enum class PlaceKind : std::uint8_t { kNone, kZone, kQueue, kShelf };

PlaceKind kind_of_place(rules::Measure measure) {
    using enum rules::Measure;
    switch (measure) {
        case kPeople:
        case kDwell:
        case kConsultWait:
            return PlaceKind::kZone;
        case kQueueLength:
        case kQueueWait:
        case kUnattended:
            return PlaceKind::kQueue;
        case kTouches:
            return PlaceKind::kShelf;
        case kCameraDown:
        case kEntries:
        case kSales:
        case kQueueForecast:
        case kWatchlist:
        case kCameraTrouble:
        case kConversion:
            break;
    }
    return PlaceKind::kNone;
}

std::string_view word_for(PlaceKind kind) {
    if (kind == PlaceKind::kQueue) return "queue";
    return kind == PlaceKind::kShelf ? "shelf" : "zone";
}

void add_zones(PlaceKind kind, const std::vector<Zone>& zones, std::set<std::string>& names) {
    for (const Zone& zone : zones)
        if (kind == PlaceKind::kZone || (kind == PlaceKind::kQueue && zone.kind == ZoneKind::kQueue))
            names.insert(zone.name);
}

/// The names of a camera's or the plan's places of a kind.
std::set<std::string> names_in(const std::string& camera, PlaceKind kind, const Services& services) {
    std::set<std::string> names;
    if (camera == kPlanCamera) {
        if (const auto plan = services.shop.plan())
            add_zones(kind, pipeline::with_zone(floor_layout(*plan), pipeline::Ground::kPlan).zones, names);
        return names;
    }
    const auto layout = services.shop.layout(camera);
    if (!layout) return names;
    add_zones(kind, pipeline::with_zone(*layout).zones, names);
    if (kind == PlaceKind::kShelf)
        for (const Shelf& shelf : layout->shelves)
            names.insert(shelf.name);
    return names;
}

/// Cameras that can be meant, with the plan where there is one.
std::set<std::string> cameras_of(const Services& services) {
    std::set<std::string> cameras;
    for (const pipeline::CameraState& camera : services.shop.cameras())
        cameras.insert(camera.settings.id);
    if (services.shop.plan()) cameras.insert(kPlanCamera);
    return cameras;
}

std::string known_names(const std::set<std::string>& names) {
    return names.empty() ? "there is none" : fmt::format("there are: {}", fmt::join(names, ", "));
}

}  // namespace

std::optional<MissingPlace> missing_place(const rules::Rule& rule, const Services& services) {
    const std::set<std::string> cameras = cameras_of(services);
    if (!rule.camera.empty() && !cameras.contains(rule.camera))
        return MissingPlace{MissingPlace::What::kCamera, fmt::format("camera: \"{}\" is not there; {}",
                                                                     rule.camera, known_names(cameras))};
    const PlaceKind kind = kind_of_place(rule.measure);
    if (kind == PlaceKind::kNone || rule.place.empty()) return std::nullopt;
    std::set<std::string> names;
    for (const std::string& camera : rule.camera.empty() ? cameras : std::set{rule.camera})
        names.merge(names_in(camera, kind, services));
    if (names.contains(rule.place)) return std::nullopt;
    const std::string whose = rule.camera.empty() ? "any camera" : fmt::format("camera \"{}\"", rule.camera);
    return MissingPlace{MissingPlace::What::kPlace,
                        fmt::format("place: \"{}\" is no {} of {}; {}", rule.place, word_for(kind), whose,
                                    known_names(names))};
}

}  // namespace vitrina::api
