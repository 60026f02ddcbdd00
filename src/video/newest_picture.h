// The newest decoded picture of a camera: each replaces the one before, whether that was taken or not. Any
// thread may call anything. Private to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "base/time.h"
#include "video/ffmpeg_handles.h"
#include "video/orientation.h"

namespace vitrina::video {

struct DecodedPicture {
    FrameHandle frame;  // as the decoder gave it
    Orientation orientation;
    SourceTime time;
    std::int64_t index = 0;
    std::int64_t connection = 0;
    std::int64_t skipped = 0;  // never taken, since the one before
};

class NewestPicture {
  public:
    void put(DecodedPicture picture) {
        const MutexLock lock(mutex_);
        if (newest_) {
            ++skipped_;
            picture.skipped = newest_->skipped + 1;
        }
        newest_ = std::move(picture);
    }

    [[nodiscard]] std::optional<DecodedPicture> take() {
        const MutexLock lock(mutex_);
        return std::exchange(newest_, std::nullopt);
    }

    [[nodiscard]] bool has_new() const {
        const MutexLock lock(mutex_);
        return newest_.has_value();
    }

    /// Of all that were put.
    [[nodiscard]] std::int64_t skipped() const {
        const MutexLock lock(mutex_);
        return skipped_;
    }

  private:
    mutable Mutex mutex_;
    std::optional<DecodedPicture> newest_ GUARDED_BY(mutex_);
    std::int64_t skipped_ GUARDED_BY(mutex_) = 0;
};

}  // namespace vitrina::video
