#include "pipeline/camera_run.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "pipeline/analysis.h"
#include "video/address.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

video::LiveOptions live_options(const CameraSettings& settings, const std::string& address) {
    video::LiveOptions options;
    options.address = address;
    options.transport = settings.udp ? video::RtspTransport::kUdp : video::RtspTransport::kTcp;
    options.play_files = settings.play_file;
    options.seed = std::hash<std::string>{}(settings.id);
    return options;
}

// What people mark others on: a face is a few pixels.
constexpr int kBodyPictureHeight = 224;

// Between the moment from which a layout is valid and the one at which the camera counts by it.
constexpr std::chrono::minutes kLayoutStartMax{1};

double milliseconds(Duration duration) {
    return 1e3 * to_seconds(duration);
}

CameraStatus status_of(const video::LiveState& state) {
    if (state.status == video::LiveStatus::kLive) return CameraStatus::kLive;
    if (state.without_picture >= video::kAlarmAfter) return CameraStatus::kAlarm;
    return state.status == video::LiveStatus::kSilent ? CameraStatus::kSilent : CameraStatus::kConnecting;
}

}  // namespace

std::string_view to_text(CameraStatus status) {
    switch (status) {
        case CameraStatus::kConnecting:
            return "connecting";
        case CameraStatus::kLive:
            return "live";
        case CameraStatus::kSilent:
            return "silent";
        case CameraStatus::kAlarm:
            return "alarm";
        case CameraStatus::kPaused:
            return "paused";
    }
    return "";
}

Result<void> CameraRun::Outbox::accept(const Event& event) {
    events_.push_back(live_event(event));
    return {};
}

Result<std::shared_ptr<CameraRun>> CameraRun::create(CameraSettings settings, const RunOptions& options,
                                                     const ShopClock& clock, RunSink& sink) {
    std::shared_ptr<CameraRun> run(new CameraRun(std::move(settings), options, clock, sink));
    const CameraSettings& known = run->settings();
    if (!known.paused) {
        TRY_ASSIGN(auto source, video::LiveCamera::create(live_options(known, known.address)));
        run->source_ = CameraCloser::in_care_of(options.closer, std::move(source));
    }
    return run;
}

CameraRun::~CameraRun() = default;

void CameraRun::on_picture(std::function<void()> wake) {
    if (source_) source_->on_picture(std::move(wake));
}

bool CameraRun::has_new() const {
    return source_ && source_->has_new();
}

SourceTime CameraRun::shop_time(SourceTime camera_time) {
    const SourceTime time = clock_.now() - (source_->now() - camera_time);
    last_time_ = std::max(time, last_time_ + std::chrono::milliseconds(1));
    return last_time_;
}

double CameraRun::media_time_s(SourceTime camera_time) const {
    return to_seconds(view_source_ ? view_source_->now() - (source_->now() - camera_time) : camera_time);
}

bool CameraRun::work(Networks& networks) {
    auto taken = source_ ? source_->take() : std::nullopt;
    if (!taken) return false;
    const Picture& picture = taken->frame.picture;
    SourceTime time;
    bool is_empty = false;
    {
        const MutexLock lock(mutex_);
        if (ended_) return false;
        end_session_of_other_shape(picture);
        time = shop_time(taken->frame.time);
        if (const auto ready = prepare(*taken, time); !ready) {
            trouble_ = ready.error().message;
            return false;
        }
        is_empty = !analysis_->sees_somebody();
    }
    watch(*taken);
    const bool moved = motion_.differs(picture);
    std::optional<std::vector<Detection>> detections;
    // Before the last look: the clock was set back.
    if (moved || !is_empty || time < last_look_ || time - last_look_ >= kStillPeriod) {
        motion_.remember();
        last_look_ = time;
        const auto detector = networks.detector_for(picture.width, picture.height);
        auto seen = detector ? (*detector)->detect(picture)
                             : Result<std::vector<Detection>>(tl::unexpected(detector.error()));
        if (!seen) {
            fail(seen.error().message);
            return false;
        }
        detections = std::move(*seen);
    }

    const std::int64_t frame = taken->frame.index;
    const std::shared_ptr<LiveTracks> tracks = understand(std::move(taken->frame), time, detections);
    if (!tracks) return false;
    const bool looked = detections.has_value();
    if (looked) look_at_poses(networks, *tracks);
    // A picture in which nothing changed and nobody was, shows nobody.
    if (sink_.wants_film())
        give_film(*tracks, looked ? std::span<const Detection>(*detections) : std::span<const Detection>());
    SeenPicture seen{tracks->camera, frame, time, tracks->width, tracks->height, {}, {}};
    if (looked) {
        seen.tracks.reserve(tracks->people.size());
        for (const LivePerson& person : tracks->people)
            seen.tracks.push_back({person.person, person.box});
        seen.looks = look_for_floor(networks, *tracks, *detections);
        seen.detections = std::move(*detections);
    }
    sink_.seen(std::move(seen));
    sink_.tracks(tracks);  // not under the mutex: who listens may ask for our state
    if (looked && !tracks->people.empty()) {
        look_at_faces(networks, *tracks);
        look_at_body(networks, *tracks);
    }
    return !tracks->people.empty();
}

void CameraRun::look_at_poses(Networks& networks, LiveTracks& tracks) {
    std::shared_ptr<const Frame> frame;
    bool has_shelves = false;
    {
        const MutexLock lock(mutex_);
        frame = frame_;
        has_shelves = analysis_ && !analysis_->layout().shelves.empty();
    }
    if (!networks.pose_network || !frame || (!has_shelves && !sink_.wants_poses())) return;
    std::vector<PoseSighting> poses;
    if (!tracks.people.empty() && networks.pose_time.is_left(frame->time)) {
        perceive::PoseEstimator* const network = networks.pose_network();
        if (network == nullptr) return;
        const auto began = std::chrono::steady_clock::now();
        auto seen = poses_.look(*network, *frame, tracks);
        networks.pose_time.spend(
            std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began));
        if (!seen) return fail(seen.error().message);
        poses = std::move(*seen);
    }
    poses_.draw_into(tracks, frame->time);
    const MutexLock lock(mutex_);
    if (ended_ || !analysis_) return;
    const auto touched = analysis_->see_poses(poses, frame->time, tracks.width, tracks.height);
    if (!touched) trouble_ = touched.error().message;
    sink_.facts(outbox_.take());
}

void CameraRun::give_film(const LiveTracks& tracks, std::span<const Detection> detections) {
    FilmFrame film{tracks.camera, tracks.at, current_frame(), {}};
    film.bodies.reserve(tracks.people.size() + detections.size());
    for (const LivePerson& person : tracks.people)
        film.bodies.push_back(person.box);
    for (const Detection& detection : detections)
        film.bodies.push_back(detection.box);
    sink_.film(std::move(film));
}

std::vector<Appearance> CameraRun::look_for_floor(Networks& networks, const LiveTracks& tracks,
                                                  std::span<const Detection> detections) {
    if (!networks.describe_body || detections.empty() || !sink_.is_joined(tracks.camera)) return {};
    const auto frame = current_frame();
    if (!frame) return {};
    auto looks = floor_looks_.look(networks.describe_body, frame->picture, detections, tracks.people,
                                   frame->time, networks.floor_looks_time);
    if (looks) return std::move(*looks);
    // Places tell people apart without them.
    if (body_trouble_ != looks.error().message) fail(looks.error().message);
    body_trouble_ = looks.error().message;
    return {};
}

void CameraRun::look_at_faces(Networks& networks, const LiveTracks& tracks) {
    if (!networks.faces.eyes) return;
    const auto frame = current_frame();
    if (!frame) return;
    const auto looked = faces_.look(networks.faces, frame->picture, tracks, frame->time);
    if (looked || face_trouble_ == looked.error().message) return;  // said once
    face_trouble_ = looked.error().message;
    fail(face_trouble_);
}

void CameraRun::look_at_body(const Networks& networks, const LiveTracks& tracks) {
    if (!networks.describe_body) return;
    const auto frame = current_frame();
    if (!frame) return;
    const Picture* const picture = &frame->picture;
    const auto which = bodies_.choose(from_utc(tracks.at), *picture, tracks.people);
    if (!which) return;
    const LivePerson& person = tracks.people[*which];
    auto description = networks.describe_body(*picture, person.box);
    if (!description) {
        if (body_trouble_ != description.error().message) fail(description.error().message);
        body_trouble_ = description.error().message;
        return;
    }
    BodyLook look;
    look.camera = tracks.camera;
    look.person = person.person;
    look.at = tracks.at;
    look.quality =
        worth_of(*picture, tracks.people, *which) * (0.3 + 0.7 * sharpness_of(*picture, person.box));
    look.description = std::move(*description);
    const Picture body = body_picture(*picture, person.box, kBodyPictureHeight);
    if (!body.rgb.empty()) look.jpeg = video::to_jpeg(body);
    sink_.look(std::move(look));
}

std::shared_ptr<LiveTracks> CameraRun::understand(Frame frame, SourceTime time,
                                                  const std::optional<std::vector<Detection>>& detections) {
    const MutexLock lock(mutex_);
    if (ended_ || !analysis_) return nullptr;
    auto tracks = std::make_shared<LiveTracks>();
    tracks->camera = settings_.id;
    tracks->media_time_s = media_time_s(frame.time);
    tracks->at = to_utc(time);
    tracks->width = frame.picture.width;
    tracks->height = frame.picture.height;
    if (detections) {
        auto people = analysis_->take(frame.index, time, tracks->width, tracks->height, *detections);
        trouble_ = people ? std::string() : people.error().message;
        if (people) tracks->people = std::move(*people);
    } else if (const auto advanced = analysis_->advance(time); !advanced) {
        trouble_ = advanced.error().message;
    }
    std::vector<LiveEvent> facts = outbox_.take();
    for (const LiveEvent& known : facts)
        if (const Fact& fact = known.event.fact;
            std::holds_alternative<Visit>(fact) || std::holds_alternative<Crossing>(fact))
            tracks->facts.push_back(known.event.id);
    sink_.facts(std::move(facts));
    ++analysed_;
    rate_.add(1, clock_.now());
    delay_.add(source_->now() - frame.time);
    frame.time = time;
    frame_ = std::make_shared<const Frame>(std::move(frame));
    return tracks;
}

Result<void> CameraRun::prepare(const video::LiveFrame& taken, SourceTime time) {
    if (!analysis_) {
        TRY(begin_session(taken.frame.picture.width, taken.frame.picture.height, time));
        connection_ = taken.connection;
    }
    // A file that begins anew is another scene; a camera that is back shows the same one.
    if (taken.connection != connection_ && settings_.play_file) {
        const auto cut = analysis_->cut(time);
        sink_.facts(outbox_.take());  // before anybody asks which visits are open
        TRY(cut);
    }
    connection_ = taken.connection;
    return {};
}

Result<void> CameraRun::begin_session(int width, int height, SourceTime time) {
    if (!drawn_) {
        TRY_ASSIGN(drawn_, sink_.saved_layout(settings_.id));
    }
    LiveAnalysisOptions options;
    options.width = width;
    options.height = height;
    options.identity = {options_.shop, settings_.id};
    options.tracking = options_.tracking;
    options.insight = options_.insight;
    options.outlook = &outlook_;
    if (!std::exchange(knows_forecast_, true)) {
        const auto kept = sink_.saved_forecast(settings_.id);
        if (kept && !kept->empty() && !outlook_.remember(*kept))
            trouble_ = "what was learnt of its queues can't be read; it is learnt anew";
    }
    TRY_ASSIGN(options.session, sink_.new_session(settings_.id));
    // To the millisecond, as it is stored: when it is computed again it begins then.
    UtcTime began(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()));
    // The picture may be older than the drawing by a moment.
    if (drawn_from_ - began < kLayoutStartMax) began = std::max(began, drawn_from_);
    options.layout = with_zone(layout_of_session(width, height, began));
    session_ = {settings_.id, options.session, began, std::nullopt, width, height};
    path_news_.sessions.push_back(session_);
    analysis_ = std::make_unique<LiveAnalysis>(std::move(options), sink_.visits_to_resume(settings_.id),
                                               from_utc(began), outbox_);
    rate_.begin_anew();
    return analysis_->begin(from_utc(began));
}

Layout CameraRun::layout_of_session(int width, int height, UtcTime began) {
    auto layout = layout_for(width, height, drawn_);
    if (layout) {
        other_shape_since_.reset();
        return std::move(*layout);
    }
    other_shape_ = layout.error().message + "; the whole picture is counted";
    if (!other_shape_since_) other_shape_since_ = began;
    return whole_picture(width, height);
}

void CameraRun::end_session_of_other_shape(const Picture& picture) {
    if (!analysis_ || have_same_shape(picture.width, picture.height, session_.width, session_.height)) return;
    end_session();
    last_time_ = std::max(last_time_, from_utc(*session_.ended));  // the next begins after it
}

void CameraRun::end_session() {
    if (!analysis_) return;
    const UtcTime now = next_millisecond();
    const auto finished = analysis_->finish(from_utc(now));
    if (!finished) trouble_ = finished.error().message;
    gather_paths();
    session_.ended = now;
    path_news_.sessions.push_back(session_);
    sink_.facts(outbox_.take());
    analysis_.reset();
}

UtcTime CameraRun::next_millisecond() const {
    return UtcTime(
        std::chrono::ceil<std::chrono::milliseconds>(std::max(last_time_, clock_.now()).time_since_epoch()));
}

void CameraRun::gather_paths() {
    for (NewPath& path : analysis_->take_paths())
        path_news_.pieces.push_back({settings_.id, path.person, std::move(path.points), path.left});
}

void CameraRun::tick() {
    if (!source_) return;
    const video::LiveState live = source_->state();
    {
        const MutexLock lock(mutex_);
        tick_view();
        if (live.status == video::LiveStatus::kLive)
            clock_watch_.see(source_->now(), live.clock_offset, live.reconnects);
    }
    if (live.status == video::LiveStatus::kLive) return;
    {
        const MutexLock lock(watch_mutex_);
        watch_.lost();
    }
    const MutexLock lock(mutex_);
    if (!analysis_) return;
    if (const auto advanced = analysis_->advance_blind(clock_.now()); !advanced)
        trouble_ = advanced.error().message;
    sink_.facts(outbox_.take());
}

void CameraRun::restart(const ShopClock& clock) {
    const MutexLock lock(mutex_);
    end_session();
    clock_ = clock;
    last_time_ = {};
}

void CameraRun::end() {
    std::shared_ptr<video::LiveCamera> view;
    {
        const MutexLock lock(mutex_);
        end_session();
        ended_ = true;
        view = view_source_;
    }
    if (source_) source_->stop();
    if (view) view->stop();
}

bool CameraRun::has_view_of_its_own() const {
    return !settings_.view_address.empty() && settings_.view_address != settings_.address;
}

bool CameraRun::has_mp4() const {
    if (!source_) return false;
    const bool likely = source_->view().has_mp4().value_or(false);
    if (!has_view_of_its_own()) return likely;
    const auto known = view_source_ ? view_source_->view().has_mp4() : std::nullopt;
    return known ? *known : view_had_mp4_.value_or(likely);
}

void CameraRun::tick_view() {
    if (!view_source_) return;
    if (const auto known = view_source_->view().has_mp4()) view_had_mp4_ = known;
    const auto now = std::chrono::steady_clock::now();
    const bool is_watched = view_source_.use_count() > 1;  // others get it only from view(), under the mutex
    if (is_watched)
        watched_ = now;
    else if (now - watched_ > kViewKept)
        view_source_.reset();
}

std::shared_ptr<const Frame> CameraRun::current_frame() const {
    const MutexLock lock(mutex_);
    return frame_;
}

void CameraRun::fail(const std::string& message) {
    const MutexLock lock(mutex_);
    trouble_ = message;
}

void CameraRun::rename(const std::string& name) {
    const MutexLock lock(mutex_);
    settings_.name = name;
}

std::optional<QueueForecast> CameraRun::forecast() const {
    const MutexLock lock(mutex_);
    // Without a picture nobody is seen, which is no empty queue.
    const bool sees = analysis_ && source_ && source_->state().status == video::LiveStatus::kLive;
    return sees ? outlook_.forecast() : std::nullopt;
}

std::optional<std::string> CameraRun::forecast_to_keep() const {
    const MutexLock lock(mutex_);
    if (!outlook_.forecast()) return std::nullopt;
    return outlook_.memory();
}

Result<void> CameraRun::set_layout(const Layout& layout, UtcTime valid_from) {
    const MutexLock lock(mutex_);
    if (analysis_) {
        TRY_ASSIGN(Layout fitting, layout_for(session_.width, session_.height, layout));
        const UtcTime now = next_millisecond();
        const auto changed = analysis_->change_layout(with_zone(std::move(fitting)), from_utc(now));
        // One that was drawn wrong is valid from long ago.
        if (now - valid_from < kLayoutStartMax) path_news_.layouts.push_back({settings_.id, valid_from, now});
        sink_.facts(outbox_.take());
        TRY(changed);
        other_shape_since_.reset();
    }
    drawn_ = layout;
    drawn_from_ = valid_from;
    return {};
}

void CameraRun::set_staff(PersonId person, WhoIs who) {
    const MutexLock lock(mutex_);
    if (analysis_) analysis_->set_staff(person, who);
}

std::optional<Layout> CameraRun::layout() const {
    const MutexLock lock(mutex_);
    return analysis_ ? std::optional<Layout>(analysis_->layout()) : drawn_;
}

CameraSettings CameraRun::settings() const {
    const MutexLock lock(mutex_);
    return settings_;
}

CameraState CameraRun::state() const {
    const MutexLock lock(mutex_);
    CameraState state;
    state.settings = settings_;
    if (!source_) {
        state.status = CameraStatus::kPaused;
        state.shown_address = video::redacted(settings_.address);
        if (settings_.password_lost)
            state.trouble = {video::TroubleCode::kPasswordLost,
                             "its user and password can't be read any more; give them again"};
        return state;
    }
    const video::LiveState live = source_->state();
    state.shown_address = source_->shown_address();
    state.status = status_of(live);
    state.trouble = live.trouble;
    if (live.trouble.code == video::TroubleCode::kNone && !trouble_.empty())
        state.trouble = {video::TroubleCode::kOther, trouble_};
    else if (live.trouble.code == video::TroubleCode::kNone && other_shape_since_)
        state.trouble = {video::TroubleCode::kOtherShape, other_shape_};
    state.codec = live.codec;
    state.has_mp4 = has_mp4();
    state.width = live.width;
    state.height = live.height;
    state.frame_rate = live.frame_rate;
    state.analysed_rate = rate_.per_second(clock_.now());
    state.bit_rate = live.bit_rate;
    state.jitter_ms = milliseconds(live.jitter);
    state.clock_offset_ms = milliseconds(live.clock_offset);
    state.analysis_delay_ms_p95 = milliseconds(delay_.p95());
    state.decoded = live.decoded;
    state.analysed = analysed_;
    state.skipped = live.skipped;
    state.damaged = live.damaged;
    state.reconnects = live.reconnects;
    state.without_picture_s = to_seconds(live.without_picture);
    state.troubles = troubles();
    if (analysis_) {
        state.people = analysis_->people();
        state.layout = analysis_->layout().version;
    }
    return state;
}

std::vector<ZoneNow> CameraRun::now() const {
    const MutexLock lock(mutex_);
    std::vector<ZoneNow> zones;
    if (!analysis_) return zones;
    const std::vector<insight::OpenVisit> open = analysis_->open_visits();
    for (const Zone& zone : analysis_->layout().zones) {
        const auto people = std::count_if(open.begin(), open.end(), [&](const insight::OpenVisit& visit) {
            return visit.zone == zone.name;
        });
        zones.push_back({settings_.id, zone.name, static_cast<int>(people)});
    }
    return zones;
}

std::optional<Picture> CameraRun::picture() const {
    const MutexLock lock(mutex_);
    return frame_ ? std::optional<Picture>(frame_->picture) : std::nullopt;
}

std::shared_ptr<video::View> CameraRun::view() {
    const MutexLock lock(mutex_);
    if (!source_ || ended_) return nullptr;
    if (!has_view_of_its_own()) return {source_, &source_->view()};
    if (!view_source_) {
        // Connected only while somebody watches.
        auto opened = video::LiveCamera::create(live_options(settings_, settings_.view_address));
        if (!opened) return nullptr;
        view_source_ = CameraCloser::in_care_of(options_.closer, std::move(*opened));
    }
    watched_ = std::chrono::steady_clock::now();
    return {view_source_, &view_source_->view()};
}

std::optional<std::vector<records::OpenVisit>> CameraRun::open_visits() const {
    const MutexLock lock(mutex_);
    if (!analysis_) return std::nullopt;
    std::vector<records::OpenVisit> visits;
    for (const insight::OpenVisit& visit : analysis_->open_visits())
        visits.push_back({visit.id, settings_.id, visit.zone, analysis_->layout().version, visit.person,
                          to_utc(visit.begin), to_utc(visit.seen), visit.confidence, visit.place,
                          visit.body_height});
    return visits;
}

records::PathNews CameraRun::take_paths() {
    const MutexLock lock(mutex_);
    if (analysis_) gather_paths();
    return std::exchange(path_news_, {});
}

std::optional<Snapshots::Heat> CameraRun::take_heat() {
    const MutexLock lock(mutex_);
    if (!analysis_) return std::nullopt;
    Snapshots::Heat heat;
    heat.camera = settings_.id;
    const insight::HeatMap& map = analysis_->heatmap();
    heat.form = {map.width(), map.height(), map.columns(), map.rows(), {}};
    for (const insight::HeatMap::Cell& cell : analysis_->take_heat())
        heat.cells.push_back({cell.column, cell.row, cell.time.count()});
    return heat;
}

}  // namespace vitrina::pipeline
