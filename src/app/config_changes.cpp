// Which changes of vitrina.yaml a running shop can take.
#include <algorithm>

#include "app/config.h"

namespace vitrina::app {
namespace {

const CameraConfig* camera_with(const Config& config, const std::string& id) {
    const auto found = std::find_if(config.cameras.begin(), config.cameras.end(),
                                    [&](const CameraConfig& camera) { return camera.id == id; });
    return found == config.cameras.end() ? nullptr : &*found;
}

/// Added, removed and changed ones.
void add_cameras(const Config& running, const Config& wanted, std::vector<std::string>& names) {
    for (const CameraConfig& camera : running.cameras)
        if (camera_with(wanted, camera.id) == nullptr) names.push_back("cameras." + camera.id);
    for (const CameraConfig& camera : wanted.cameras) {
        const CameraConfig* before = camera_with(running, camera.id);
        if (before == nullptr || *before != camera) names.push_back("cameras." + camera.id);
    }
}

}  // namespace

ConfigChanges changes_between(const Config& running, const Config& wanted) {
    ConfigChanges changes;
    const auto compare = [](const auto& a, const auto& b, const char* name, std::vector<std::string>& names) {
        if (!(a == b)) names.emplace_back(name);
    };
    compare(running.shop.name, wanted.shop.name, "shop.name", changes.restart);
    compare(running.analysis.rate, wanted.analysis.rate, "analysis.rate", changes.live);
    compare(running.retention, wanted.retention, "retention", changes.live);
    add_cameras(running, wanted, changes.live);

    // Days and hours of what was counted begin by it.
    compare(running.shop.time_zone, wanted.shop.time_zone, "shop.time_zone", changes.restart);
    compare(running.shop.day_begins, wanted.shop.day_begins, "shop.day_begins", changes.restart);
    compare(running.shop.hours, wanted.shop.hours, "shop.hours", changes.restart);
    compare(running.reports, wanted.reports, "reports", changes.restart);
    compare(running.data, wanted.data, "data", changes.restart);
    compare(running.http, wanted.http, "http", changes.restart);
    compare(running.analysis.threads, wanted.analysis.threads, "analysis.threads", changes.restart);
    compare(running.analysis.poses, wanted.analysis.poses, "analysis.poses", changes.restart);
    compare(running.receipts, wanted.receipts, "receipts", changes.restart);
    compare(running.notify, wanted.notify, "notify", changes.restart);
    compare(running.people, wanted.people, "people", changes.restart);
    compare(running.privacy, wanted.privacy, "privacy", changes.restart);
    compare(running.simulation, wanted.simulation, "simulation", changes.restart);
    compare(running.reserve_mb, wanted.reserve_mb, "reserve_mb", changes.restart);
    return changes;
}

}  // namespace vitrina::app
