#include "video/live_connection.h"

#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "video/decoder.h"
#include "video/ffmpeg_log.h"
#include "video/source.h"

namespace vitrina::video {
namespace {

constexpr std::chrono::milliseconds kFarewellTime{200};

/// A reader that fails so often one after the other has come to an end.
constexpr int kReadErrorsInARow = 16;
/// A reader that has nothing yet is asked again after a moment, until the deadline.
constexpr std::chrono::milliseconds kEmptyReadPause{2};
/// A decoder that fails so often without new data would fail forever.
constexpr int kDecodeErrorsInARow = 64;

constexpr AVRational kMicroseconds{1, 1'000'000};

}  // namespace

Reached<std::unique_ptr<LiveConnection>> LiveConnection::open(const Address& address, RtspTransport transport,
                                                              Deadline& deadline) {
    capture_ffmpeg_log();
    forget_ffmpeg_log();
    std::unique_ptr<LiveConnection> connection(new LiveConnection(deadline));
    if (auto opened = connection->open_decoder_and_input(address, transport); !opened)
        return tl::unexpected(std::move(opened).error());
    forget_ffmpeg_log();
    return connection;
}

LiveConnection::~LiveConnection() {
    // Who has not been greeted needs no good-bye, and the deadline still tells why.
    if (input_) deadline_.start_farewell(kFarewellTime);
}

Reached<void> LiveConnection::open_decoder_and_input(const Address& address, RtspTransport transport) {
    const auto because = [](TroubleCode code, const std::string& words) {
        return tl::unexpected<Trouble>({code, redacted(words)});
    };
    TroubleCode trouble = TroubleCode::kOther;
    auto input = Input::open(address, {kMaxPixels, transport, true}, deadline_, trouble);
    if (!input) return because(trouble, input.error().message);
    input_ = *std::move(input);
    AVStream& stream = input_->pictures();
    auto decoder = open_decoder(stream, kMicroseconds, {1, kMaxPixels});
    if (!decoder) return because(TroubleCode::kNotDecodable, decoder.error().message);
    decoder_ = *std::move(decoder);
    packet_.reset(av_packet_alloc());
    frame_.reset(av_frame_alloc());
    if (!packet_ || !frame_) return because(TroubleCode::kOther, "no memory to open it");
    orientation_ = stored_orientation(stream);
    return {};
}

AVPacket* LiveConnection::read() {
    int errors = 0;
    av_packet_unref(packet_.get());
    while (true) {
        if (deadline_.interrupted() || deadline_.passed()) return nullptr;
        const int code = av_read_frame(&input_->format(), packet_.get());
        if (code >= 0 && packet_->stream_index == input_->pictures().index) return packet_.get();
        if (code >= 0) {
            av_packet_unref(packet_.get());
        } else if (code == AVERROR(EAGAIN)) {
            std::this_thread::sleep_for(kEmptyReadPause);
        } else if (code == AVERROR_EOF || ++errors >= kReadErrorsInARow) {
            if (code != AVERROR_EOF) note_end(code);
            return nullptr;
        }
    }
}

void LiveConnection::note_end(int code) {
    const bool stopped_coming = trouble_of_ffmpeg(code) == TroubleCode::kNoAnswer;
    why_ended_.code = stopped_coming ? TroubleCode::kNoAnswer : TroubleCode::kConnectionLost;
    why_ended_.words = redacted(why_ffmpeg_failed(code));
}

void LiveConnection::decode(const AVPacket* packet) {
    const std::int64_t complaints = ffmpeg_complaints();
    const bool damaged = packet != nullptr && (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
    const int code = avcodec_send_packet(decoder_.get(), packet);
    if (damaged || (code < 0 && code != AVERROR_EOF) || ffmpeg_complaints() != complaints) ++damaged_;
}

AVFrame* LiveConnection::next_picture() {
    for (int errors = 0; errors < kDecodeErrorsInARow; ++errors) {
        const int code = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (code >= 0) return frame_.get();
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return nullptr;
        ++damaged_;
    }
    return nullptr;
}

std::int64_t LiveConnection::take_damaged() {
    return std::exchange(damaged_, 0);
}

/// Nothing for what is missing, and for what would not fit into the sums that are made of it.
std::optional<Duration> LiveConnection::in_microseconds(std::int64_t ticks) const {
    constexpr std::int64_t kFarthest = std::int64_t{1} << 60;
    if (ticks == AV_NOPTS_VALUE) return std::nullopt;
    const std::int64_t time = av_rescale_q(ticks, input_->pictures().time_base, kMicroseconds);
    if (time > kFarthest || time < -kFarthest) return std::nullopt;
    return Duration(time);
}

std::optional<Duration> LiveConnection::presentation_time(const AVPacket& packet) const {
    return in_microseconds(packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts);
}

std::optional<Duration> LiveConnection::live_time(const AVPacket& packet) const {
    const AVInputFormat& format = *input_->format().iformat;
    const bool invented =
        (format.flags & AVFMT_NOTIMESTAMPS) != 0 || std::string_view(format.name) == "mpjpeg";
    return invented ? std::nullopt : presentation_time(packet);
}

std::optional<Duration> LiveConnection::decode_time(const AVPacket& packet) const {
    return in_microseconds(packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts);
}

Duration LiveConnection::picture_duration() const {
    constexpr double kSlowest = 0.1;
    constexpr double kFastest = 240;
    constexpr double kGuess = 25;
    const AVRational rate = av_guess_frame_rate(&input_->format(), &input_->pictures(), nullptr);
    const double known = rate.den != 0 ? av_q2d(rate) : 0;
    return from_seconds(1 / (known >= kSlowest && known <= kFastest ? known : kGuess));
}

}  // namespace vitrina::video
