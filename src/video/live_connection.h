// One connection to a camera, or one turn of a file: packets in, decoded pictures out. Private to this
// folder. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "video/address.h"
#include "video/deadline.h"
#include "video/ffmpeg_handles.h"
#include "video/input.h"
#include "video/orientation.h"
#include "video/trouble.h"
#include "video/view_hub.h"

namespace vitrina::video {

class LiveConnection {
  public:
    /// `deadline` runs already, and outlives the connection. Errors say why, without the address.
    [[nodiscard]] static Reached<std::unique_ptr<LiveConnection>> open(const Address& address,
                                                                       RtspTransport transport,
                                                                       Deadline& deadline);
    /// Takes a moment to say good-bye.
    ~LiveConnection();
    LiveConnection(const LiveConnection&) = delete;
    LiveConnection& operator=(const LiveConnection&) = delete;

    /// The next packet with pictures, its timestamps in the ticks of the stream; null at the end of the
    /// source, of the connection or of the deadline, see why_ended(). Valid until the next call.
    [[nodiscard]] AVPacket* read();
    /// kNone when nobody knows more than that it is over.
    [[nodiscard]] const Trouble& why_ended() const { return why_ended_; }

    /// Into the decoder; null for the end, when it gives out what it holds back. Timestamps are microseconds
    /// on any clock and come out again in next_picture().
    void decode(const AVPacket* packet);
    /// What the decoder has ready, null when there is nothing more. Valid until the next call.
    [[nodiscard]] AVFrame* next_picture();

    /// Packets and pictures that came damaged since the last call.
    [[nodiscard]] std::int64_t take_damaged();

    /// When to present, and when to decode, a packet of read(); nothing when nobody says.
    [[nodiscard]] std::optional<Duration> presentation_time(const AVPacket& packet) const;
    [[nodiscard]] std::optional<Duration> decode_time(const AVPacket& packet) const;
    /// As presentation_time(), but nothing where the stream has no times and FFmpeg counts 25 pictures a
    /// second, as of MJPEG over HTTP.
    [[nodiscard]] std::optional<Duration> live_time(const AVPacket& packet) const;
    /// How long the last picture of a file stays.
    [[nodiscard]] Duration picture_duration() const;

    [[nodiscard]] StreamForm form() const { return {decoder_->width, decoder_->height}; }
    [[nodiscard]] const AVCodecParameters& parameters() const { return *input_->pictures().codecpar; }
    [[nodiscard]] Orientation orientation() const { return orientation_; }
    /// Something with an end. RTSP servers say so of recordings too, but play them at their own rate.
    [[nodiscard]] bool is_recording() const { return input_->format().duration > 0; }

  private:
    explicit LiveConnection(Deadline& deadline) : deadline_(deadline) {}

    [[nodiscard]] Reached<void> open_decoder_and_input(const Address& address, RtspTransport transport);
    void note_end(int code);
    [[nodiscard]] std::optional<Duration> in_microseconds(std::int64_t ticks) const;

    Deadline& deadline_;
    std::unique_ptr<Input> input_;
    CodecContext decoder_;
    PacketHandle packet_;
    FrameHandle frame_;
    Orientation orientation_;
    Trouble why_ended_;
    std::int64_t damaged_ = 0;
};

}  // namespace vitrina::video
