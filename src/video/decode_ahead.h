// Runs a Source on a thread of its own, ahead of whoever analyses its frames, so that decoding and analysis
// use two cores and a slow key frame stalls nobody.
//
// Threads: one thread calls next(); everything else may be called from any thread. The decoding thread is the
// only one that touches the Source; it ends at the end of the source, with stop() or with the destructor.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>

#include "base/bounded_queue.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"
#include "video/byte_budget.h"
#include "video/source.h"

namespace vitrina::video {

/// Frames decoded ahead: a third of a second at 25 frames a second, enough to hide a key frame that takes
/// several times as long as the others; more would only be memory.
inline constexpr std::size_t kFramesAhead = 8;
static_assert(kFramesAhead >= 2, "one frame cannot hide the time that the next one takes");

/// Bytes of pictures decoded ahead: ten of 1920x1080, two of 3840x2160. One picture is always let through,
/// however large.
inline constexpr std::size_t kBytesAhead = std::size_t{64} * 1024 * 1024;

class DecodeAhead {
  public:
    /// Starts decoding. `source` is not null.
    explicit DecodeAhead(std::unique_ptr<Source> source);
    /// Calls stop().
    ~DecodeAhead();
    DecodeAhead(const DecodeAhead&) = delete;
    DecodeAhead& operator=(const DecodeAhead&) = delete;

    [[nodiscard]] const SourceInfo& info() const { return info_; }

    /// As Source::next(), waiting until a frame is there. Nothing after stop().
    [[nodiscard]] Result<std::optional<Frame>> next();

    /// What the source noticed until now. It runs ahead of what next() gave by the frames in the queue, and
    /// is final once next() gave nothing.
    [[nodiscard]] SourceReport report() const;

    /// Processor time of the decoding thread until now: reading, decoding, conversion to RGB, without
    /// waiting. What SourceOptions::decode_threads above 1 spend is not in it.
    [[nodiscard]] Duration decoding_time() const;

    /// As stop(), without waiting for the thread. From any thread.
    void ask_to_stop();

    /// Ends decoding and waits for its thread; frames not taken yet are dropped. May be called more than
    /// once, but not by two threads at once.
    void stop();

  private:
    void decode();
    void publish_report();

    const std::unique_ptr<Source> source_;
    const SourceInfo info_;
    BoundedQueue<Result<Frame>> queue_;
    ByteBudget budget_;
    std::atomic<bool> stopping_{false};
    std::atomic<Duration> decoding_time_{Duration::zero()};
    mutable Mutex mutex_;
    SourceReport report_ GUARDED_BY(mutex_);
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::video
