#include "video/decoder.h"

#include <cstddef>
#include <span>

#include <fmt/format.h>

#include "video/ffmpeg_log.h"

extern "C" {
#include <libavutil/display.h>
}

namespace vitrina::video {
namespace {

constexpr std::size_t kMatrixNumbers = 9;

/// FFmpeg allocates side data aligned for any type.
std::span<const std::int32_t, kMatrixNumbers> matrix_in(const std::uint8_t* data) {
    return std::span<const std::int32_t, kMatrixNumbers>(
        static_cast<const std::int32_t*>(static_cast<const void*>(data)), kMatrixNumbers);
}

}  // namespace

Result<CodecContext> open_decoder(const AVStream& stream, AVRational tick, const DecoderOptions& options) {
    const AVCodecParameters& parameters = *stream.codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (codec == nullptr)
        return failed(fmt::format("pictures in {} can't be decoded", avcodec_get_name(parameters.codec_id)));
    CodecContext decoder(avcodec_alloc_context3(codec));
    if (!decoder) return failed("no memory to open it");
    int code = avcodec_parameters_to_context(decoder.get(), &parameters);
    decoder->pkt_timebase = tick;
    decoder->thread_count = options.threads;
    decoder->max_pixels = options.max_pixels;
    if (code >= 0) code = avcodec_open2(decoder.get(), codec, nullptr);
    if (code < 0)
        return failed(
            fmt::format("the decoder of {} does not start: {}", codec->name, why_ffmpeg_failed(code)));
    return decoder;
}

Orientation stored_orientation(const AVStream& stream) {
    std::size_t size = 0;
    const auto* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (data == nullptr || size < kMatrixNumbers * sizeof(std::int32_t)) return {};
    return orientation_of(matrix_in(data));
}

Orientation orientation_of_frame(const AVFrame& frame, Orientation of_stream) {
    const AVFrameSideData* data = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    if (data == nullptr || data->size < kMatrixNumbers * sizeof(std::int32_t)) return of_stream;
    return orientation_of(matrix_in(data->data));
}

}  // namespace vitrina::video
