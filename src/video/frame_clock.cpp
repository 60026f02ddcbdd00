#include "video/frame_clock.h"

#include <algorithm>
#include <limits>

#include "base/result.h"

extern "C" {
#include <libavutil/mathematics.h>
}

namespace vitrina::video {

FrameClock::FrameClock(AVRational tick, Duration nominal_frame) : tick_(tick), nominal_frame_(nominal_frame) {
    VITRINA_ASSERT(tick.num > 0 && tick.den > 0 && nominal_frame > Duration::zero());
}

SourceTime FrameClock::at(std::optional<std::int64_t> timestamp) {
    const bool again = last_was_not_later_;
    last_was_not_later_ = false;
    if (!timestamp) return without_timestamp();
    if (!last_) {
        anchor_ = {*timestamp, SourceTime()};
        last_ = SourceTime();
        return *last_;
    }
    if (!anchor_) {
        // The first frames had no timestamp; the nominal rate is all that places this one.
        anchor_ = {*timestamp, *last_ + nominal_frame_};
        last_ = anchor_->time;
        return *last_;
    }
    const std::optional<SourceTime> time = by_anchor(*timestamp);
    if (!time || *time > *last_ + kLongestGap) return anew(*timestamp);
    if (*time > *last_) {
        last_ = time;
        return *time;
    }
    last_was_not_later_ = true;
    if (again || *last_ - *time > nominal_frame_) return anew(*timestamp);
    return repair(*last_ + std::max(nominal_frame_ / 2, Duration(1)));
}

SourceTime FrameClock::without_timestamp() {
    return repair(last_ ? *last_ + nominal_frame_ : SourceTime());
}

SourceTime FrameClock::anew(std::int64_t ticks) {
    anchor_ = {ticks, *last_ + nominal_frame_};
    return repair(anchor_->time);
}

/// Nothing when the distance does not fit into the numbers.
std::optional<SourceTime> FrameClock::by_anchor(std::int64_t ticks) const {
    std::int64_t distance = 0;
    if (__builtin_sub_overflow(ticks, anchor_->ticks, &distance)) return std::nullopt;
    const std::int64_t distance_us = av_rescale_q(distance, tick_, AVRational{1, 1'000'000});
    std::int64_t time_us = 0;
    if (__builtin_add_overflow(distance_us, anchor_->time.time_since_epoch().count(), &time_us))
        return std::nullopt;
    constexpr std::int64_t kFarthestUs = std::numeric_limits<std::int64_t>::max() / 4;
    if (time_us > kFarthestUs || time_us < -kFarthestUs) return std::nullopt;
    return SourceTime(Duration(time_us));
}

SourceTime FrameClock::repair(SourceTime time) {
    ++repaired_;
    last_ = time;
    return time;
}

}  // namespace vitrina::video
