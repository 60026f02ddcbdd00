#include "video/live_health.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace vitrina::video {

void LiveHealth::connected(const std::string& codec) {
    const MutexLock lock(mutex_);
    connected_ = true;
    state_.codec = codec;
    pictures_.begin_anew();
    bits_.begin_anew();
}

void LiveHealth::lost(Trouble trouble) {
    const MutexLock lock(mutex_);
    connected_ = false;
    gives_pictures_ = false;
    state_.trouble = std::move(trouble);
}

void LiveHealth::packet(std::size_t bytes, SourceTime now) {
    constexpr std::int64_t kBitsInByte = 8;
    const MutexLock lock(mutex_);
    bits_.add(static_cast<std::int64_t>(bytes) * kBitsInByte, now);
}

void LiveHealth::picture(int width, int height, SourceTime time, SourceTime now) {
    const MutexLock lock(mutex_);
    gives_pictures_ = true;
    state_.width = width;
    state_.height = height;
    state_.last_picture = time;
    ++state_.decoded;
    last_arrival_ = now;
    pictures_.add(1, now);
}

void LiveHealth::damaged(std::int64_t count) {
    const MutexLock lock(mutex_);
    state_.damaged += count;
}

void LiveHealth::clock(const ArrivalClock& clock, SourceTime now) {
    const MutexLock lock(mutex_);
    if (clock_asked_ && now < *clock_asked_ + std::chrono::seconds(1)) return;
    clock_asked_ = now;
    state_.jitter = clock.jitter();
    state_.clock_offset = clock.clock_offset();
}

void LiveHealth::reconnected() {
    const MutexLock lock(mutex_);
    ++state_.reconnects;
}

LiveState LiveHealth::state(SourceTime now) const {
    const MutexLock lock(mutex_);
    LiveState state = state_;
    state.without_picture = last_arrival_ ? now - *last_arrival_ : now.time_since_epoch();
    if (state.without_picture >= kSilentAfter) {
        state.status = LiveStatus::kSilent;
        if (connected_ && gives_pictures_)
            state.trouble = {TroubleCode::kNoPicture, "connected, but no more pictures come"};
        else if (connected_)
            state.trouble = {TroubleCode::kNotDecodable,
                             "connected, but no picture that can be decoded has come yet"};
        else if (state.trouble.code == TroubleCode::kNone)
            state.trouble = {TroubleCode::kNoAnswer, "no answer yet"};
    } else if (connected_ && gives_pictures_) {
        state.status = LiveStatus::kLive;
        state.trouble = {};
    }
    state.frame_rate = pictures_.per_second(now);
    state.bit_rate = bits_.per_second(now);
    return state;
}

}  // namespace vitrina::video
