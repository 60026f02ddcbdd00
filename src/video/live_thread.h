// The thread of a LiveCamera: connects, reads, decodes, and begins again, until it is told to stop. Private
// to this folder.
//
// Threads: the constructor and stop() belong to the camera; run() is the thread's. Everything else that it
// holds is safe for any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "video/address.h"
#include "video/arrival_clock.h"
#include "video/backoff.h"
#include "video/deadline.h"
#include "video/live_camera.h"
#include "video/live_connection.h"
#include "video/live_health.h"
#include "video/newest_picture.h"
#include "video/pace.h"
#include "video/view_hub.h"

namespace vitrina::video {

class LiveThread {
  public:
    LiveThread(Address address, const LiveOptions& options);
    LiveThread(const LiveThread&) = delete;
    LiveThread& operator=(const LiveThread&) = delete;

    /// Until stop().
    void run();
    void stop();

    void set_wake(std::function<void()> wake);
    [[nodiscard]] const Address& address() const { return address_; }
    [[nodiscard]] SourceTime now() const;
    [[nodiscard]] LiveState state() const;
    [[nodiscard]] NewestPicture& newest() { return newest_; }
    [[nodiscard]] const NewestPicture& newest() const { return newest_; }
    [[nodiscard]] ViewHub& view() { return view_; }

  private:
    /// How one connection, or one turn of a file, goes.
    struct Turn {
        SourceTime begin;
        std::optional<SourceTime> last_packet;
        std::optional<SourceTime> last_picture;
        bool key_came = false;
        bool paced = false;
        Playback playback;
        FloodGate gate;
    };

    [[nodiscard]] bool is_file() const { return address_.kind == AddressKind::kFile; }
    void connect_and_play();
    void play(LiveConnection& connection);
    [[nodiscard]] AVPacket* next_packet(LiveConnection& connection, const Turn& turn);
    [[nodiscard]] static SourceTime silent_at(const Turn& turn);
    void take(LiveConnection& connection, AVPacket& packet, Turn& turn);
    [[nodiscard]] SourceTime wait_for_turn(const LiveConnection& connection, const AVPacket& packet,
                                           Turn& turn);
    void end_of_file(LiveConnection& connection, Turn& turn);
    void give_pictures(LiveConnection& connection, Turn& turn);
    void give(LiveConnection& connection, AVFrame& frame);
    [[nodiscard]] Trouble why_lost(const LiveConnection& connection, const Turn& turn) const;
    void wait_until(SourceTime time) const;
    void wake();

    const Address address_;
    const LiveOptions options_;
    const std::chrono::steady_clock::time_point zero_;
    Deadline deadline_;
    Backoff backoff_;
    ArrivalClock clock_;
    std::optional<SourceTime> last_time_;  // of a picture
    std::int64_t decoded_ = 0;
    std::int64_t connections_ = 0;

    LiveHealth health_;
    NewestPicture newest_;
    ViewHub view_;
    Mutex wake_mutex_;
    std::function<void()> wake_ GUARDED_BY(wake_mutex_);
};

}  // namespace vitrina::video
