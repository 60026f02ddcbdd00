// The running shop: all its cameras, analysed live, as the API and the records see it. What is stored, served
// and drawn comes through this interface, so that each side is tested with a simple stand-in of the other.
//
// Threads: any thread may call anything; callbacks come from threads of the shop, each one at a time, and
// must return soon. When the object that on_...() returned is gone, its callback doesn't run any more: to let
// go of it waits for the call that runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/frame.h"
#include "domain/layout.h"
#include "domain/picture_trouble.h"
#include "domain/plan.h"
#include "domain/pose.h"
#include "domain/track.h"
#include "pipeline/queue_outlook.h"
#include "video/trouble.h"

namespace vitrina::video {
class View;
}

namespace vitrina::pipeline {

/// Cameras of one shop: what two cores can't analyse is bounded by the rate, but each has a thread and a
/// decoder of its own.
inline constexpr std::size_t kCamerasMax = 64;

/// One step of a thread of the shop takes less: to prepare a network takes seconds, and to wait for a locked
/// database up to five.
inline constexpr std::chrono::seconds kStepMax{30};

struct CameraSettings {
    std::string id;            // [a-z0-9-]{1,32}
    std::string name;          // for reading
    std::string address;       // with its credentials: never to be shown or logged
    std::string view_address;  // of the main stream for viewing; empty: the same
    bool udp = false;
    bool play_file = false;  // a file, played at its own rate again and again
    bool paused = false;
    bool read_only = false;      // from vitrina.yaml
    bool simulated = false;      // nobody real is seen
    bool password_lost = false;  // paused, until what can't be read any more is given again
    double rate = 5;             // detections a second that the camera is due
    friend bool operator==(const CameraSettings&, const CameraSettings&) = default;
};

enum class CameraStatus : std::uint8_t { kConnecting, kLive, kSilent, kAlarm, kPaused };

/// "connecting", "live", "silent", "alarm", "paused".
[[nodiscard]] std::string_view to_text(CameraStatus status);

/// What is wrong with a camera's pictures now.
struct CameraTrouble {
    PictureTrouble trouble = PictureTrouble::kFrozen;
    UtcTime since;
    ViewMove move;  // of kMoved
};

/// How much later a camera's stamps are than those of others, from people whom two cameras see.
struct CameraClock {
    std::string camera;
    double offset_ms = 0;
    double error_ms = 0;  // standard deviation
};

struct CameraState {
    CameraSettings settings;
    std::string shown_address;  // without credentials
    CameraStatus status = CameraStatus::kConnecting;
    video::Trouble trouble;  // why it is not live
    std::string codec;
    /// Whether what people look at can be had as MP4, as far as is known: a main stream that nobody watched
    /// yet is taken for what the stream for analysis is.
    bool has_mp4 = false;
    int width = 0;  // px
    int height = 0;
    double frame_rate = 0;     // pictures a second that come
    double analysed_rate = 0;  // of them analysed, a second
    double bit_rate = 0;       // bits a second
    double jitter_ms = 0;
    double clock_offset_ms = 0;
    double analysis_delay_ms_p95 = 0;  // from a picture's moment to the facts that come from it
    std::int64_t decoded = 0;
    std::int64_t analysed = 0;  // looked at, or found unchanged with nobody there
    std::int64_t skipped = 0;   // came and were passed over because analysis was busy or not due
    std::int64_t damaged = 0;
    std::int64_t reconnects = 0;
    double without_picture_s = 0;
    std::vector<CameraTrouble> troubles;  // that have lasted; none while no pictures come
    int people = 0;      // there now: in the picture, or in a visit that goes on while they are hidden
    std::string layout;  // version in use
    std::optional<CameraClock> plan_clock{};  // against those of other cameras on the floor plan
};

/// One person in one picture, for drawing.
struct LivePerson {
    PersonId person = 0;
    Box box;  // pixels of the camera's picture
    double score = 0;
    std::vector<std::string> zones;  // that the feet are in
    std::optional<Pose> pose{};      // where it is known, pixels too
    Posture posture = Posture::kUnknown;
    /// Where the body faces in the picture, as in PoseSighting; empty where it can't be told.
    std::optional<double> facing_deg{};
    PersonId plan_person = 0;  // who he is on the floor plan; 0: not known, or not yet
};

/// What was seen in one picture.
struct LiveTracks {
    std::string camera;
    double media_time_s = 0;  // the time that the picture has in the camera's MP4 stream
    UtcTime at;
    int width = 0;  // px, of the picture
    int height = 0;
    std::vector<LivePerson> people;
    std::vector<std::string> facts{};  // ids of visits and crossings that it settled
};

/// How tall somebody is, by the calibration of the cameras: bounds that hold his height, shoes included, in
/// about four of five cases if that is as good as it says.
struct HeightRange {
    double low_m = 0;
    double high_m = 0;
};

/// One person on the floor plan, joined from all cameras that see him.
struct PlanPerson {
    PersonId person = 0;
    Point place;          // m
    double spread_m = 0;  // standard deviation of the place, of one axis
    std::vector<std::string> zones;
    std::optional<HeightRange> height{};  // known once he was seen walking
};

/// A track of one camera, and who that is on the floor plan.
struct SamePerson {
    std::string camera;
    PersonId track = 0;
    PersonId person = 0;
};

/// Everybody whom calibrated cameras see.
struct LivePlan {
    UtcTime at;
    std::vector<PlanPerson> people;
    std::vector<SamePerson> tracks = {};  // of single cameras, and whose they are
};

/// Pictures of a camera that the floor plan went on without, since the program began.
struct FloorMisses {
    std::string camera;
    std::int64_t late = 0;      // they were looked at too late
    std::int64_t clock = 0;     // their moments are far from what other cameras say of now
    std::int64_t overflow = 0;  // there was no time for them
};

/// The floor plan at work.
struct FloorState {
    std::vector<std::string> cameras;  // whose people are counted on it
    int people = 0;            // there now: in sight, or in a visit that goes on while nobody sees them
    double delay_ms = 0;       // from a picture's moment to what is told of it
    std::int64_t dropped = 0;  // pictures that it had no time for
    std::vector<CameraClock> clocks = {};  // as far as they are known, and taken off
    std::vector<FloorMisses> misses = {};  // of each of its cameras that has given a picture
};

/// How many are where now.
struct ZoneNow {
    std::string camera;  // kPlanCamera: of the floor plan
    std::string zone;
    int people = 0;
};

/// Facts on their way to the disk.
struct FactBacklog {
    std::int64_t waiting = 0;
    // Since the start:
    std::int64_t dropped = 0;        // given up because the disk took none for too long
    std::int64_t refused = 0;        // that no record can hold: a fault of ours
    std::int64_t paths_dropped = 0;  // pieces of paths, given up like facts
    // Pieces of paths on the disk that went before their time, when it was full.
    std::int64_t paths_forgotten = 0;
    std::string trouble{};  // why nothing can be written now; empty: it can
};

class Shop {
  public:
    Shop() = default;
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;
    virtual ~Shop() = default;

    [[nodiscard]] virtual std::vector<CameraState> cameras() const = 0;
    [[nodiscard]] virtual std::optional<CameraState> camera(const std::string& id) const = 0;
    /// Adds or replaces. Fails for an address or an id that can't be one; everything else shows in the state.
    [[nodiscard]] virtual Result<void> set_camera(const CameraSettings& settings) = 0;
    [[nodiscard]] virtual Result<void> remove_camera(const std::string& id) = 0;

    /// The layout from now on; takes effect with the next picture. Open visits are carried over where a zone
    /// of the same name is there. Fails when it is of another shape than the picture.
    [[nodiscard]] virtual Result<void> set_layout(const std::string& camera, const Layout& layout,
                                                  UtcTime valid_from) = 0;
    [[nodiscard]] virtual std::optional<Layout> layout(const std::string& camera) const = 0;
    /// Computes the facts of these zones and lines, of `from` until now, again from the paths that were
    /// stored. Doesn't wait: new revisions come like other facts. `camera` may be kPlanCamera.
    virtual void recompute(const std::string& camera, UtcTime from, const std::set<std::string>& places) = 0;

    /// What the camera shows now is what it is to show: its view is learnt anew. Fails for an unknown camera.
    [[nodiscard]] virtual Result<void> accept_view(const std::string& camera) = 0;

    /// The floor plan from now on, and with it how cameras are calibrated. None at first.
    [[nodiscard]] virtual Result<void> set_plan(const Plan& plan, UtcTime valid_from) = 0;
    [[nodiscard]] virtual std::optional<Plan> plan() const = 0;
    /// Nothing while no camera of the plan is calibrated.
    [[nodiscard]] virtual std::optional<FloorState> floor() const = 0;

    [[nodiscard]] virtual std::vector<ZoneNow> now() const = 0;
    /// The last picture that was analysed, and where everybody was in it; nothing before the first.
    [[nodiscard]] virtual std::optional<Picture> picture(const std::string& camera) const = 0;
    /// What people watch, alive for as long as it is held; null for an unknown or paused camera.
    [[nodiscard]] virtual std::shared_ptr<video::View> view(const std::string& camera) = 0;

    /// How many will wait, for each camera that sees a queue.
    [[nodiscard]] virtual std::vector<QueueForecast> forecasts() const = 0;

    [[nodiscard]] virtual FactBacklog backlog() const = 0;
    /// How long the slowest of its threads has been at one step of its work: a second at most when nothing is
    /// to be done, the time of one look or one write when there is.
    [[nodiscard]] virtual std::chrono::milliseconds step_time() const = 0;

    /// Somebody watches, so that poses are worth a look where no shelf is drawn too.
    virtual void want_poses(bool wanted) { static_cast<void>(wanted); }

    /// Calls back with each analysed picture until the returned object goes.
    using TracksCallback = std::function<void(const std::shared_ptr<const LiveTracks>&)>;
    [[nodiscard]] virtual std::shared_ptr<void> on_tracks(TracksCallback callback) = 0;
    /// Calls back with everybody on the floor plan, some times a second.
    using PlanCallback = std::function<void(const std::shared_ptr<const LivePlan>&)>;
    [[nodiscard]] virtual std::shared_ptr<void> on_plan(PlanCallback callback) = 0;
    /// Calls back, after they are on the disk, when there are new facts in the records.
    [[nodiscard]] virtual std::shared_ptr<void> on_facts(std::function<void()> callback) = 0;
};

}  // namespace vitrina::pipeline
