#include "video/view_hub.h"

#include <algorithm>
#include <cstring>
#include <utility>

extern "C" {
#include <libavcodec/bsf.h>
#include <libavutil/opt.h>
}

namespace vitrina::video {
namespace {

constexpr Duration kJpegPeriod = Duration(std::chrono::seconds(1)) / static_cast<int>(kJpegRate);
/// Encoding takes at most one part in so many of the camera's thread: large pictures come less often.
constexpr int kEncodingShare = 4;

class QueueViewer : public Viewer {
  public:
    explicit QueueViewer(std::shared_ptr<ViewerQueue> queue) : queue_(std::move(queue)) {}
    ~QueueViewer() override { queue_->close(); }
    QueueViewer(const QueueViewer&) = delete;
    QueueViewer& operator=(const QueueViewer&) = delete;

    [[nodiscard]] std::optional<ViewPiece> next() override { return queue_->next(); }
    [[nodiscard]] bool ended() const override { return queue_->ended(); }
    [[nodiscard]] std::int64_t lost() const override { return queue_->lost(); }
    [[nodiscard]] std::string media_type() const override { return queue_->media_type(); }

  private:
    const std::shared_ptr<ViewerQueue> queue_;
};

AVCodecParameters* copy_of(const AVCodecParameters& parameters) {
    AVCodecParameters* copy = avcodec_parameters_alloc();
    VITRINA_ASSERT(copy != nullptr && avcodec_parameters_copy(copy, &parameters) >= 0);
    return copy;
}

bool same_extradata(const AVCodecParameters& parameters, const std::uint8_t* data, std::size_t size) {
    const auto own_size = static_cast<std::size_t>(parameters.extradata_size);
    return own_size == size && (size == 0 || std::memcmp(parameters.extradata, data, size) == 0);
}

bool same_form(const AVCodecParameters& a, const AVCodecParameters& b) {
    return a.codec_id == b.codec_id && a.width == b.width && a.height == b.height &&
           same_extradata(a, b.extradata, static_cast<std::size_t>(b.extradata_size));
}

/// MP4's form, where parameter sets never stand between the pictures.
bool is_avcc(const AVCodecParameters& parameters) {
    return parameters.extradata_size > 0 && parameters.extradata[0] == 1;
}

}  // namespace

ViewHub::ViewHub() = default;
ViewHub::~ViewHub() = default;

void ViewHub::begin(const AVCodecParameters& parameters, Orientation orientation) {
    std::vector<Queue> viewers;
    {
        const MutexLock lock(mutex_);
        set_form(parameters, orientation);
        viewers = watchers(ViewForm::kMp4);
    }
    for (const Queue& queue : viewers)
        queue->wake();  // some may have ended
}

void ViewHub::set_form(const AVCodecParameters& parameters, Orientation orientation) {
    kept_.clear();
    kept_bytes_ = 0;
    for (const Queue& queue : watchers(ViewForm::kMp4))
        queue->wait_for_key();
    if (described_ && same_form(*described_, parameters)) return;
    described_.reset(copy_of(parameters));
    parameters_.reset(copy_of(parameters));
    // What lies on its side would be shown so: only JPEG is turned.
    is_h264_ = parameters.codec_id == AV_CODEC_ID_H264 && orientation == Orientation();
    forget_stream();
    filter_.reset();
    if (is_h264_ && !is_avcc(parameters)) open_filter();
}

/// What was muxed until now can't go on.
void ViewHub::forget_stream() {
    fragmenter_.reset();
    end_mp4_viewers();
}

void ViewHub::end_mp4_viewers() {
    // Who has got nothing yet can as well begin with what comes.
    for (const Queue& queue : watchers(ViewForm::kMp4))
        if (queue->has_begun() || !is_h264_) queue->end();
}

/// Takes the parameter sets out of packets, so that only the initialisation segment has them.
void ViewHub::open_filter() {
    const AVBitStreamFilter* kind = av_bsf_get_by_name("extract_extradata");
    AVBSFContext* filter = nullptr;
    if (kind == nullptr || av_bsf_alloc(kind, &filter) < 0) return;
    filter_.reset(filter);
    av_opt_set_int(filter->priv_data, "remove", 1, 0);
    if (avcodec_parameters_copy(filter->par_in, parameters_.get()) < 0 || av_bsf_init(filter) < 0)
        filter_.reset();
}

PacketHandle ViewHub::without_parameter_sets(const AVPacket& packet) {
    PacketHandle result(av_packet_clone(&packet));
    if (!result || !filter_ || (packet.flags & AV_PKT_FLAG_KEY) == 0) return result;
    if (av_bsf_send_packet(filter_.get(), result.get()) < 0 ||
        av_bsf_receive_packet(filter_.get(), result.get()) < 0) {
        av_bsf_flush(filter_.get());
        result.reset(av_packet_clone(&packet));
    }
    return result;
}

/// The parameter sets that came with a packet, where they are others than before.
void ViewHub::set_parameter_sets(const AVPacket& packet) {
    std::size_t size = 0;
    const std::uint8_t* data = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
    if (data == nullptr || same_extradata(*parameters_, data, size)) return;
    auto* copy = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
    VITRINA_ASSERT(copy != nullptr);
    std::memcpy(copy, data, size);
    av_freep(&parameters_->extradata);
    parameters_->extradata = copy;
    parameters_->extradata_size = static_cast<int>(size);
    forget_stream();
}

void ViewHub::packet(const AVPacket& packet, const StreamForm& form) {
    std::vector<Queue> served;
    {
        const MutexLock lock(mutex_);
        if (!is_h264_ || packet.pts < 0) return;
        Kept kept;
        kept.packet = without_parameter_sets(packet);
        kept.piece.time = SourceTime(Duration(packet.pts));
        kept.piece.key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
        if (!kept.packet) return;
        if (kept.piece.key) {
            set_parameter_sets(*kept.packet);
            parameters_->width = form.width;
            parameters_->height = form.height;
        }
        served = watchers(ViewForm::kMp4);
        if (!served.empty() && fragmenter_ && make_fragment(kept))
            for (const Queue& queue : served)
                if (queue->has_begun()) queue->put(kept.piece);
        keep(std::move(kept));
        for (const Queue& queue : served)
            if (!queue->has_begun()) begin_viewer(*queue);
    }
    for (const Queue& queue : served)
        queue->wake();
}

void ViewHub::keep(Kept kept) {
    const std::size_t bytes =
        kept.piece.bytes ? kept.piece.bytes->size() : static_cast<std::size_t>(kept.packet->size);
    const bool too_much = kept_bytes_ + bytes > kKeptBytesMax ||
                          (!kept_.empty() && kept.piece.time - kept_.front().piece.time > kKeptTimeMax);
    if (kept.piece.key || too_much) {
        kept_.clear();
        kept_bytes_ = 0;
    }
    if (kept_.empty() && !kept.piece.key) return;
    kept_bytes_ += bytes;
    kept_.push_back(std::move(kept));
}

bool ViewHub::make_fragment(Kept& kept) {
    if (kept.piece.bytes) return true;
    if (!fragmenter_) {
        if (parameters_->extradata_size == 0 || parameters_->width <= 0) return false;
        auto fragmenter = Fragmenter::create(*parameters_);
        if (!fragmenter) return false;
        fragmenter_ = *std::move(fragmenter);
    }
    auto bytes = fragmenter_->fragment(*kept.packet);
    if (!bytes) return false;
    kept.piece.bytes = std::make_shared<const std::vector<std::uint8_t>>(*std::move(bytes));
    kept.packet.reset();
    return true;
}

/// With all since the last key frame; not yet where there is none.
void ViewHub::begin_viewer(ViewerQueue& queue) {
    std::vector<ViewPiece> pieces;
    for (Kept& kept : kept_) {
        if (!make_fragment(kept)) return;
        pieces.push_back(kept.piece);
    }
    if (pieces.empty()) return;
    ViewPiece initialisation;
    initialisation.bytes = std::make_shared<const std::vector<std::uint8_t>>(fragmenter_->initialisation());
    initialisation.time = pieces.front().time;
    queue.begin(media_type_of(*parameters_), std::move(initialisation), pieces);
}

void ViewHub::picture(const AVFrame& frame, Orientation orientation, SourceTime time) {
    std::vector<Queue> served;
    {
        const MutexLock lock(mutex_);
        served = watchers(ViewForm::kJpeg);
    }
    // A picture may come a little early: of ten a second none is left out.
    if (served.empty() || (next_jpeg_ && time < *next_jpeg_ - kJpegPeriod / 4)) return;
    const auto begin = std::chrono::steady_clock::now();
    auto bytes = encode(frame, orientation);
    const auto taken = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
    const SourceTime planned = std::max(next_jpeg_.value_or(time), time - kJpegPeriod) + kJpegPeriod;
    next_jpeg_ = std::max(planned, time + taken * kEncodingShare);
    if (!bytes) return;
    const ViewPiece piece{std::make_shared<const std::vector<std::uint8_t>>(*std::move(bytes)), time, true};
    for (const Queue& queue : served) {
        queue->put(piece);
        queue->wake();
    }
}

Result<std::vector<std::uint8_t>> ViewHub::encode(const AVFrame& frame, Orientation orientation) {
    if (orientation == Orientation()) return jpeg_.encode(frame);
    TRY_ASSIGN(Picture picture, converter_.convert(frame));
    return to_jpeg(upright(std::move(picture), orientation));
}

void ViewHub::end() {
    std::vector<Queue> all;
    {
        const MutexLock lock(mutex_);
        gone_ = true;
        all = watchers(ViewForm::kMp4);
        const std::vector<Queue> others = watchers(ViewForm::kJpeg);
        all.insert(all.end(), others.begin(), others.end());
    }
    for (const Queue& queue : all) {
        queue->end();
        queue->wake();
    }
}

std::optional<bool> ViewHub::has_mp4() const {
    const MutexLock lock(mutex_);
    return described_ ? std::optional<bool>(is_h264_) : std::nullopt;
}

std::unique_ptr<Viewer> ViewHub::watch(ViewForm form, std::function<void()> wake) {
    const MutexLock lock(mutex_);
    std::erase_if(queues_, [](const auto& queue) { return queue.expired(); });
    if (gone_ || queues_.size() >= kViewersMax || (form == ViewForm::kMp4 && described_ && !is_h264_))
        return nullptr;
    auto queue = std::make_shared<ViewerQueue>(form, std::move(wake));
    queues_.push_back(queue);
    if (form == ViewForm::kMp4) begin_viewer(*queue);
    return std::make_unique<QueueViewer>(std::move(queue));
}

std::vector<ViewHub::Queue> ViewHub::watchers(ViewForm form) {
    std::erase_if(queues_, [](const auto& queue) { return queue.expired(); });
    std::vector<Queue> result;
    for (const auto& weak : queues_)
        if (Queue queue = weak.lock(); queue && queue->form() == form) result.push_back(std::move(queue));
    return result;
}

}  // namespace vitrina::video
