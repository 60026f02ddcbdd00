#include "video/completeness.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "video/container_tail.h"
#include "video/ffmpeg_log.h"

namespace vitrina::video {
namespace {

/// Headers round, and the last picture's own duration is a guess: so much less is no cut. Where a header's
/// duration is the only sign, a cut of less than this is not noticed.
constexpr Duration kRounding = std::chrono::seconds(1);
constexpr int kRoundingFrames = 2;

Duration to_duration(std::int64_t ticks, AVRational tick) {
    // Of a damaged header: far beyond any recording, and still safe to add to.
    constexpr std::int64_t kFarthestUs = std::numeric_limits<std::int64_t>::max() / 4;
    return Duration(
        std::clamp(av_rescale_q(ticks, tick, AVRational{1, 1'000'000}), -kFarthestUs, kFarthestUs));
}

/// "00:01:02.345000000", as Matroska's DURATION tag tells the duration of one track.
std::optional<Duration> parse_clock(const char* text) {
    int hours = 0;
    int minutes = 0;
    double seconds = 0;
    // NOLINTNEXTLINE(cert-err34-c): three numbers with colons, checked by their count
    if (std::sscanf(text, "%9d:%9d:%lf", &hours, &minutes, &seconds) != 3) return std::nullopt;
    constexpr double kMinute = 60;
    constexpr double kLongestSeconds = 1e9;
    if (!(seconds >= 0 && seconds < kLongestSeconds)) return std::nullopt;
    return from_seconds((hours * kMinute + minutes) * kMinute + seconds);
}

std::optional<std::string> index_beyond_end(AVFormatContext& format, AVStream& stream) {
    const std::int64_t file_size = format.pb != nullptr ? avio_size(format.pb) : -1;
    if (file_size <= 0) return std::nullopt;
    std::int64_t end = 0;
    for (int i = 0; i < avformat_index_get_entries_count(&stream); ++i) {
        const AVIndexEntry* entry = avformat_index_get_entry(&stream, i);
        std::int64_t entry_end = 0;
        if (__builtin_add_overflow(entry->pos, std::int64_t{entry->size}, &entry_end)) continue;
        end = std::max(end, entry_end);
    }
    if (end <= file_size) return std::nullopt;
    return fmt::format("the file is cut: its index reaches to byte {}, the file has {}", end, file_size);
}

}  // namespace

Promise::Promise(const AVFormatContext& format) {
    // AVI counts its frames, one a tick; what FFmpeg calls its duration is guessed from the size of the file.
    const bool counts_frames = std::string_view(format.iformat->name) == "avi";
    for (unsigned i = 0; i < format.nb_streams; ++i) {
        const AVStream& stream = *format.streams[i];
        const bool pictures = stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
        const std::int64_t ticks = counts_frames && pictures ? stream.nb_frames : stream.duration;
        stream_durations_.push_back(std::max<std::int64_t>(ticks, 0));
    }
    container_duration_ = std::max<std::int64_t>(format.duration, 0);
}

std::optional<Duration> Promise::duration_of(const AVFormatContext& format, const AVStream& stream) const {
    const auto index = static_cast<std::size_t>(stream.index);
    if (index >= stream_durations_.size()) return std::nullopt;
    if (stream_durations_[index] > 0) return to_duration(stream_durations_[index], stream.time_base);
    if (const AVDictionaryEntry* tag = av_dict_get(stream.metadata, "DURATION", nullptr, 0); tag != nullptr)
        return parse_clock(tag->value);
    // The container's own duration is that of its longest stream, which may be the sound.
    if (format.nb_streams == 1 && container_duration_ > 0)
        return to_duration(container_duration_, AVRational{1, AV_TIME_BASE});
    return std::nullopt;
}

void Delivery::count(const AVPacket& packet) {
    last_was_cut_ = (packet.flags & AV_PKT_FLAG_CORRUPT) != 0;
    const std::int64_t timestamp = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
    if (timestamp == AV_NOPTS_VALUE) return;
    std::int64_t end = 0;
    if (__builtin_add_overflow(timestamp, packet.duration, &end)) return;
    begin_ = std::min(begin_.value_or(timestamp), timestamp);
    end_ = std::max(end_.value_or(end), end);
}

Duration Delivery::duration() const {
    std::int64_t ticks = 0;
    if (!begin_ || __builtin_sub_overflow(*end_, *begin_, &ticks)) return Duration::zero();
    return to_duration(ticks, tick_);
}

std::optional<std::string> why_early(AVFormatContext& format, AVStream& stream, const Promise& promise,
                                     const Delivery& delivery) {
    if (format.pb != nullptr && format.pb->error < 0 && format.pb->error != AVERROR_EOF)
        return why_ffmpeg_failed(format.pb->error);
    if (auto why = index_beyond_end(format, stream)) return why;
    if (auto why = why_tail_is_cut(format)) return why;
    // What it says of its length are guesses; the end mark is there.
    if (std::string_view(format.iformat->name) == "gif") return std::nullopt;
    if (delivery.last_packet_was_cut()) return "the file is cut inside its last picture";
    if (std::string line = ffmpeg_log_line("ended prematurely"); !line.empty())
        return "the file is cut: " + line;
    const std::optional<Duration> promised = promise.duration_of(format, stream);
    const AVRational rate = stream.avg_frame_rate;
    const Duration frame = rate.num > 0 && rate.den > 0 ? to_duration(1, av_inv_q(rate)) : Duration::zero();
    const Duration tolerance = std::max(kRounding, frame * kRoundingFrames);
    if (promised && delivery.duration() > Duration::zero() && *promised > delivery.duration() + tolerance)
        return fmt::format("its header promises {:.1f} s of pictures, {:.1f} s came", to_seconds(*promised),
                           to_seconds(delivery.duration()));
    return std::nullopt;
}

}  // namespace vitrina::video
