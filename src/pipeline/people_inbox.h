// What the networks' threads hand over of people, until the thread that knows them takes it: so that no
// picture waits while marks and labels are read from the disk or written to it. Bounded: when it is full the
// oldest goes. Any thread may call anything; nothing here waits for more than a move of some pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "base/mutex.h"
#include "pipeline/body_watch.h"
#include "pipeline/shop.h"

namespace vitrina::pipeline {

class PeopleInbox {
  public:
    /// Some seconds of sixteen cameras: a slow disk, or learning, takes no longer.
    static constexpr std::size_t kTracksMax = 1024;
    /// Each camera gives a look or two in a second, of some 12 kB.
    static constexpr std::size_t kLooksMax = 128;
    static_assert(kLooksMax <= kTracksMax);

    struct Contents {
        std::deque<std::shared_ptr<const LiveTracks>> tracks;  // the oldest first, as the looks
        std::deque<BodyLook> looks;
        std::int64_t dropped = 0;  // since the inbox was emptied before
    };

    void put(std::shared_ptr<const LiveTracks> tracks);
    void put(BodyLook look);
    /// All of it; empty afterwards.
    [[nodiscard]] Contents take();
    [[nodiscard]] bool has_looks() const;

  private:
    mutable Mutex mutex_;
    Contents contents_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::pipeline
