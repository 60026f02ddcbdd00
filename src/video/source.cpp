#include "video/source.h"

#include <algorithm>
#include <cmath>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "video/address.h"
#include "video/completeness.h"
#include "video/converter.h"
#include "video/deadline.h"
#include "video/decoder.h"
#include "video/ffmpeg_handles.h"
#include "video/ffmpeg_log.h"
#include "video/frame_clock.h"
#include "video/input.h"
#include "video/orientation.h"

namespace vitrina::video {
namespace {

/// Frame rates that somebody could mean; others are errors of the header.
constexpr double kLowestFrameRate = 0.01;
constexpr double kHighestFrameRate = 1000;
constexpr double kGuessedFrameRate = 25;

/// A reader that fails so often one after the other has come to an end: a file that is cut behind its index
/// fails once for each picture that is missing.
constexpr int kReadErrorsInARow = 16;

/// A reader that has nothing yet is asked again after a moment; files, which have no deadline, so often: 10
/// s.
constexpr std::chrono::milliseconds kEmptyReadPause{1};
constexpr int kEmptyReadsInARow = 10'000;

/// When the decoder complained and nothing of so much came out of it, up to the end, the end is missing. Less
/// is damage like any other, and so are fewer packets, however slow the pictures are.
constexpr double kLostEndSeconds = 1;
constexpr int kLostEndPackets = 4;

/// A decoder that fails so often without new data would fail forever.
constexpr int kDecodeErrorsInARow = 64;

/// Time for the farewell to a camera.
constexpr std::chrono::milliseconds kFarewellTime{200};

double nominal_frame_rate(AVFormatContext& format, AVStream& stream) {
    const AVRational guess = av_guess_frame_rate(&format, &stream, nullptr);
    const double rate = guess.den != 0 ? av_q2d(guess) : 0;
    return rate >= kLowestFrameRate && rate <= kHighestFrameRate ? rate : kGuessedFrameRate;
}

double in_seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

class Source::Impl {
  public:
    ~Impl() { deadline_.start(kFarewellTime); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    Impl(Address address, const SourceOptions& options) : options_(options), address_(std::move(address)) {}

    /// Everything of Source::open(); errors without the address.
    Result<void> open() {
        const std::stop_callback on_stop(options_.stop_opening, [this] { interrupt(); });
        capture_ffmpeg_log();
        forget_ffmpeg_log();
        start_deadline(options_.open_timeout);
        if (auto opened = open_input_and_decoder(); !opened) return explained(std::move(opened).error());
        auto first = decode_next();
        if (!first) return explained(std::move(first).error());
        if (!*first) return explained(Error{no_picture_message(), ErrorKind::kFailed});
        first_frame_ = *std::move(first);
        tell_info(first_frame_->picture);
        forget_ffmpeg_log();
        return {};
    }

    Result<std::optional<Frame>> next() {
        if (first_frame_) return given(std::exchange(first_frame_, std::nullopt));
        if (report_.ending != Ending::kNone) return std::nullopt;
        start_deadline(options_.read_timeout);
        auto frame = decode_next();
        if (!frame) {
            report_.ending = Ending::kEarly;
            report_.early_end = fmt::format("{}: {}", address_.shown, frame.error().message);
            return with_context(address_.shown, std::move(frame).error());
        }
        if (!*frame) finish();
        return given(*std::move(frame));
    }

    [[nodiscard]] const SourceInfo& info() const { return info_; }
    [[nodiscard]] const SourceReport& report() const { return report_; }
    [[nodiscard]] const std::string& shown_address() const { return address_.shown; }
    void interrupt() { deadline_.interrupt(); }

  private:
    /// Files have none: a computer that slept or is overloaded is no reason to give one up.
    void start_deadline(std::chrono::milliseconds time) {
        if (address_.kind != AddressKind::kFile) deadline_.start(time);
    }

    Result<void> open_input_and_decoder() {
        TroubleCode ignored = TroubleCode::kNone;
        TRY_ASSIGN(input_, Input::open(address_, {.max_pixels = options_.max_pixels}, deadline_, ignored));
        AVStream& stream = input_->pictures();
        TRY_ASSIGN(decoder_, open_decoder(stream, stream.time_base,
                                          {std::max(options_.decode_threads, 1), options_.max_pixels}));
        packet_.reset(av_packet_alloc());
        decoded_.reset(av_frame_alloc());
        if (!packet_ || !decoded_) return failed("no memory to open it");

        info_.nominal_frame_rate = nominal_frame_rate(input_->format(), stream);
        clock_.emplace(stream.time_base, from_seconds(1 / info_.nominal_frame_rate));
        delivery_.emplace(stream.time_base);
        stored_orientation_ = stored_orientation(stream);
        return {};
    }

    void tell_info(const Picture& picture) {
        const AVFormatContext& format = input_->format();
        const AVStream& stream = input_->pictures();
        info_.width = picture.width;
        info_.height = picture.height;
        info_.container = format.iformat->name;
        info_.codec = avcodec_get_name(decoder_->codec_id);
        if (stream.duration > 0)
            info_.duration = Duration(av_rescale_q(stream.duration, stream.time_base, {1, 1'000'000}));
        else if (format.duration > 0)
            info_.duration = Duration(av_rescale_q(format.duration, {1, AV_TIME_BASE}, {1, 1'000'000}));
        if (stream.nb_frames > 0)
            info_.frame_count = stream.nb_frames;
        else if (info_.duration)
            info_.frame_count = std::llround(to_seconds(*info_.duration) * info_.nominal_frame_rate);
    }

    /// The next picture that can be decoded; nothing at the end.
    Result<std::optional<Frame>> decode_next() {
        // Another thread than last time may call, with a count of its own.
        complaints_ = ffmpeg_complaints();
        int errors = 0;
        while (true) {
            const int code = avcodec_receive_frame(decoder_.get(), decoded_.get());
            if (code == 0) {
                if (draining_)
                    ++frames_drained_;  // older than what was lost
                else
                    forget_undecodable();
                return frame_of(*decoded_);
            }
            if (code == AVERROR_EOF) {
                notice_lost_end();
                return std::nullopt;
            }
            if (code == AVERROR(ENOMEM)) return failed("no memory for its pictures");
            if (code != AVERROR(EAGAIN)) {
                count_undecodable_packet(code);
                if (++errors >= kDecodeErrorsInARow) {
                    why_ended_ =
                        fmt::format("its decoder fails again and again: {}", why_ffmpeg_failed(code));
                    return std::nullopt;
                }
                continue;
            }
            errors = 0;
            TRY(feed_decoder());
        }
    }

    /// One packet into the decoder, or the end of them.
    Result<void> feed_decoder() {
        const std::int64_t before = ffmpeg_complaints();
        const bool read = read_packet();
        complaints_ += ffmpeg_complaints() - before;  // of the file, not of a picture
        const bool damaged = read && (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
        const int code = avcodec_send_packet(decoder_.get(), read ? packet_.get() : nullptr);
        av_packet_unref(packet_.get());
        draining_ = !read;
        if (read) ++packets_since_frame_;
        if (code == AVERROR(ENOMEM)) return failed("no memory for its pictures");
        if (code < 0 && code != AVERROR_EOF)
            count_undecodable_packet(code);
        else if (damaged)
            count_damaged_packet();
        return {};
    }

    /// The next packet with pictures; false at the end, and why_ended_ tells if it came too early.
    bool read_packet() {
        int errors = 0;
        int empty_reads = 0;
        while (true) {
            if (deadline_.interrupted()) return ended_early("interrupted");
            const int code = av_read_frame(&input_->format(), packet_.get());
            if (code >= 0 && packet_->stream_index == input_->pictures().index) {
                // What failed before was damage on the way, not the end.
                report_.damaged_packets += errors;
                delivery_->count(*packet_);
                if (is_open()) start_deadline(options_.read_timeout);
                return true;
            }
            if (code >= 0) {
                av_packet_unref(packet_.get());
                empty_reads = 0;
                continue;
            }
            if (deadline_.interrupted()) return ended_early("interrupted");
            if (deadline_.passed())
                return ended_early(fmt::format("no data for {:g} s", in_seconds(options_.read_timeout)));
            if (code == AVERROR(EAGAIN) && ++empty_reads < kEmptyReadsInARow) {
                std::this_thread::sleep_for(kEmptyReadPause);
                continue;
            }
            if (code == AVERROR_EOF || ++errors >= kReadErrorsInARow) {
                std::optional<std::string> why =
                    why_early(input_->format(), input_->pictures(), input_->promise(), *delivery_);
                if (!why && code != AVERROR_EOF) why = why_ffmpeg_failed(code);
                if (why) return ended_early(*std::move(why));
                return false;
            }
        }
    }

    void count_damaged_packet() {
        ++report_.damaged_packets;
        complaints_ = ffmpeg_complaints();
    }

    void count_undecodable_packet(int code) {
        count_damaged_packet();
        // Of a row of failures the first tells the cause.
        if (why_undecodable_.empty()) why_undecodable_ = why_ffmpeg_failed(code);
    }

    void forget_undecodable() {
        packets_since_frame_ = 0;
        why_undecodable_.clear();
    }

    void notice_lost_end() {
        if (why_ended_ || frames_decoded_ == 0 || why_undecodable_.empty()) return;
        // Of a clip so short that the decoder gave nothing before the end (to put pictures in order, H.264
        // holds up to 16 back), the pictures that it gave then are among these packets.
        const bool was_filling = frames_drained_ == frames_decoded_;
        const std::int64_t lost = packets_since_frame_ - (was_filling ? frames_drained_ : 0);
        if (lost < kLostEndPackets) return;
        if (static_cast<double>(lost) < kLostEndSeconds * info_.nominal_frame_rate) return;
        why_ended_ = fmt::format("none of the last {} packets could be decoded: {}", lost, why_undecodable_);
    }

    bool ended_early(std::string why) {
        why_ended_ = std::move(why);
        return false;
    }

    Result<std::optional<Frame>> frame_of(const AVFrame& decoded) {
        std::optional<std::int64_t> timestamp;
        if (decoded.best_effort_timestamp != AV_NOPTS_VALUE) timestamp = decoded.best_effort_timestamp;
        Frame frame;
        frame.index = frames_decoded_++;
        frame.time = clock_->at(timestamp);
        report_.repaired_timestamps = clock_->repaired();
        if (decoded.decode_error_flags != 0 || (decoded.flags & AV_FRAME_FLAG_CORRUPT) != 0 ||
            complaints_ != ffmpeg_complaints())
            ++report_.damaged_frames;
        TRY_ASSIGN(Picture picture, converter_.convert(decoded));
        frame.picture = upright(std::move(picture), orientation_of_frame(decoded, stored_orientation_));
        return std::optional<Frame>(std::move(frame));
    }

    /// Counts a frame on its way out.
    std::optional<Frame> given(std::optional<Frame> frame) {
        if (!frame) return frame;
        ++report_.frames;
        const Picture& picture = frame->picture;
        if (last_width_ != 0 && (picture.width != last_width_ || picture.height != last_height_)) {
            ++report_.size_changes;
            if (!report_.first_size_change)
                report_.first_size_change =
                    SizeChange{frame->time, last_width_, last_height_, picture.width, picture.height};
        }
        last_width_ = picture.width;
        last_height_ = picture.height;
        last_time_ = frame->time;
        return frame;
    }

    void finish() {
        report_.ending = why_ended_ ? Ending::kEarly : Ending::kComplete;
        if (why_ended_)
            report_.early_end = fmt::format("{}: ended early at {:.1f} s: {}", address_.shown,
                                            to_seconds(last_time_), *why_ended_);
    }

    [[nodiscard]] bool is_open() const { return info_.width != 0; }

    [[nodiscard]] std::string no_picture_message() const {
        std::string why = why_ended_ ? *why_ended_ : ffmpeg_log_line();
        return why.empty() ? "no picture in it can be decoded"
                           : fmt::format("no picture in it can be decoded: {}", why);
    }

    /// Whatever FFmpeg says after its time was over, the time is the reason.
    [[nodiscard]] tl::unexpected<Error> explained(Error error) const {
        if (deadline_.interrupted())
            error.message = "interrupted";
        else if (deadline_.passed())
            error.message = fmt::format("no answer within {:g} s", in_seconds(options_.open_timeout));
        return with_context(address_.shown, std::move(error));
    }

    const SourceOptions options_;
    const Address address_;
    Deadline deadline_;  // before what waits for it
    std::unique_ptr<Input> input_;
    CodecContext decoder_;
    PacketHandle packet_;
    FrameHandle decoded_;
    Converter converter_;
    Orientation stored_orientation_;
    std::optional<FrameClock> clock_;
    std::optional<Delivery> delivery_;
    SourceInfo info_;
    SourceReport report_;
    std::optional<Frame> first_frame_;
    std::optional<std::string> why_ended_;
    std::int64_t packets_since_frame_ = 0;
    std::string why_undecodable_;  // the first failure since a frame came out
    bool draining_ = false;
    std::int64_t frames_decoded_ = 0;
    std::int64_t frames_drained_ = 0;  // of them, after the last packet
    std::int64_t complaints_ = 0;      // that have nothing to do with the picture to come
    SourceTime last_time_;
    int last_width_ = 0;
    int last_height_ = 0;
};

Result<std::unique_ptr<Source>> Source::open(const std::string& address, const SourceOptions& options) {
    TRY_ASSIGN(Address parsed, parse_address(address));
    auto impl = std::make_unique<Impl>(std::move(parsed), options);
    TRY(impl->open());
    return std::unique_ptr<Source>(new Source(std::move(impl)));
}

Source::Source(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Source::~Source() = default;

const SourceInfo& Source::info() const {
    return impl_->info();
}

Result<std::optional<Frame>> Source::next() {
    return impl_->next();
}

const SourceReport& Source::report() const {
    return impl_->report();
}

const std::string& Source::shown_address() const {
    return impl_->shown_address();
}

void Source::interrupt() {
    impl_->interrupt();
}

}  // namespace vitrina::video
