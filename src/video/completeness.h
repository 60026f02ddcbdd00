// Whether a source that ended gave all that it promised. Private to this folder.
//
// A cut can be seen where the container says what should be there: the index of MP4 and AVI, the durations of
// MP4, AVI and Matroska, the end mark of GIF, the last packet of MPEG-TS and MPEG-PS. Otherwise these and raw
// streams promise nothing: one that is cut between two packets is a complete, shorter one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "video/ffmpeg_handles.h"

namespace vitrina::video {

/// The durations that the header of each stream tells, in the stream's ticks. To be taken before FFmpeg looks
/// at the pictures: then it fills the gaps with its own guesses.
class Promise {
  public:
    explicit Promise(const AVFormatContext& format);
    Promise() = default;

    /// How long the pictures of `stream` should last.
    [[nodiscard]] std::optional<Duration> duration_of(const AVFormatContext& format,
                                                      const AVStream& stream) const;

  private:
    std::vector<std::int64_t> stream_durations_;
    std::int64_t container_duration_ = 0;  // in AV_TIME_BASE; 0 when unknown
};

/// Collects what really came.
class Delivery {
  public:
    explicit Delivery(AVRational tick) : tick_(tick) {}

    void count(const AVPacket& packet);

    /// From the earliest picture to the end of the latest, by the packets' timestamps.
    [[nodiscard]] Duration duration() const;

    /// The last packet ended before it should: the file was cut inside of it.
    [[nodiscard]] bool last_packet_was_cut() const { return last_was_cut_; }

  private:
    const AVRational tick_;
    std::optional<std::int64_t> begin_;
    std::optional<std::int64_t> end_;
    bool last_was_cut_ = false;
};

/// Why the end of the file came early; nothing when it did not, or when nobody can tell.
[[nodiscard]] std::optional<std::string> why_early(AVFormatContext& format, AVStream& stream,
                                                   const Promise& promise, const Delivery& delivery);

}  // namespace vitrina::video
