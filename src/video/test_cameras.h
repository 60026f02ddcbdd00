// Simulated cameras for tests: the RTSP server of tests/rtsp_server in a process of its own, and what it
// plays. For tests only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "video/live_camera.h"
#include "video/test_clips.h"

namespace vitrina::video {

/// Clips that are made once for the whole program; 640x360, 10 pictures a second, a key frame each second.
[[nodiscard]] const std::string& h264_clip();
[[nodiscard]] const std::string& h264_clip_with_b_frames();
[[nodiscard]] const std::string& h265_clip();
[[nodiscard]] const std::string& small_h264_clip();  // 320x180

class RtspServer {
  public:
    /// Starts it, on any free port or on `port`. Null where GStreamer's server is not installed.
    [[nodiscard]] static std::unique_ptr<RtspServer> start(const std::vector<std::string>& arguments,
                                                           int port = 0);
    /// Kills it.
    ~RtspServer();
    RtspServer(const RtspServer&) = delete;
    RtspServer& operator=(const RtspServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string address(const std::string& name) const;
    /// Stops in the middle of everything, as a camera that hangs.
    void freeze() const;

  private:
    RtspServer() = default;

    pid_t process_ = 0;
    int input_ = -1;  // the server ends when it closes
    int port_ = 0;
};

/// Skips the test where there is no RTSP server.
#define START_RTSP_SERVER(name, ...)                                          \
    const auto name = RtspServer::start(__VA_ARGS__);                         \
    if (!(name)) {                                                            \
        GTEST_SKIP() << "no GStreamer RTSP server: install "                  \
                        "gir1.2-gst-rtsp-server-1.0 python3-gi "              \
                        "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"; \
    }

/// A camera that is started, and a test that fails when it can't be.
[[nodiscard]] std::unique_ptr<LiveCamera> camera_at(const std::string& address,
                                                    RtspTransport transport = RtspTransport::kTcp);
[[nodiscard]] std::unique_ptr<LiveCamera> player_of(const std::string& file);

/// Asks again and again, up to `patience`.
[[nodiscard]] bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds patience);

/// The pictures that come within the time, taken as soon as they are there.
[[nodiscard]] std::vector<LiveFrame> frames_of(LiveCamera& camera, std::chrono::milliseconds time);

}  // namespace vitrina::video
