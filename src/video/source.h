// A camera or a file as a sequence of frames, none of them skipped.
//
// Threads: one thread at a time uses a Source; interrupt() may come from any thread. A Source owns its files,
// sockets and decoder and lets go of them in its destructor. Frames that it returned belong to the caller.
//
// FFmpeg does the work and stays behind this header. It prints nothing: its last words stand in the messages.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"

namespace vitrina::video {

/// The largest picture that is decoded: 8192 x 8192 pixels. An 8K camera has half of it, and one RGB picture
/// of this size takes 201 MB: a larger one is a mistake or an attack on the memory of a small computer.
inline constexpr std::int64_t kMaxPixels = std::int64_t{8192} * 8192;

struct SourceOptions {
    /// Of cameras, not of files: from open() until the first picture is decoded. Leave alone unless a camera
    /// wakes up slowly.
    std::chrono::milliseconds open_timeout{10'000};
    /// Of cameras, not of files: how long next() waits for data before the source counts as ended early.
    std::chrono::milliseconds read_timeout{10'000};
    /// Width times height above which a picture is refused before memory is taken for it.
    std::int64_t max_pixels = kMaxPixels;
    /// Threads of the decoder. One keeps up with several cameras; more only make a single file faster, take
    /// the cores from the networks and hold one more picture each in memory.
    int decode_threads = 1;
    /// Ends open() soon, with the error "ADDRESS: interrupted": there is no Source yet to interrupt().
    std::stop_token stop_opening;
};

/// What is known once the first picture is decoded. Sizes are those of the frames that next() gives, so after
/// rotation.
struct SourceInfo {
    int width = 0;                     // px
    int height = 0;                    // px
    double nominal_frame_rate = 0;     // frames a second, always above 0; a guess of 25 when nobody says
    std::optional<Duration> duration;  // an estimate of the container's: for progress, not for facts
    std::optional<std::int64_t> frame_count;  // likewise
    std::string container;                    // FFmpeg's names: "mov,mp4,m4a,3gp,3g2,mj2", "h264"
    std::string codec;
};

enum class Ending : std::uint8_t {
    kNone,      // not at the end yet
    kComplete,  // the last picture was read
    kEarly,     // the source is cut, damaged or went silent: SourceReport::early_end says why
};

/// The size of the pictures changed in mid-stream.
struct SizeChange {
    SourceTime at;
    int from_width = 0;
    int from_height = 0;
    int to_width = 0;
    int to_height = 0;
};

/// What was noticed on the way; all zero and empty for a clean source.
struct SourceReport {
    std::int64_t frames = 0;               // given out
    std::int64_t damaged_packets = 0;      // arrived damaged, or could not be decoded and were passed over
    std::int64_t damaged_frames = 0;       // given out though the decoder complained: parts may be guessed
    std::int64_t repaired_timestamps = 0;  // missing, not growing, or absurdly far ahead: see frame_clock.h
    std::int64_t size_changes = 0;
    std::optional<SizeChange> first_size_change;
    Ending ending = Ending::kNone;
    std::string
        early_end;  // for the user, "ADDRESS: ended early at 12.3 s: why"; empty unless ending is kEarly
};

class Source {
  public:
    /// Opens `address` and decodes its first picture. An address is the path of a file unless it begins with
    /// rtsp://, rtsps://, http:// or https://; other schemes are refused, and so are playlists and anything
    /// else that makes FFmpeg open a second file. The errors read "ADDRESS: why", with the credentials of
    /// the address hidden, and are of kind kFailed; where the address alone is wrong, as parse_address()
    /// says, kConfiguration. Nothing stays open after an error.
    [[nodiscard]] static Result<std::unique_ptr<Source>> open(const std::string& address,
                                                              const SourceOptions& options = {});

    ~Source();
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    [[nodiscard]] const SourceInfo& info() const;

    /// The next frame in the order of presentation, or nothing at the end, also when the end came early.
    /// Indices count from 0, times from the first frame, strictly growing. Frames whose size changes are
    /// given in their own size. Damage is passed over and counted; what remains as an error is the computer's
    /// (no memory). After the end or an error it keeps giving nothing.
    [[nodiscard]] Result<std::optional<Frame>> next();

    /// What was noticed until now.
    [[nodiscard]] const SourceReport& report() const;

    /// The address as it may be shown and logged: credentials hidden.
    [[nodiscard]] const std::string& shown_address() const;

    /// Makes a waiting next(), and every later one, end soon ("interrupted"). From any thread.
    void interrupt();

  private:
    class Impl;
    explicit Source(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::video
