// What goes wrong at a user's: each case ends with a message that says what and where, the right exit code
// and whole files of what could be done.
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "end_to_end/program.h"

namespace vitrina::end_to_end {
namespace {

using testing::HasSubstr;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kConfiguration = 2;

class BadInput : public testing::Test {
  protected:
    // Ten seconds of a moving test picture without anybody in it.
    [[nodiscard]] std::string clip(const std::string& name, const std::string& options = "") const {
        const std::string path = folder_ / name;
        const Outcome made =
            run("ffmpeg -v error -y -f lavfi -i testsrc=size=320x240:rate=10:duration=10 -pix_fmt yuv420p " +
                options + " " + quoted(path));
        EXPECT_EQ(made.exit_code, 0) << made.err;
        return path;
    }

    [[nodiscard]] std::string file(const std::string& name, const std::string& content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }

    [[nodiscard]] Outcome analyze(const std::string& source,
                                  const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words = {"analyze", "--source", source, "--out", folder_ / "out"};
        words.insert(words.end(), more.begin(), more.end());
        return vitrina(words);
    }

    // The message stands on stderr and nothing on stdout.
    static void expect_error(const Outcome& outcome, int exit_code, const std::string& message) {
        EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(message));
        EXPECT_EQ(outcome.out, "");
    }

    [[nodiscard]] nlohmann::json summary() const {
        return nlohmann::json::parse(read(folder_ / "out/summary.json"));
    }

    // CenterNet's topology, or nothing where the networks are not on this computer.
    [[nodiscard]] static std::optional<std::filesystem::path> cached_model() {
        const Outcome found = vitrina({"models", "verify"});
        const std::string before = "centernet: whole, ";
        const std::size_t at = found.out.find(before);
        if (found.exit_code != 0 || at == std::string::npos) return std::nullopt;
        const std::string path = found.out.substr(at + before.size());
        return path.substr(0, path.find('\n'));
    }

    void expect_whole_files() const {
        EXPECT_TRUE(nlohmann::json::accept(read(folder_ / "out/summary.json")));
        const std::string png = read(folder_ / "out/heatmap.png");
        ASSERT_GT(png.size(), 12U);
        EXPECT_EQ(png.substr(png.size() - 8, 4), "IEND");
        std::istringstream events(read(folder_ / "out/events.jsonl"));
        for (std::string line; std::getline(events, line);)
            EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    }

    TemporaryFolder folder_;
};

TEST_F(BadInput, MissingFile) {
    expect_error(analyze(folder_ / "nowhere.mp4"), kFailed, "nowhere.mp4: no such file");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(BadInput, Directory) {
    expect_error(analyze(folder_.path().string()), kFailed, folder_.path().string() + ": ");
}

TEST_F(BadInput, EmptyFile) {
    expect_error(analyze(file("empty.mp4", "")), kFailed, "empty.mp4: ");
}

TEST_F(BadInput, TextFile) {
    expect_error(analyze(file("text.mp4", "This is not a video.\n")), kFailed, "text.mp4: ");
}

TEST_F(BadInput, Noise) {
    std::string noise;
    unsigned state = 1;
    for (int i = 0; i < 100'000; ++i)
        noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    expect_error(analyze(file("noise.mp4", noise)), kFailed, "noise.mp4: ");
}

TEST_F(BadInput, SoundOnly) {
    const std::string sound = folder_ / "sound.m4a";
    ASSERT_EQ(run("ffmpeg -v error -f lavfi -i sine=duration=1 " + quoted(sound)).exit_code, 0);
    expect_error(analyze(sound), kFailed, "sound.m4a: ");
}

TEST_F(BadInput, TruncatedVideoIsAnalysedAsFarAsItGoes) {
    const std::string whole = read(clip("whole.mp4", "-movflags +faststart -g 10"));
    const Outcome outcome = analyze(file("cut.mp4", whole.substr(0, whole.size() * 6 / 10)));
    expect_error(outcome, kFailed, "ended early");
    EXPECT_THAT(outcome.err, HasSubstr("cut.mp4"));
    expect_whole_files();
    EXPECT_EQ(summary().at("source").at("complete"), false);
    EXPECT_GT(summary().at("source").at("frames"), 30);
}

TEST_F(BadInput, OneFrame) {
    const std::string picture = folder_ / "one.png";
    ASSERT_EQ(run("ffmpeg -v error -f lavfi -i testsrc -frames:v 1 " + quoted(picture)).exit_code, 0);
    const Outcome outcome = analyze(picture);
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
    expect_whole_files();
    EXPECT_EQ(summary().at("source").at("frames"), 1);
}

TEST_F(BadInput, TinyPicture) {
    const Outcome outcome = analyze(file("tiny.ppm", "P6\n1 1\n255\nabc"));
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
    expect_whole_files();
}

TEST_F(BadInput, EnormousPicture) {
    // The beginning of a grey PNG of that size, with its checksum; ffmpeg refuses to make one.
    const std::string header("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\0\0\0\x40\0\x08\0\0\0\0\x8c\xa3\x4f\x58",
                             33);
    const std::string picture = file("enormous.png", header + std::string(1000, '\0'));
    expect_error(analyze(picture), kFailed, "16384x16384");
}

TEST_F(BadInput, FramesThatChangeSize) {
    const std::string small = clip("small.ts", "-t 2");
    const std::string large = folder_ / "large.ts";
    ASSERT_NO_FATAL_FAILURE(transform(small, "-vf scale=640:480", large));
    const Outcome outcome = analyze(file("changing.ts", read(small) + read(large)));
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("from 320x240 to 640x480"));
    expect_whole_files();
    // FFmpeg's own tools see 39 of the 40 frames where the streams are joined.
    EXPECT_GE(summary().at("source").at("frames"), 39);
}

TEST_F(BadInput, NegativeTimestamps) {
    // QuickTime's edit list says that what is before 0 is not shown.
    const std::string early = "-avoid_negative_ts disabled -output_ts_offset ";
    for (const auto& [source, frames] :
         {std::pair{clip("negative.mov", early + "-0.6"), 94}, {clip("negative.ts", early + "-3"), 100}}) {
        const Outcome outcome = analyze(source);
        EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
        EXPECT_EQ(summary().at("source").at("frames"), frames) << source;
        EXPECT_EQ(summary().at("source").at("repaired_timestamps"), 0) << source;
        EXPECT_NEAR(summary().at("source").at("end_s").get<double>(), (frames - 1) / 10.0, 0.01) << source;
    }
}

// Matroska tells none of what is before 0: three of the ten seconds.
TEST_F(BadInput, TimestampsMissingAtTheBegin) {
    const Outcome outcome = analyze(clip("late.mkv", "-output_ts_offset -3 -avoid_negative_ts disabled"));
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
    EXPECT_GT(summary().at("source").at("repaired_timestamps"), 0);
    EXPECT_NEAR(summary().at("source").at("end_s").get<double>(), 9.9, 0.01);
}

TEST_F(BadInput, MissingTimestamps) {
    const Outcome outcome = analyze(clip("bare.h264"));
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.err;
    EXPECT_EQ(summary().at("source").at("frames"), 100);
    EXPECT_EQ(outcome.err, "");  // a note of that is for who looks at a terminal
}

TEST_F(BadInput, UnreachableSource) {
    expect_error(analyze("rtsp://user:secret@127.0.0.1:9/live"), kFailed, "127.0.0.1:9/live");
    const Outcome outcome = analyze("rtsp://user:secret@127.0.0.1:9/live");
    EXPECT_THAT(outcome.err, testing::Not(HasSubstr("secret")));
    expect_error(analyze("http://127.0.0.1:9/clip.mp4"), kFailed, "127.0.0.1:9/clip.mp4");
}

TEST_F(BadInput, OtherSchemes) {
    expect_error(analyze("gopher://127.0.0.1/clip"), kConfiguration, "gopher:// is not opened");
    expect_error(analyze("concat:a.mp4|b.mp4"), kFailed, "concat");  // a file's name
}

TEST_F(BadInput, MissingModel) {
    const std::string source = clip("clip.mp4", "-t 1");
    const Outcome outcome =
        run("VITRINA_CACHE=" + quoted(folder_ / "nocache") + " " + quoted(VITRINA_PROGRAM) +
            " analyze --source " + quoted(source) + " --out " + quoted(folder_ / "out"));
    expect_error(outcome, kFailed, "nocache");
    EXPECT_THAT(outcome.err, HasSubstr("scripts/fetch_models.sh"));
    expect_error(analyze(source, {"--model", folder_ / "none.json"}), kFailed, "none.json: No such file");
}

TEST_F(BadInput, ModelWithAWrongChecksum) {
    const std::string source = clip("clip.mp4", "-t 1");
    const auto centernet = cached_model();
    if (!centernet) GTEST_SKIP() << "the networks are not here";
    const std::filesystem::path folder = centernet->parent_path();
    const std::filesystem::path copy = folder_.path() / "cache" / "models" / folder.filename();
    std::filesystem::create_directories(copy.parent_path());
    std::filesystem::copy(folder, copy);
    std::fstream weights(copy / "centernet.bin", std::ios::binary | std::ios::in | std::ios::out);
    weights.seekp(1000);
    weights.put('\x7f');
    weights.close();
    const Outcome outcome = run("VITRINA_CACHE=" + quoted(folder_ / "cache") + " " + quoted(VITRINA_PROGRAM) +
                                " analyze --source " + quoted(source) + " --out " + quoted(folder_ / "out"));
    expect_error(outcome, kFailed, "centernet.bin: wrong checksum");
}

TEST_F(BadInput, ModelThatIsNotOne) {
    const std::string source = clip("clip.mp4", "-t 1");
    expect_error(analyze(source, {"--model", file("model.json", "{\"a\": [1, 2")}), kFailed, "model.json");
    expect_error(analyze(source, {"--model", file("other.json", "{\"modelTopology\": {\"node\": []}}")}),
                 kFailed, "other.json");
    const auto centernet = cached_model();
    if (!centernet) GTEST_SKIP() << "the networks are not here";
    const std::string another = centernet->parent_path() / "movenet-thunder.json";
    expect_error(analyze(source, {"--model", another}), kFailed, another + ": CenterNet: ");
}

TEST_F(BadInput, OutputFolderThatCannotBeMade) {
    const std::string source = clip("clip.mp4", "-t 1");
    const std::string blocker = file("blocker", "a file");
    const Outcome outcome = vitrina({"analyze", "--source", source, "--out", blocker + "/out"});
    expect_error(outcome, kFailed, "blocker/out");
    expect_error(vitrina({"analyze", "--source", source, "--out", "/proc/nowhere"}), kFailed,
                 "/proc/nowhere");
}

TEST_F(BadInput, DiskThatFillsDuringTheRun) {
    const auto clip = shared_clip("one-by-one-person-detection.mp4");
    if (!clip) GTEST_SKIP() << "one-by-one-person-detection.mp4 is not in VITRINA_SHARED";
    const std::string out = folder_ / "out";
    if (run("mkdir " + quoted(out) + " && mount -t tmpfs -o size=7m none " + quoted(out)).exit_code != 0)
        GTEST_SKIP() << "a small disk can't be mounted here (not root?)";
    // Filled once the program has begun, so that the first event finds no room.
    const Outcome outcome =
        run("( while [ ! -e " + quoted(out + "/tracks.mot.txt") + " ]; do sleep 0.1; done; cat /dev/zero >" +
            quoted(out + "/filler") + " 2>/dev/null ) & " + quoted(VITRINA_PROGRAM) + " analyze --source " +
            quoted(*clip) + " --out " + quoted(out));
    expect_error(outcome, kFailed, "events.jsonl: No space left on device");
    expect_whole_files();
    EXPECT_THAT(read(out + "/events.jsonl"), HasSubstr("\"visit\""));
    EXPECT_EQ(summary().at("source").at("complete"), false);
    EXPECT_EQ(run("umount " + quoted(out)).exit_code, 0);
}

TEST_F(BadInput, NoRoomAtTheStart) {
    const std::string source = clip("clip.mp4", "-t 1");
    const Outcome outcome = run("ulimit -f 1000; " + quoted(VITRINA_PROGRAM) + " analyze --source " +
                                quoted(source) + " --out " + quoted(folder_ / "out"));
    expect_error(outcome, kFailed, "set aside at the start");
}

TEST_F(BadInput, Layouts) {
    const std::string source = clip("clip.mp4", "-t 1");
    const auto outcome_of = [&](const std::string& zones) {
        return analyze(
            source,
            {"--layout",
             file("layout.json", R"({"picture": {"width": 320, "height": 240}, "zones": )" + zones + "}")});
    };
    expect_error(outcome_of(R"([{"name": "a", "polygon": [[1, 1], [9, 9]]}])"), kConfiguration,
                 "layout.json");
    expect_error(outcome_of(R"([{"name": "a", "polygon": [[0, 0], [9, 9], [9, 0], [0, 9]]}])"),
                 kConfiguration, "crosses itself");
    expect_error(outcome_of(R"([{"name": "a", "polygon": [[0, 0], [999, 0], [9, 9]]}])"), kConfiguration,
                 "outside");
    expect_error(outcome_of(R"([{"name": "a", "polygon": [[0, 0], [9, 0], [9, 9]]},
                                {"name": "a", "polygon": [[0, 0], [9, 0], [9, 9]]}])"),
                 kConfiguration, "\"a\"");
    expect_error(outcome_of("[garbage"), kConfiguration, "layout.json");
    expect_error(analyze(source, {"--layout", folder_ / "none.json"}), kConfiguration, "none.json");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(BadInput, LayoutOfAnotherShape) {
    const std::string layout = file("layout.json", R"({"picture": {"width": 768, "height": 432},
                                "lines": [{"name": "door", "from": [9, 9], "to": [99, 9]}]})");
    expect_error(analyze(clip("clip.mp4", "-t 1"), {"--layout", layout}), kConfiguration,
                 "layout.json: layout");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(BadInput, TimingsThatCannotBeWritten) {
    expect_error(analyze(clip("clip.mp4", "-t 1"), {"--timings", folder_ / "none/timings.json"}), kFailed,
                 "none/timings.json: No such file");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out/events.jsonl"));
}

TEST_F(BadInput, CommandLines) {
    expect_error(vitrina({"analyze"}), kConfiguration, "--source");
    expect_error(vitrina({"analyse"}), kConfiguration, "no command is called \"analyse\"");
    const Outcome fetch = vitrina({"models", "fetch"});
    expect_error(fetch, kConfiguration,
                 "vitrina models: no command is called \"fetch\"; there are list, verify");
    EXPECT_THAT(fetch.err, HasSubstr("scripts/fetch_models.sh"));
    expect_error(vitrina({"privacy", "look"}), kConfiguration, "no command is called \"look\"");
    expect_error(vitrina({"analyze", "--source", "x", "--out", "y", "--threads", "0"}), kConfiguration,
                 "--threads");
    expect_error(vitrina({"analyze", "--source", "x", "--out", ""}), kConfiguration, "--out is empty");
    expect_error(analyze(""), kConfiguration, "the address of the source is empty");
    EXPECT_EQ(vitrina({}).exit_code, kConfiguration);
    EXPECT_EQ(vitrina({"--help"}).exit_code, kDone);
    EXPECT_EQ(vitrina({"analyze", "--help"}).exit_code, kDone);
}

// The system takes connections to it by itself, and nobody ever answers.
class SilentServer {
  public:
    SilentServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, plain, length), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        EXPECT_EQ(::getsockname(listener_, plain, &length), 0);
        port_ = ntohs(address.sin_port);
    }
    ~SilentServer() { ::close(listener_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    [[nodiscard]] int port() const { return port_; }

  private:
    int listener_;
    int port_ = 0;
};

TEST_F(BadInput, InterruptedBeforeTheFirstFrameNothingIsWritten) {
    const SilentServer server;
    const std::string source = "http://127.0.0.1:" + std::to_string(server.port()) + "/clip.mp4";
    for (const char* signal : {"INT", "TERM"}) {
        const std::string name = signal;
        const Outcome outcome = run("env --default-signal=" + name + " timeout --preserve-status -s " + name +
                                    " 2 " + quoted(VITRINA_PROGRAM) + " analyze --source " + quoted(source) +
                                    " --out " + quoted(folder_ / "out"));
        expect_error(outcome, kFailed, source + ": interrupted before the first frame; nothing was written");
        EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
    }
}

TEST_F(BadInput, InterruptedRunLeavesWholeFiles) {
    // Long enough that the signal comes in the middle, on any machine that this runs on.
    const std::string source = clip("long.mp4", "-vf loop=200:100 -t 900 -preset ultrafast");
    const Outcome outcome =
        run("env --default-signal=INT timeout --preserve-status -s INT 10 " + quoted(VITRINA_PROGRAM) +
            " analyze --source " + quoted(source) + " --out " + quoted(folder_ / "out"));
    expect_error(outcome, kFailed, "interrupted at ");
    EXPECT_THAT(outcome.err, HasSubstr("is in " + folder_.path().string()));
    expect_whole_files();
    EXPECT_EQ(summary().at("source").at("complete"), false);
    EXPECT_GT(summary().at("source").at("frames"), 0);
}

}  // namespace
}  // namespace vitrina::end_to_end
