#include "pipeline/alarm_watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/thread_name.h"
#include "pipeline/queue_samples.h"
#include "rules/rule_json.h"
#include "rules/sentence.h"

namespace vitrina::pipeline {
namespace {

constexpr std::chrono::seconds kSlowEvery{2};
constexpr std::chrono::hours kSalesSpan{1};
constexpr std::chrono::seconds kFactsEvery{10};
static_assert(kFactsEvery < rules::kSampleLife);

/// Whether it is time, and then the next time; also when the clock was set back.
bool comes_due(UtcTime& next, UtcTime now, std::chrono::milliseconds every) {
    if (now < next && now >= next - every) return false;
    next = now + every;
    return true;
}

/// It goes on until somebody answers, not while a measure holds; having seen it is no answer.
bool is_answered(const records::AlarmRecord& alarm) {
    return alarm.measure == rules::to_text(rules::Measure::kWatchlist);
}

}  // namespace

AlarmWatch::AlarmWatch(records::AlarmStore& store, records::MatchStore& sales, Shop& shop, Options options)
    : store_(store),
      sales_(sales),
      shop_(shop),
      options_(std::move(options)),
      teller_{options_.shop, options_.simulated, options_.path, options_.to_local, {}},
      engine_(options_.to_local) {
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
    TRY_ASSIGN(const auto channels, store_.channels());
    for (const records::ChannelRecord& channel : channels)
        teller_.languages[channel.id] = parse_language(channel.language).value_or(Language::kEnglish);
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
    if (options_.queue_limits) options_.queue_limits->set(rules);
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

Result<bool> AlarmWatch::add_note(std::int64_t alarm, const std::string& who, const std::string& text) {
    TRY_ASSIGN(const bool is_there, store_.add_note(alarm, {options_.now(), who, text}));
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
    if (comes_due(next_queues_, now, kQueuesEvery)) sample_queues(now, samples);
    if (comes_due(next_slow_, now, kSlowEvery)) {
        if (unended_ && end_what_is_over()) unended_ = false;
        sample_cameras(now, samples);
        sample_sales(now, samples);
    }
    if (comes_due(next_facts_, now, kFactsEvery)) sample_facts(now, samples);
    for (const rules::Sample& sample : samples)
        for (const rules::Turn& turn : engine_.take(sample))
            follow(turn);
    for (const rules::Turn& turn : engine_.tick(now))
        follow(turn);
    escalate(now);
}

bool AlarmWatch::is_wanted(std::initializer_list<rules::Measure> measures) const {
    const auto& rules = engine_.rules();
    return std::any_of(rules.begin(), rules.end(), [&](const rules::Rule& rule) {
        return std::find(measures.begin(), measures.end(), rule.measure) != measures.end();
    });
}

double AlarmWatch::or_as_told(rules::Measure measure, const std::string& camera, const std::string& place,
                              double measured) const {
    for (const rules::Rule& rule : engine_.rules())
        if (rule.measure == measure && rule.above && engine_.is_raised(rule.id, camera, place))
            measured = std::max(measured, rule.limit);
    return measured;
}

void AlarmWatch::sample_cameras(UtcTime now, std::vector<rules::Sample>& samples) {
    const bool wants_troubles = is_wanted({rules::Measure::kCameraTrouble});
    for (const CameraState& camera : shop_.cameras()) {
        const std::string& id = camera.settings.id;
        const bool fine = camera.status == CameraStatus::kPaused || camera.status == CameraStatus::kLive;
        // Seconds begin anew with the program: what was told goes on until a picture comes.
        const double down_s =
            fine ? 0 : or_as_told(rules::Measure::kCameraDown, id, "", camera.without_picture_s);
        samples.push_back({rules::Measure::kCameraDown, id, "", down_s, now});
        if (wants_troubles) sample_troubles(camera, now, samples);
    }
}

void AlarmWatch::sample_troubles(const CameraState& camera, UtcTime now,
                                 std::vector<rules::Sample>& samples) {
    const std::string& id = camera.settings.id;
    const auto [entry, is_first] = connections_.try_emplace(id);
    Connection& connection = entry->second;
    const bool is_paused = camera.status == CameraStatus::kPaused;
    const bool is_away = camera.status != CameraStatus::kLive && !is_paused;
    if (is_first || is_away || camera.reconnects != connection.reconnects)
        connection = {camera.reconnects, now + options_.trouble_unknown};
    const bool is_unknown =
        !is_paused && now < connection.unknown_until &&
        connection.unknown_until <= now + options_.trouble_unknown;  // or the clock was set
    for (const PictureTrouble trouble : kPictureTroubles) {
        const std::string name(to_text(trouble));
        double lasting_s = 0;
        for (const CameraTrouble& it : camera.troubles)
            if (it.trouble == trouble)
                lasting_s = std::max(lasting_s, std::chrono::duration<double>(now - it.since).count());
        // A camera that loses its connection and comes back is not told of twice.
        if (is_unknown) lasting_s = or_as_told(rules::Measure::kCameraTrouble, id, name, lasting_s);
        samples.push_back({rules::Measure::kCameraTrouble, id, name, lasting_s, now});
    }
}

void AlarmWatch::sample_queues(UtcTime now, std::vector<rules::Sample>& samples) {
    if (!is_wanted({rules::Measure::kQueueLength, rules::Measure::kQueueWait, rules::Measure::kQueueForecast,
                    rules::Measure::kUnattended}))
        return;
    forecasts_.clear();
    for (QueueForecast& forecast : shop_.forecasts()) {
        for (rules::Sample& sample : queue_samples(forecast, now))
            samples.push_back(std::move(sample));
        for (rules::Sample& sample : unattended_.take(forecast, now)) {
            // Seconds begin anew with the program: what was told goes on until somebody serves.
            if (unattended_.is_unattended(sample.camera, sample.place))
                sample.value = or_as_told(sample.measure, sample.camera, sample.place, sample.value);
            samples.push_back(std::move(sample));
        }
        std::string camera = forecast.camera;
        forecasts_.insert_or_assign(std::move(camera), std::move(forecast));
    }
}

void AlarmWatch::sample_sales(UtcTime now, std::vector<rules::Sample>& samples) const {
    if (!is_wanted({rules::Measure::kEntries, rules::Measure::kSales, rules::Measure::kConversion})) return;
    const std::vector<UtcTime> hour = {now - kSalesSpan, now};
    const auto floor = shop_.floor();
    const auto counts = sales_.sales(hour, floor ? floor->cameras : std::vector<std::string>());
    if (!counts) return;
    const auto entries = static_cast<double>(counts->front().entries);
    const auto sales = static_cast<double>(counts->front().sales);
    samples.push_back({rules::Measure::kEntries, "", "", entries, now});
    samples.push_back({rules::Measure::kSales, "", "", sales, now});
    // More receipts than people are people whom no line saw: then nobody knows.
    if (counts->front().entries >= kConversionEntriesMin && sales <= entries)
        samples.push_back({rules::Measure::kConversion, "", "", 100 * sales / entries, now});
}

void AlarmWatch::sample_facts(UtcTime now, std::vector<rules::Sample>& samples) {
    if (options_.facts == nullptr) return;
    const auto add = [&](Result<std::vector<rules::Sample>> found) {
        if (!found) return;  // they are unknown until the disk answers again
        samples.insert(samples.end(), found->begin(), found->end());
    };
    if (is_wanted({rules::Measure::kTouches})) add(touch_samples(*options_.facts, shop_, now));
    if (is_wanted({rules::Measure::kConsultWait})) add(consult_samples(*options_.facts, now));
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
    const auto forecast = forecasts_.find(turn.camera);
    if (rule.measure == rules::Measure::kQueueForecast && rule.above && forecast != forecasts_.end())
        if (const auto opening = opening_of(forecast->second, rule.limit)) {
            alarm.open_till = opening->till;
            alarm.open_at = opening->at;
            alarm.text += "; " + rules::opening_text(opening->till, options_.to_local(opening->at).minute,
                                                     Language::kEnglish);
        }
    alarm.raised = turn.at;
    const auto channels = is_quiet(rule, turn.at) ? std::vector<std::int64_t>() : rule.channels;
    const auto id = keep(alarm, channels);
    if (!id) {
        engine_.take_back(turn.rule, turn.camera, turn.place);
        return complain(id.error().message);
    }
    told_.clear();
    if (options_.posted) options_.posted();
    listeners_.tell(*id);
}

Result<std::int64_t> AlarmWatch::keep(const records::AlarmRecord& alarm,
                                      const std::vector<std::int64_t>& channels) {
    return store_.raise(alarm, [&, &teller = teller_](const records::AlarmRecord& kept) {
        return messages_of(teller, kept, channels, "raised", options_.now());
    });
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
    alarm.watch_match = watched.match;
    alarm.raised = watched.at;
    std::vector<std::int64_t> channels;
    if (rule != nullptr && rules::includes(rule->hours, options_.to_local(watched.at)) &&
        !is_quiet(*rule, watched.at))
        channels = rule->channels;
    TRY_ASSIGN(const std::int64_t id, keep(alarm, channels));
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
        const auto messages = messages_of(teller_, alarm, rule->escalate_to, "escalated", now);
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
