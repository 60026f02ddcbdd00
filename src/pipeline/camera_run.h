// One camera of the running shop: its connection, its analysis and its state. Private to this folder;
// LiveShop decides when it works.
//
// Threads: work() by one thread at a time; everything else by any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/rate_meter.h"
#include "base/result.h"
#include "perceive/detector.h"
#include "pipeline/body_watch.h"
#include "pipeline/camera_closer.h"
#include "pipeline/delay_meter.h"
#include "pipeline/film_frame.h"
#include "pipeline/floor_analysis.h"
#include "pipeline/floor_looks.h"
#include "pipeline/live_analysis.h"
#include "pipeline/live_faces.h"
#include "pipeline/live_poses.h"
#include "pipeline/motion.h"
#include "pipeline/record_keeper.h"
#include "pipeline/shop.h"
#include "pipeline/shop_clock.h"
#include "video/clock_watch.h"
#include "video/live_camera.h"
#include "video/picture_watch.h"

namespace vitrina::pipeline {

/// Where nothing moves and nobody is, the network looks this often nevertheless.
inline constexpr Duration kStillPeriod = std::chrono::seconds(1);

/// A main stream stays connected for this long after the last viewer has left: a page that is loaded again,
/// or that asks again for another form, finds it there.
inline constexpr std::chrono::seconds kViewKept{5};

/// The networks of one thread.
struct Networks {
    /// That finds people, one for each size of picture.
    std::function<Result<perceive::Detector*>(int width, int height)> detector_for;
    /// That describes a body (perceive::BodyDescriber); empty: nobody's is looked at.
    std::function<Result<std::vector<float>>(const Picture& picture, const Box& body)> describe_body;
    /// That finds joints, made when it is first wanted; null: there is none. Empty: nobody looks.
    std::function<perceive::PoseEstimator*()> pose_network;
    ShareOfTime pose_time;
    ShareOfTime floor_looks_time{FloorLooks::kShare};
    FaceWork faces;
};

/// What a camera's run gives to the shop. Called by the thread that is in work() and by those that end or
/// change the run.
class RunSink {
  public:
    RunSink() = default;
    RunSink(const RunSink&) = delete;
    RunSink& operator=(const RunSink&) = delete;
    virtual ~RunSink() = default;
    virtual void facts(std::vector<LiveEvent> events) = 0;
    virtual void tracks(std::shared_ptr<const LiveTracks> tracks) = 0;
    /// What the network saw, in each picture that was understood.
    virtual void seen(SeenPicture picture) = 0;
    /// What somebody looks like.
    virtual void look(BodyLook look) = 0;
    /// Whether somebody keeps film of cameras, and what is for it.
    [[nodiscard]] virtual bool wants_film() const = 0;
    virtual void film(FilmFrame frame) = 0;
    /// Whether somebody watches.
    [[nodiscard]] virtual bool wants_poses() const = 0;
    /// Whether the floor plan joins what this camera sees with what others do.
    [[nodiscard]] virtual bool is_joined(const std::string& camera) const = 0;
    /// A number for a session of this camera.
    [[nodiscard]] virtual Result<std::int64_t> new_session(const std::string& camera) = 0;
    /// Visits that are to go on, see kResumeWithin; each is given once.
    [[nodiscard]] virtual std::vector<insight::OpenVisit> visits_to_resume(const std::string& camera) = 0;
    /// The layout that was saved for the camera, if any.
    [[nodiscard]] virtual Result<std::optional<Layout>> saved_layout(const std::string& camera) = 0;
    /// The view that was kept for the camera; empty when none was.
    [[nodiscard]] virtual Result<std::vector<std::uint8_t>> saved_view(const std::string& camera) = 0;
    /// What was learnt of the camera's queues; empty when nothing was.
    [[nodiscard]] virtual Result<std::string> saved_forecast(const std::string& camera) = 0;
};

struct RunOptions {
    std::string shop;
    track::Options tracking;
    insight::Options insight;
    insight::ForecastOptions forecast;
    std::shared_ptr<CameraCloser> closer;
};

class CameraRun {
  public:
    /// Begins to connect, unless paused. Fails for an address that can't be one.
    [[nodiscard]] static Result<std::shared_ptr<CameraRun>> create(CameraSettings settings,
                                                                   const RunOptions& options,
                                                                   const ShopClock& clock, RunSink& sink);
    ~CameraRun();
    CameraRun(const CameraRun&) = delete;
    CameraRun& operator=(const CameraRun&) = delete;

    /// Calls `wake` when a picture comes.
    void on_picture(std::function<void()> wake);
    [[nodiscard]] bool has_new() const;
    /// Takes the newest picture and looks at it. Whether somebody was in it.
    bool work(Networks& networks);
    /// Ends visits of a camera that gives no pictures, and a main stream that nobody watches; to be called
    /// every second or so.
    void tick();
    /// What is open ends now; the next picture begins a new session on this clock.
    void restart(const ShopClock& clock);
    /// What is open ends now, for good, as does what people watch; nothing is worked on any more. Doesn't
    /// wait for the connection to end.
    void end();

    /// See Shop::accept_view().
    void accept_view();
    /// What the camera shows when all is well, to be kept; nothing until it is known.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> view_to_keep() const;

    /// How many will wait; nothing where no queue is seen, and while the camera gives no picture.
    [[nodiscard]] std::optional<QueueForecast> forecast() const;
    /// What was learnt of its queues, to be kept; nothing where there are none.
    [[nodiscard]] std::optional<std::string> forecast_to_keep() const;

    /// Somebody works here, or does not, as is known from now on.
    void set_staff(PersonId person, WhoIs who);
    void rename(const std::string& name);
    [[nodiscard]] Result<void> set_layout(const Layout& layout, UtcTime valid_from);
    [[nodiscard]] std::optional<Layout> layout() const;

    [[nodiscard]] CameraSettings settings() const;
    [[nodiscard]] CameraState state() const;
    [[nodiscard]] std::vector<ZoneNow> now() const;
    [[nodiscard]] std::optional<Picture> picture() const;
    [[nodiscard]] std::shared_ptr<video::View> view();
    /// Empty when no session has begun.
    [[nodiscard]] std::optional<std::vector<records::OpenVisit>> open_visits() const;
    [[nodiscard]] std::optional<Snapshots::Heat> take_heat();
    /// Paths that are to be stored: all that the facts that were given come from.
    [[nodiscard]] records::PathNews take_paths();

  private:
    CameraRun(CameraSettings settings, const RunOptions& options, const ShopClock& clock, RunSink& sink)
        : options_(options),
          sink_(sink),
          settings_(std::move(settings)),
          clock_(clock),
          outlook_(settings_.id, options.forecast) {}

    /// Collects the facts of one step.
    class Outbox final : public EventSink {
      public:
        [[nodiscard]] Result<void> accept(const Event& event) override;
        [[nodiscard]] std::vector<LiveEvent> take() { return std::exchange(events_, {}); }

      private:
        std::vector<LiveEvent> events_;
    };

    [[nodiscard]] Result<void> begin_session(int width, int height, SourceTime time) REQUIRES(mutex_);
    void end_session() REQUIRES(mutex_);
    /// A camera that was set to another shape shows another view: what is open ends before its first picture.
    void end_session_of_other_shape(const Picture& picture) REQUIRES(mutex_);
    /// What was drawn, or the whole picture where that is of another shape, which is a trouble.
    [[nodiscard]] Layout layout_of_session(int width, int height, UtcTime began) REQUIRES(mutex_);
    void gather_paths() REQUIRES(mutex_);
    /// Now, as it can be stored.
    [[nodiscard]] UtcTime next_millisecond() const REQUIRES(mutex_);
    [[nodiscard]] SourceTime shop_time(SourceTime camera_time) REQUIRES(mutex_);
    /// Makes room for a frame at `time`: a session, a cut where a file begins anew. Whether there is one.
    [[nodiscard]] Result<void> prepare(const video::LiveFrame& taken, SourceTime time) REQUIRES(mutex_);
    /// `detections` is empty when the picture was found unchanged and not looked at.
    [[nodiscard]] std::shared_ptr<LiveTracks> understand(
        Frame frame, SourceTime time, const std::optional<std::vector<Detection>>& detections);
    /// At hands, where there are shelves, and for who watches.
    void look_at_poses(Networks& networks, LiveTracks& tracks);
    void give_film(const LiveTracks& tracks, std::span<const Detection> detections);
    /// At bodies, so that the floor plan can tell people by their looks; empty where it doesn't ask.
    [[nodiscard]] std::vector<Appearance> look_for_floor(Networks& networks, const LiveTracks& tracks,
                                                         std::span<const Detection> detections);
    /// At faces in the heads of those who were found.
    void look_at_faces(Networks& networks, const LiveTracks& tracks);
    /// At one body at most, between pictures that are looked at for people.
    void look_at_body(const Networks& networks, const LiveTracks& tracks);
    [[nodiscard]] std::shared_ptr<const Frame> current_frame() const;
    void fail(const std::string& message);
    [[nodiscard]] double media_time_s(SourceTime camera_time) const REQUIRES(mutex_);
    [[nodiscard]] bool has_view_of_its_own() const REQUIRES(mutex_);
    [[nodiscard]] bool has_mp4() const REQUIRES(mutex_);
    void tick_view() REQUIRES(mutex_);
    void watch(const video::LiveFrame& taken);
    [[nodiscard]] std::vector<CameraTrouble> troubles() const REQUIRES(mutex_);

    const RunOptions options_;
    RunSink& sink_;
    std::shared_ptr<video::LiveCamera> source_;  // null while paused

    Motion motion_;  // of the thread in work(), as what follows
    BodyWatch bodies_;
    FloorLooks floor_looks_;
    LivePoses poses_;
    LiveFaces faces_;
    std::string face_trouble_;
    std::string body_trouble_;
    SourceTime last_look_;

    mutable Mutex watch_mutex_;  // nothing else is asked for under it
    video::PictureWatch watch_ GUARDED_BY(watch_mutex_);
    bool knows_view_ GUARDED_BY(watch_mutex_) = false;  // asked for the one that was kept

    mutable Mutex mutex_;
    CameraSettings settings_ GUARDED_BY(mutex_);
    ShopClock clock_ GUARDED_BY(mutex_);
    Outbox outbox_ GUARDED_BY(mutex_);
    QueueOutlook outlook_ GUARDED_BY(mutex_);         // longer than a session
    bool knows_forecast_ GUARDED_BY(mutex_) = false;  // asked for what was kept
    std::unique_ptr<LiveAnalysis> analysis_ GUARDED_BY(mutex_);
    records::CameraSession session_ GUARDED_BY(mutex_);                  // of analysis_
    records::PathNews path_news_ GUARDED_BY(mutex_);                     // but for the paths of analysis_
    std::optional<Layout> drawn_ GUARDED_BY(mutex_);                     // saved, for the next session
    UtcTime drawn_from_ GUARDED_BY(mutex_);                              // since when drawn_ is valid
    std::shared_ptr<video::LiveCamera> view_source_ GUARDED_BY(mutex_);  // while somebody watches
    std::chrono::steady_clock::time_point watched_ GUARDED_BY(mutex_);   // view_source_, last
    std::optional<bool> view_had_mp4_ GUARDED_BY(mutex_);                // view_source_, when last known
    SourceTime last_time_ GUARDED_BY(mutex_);
    std::int64_t connection_ GUARDED_BY(mutex_) = 0;
    std::int64_t analysed_ GUARDED_BY(mutex_) = 0;
    std::shared_ptr<const Frame> frame_ GUARDED_BY(mutex_);  // the last, by the shop's clock; may be null
    RateMeter rate_ GUARDED_BY(mutex_);
    DelayMeter delay_ GUARDED_BY(mutex_);
    std::string trouble_ GUARDED_BY(mutex_);  // of the analysis
    video::ClockWatch clock_watch_ GUARDED_BY(mutex_);
    std::optional<UtcTime> other_shape_since_ GUARDED_BY(mutex_);  // pictures are of another than drawn_
    std::string other_shape_ GUARDED_BY(mutex_);                   // in words
    bool ended_ GUARDED_BY(mutex_) = false;
};

}  // namespace vitrina::pipeline
