// What others see of a simulated shop. Part of SimulatedShop.
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "pipeline/simulated_shop.h"
#include "sim/shop.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

constexpr double kLooksShown = 2;

}  // namespace

SimulatedProgress SimulatedShop::progress() const {
    return {options_.days, done_, live_};
}

std::vector<CameraState> SimulatedShop::cameras() const {
    CameraState state;
    state.settings.id = kSimulatedCamera;
    state.settings.name = shop_->name;
    state.settings.read_only = true;
    state.settings.simulated = true;
    state.settings.rate = kLooksShown;
    state.shown_address = "simulation";
    state.status = live_ ? CameraStatus::kLive : CameraStatus::kConnecting;
    if (!live_) state.trouble.words = "the days before are being made up";
    state.width = picture_.width;
    state.height = picture_.height;
    state.analysed_rate = state.frame_rate = live_ ? kLooksShown : 0;
    const MutexLock lock(mutex_);
    state.layout = layout_.version;
    if (last_) state.people = static_cast<int>(last_->people.size());
    return {std::move(state)};
}

std::optional<CameraState> SimulatedShop::camera(const std::string& id) const {
    if (id != kSimulatedCamera) return std::nullopt;
    return cameras().front();
}

Result<void> SimulatedShop::set_camera(const CameraSettings& /*settings*/) {
    return misconfigured("a simulated shop has the camera that it has");
}

Result<void> SimulatedShop::remove_camera(const std::string& /*id*/) {
    return misconfigured("a simulated shop has the camera that it has");
}

Result<void> SimulatedShop::set_layout(const std::string& camera, const Layout& layout,
                                       UtcTime /*valid_from*/) {
    if (camera != kSimulatedCamera) return failed(fmt::format("camera \"{}\" is not there", camera));
    const MutexLock lock(mutex_);
    layout_ = layout;
    has_new_layout_ = true;
    return {};
}

std::optional<Layout> SimulatedShop::layout(const std::string& camera) const {
    if (camera != kSimulatedCamera) return std::nullopt;
    const MutexLock lock(mutex_);
    return layout_;
}

void SimulatedShop::recompute(const std::string& camera, UtcTime from, const std::set<std::string>& places) {
    ReplayOptions options;
    options.shop = options_.name;
    options.camera = camera;
    options.from = from;
    options.to = options_.now();
    options.places = places;
    options.threads = 1;
    replays_->ask(std::move(options));
}

Result<void> SimulatedShop::accept_view(const std::string& /*camera*/) {
    return misconfigured("a simulated camera always shows what it is to show");
}

Result<void> SimulatedShop::set_plan(const Plan& plan, UtcTime /*valid_from*/) {
    const MutexLock lock(mutex_);
    plan_ = plan;
    return {};
}

std::optional<Plan> SimulatedShop::plan() const {
    const MutexLock lock(mutex_);
    return plan_;
}

std::vector<ZoneNow> SimulatedShop::now() const {
    const MutexLock lock(mutex_);
    std::vector<ZoneNow> zones;
    zones.reserve(layout_.zones.size());
    for (const Zone& zone : layout_.zones)
        zones.push_back({kSimulatedCamera, zone.name, 0});
    if (!last_) return zones;
    for (const LivePerson& person : last_->people)
        for (const std::string& name : person.zones)
            for (ZoneNow& zone : zones)
                if (zone.zone == name) ++zone.people;
    return zones;
}

std::optional<Picture> SimulatedShop::picture(const std::string& camera) const {
    if (camera != kSimulatedCamera) return std::nullopt;
    return picture_;
}

std::shared_ptr<video::View> SimulatedShop::view(const std::string& /*camera*/) {
    return nullptr;
}

std::vector<QueueForecast> SimulatedShop::forecasts() const {
    const MutexLock lock(mutex_);
    if (!forecast_ || !live_) return {};
    return {*forecast_};
}

std::shared_ptr<void> SimulatedShop::on_tracks(TracksCallback callback) {
    return track_listeners_.add(std::move(callback));
}

std::shared_ptr<void> SimulatedShop::on_plan(PlanCallback callback) {
    return plan_listeners_.add(std::move(callback));
}

std::shared_ptr<void> SimulatedShop::on_facts(std::function<void()> callback) {
    return fact_listeners_.add(std::move(callback));
}

}  // namespace vitrina::pipeline
