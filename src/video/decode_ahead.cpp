#include "video/decode_ahead.h"

#include <utility>

#include "base/processor_time.h"
#include "base/thread_name.h"

namespace vitrina::video {
DecodeAhead::DecodeAhead(std::unique_ptr<Source> source)
    : source_(std::move(source)),
      info_(source_->info()),
      queue_(kFramesAhead),
      budget_(kBytesAhead),
      report_(source_->report()),
      thread_([this] { decode(); }) {}

DecodeAhead::~DecodeAhead() {
    stop();
}

Result<std::optional<Frame>> DecodeAhead::next() {
    if (stopping_.load()) return std::nullopt;
    std::optional<Result<Frame>> item = queue_.pop();
    if (!item) return std::nullopt;
    if (!*item) return tl::unexpected<Error>(std::move(*item).error());
    budget_.give_back((*item)->picture.rgb.size());
    return std::optional<Frame>(**std::move(item));
}

SourceReport DecodeAhead::report() const {
    const MutexLock lock(mutex_);
    return report_;
}

Duration DecodeAhead::decoding_time() const {
    return decoding_time_.load();
}

void DecodeAhead::ask_to_stop() {
    stopping_.store(true);
    source_->interrupt();
    budget_.close();
    queue_.close();
}

void DecodeAhead::stop() {
    ask_to_stop();
    if (thread_.joinable()) thread_.join();
}

void DecodeAhead::decode() {
    name_thread("decoding");
    while (!stopping_.load()) {
        auto frame = source_->next();
        decoding_time_.store(std::chrono::duration_cast<Duration>(thread_processor_time()));
        publish_report();
        if (!frame) {
            // The consumer learns of the error in its turn; false only says that nobody waits for it any
            // more.
            static_cast<void>(queue_.push(tl::unexpected<Error>(std::move(frame).error())));
            break;
        }
        if (!*frame) break;
        const std::size_t bytes = (*frame)->picture.rgb.size();
        if (!budget_.take(bytes) || !queue_.push(**std::move(frame))) break;
    }
    queue_.close();
}

void DecodeAhead::publish_report() {
    const MutexLock lock(mutex_);
    report_ = source_->report();
}

}  // namespace vitrina::video
