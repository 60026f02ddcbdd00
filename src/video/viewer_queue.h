// What one viewer has still to get. Filled by the camera's thread, emptied by the viewer's. Private to this
// folder.
//
// Threads: any thread may call anything. The callback runs without the queue's lock, so that it may ask for
// the next piece, and never after close() came back.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "video/view.h"

namespace vitrina::video {

class ViewerQueue {
  public:
    ViewerQueue(ViewForm form, std::function<void()> wake) : form_(form), wake_callback_(std::move(wake)) {}

    [[nodiscard]] ViewForm form() const { return form_; }

    /// MP4: the initialisation segment and what is there since the last key frame, which may be more than a
    /// viewer may fall behind.
    void begin(const std::string& media_type, ViewPiece initialisation, const std::vector<ViewPiece>& pieces);
    /// Whether begin() has been called.
    [[nodiscard]] bool has_begun() const;
    void put(const ViewPiece& piece);
    /// What was under way is broken off: nothing more until a key frame.
    void wait_for_key();
    void end();
    void wake();

    [[nodiscard]] std::optional<ViewPiece> next();
    [[nodiscard]] bool ended() const;
    [[nodiscard]] std::int64_t lost() const;
    [[nodiscard]] std::string media_type() const;
    /// The viewer is gone.
    void close();

  private:
    struct Waiting {
        ViewPiece piece;
        bool counts = true;  // as what the viewer is behind
    };
    void make_room(std::size_t bytes) REQUIRES(mutex_);

    const ViewForm form_;
    mutable Mutex mutex_;
    std::optional<ViewPiece> initialisation_ GUARDED_BY(mutex_);
    std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
    std::size_t behind_bytes_ GUARDED_BY(mutex_) = 0;
    std::size_t behind_ GUARDED_BY(mutex_) = 0;  // pieces
    bool begun_ GUARDED_BY(mutex_) = false;
    bool needs_key_ GUARDED_BY(mutex_) = false;
    bool ended_ GUARDED_BY(mutex_) = false;
    std::int64_t lost_ GUARDED_BY(mutex_) = 0;
    std::string media_type_ GUARDED_BY(mutex_);
    Mutex wake_mutex_;
    std::function<void()> wake_callback_ GUARDED_BY(wake_mutex_);
};

}  // namespace vitrina::video
