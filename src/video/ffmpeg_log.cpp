#include "video/ffmpeg_log.h"

#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

#include "video/address.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}

namespace vitrina::video {
namespace {

/// Lines of each thread: the reason stands in the last few, damaged streams say thousands.
constexpr std::size_t kKeptLines = 8;
/// FFmpeg's longest useful lines hold a URL.
constexpr std::size_t kLineLength = 1024;

std::deque<std::string>& kept_lines() {
    thread_local std::deque<std::string> lines;
    return lines;
}

std::int64_t& complaints() {
    thread_local std::int64_t count = 0;
    return count;
}

void keep_line(void* object, int level, const char* format, va_list arguments) {
    if (level > AV_LOG_ERROR) return;
    ++complaints();
    std::array<char, kLineLength> text{};
    int print_prefix = 0;  // the prefix is the address of an object in memory
    av_log_format_line2(object, level, format, arguments, text.data(), static_cast<int>(text.size()),
                        &print_prefix);
    std::string line(text.data());
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ' || line.back() == '.'))
        line.pop_back();
    if (line.empty()) return;
    auto& lines = kept_lines();
    if (lines.size() == kKeptLines) lines.pop_front();
    lines.push_back(std::move(line));
}

/// Codes that only say "something was wrong"; the log says what.
bool is_vague(int code) {
    return code == AVERROR_INVALIDDATA || code == AVERROR_EOF || code == AVERROR_UNKNOWN ||
           code == AVERROR_PATCHWELCOME || code == AVERROR(EINVAL) || code == AVERROR(EIO);
}

}  // namespace

void capture_ffmpeg_log() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(keep_line); });
}

void forget_ffmpeg_log() {
    kept_lines().clear();
}

std::string ffmpeg_log_line(std::string_view part) {
    const auto& lines = kept_lines();
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (line->find(part) != std::string::npos) return redacted(*line);
    return {};
}

std::int64_t ffmpeg_complaints() {
    return complaints();
}

std::string why_ffmpeg_failed(int code) {
    if (std::string line = ffmpeg_log_line(); is_vague(code) && !line.empty()) return line;
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return text.data();
}

}  // namespace vitrina::video
