#include "api/live_view.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vitrina::api {
namespace {

Chunk chunk_of(const video::ViewPiece& piece) {
    return {piece.bytes, {reinterpret_cast<const char*>(piece.bytes->data()), piece.bytes->size()}};
}

/// Of the camera with this name, where the stream is of several.
void add_picture(const video::ViewPiece& piece, std::string_view camera, Batch& batch) {
    batch.chunks.push_back(
        Chunk::of(fmt::format("--vitrina-picture\r\nContent-Type: image/jpeg\r\nContent-Length: "
                              "{}\r\nX-Media-Time: {:.6f}\r\n{}{}{}\r\n",
                              piece.bytes->size(), to_seconds(piece.time),
                              camera.empty() ? "" : "X-Camera: ", camera, camera.empty() ? "" : "\r\n")));
    batch.chunks.push_back(chunk_of(piece));
    batch.chunks.push_back(Chunk::of(std::string("\r\n")));
}

HttpError too_many_viewers(const char* of) {
    return {503, "too_many_viewers", fmt::format("too many watch {} already", of), std::chrono::seconds(10)};
}

class LiveView final : public Stream {
  public:
    LiveView(std::shared_ptr<video::View> view, video::ViewForm form) : view_(std::move(view)), form_(form) {}

    std::optional<HttpError> start(std::function<void()> wake) override {
        wake_ = std::move(wake);
        viewer_ = view_->watch(form_, wake_);
        if (viewer_ != nullptr) return std::nullopt;
        return too_many_viewers("this camera");
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
        if (form_ == video::ViewForm::kMp4)
            batch.chunks.push_back(chunk_of(piece));
        else
            add_picture(piece, {}, batch);
    }

    const std::shared_ptr<video::View> view_;
    const video::ViewForm form_;
    std::function<void()> wake_;
    std::unique_ptr<video::Viewer> viewer_;
};

class LiveWall final : public Stream {
  public:
    explicit LiveWall(std::vector<WallCamera> cameras) {
        watched_.reserve(cameras.size());
        for (WallCamera& camera : cameras)
            watched_.push_back({std::move(camera), nullptr, {}});
    }

    std::optional<HttpError> start(std::function<void()> wake) override {
        bool any = false;
        for (Watched& watched : watched_) {
            watched.viewer = watched.camera.view->watch(video::ViewForm::kJpeg, wake);
            any = any || watched.viewer != nullptr;
        }
        wake_ = std::move(wake);
        if (any) return std::nullopt;
        return too_many_viewers("these cameras");
    }

    Batch next() override {
        Batch batch;
        std::size_t bytes = 0;
        // Each in turn begins, so that a reader who is slow loses pictures of all alike.
        for (std::size_t i = 0; i < watched_.size() && bytes < kBatchBytes; ++i) {
            bytes += take(watched_[first_], batch);
            first_ = (first_ + 1) % watched_.size();
        }
        return batch;
    }

  private:
    struct Watched {
        WallCamera camera;
        std::unique_ptr<video::Viewer> viewer;
        std::optional<SourceTime> shown;
    };

    // The newest picture that is due; how many bytes it has.
    std::size_t take(Watched& watched, Batch& batch) {
        if (watched.viewer == nullptr) return 0;
        std::optional<video::ViewPiece> newest;
        while (auto piece = watched.viewer->next())
            newest = std::move(piece);
        if (!newest) {
            // Pictures of another size or codec are pictures; of a camera that is gone there are none.
            if (watched.viewer->ended())
                watched.viewer = watched.camera.view->watch(video::ViewForm::kJpeg, wake_);
            return 0;
        }
        const bool due = !watched.shown || newest->time < *watched.shown ||
                         to_seconds(newest->time) - to_seconds(*watched.shown) >= 0.9 / kWallRate;
        if (!due) return 0;
        watched.shown = newest->time;
        add_picture(*newest, watched.camera.id, batch);
        return newest->bytes->size();
    }

    std::vector<Watched> watched_;
    std::size_t first_ = 0;
    std::function<void()> wake_;
};

}  // namespace

std::shared_ptr<Stream> live_mp4(std::shared_ptr<video::View> view) {
    return std::make_shared<LiveView>(std::move(view), video::ViewForm::kMp4);
}

std::shared_ptr<Stream> live_mjpeg(std::shared_ptr<video::View> view) {
    return std::make_shared<LiveView>(std::move(view), video::ViewForm::kJpeg);
}

std::shared_ptr<Stream> live_wall(std::vector<WallCamera> cameras) {
    return std::make_shared<LiveWall>(std::move(cameras));
}

}  // namespace vitrina::api
