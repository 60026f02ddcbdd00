// Pictures as JPEG. Decoded pictures go the short way: their planes are only brought to JPEG's own colours.
// Private to this folder; to_jpeg() of view.h is here too. One thread for each encoder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "video/converter.h"
#include "video/ffmpeg_handles.h"

namespace vitrina::video {

inline constexpr int kJpegQuality = 80;

class JpegEncoder {
  public:
    /// Quality 1 (worst) to 100, as libjpeg counts.
    explicit JpegEncoder(int quality = kJpegQuality) : quality_(quality) {}

    /// Errors: a pixel format that can't be converted, a size that JPEG doesn't have, no memory.
    [[nodiscard]] Result<std::vector<std::uint8_t>> encode(const AVFrame& frame);

  private:
    struct Form {
        int width = 0;
        int height = 0;
        Colours colours;
        friend bool operator==(const Form&, const Form&) = default;
    };

    [[nodiscard]] Result<void> prepare(const Form& form);

    const int quality_;
    Form form_;
    ScalerHandle scaler_;
    CodecContext encoder_;
    FrameHandle planes_;
    PacketHandle packet_;
};

}  // namespace vitrina::video
