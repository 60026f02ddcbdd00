#include "pipeline/floor_run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/thread_name.h"

namespace vitrina::pipeline {
namespace {

// Between the moment from which a plan is valid and the one at which is counted by it.
constexpr std::chrono::minutes kPlanStartMax{1};

bool has_calibrated(const Plan& plan) {
    return std::any_of(plan.cameras.begin(), plan.cameras.end(),
                       [](const PlacedCamera& camera) { return camera.calibration.has_value(); });
}

bool has_calibrated(const Plan& plan, const std::string& id) {
    return std::any_of(plan.cameras.begin(), plan.cameras.end(), [&](const PlacedCamera& camera) {
        return camera.camera == id && camera.calibration.has_value();
    });
}

}  // namespace

Result<void> FloorRun::Outbox::accept(const Event& event) {
    events_.push_back(live_event(event));
    return {};
}

FloorRun::FloorRun(FloorRunOptions options, const ShopClock& clock, FloorSink& sink)
    : options_(std::move(options)), sink_(sink), clock_(clock), outlook_(kPlanCamera, options_.forecast) {
    thread_ = std::thread([this] { run(); });
}

FloorRun::~FloorRun() {
    end();
}

void FloorRun::see(SeenPicture picture) {
    const MutexLock lock(queue_mutex_);
    if (stopping_) return;
    if (waiting_.size() >= kSeenWaitingMax) {
        ++overflowed_[waiting_.front().camera];
        waiting_.pop_front();
        ++dropped_;
    }
    waiting_.push_back(std::move(picture));
    changed_.notify_one();
}

bool FloorRun::is_joined(const std::string& camera) const {
    const MutexLock lock(queue_mutex_);
    return joined_.contains(camera);
}

Result<void> FloorRun::set_plan(const Plan& plan, UtcTime valid_from) {
    std::set<std::string> joined;
    for (const PlacedCamera& camera : plan.cameras)
        if (camera.calibration) joined.insert(camera.camera);
    {
        const MutexLock lock(queue_mutex_);
        joined_ = std::move(joined);
    }
    const MutexLock lock(mutex_);
    const bool goes_on = has_calibrated(plan);
    if (analysis_ && !goes_on) end_session();
    if (analysis_) {
        const UtcTime now = next_millisecond();
        const auto changed = analysis_->change_plan(plan, from_utc(now));
        // One that was drawn wrong is valid from long ago.
        if (now - valid_from < kPlanStartMax) path_news_.layouts.push_back({kPlanCamera, valid_from, now});
        give_facts();
        TRY(changed);
    }
    plan_ = plan;
    plan_from_ = valid_from;
    queue_sight_ = QueueSight(plan);
    return {};
}

void FloorRun::restart(const ShopClock& clock) {
    {
        const MutexLock lock(queue_mutex_);
        waiting_.clear();
    }
    const MutexLock lock(mutex_);
    end_session();
    clock_ = clock;
    last_ = {};
}

void FloorRun::end() {
    {
        const MutexLock lock(queue_mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    const MutexLock lock(mutex_);
    if (!std::exchange(ended_, true)) end_session();
}

void FloorRun::run() {
    name_thread("floor");
    std::deque<SeenPicture> pictures;
    while (wait(pictures)) {
        pulse_.beat();
        if (const auto plan = step(pictures)) sink_.people(plan);
        pictures.clear();
    }
}

bool FloorRun::wait(std::deque<SeenPicture>& pictures) {
    const auto end = std::chrono::steady_clock::now() + kFloorEvery;
    const MutexLock lock(queue_mutex_);
    while (!stopping_ && waiting_.empty() && std::chrono::steady_clock::now() < end)
        changed_.wait_until(queue_mutex_, end);
    pictures.swap(waiting_);
    return !stopping_;
}

std::shared_ptr<const LivePlan> FloorRun::step(const std::deque<SeenPicture>& pictures) {
    const MutexLock lock(mutex_);
    // After a stall: or what comes now would seem to be of a clock that is ahead.
    if (analysis_ && !pictures.empty() && clock_.now() - last_ > 2 * kFloorLateMax)
        complain(analysis_->advance(known()));
    for (const SeenPicture& picture : pictures)
        complain(take(picture));
    count_missed();
    if (!analysis_) return nullptr;
    const SourceTime looked = analysis_->looked();
    const bool had_people = !analysis_->in_sight().empty();
    const QueuesSeen queues = look_for_queues();
    complain(analysis_->advance(known(), queues));
    give_facts();
    keep_clocks(analysis_->clocks());
    const bool has_people = !analysis_->in_sight().empty();
    if (analysis_->looked() == looked || (!had_people && !has_people)) return nullptr;
    auto plan = std::make_shared<LivePlan>();
    plan->at = to_utc(analysis_->looked());
    plan->people = analysis_->in_sight();
    plan->tracks = analysis_->tracks();
    if (has_people) delay_.add(clock_.now() - analysis_->looked());
    return plan;
}

Result<void> FloorRun::take(const SeenPicture& picture) {
    if (!plan_ || !has_calibrated(*plan_, picture.camera)) return {};
    // Of a camera that went on after the end, of before the clock was set, or too late.
    if (ended_) return {};
    const SourceTime now = clock_.now();
    const Duration late = now - picture.at;
    MissedPictures& missed = missed_[picture.camera];
    missed.came(now);
    if (late > kFloorLateMax || late < -kFloorLateMax) {
        const bool is_late = late > kFloorLateMax && late <= kFloorClockApart;
        missed.missed(is_late ? MissedPictures::Why::kLate : MissedPictures::Why::kClock, now);
        return {};
    }
    if (!analysis_) TRY(begin_session(picture.at));
    SourceTime& newest = newest_[picture.camera];
    newest = std::max(newest, picture.at);
    analysis_->see(picture);
    return {};
}

void FloorRun::count_missed() {
    const SourceTime now = clock_.now();
    if (analysis_)
        for (const auto& [camera, passed] : analysis_->take_passed_over()) {
            if (passed.late > 0) missed_[camera].missed(MissedPictures::Why::kLate, now, passed.late);
            if (passed.ahead > 0) missed_[camera].missed(MissedPictures::Why::kClock, now, passed.ahead);
        }
    std::set<std::string> joined;
    std::map<std::string, std::int64_t> overflowed;
    {
        const MutexLock lock(queue_mutex_);
        joined = joined_;
        overflowed.swap(overflowed_);
    }
    for (const auto& [camera, pictures] : overflowed)
        missed_[camera].missed(MissedPictures::Why::kOverflow, now, pictures);
    std::erase_if(missed_, [&](const auto& entry) { return !joined.contains(entry.first); });
    std::map<std::string, CameraTrouble> troubles;
    for (auto& [camera, missed] : missed_)
        if (const auto trouble = missed.trouble(now))
            troubles[camera] = {trouble->trouble, to_utc(trouble->since), {}};
    const MutexLock lock(queue_mutex_);
    troubles_ = std::move(troubles);
}

SourceTime FloorRun::known() {
    const SourceTime now = clock_.now();
    SourceTime known = now;
    bool any = false;
    for (const auto& [camera, newest] : newest_) {
        if (now - newest > kFloorLateMax) continue;
        known = std::min(known, newest);
        any = true;
    }
    if (!any) known = now - kFloorLateMax;
    last_ = std::max(last_, known);
    return last_;
}

QueuesSeen FloorRun::look_for_queues() {
    const SourceTime now = clock_.now();
    std::set<std::string> live;
    for (const auto& [camera, newest] : newest_)
        if (now - newest <= kQueueUnseenMax) live.insert(camera);
    unseen_tills_ = queue_sight_.unseen([&](const std::string& camera) { return live.contains(camera); });
    if (live.empty() || unseen_tills_.size() == queue_sight_.tills()) return QueuesSeen::kNone;
    return unseen_tills_.empty() ? QueuesSeen::kAll : QueuesSeen::kSome;
}

void FloorRun::remember_forecast() {
    if (std::exchange(knows_forecast_, true)) return;
    const auto kept = sink_.saved_forecast(kPlanCamera);
    if (kept && (kept->empty() || outlook_.remember(*kept))) return;
    if (options_.log)
        options_.log("floor plan: what was learnt of its queues can't be read; it is learnt anew");
}

Result<void> FloorRun::begin_session(SourceTime time) {
    remember_forecast();
    FloorAnalysisOptions options;
    options.outlook = &outlook_;
    options.shop = options_.shop;
    options.insight = options_.insight;
    options.tracking.appearance = scene::appearance_of(options_.looks_form);
    options.tracking.back_within = options_.back_within;
    // Whoever was lost inside may be anywhere: he is not forgotten before those who are out.
    options.tracking.lost_memory = std::max(options.tracking.lost_memory, options_.back_within);
    TRY_ASSIGN(options.session, sink_.new_session(kPlanCamera));
    // To the millisecond, as it is stored: when it is computed again it begins then.
    UtcTime began(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()));
    if (plan_from_ - began < kPlanStartMax) began = std::max(began, plan_from_);
    session_ = {kPlanCamera,
                options.session,
                began,
                std::nullopt,
                static_cast<int>(std::ceil(plan_->width_m)),
                static_cast<int>(std::ceil(plan_->depth_m))};
    path_news_.sessions.push_back(session_);
    newest_.clear();
    analysis_ = std::make_unique<FloorAnalysis>(*plan_, options, sink_.visits_to_resume(kPlanCamera),
                                                from_utc(began), outbox_);
    return analysis_->begin(from_utc(began));
}

void FloorRun::end_session() {
    if (!analysis_) return;
    const UtcTime now = next_millisecond();
    complain(analysis_->finish(from_utc(now)));
    path_news_.add(analysis_->take_paths());
    session_.ended = now;
    path_news_.sessions.push_back(session_);
    give_facts();
    analysis_.reset();
    keep_clocks({});
}

void FloorRun::keep_clocks(std::vector<CameraClock> clocks) {
    const MutexLock lock(queue_mutex_);
    clocks_ = std::move(clocks);
}

void FloorRun::give_facts() {
    sink_.facts(outbox_.take());
    if (const auto from = analysis_->take_correction()) sink_.corrected(to_utc(*from));
}

UtcTime FloorRun::next_millisecond() const {
    return UtcTime(
        std::chrono::ceil<std::chrono::milliseconds>(std::max(last_, clock_.now()).time_since_epoch()));
}

void FloorRun::complain(const Result<void>& result) {
    const std::string message = result ? std::string() : result.error().message;
    if (message == trouble_) return;
    trouble_ = message;
    if (options_.log && !message.empty()) options_.log("floor plan: " + message);
}

bool FloorRun::is_at_work() const {
    return plan_ && has_calibrated(*plan_);
}

std::optional<FloorState> FloorRun::state() const {
    std::int64_t dropped = 0;
    {
        const MutexLock lock(queue_mutex_);
        dropped = dropped_;
    }
    const MutexLock lock(mutex_);
    if (!is_at_work()) return std::nullopt;
    FloorState state;
    state.dropped = dropped;
    state.delay_ms = 1e3 * to_seconds(delay_.p95());
    for (const PlacedCamera& camera : plan_->cameras)
        if (camera.calibration) state.cameras.push_back(camera.camera);
    for (const auto& [camera, missed] : missed_)
        state.misses.push_back({camera, missed.count(MissedPictures::Why::kLate),
                                missed.count(MissedPictures::Why::kClock),
                                missed.count(MissedPictures::Why::kOverflow)});
    if (!analysis_) return state;
    state.people = analysis_->people();
    state.clocks = analysis_->clocks();
    return state;
}

std::vector<CameraClock> FloorRun::clocks() const {
    const MutexLock lock(queue_mutex_);
    return clocks_;
}

std::vector<CameraTrouble> FloorRun::troubles(const std::string& camera) const {
    const MutexLock lock(queue_mutex_);
    const auto found = troubles_.find(camera);
    return found == troubles_.end() ? std::vector<CameraTrouble>() : std::vector{found->second};
}

std::vector<ZoneNow> FloorRun::now() const {
    const MutexLock lock(mutex_);
    std::vector<ZoneNow> zones;
    if (!analysis_) return zones;
    const std::vector<insight::OpenVisit> open = analysis_->open_visits();
    // Whom cameras see is where they see him; facts are some seconds behind.
    std::map<std::string, std::set<PersonId>> people;
    std::set<PersonId> in_sight;
    for (const PlanPerson& person : analysis_->in_sight()) {
        in_sight.insert(person.person);
        for (const std::string& zone : person.zones)
            people[zone].insert(person.person);
    }
    for (const insight::OpenVisit& visit : open)
        if (!in_sight.contains(visit.person)) people[visit.zone].insert(visit.person);
    for (const Zone& zone : analysis_->layout().zones)
        zones.push_back({kPlanCamera, zone.name, static_cast<int>(people[zone.name].size())});
    return zones;
}

std::optional<QueueForecast> FloorRun::forecast() const {
    const MutexLock lock(mutex_);
    std::optional<QueueForecast> forecast = analysis_ ? outlook_.forecast() : std::nullopt;
    const std::set<std::string> unseen = unseen_tills_;
    if (!forecast || unseen.empty()) return forecast;
    std::erase_if(forecast->queues, [&](const QueueNow& queue) { return unseen.contains(queue.till); });
    forecast->waiting = 0;
    for (const QueueNow& queue : forecast->queues)
        forecast->waiting += queue.length;
    return forecast->queues.empty() ? std::nullopt : forecast;
}

std::optional<std::string> FloorRun::forecast_to_keep() const {
    const MutexLock lock(mutex_);
    if (!outlook_.forecast()) return std::nullopt;
    return outlook_.memory();
}

std::optional<Layout> FloorRun::layout() const {
    const MutexLock lock(mutex_);
    if (!is_at_work()) return std::nullopt;
    return with_zone(floor_layout(*plan_), Ground::kPlan);
}

std::optional<std::vector<records::OpenVisit>> FloorRun::open_visits() const {
    const MutexLock lock(mutex_);
    if (!analysis_) return std::nullopt;
    std::vector<records::OpenVisit> visits;
    for (const insight::OpenVisit& visit : analysis_->open_visits())
        visits.push_back({visit.id, kPlanCamera, visit.zone, analysis_->layout().version, visit.person,
                          to_utc(visit.begin), to_utc(visit.seen), visit.confidence, visit.place,
                          visit.body_height});
    return visits;
}

records::PathNews FloorRun::take_paths() {
    const MutexLock lock(mutex_);
    if (analysis_) path_news_.add(analysis_->take_paths());
    return std::exchange(path_news_, {});
}

}  // namespace vitrina::pipeline
