// H.264 packets into fragmented MP4, as MediaSource plays it: an initialisation segment, then one fragment
// for each picture. FFmpeg's muxer does the work. Private to this folder. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/ffmpeg_handles.h"

namespace vitrina::video {

class Fragmenter {
  public:
    /// The parameters need the parameter sets in their extradata, in either form: Annex B or avcC.
    [[nodiscard]] static Result<std::unique_ptr<Fragmenter>> create(const AVCodecParameters& parameters);
    ~Fragmenter();
    Fragmenter(const Fragmenter&) = delete;
    Fragmenter& operator=(const Fragmenter&) = delete;

    [[nodiscard]] const std::vector<std::uint8_t>& initialisation() const { return initialisation_; }

    /// One packet as a fragment. Its pts, in microseconds from 0, becomes the fragment's presentation time
    /// exactly. Errors: not H.264, no memory.
    [[nodiscard]] Result<std::vector<std::uint8_t>> fragment(const AVPacket& packet);

  private:
    Fragmenter() = default;
    [[nodiscard]] Result<void> open(const AVCodecParameters& parameters);
    /// How long the picture is said to last.
    [[nodiscard]] std::int64_t set_times(AVPacket& packet);
    [[nodiscard]] std::vector<std::uint8_t> take_written();

    struct MuxerDeleter {
        void operator()(AVFormatContext* context) const { avformat_free_context(context); }
    };

    std::unique_ptr<AVFormatContext, MuxerDeleter> muxer_;
    PacketHandle packet_;
    std::vector<std::uint8_t> written_;
    std::vector<std::uint8_t> initialisation_;
    // All in microseconds.
    std::multiset<std::int64_t> waiting_pts_;  // not yet used as a decode time
    std::int64_t newest_pts_ = -1;
    std::int64_t last_dts_ = -1;
};

/// RFC 6381, "video/mp4; codecs=\"avc1.64001f\"", from extradata in either form; empty when there is no
/// sequence parameter set in it.
[[nodiscard]] std::string media_type_of(const AVCodecParameters& parameters);

}  // namespace vitrina::video
