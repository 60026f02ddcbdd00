// FFmpeg's log, kept for messages instead of printed. Lines are kept by the thread that they are said on, so
// sources on different threads don't mix; what FFmpeg's own worker threads say is dropped with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrina::video {

/// From now on FFmpeg prints nothing and its errors are kept. Any thread, any number of times.
void capture_ffmpeg_log();

/// Forgets the lines of this thread.
void forget_ffmpeg_log();

/// The newest kept line of this thread that contains `part`, credentials hidden; empty when there is none.
[[nodiscard]] std::string ffmpeg_log_line(std::string_view part = {});

/// How many errors FFmpeg said on this thread until now. Most decoders conceal damage and tell only the log.
[[nodiscard]] std::int64_t ffmpeg_complaints();

/// Why something failed, for the user: FFmpeg's error code, and the last line of the log where that says
/// more.
[[nodiscard]] std::string why_ffmpeg_failed(int code);

}  // namespace vitrina::video
