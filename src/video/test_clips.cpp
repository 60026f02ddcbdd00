#include "video/test_clips.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vitrina::video {
namespace {

constexpr int kNotFound = 127;

/// The exit code of the program.
int run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
        return kNotFound;
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

}  // namespace

ClipFolder::ClipFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-clips-XXXXXX").string();
    const char* made = ::mkdtemp(pattern.data());
    VITRINA_ASSERT(made != nullptr);
    folder_ = made;
}

ClipFolder::~ClipFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string ClipFolder::make(const std::string& name, const std::vector<std::string>& arguments) const {
    std::vector<std::string> words = {"ffmpeg", "-v", "error", "-nostdin", "-y", "-bitexact"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.push_back(path(name));
    const int code = run(words);
    EXPECT_NE(code, kNotFound) << "these tests make their clips with the ffmpeg command: install ffmpeg";
    EXPECT_EQ(code, 0) << "ffmpeg could not make " << name;
    return path(name);
}

std::string ClipFolder::make_h264(const std::string& name, int frames, const std::string& size,
                                  const std::vector<std::string>& arguments) const {
    std::vector<std::string> words = {"-f", "lavfi", "-i", "testsrc2=rate=25:size=" + size};
    // A key frame each second, three B-frames between the others.
    words.insert(words.end(), {"-frames:v", std::to_string(frames), "-c:v", "libx264", "-preset", "ultrafast",
                               "-bf", "3", "-g", "25", "-pix_fmt", "yuv420p", "-threads", "1"});
    words.insert(words.end(), arguments.begin(), arguments.end());
    return make(name, words);
}

std::string ClipFolder::write(const std::string& name, const Bytes& bytes) const {
    std::ofstream file(path(name), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path(name);
}

std::string ClipFolder::write_text(const std::string& name, const std::string& text) const {
    return write(name, Bytes(text.begin(), text.end()));
}

std::string ClipFolder::cut(const std::string& path_of_whole, const std::string& name, double share) const {
    Bytes bytes = bytes_of(path_of_whole);
    bytes.resize(static_cast<std::size_t>(static_cast<double>(bytes.size()) * share));
    return write(name, bytes);
}

Bytes bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::vector<double> Watched::seconds() const {
    std::vector<double> result;
    result.reserve(frames.size());
    for (const Frame& frame : frames)
        result.push_back(to_seconds(frame.time));
    return result;
}

Result<Watched> watch(const std::string& address, const SourceOptions& options, Pictures pictures) {
    TRY_ASSIGN(const std::unique_ptr<Source> source, Source::open(address, options));
    Watched watched;
    watched.info = source->info();
    while (true) {
        TRY_ASSIGN(std::optional<Frame> frame, source->next());
        if (!frame) break;
        EXPECT_EQ(frame->index, static_cast<std::int64_t>(watched.frames.size()));
        if (watched.frames.empty()) {
            EXPECT_EQ(frame->time, SourceTime());
            EXPECT_EQ(frame->picture.width, watched.info.width);
            EXPECT_EQ(frame->picture.height, watched.info.height);
        } else {
            EXPECT_GT(frame->time, watched.frames.back().time);
        }
        EXPECT_EQ(frame->picture.rgb.size(),
                  static_cast<std::size_t>(frame->picture.width) * frame->picture.height * 3);
        if (pictures == Pictures::kDrop) frame->picture.rgb = {};
        watched.frames.push_back(*std::move(frame));
    }
    auto after_end = source->next();
    EXPECT_TRUE(after_end && !*after_end);
    watched.report = source->report();
    EXPECT_EQ(watched.report.frames, static_cast<std::int64_t>(watched.frames.size()));
    EXPECT_NE(watched.report.ending, Ending::kNone);
    EXPECT_EQ(watched.report.early_end.empty(), watched.report.ending != Ending::kEarly);
    return watched;
}

std::string error_of(const std::string& address, const SourceOptions& options) {
    const auto source = Source::open(address, options);
    if (!source) {
        EXPECT_EQ(source.error().kind, ErrorKind::kFailed);
        return source.error().message;
    }
    ADD_FAILURE() << address << " should not open";
    return {};
}

}  // namespace vitrina::video
