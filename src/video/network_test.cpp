// HTTP and RTSP against small servers inside the test.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stop_token>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "video/decode_ahead.h"
#include "video/source.h"
#include "video/test_clips.h"
#include "video/test_server.h"

namespace vitrina::video {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

std::string ok_header(std::size_t length) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        length);
}

/// Far below the minute that waiting for nothing would take, far above what a busy computer needs.
constexpr auto kNotForever = 20s;

SourceOptions impatient() {
    SourceOptions options;
    options.open_timeout = 700ms;
    options.read_timeout = 500ms;
    return options;
}

/// A port on which nobody listens.
int closed_port() {
    const Server server([](int, const std::string&) {});
    return server.port();
}

std::string text_of(const std::string& path) {
    const Bytes bytes = bytes_of(path);
    return {bytes.begin(), bytes.end()};
}

TEST(Network, NobodyListens) {
    const int port = closed_port();
    for (const char* scheme : {"http", "https", "rtsp", "rtsps"}) {
        const auto begin = Clock::now();
        const std::string message =
            error_of(fmt::format("{}://user:secret@127.0.0.1:{}/a?token=hidden", scheme, port));
        EXPECT_LT(Clock::now() - begin, kNotForever);
        EXPECT_THAT(message, AllOf(StartsWith(fmt::format("{}://***@127.0.0.1:{}/a?***: ", scheme, port)),
                                   HasSubstr("Connection refused"), Not(HasSubstr("secret")),
                                   Not(HasSubstr("hidden"))));
    }
}

TEST(Network, AServerThatNeverAnswers) {
    Server* self = nullptr;
    Server server([&self](int, const std::string&) { self->hold(); });
    self = &server;
    for (const char* scheme : {"http", "https", "rtsp", "rtsps"}) {
        const auto begin = Clock::now();
        EXPECT_THAT(error_of(fmt::format("{}://127.0.0.1:{}/a", scheme, server.port()), impatient()),
                    HasSubstr("no answer within 0.7 s"));
        EXPECT_GE(Clock::now() - begin, 600ms);
        EXPECT_LT(Clock::now() - begin, kNotForever) << scheme;
    }
}

TEST(Network, AnOpeningThatSomebodyWantsToStop) {
    Server* self = nullptr;
    Server server([&self](int, const std::string&) { self->hold(); });
    self = &server;
    for (const char* scheme : {"http", "rtsp"}) {
        std::stop_source stop;
        SourceOptions patient;
        patient.open_timeout = 60s;
        patient.stop_opening = stop.get_token();
        const auto begin = Clock::now();
        std::thread other([&stop] {
            std::this_thread::sleep_for(200ms);
            stop.request_stop();
        });
        EXPECT_THAT(error_of(fmt::format("{}://127.0.0.1:{}/a", scheme, server.port()), patient),
                    HasSubstr("/a: interrupted"));
        EXPECT_LT(Clock::now() - begin, kNotForever) << scheme;
        other.join();
    }
}

TEST(Network, HttpErrors) {
    Server server([](int connection, const std::string&) {
        send_all(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    EXPECT_THAT(error_of(fmt::format("http://127.0.0.1:{}/a.mp4", server.port())), HasSubstr("404"));
}

TEST(Network, HttpNeverLeadsToFiles) {
    const ClipFolder clips;
    const std::string clip = clips.make_h264("a.ts", 10);
    Server server([&clip](int connection, const std::string& request) {
        const std::string list =
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\nfile://" + clip + "\n#EXT-X-ENDLIST\n";
        if (request.find("/list") != std::string::npos)
            send_all(connection, ok_header(list.size()) + list);
        else
            send_all(connection, "HTTP/1.1 302 Found\r\nLocation: file://" + clip +
                                     "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    EXPECT_THAT(error_of(fmt::format("http://127.0.0.1:{}/list", server.port()), impatient()),
                HasSubstr("playlist"));
    EXPECT_THAT(error_of(fmt::format("http://127.0.0.1:{}/moved", server.port()), impatient()),
                HasSubstr("leads to an address that is not opened"));
}

TEST(Network, AFileOverHttp) {
    const ClipFolder clips;
    const std::string bytes = text_of(clips.make_h264("a.mp4", 60, "320x240", {"-movflags", "+faststart"}));
    Server server([&bytes](int connection, const std::string&) {
        send_all(connection, ok_header(bytes.size()) + bytes);
    });
    const auto watched = watch(fmt::format("http://127.0.0.1:{}/a.mp4", server.port()));
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_EQ(watched->frames.size(), 60U);
    EXPECT_EQ(watched->report.ending, Ending::kComplete) << watched->report.early_end;
}

TEST(Network, AServerThatHangsUpInTheMiddle) {
    const ClipFolder clips;
    const std::string bytes = text_of(clips.make_h264("a.mkv", 250));
    Server server([&bytes](int connection, const std::string&) {
        send_all(connection, ok_header(bytes.size()) + bytes.substr(0, bytes.size() / 2));
    });
    const auto watched = watch(fmt::format("http://127.0.0.1:{}/a.mkv", server.port()), impatient());
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_GT(watched->frames.size(), 80U);
    EXPECT_EQ(watched->report.ending, Ending::kEarly);
}

TEST(Network, AServerThatFallsSilent) {
    const ClipFolder clips;
    const std::string bytes = text_of(clips.make_h264("a.mkv", 250));
    Server* self = nullptr;
    Server server([&](int connection, const std::string&) {
        send_all(connection, ok_header(bytes.size()) + bytes.substr(0, bytes.size() / 2));
        self->hold();
    });
    self = &server;
    const std::string address = fmt::format("http://127.0.0.1:{}/a.mkv", server.port());
    const auto begin = Clock::now();
    const auto watched = watch(address, impatient());
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_LT(Clock::now() - begin, kNotForever);
    EXPECT_GT(watched->frames.size(), 80U);
    EXPECT_EQ(watched->report.ending, Ending::kEarly);
    EXPECT_THAT(watched->report.early_end, HasSubstr("no data for 0.5 s"));

    // The same silence, but somebody wants to stop: nobody waits for the timeout.
    SourceOptions patient;
    patient.read_timeout = 60s;
    auto source = Source::open(address, patient);
    ASSERT_TRUE(source) << source.error().message;
    DecodeAhead ahead(*std::move(source));
    std::thread reader([&ahead] {
        while (ahead.next().value()) {
        }
    });
    std::this_thread::sleep_for(300ms);
    const auto stop = Clock::now();
    ahead.stop();
    EXPECT_LT(Clock::now() - stop, kNotForever);
    reader.join();
}

/// A camera that plays one clip: H.264 in RTP inside of the RTSP connection.
class Camera {
  public:
    explicit Camera(const Bytes& annex_b) {
        constexpr std::string_view kStart("\0\0\1", 3);
        const std::string stream(annex_b.begin(), annex_b.end());
        std::size_t begin = stream.find(kStart);
        while (begin != std::string::npos) {
            begin += kStart.size();
            const std::size_t end = stream.find(kStart, begin);
            std::string unit = stream.substr(begin, end == std::string::npos ? end : end - begin);
            while (!unit.empty() && unit.back() == '\0')
                unit.pop_back();
            units_.push_back(std::move(unit));
            begin = end;
        }
    }

    /// Answers until PLAY, sends the whole clip, then `after` decides.
    void serve(const Server& server, int connection, std::string request,
               const std::function<void()>& after) const {
        while (!request.empty()) {
            const std::string number = request.substr(
                request.find("CSeq:"), request.find("\r\n", request.find("CSeq:")) - request.find("CSeq:"));
            std::string head = "RTSP/1.0 200 OK\r\n" + number + "\r\n";
            std::string body;
            if (request.rfind("DESCRIBE", 0) == 0) {
                body =
                    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
                    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                    "a=fmtp:96 packetization-mode=1\r\na=control:track1\r\n";
                head += fmt::format("Content-Type: application/sdp\r\nContent-Length: {}\r\n", body.size());
            } else if (request.rfind("SETUP", 0) == 0) {
                head += "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n";
            } else {
                head += "Session: 1\r\n";
            }
            send_all(connection, head + "\r\n" + body);
            if (request.rfind("PLAY", 0) == 0) {
                play(connection);
                return after();
            }
            request = server.read_request(connection);
        }
    }

  private:
    void play(int connection) const {
        constexpr std::uint32_t kFrameTicks = 90'000 / 25;
        constexpr std::uint8_t kFirstSlice = 1;
        constexpr std::uint8_t kKeySlice = 5;
        std::uint16_t sequence = 0;
        std::uint32_t timestamp = 1'000'000;
        for (const std::string& unit : units_) {
            const int type = unit.front() & 0x1F;
            const bool picture = type == kFirstSlice || type == kKeySlice;
            const std::size_t length = unit.size() + 12;
            std::string packet = {'$',          0,          byte(length >> 8),
                                  byte(length), byte(0x80), byte(picture ? 0xE0 : 0x60)};
            packet += {byte(sequence >> 8), byte(sequence)};
            for (const int shift : {24, 16, 8, 0})
                packet += byte(timestamp >> shift);
            packet += {0, 0, 0, 7};
            send_all(connection, packet + unit);
            ++sequence;
            if (picture) timestamp += kFrameTicks;
        }
    }

    static char byte(std::size_t value) { return static_cast<char>(value & 0xFF); }

    std::vector<std::string> units_;
};

TEST(Network, AServerThatDoesNotSpeakRtsp) {
    Server server([](int connection, const std::string&) { send_all(connection, ok_header(0)); });
    EXPECT_THAT(error_of(fmt::format("rtsp://127.0.0.1:{}/live", server.port())),
                HasSubstr("answers, but does not speak RTSP"));
}

class RtspTest : public testing::Test {
  protected:
    const ClipFolder clips_;
    const Camera camera_{bytes_of(clips_.make_h264("camera.264", 50, "160x120", {"-bf", "0"}))};
};

TEST_F(RtspTest, PlaysUntilTheCameraHangsUp) {
    Server* self = nullptr;
    Server server([&](int connection, const std::string& request) {
        camera_.serve(*self, connection, request, [] {});
    });
    self = &server;
    const auto watched = watch(fmt::format("rtsp://127.0.0.1:{}/live", server.port()), impatient());
    ASSERT_TRUE(watched) << watched.error().message;
    ASSERT_GE(watched->frames.size(), 49U);
    EXPECT_NEAR(watched->seconds().at(48), 48 / 25.0, 0.001);
    EXPECT_EQ(watched->info.codec, "h264");
}

TEST_F(RtspTest, ACameraThatFreezesIsAnEarlyEnd) {
    Server* self = nullptr;
    Server server([&](int connection, const std::string& request) {
        camera_.serve(*self, connection, request, [&self] { self->hold(); });
    });
    self = &server;
    const auto begin = Clock::now();
    SourceOptions options = impatient();
    options.open_timeout = 5s;
    const auto watched = watch(fmt::format("rtsp://127.0.0.1:{}/live", server.port()), options);
    ASSERT_TRUE(watched) << watched.error().message;
    EXPECT_LT(Clock::now() - begin, kNotForever);
    EXPECT_GE(watched->frames.size(), 49U);
    EXPECT_THAT(watched->report.early_end, HasSubstr("no data for 0.5 s"));
}

}  // namespace
}  // namespace vitrina::video
