// Frames in, frames with detections out, in order: several detectors work on several frames at once, each on
// a thread of its own, and run ahead of whoever takes the results. See docs/architecture.md, "The pipeline's
// contract".
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "domain/detection.h"
#include "domain/frame.h"
#include "perceive/detector.h"

namespace vitrina::pipeline {

/// A frame and the people that the detector saw in it.
struct SeenFrame {
    Frame frame;
    std::vector<Detection> detections;
};

/// Where frames come from: nothing at the end. Called by one thread at a time, though not always the same.
using FrameSource = std::function<Result<std::optional<Frame>>()>;

/// Frames that may wait for an earlier one to be taken, for each detector: enough to even out frames that
/// take longer, little enough to stay below 100 MB with two detectors on 4K pictures.
constexpr std::size_t kFramesAheadPerDetector = 2;
static_assert(kFramesAheadPerDetector >= 1, "a detector must be able to put its frame down");

/// Bytes of pictures that may wait so, as many as DecodeAhead's. The one that is taken next is always let
/// through, however large.
constexpr std::size_t kBytesAhead = std::size_t{64} * 1024 * 1024;

class DetectAhead {
  public:
    /// Starts one thread for each detector (at least one). `source` and the detectors are used until this
    /// object is gone.
    DetectAhead(FrameSource source, std::vector<std::unique_ptr<perceive::Detector>> detectors);
    /// Waits for the frames that are being worked on and drops them.
    ~DetectAhead();
    DetectAhead(const DetectAhead&) = delete;
    DetectAhead& operator=(const DetectAhead&) = delete;

    /// The next frame in the order of the source; waits for it. Empty at the end. An error of the source or
    /// of a detector comes in its frame's place, after all frames before it; nothing comes after it. One
    /// thread.
    [[nodiscard]] Result<std::optional<SeenFrame>> next();

    /// Processor time that the detectors have used so far, summed over their threads. Any thread.
    [[nodiscard]] std::chrono::nanoseconds processor_time() const;

  private:
    using Outcome = Result<std::optional<SeenFrame>>;

    void work(perceive::Detector& detector);
    void put(std::int64_t place, Outcome outcome);

    FrameSource source_;
    std::vector<std::unique_ptr<perceive::Detector>> detectors_;
    const std::int64_t window_;  // places that may be filled ahead of the one that is taken next

    Mutex source_mutex_;
    std::int64_t next_place_ GUARDED_BY(source_mutex_) = 0;
    bool source_ended_ GUARDED_BY(source_mutex_) = false;

    mutable Mutex mutex_;
    Condition changed_;
    std::map<std::int64_t, Outcome> waiting_ GUARDED_BY(mutex_);
    std::size_t waiting_bytes_ GUARDED_BY(mutex_) = 0;  // of the pictures in waiting_
    std::int64_t taken_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::chrono::nanoseconds processor_time_ GUARDED_BY(mutex_){0};

    std::vector<std::thread> threads_;  // last: they use everything above
};

}  // namespace vitrina::pipeline
