#include "api/live_view.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vitrina::api {
namespace {

Chunk chunk_of(const video::ViewPiece& piece) {
    return {piece.bytes, {reinterpret_cast<const char*>(piece.bytes->data()), piece.bytes->size()}};
}

class LiveView final : public Stream {
  public:
    LiveView(std::shared_ptr<video::View> view, video::ViewForm form) : view_(std::move(view)), form_(form) {}

    std::optional<HttpError> start(std::function<void()> wake) override {
        wake_ = std::move(wake);
        viewer_ = view_->watch(form_, wake_);
        if (viewer_ != nullptr) return std::nullopt;
        return HttpError(503, "too_many_viewers", "too many watch this camera already",
                         std::chrono::seconds(10));
    }

    Batch next() override {
        Batch batch;
        std::size_t bytes = 0;
        while (bytes < kBatchBytes) {
            const auto piece = viewer_->next();
            if (!piece) break;
            bytes += piece->bytes->size();
            add(*piece, batch);
        }
        if (batch.chunks.empty() && viewer_->ended()) {
            // Another codec needs another MediaSource; a picture is a picture.
            if (form_ == video::ViewForm::kJpeg) viewer_ = view_->watch(form_, wake_);
            batch.end = form_ == video::ViewForm::kMp4 || viewer_ == nullptr;
        }
        return batch;
    }

    std::string type() const override { return viewer_ == nullptr ? "" : viewer_->media_type(); }

  private:
    void add(const video::ViewPiece& piece, Batch& batch) const {
        if (form_ == video::ViewForm::kMp4) {
            batch.chunks.push_back(chunk_of(piece));
            return;
        }
        batch.chunks.push_back(Chunk::of(fmt::format(
            "--vitrina-picture\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\nX-Media-Time: "
            "{:.6f}\r\n\r\n",
            piece.bytes->size(), to_seconds(piece.time))));
        batch.chunks.push_back(chunk_of(piece));
        batch.chunks.push_back(Chunk::of(std::string("\r\n")));
    }

    const std::shared_ptr<video::View> view_;
    const video::ViewForm form_;
    std::function<void()> wake_;
    std::unique_ptr<video::Viewer> viewer_;
};

}  // namespace

std::shared_ptr<Stream> live_mp4(std::shared_ptr<video::View> view) {
    return std::make_shared<LiveView>(std::move(view), video::ViewForm::kMp4);
}

std::shared_ptr<Stream> live_mjpeg(std::shared_ptr<video::View> view) {
    return std::make_shared<LiveView>(std::move(view), video::ViewForm::kJpeg);
}

}  // namespace vitrina::api
