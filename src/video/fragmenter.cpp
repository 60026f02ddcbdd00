#include "video/fragmenter.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "video/ffmpeg_log.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vitrina::video {
namespace {

/// Microseconds: presentation times are exactly those of the pictures.
constexpr AVRational kTick{1, 1'000'000};

/// How far decode times run ahead of presentation: B-frames, whose times lie before those of packets that
/// were sent earlier, need room, and no codec sends more than 16 pictures ahead.
constexpr std::int64_t kDecodeAheadUs = 1'000'000;

/// A first picture, and those that have to make up for lost room.
constexpr std::int64_t kShortUs = 1'000;
constexpr std::int64_t kDurationMaxUs = 1'000'000;

constexpr int kBufferBytes = 1 << 16;

/// The first NAL unit of Annex B in `bytes` of this type, from its header on.
std::span<const std::uint8_t> find_unit(std::span<const std::uint8_t> bytes, int type) {
    constexpr std::array<std::uint8_t, 3> kStart = {0, 0, 1};
    constexpr int kTypeBits = 0x1F;
    auto at = bytes.begin();
    while (true) {
        at = std::search(at, bytes.end(), kStart.begin(), kStart.end());
        if (bytes.end() - at <= std::ssize(kStart)) return {};
        at += std::ssize(kStart);
        if ((*at & kTypeBits) == type) return {at, bytes.end()};
    }
}

}  // namespace

std::string media_type_of(const AVCodecParameters& parameters) {
    constexpr std::size_t kAtLeast = 4;
    constexpr int kSequenceParameterSet = 7;
    if (parameters.extradata == nullptr) return {};
    std::span<const std::uint8_t> bytes(parameters.extradata,
                                        static_cast<std::size_t>(parameters.extradata_size));
    // avcC begins with its version, 1, then has profile, constraints and level; so does a parameter set after
    // its header.
    if (bytes.empty() || bytes[0] != 1) bytes = find_unit(bytes, kSequenceParameterSet);
    if (bytes.size() < kAtLeast) return {};
    return fmt::format("video/mp4; codecs=\"avc1.{:02x}{:02x}{:02x}\"", bytes[1], bytes[2], bytes[3]);
}

Result<std::unique_ptr<Fragmenter>> Fragmenter::create(const AVCodecParameters& parameters) {
    std::unique_ptr<Fragmenter> fragmenter(new Fragmenter());
    TRY(fragmenter->open(parameters));
    return fragmenter;
}

Fragmenter::~Fragmenter() {
    if (!muxer_ || muxer_->pb == nullptr) return;
    av_freep(&muxer_->pb->buffer);
    avio_context_free(&muxer_->pb);
}

Result<void> Fragmenter::open(const AVCodecParameters& parameters) {
    AVFormatContext* muxer = nullptr;
    if (avformat_alloc_output_context2(&muxer, nullptr, "mp4", nullptr) < 0) return failed("no MP4 muxer");
    muxer_.reset(muxer);
    packet_.reset(av_packet_alloc());
    auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
    AVStream* stream = avformat_new_stream(muxer, nullptr);
    if (!packet_ || buffer == nullptr || stream == nullptr) return failed("no memory for MP4");
    muxer->pb = avio_alloc_context(
        buffer, kBufferBytes, 1, &written_, nullptr,
        [](void* written, std::uint8_t* bytes, int size) {
            auto& all = *static_cast<std::vector<std::uint8_t>*>(written);
            all.insert(all.end(), bytes, bytes + size);
            return size;
        },
        nullptr);
    if (muxer->pb == nullptr) return failed("no memory for MP4");
    if (avcodec_parameters_copy(stream->codecpar, &parameters) < 0) return failed("no memory for MP4");
    stream->codecpar->codec_tag = 0;  // of the container that it came from
    stream->time_base = kTick;
    muxer->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;

    Dictionary options;
    // frag_custom: a fragment ends when we say so, with its picture, not when the next one is there.
    // skip_trailer: no list of all fragments, which would grow for ever.
    options.set("movflags", "frag_custom+empty_moov+default_base_moof+skip_trailer");
    options.set("use_editlist", "0");  // it would make the first picture's time zero
    options.set("video_track_timescale", kTick.den);
    const int code = avformat_write_header(muxer, options.get());
    if (code < 0) return failed(why_ffmpeg_failed(code));
    initialisation_ = take_written();
    return {};
}

Result<std::vector<std::uint8_t>> Fragmenter::fragment(const AVPacket& packet) {
    if (av_packet_ref(packet_.get(), &packet) < 0) return failed("no memory for MP4");
    set_times(*packet_);
    // The next fragment's time is its packet's; without this, the sum of the durations before it.
    av_opt_set(muxer_->priv_data, "movflags", "+frag_discont", 0);
    int code = av_write_frame(muxer_.get(), packet_.get());
    av_packet_unref(packet_.get());
    if (code >= 0) code = av_write_frame(muxer_.get(), nullptr);
    std::vector<std::uint8_t> bytes = take_written();
    if (code < 0) return failed(why_ffmpeg_failed(code));
    return bytes;
}

/// The muxer takes no packet that is to be decoded before the one before it has passed, so durations must not
/// be too long: they are the shorter one of the last two distances. Where decode times have come near to
/// those of presentation nevertheless, as in the first second, they are cut short.
void Fragmenter::set_times(AVPacket& packet) {
    ++since_newest_;
    if (packet.pts > newest_pts_) {
        const std::int64_t step =
            std::clamp((packet.pts - newest_pts_) / since_newest_, kShortUs, kDurationMaxUs);
        duration_ = std::min(step, std::exchange(last_step_, step));
        newest_pts_ = packet.pts;
        since_newest_ = 0;
    }
    packet.dts = std::max(newest_pts_ - kDecodeAheadUs, next_dts_);
    packet.pts = std::max(packet.pts, packet.dts);
    packet.duration = newest_pts_ - packet.dts < kDecodeAheadUs / 2 ? kShortUs : duration_;
    packet.stream_index = 0;
    next_dts_ = packet.dts + packet.duration;
}

std::vector<std::uint8_t> Fragmenter::take_written() {
    avio_flush(muxer_->pb);
    return std::exchange(written_, {});
}

}  // namespace vitrina::video
