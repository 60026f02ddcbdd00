#include "video/live_camera.h"

#include <future>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/mutex.h"
#include "video/converter.h"
#include "video/deadline.h"
#include "video/decoder.h"
#include "video/live_connection.h"
#include "video/live_thread.h"

namespace vitrina::video {
namespace {

Result<Address> live_address(const LiveOptions& options) {
    TRY_ASSIGN(Address address, parse_address(options.address));
    if (address.kind == AddressKind::kFile && !options.play_files)
        return misconfigured(fmt::format(
            "{}: a camera is an rtsp://, rtsps://, http:// or https:// address, not a file", address.shown));
    return address;
}

Result<Picture> upright_picture(Converter& converter, const AVFrame& frame, Orientation orientation) {
    TRY_ASSIGN(Picture picture, converter.convert(frame));
    return upright(std::move(picture), orientation);
}

}  // namespace

/// The thread shares its state with the camera: one that hangs in a name server, where nothing can interrupt
/// it, is left to end by itself.
class LiveCamera::Impl {
  public:
    Impl(Address address, const LiveOptions& options)
        : shared_(std::make_shared<LiveThread>(std::move(address), options)) {
        std::promise<void> ended;
        ended_ = ended.get_future();
        thread_ = std::thread([shared = shared_, ended = std::move(ended)]() mutable {
            shared->run();
            ended.set_value();
        });
    }
    ~Impl() {
        if (ended_.wait_until(stop()) == std::future_status::ready)
            thread_.join();
        else
            thread_.detach();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// When the patience with the thread ends, which the first call begins.
    std::chrono::steady_clock::time_point stop() {
        const MutexLock lock(mutex_);
        if (!stopped_until_) {
            stopped_until_ = std::chrono::steady_clock::now() + kStopTimeMax;
            shared_->stop();
        }
        return *stopped_until_;
    }

    [[nodiscard]] LiveThread& shared() { return *shared_; }

    [[nodiscard]] std::optional<LiveFrame> take() {
        std::optional<DecodedPicture> newest = shared_->newest().take();
        if (!newest) return std::nullopt;
        auto picture = upright_picture(converter_, *newest->frame, newest->orientation);
        if (!picture) return std::nullopt;  // a pixel format that nothing converts
        return LiveFrame{
            {newest->index, newest->time, *std::move(picture)}, newest->connection, newest->skipped};
    }

  private:
    const std::shared_ptr<LiveThread> shared_;
    Converter converter_;
    Mutex mutex_;
    std::optional<std::chrono::steady_clock::time_point> stopped_until_ GUARDED_BY(mutex_);
    std::future<void> ended_;
    std::thread thread_;
};

Result<std::unique_ptr<LiveCamera>> LiveCamera::create(const LiveOptions& options) {
    TRY_ASSIGN(Address address, live_address(options));
    return std::unique_ptr<LiveCamera>(new LiveCamera(std::make_unique<Impl>(std::move(address), options)));
}

LiveCamera::LiveCamera(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveCamera::~LiveCamera() = default;

void LiveCamera::stop() {
    impl_->stop();
}

std::optional<LiveFrame> LiveCamera::take() {
    return impl_->take();
}

bool LiveCamera::has_new() const {
    return impl_->shared().newest().has_new();
}

void LiveCamera::on_picture(std::function<void()> wake) {
    impl_->shared().set_wake(std::move(wake));
}

LiveState LiveCamera::state() const {
    return impl_->shared().state();
}

SourceTime LiveCamera::now() const {
    return impl_->shared().now();
}

const std::string& LiveCamera::shown_address() const {
    return impl_->shared().address().shown;
}

View& LiveCamera::view() {
    return impl_->shared().view();
}

Reached<Picture> snapshot(const LiveOptions& options) {
    const auto known = live_address(options);
    if (!known) return tl::unexpected<Trouble>({TroubleCode::kOther, known.error().message});
    const Address& address = *known;
    Deadline deadline;
    deadline.start(options.open_timeout);
    const auto explained = [&](const Trouble& why) {
        if (!deadline.passed())
            return tl::unexpected<Trouble>({why.code, fmt::format("{}: {}", address.shown, why.words)});
        const double patience_s = std::chrono::duration<double>(options.open_timeout).count();
        return tl::unexpected<Trouble>(
            {TroubleCode::kNoAnswer, fmt::format("{}: no picture within {:g} s", address.shown, patience_s)});
    };
    auto connection = LiveConnection::open(address, options.transport, deadline);
    if (!connection) return explained(connection.error());
    while (true) {
        const AVPacket* packet = (*connection)->read();
        (*connection)->decode(packet);
        if (const AVFrame* frame = (*connection)->next_picture()) {
            Converter converter;
            auto picture = upright_picture(converter, *frame,
                                           orientation_of_frame(*frame, (*connection)->orientation()));
            if (!picture) return explained({TroubleCode::kNotDecodable, picture.error().message});
            return *std::move(picture);
        }
        if (packet == nullptr)
            return explained({TroubleCode::kConnectionLost, fmt::format("it ended before a picture came: {}",
                                                                        (*connection)->why_ended().words)});
    }
}

}  // namespace vitrina::video
