#include "video/viewer_queue.h"

#include <cstddef>

namespace vitrina::video {
namespace {

/// "Or 30 pictures", see kViewerBytesMax.
constexpr std::size_t kJpegsMax = 30;

}  // namespace

void ViewerQueue::begin(const std::string& media_type, ViewPiece initialisation,
                        const std::vector<ViewPiece>& pieces) {
    const MutexLock lock(mutex_);
    begun_ = true;
    needs_key_ = false;  // the pieces begin with one
    media_type_ = media_type;
    initialisation_ = std::move(initialisation);
    for (const ViewPiece& piece : pieces)
        waiting_.push_back({piece, false});
}

bool ViewerQueue::has_begun() const {
    const MutexLock lock(mutex_);
    return begun_;
}

void ViewerQueue::put(const ViewPiece& piece) {
    const MutexLock lock(mutex_);
    if (ended_) return;
    const std::size_t bytes = piece.bytes->size();
    make_room(bytes);
    needs_key_ = needs_key_ && !piece.key;
    if (needs_key_) {
        ++lost_;
        return;
    }
    waiting_.push_back({piece, true});
    behind_bytes_ += bytes;
    ++behind_;
}

/// Of JPEG the oldest goes; of MP4 everything, because what follows is of no use without it, until a key
/// frame.
void ViewerQueue::make_room(std::size_t bytes) {
    if (form_ == ViewForm::kMp4) {
        if (behind_ == 0 || behind_bytes_ + bytes <= kViewerBytesMax) return;
        lost_ += static_cast<std::int64_t>(waiting_.size());
        waiting_.clear();
        behind_bytes_ = 0;
        behind_ = 0;
        needs_key_ = true;
        return;
    }
    while (!waiting_.empty() && (behind_bytes_ + bytes > kViewerBytesMax || behind_ >= kJpegsMax)) {
        behind_bytes_ -= waiting_.front().piece.bytes->size();
        --behind_;
        waiting_.pop_front();
        ++lost_;
    }
}

void ViewerQueue::wait_for_key() {
    const MutexLock lock(mutex_);
    needs_key_ = form_ == ViewForm::kMp4;
}

void ViewerQueue::end() {
    const MutexLock lock(mutex_);
    ended_ = true;
}

std::optional<ViewPiece> ViewerQueue::next() {
    const MutexLock lock(mutex_);
    if (initialisation_) return std::exchange(initialisation_, std::nullopt);
    if (waiting_.empty()) return std::nullopt;
    Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    if (first.counts) {
        behind_bytes_ -= first.piece.bytes->size();
        --behind_;
    }
    return std::move(first.piece);
}

bool ViewerQueue::ended() const {
    const MutexLock lock(mutex_);
    return ended_ && !initialisation_ && waiting_.empty();
}

std::int64_t ViewerQueue::lost() const {
    const MutexLock lock(mutex_);
    return lost_;
}

std::string ViewerQueue::media_type() const {
    const MutexLock lock(mutex_);
    return media_type_;
}

void ViewerQueue::wake() {
    const MutexLock lock(wake_mutex_);
    if (wake_callback_) wake_callback_();
}

void ViewerQueue::close() {
    const MutexLock lock(wake_mutex_);
    wake_callback_ = nullptr;
}

}  // namespace vitrina::video
