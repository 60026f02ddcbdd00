#include "pipeline/alarm_watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "pipeline/alarm_message.h"
#include "pipeline/queue_samples.h"
#include "rules/rule_json.h"

namespace vitrina::pipeline {
namespace {

constexpr std::chrono::seconds kSlowEvery{2};
constexpr std::chrono::hours kSalesSpan{1};

/// It goes on until somebody answers, not while a measure holds; having seen it is no answer.
bool is_answered(const records::AlarmRecord& alarm) {
    return alarm.measure == rules::to_text(rules::Measure::kWatchlist);
}

}  // namespace

AlarmWatch::AlarmWatch(records::AlarmStore& store, records::MatchStore& sales, Shop& shop, Options options)
    : store_(store), sales_(sales), shop_(shop), options_(std::move(options)), engine_(options_.to_local) {
    subscription_ =
        shop_.on_tracks([this](const std::shared_ptr<const LiveTracks>& tracks) { take(tracks); });
    plan_subscription_ = shop_.on_plan([this](const std::shared_ptr<const LivePlan>& plan) {
        auto tracks = std::make_shared<LiveTracks>();
        tracks->camera = kPlanCamera;
        tracks->at = plan->at;
        for (const PlanPerson& person : plan->people)
            tracks->people.push_back({person.person, {}, 1, person.zones});
        take(std::move(tracks));
    });
    if (const auto read = reload(); !read && options_.log) options_.log("alarms: " + read.error().message);
    thread_ = std::thread([this] {
        name_thread("alarms");
        run();
    });
}

AlarmWatch::~AlarmWatch() {
    subscription_.reset();
    plan_subscription_.reset();
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void AlarmWatch::take(std::shared_ptr<const LiveTracks> tracks) {
    const MutexLock lock(mutex_);
    if (waiting_.size() >= kTracksWaitingMax) waiting_.pop_front();
    waiting_.push_back(std::move(tracks));
    changed_.notify_one();
}

Result<void> AlarmWatch::reload() {
    const MutexLock lock(judging_);
    TRY_ASSIGN(const auto records, store_.rules());
    std::vector<rules::Rule> rules;
    rules.reserve(records.size());
    for (const records::RuleRecord& record : records) {
        auto rule = rules::parse_rule(record.json);
        if (rule) {
            rule->id = record.id;
            rules.push_back(std::move(*rule));
        } else if (options_.log) {
            options_.log(fmt::format("rule {}: {}", record.id, rule.error().message));
        }
    }
    engine_.set_rules(std::move(rules));
    if (!std::exchange(resumed_, true)) resume(options_.now());
    return end_what_is_over();
}

Result<void> AlarmWatch::end_what_is_over() {
    // Alarms of a rule that has gone, or is another one now, are over.
    TRY_ASSIGN(const auto open, store_.open_alarms());
    for (const records::AlarmRecord& alarm : open)
        if (!is_answered(alarm) && !engine_.is_raised(alarm.rule, alarm.camera, alarm.place)) {
            TRY(store_.end(alarm.rule, alarm.camera, alarm.place, options_.now()));
            listeners_.tell(alarm.id);
        }
    return {};
}

void AlarmWatch::resume(UtcTime now) {
    const auto open = store_.open_alarms();
    if (!open) return;
    for (const records::AlarmRecord& alarm : *open)
        if (!is_answered(alarm)) engine_.resume(alarm.rule, alarm.camera, alarm.place, alarm.raised, now);
}

Result<bool> AlarmWatch::acknowledge(std::int64_t alarm, const std::string& who, const std::string& note) {
    TRY_ASSIGN(const bool is_there, store_.acknowledge(alarm, who, note, options_.now()));
    if (is_there) listeners_.tell(alarm);
    return is_there;
}

std::shared_ptr<void> AlarmWatch::on_change(std::function<void(std::int64_t)> callback) {
    return listeners_.add(std::move(callback));
}

void AlarmWatch::run() {
    while (wait())
        judge();
}

bool AlarmWatch::wait() {
    const auto end = std::chrono::steady_clock::now() + kJudgeEvery;
    const MutexLock lock(mutex_);
    if (!stopping_ && waiting_.empty()) changed_.wait_until(mutex_, end);
    return !stopping_;
}

void AlarmWatch::judge() {
    std::deque<std::shared_ptr<const LiveTracks>> pictures;
    {
        const MutexLock lock(mutex_);
        pictures.swap(waiting_);
    }
    const MutexLock lock(judging_);
    if (engine_.rules().empty()) return;
    const UtcTime now = options_.now();
    std::vector<rules::Sample> samples;
    for (const auto& tracks : pictures) {
        std::vector<std::string> names;
        if (const auto layout = shop_.layout(tracks->camera)) {
            names.reserve(layout->zones.size());
            for (const Zone& zone : layout->zones)
                names.push_back(zone.name);
        }
        for (rules::Sample& sample : zones_.take(*tracks, names))
            samples.push_back(std::move(sample));
    }
    if (now >= next_slow_ || now < next_slow_ - kSlowEvery) {
        next_slow_ = now + kSlowEvery;
        if (unended_ && end_what_is_over()) unended_ = false;
        sample_cameras(now, samples);
        sample_sales(now, samples);
        sample_queues(now, samples);
    }
    for (const rules::Sample& sample : samples)
        for (const rules::Turn& turn : engine_.take(sample))
            follow(turn);
    for (const rules::Turn& turn : engine_.tick(now))
        follow(turn);
    escalate(now);
}

void AlarmWatch::sample_cameras(UtcTime now, std::vector<rules::Sample>& samples) const {
    for (const CameraState& camera : shop_.cameras()) {
        const bool fine = camera.status == CameraStatus::kPaused || camera.status == CameraStatus::kLive;
        double down_s = fine ? 0 : camera.without_picture_s;
        // Seconds begin anew with the program: what was told goes on until a picture comes.
        for (const rules::Rule& rule : engine_.rules())
            if (!fine && rule.measure == rules::Measure::kCameraDown && rule.above &&
                engine_.is_raised(rule.id, camera.settings.id, ""))
                down_s = std::max(down_s, rule.limit);
        samples.push_back({rules::Measure::kCameraDown, camera.settings.id, "", down_s, now});
    }
}

void AlarmWatch::sample_queues(UtcTime now, std::vector<rules::Sample>& samples) {
    advice_.clear();
    for (const QueueForecast& forecast : shop_.forecasts()) {
        for (rules::Sample& sample : queue_samples(forecast, now))
            samples.push_back(std::move(sample));
        if (auto advice = advice_of(forecast, options_.to_local))
            advice_[forecast.camera] = std::move(*advice);
    }
}

void AlarmWatch::sample_sales(UtcTime now, std::vector<rules::Sample>& samples) const {
    const auto& rules = engine_.rules();
    const bool wanted = std::any_of(rules.begin(), rules.end(), [](const rules::Rule& rule) {
        return rule.measure == rules::Measure::kEntries || rule.measure == rules::Measure::kSales;
    });
    if (!wanted) return;
    const std::vector<UtcTime> hour = {now - kSalesSpan, now};
    const auto floor = shop_.floor();
    const auto counts = sales_.sales(hour, floor ? floor->cameras : std::vector<std::string>());
    if (!counts) return;
    samples.push_back({rules::Measure::kEntries, "", "", static_cast<double>(counts->front().entries), now});
    samples.push_back({rules::Measure::kSales, "", "", static_cast<double>(counts->front().sales), now});
}

const rules::Rule* AlarmWatch::rule_of(std::int64_t id) const {
    const auto& rules = engine_.rules();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

bool AlarmWatch::is_quiet(const rules::Rule& rule, UtcTime at) const {
    return rule.quiet && rule.severity != rules::Severity::kUrgent &&
           rules::includes(*rule.quiet, options_.to_local(at));
}

void AlarmWatch::follow(const rules::Turn& turn) {
    const rules::Rule* const rule = rule_of(turn.rule);
    if (turn.kind == rules::Turn::Kind::kRaised) {
        if (rule != nullptr) raise(*rule, turn);
        return;
    }
    const auto open = store_.open_alarms();
    const auto ended = store_.end(turn.rule, turn.camera, turn.place, turn.at);
    if (!ended) {
        unended_ = true;
        complain(ended.error().message);
    }
    if (!open) return;
    for (const records::AlarmRecord& alarm : *open)
        if (alarm.rule == turn.rule && alarm.camera == turn.camera && alarm.place == turn.place)
            listeners_.tell(alarm.id);
}

void AlarmWatch::raise(const rules::Rule& rule, const rules::Turn& turn) {
    records::AlarmRecord alarm;
    alarm.rule = rule.id;
    alarm.rule_name = rule.name;
    alarm.severity = rules::to_text(rule.severity);
    alarm.measure = rules::to_text(rule.measure);
    alarm.camera = turn.camera;
    alarm.place = turn.place;
    alarm.value = turn.value;
    alarm.limit = rule.limit;
    alarm.text = rules::sentence_of(rule, turn.camera, turn.place, turn.value);
    if (rule.measure == rules::Measure::kQueueForecast)
        if (const auto advice = advice_.find(turn.camera); advice != advice_.end())
            alarm.text += "; " + advice->second;
    alarm.raised = turn.at;
    const auto messages = messages_of(options_.shop, alarm,
                                      is_quiet(rule, turn.at) ? std::vector<std::int64_t>() : rule.channels,
                                      "raised", options_.now());
    const auto id = store_.raise(alarm, messages);
    if (!id) {
        engine_.take_back(turn.rule, turn.camera, turn.place);
        return complain(id.error().message);
    }
    told_.clear();
    if (options_.posted) options_.posted();
    listeners_.tell(*id);
}

const rules::Rule* AlarmWatch::watchlist_rule(const std::string& camera) const {
    const auto& rules = engine_.rules();
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const rules::Rule& rule) {
        return rule.enabled && rule.measure == rules::Measure::kWatchlist &&
               (rule.camera.empty() || rule.camera == camera);
    });
    return found == rules.end() ? nullptr : &*found;
}

Result<std::int64_t> AlarmWatch::raise_watchlist(const Watched& watched) {
    const MutexLock lock(judging_);
    const rules::Rule* const rule = watchlist_rule(watched.camera);
    records::AlarmRecord alarm;
    alarm.rule = rule == nullptr ? 0 : rule->id;
    alarm.rule_name = rule == nullptr ? "Watchlist" : rule->name;
    alarm.severity = rules::to_text(rule == nullptr ? rules::Severity::kUrgent : rule->severity);
    alarm.measure = rules::to_text(rules::Measure::kWatchlist);
    alarm.camera = watched.camera;
    alarm.place = watched.place;
    alarm.value = watched.likeness;
    alarm.limit = watched.likeness_min;
    alarm.text = watched.text;
    alarm.raised = watched.at;
    std::vector<std::int64_t> channels;
    if (rule != nullptr && rules::includes(rule->hours, options_.to_local(watched.at)) &&
        !is_quiet(*rule, watched.at))
        channels = rule->channels;
    TRY_ASSIGN(const std::int64_t id,
               store_.raise(alarm, messages_of(options_.shop, alarm, channels, "raised", options_.now())));
    if (options_.posted) options_.posted();
    listeners_.tell(id);
    return id;
}

Result<bool> AlarmWatch::answer_watchlist(std::int64_t alarm, const std::string& who,
                                          const std::string& note) {
    TRY_ASSIGN(const bool is_there, store_.acknowledge(alarm, who, note, options_.now()));
    if (!is_there) return false;
    TRY(store_.end_alarm(alarm, options_.now()));
    listeners_.tell(alarm);
    return true;
}

void AlarmWatch::escalate(UtcTime now) {
    const auto& rules = engine_.rules();
    if (std::none_of(rules.begin(), rules.end(),
                     [](const auto& rule) { return rule.escalate_after.count() > 0; }))
        return;
    const auto open = store_.open_alarms();
    if (!open) return;
    for (const records::AlarmRecord& alarm : *open) {
        const rules::Rule* const rule = rule_of(alarm.rule);
        const bool is_seen_to = alarm.acknowledged && !is_answered(alarm);
        if (rule == nullptr || rule->escalate_after.count() == 0 || is_seen_to || alarm.escalated ||
            now < alarm.raised + rule->escalate_after)
            continue;
        if (is_quiet(*rule, now)) continue;  // when the quiet is over, if it still goes on
        const auto messages = messages_of(options_.shop, alarm, rule->escalate_to, "escalated", now);
        const auto done = store_.escalate(alarm.id, now, messages);
        if (!done) return complain(done.error().message);
        if (options_.posted) options_.posted();
        listeners_.tell(alarm.id);
    }
}

void AlarmWatch::complain(const std::string& message) {
    // What fails is tried again some times a second, and told once.
    if (std::exchange(told_, message) != message && options_.log) options_.log("alarms: " + message);
}

}  // namespace vitrina::pipeline
