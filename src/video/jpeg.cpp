#include "video/jpeg.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "video/ffmpeg_log.h"
#include "video/view.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vitrina::video {
namespace {

/// libjpeg's quality in FFmpeg's numbers: 1 is the best, 31 the worst, and 8 has the tables that libjpeg has
/// at 50.
int quantiser(int quality) {
    constexpr int kMiddle = 50;
    constexpr double kQuantiserOfMiddle = 8;
    constexpr double kBest = 1;
    constexpr double kWorst = 31;
    const double q = std::clamp(quality, 1, 100);
    const double scale = q < kMiddle ? kMiddle / q : 2 - q / kMiddle;
    return static_cast<int>(
        std::lround(FF_QP2LAMBDA * std::clamp(kQuantiserOfMiddle * scale, kBest, kWorst)));
}

Result<ScalerHandle> scaler_to_jpeg(int width, int height, const Colours& colours) {
    constexpr int kNeutral = 1 << 16;
    constexpr int kFullRange = 1;
    ScalerHandle scaler(sws_getContext(width, height, colours.format, width, height, AV_PIX_FMT_YUV420P,
                                       SWS_BILINEAR, nullptr, nullptr, nullptr));
    if (!scaler) return failed("pictures of this form can't be made JPEG");
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(colours.matrix), colours.full_range ? 1 : 0,
                             sws_getCoefficients(SWS_CS_ITU601), kFullRange, 0, kNeutral, kNeutral);
    return scaler;
}

Result<CodecContext> open_encoder(int width, int height) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    CodecContext encoder(codec != nullptr ? avcodec_alloc_context3(codec) : nullptr);
    if (!encoder) return failed("there is no encoder for JPEG");
    encoder->width = width;
    encoder->height = height;
    encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
    encoder->color_range = AVCOL_RANGE_JPEG;
    encoder->time_base = {1, 1};
    encoder->thread_count = 1;
    encoder->qmin = 1;
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    // The standard tables: better ones make a picture a tenth smaller, and take two passes.
    av_opt_set(encoder->priv_data, "huffman", "default", 0);
    const int code = avcodec_open2(encoder.get(), codec, nullptr);
    if (code < 0) return failed(why_ffmpeg_failed(code));
    return encoder;
}

}  // namespace

Result<void> JpegEncoder::prepare(const Form& form) {
    if (encoder_ && form == form_) return {};
    encoder_.reset();
    TRY_ASSIGN(scaler_, scaler_to_jpeg(form.width, form.height, form.colours));
    planes_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
    if (!planes_ || !packet_) return failed("no memory for JPEG");
    planes_->width = form.width;
    planes_->height = form.height;
    planes_->format = AV_PIX_FMT_YUVJ420P;
    planes_->color_range = AVCOL_RANGE_JPEG;
    if (av_frame_get_buffer(planes_.get(), 0) < 0) return failed("no memory for JPEG");
    TRY_ASSIGN(encoder_, open_encoder(form.width, form.height));
    form_ = form;
    return {};
}

Result<std::vector<std::uint8_t>> JpegEncoder::encode(const AVFrame& frame) {
    TRY(prepare({frame.width, frame.height, colours_of(frame)}));
    if (av_frame_make_writable(planes_.get()) < 0) return failed("no memory for JPEG");
    sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes_->data, planes_->linesize);
    planes_->quality = quantiser(quality_);
    ++planes_->pts;
    int code = avcodec_send_frame(encoder_.get(), planes_.get());
    if (code >= 0) code = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (code < 0) return failed(why_ffmpeg_failed(code));
    std::vector<std::uint8_t> bytes(packet_->data, packet_->data + packet_->size);
    av_packet_unref(packet_.get());
    return bytes;
}

std::vector<std::uint8_t> to_jpeg(const Picture& picture, int quality) {
    constexpr int kChannels = 3;
    capture_ffmpeg_log();
    FrameHandle frame(av_frame_alloc());
    if (!frame) return {};
    frame->width = picture.width;
    frame->height = picture.height;
    frame->format = AV_PIX_FMT_RGB24;
    frame->color_range = AVCOL_RANGE_JPEG;
    // The encoder only reads.
    frame->data[0] = const_cast<std::uint8_t*>(picture.rgb.data());  // NOLINT(*-const-cast)
    frame->linesize[0] = picture.width * kChannels;
    auto bytes = JpegEncoder(quality).encode(*frame);
    return bytes ? *std::move(bytes) : std::vector<std::uint8_t>();
}

}  // namespace vitrina::video
