#include "video/live_camera.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "video/backoff.h"
#include "video/pace.h"
#include "video/test_cameras.h"
#include "video/test_server.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VITRINA_ADDRESS_SANITIZER
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace vitrina::video {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;

/// Within which a camera that is there gives its first picture, also on a busy computer.
constexpr auto kSoon = 8s;
/// Within which a camera is back after its server.
constexpr auto kBack = 10s;

bool is_live(const LiveCamera& camera) {
    return camera.state().status == LiveStatus::kLive;
}

void expect_growing(const std::vector<LiveFrame>& frames) {
    for (std::size_t i = 1; i < frames.size(); ++i) {
        EXPECT_GT(frames[i].frame.time, frames[i - 1].frame.time) << i;
        EXPECT_EQ(frames[i].frame.index, frames[i - 1].frame.index + 1 + frames[i].skipped) << i;
        EXPECT_GE(frames[i].connection, frames[i - 1].connection) << i;
    }
}

void expect_stops_in_time(std::unique_ptr<LiveCamera> camera) {
    const auto begin = Clock::now();
    camera.reset();
    EXPECT_LT(Clock::now() - begin, kStopTimeMax);
}

struct Stream {
    const char* name;
    RtspTransport transport;
    const std::string& (*clip)();
    const char* codec;
};

class EveryStream : public testing::TestWithParam<Stream> {};

TEST_P(EveryStream, GivesItsPictures) {
    const Stream& stream = GetParam();
    START_RTSP_SERVER(server, {"--clip", "door=" + stream.clip()});
    auto camera = camera_at(server->address("door"), stream.transport);
    ASSERT_TRUE(comes_true([&] { return camera->has_new(); }, kSoon)) << camera->state().trouble.words;
    static_cast<void>(frames_of(*camera, 500ms));  // what the server sends in a burst at first
    const auto frames = frames_of(*camera, 3s);
    EXPECT_NEAR(static_cast<double>(frames.size()), 30, 4);
    expect_growing(frames);
    for (std::size_t i = 1; i < frames.size(); ++i) {
        EXPECT_EQ(frames[i].frame.picture.width, 640);
        EXPECT_EQ(frames[i].frame.picture.height, 360);
        EXPECT_EQ(frames[i].frame.picture.rgb.size(), 640U * 360 * 3);
        // By the timestamps, not by the moment of arrival.
        if (frames[i].skipped == 0) {
            EXPECT_NEAR(to_seconds(frames[i].frame.time - frames[i - 1].frame.time), 0.1, 0.02) << i;
        }
    }
    const LiveState state = camera->state();
    EXPECT_EQ(state.status, LiveStatus::kLive);
    EXPECT_EQ(state.trouble.words, "");
    EXPECT_EQ(state.codec, stream.codec);
    EXPECT_EQ(state.width, 640);
    EXPECT_NEAR(state.frame_rate, 10, 2);
    EXPECT_GT(state.bit_rate, 10'000);
    EXPECT_EQ(state.damaged, 0);
    EXPECT_EQ(state.reconnects, 0);
    EXPECT_LT(to_seconds(camera->now() - *state.last_picture), 1);
    EXPECT_EQ(camera->view().has_mp4(), std::optional<bool>(state.codec == "h264"));
    expect_stops_in_time(std::move(camera));
}

TEST_P(EveryStream, ItsSoundIsNotAskedFor) {
    const Stream& stream = GetParam();
    const ClipFolder folder;
    const std::string log = folder.path("log");
    START_RTSP_SERVER(server, {"--clip", "door=" + stream.clip(), "--sound", "--log", log});
    auto camera = camera_at(server->address("door"), stream.transport);
    EXPECT_TRUE(comes_true([&] { return camera->state().decoded >= 10; }, kSoon))
        << camera->state().trouble.words;
    EXPECT_EQ(camera->state().codec, stream.codec);
    EXPECT_EQ(camera->state().reconnects, 0);
    // What would come besides pictures would have to be read and thrown away.
    const Bytes lines = bytes_of(log);
    EXPECT_THAT(std::string(lines.begin(), lines.end()),
                AllOf(HasSubstr("offered video audio\nasked for video\n"), Not(HasSubstr("for audio"))));
}

INSTANTIATE_TEST_SUITE_P(Rtsp, EveryStream,
                         testing::Values(Stream{"TcpH264", RtspTransport::kTcp, h264_clip, "h264"},
                                         Stream{"UdpH264", RtspTransport::kUdp, h264_clip, "h264"},
                                         Stream{"TcpH265", RtspTransport::kTcp, h265_clip, "hevc"},
                                         Stream{"UdpH265", RtspTransport::kUdp, h265_clip, "hevc"},
                                         Stream{"BFrames", RtspTransport::kTcp, h264_clip_with_b_frames,
                                                "h264"}),
                         [](const auto& instance) { return instance.param.name; });

/// Pictures of one grey each, as JPEG: 40, 120 and 200.
std::vector<std::string> grey_jpegs(int width, int height) {
    std::vector<std::string> jpegs;
    for (const int grey : {40, 120, 200}) {
        Picture picture;
        picture.width = width;
        picture.height = height;
        picture.rgb.assign(static_cast<std::size_t>(width) * height * 3, static_cast<std::uint8_t>(grey));
        const std::vector<std::uint8_t> jpeg = to_jpeg(picture);
        jpegs.emplace_back(jpeg.begin(), jpeg.end());
    }
    return jpegs;
}

/// One after the other, again and again, 10 a second. Some cameras don't say how long each is.
void send_jpegs(const Server& server, int connection, const std::string& request) {
    const std::vector<std::string> jpegs = grey_jpegs(320, 240);
    const bool says_length = request.find("/told") != std::string::npos;
    send_all(connection,
             "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n"
             "Connection: close\r\n\r\n");
    auto next = Clock::now();
    for (std::size_t i = 0; !server.stopping(); ++i) {
        const std::string& jpeg = jpegs[i % jpegs.size()];
        const std::string length = says_length ? fmt::format("Content-Length: {}\r\n", jpeg.size()) : "";
        send_all(connection, "--picture\r\nContent-Type: image/jpeg\r\n" + length + "\r\n" + jpeg + "\r\n");
        std::this_thread::sleep_until(next += 100ms);
    }
}

TEST(LiveCamera, MotionJpegOverHttp) {
    Server* self = nullptr;
    Server server(
        [&self](int connection, const std::string& request) { send_jpegs(*self, connection, request); });
    self = &server;
    auto camera = camera_at(fmt::format("http://127.0.0.1:{}/told", server.port()));
    auto other = camera_at(fmt::format("http://127.0.0.1:{}/untold", server.port()));
    ASSERT_TRUE(comes_true([&] { return camera->has_new(); }, kSoon)) << camera->state().trouble.words;
    static_cast<void>(frames_of(*camera, 500ms));  // what came while it was recognised
    const auto frames = frames_of(*camera, 3s);
    EXPECT_NEAR(static_cast<double>(frames.size()), 30, 4);
    expect_growing(frames);
    std::optional<std::int64_t> before;
    for (const LiveFrame& frame : frames) {
        ASSERT_EQ(frame.frame.picture.width, 320);
        ASSERT_EQ(frame.frame.picture.height, 240);
        const std::int64_t grey = frame.frame.picture.rgb.at(std::size_t{320} * 120 * 3);
        EXPECT_NEAR(static_cast<double>(grey % 80), 40, 3);
        // In their order, none lost and none twice.
        if (before) {
            EXPECT_EQ(grey / 80, (*before + 1 + frame.skipped) % 3);
        }
        before = grey / 80;
    }
    EXPECT_TRUE(comes_true([&] { return other->state().decoded >= 20; }, kSoon))
        << other->state().trouble.words;
    // Once it has forgotten the burst at first.
    EXPECT_TRUE(comes_true([&] { return std::abs(camera->state().frame_rate - 10) < 2; }, kSoon));
    for (const LiveState& state : {camera->state(), other->state()}) {
        EXPECT_EQ(state.status, LiveStatus::kLive);
        EXPECT_EQ(state.trouble.words, "");
        EXPECT_EQ(state.codec, "mjpeg");
        EXPECT_EQ(state.damaged, 0);
        EXPECT_EQ(state.reconnects, 0);
    }
    EXPECT_EQ(camera->view().has_mp4(), std::optional<bool>(false));
    expect_stops_in_time(std::move(camera));
}

TEST(LiveCamera, SaysThatThePasswordIsWrong) {
    START_RTSP_SERVER(server,
                      {"--clip", "door=" + h264_clip(), "--user", "admin", "--password", "p@ss:/ %1"});
    auto right = camera_at(with_credentials(server->address("door"), "admin", "p@ss:/ %1"));
    auto wrong = camera_at(with_credentials(server->address("door"), "admin", "hunter2"));
    EXPECT_TRUE(comes_true([&] { return is_live(*right); }, kSoon)) << right->state().trouble.words;
    EXPECT_TRUE(comes_true([&] { return !wrong->state().trouble.words.empty(); }, kSoon));
    EXPECT_THAT(wrong->state().trouble.words,
                AllOf(HasSubstr("password is wrong"), HasSubstr("401"), Not(HasSubstr("hunter2"))));
    EXPECT_EQ(wrong->state().trouble.code, TroubleCode::kWrongCredentials);
    EXPECT_EQ(wrong->shown_address(), fmt::format("rtsp://***@127.0.0.1:{}/door", server->port()));
    EXPECT_EQ(wrong->state().status, LiveStatus::kConnecting);
}

TEST(LiveCamera, SaysThatThePathIsWrong) {
    START_RTSP_SERVER(server, {"--clip", "door=" + h264_clip()});
    auto camera = camera_at(server->address("window"));
    EXPECT_TRUE(comes_true([&] { return !camera->state().trouble.words.empty(); }, kSoon));
    EXPECT_THAT(camera->state().trouble.words, AllOf(HasSubstr("path"), HasSubstr("404")));
    EXPECT_EQ(camera->state().trouble.code, TroubleCode::kWrongPath);
}

TEST(LiveCamera, SaysWhereTheWayEnds) {
    const auto code_at = [](const std::string& address) {
        const auto camera = camera_at(address);
        EXPECT_TRUE(comes_true([&] { return camera->state().trouble.code != TroubleCode::kNone; }, kSoon));
        return camera->state().trouble.code;
    };
    for (const char* scheme : {"rtsp", "http"}) {
        EXPECT_EQ(code_at(fmt::format("{}://127.0.0.1:1/a", scheme)), TroubleCode::kConnectionRefused);
        EXPECT_EQ(code_at(fmt::format("{}://nobody.invalid/a", scheme)), TroubleCode::kUnknownHost);
    }
    Server page([](int connection, const std::string&) {
        send_all(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    });
    EXPECT_EQ(code_at(fmt::format("http://127.0.0.1:{}/a", page.port())), TroubleCode::kNotVideo);
    for (const char* elsewhere : {"file:///etc/hostname", "gopher://127.0.0.1/a"}) {
        Server guide([elsewhere](int connection, const std::string&) {
            send_all(connection, fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n"
                                             "Connection: close\r\n\r\n",
                                             elsewhere));
        });
        EXPECT_EQ(code_at(fmt::format("http://127.0.0.1:{}/a", guide.port())), TroubleCode::kNotVideo)
            << elsewhere;
    }
}

TEST(LiveCamera, IsBackWithinTenSecondsOfItsServer) {
    const int times = std::getenv("VITRINA_LONG_TESTS") != nullptr ? 50 : 3;
    auto server = RtspServer::start({"--clip", "door=" + h264_clip()});
    if (!server) GTEST_SKIP() << "no GStreamer RTSP server";
    const int port = server->port();
    auto camera = camera_at(server->address("door"));
    ASSERT_TRUE(comes_true([&] { return camera->has_new(); }, kSoon)) << camera->state().trouble.words;
    std::optional<LiveFrame> before = camera->take();
    for (int i = 0; i < times; ++i) {
        server.reset();
        EXPECT_TRUE(comes_true([&] { return !is_live(*camera); }, 3s));
        EXPECT_FALSE(camera->state().trouble.words.empty());
        EXPECT_NE(camera->state().trouble.code, TroubleCode::kOther);
        // Out of step with the attempts.
        std::this_thread::sleep_for(i * 130ms % 1s);
        static_cast<void>(camera->take());
        server = RtspServer::start({"--clip", "door=" + h264_clip()}, port);
        ASSERT_TRUE(server);
        const auto begin = Clock::now();
        ASSERT_TRUE(comes_true([&] { return camera->has_new(); }, kBack))
            << i << camera->state().trouble.words;
        RecordProperty("back_after_ms", static_cast<int>((Clock::now() - begin) / 1ms));
        const std::optional<LiveFrame> after = camera->take();
        ASSERT_TRUE(after);
        EXPECT_GT(after->frame.time, before->frame.time);
        EXPECT_GT(after->connection, before->connection);
        EXPECT_EQ(camera->state().reconnects, i + 1);
        before = after;
    }
}

TEST(LiveCamera, AServerThatHangsIsSilentAndLeft) {
    START_RTSP_SERVER(server, {"--clip", "door=" + h264_clip()});
    auto camera = camera_at(server->address("door"));
    ASSERT_TRUE(comes_true([&] { return is_live(*camera); }, kSoon));
    server->freeze();
    const auto begin = Clock::now();
    ASSERT_TRUE(comes_true([&] { return camera->state().status == LiveStatus::kSilent; }, 8s));
    EXPECT_GT(Clock::now() - begin, kSilentAfter - 1s);
    EXPECT_TRUE(comes_true([&] { return !camera->state().trouble.words.empty(); }, 1s));
    EXPECT_GE(camera->state().without_picture, kSilentAfter);
    expect_stops_in_time(std::move(camera));
}

TEST(LiveCamera, APeerThatNeverAnswersOrSendsGarbage) {
    Server* self = nullptr;
    Server mute([&self](int, const std::string&) { self->hold(); });
    self = &mute;
    Server garbage([&garbage](int connection, const std::string&) {
        std::string bytes(10'000, '\0');
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<char>(i * 7919 % 251);
        for (int i = 0; i < 100 && !garbage.stopping(); ++i)
            send_all(connection, bytes);
    });
    Server trickle([&trickle](int connection, const std::string&) {
        while (!trickle.stopping()) {
            send_all(connection, "R");
            std::this_thread::sleep_for(50ms);
        }
    });
    std::vector<std::unique_ptr<LiveCamera>> cameras;
    for (const Server* server : {&mute, &garbage, &trickle})
        for (const char* scheme : {"rtsp", "http"})
            cameras.push_back(camera_at(fmt::format("{}://127.0.0.1:{}/a", scheme, server->port())));
    for (auto& camera : cameras) {
        EXPECT_TRUE(comes_true([&] { return camera->state().status == LiveStatus::kSilent; }, kSoon));
        EXPECT_FALSE(camera->state().trouble.words.empty());
        EXPECT_EQ(camera->state().decoded, 0);
        expect_stops_in_time(std::move(camera));
    }
}

TEST(LiveCamera, StopsWhileItConnects) {
    Server* self = nullptr;
    Server mute([&self](int, const std::string&) { self->hold(); });
    self = &mute;
    for (const char* scheme : {"rtsp", "http", "https"}) {
        auto camera = camera_at(fmt::format("{}://127.0.0.1:{}/a", scheme, mute.port()));
        std::this_thread::sleep_for(200ms);
        expect_stops_in_time(std::move(camera));
    }
}

TEST(LiveCamera, AFileIsPlayedAtItsOwnRateAgainAndAgain) {
    const ClipFolder clips;
    // 1.2 s of 25 pictures a second, with B-frames.
    auto camera = player_of(clips.make_h264("short.mp4", 30, "160x120"));
    std::atomic<int> woken{0};
    camera->on_picture([&woken] { ++woken; });
    const auto frames = frames_of(*camera, 4s);
    expect_growing(frames);
    ASSERT_FALSE(frames.empty());
    EXPECT_NEAR(static_cast<double>(frames.size()), 100, 12);
    EXPECT_NEAR(woken.load(), static_cast<int>(frames.size()), 8);
    EXPECT_NEAR(static_cast<double>(frames.back().connection), 3, 1);
    EXPECT_EQ(frames.front().connection, 0);
    EXPECT_EQ(camera->state().reconnects, 0);
    EXPECT_EQ(camera->state().status, LiveStatus::kLive);
    EXPECT_NEAR(to_seconds(frames.back().frame.time - frames.front().frame.time), 4, 0.5);
}

TEST(LiveCamera, WhatIsNotTakenIsSkippedAndCounted) {
    const ClipFolder clips;
    auto camera = player_of(clips.make_h264("short.mp4", 250, "160x120"));
    ASSERT_TRUE(comes_true([&] { return camera->state().decoded >= 20; }, 5s));
    const auto frame = camera->take();
    ASSERT_TRUE(frame);
    EXPECT_GE(frame->skipped, 18);
    EXPECT_EQ(frame->skipped, frame->frame.index);
    EXPECT_EQ(camera->state().skipped, frame->skipped);
    EXPECT_FALSE(camera->take() && camera->take());
}

TEST(LiveCamera, PicturesThatChangeTheirSize) {
    const ClipFolder clips;
    // Annex B, so that one can be put behind the other.
    Bytes both = bytes_of(clips.make_h264("a.264", 50, "320x240", {"-bf", "0"}));
    const Bytes other = bytes_of(clips.make_h264("b.264", 50, "160x120", {"-bf", "0"}));
    both.insert(both.end(), other.begin(), other.end());
    auto camera = player_of(clips.write("both.264", both));
    int widths = 0;
    for (const LiveFrame& frame : frames_of(*camera, 3'500ms)) {
        const int width = frame.frame.picture.width;
        EXPECT_THAT(width, AnyOf(160, 320));
        widths |= width;
        EXPECT_EQ(frame.frame.picture.rgb.size(), static_cast<std::size_t>(width) * width * 3 / 4 * 3);
    }
    EXPECT_EQ(widths, 160 | 320);
}

TEST(LiveCamera, DamageIsCountedAndPassedOver) {
    const ClipFolder clips;
    Bytes bytes = bytes_of(clips.make_h264("a.ts", 100, "320x240", {"-bf", "0"}));
    for (std::size_t i = bytes.size() / 4; i < bytes.size() / 2; i += 997)
        bytes[i] ^= 0x55;
    auto camera = player_of(clips.write("damaged.ts", bytes));
    EXPECT_TRUE(comes_true([&] { return camera->state().damaged > 0; }, 4s));
    const std::int64_t decoded = camera->state().decoded;
    EXPECT_TRUE(comes_true([&] { return camera->state().decoded > decoded + 20; }, 4s));
}

// Under the address sanitizer what was freed stays resident for a while: there, what is allocated counts.
std::int64_t bytes_in_use() {
#ifdef VITRINA_ADDRESS_SANITIZER
    return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
    std::ifstream file("/proc/self/statm");
    std::int64_t all = 0;
    std::int64_t resident = 0;
    file >> all >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
#endif
}

TEST(LiveCamera, AFloodIsHeldBackAndTakesNoMemory) {
    const ClipFolder clips;
    const Bytes clip = bytes_of(clips.make_h264("a.ts", 500, "320x240", {"-bf", "0", "-b:v", "8M"}));
    const std::string bytes(clip.begin(), clip.end());
    Server server([&](int connection, const std::string&) {
        send_all(connection, "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n");
        const timeval patience{0, 100'000};
        ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        std::size_t at = 0;
        while (!server.stopping()) {
            const ssize_t sent = ::send(connection, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) return;
            if (sent > 0) at = (at + static_cast<std::size_t>(sent)) % bytes.size();
        }
    });
    auto camera = camera_at(fmt::format("http://127.0.0.1:{}/live", server.port()));
    ASSERT_TRUE(comes_true([&] { return camera->state().decoded > 100; }, kSoon))
        << camera->state().trouble.words;
    const std::int64_t before = bytes_in_use();
    const std::int64_t decoded = camera->state().decoded;
    std::this_thread::sleep_for(4s);
    EXPECT_LT(bytes_in_use() - before, 10'000'000);
    EXPECT_LT(camera->state().decoded - decoded, kPacketsAtOnceMax + 6 * kPacketsPerSecondMax);
    expect_stops_in_time(std::move(camera));
}

TEST(LiveCamera, RefusesWhatIsNoCamera) {
    for (const char* address : {"", "/etc/passwd", "a.mp4", "file:///a", "gopher://a/"}) {
        LiveOptions options;
        options.address = address;
        auto camera = LiveCamera::create(options);
        ASSERT_FALSE(camera) << address;
        EXPECT_EQ(camera.error().kind, ErrorKind::kConfiguration);
    }
}

TEST(Snapshot, IsAPictureOrTheReasonWhyNot) {
    START_RTSP_SERVER(server, {"--clip", "door=" + h264_clip(), "--user", "u", "--password", "secret"});
    LiveOptions options;
    options.address = with_credentials(server->address("door"), "u", "secret");
    const auto picture = snapshot(options);
    ASSERT_TRUE(picture) << picture.error().words;
    EXPECT_EQ(picture->width, 640);
    EXPECT_EQ(picture->height, 360);
    options.address = with_credentials(server->address("door"), "u", "wrong");
    const auto refused = snapshot(options);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().words, AllOf(HasSubstr("password is wrong"), Not(HasSubstr(":wrong"))));
    Server* self = nullptr;
    Server mute([&self](int, const std::string&) { self->hold(); });
    self = &mute;
    options.address = fmt::format("rtsp://127.0.0.1:{}/a", mute.port());
    options.open_timeout = 500ms;
    EXPECT_THAT(snapshot(options).error().words, HasSubstr("no picture within 0.5 s"));
}

TEST(CameraAddress, IsChecked) {
    for (const char* good : {"rtsp://10.0.0.7/stream1", "RTSP://camera.local:554/a?channel=1&subtype=0",
                             "https://[fe80::1]:8443/live", "http://camera"})
        EXPECT_EQ(check_camera_address(good).value_or(""), good);
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {"", "empty"},
        {"/dev/video0", "begins with rtsp://"},
        {"file:///etc/passwd", "begins with rtsp://, rtsps://, http:// or https://; file:// is not opened"},
        {"gopher://a/", "https://; gopher:// is not opened"},
        {"rtsp://admin:secret@10.0.0.7/", "beside the address"},
        {"rtsp://10.0.0.7/a b", "blanks"},
        {"rtsp://10.0.0.7/a\nb", "control characters"},
        {"rtsp:///a", "names no computer"},
        {"rtsp://a:99999/", "not a port"},
        {"rtsp://a:/", "not a port"},
        {"rtsp://[::1/", "no end"},
        {"rtsp://" + std::string(2'000, 'a'), "longer than 2000"},
    };
    for (const auto& [address, why] : wrong) {
        const auto checked = check_camera_address(address);
        ASSERT_FALSE(checked) << address;
        EXPECT_THAT(checked.error().message, AllOf(HasSubstr(why), Not(HasSubstr("secret"))));
        EXPECT_EQ(checked.error().kind, ErrorKind::kConfiguration);
    }
}

TEST(CameraAddress, TakesCredentials) {
    EXPECT_EQ(with_credentials("rtsp://a:554/b", "admin", "p@ss:/ %"),
              "rtsp://admin:p%40ss%3A%2F%20%25@a:554/b");
    EXPECT_EQ(with_credentials("rtsp://a/b", "пол", ""), "rtsp://%D0%BF%D0%BE%D0%BB:@a/b");
    EXPECT_EQ(with_credentials("rtsp://a/b", "", ""), "rtsp://a/b");
}

TEST(CameraAddress, LeadsToTheSamePlaceHoweverItIsWritten) {
    const std::string door = receiver_and_path("rtsp://10.0.0.7/stream1");
    EXPECT_EQ(door, "rtsp://10.0.0.7:554/stream1");
    for (const char* same : {"RTSP://10.0.0.7:554/stream1", "rtsp://u:p%40@10.0.0.7/stream1"})
        EXPECT_EQ(receiver_and_path(same), door) << same;
    for (const char* other :
         {"rtsp://10.0.0.7/stream2", "rtsp://10.0.0.7/Stream1", "rtsp://10.0.0.7:8554/stream1",
          "rtsp://10.0.0.7/stream1?channel=1", "http://10.0.0.7/stream1"})
        EXPECT_NE(receiver_and_path(other), door) << other;
    EXPECT_EQ(receiver_and_path("https://Camera.local"), receiver_and_path("https://camera.local:443/"));
    EXPECT_EQ(receiver_and_path("rtsp://[FE80::1]/a"), "rtsp://[fe80::1]:554/a");
    EXPECT_EQ(receiver_and_path("/srv/clips/a.mp4"), "/srv/clips/a.mp4");
}

TEST(Backoff, IsAtOnceThenDoubles) {
    Backoff backoff(7);
    Backoff other(8);
    EXPECT_EQ(backoff.next(), 0ms);
    EXPECT_EQ(other.next(), 0ms);
    int different = 0;
    for (std::chrono::milliseconds longest = kBackoffMin; longest < 10 * kBackoffMax; longest *= 2) {
        const auto wait = backoff.next();
        EXPECT_LE(wait, std::min(longest, kBackoffMax));
        EXPECT_GE(wait, std::min(longest, kBackoffMax) / 2);
        if (wait != other.next()) ++different;
    }
    EXPECT_GT(different, 3);
    backoff.begin_anew();
    EXPECT_EQ(backoff.next(), 0ms);
}

TEST(Pace, PlaysFilesAtTheirOwnRate) {
    Playback playback;
    EXPECT_EQ(playback.due(7s, SourceTime(1s)), SourceTime(1s));
    EXPECT_EQ(playback.due(7'100ms, SourceTime(1'010ms)), SourceTime(1'100ms));
    EXPECT_EQ(playback.due(9s, SourceTime(3'500ms)), SourceTime(3s));
    EXPECT_EQ(playback.time_of(9'080ms), SourceTime(3'080ms));
    EXPECT_EQ(playback.due(10s, SourceTime(5'500ms)), SourceTime(5'500ms)) << "it can't keep up";
    EXPECT_EQ(playback.due(1h, SourceTime(6s)), SourceTime(6s));
    EXPECT_EQ(playback.due(0s, SourceTime(7s)), SourceTime(7s));
}

TEST(Pace, LetsABurstThroughAndHoldsAFloodBack) {
    FloodGate gate;
    const SourceTime now(1h);
    for (int i = 1; i < kPacketsAtOnceMax; ++i)
        EXPECT_LE(gate.due(now), now) << i;
    SourceTime due;
    for (int i = 0; i <= kPacketsPerSecondMax; ++i)
        due = gate.due(now);
    EXPECT_NEAR(to_seconds(due - now), 1, 0.02);
}

}  // namespace
}  // namespace vitrina::video
