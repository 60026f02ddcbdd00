#include "api/test_shop.h"

#include <algorithm>

namespace vitrina::api {

class TestView::TestViewer final : public video::Viewer {
  public:
    TestViewer(TestView& view, video::ViewForm wanted, std::function<void()> wake)
        : form(wanted), wake_up(std::move(wake)), view_(view) {}
    ~TestViewer() override {
        const MutexLock lock(view_.mutex_);
        std::erase(view_.viewers_, this);
    }
    [[nodiscard]] std::optional<video::ViewPiece> next() override {
        const MutexLock lock(view_.mutex_);
        if (pieces.empty()) return std::nullopt;
        video::ViewPiece piece = std::move(pieces.front());
        pieces.pop_front();
        return piece;
    }
    [[nodiscard]] bool ended() const override {
        const MutexLock lock(view_.mutex_);
        return has_ended;
    }
    [[nodiscard]] std::int64_t lost() const override { return 0; }
    [[nodiscard]] std::string media_type() const override {
        return form == video::ViewForm::kMp4 ? "video/mp4; codecs=\"avc1.64001f\"" : "";
    }

    // All behind the view's mutex.
    const video::ViewForm form;
    const std::function<void()> wake_up;
    std::deque<video::ViewPiece> pieces;
    bool has_ended = false;

  private:
    TestView& view_;
};

std::unique_ptr<video::Viewer> TestView::watch(video::ViewForm form, std::function<void()> wake) {
    auto viewer = std::make_unique<TestViewer>(*this, form, std::move(wake));
    const MutexLock lock(mutex_);
    viewers_.push_back(viewer.get());
    return viewer;
}

void TestView::push(video::ViewForm form, const std::string& bytes, double time_s) {
    const auto shared = std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
    const MutexLock lock(mutex_);
    for (TestViewer* const viewer : viewers_) {
        if (viewer->form != form) continue;
        viewer->pieces.push_back({shared, instant_at(time_s), true});
        viewer->wake_up();
    }
}

void TestView::end(video::ViewForm form) {
    const MutexLock lock(mutex_);
    for (TestViewer* const viewer : viewers_) {
        if (viewer->form != form) continue;
        viewer->has_ended = true;
        viewer->wake_up();
    }
}

std::size_t TestView::viewers() const {
    const MutexLock lock(mutex_);
    return viewers_.size();
}

std::vector<pipeline::CameraState> TestShop::cameras() const {
    const MutexLock lock(mutex_);
    std::vector<pipeline::CameraState> result;
    for (const auto& [id, state] : cameras_)
        result.push_back(state);
    return result;
}

std::optional<pipeline::CameraState> TestShop::camera(const std::string& id) const {
    const MutexLock lock(mutex_);
    const auto found = cameras_.find(id);
    if (found == cameras_.end()) return std::nullopt;
    return found->second;
}

Result<void> TestShop::set_camera(const pipeline::CameraSettings& settings) {
    if (refuse_cameras) return failed("refused");
    const MutexLock lock(mutex_);
    pipeline::CameraState& state = cameras_[settings.id];
    state.settings = settings;
    state.shown_address = "shown";
    state.status = settings.paused ? pipeline::CameraStatus::kPaused : pipeline::CameraStatus::kLive;
    state.trouble = {};
    if (settings.password_lost) state.trouble = {video::TroubleCode::kPasswordLost, "its password is lost"};
    state.codec = "h264";
    state.has_mp4 = test_view->mp4.value_or(false);
    state.width = 640;
    state.height = 360;
    state.frame_rate = 10;
    state.people = 1;
    state.layout = "picture";
    return {};
}

Result<void> TestShop::remove_camera(const std::string& id) {
    const MutexLock lock(mutex_);
    if (cameras_.erase(id) == 0) return failed(id + ": no such camera");
    return {};
}

Result<void> TestShop::set_layout(const std::string& camera, const Layout& layout, UtcTime /*valid_from*/) {
    const MutexLock lock(mutex_);
    layouts_[camera] = layout;
    cameras_[camera].layout = layout.version;
    return {};
}

void TestShop::recompute(const std::string& /*camera*/, UtcTime /*from*/,
                         const std::set<std::string>& places) {
    const MutexLock lock(mutex_);
    recomputed = places;
}

Result<void> TestShop::accept_view(const std::string& camera) {
    const MutexLock lock(mutex_);
    const auto found = cameras_.find(camera);
    if (found == cameras_.end()) return failed("camera \"" + camera + "\" is not there");
    found->second.troubles.clear();
    return {};
}

void TestShop::trouble(const std::string& camera, const pipeline::CameraTrouble& trouble) {
    const MutexLock lock(mutex_);
    cameras_[camera].troubles.push_back(trouble);
}

std::optional<Layout> TestShop::layout(const std::string& camera) const {
    const MutexLock lock(mutex_);
    const auto found = layouts_.find(camera);
    if (found == layouts_.end()) return std::nullopt;
    return found->second;
}

Result<void> TestShop::set_plan(const Plan& plan, UtcTime /*valid_from*/) {
    const MutexLock lock(mutex_);
    plan_ = plan;
    return {};
}

std::optional<Plan> TestShop::plan() const {
    const MutexLock lock(mutex_);
    return plan_;
}

std::optional<pipeline::FloorState> TestShop::floor() const {
    const MutexLock lock(mutex_);
    if (!plan_) return std::nullopt;
    pipeline::FloorState state;
    for (const PlacedCamera& camera : plan_->cameras)
        if (camera.calibration) state.cameras.push_back(camera.camera);
    state.people = 3;
    state.delay_ms = 500;
    for (const std::string& camera : state.cameras)
        state.misses.push_back({camera, 3, 2, 1});
    return state.cameras.empty() ? std::nullopt : std::optional(state);
}

std::shared_ptr<void> TestShop::on_plan(PlanCallback callback) {
    return plan_listeners_.add(std::move(callback));
}

void TestShop::tell_plan(const pipeline::LivePlan& plan) {
    plan_listeners_.tell(std::make_shared<const pipeline::LivePlan>(plan));
}

std::optional<Picture> TestShop::picture(const std::string& camera) const {
    const MutexLock lock(mutex_);
    if (!cameras_.contains(camera)) return std::nullopt;
    return Picture{16, 16, std::vector<std::uint8_t>(16 * 16 * 3, 128)};
}

std::shared_ptr<video::View> TestShop::view(const std::string& camera) {
    const auto state = this->camera(camera);
    return state && !state->settings.paused ? test_view : nullptr;
}

std::vector<pipeline::QueueForecast> TestShop::forecasts() const {
    const MutexLock lock(mutex_);
    return forecasts_;
}

void TestShop::set_forecasts(std::vector<pipeline::QueueForecast> forecasts) {
    const MutexLock lock(mutex_);
    forecasts_ = std::move(forecasts);
}

std::shared_ptr<void> TestShop::on_tracks(TracksCallback callback) {
    return tracks_listeners_.add(std::move(callback));
}

std::shared_ptr<void> TestShop::on_facts(std::function<void()> callback) {
    const MutexLock lock(mutex_);
    facts_callback_ = std::move(callback);
    return std::shared_ptr<void>(this, [this](void*) {
        const MutexLock again(mutex_);
        facts_callback_ = nullptr;
    });
}

void TestShop::forget_layouts() {
    const MutexLock lock(mutex_);
    layouts_.clear();
}

void TestShop::tell_tracks(const pipeline::LiveTracks& tracks) {
    tracks_listeners_.tell(std::make_shared<const pipeline::LiveTracks>(tracks));
}

void TestShop::tell_facts() {
    const MutexLock lock(mutex_);
    if (facts_callback_) facts_callback_();
}

}  // namespace vitrina::api
