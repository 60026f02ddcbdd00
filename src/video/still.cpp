#include "video/still.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/png.h"
#include "video/converter.h"
#include "video/decoder.h"
#include "video/ffmpeg_handles.h"
#include "video/ffmpeg_log.h"

namespace vitrina::video {
namespace {

using Bytes = std::span<const std::uint8_t>;

// FFmpeg's decoder makes a JPEG smaller by 2, 4 or 8 at no cost.
constexpr int kHalvingsMax = 3;

bool begins_with(Bytes file, std::string_view head, std::size_t at = 0) {
    return file.size() >= at + head.size() && std::memcmp(&file[at], head.data(), head.size()) == 0;
}

struct Size {
    std::int64_t width = 0;
    std::int64_t height = 0;
};

// From the header of the frame, before anything is decoded.
std::optional<Size> size_of_jpeg(Bytes file) {
    constexpr std::uint8_t kMark = 0xFF;
    const auto pair_at = [&](std::size_t at) { return std::size_t{file[at]} << 8 | file[at + 1]; };
    std::size_t at = 2;
    while (at + 9 < file.size()) {
        if (file[at] != kMark) return std::nullopt;
        const std::uint8_t kind = file[at + 1];
        if (kind == kMark) {  // filling
            ++at;
            continue;
        }
        // SOF0 to SOF15 but for tables that share the numbers.
        const bool is_frame = kind >= 0xC0 && kind <= 0xCF && kind != 0xC4 && kind != 0xC8 && kind != 0xCC;
        if (is_frame)
            return Size{static_cast<std::int64_t>(pair_at(at + 7)),
                        static_cast<std::int64_t>(pair_at(at + 5))};
        at += 2 + pair_at(at + 2);
    }
    return std::nullopt;
}

tl::unexpected<Error> too_large(const Size& size) {
    return failed(fmt::format("the photograph has {} x {} pixels, which is too many: make it smaller",
                              size.width, size.height));
}

tl::unexpected<Error> is_damaged() {
    return failed("the photograph is cut off or damaged");
}

Result<FrameHandle> decode_jpeg(Bytes file, int halvings) {
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
    CodecContext decoder(codec != nullptr ? avcodec_alloc_context3(codec) : nullptr);
    PacketHandle packet(av_packet_alloc());
    FrameHandle frame(av_frame_alloc());
    if (!decoder || !packet || !frame) return failed("no memory for the photograph");
    decoder->thread_count = 1;
    decoder->lowres = std::min<int>(halvings, codec->max_lowres);
    decoder->max_pixels = kStillPixelsTooMany;
    // With the padding that decoders read beyond the end.
    if (avcodec_open2(decoder.get(), codec, nullptr) < 0 ||
        av_new_packet(packet.get(), static_cast<int>(file.size())) < 0)
        return failed("no memory for the photograph");
    std::copy(file.begin(), file.end(), packet->data);
    const std::int64_t complaints = ffmpeg_complaints();
    int code = avcodec_send_packet(decoder.get(), packet.get());
    if (code >= 0) code = avcodec_send_packet(decoder.get(), nullptr);
    if (code >= 0) code = avcodec_receive_frame(decoder.get(), frame.get());
    // What is missing is painted grey, and only the log says so.
    if (code < 0 || ffmpeg_complaints() != complaints) return is_damaged();
    return frame;
}

Result<Picture> read_jpeg(Bytes file) {
    const auto size = size_of_jpeg(file);
    if (!size || size->width < 1 || size->height < 1) return is_damaged();
    if (size->width * size->height > kStillPixelsTooMany) return too_large(*size);
    int halvings = 0;
    while (halvings < kHalvingsMax && (size->width * size->height) >> (2 * halvings) > kStillPixelsMax)
        ++halvings;
    capture_ffmpeg_log();
    TRY_ASSIGN(const FrameHandle frame, decode_jpeg(file, halvings));
    if (std::int64_t{frame->width} * frame->height > 2 * kStillPixelsMax) return too_large(*size);
    TRY_ASSIGN(Picture picture, Converter().convert(*frame));
    return upright(std::move(picture), orientation_of_frame(*frame, {}));
}

Result<Picture> read_png_picture(Bytes file) {
    constexpr std::string_view kMoves = "acTL";
    if (std::search(file.begin(), file.end(), kMoves.begin(), kMoves.end()) != file.end())
        return failed("the picture moves: a photograph is asked for");
    auto image = read_png(file, kStillPixelsMax);
    if (!image) return failed("the photograph " + image.error().message);
    return Picture{image->width, image->height, std::move(image->rgb)};
}

}  // namespace

Result<Picture> read_still(const std::vector<std::uint8_t>& file) {
    if (file.empty()) return failed("the file is empty");
    if (file.size() > kStillBytesMax)
        return failed(fmt::format("the file has {} MB; photographs have at most {}", file.size() >> 20,
                                  kStillBytesMax >> 20));
    if (begins_with(file, "\xFF\xD8\xFF")) return read_jpeg(file);
    if (begins_with(file, "\x89PNG\r\n\x1A\n")) return read_png_picture(file);
    const bool is_gif = begins_with(file, "GIF8");
    const bool is_webp = begins_with(file, "RIFF") && begins_with(file, "WEBP", 8);
    const bool is_heic = begins_with(file, "ftyp", 4);
    const char* const what = is_gif    ? "a GIF"
                             : is_webp ? "a WebP picture"
                             : is_heic ? "a HEIC picture or a video"
                                       : "no picture that can be read";
    return failed(fmt::format("the file is {}: save the photograph as JPEG or PNG", what));
}

}  // namespace vitrina::video
