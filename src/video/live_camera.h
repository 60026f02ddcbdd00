// A camera, or a file played at its own rate, as a stream that never ends: it reconnects by itself, the
// newest picture wins, and everything that goes wrong shows in its state.
//
// Threads: any thread may call anything. A LiveCamera owns one thread, which is the only one that touches the
// connection; it ends with the object or sooner, within kStopTimeMax of stop() whatever the network does.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"
#include "video/address.h"
#include "video/trouble.h"
#include "video/view.h"

namespace vitrina::video {

/// Without a picture for this long a camera is silent; without one for kAlarmAfter somebody must be told.
inline constexpr std::chrono::milliseconds kSilentAfter{5'000};
inline constexpr std::chrono::milliseconds kAlarmAfter{30'000};
/// The first attempt to come back is made at once, the next after kBackoffMin, doubling up to kBackoffMax,
/// each shortened by a random part of up to a half: a switch that restarts must not be asked by all its
/// cameras at the same moment. kBackoffMax and the time to open together stay below 10 s, the time within
/// which a camera is back after its server is.
inline constexpr std::chrono::milliseconds kBackoffMin{250};
inline constexpr std::chrono::milliseconds kBackoffMax{4'000};
inline constexpr std::chrono::milliseconds kStopTimeMax{2'000};

struct LiveOptions {
    /// rtsp, rtsps, http or https address with its credentials, or the path of a file.
    std::string address;
    RtspTransport transport = RtspTransport::kTcp;
    /// A file is played at its own rate, again and again. Without it a file is refused.
    bool play_files = false;
    std::chrono::milliseconds open_timeout{5'000};
    /// What makes the waiting times differ from camera to camera.
    std::uint64_t seed = 0;
};

enum class LiveStatus : std::uint8_t { kConnecting, kLive, kSilent };

/// A picture as it came. Its time is on this computer's steady clock, zero at the camera's creation: when the
/// picture was taken, as far as its timestamps, its learnt offset and the moment of its arrival tell;
/// strictly growing.
struct LiveFrame {
    Frame frame;  // its index counts every picture that was decoded
    /// Grows when the connection is new or a file begins anew: what was in the picture before need not be
    /// there.
    std::int64_t connection = 0;
    /// Pictures that were decoded and never taken, since the one before.
    std::int64_t skipped = 0;
};

struct LiveState {
    LiveStatus status = LiveStatus::kConnecting;
    Trouble trouble;          // why it is not live; none when it is
    std::string codec;        // FFmpeg's name: "h264", "hevc"
    int width = 0;            // px, of the last picture
    int height = 0;           // px
    double frame_rate = 0;    // pictures a second, over the last seconds
    double bit_rate = 0;      // bits a second, over the last seconds
    Duration jitter{};        // 95th percentile of how much later than the earliest ones pictures arrive
    Duration clock_offset{};  // how the camera's clock has moved against ours since the connection began
    std::int64_t decoded = 0;
    std::int64_t skipped = 0;  // decoded and never taken
    std::int64_t damaged = 0;
    std::int64_t reconnects = 0;
    std::optional<SourceTime> last_picture;  // on the camera's clock, see LiveFrame
    Duration without_picture{};              // until now; since creation when there was none yet
};

class LiveCamera {
  public:
    /// Starts to connect. Fails (kConfiguration) only for an address that can't be one: see parse_address().
    [[nodiscard]] static Result<std::unique_ptr<LiveCamera>> create(const LiveOptions& options);
    /// Calls stop() and waits for the thread.
    ~LiveCamera();
    LiveCamera(const LiveCamera&) = delete;
    LiveCamera& operator=(const LiveCamera&) = delete;

    /// Ends the connection and what people watch, for good. Doesn't wait: destruction does, for the rest of
    /// kStopTimeMax, so that many cameras that are stopped first end together.
    void stop();

    /// The newest picture, converted to RGB, if one came since the last take(). Doesn't wait. One thread at a
    /// time.
    [[nodiscard]] std::optional<LiveFrame> take();
    /// Whether take() would give one, without its cost.
    [[nodiscard]] bool has_new() const;
    /// Called from the camera's thread whenever a new picture is there; must return soon. Set it before it is
    /// needed, once.
    void on_picture(std::function<void()> wake);

    [[nodiscard]] LiveState state() const;
    /// Now, on the clock of LiveFrame's times.
    [[nodiscard]] SourceTime now() const;
    /// The address as it may be shown: credentials hidden.
    [[nodiscard]] const std::string& shown_address() const;

    /// What people look at. Lives as long as the camera.
    [[nodiscard]] View& view();

  private:
    class Impl;
    explicit LiveCamera(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// One picture of a camera, for the test in the browser: opens, decodes one, closes. Blocks up to the
/// timeout.
[[nodiscard]] Reached<Picture> snapshot(const LiveOptions& options);

/// Of sources that come from the browser: only rtsp, rtsps, http and https, no user and password in the
/// address (they are given beside it), at most 2,000 characters. The error says what is wrong. The address
/// without change.
[[nodiscard]] Result<std::string> check_camera_address(const std::string& address);

/// Where an address leads to, to be compared: without user and password, scheme and host in small letters,
/// with the usual port where none is named. Other texts stay as they are.
[[nodiscard]] std::string receiver_and_path(const std::string& address);

/// rtsp://host/path with the user and password put in, percent-encoded.
[[nodiscard]] std::string with_credentials(const std::string& address, const std::string& user,
                                           const std::string& password);

}  // namespace vitrina::video
