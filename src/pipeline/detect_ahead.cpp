#include "pipeline/detect_ahead.h"

#include <exception>
#include <string>
#include <utility>

#include "base/processor_time.h"
#include "base/thread_name.h"

namespace vitrina::pipeline {
namespace {

// Libraries below may throw when memory runs out: an error of this frame, not the end of the process.
Result<std::vector<Detection>> detect(perceive::Detector& detector, const Picture& picture) {
    try {
        return detector.detect(picture);
    } catch (const std::exception& exception) {
        return failed(std::string("detecting people failed: ") + exception.what());
    }
}

std::size_t bytes_of(const Result<std::optional<SeenFrame>>& outcome) {
    return outcome && *outcome ? (*outcome)->frame.picture.rgb.size() : 0;
}

}  // namespace

DetectAhead::DetectAhead(FrameSource source, std::vector<std::unique_ptr<perceive::Detector>> detectors)
    : source_(std::move(source)),
      detectors_(std::move(detectors)),
      window_(static_cast<std::int64_t>(kFramesAheadPerDetector * detectors_.size())) {
    VITRINA_ASSERT(!detectors_.empty());
    for (const auto& detector : detectors_)
        threads_.emplace_back([this, &detector] { work(*detector); });
}

DetectAhead::~DetectAhead() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    for (std::thread& thread : threads_)
        thread.join();
}

void DetectAhead::work(perceive::Detector& detector) {
    name_thread("networks");
    while (true) {
        std::int64_t place = 0;
        Outcome outcome;
        {
            // Held while the source is read, so that places are given in the order of frames.
            const MutexLock lock(source_mutex_);
            if (source_ended_) return;
            place = next_place_++;
            Result<std::optional<Frame>> frame = source_();
            if (!frame) {
                outcome = tl::unexpected(std::move(frame).error());
            } else if (*frame) {
                outcome = SeenFrame{.frame = std::move(**frame), .detections = {}};
            }
            source_ended_ = !outcome || !*outcome;
        }
        if (outcome && *outcome) {
            const auto begin = thread_processor_time();
            auto detections = detect(detector, (*outcome)->frame.picture);
            const auto used = thread_processor_time() - begin;
            if (detections) {
                (*outcome)->detections = std::move(*detections);
            } else {
                outcome = tl::unexpected(std::move(detections).error());
            }
            const MutexLock lock(mutex_);
            processor_time_ += used;
            if (stopping_) return;
        }
        const bool last = !outcome || !*outcome;
        put(place, std::move(outcome));
        if (last) return;
    }
}

void DetectAhead::put(std::int64_t place, Outcome outcome) {
    const MutexLock lock(mutex_);
    const std::size_t bytes = bytes_of(outcome);
    // The place that is taken next always has room, so somebody can always go on.
    while (!stopping_ && place != taken_ &&
           (place >= taken_ + window_ || waiting_bytes_ + bytes > kBytesAhead))
        changed_.wait(mutex_);
    if (stopping_) return;
    waiting_bytes_ += bytes;
    waiting_.emplace(place, std::move(outcome));
    changed_.notify_all();
}

Result<std::optional<SeenFrame>> DetectAhead::next() {
    const MutexLock lock(mutex_);
    auto place = waiting_.find(taken_);
    while (place == waiting_.end()) {
        changed_.wait(mutex_);
        place = waiting_.find(taken_);
    }
    const bool last = !place->second || !*place->second;
    if (last) return place->second;  // stays there, so that asking again gives the same answer
    waiting_bytes_ -= bytes_of(place->second);
    Outcome outcome = std::move(place->second);
    waiting_.erase(place);
    ++taken_;
    changed_.notify_all();
    return outcome;
}

std::chrono::nanoseconds DetectAhead::processor_time() const {
    const MutexLock lock(mutex_);
    return processor_time_;
}

}  // namespace vitrina::pipeline
