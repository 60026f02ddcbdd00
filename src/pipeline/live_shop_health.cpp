// How the cameras are: outages and troubles of their pictures go to the log and the records. Part of
// LiveShop.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "pipeline/live_shop.h"

namespace vitrina::pipeline {
namespace {

// What a camera is to show changes slowly.
constexpr std::chrono::minutes kKeepViewEvery{10};
// What is learnt of queues changes with each day.
constexpr std::chrono::minutes kKeepForecastEvery{10};
// The view that has moved goes on being measured; the records follow when that changes by more.
constexpr double kMoveNewsPx = 5;
constexpr double kMoveNewsDegrees = 1;

std::string words_of(const CameraTrouble& trouble, const CameraState& state) {
    std::string words(to_text(trouble.trouble));
    if (trouble.trouble == PictureTrouble::kOtherShape &&
        state.trouble.code == video::TroubleCode::kOtherShape)
        return fmt::format("{}: {}", words, state.trouble.words);
    if (trouble.trouble != PictureTrouble::kMoved) return words;
    if (!trouble.move.known) return words + " to another view";
    return fmt::format("{} by {:.0f} px to the right, {:.0f} px down, {:.1f} degrees clockwise, zoom {:.2f}",
                       words, trouble.move.dx_px, trouble.move.dy_px, trouble.move.rotation_deg,
                       trouble.move.zoom);
}

bool is_news(const ViewMove& now, const ViewMove& told) {
    return now.known != told.known ||
           std::hypot(now.dx_px - told.dx_px, now.dy_px - told.dy_px) > kMoveNewsPx ||
           std::abs(now.rotation_deg - told.rotation_deg) > kMoveNewsDegrees;
}

}  // namespace

void LiveShop::check_outages() {
    for (const auto& run : runs()) {
        house_pulse_.beat();  // each may wait for the records
        check_outage(*run);
        check_troubles(*run);
        keep_view(*run);
        keep_forecast(*run);
    }
}

void LiveShop::check_troubles(CameraRun& run) {
    const MutexLock change(changes_mutex_);  // or a trouble of a camera that is removed now would never end
    const CameraState state = state_of(run, floor_->clocks());
    const std::string& id = state.settings.id;
    std::map<PictureTrouble, ViewMove> told;
    {
        const MutexLock lock(mutex_);
        const auto entry = cameras_.find(id);
        if (entry == cameras_.end() || entry->second.run.get() != &run) return;
        told = entry->second.troubles;
    }
    for (const CameraTrouble& trouble : state.troubles) {
        const auto known = told.find(trouble.trouble);
        if (known != told.end() && !is_news(trouble.move, known->second)) continue;
        const auto written =
            shop_store_.trouble_began({id, trouble.trouble, trouble.since, std::nullopt, trouble.move});
        if (!written) continue;  // it is tried again
        if (known == told.end()) log(fmt::format("camera {}: {}", id, words_of(trouble, state)));
        told[trouble.trouble] = trouble.move;
    }
    std::erase_if(told, [&](const auto& entry) {
        const PictureTrouble trouble = entry.first;
        const bool goes_on = std::any_of(state.troubles.begin(), state.troubles.end(),
                                         [&](const CameraTrouble& now) { return now.trouble == trouble; });
        if (goes_on || !shop_store_.trouble_ended(id, trouble, to_utc(ShopClock().now()))) return false;
        log(fmt::format("camera {}: no longer {}", id, to_text(trouble)));
        return true;
    });
    const MutexLock lock(mutex_);
    if (const auto entry = cameras_.find(id); entry != cameras_.end())
        entry->second.troubles = std::move(told);
}

void LiveShop::keep_view(CameraRun& run) {
    const MutexLock change(changes_mutex_);
    const std::string id = run.settings().id;
    const auto now = std::chrono::steady_clock::now();
    {
        const MutexLock lock(mutex_);
        const auto entry = cameras_.find(id);
        if (entry == cameras_.end() || entry->second.run.get() != &run) return;
        auto& kept = entry->second.view_kept;
        if (kept != std::chrono::steady_clock::time_point() && now - kept < kKeepViewEvery) return;
        const auto view = run.view_to_keep();
        if (!view) return;
        kept = now;
    }
    if (const auto view = run.view_to_keep())
        if (const auto saved = shop_store_.save_view(id, *view); !saved) log(saved.error().message);
}

void LiveShop::keep_forecast(CameraRun& run) {
    const MutexLock change(changes_mutex_);
    const std::string id = run.settings().id;
    const auto now = std::chrono::steady_clock::now();
    const auto memory = run.forecast_to_keep();
    if (!memory) return;
    {
        const MutexLock lock(mutex_);
        const auto entry = cameras_.find(id);
        if (entry == cameras_.end() || entry->second.run.get() != &run) return;
        auto& kept = entry->second.forecast_kept;
        if (kept != std::chrono::steady_clock::time_point() && now - kept < kKeepForecastEvery) return;
        kept = now;
    }
    if (const auto saved = shop_store_.save_forecast(id, *memory); !saved) log(saved.error().message);
}

void LiveShop::keep_floor_forecast() {
    const auto now = std::chrono::steady_clock::now();
    const bool is_due = floor_forecast_kept_ == std::chrono::steady_clock::time_point() ||
                        now - floor_forecast_kept_ >= kKeepForecastEvery;
    const auto memory = is_due ? floor_->forecast_to_keep() : std::nullopt;
    if (!memory) return;
    floor_forecast_kept_ = now;
    if (const auto saved = shop_store_.save_forecast(kPlanCamera, *memory); !saved)
        log(saved.error().message);
}

std::optional<LiveShop::Outage> LiveShop::outage_of(CameraStatus status) {
    switch (status) {
        case CameraStatus::kConnecting:
            break;
        case CameraStatus::kLive:
            return Outage::kNone;
        case CameraStatus::kSilent:
        case CameraStatus::kAlarm:
            return Outage::kNoPicture;
        case CameraStatus::kPaused:
            return Outage::kPaused;
    }
    return std::nullopt;
}

Result<void> LiveShop::record_outage(const CameraState& state, std::optional<Outage> before, Outage now) {
    const std::string& id = state.settings.id;
    const UtcTime since = to_utc(ShopClock().now() - from_seconds(state.without_picture_s));
    if (now == Outage::kNone || before.value_or(Outage::kNone) != Outage::kNone)
        TRY(shop_store_.outage_ended(id, since));
    if (now == Outage::kNone) return {};
    if (now == Outage::kPaused && state.trouble.code == video::TroubleCode::kNone)
        return shop_store_.outage_began(id, since, "paused", "paused");
    return shop_store_.outage_began(id, since, state.trouble.words, std::string(to_text(state.trouble.code)));
}

void LiveShop::check_outage(CameraRun& run) {
    const MutexLock change(changes_mutex_);  // or the outage of a camera that is removed now would never end
    const CameraState state = run.state();
    const std::string& id = state.settings.id;
    // One that connects is neither in nor out: an outage of before a restart may go on.
    const std::optional<Outage> now = outage_of(state.status);
    if (!now) return;
    std::optional<Outage> was_out;
    std::optional<Outage> recorded;
    {
        const MutexLock lock(mutex_);
        const auto entry = cameras_.find(id);
        if (entry == cameras_.end() || entry->second.run.get() != &run || entry->second.outage == now) return;
        was_out = std::exchange(entry->second.is_out, now);
        recorded = entry->second.outage;
    }
    if (was_out.value_or(Outage::kNone) != *now)
        log(*now == Outage::kNone     ? fmt::format("camera {}: back", id)
            : *now == Outage::kPaused ? fmt::format("camera {}: paused", id)
                                      : fmt::format("camera {}: no picture: {}", id, state.trouble.words));
    if (const auto told = record_outage(state, recorded, *now); !told) {
        if (was_out != now) log(told.error().message);  // it is tried again, without a word each time
        return;
    }
    const MutexLock lock(mutex_);
    if (const auto entry = cameras_.find(id); entry != cameras_.end()) entry->second.outage = now;
}

}  // namespace vitrina::pipeline
