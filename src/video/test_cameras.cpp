#include "video/test_cameras.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source_dir.h"

namespace vitrina::video {
namespace {

using namespace std::chrono_literals;

const ClipFolder& folder() {
    static const ClipFolder clips;
    return clips;
}

/// People in a shop where the shared clips are, a moving test picture elsewhere. Two minutes.
std::string make_clip(const std::string& name, const std::vector<std::string>& encoder) {
    const char* shared = std::getenv("VITRINA_SHARED");
    const std::string people =
        fmt::format("{}/data/video/intel/one-by-one-person-detection.mp4", shared != nullptr ? shared : "");
    std::vector<std::string> words = {"-f", "lavfi", "-i", "testsrc2=rate=10:size=640x360"};
    if (std::filesystem::exists(people)) words = {"-stream_loop", "-1", "-i", people};
    words.insert(words.end(), {"-an", "-t", "4", "-r", "10", "-g", "10", "-pix_fmt", "yuv420p"});
    words.insert(words.end(), encoder.begin(), encoder.end());
    const std::string clip = folder().make("short-" + name, words);
    return folder().make(name, {"-stream_loop", "30", "-i", clip, "-c", "copy"});
}

std::vector<std::string> x264(const std::string& size, const std::string& b_frames) {
    return {"-c:v", "libx264", "-preset", "ultrafast", "-bf", b_frames, "-sc_threshold", "0", "-s", size};
}

/// The line that the server says when it is ready; 0 when it ends before.
int number_on(int pipe) {
    std::string line;
    char c = 0;
    while (::read(pipe, &c, 1) == 1 && c != '\n')
        line += c;
    return c == '\n' ? std::atoi(line.c_str()) : 0;
}

}  // namespace

const std::string& h264_clip() {
    static const std::string clip = make_clip("h264.mp4", x264("640x360", "0"));
    return clip;
}

const std::string& h264_clip_with_b_frames() {
    static const std::string clip = make_clip("b-frames.mp4", x264("640x360", "2"));
    return clip;
}

const std::string& small_h264_clip() {
    static const std::string clip = make_clip("small.mp4", x264("320x180", "0"));
    return clip;
}

const std::string& h265_clip() {
    static const std::string clip =
        make_clip("h265.mp4", {"-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-s", "640x360",
                               "-x265-params", "log-level=error:keyint=10"});
    return clip;
}

std::unique_ptr<RtspServer> RtspServer::start(const std::vector<std::string>& arguments, int port) {
    std::vector<std::string> words = {"/usr/bin/python3",
                                      VITRINA_SOURCE_DIR "/tests/rtsp_server/rtsp_server.py", "--port",
                                      std::to_string(port)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);

    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) return nullptr;
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    std::unique_ptr<RtspServer> server(new RtspServer());
    const int failed =
        ::posix_spawn(&server->process_, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    ::close(output[1]);
    server->input_ = input[1];
    if (failed == 0) server->port_ = number_on(output[0]);
    ::close(output[0]);
    if (server->port_ == 0) return nullptr;
    return server;
}

RtspServer::~RtspServer() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    if (input_ >= 0) ::close(input_);
}

std::string RtspServer::address(const std::string& name) const {
    return fmt::format("rtsp://127.0.0.1:{}/{}", port_, name);
}

void RtspServer::freeze() const {
    ::kill(process_, SIGSTOP);
}

std::unique_ptr<LiveCamera> camera_at(const std::string& address, RtspTransport transport) {
    LiveOptions options;
    options.address = address;
    options.transport = transport;
    auto camera = LiveCamera::create(options);
    EXPECT_TRUE(camera) << camera.error().message;
    return *std::move(camera);
}

std::unique_ptr<LiveCamera> player_of(const std::string& file) {
    LiveOptions options;
    options.address = file;
    options.play_files = true;
    auto camera = LiveCamera::create(options);
    EXPECT_TRUE(camera) << camera.error().message;
    return *std::move(camera);
}

bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

std::vector<LiveFrame> frames_of(LiveCamera& camera, std::chrono::milliseconds time) {
    std::vector<LiveFrame> frames;
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        if (auto frame = camera.take())
            frames.push_back(*std::move(frame));
        else
            std::this_thread::sleep_for(2ms);
    }
    return frames;
}

}  // namespace vitrina::video
