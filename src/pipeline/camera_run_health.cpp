// What is wrong with a camera's pictures. Part of CameraRun.
#include <utility>

#include "pipeline/camera_run.h"

namespace vitrina::pipeline {

void CameraRun::watch(const video::LiveFrame& taken) {
    const std::string id = settings().id;
    const MutexLock lock(watch_mutex_);
    if (!std::exchange(knows_view_, true)) {
        // One that can't be read is learnt anew, as if there were none.
        if (const auto saved = sink_.saved_view(id); saved && !saved->empty())
            static_cast<void>(watch_.set_view(*saved));
    }
    watch_.see(taken.frame.picture, taken.frame.time);
}

void CameraRun::accept_view() {
    const MutexLock lock(watch_mutex_);
    watch_.accept_view();
}

std::optional<std::vector<std::uint8_t>> CameraRun::view_to_keep() const {
    const MutexLock lock(watch_mutex_);
    return watch_.view();
}

std::vector<CameraTrouble> CameraRun::troubles() const {
    std::vector<CameraTrouble> result;
    const SourceTime now = clock_.now();
    const SourceTime camera_now = source_->now();
    const auto on_wall = [&](SourceTime camera_time) { return to_utc(now - (camera_now - camera_time)); };
    {
        const MutexLock lock(watch_mutex_);
        const std::vector<video::TroubleState> seen = watch_.troubles();
        result.reserve(seen.size() + 2);
        for (const video::TroubleState& state : seen)
            result.push_back({state.trouble, on_wall(state.since), state.move});
    }
    if (const auto since = clock_watch_.since())
        result.push_back({PictureTrouble::kClockDrift, on_wall(*since), {}});
    if (other_shape_since_) result.push_back({PictureTrouble::kOtherShape, *other_shape_since_, {}});
    return result;
}

}  // namespace vitrina::pipeline
