#include "pipeline/live_shop.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "pipeline/detector_pool.h"

namespace vitrina::pipeline {
namespace {

constexpr std::chrono::milliseconds kHousekeepingEvery{500};
// Nobody waits longer than this for a turn without looking round.
constexpr std::chrono::milliseconds kTurnWaitMax{500};
// Corrections of the floor plan that waited when an earlier run ended reach so far back before its end.
constexpr std::chrono::minutes kCorrectedBack{15};

LiveEvent closed(const records::OpenVisit& visit, const std::string& shop) {
    const UtcTime end = std::max(visit.begin, visit.seen);  // the clock may have been set back between them
    const Visit fact{visit.person, visit.zone, from_utc(visit.begin), from_utc(end)};
    return {{visit.id, 1, shop, visit.camera, visit.layout, visit.confidence, fact}, visit.begin, end};
}

Duration period_of(const CameraSettings& settings) {
    return from_seconds(1 / settings.rate);
}

}  // namespace

LiveShop::LiveShop(LiveShopOptions options, records::FactStore& facts, records::ShopStore& shop,
                   records::PathStore& paths)
    : options_(std::move(options)), fact_store_(facts), shop_store_(shop), path_store_(paths) {
    VITRINA_ASSERT(options_.threads > 0 && options_.make_detector);
    const MutexLock lock(doorbell_->mutex);
    doorbell_->shop = this;
}

Result<std::unique_ptr<LiveShop>> LiveShop::create(LiveShopOptions options, records::FactStore& facts,
                                                   records::ShopStore& shop, records::PathStore& paths) {
    std::unique_ptr<LiveShop> live(new LiveShop(std::move(options), facts, shop, paths));
    TRY(live->take_over_open_visits());
    TRY_ASSIGN(const auto plan, shop.plan_at(utc_now()));
    TRY(live->new_session(""));  // fails here, rather than when a picture comes
    const auto last_alive = shop.last_alive();
    TRY(shop.end_troubles(last_alive && *last_alive ? **last_alive : utc_now()));
    live->open_floor();  // before others ask for it
    RecordKeeper::Options keeping{live->options_.retention, {}, live->options_.log};
    keeping.written = [shop = live.get()] { shop->fact_listeners_.tell(); };
    Snapshots& snapshots = *live;
    live->keeper_ = std::make_unique<RecordKeeper>(facts, shop, paths, snapshots, std::move(keeping));
    TRY(live->correct_end_of_last_run());  // before a session of this run begins
    if (plan) TRY(live->set_plan(plan->plan, plan->valid_from));
    live->replays_ = std::make_unique<ReplayQueue>(
        facts, shop, paths,
        [shop = live.get()](const ReplayOptions& asked, const Result<ReplayReport>& done) {
            shop->replayed(asked, done);
        });
    for (int i = 0; i < live->options_.threads; ++i) {
        live->work_pulses_.push_back(std::make_unique<Pulse>());
        live->workers_.emplace_back(
            [shop = live.get(), pulse = live->work_pulses_.back().get()] { shop->work(*pulse); });
    }
    live->housekeeper_ = std::thread([shop = live.get()] { shop->keep_house(); });
    return live;
}

void LiveShop::open_floor() {
    ShopClock clock;
    {
        const MutexLock lock(mutex_);
        clock = clock_;
    }
    FloorSink& sink = *this;
    floor_ =
        std::make_unique<FloorRun>(FloorRunOptions{options_.shop, options_.insight, options_.forecast,
                                                   options_.back_within, options_.body_form, options_.log},
                                   clock, sink);
}

Result<void> LiveShop::take_over_open_visits() {
    TRY_ASSIGN(const std::vector<records::OpenVisit> open, fact_store_.open_visits());
    const UtcTime now = utc_now();
    std::vector<LiveEvent> gone;
    const MutexLock lock(resume_mutex_);
    for (const records::OpenVisit& visit : open) {
        if (visit.seen + kResumeWithin < now || visit.seen > now)
            gone.push_back(closed(visit, options_.shop));
        else
            to_resume_[visit.camera].push_back(visit);
    }
    if (gone.empty()) return {};
    const auto written = fact_store_.append(gone);
    return written ? Result<void>() : tl::unexpected(written.error());
}

Result<void> LiveShop::correct_end_of_last_run() {
    const UtcTime now = utc_now();
    TRY_ASSIGN(const auto sessions, path_store_.sessions(kPlanCamera, now, now));
    if (sessions.empty()) return {};
    // One that was cut off has no end: it went on until the program was last known to live.
    TRY_ASSIGN(const auto alive, shop_store_.last_alive());
    const UtcTime end = sessions.back().ended.value_or(std::max(sessions.back().began, alive.value_or(now)));
    const MutexLock lock(mutex_);
    later_replays_.correct(replay_of(kPlanCamera, end - kCorrectedBack), std::chrono::steady_clock::now());
    return {};
}

LiveShop::~LiveShop() {
    stop();
}

void LiveShop::wake() {
    const MutexLock lock(mutex_);
    changed_.notify_all();
}

void LiveShop::stop() {
    const MutexLock once(stop_mutex_);
    {
        const MutexLock lock(doorbell_->mutex);
        doorbell_->shop = nullptr;
    }
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
        stopped_.notify_all();
    }
    if (replays_) replays_->stop();
    for (std::thread& worker : workers_)
        if (worker.joinable()) worker.join();
    if (housekeeper_.joinable()) housekeeper_.join();
    for (const auto& run : runs())
        run->end();
    if (floor_) floor_->end();
    // Visits of an earlier process that nobody went on with stay open in the records: whoever starts next
    // goes on with them, or closes them.
    if (keeper_) keeper_->stop();
}

std::chrono::milliseconds LiveShop::step_time() const {
    std::chrono::milliseconds longest =
        std::max({house_pulse_.since_last(), keeper_->step_time(), floor_->step_time()});
    for (const auto& pulse : work_pulses_)
        longest = std::max(longest, pulse->since_last());
    return longest;
}

std::shared_ptr<CameraRun> LiveShop::find(const std::string& id) const {
    const MutexLock lock(mutex_);
    const auto entry = cameras_.find(id);
    return entry == cameras_.end() ? nullptr : entry->second.run;
}

std::vector<std::shared_ptr<CameraRun>> LiveShop::runs() const {
    const MutexLock lock(mutex_);
    std::vector<std::shared_ptr<CameraRun>> runs;
    runs.reserve(cameras_.size());
    for (const auto& [id, entry] : cameras_)
        runs.push_back(entry.run);
    return runs;
}

std::vector<CameraState> LiveShop::cameras() const {
    const auto clocks = floor_->clocks();
    std::vector<CameraState> states;
    for (const auto& run : runs())
        states.push_back(state_of(*run, clocks));
    return states;
}

CameraState LiveShop::state_of(const CameraRun& run, const std::vector<CameraClock>& clocks) const {
    CameraState state = run.state();
    for (const CameraClock& clock : clocks)
        if (clock.camera == state.settings.id) state.plan_clock = clock;
    if (state.status == CameraStatus::kLive)
        for (const CameraTrouble& trouble : floor_->troubles(state.settings.id))
            state.troubles.push_back(trouble);
    return state;
}

std::optional<CameraState> LiveShop::camera(const std::string& id) const {
    const auto run = find(id);
    return run ? std::optional<CameraState>(state_of(*run, floor_->clocks())) : std::nullopt;
}

Result<void> LiveShop::set_camera(const CameraSettings& settings) {
    if (settings.rate <= 0) return misconfigured("the rate of a camera must be above zero");
    if (settings.id == kPlanCamera)
        return misconfigured(
            fmt::format("no camera can have the id \"{}\": it means the floor plan", kPlanCamera));
    const MutexLock change(changes_mutex_);
    const auto before = find(settings.id);
    if (before) {
        CameraSettings renamed = before->settings();
        renamed.name = settings.name;
        if (renamed == settings) {
            before->rename(settings.name);
            return {};
        }
    }
    ShopClock clock;
    {
        const MutexLock lock(mutex_);
        if (stopping_) return failed("the shop is stopping");
        if (!before && cameras_.size() >= kCamerasMax)
            return failed(fmt::format("there are {} cameras already, which is the most", kCamerasMax));
        clock = clock_;
    }
    TRY_ASSIGN(auto run,
               CameraRun::create(
                   settings, {options_.shop, options_.tracking, options_.insight, options_.forecast, closer_},
                   clock, *this));
    if (before) end(*before);
    run->on_picture([bell = doorbell_] {
        const MutexLock lock(bell->mutex);
        if (bell->shop != nullptr) bell->shop->wake();
    });
    {
        const MutexLock lock(mutex_);
        if (!stopping_) {
            Entry& entry = cameras_[settings.id];
            entry.run = std::move(run);
            entry.turn = {};
            entry.turn.period = period_of(settings);
            changed_.notify_all();
            return {};
        }
    }
    run->end();  // stop() has ended the others already
    return failed("the shop is stopping");
}

Result<void> LiveShop::remove_camera(const std::string& id) {
    const MutexLock change(changes_mutex_);
    const auto run = find(id);
    if (!run) return failed(fmt::format("camera \"{}\" is not there", id));
    end(*run);
    std::map<PictureTrouble, ViewMove> troubles;
    {
        const MutexLock lock(mutex_);
        troubles = std::move(cameras_[id].troubles);
        cameras_.erase(id);
    }
    if (const auto ended = shop_store_.outage_ended(id, utc_now()); !ended) log(ended.error().message);
    for (const auto& [trouble, move] : troubles)
        if (const auto ended = shop_store_.trouble_ended(id, trouble, utc_now()); !ended)
            log(ended.error().message);
    if (const auto forgotten = shop_store_.save_view(id, {}); !forgotten) log(forgotten.error().message);
    return {};
}

Result<void> LiveShop::set_layout(const std::string& camera, const Layout& layout, UtcTime valid_from) {
    const MutexLock change(changes_mutex_);
    const auto run = find(camera);
    if (!run) return failed(fmt::format("camera \"{}\" is not there", camera));
    return run->set_layout(layout, valid_from);
}

std::optional<Layout> LiveShop::layout(const std::string& camera) const {
    if (camera == kPlanCamera) return floor_->layout();
    const auto run = find(camera);
    return run ? run->layout() : std::nullopt;
}

void LiveShop::publish(std::vector<LiveEvent> events) {
    for (const LiveEvent& event : events) {
        const auto* label = std::get_if<Label>(&event.event.fact);
        if (label == nullptr) continue;
        if (const auto run = find(event.event.camera)) run->set_staff(label->person, label->who);
    }
    keeper_->put(std::move(events));
}

Result<void> LiveShop::set_plan(const Plan& plan, UtcTime valid_from) {
    const MutexLock change(changes_mutex_);
    TRY(floor_->set_plan(plan, valid_from));
    const MutexLock lock(mutex_);
    plan_ = plan;
    return {};
}

std::optional<Plan> LiveShop::plan() const {
    const MutexLock lock(mutex_);
    return plan_;
}

ReplayOptions LiveShop::replay_of(const std::string& camera, UtcTime from) const {
    ReplayOptions options;
    options.shop = options_.shop;
    options.camera = camera;
    options.from = from;
    options.to = utc_now();
    options.insight = options_.insight;
    options.threads = 1;  // the cameras go on
    return options;
}

void LiveShop::recompute(const std::string& camera, UtcTime from, const std::set<std::string>& places) {
    ReplayOptions options = replay_of(camera, from);
    options.places = places;
    replays_->ask(options);
    const MutexLock lock(mutex_);
    later_replays_.put(std::move(options), std::chrono::steady_clock::now());
}

void LiveShop::corrected(UtcTime from) {
    const MutexLock lock(mutex_);
    later_replays_.correct(replay_of(kPlanCamera, from), std::chrono::steady_clock::now());
}

void LiveShop::replay_what_settled() {
    std::vector<ReplayOptions> due;
    {
        const MutexLock lock(mutex_);
        due = later_replays_.take_due(std::chrono::steady_clock::now());
    }
    for (ReplayOptions& options : due) {
        options.to = options.now = utc_now();
        replays_->ask(std::move(options));
    }
}

void LiveShop::replayed(const ReplayOptions& asked, const Result<ReplayReport>& done) {
    const bool is_routine = LaterReplays::is_correction(asked);
    if (is_routine) {
        const MutexLock lock(mutex_);
        later_replays_.done(done ? done->took : Duration(), std::chrono::steady_clock::now());
    }
    if (!done) {
        log(fmt::format("camera {}: its facts could not be computed again: {}", asked.camera,
                        done.error().message));
        return;
    }
    if (is_routine && done->amended + done->added + done->retracted == 0) return;
    log(fmt::format("camera {}: {} facts computed again: {} amended, {} added, {} taken back", asked.camera,
                    done->facts, done->amended, done->added, done->retracted));
    fact_listeners_.tell();
}

Result<void> LiveShop::accept_view(const std::string& camera) {
    const MutexLock change(changes_mutex_);
    const auto run = find(camera);
    if (!run) return failed(fmt::format("camera \"{}\" is not there", camera));
    run->accept_view();
    return shop_store_.save_view(camera, {});
}

std::vector<ZoneNow> LiveShop::now() const {
    std::vector<ZoneNow> all;
    for (const auto& run : runs()) {
        const std::vector<ZoneNow> zones = run->now();
        all.insert(all.end(), zones.begin(), zones.end());
    }
    const std::vector<ZoneNow> of_floor = floor_->now();
    all.insert(all.end(), of_floor.begin(), of_floor.end());
    return all;
}

std::vector<QueueForecast> LiveShop::forecasts() const {
    std::vector<QueueForecast> all;
    for (const auto& run : runs())
        if (auto forecast = run->forecast()) all.push_back(std::move(*forecast));
    if (auto forecast = floor_->forecast()) all.push_back(std::move(*forecast));
    return all;
}

std::optional<Picture> LiveShop::picture(const std::string& camera) const {
    const auto run = find(camera);
    return run ? run->picture() : std::nullopt;
}

std::shared_ptr<video::View> LiveShop::view(const std::string& camera) {
    const auto run = find(camera);
    return run ? run->view() : nullptr;
}

void LiveShop::end(CameraRun& run) {
    run.end();
    records::PathNews news = run.take_paths();
    const MutexLock lock(mutex_);
    ended_paths_.add(std::move(news));
}

records::PathNews LiveShop::take_paths() {
    records::PathNews all;
    {
        const MutexLock lock(mutex_);
        all = std::exchange(ended_paths_, {});
    }
    for (const auto& run : runs()) {
        all.add(run->take_paths());
    }
    all.add(floor_->take_paths());
    return all;
}

// ---- the threads of the networks ----

void LiveShop::work(Pulse& pulse) {
    name_thread("networks");
    DetectorPool detectors(options_.make_detector);
    Networks networks;
    networks.detector_for = [&](int width, int height) { return detectors.get(width, height); };
    if (options_.make_body_describer) {
        if (auto made = options_.make_body_describer())
            networks.describe_body = std::move(*made);
        else
            log(made.error().message);
    }
    std::unique_ptr<perceive::PoseEstimator> pose_network;
    bool is_pose_network_made = false;
    if (options_.make_pose_network)
        networks.pose_network = [&]() -> perceive::PoseEstimator* {
            if (!std::exchange(is_pose_network_made, true)) {
                auto made = options_.make_pose_network();
                if (made)
                    pose_network = std::move(*made);
                else
                    log("nobody's joints are looked at: " + made.error().message);
            }
            return pose_network.get();
        };
    std::unique_ptr<perceive::FaceEyes> face_eyes;
    bool are_face_eyes_made = false;
    networks.faces.sink = options_.faces;
    if (options_.make_face_eyes && options_.faces != nullptr)
        networks.faces.eyes = [&]() -> perceive::FaceEyes* {
            if (!std::exchange(are_face_eyes_made, true)) {
                auto made = options_.make_face_eyes();
                if (made)
                    face_eyes = std::move(*made);
                else
                    log("nobody's face is looked at: " + made.error().message);
            }
            return face_eyes.get();
        };
    while (const auto job = wait_for_turn(pulse))
        done(*job, job->run->work(networks));
}

std::optional<LiveShop::Job> LiveShop::wait_for_turn(Pulse& pulse) {
    const MutexLock lock(mutex_);
    while (!stopping_) {
        pulse.beat();
        std::vector<Turn> turns;
        std::vector<std::map<std::string, Entry>::iterator> entries;
        for (auto entry = cameras_.begin(); entry != cameras_.end(); ++entry) {
            entry->second.turn.has_new = entry->second.run->has_new();
            turns.push_back(entry->second.turn);
            entries.push_back(entry);
        }
        const SourceTime now = clock_.now();
        if (const auto next = next_turn(turns, now)) {
            Entry& entry = entries[*next]->second;
            entry.turn.due = due_after(entry.turn, now);
            entry.turn.last = now;
            entry.turn.in_work = true;
            return Job{entries[*next]->first, entry.run};
        }
        Duration wait = kTurnWaitMax;
        if (const auto change = next_change(turns, now)) wait = std::min(wait, *change - now);
        changed_.wait_until(mutex_, std::chrono::steady_clock::now() + wait);
    }
    return std::nullopt;
}

void LiveShop::done(const Job& job, bool lively) {
    const MutexLock lock(mutex_);
    const auto entry = cameras_.find(job.camera);
    if (entry == cameras_.end() || entry->second.run != job.run) return;
    entry->second.turn.in_work = false;
    entry->second.turn.lively = lively;
    changed_.notify_one();
}

// ---- housekeeping ----

void LiveShop::keep_house() {
    name_thread("house");
    while (true) {
        const auto next = std::chrono::steady_clock::now() + kHousekeepingEvery;
        {
            const MutexLock lock(mutex_);
            while (!stopping_ && std::chrono::steady_clock::now() < next)
                stopped_.wait_until(mutex_, next);
            if (stopping_) return;
        }
        house_pulse_.beat();
        check_clock();
        for (const auto& run : runs()) {
            house_pulse_.beat();
            run->tick();
        }
        check_outages();
        keep_floor_forecast();
        replay_what_settled();
        close_stale_visits(ShopClock().now());
    }
}

void LiveShop::check_clock() {
    const MutexLock change(changes_mutex_);
    const ShopClock anew;
    {
        const MutexLock lock(mutex_);
        if (!clock_.jumped()) return;
        clock_ = anew;
        for (auto& [id, entry] : cameras_)
            entry.turn.due = entry.turn.last = {};
    }
    log("the computer's clock was set: open visits end here and new ones begin");
    for (const auto& run : runs())
        run->restart(anew);
    floor_->restart(anew);
}

void LiveShop::close_stale_visits(SourceTime now) {
    std::vector<LiveEvent> gone;
    {
        const MutexLock lock(resume_mutex_);
        for (auto& [camera, visits] : to_resume_) {
            for (const records::OpenVisit& visit : visits)
                if (now - from_utc(visit.seen) > kResumeWithin) gone.push_back(closed(visit, options_.shop));
            std::erase_if(visits, [&](const records::OpenVisit& visit) {
                return now - from_utc(visit.seen) > kResumeWithin;
            });
        }
    }
    keeper_->put(std::move(gone));
}

}  // namespace vitrina::pipeline
