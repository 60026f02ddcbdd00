// The running shop on this computer: cameras, networks and records. See shop.h for what it does, and
// docs/architecture.md, "The live shop", for its threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "domain/face_look.h"
#include "insight/options.h"
#include "perceive/detector.h"
#include "perceive/face_eyes.h"
#include "perceive/pose_estimator.h"
#include "pipeline/camera_closer.h"
#include "pipeline/camera_run.h"
#include "pipeline/floor_run.h"
#include "pipeline/later_replays.h"
#include "pipeline/listeners.h"
#include "pipeline/pulse.h"
#include "pipeline/record_keeper.h"
#include "pipeline/replay_queue.h"
#include "pipeline/shop.h"
#include "pipeline/shop_clock.h"
#include "pipeline/turns.h"
#include "records/fact_store.h"
#include "records/shop_store.h"
#include "track/tracker.h"

namespace vitrina::pipeline {

struct LiveShopOptions {
    std::string shop;  // its name, stands in each event
    /// Networks that work side by side, each on a thread of its own.
    int threads = 1;
    /// Makes a network for pictures of this size.
    std::function<Result<std::unique_ptr<perceive::Detector>>(int width, int height)> make_detector;
    /// Makes what describes bodies, once for each thread; empty: nobody's is looked at.
    using DescribeBody = std::function<Result<std::vector<float>>(const Picture& picture, const Box& body)>;
    std::function<Result<DescribeBody>()> make_body_describer;
    std::string body_form;  // of its descriptions; those of another form can't be compared with them
    /// Makes a network that finds joints, for each thread that needs one; empty: nobody looks at them.
    std::function<Result<std::unique_ptr<perceive::PoseEstimator>>()> make_pose_network;
    /// Makes what looks at faces, for each thread that needs it; empty: nobody's is looked at.
    std::function<Result<std::unique_ptr<perceive::FaceEyes>>()> make_face_eyes;
    FaceLookSink* faces = nullptr;  // where looks at faces go, until stop(); may be null
    track::Options tracking;
    insight::Options insight;
    insight::ForecastOptions forecast;
    /// Who goes out and is known again within it goes on with his visit, on the floor plan.
    std::chrono::minutes back_within{5};
    Retention retention;
    std::function<void(const std::string&)> log;  // any thread; may be empty
};

class LiveShop final : public Shop, private RunSink, private FloorSink, private Snapshots {
  public:
    /// Borrows the stores. Closes the visits that an earlier process left open too long ago, and keeps the
    /// others for those who are still there.
    [[nodiscard]] static Result<std::unique_ptr<LiveShop>> create(LiveShopOptions options,
                                                                  records::FactStore& facts,
                                                                  records::ShopStore& shop,
                                                                  records::PathStore& paths);
    /// Calls stop().
    ~LiveShop() override;

    /// Ends all cameras, closes what is open and writes it. Afterwards cameras are as they were in the end,
    /// nothing is looked at any more, and changes are errors. Any thread, again and again.
    void stop();

    /// The program has started, and from now on the records say that it lives. Any thread.
    void begin_to_live() { keeper_->begin_to_live(); }
    [[nodiscard]] std::chrono::milliseconds step_time() const override;

    [[nodiscard]] std::vector<CameraState> cameras() const override;
    [[nodiscard]] std::optional<CameraState> camera(const std::string& id) const override;
    [[nodiscard]] Result<void> set_camera(const CameraSettings& settings) override;
    [[nodiscard]] Result<void> remove_camera(const std::string& id) override;
    [[nodiscard]] Result<void> set_layout(const std::string& camera, const Layout& layout,
                                          UtcTime valid_from) override;
    [[nodiscard]] std::optional<Layout> layout(const std::string& camera) const override;
    [[nodiscard]] Result<void> set_plan(const Plan& plan, UtcTime valid_from) override;
    [[nodiscard]] std::optional<Plan> plan() const override;
    [[nodiscard]] std::optional<FloorState> floor() const override { return floor_->state(); }
    void recompute(const std::string& camera, UtcTime from, const std::set<std::string>& places) override;
    [[nodiscard]] Result<void> accept_view(const std::string& camera) override;
    [[nodiscard]] std::vector<ZoneNow> now() const override;
    [[nodiscard]] std::optional<Picture> picture(const std::string& camera) const override;
    [[nodiscard]] std::shared_ptr<video::View> view(const std::string& camera) override;
    [[nodiscard]] std::vector<QueueForecast> forecasts() const override;
    [[nodiscard]] FactBacklog backlog() const override { return keeper_->backlog(); }
    void want_poses(bool wanted) override { wants_poses_ = wanted; }
    [[nodiscard]] std::shared_ptr<void> on_tracks(TracksCallback callback) override;
    [[nodiscard]] std::shared_ptr<void> on_plan(PlanCallback callback) override;
    [[nodiscard]] std::shared_ptr<void> on_facts(std::function<void()> callback) override;

    /// Calls back with what people look like, from the networks' threads, until the returned object goes.
    [[nodiscard]] std::shared_ptr<void> on_looks(std::function<void(const BodyLook&)> callback) {
        return look_listeners_.add(std::move(callback));
    }
    /// Whether pictures are given to those who keep film; not at first.
    void want_film(bool wanted) { wants_film_ = wanted; }
    /// Calls back with pictures while they are wanted, from the networks' threads, until the returned object
    /// goes.
    [[nodiscard]] std::shared_ptr<void> on_film(std::function<void(const FilmFrame&)> callback) {
        return film_listeners_.add(std::move(callback));
    }
    /// Facts that others found, on their way to the records.
    void publish(std::vector<LiveEvent> events);

    /// From now on.
    void set_retention(const Retention& retention) { keeper_->set_retention(retention); }
    /// Whether the oldest paths are to make room for facts, see RecordKeeper.
    void make_room(bool wanted) { keeper_->make_room(wanted); }

  private:
    enum class Outage : std::uint8_t { kNone, kNoPicture, kPaused };
    struct Entry {
        std::shared_ptr<CameraRun> run;
        Turn turn;
        std::optional<Outage> is_out;                 // told to the log; nothing is known at first
        std::optional<Outage> outage;                 // told to the records
        std::map<PictureTrouble, ViewMove> troubles;  // told to the log and the records
        std::chrono::steady_clock::time_point view_kept;
        std::chrono::steady_clock::time_point forecast_kept;
    };
    struct Job {
        std::string camera;
        std::shared_ptr<CameraRun> run;
    };

    /// The way from a camera's thread to the shop, which may end before the camera: viewers hold cameras.
    struct Doorbell {
        Mutex mutex;
        LiveShop* shop GUARDED_BY(mutex) = nullptr;
    };

    LiveShop(LiveShopOptions options, records::FactStore& facts, records::ShopStore& shop,
             records::PathStore& paths);
    [[nodiscard]] Result<void> take_over_open_visits();
    void open_floor();
    /// Corrections of an earlier process that still waited when it ended.
    [[nodiscard]] Result<void> correct_end_of_last_run();

    // RunSink and FloorSink
    void facts(std::vector<LiveEvent> events) override;
    void tracks(std::shared_ptr<const LiveTracks> tracks) override;
    void seen(SeenPicture picture) override { floor_->see(std::move(picture)); }
    void people(std::shared_ptr<const LivePlan> plan) override;
    void corrected(UtcTime from) override;
    void look(BodyLook look) override { look_listeners_.tell(look); }
    [[nodiscard]] bool wants_film() const override { return wants_film_; }
    void film(FilmFrame frame) override { film_listeners_.tell(frame); }
    [[nodiscard]] bool wants_poses() const override { return wants_poses_; }
    [[nodiscard]] bool is_joined(const std::string& camera) const override {
        return floor_->is_joined(camera);
    }
    [[nodiscard]] Result<std::int64_t> new_session(const std::string& camera) override;
    [[nodiscard]] std::vector<insight::OpenVisit> visits_to_resume(const std::string& camera) override;
    [[nodiscard]] Result<std::optional<Layout>> saved_layout(const std::string& camera) override;
    [[nodiscard]] Result<std::vector<std::uint8_t>> saved_view(const std::string& camera) override;
    [[nodiscard]] Result<std::string> saved_forecast(const std::string& camera) override;
    // Snapshots
    [[nodiscard]] std::vector<OpenVisits> open_visits() override;
    [[nodiscard]] std::vector<Heat> take_heat() override;
    [[nodiscard]] records::PathNews take_paths() override;

    void wake();
    void work(Pulse& pulse);
    [[nodiscard]] std::optional<Job> wait_for_turn(Pulse& pulse);
    void done(const Job& job, bool lively);
    void keep_house();
    [[nodiscard]] ReplayOptions replay_of(const std::string& camera, UtcTime from) const;
    void replay_what_settled();
    void replayed(const ReplayOptions& asked, const Result<ReplayReport>& done);
    void check_clock();
    void check_outages();
    void check_outage(CameraRun& run);
    [[nodiscard]] static std::optional<Outage> outage_of(CameraStatus status);
    /// One that goes on from `before` into another ends where that begins.
    [[nodiscard]] Result<void> record_outage(const CameraState& state, std::optional<Outage> before,
                                             Outage now);
    /// For good; what it has seen is kept.
    void end(CameraRun& run);
    /// With what the floor plan knows of the camera, its clock among FloorRun::clocks().
    [[nodiscard]] CameraState state_of(const CameraRun& run, const std::vector<CameraClock>& clocks) const;
    void check_troubles(CameraRun& run);
    void keep_view(CameraRun& run);
    void keep_forecast(CameraRun& run);
    void keep_floor_forecast();
    void close_stale_visits(SourceTime now);
    [[nodiscard]] std::shared_ptr<CameraRun> find(const std::string& id) const;
    [[nodiscard]] std::vector<std::shared_ptr<CameraRun>> runs() const;
    void log(const std::string& message) const {
        if (options_.log) options_.log(message);
    }

    const LiveShopOptions options_;
    const std::shared_ptr<Doorbell> doorbell_ = std::make_shared<Doorbell>();
    records::FactStore& fact_store_;
    records::ShopStore& shop_store_;
    records::PathStore& path_store_;

    Mutex changes_mutex_;  // held during a change of a camera, a layout or the clock, so that none is lost

    mutable Mutex mutex_;
    Condition changed_;
    Condition stopped_;
    ShopClock clock_ GUARDED_BY(mutex_);
    std::map<std::string, Entry> cameras_ GUARDED_BY(mutex_);
    std::optional<Plan> plan_ GUARDED_BY(mutex_);
    records::PathNews ended_paths_ GUARDED_BY(mutex_);  // of cameras that are no more
    LaterReplays later_replays_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;

    Mutex session_mutex_;
    std::int64_t next_session_ GUARDED_BY(session_mutex_) = 0;

    mutable Mutex resume_mutex_;
    std::map<std::string, std::vector<records::OpenVisit>> to_resume_ GUARDED_BY(resume_mutex_);

    Mutex plan_people_mutex_;  // nothing else is asked for under it
    std::map<std::pair<std::string, PersonId>, PersonId> plan_people_ GUARDED_BY(plan_people_mutex_);
    Listeners<std::shared_ptr<const LiveTracks>> track_listeners_;
    Listeners<std::shared_ptr<const LivePlan>> plan_listeners_;
    Listeners<> fact_listeners_;
    Listeners<BodyLook> look_listeners_;
    Listeners<FilmFrame> film_listeners_;
    std::atomic<bool> wants_film_ = false;
    std::atomic<bool> wants_poses_ = false;

    const std::shared_ptr<CameraCloser> closer_ = std::make_shared<CameraCloser>();
    Pulse house_pulse_;
    std::chrono::steady_clock::time_point floor_forecast_kept_;  // of housekeeper_
    std::vector<std::unique_ptr<Pulse>> work_pulses_;            // of workers_
    Mutex stop_mutex_;
    std::unique_ptr<RecordKeeper> keeper_;
    std::unique_ptr<FloorRun> floor_;
    std::unique_ptr<ReplayQueue> replays_;
    std::vector<std::thread> workers_;
    std::thread housekeeper_;
};

}  // namespace vitrina::pipeline
