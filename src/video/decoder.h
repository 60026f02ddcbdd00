// The decoder of one stream of pictures, and which way up they are stored. Private to this folder. One
// thread.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "video/ffmpeg_handles.h"
#include "video/orientation.h"

namespace vitrina::video {

struct DecoderOptions {
    int threads = 1;
    std::int64_t max_pixels = 0;  // larger pictures are refused before memory is taken for them
};

/// `tick`: seconds of one unit of the timestamps that its packets will have. Errors: no decoder for the
/// codec, one that does not start, no memory.
[[nodiscard]] Result<CodecContext> open_decoder(const AVStream& stream, AVRational tick,
                                                const DecoderOptions& options);

/// What the header of the stream says.
[[nodiscard]] Orientation stored_orientation(const AVStream& stream);

/// A frame's own word counts more than its stream's.
[[nodiscard]] Orientation orientation_of_frame(const AVFrame& frame, Orientation of_stream);

}  // namespace vitrina::video
