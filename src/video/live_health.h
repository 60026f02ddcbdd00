// What is known of how a camera does: told by its thread, asked by any. Private to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/rate_meter.h"
#include "base/time.h"
#include "video/arrival_clock.h"
#include "video/live_camera.h"

namespace vitrina::video {

class LiveHealth {
  public:
    void connected(const std::string& codec);
    void lost(Trouble trouble);
    void packet(std::size_t bytes, SourceTime now);
    void picture(int width, int height, SourceTime time, SourceTime now);
    void damaged(std::int64_t count);
    /// Jitter and offset, asked of the clock at most once a second: sorting costs.
    void clock(const ArrivalClock& clock, SourceTime now);
    /// The first picture of a connection that is not the first one.
    void reconnected();

    /// All but the pictures that were skipped.
    [[nodiscard]] LiveState state(SourceTime now) const;

  private:
    mutable Mutex mutex_;
    LiveState state_ GUARDED_BY(mutex_);
    bool connected_ GUARDED_BY(mutex_) = false;
    bool gives_pictures_ GUARDED_BY(mutex_) = false;  // this connection
    std::optional<SourceTime> last_arrival_ GUARDED_BY(mutex_);
    std::optional<SourceTime> clock_asked_ GUARDED_BY(mutex_);
    RateMeter pictures_ GUARDED_BY(mutex_);
    RateMeter bits_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::video
