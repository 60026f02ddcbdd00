// The floor plan of the running shop: waits for what cameras see, joins it and keeps its state. Private to
// this folder; what floor_analysis.h is for one thread, with a thread of its own, so that no camera waits.
//
// Threads: any thread may call anything; the sink is called by the thread of this object and by those that
// change or end it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/delay_meter.h"
#include "pipeline/floor_analysis.h"
#include "pipeline/missed_pictures.h"
#include "pipeline/pulse.h"
#include "pipeline/queue_outlook.h"
#include "pipeline/queue_sight.h"
#include "pipeline/record_keeper.h"
#include "pipeline/shop.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {

/// Pictures that wait to be joined: some seconds of as many cameras as a shop may have. Beyond it the oldest
/// are dropped and counted.
inline constexpr std::size_t kSeenWaitingMax = 1'500;
static_assert(kSeenWaitingMax >= kCamerasMax * 5 * 4);

/// A camera whose pictures are analysed late is waited for, but no longer than this. What comes later counts
/// for nothing.
inline constexpr Duration kFloorLateMax = std::chrono::milliseconds(2'000);
/// A picture that is further from now than this is no late one: its camera's clock is wrong.
inline constexpr Duration kFloorClockApart = std::chrono::seconds(30);
/// After so long without a picture of a queue it is not known any more who waits in it: so long somebody whom
/// nobody sees is taken to wait on, see insight::QueueOptions::unseen_grace.
inline constexpr Duration kQueueUnseenMax = std::chrono::seconds(10);
/// What is told is told this often, also when nothing comes.
inline constexpr std::chrono::milliseconds kFloorEvery{200};

class FloorSink {
  public:
    FloorSink() = default;
    FloorSink(const FloorSink&) = delete;
    FloorSink& operator=(const FloorSink&) = delete;
    virtual ~FloorSink() = default;
    virtual void facts(std::vector<LiveEvent> events) = 0;
    virtual void people(std::shared_ptr<const LivePlan> plan) = 0;
    /// Facts of the plan that begin at or after `from` may be wrong, see FloorAnalysis::take_correction().
    virtual void corrected(UtcTime from) = 0;
    /// As RunSink has them; the camera is kPlanCamera.
    [[nodiscard]] virtual Result<std::int64_t> new_session(const std::string& camera) = 0;
    [[nodiscard]] virtual std::vector<insight::OpenVisit> visits_to_resume(const std::string& camera) = 0;
    [[nodiscard]] virtual Result<std::string> saved_forecast(const std::string& camera) = 0;
};

struct FloorRunOptions {
    std::string shop;
    insight::Options insight;
    insight::ForecastOptions forecast;
    Duration back_within = std::chrono::minutes(5);  // see scene::FloorTrackerOptions
    std::string looks_form;  // of descriptions of bodies: by which network; empty: there are none
    std::function<void(const std::string&)> log;  // any thread; may be empty
};

class FloorRun {
  public:
    /// Starts its thread. Borrows the sink.
    FloorRun(FloorRunOptions options, const ShopClock& clock, FloorSink& sink);
    /// Calls end().
    ~FloorRun();
    FloorRun(const FloorRun&) = delete;
    FloorRun& operator=(const FloorRun&) = delete;

    /// Doesn't wait; passed over unless the plan has the camera calibrated.
    void see(SeenPicture picture);
    /// Whether the plan has the camera calibrated. Waits for nothing.
    [[nodiscard]] bool is_joined(const std::string& camera) const;
    /// From now on. What is open ends when no camera is calibrated any more.
    [[nodiscard]] Result<void> set_plan(const Plan& plan, UtcTime valid_from);
    /// What is open ends now; the next picture begins a new session on this clock.
    void restart(const ShopClock& clock);
    /// What is open ends now, for good.
    void end();

    [[nodiscard]] std::optional<FloorState> state() const;
    /// Of cameras, as they were after the last step; waits for nothing.
    [[nodiscard]] std::vector<CameraClock> clocks() const;
    /// What is wrong with a camera as the floor plan sees it, as of clocks().
    [[nodiscard]] std::vector<CameraTrouble> troubles(const std::string& camera) const;
    [[nodiscard]] std::vector<ZoneNow> now() const;
    /// How many will wait in the plan's queues, of those that live cameras see; nothing where there are none.
    [[nodiscard]] std::optional<QueueForecast> forecast() const;
    /// What was learnt of them, to be kept; nothing where there are none.
    [[nodiscard]] std::optional<std::string> forecast_to_keep() const;
    /// The plan's zones and lines as they are counted by; nothing while no camera of it is calibrated.
    [[nodiscard]] std::optional<Layout> layout() const;
    /// Empty when no session has begun.
    [[nodiscard]] std::optional<std::vector<records::OpenVisit>> open_visits() const;
    [[nodiscard]] records::PathNews take_paths();
    /// How long its thread has been at one step.
    [[nodiscard]] std::chrono::milliseconds step_time() const { return pulse_.since_last(); }

  private:
    /// Collects the facts of one step.
    class Outbox final : public EventSink {
      public:
        [[nodiscard]] Result<void> accept(const Event& event) override;
        [[nodiscard]] std::vector<LiveEvent> take() { return std::exchange(events_, {}); }

      private:
        std::vector<LiveEvent> events_;
    };

    void run();
    [[nodiscard]] bool wait(std::deque<SeenPicture>& pictures);
    [[nodiscard]] std::shared_ptr<const LivePlan> step(const std::deque<SeenPicture>& pictures);
    [[nodiscard]] Result<void> take(const SeenPicture& picture) REQUIRES(mutex_);
    [[nodiscard]] Result<void> begin_session(SourceTime time) REQUIRES(mutex_);
    void end_session() REQUIRES(mutex_);
    void give_facts() REQUIRES(mutex_);
    void keep_clocks(std::vector<CameraClock> clocks) REQUIRES(mutex_);
    /// Counts what the analysis and the queue went on without.
    void count_missed() REQUIRES(mutex_);
    [[nodiscard]] SourceTime known() REQUIRES(mutex_);
    /// Which queues nobody sees now, and how many are left.
    [[nodiscard]] QueuesSeen look_for_queues() REQUIRES(mutex_);
    void remember_forecast() REQUIRES(mutex_);
    [[nodiscard]] UtcTime next_millisecond() const REQUIRES(mutex_);
    [[nodiscard]] bool is_at_work() const REQUIRES(mutex_);
    void complain(const Result<void>& result) REQUIRES(mutex_);

    const FloorRunOptions options_;
    FloorSink& sink_;
    Pulse pulse_;

    mutable Mutex queue_mutex_;  // nothing else is asked for under it
    Condition changed_;
    std::deque<SeenPicture> waiting_ GUARDED_BY(queue_mutex_);
    std::int64_t dropped_ GUARDED_BY(queue_mutex_) = 0;
    std::set<std::string> joined_ GUARDED_BY(queue_mutex_);                    // cameras
    std::map<std::string, std::int64_t> overflowed_ GUARDED_BY(queue_mutex_);  // by camera, not counted yet
    std::vector<CameraClock> clocks_ GUARDED_BY(queue_mutex_);                 // of analysis_
    std::map<std::string, CameraTrouble> troubles_ GUARDED_BY(queue_mutex_);   // by camera
    bool stopping_ GUARDED_BY(queue_mutex_) = false;

    mutable Mutex mutex_;
    ShopClock clock_ GUARDED_BY(mutex_);
    std::optional<Plan> plan_ GUARDED_BY(mutex_);
    UtcTime plan_from_ GUARDED_BY(mutex_);       // since when it is valid
    QueueSight queue_sight_ GUARDED_BY(mutex_);  // of plan_
    std::set<std::string> unseen_tills_ GUARDED_BY(mutex_);
    QueueOutlook outlook_ GUARDED_BY(mutex_);         // longer than a session
    bool knows_forecast_ GUARDED_BY(mutex_) = false;  // asked for what was kept
    Outbox outbox_ GUARDED_BY(mutex_);
    std::unique_ptr<FloorAnalysis> analysis_ GUARDED_BY(mutex_);
    records::CameraSession session_ GUARDED_BY(mutex_);                // of analysis_
    records::PathNews path_news_ GUARDED_BY(mutex_);                   // but for those of analysis_
    std::map<std::string, SourceTime> newest_ GUARDED_BY(mutex_);      // picture of each camera
    SourceTime last_ GUARDED_BY(mutex_);                               // up to which all is known
    std::map<std::string, MissedPictures> missed_ GUARDED_BY(mutex_);  // of cameras of the plan
    DelayMeter delay_ GUARDED_BY(mutex_);
    std::string trouble_ GUARDED_BY(mutex_);
    bool ended_ GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace vitrina::pipeline
