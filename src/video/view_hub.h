// The view of one camera: takes its packets and pictures, and hands them to whoever watches. Private to this
// folder.
//
// Threads: begin(), packet() and picture() belong to the camera's thread; the rest may be called from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "video/converter.h"
#include "video/ffmpeg_handles.h"
#include "video/fragmenter.h"
#include "video/jpeg.h"
#include "video/orientation.h"
#include "video/view.h"
#include "video/viewer_queue.h"

extern "C" {
#include <libavcodec/bsf.h>
}

namespace vitrina::video {

/// What is kept since the last key frame, so that a new viewer has a picture at once: ten seconds, or so much
/// of a stream of 3 Mbit/s. Where a camera's key frames are further apart, new viewers wait for the next.
inline constexpr std::size_t kKeptBytesMax = std::size_t{4} << 20;
inline constexpr Duration kKeptTimeMax = std::chrono::seconds(10);

/// What the decoder knows of the stream by now.
struct StreamForm {
    int width = 0;   // px, 0 before the first key frame
    int height = 0;  // px
};

class ViewHub : public View {
  public:
    ViewHub();
    ~ViewHub() override;

    /// A new connection. Viewers stay when the pictures are of the same form as before.
    void begin(const AVCodecParameters& parameters, Orientation orientation);
    /// The next packet; its pts is in microseconds on the camera's clock.
    void packet(const AVPacket& packet, const StreamForm& form);
    void picture(const AVFrame& frame, Orientation orientation, SourceTime time);
    /// The camera is gone.
    void end();

    [[nodiscard]] std::optional<bool> has_mp4() const override;
    [[nodiscard]] std::unique_ptr<Viewer> watch(ViewForm form, std::function<void()> wake) override;

  private:
    using Queue = std::shared_ptr<ViewerQueue>;
    struct Parameters {
        void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
    };
    struct Filter {
        void operator()(AVBSFContext* filter) const { av_bsf_free(&filter); }
    };
    /// A packet since the last key frame; its fragment is made when somebody watches.
    struct Kept {
        PacketHandle packet;
        ViewPiece piece;  // without bytes until then
    };

    void set_form(const AVCodecParameters& parameters, Orientation orientation) REQUIRES(mutex_);
    void end_mp4_viewers() REQUIRES(mutex_);
    void forget_stream() REQUIRES(mutex_);
    void open_filter() REQUIRES(mutex_);
    [[nodiscard]] PacketHandle without_parameter_sets(const AVPacket& packet) REQUIRES(mutex_);
    void set_parameter_sets(const AVPacket& packet) REQUIRES(mutex_);
    void keep(Kept kept) REQUIRES(mutex_);
    [[nodiscard]] bool make_fragment(Kept& kept) REQUIRES(mutex_);
    void begin_viewer(ViewerQueue& queue) REQUIRES(mutex_);
    [[nodiscard]] std::vector<Queue> watchers(ViewForm form) REQUIRES(mutex_);

    mutable Mutex mutex_;
    std::vector<std::weak_ptr<ViewerQueue>> queues_ GUARDED_BY(mutex_);
    bool gone_ GUARDED_BY(mutex_) = false;
    bool is_h264_ GUARDED_BY(mutex_) = false;
    std::unique_ptr<AVCodecParameters, Parameters> described_ GUARDED_BY(mutex_);   // as the camera says
    std::unique_ptr<AVCodecParameters, Parameters> parameters_ GUARDED_BY(mutex_);  // as packets say
    std::unique_ptr<AVBSFContext, Filter> filter_ GUARDED_BY(mutex_);
    std::unique_ptr<Fragmenter> fragmenter_ GUARDED_BY(mutex_);
    std::vector<Kept> kept_ GUARDED_BY(mutex_);
    std::size_t kept_bytes_ GUARDED_BY(mutex_) = 0;

    // Of the camera's thread alone.
    [[nodiscard]] Result<std::vector<std::uint8_t>> encode(const AVFrame& frame, Orientation orientation);
    JpegEncoder jpeg_;
    Converter converter_;  // for pictures to be turned
    std::optional<SourceTime> next_jpeg_;
};

}  // namespace vitrina::video
