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

/// Pictures that may be sent before one that is shown earlier: B-frames in a pyramid need two or three.
constexpr std::size_t kReorder = 4;

/// After such a gap nothing is left of what came before it.
constexpr std::int64_t kGapUs = 1'000'000;

/// What the muxer is told that a picture lasts: it refuses one that begins before the last one has ended.
constexpr std::int64_t kShortUs = 1;

/// What the browser is told. It takes a step of more than twice the last picture's duration for a loss and
/// drops everything up to the next key frame, so the duration is generous; each picture cuts the one before.
constexpr std::int64_t kDurationMinUs = 150'000;
constexpr std::int64_t kDurationMaxUs = 2'000'000;

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

/// Puts the duration into the fragment's track header (ISO 14496-12, 8.8.7: tfhd, default_sample_duration).
void set_duration(std::vector<std::uint8_t>& fragment, std::uint32_t duration) {
    constexpr std::array<std::uint8_t, 4> kName = {'t', 'f', 'h', 'd'};
    constexpr std::uint8_t kHasOffset = 0x1;
    constexpr std::uint8_t kHasDescription = 0x2;
    constexpr std::uint8_t kHasDuration = 0x8;
    constexpr std::ptrdiff_t kFixed = 4 + 4 + 4;  // name, version and flags, track
    const auto header = std::search(fragment.begin(), fragment.end(), kName.begin(), kName.end());
    if (fragment.end() - header < kFixed) return;
    const std::uint8_t flags = *(header + 7);
    if ((flags & kHasDuration) == 0) return;
    const auto at =
        header + kFixed + ((flags & kHasOffset) != 0 ? 8 : 0) + ((flags & kHasDescription) != 0 ? 4 : 0);
    if (fragment.end() - at < 4) return;
    for (int i = 0; i < 4; ++i)
        *(at + i) = static_cast<std::uint8_t>(duration >> (24 - 8 * i));
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
    const std::int64_t duration = set_times(*packet_);
    // The next fragment's time is its packet's; without this, the sum of the durations before it.
    av_opt_set(muxer_->priv_data, "movflags", "+frag_discont", 0);
    int code = av_write_frame(muxer_.get(), packet_.get());
    av_packet_unref(packet_.get());
    if (code >= 0) code = av_write_frame(muxer_.get(), nullptr);
    std::vector<std::uint8_t> bytes = take_written();
    if (code < 0) return failed(why_ffmpeg_failed(code));
    set_duration(bytes, static_cast<std::uint32_t>(duration));
    return bytes;
}

/// Decode times grow as evenly as the pictures' own times do: each packet takes the earliest presentation
/// time that none has taken, kReorder pictures late.
std::int64_t Fragmenter::set_times(AVPacket& packet) {
    if (newest_pts_ < 0 || packet.pts - newest_pts_ > kGapUs) {
        waiting_pts_.clear();
        // The ways into the stream: as many pictures before it as a picture may wait.
        for (std::size_t i = kReorder; i > 0; --i)
            waiting_pts_.insert(std::max<std::int64_t>(0, packet.pts - static_cast<std::int64_t>(i)));
    }
    newest_pts_ = std::max(newest_pts_, packet.pts);
    waiting_pts_.insert(packet.pts);
    const std::int64_t dts = std::max(*waiting_pts_.begin(), last_dts_ + kShortUs);
    waiting_pts_.erase(waiting_pts_.begin());
    const std::int64_t step = last_dts_ < 0 ? 0 : dts - last_dts_;
    last_dts_ = dts;
    packet.dts = dts;
    packet.pts = std::max(packet.pts, dts);
    packet.duration = kShortUs;
    packet.stream_index = 0;
    return std::clamp(2 * step, kDurationMinUs, kDurationMaxUs);
}

std::vector<std::uint8_t> Fragmenter::take_written() {
    avio_flush(muxer_->pb);
    return std::exchange(written_, {});
}

}  // namespace vitrina::video
