// A shop without cameras, which says what the test tells it to say. Any thread.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "pipeline/listeners.h"
#include "pipeline/shop.h"
#include "video/view.h"

namespace vitrina::api {

/// Gives the pieces that the test pushes to all its viewers.
class TestView final : public video::View {
  public:
    [[nodiscard]] std::optional<bool> has_mp4() const override { return mp4; }
    [[nodiscard]] std::unique_ptr<video::Viewer> watch(video::ViewForm form,
                                                       std::function<void()> wake) override;
    /// To viewers of this form; they are woken.
    void push(video::ViewForm form, const std::string& bytes, double time_s);
    /// Ends all viewers of this form.
    void end(video::ViewForm form);
    [[nodiscard]] std::size_t viewers() const;

    std::optional<bool> mp4 = true;

  private:
    class TestViewer;
    mutable Mutex mutex_;
    std::vector<TestViewer*> viewers_ GUARDED_BY(mutex_);
};

class TestShop final : public pipeline::Shop {
  public:
    [[nodiscard]] std::vector<pipeline::CameraState> cameras() const override;
    [[nodiscard]] std::optional<pipeline::CameraState> camera(const std::string& id) const override;
    [[nodiscard]] Result<void> set_camera(const pipeline::CameraSettings& settings) override;
    [[nodiscard]] Result<void> remove_camera(const std::string& id) override;
    [[nodiscard]] Result<void> set_layout(const std::string& camera, const Layout& layout,
                                          UtcTime valid_from) override;
    [[nodiscard]] std::optional<Layout> layout(const std::string& camera) const override;
    [[nodiscard]] Result<void> set_plan(const Plan& plan, UtcTime valid_from) override;
    [[nodiscard]] std::optional<Plan> plan() const override;
    [[nodiscard]] std::optional<pipeline::FloorState> floor() const override;
    [[nodiscard]] std::shared_ptr<void> on_plan(PlanCallback callback) override;
    void recompute(const std::string& camera, UtcTime from, const std::set<std::string>& places) override;
    [[nodiscard]] Result<void> accept_view(const std::string& camera) override;
    [[nodiscard]] std::vector<pipeline::ZoneNow> now() const override { return {{"door", "till", 2}}; }
    [[nodiscard]] std::optional<Picture> picture(const std::string& camera) const override;
    [[nodiscard]] std::shared_ptr<video::View> view(const std::string& camera) override;
    [[nodiscard]] std::vector<pipeline::QueueForecast> forecasts() const override;
    [[nodiscard]] pipeline::FactBacklog backlog() const override {
        return {0, dropped, 0, 0, 0, is_stuck ? "the disk is full: /data/vitrina.db" : ""};
    }
    [[nodiscard]] std::chrono::milliseconds step_time() const override { return step; }
    [[nodiscard]] std::shared_ptr<void> on_tracks(TracksCallback callback) override;
    [[nodiscard]] std::shared_ptr<void> on_facts(std::function<void()> callback) override;

    void forget_layouts();
    void tell_tracks(const pipeline::LiveTracks& tracks);
    void tell_plan(const pipeline::LivePlan& plan);
    void tell_facts();
    void set_forecasts(std::vector<pipeline::QueueForecast> forecasts);
    void trouble(const std::string& camera, const pipeline::CameraTrouble& trouble);

    const std::shared_ptr<TestView> test_view = std::make_shared<TestView>();

    std::atomic<bool> refuse_cameras = false;
    std::atomic<bool> is_stuck = false;             // nothing can be written
    std::atomic<std::int64_t> dropped = 0;          // facts
    std::atomic<std::chrono::milliseconds> step{};  // how long a thread has been at one
    std::set<std::string> recomputed;               // by recompute(); of one thread

  private:
    mutable Mutex mutex_;
    std::map<std::string, pipeline::CameraState> cameras_ GUARDED_BY(mutex_);
    std::map<std::string, Layout> layouts_ GUARDED_BY(mutex_);
    std::optional<Plan> plan_ GUARDED_BY(mutex_);
    std::vector<pipeline::QueueForecast> forecasts_ GUARDED_BY(mutex_);
    pipeline::Listeners<std::shared_ptr<const pipeline::LiveTracks>> tracks_listeners_;
    pipeline::Listeners<std::shared_ptr<const pipeline::LivePlan>> plan_listeners_;
    std::function<void()> facts_callback_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::api
