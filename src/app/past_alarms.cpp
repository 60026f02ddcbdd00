#include "app/past_alarms.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "pipeline/queue_samples.h"
#include "rules/rule_json.h"
#include "rules/sentence.h"

namespace vitrina::app {
namespace {

constexpr std::chrono::seconds kLookedAfter{95};  // until somebody does
constexpr const char* kWho = "simulated staff";

}  // namespace

Result<PastAlarms> PastAlarms::create(records::AlarmStore& store, rules::Engine::ToLocal to_local) {
    PastAlarms alarms(store, std::move(to_local));
    TRY_ASSIGN(const auto records, store.rules());
    std::vector<rules::Rule> rules;
    rules.reserve(records.size());
    for (const records::RuleRecord& record : records) {
        TRY_ASSIGN(rules::Rule rule, rules::parse_rule(record.json));
        rule.id = record.id;
        rules.push_back(std::move(rule));
    }
    alarms.engine_.set_rules(std::move(rules));
    records::AlarmFilter newest;
    newest.to = UtcTime::max();
    newest.limit = 1;
    TRY_ASSIGN(const auto found, store.alarms(newest));
    if (!found.empty()) alarms.known_ = found.front().raised;
    return alarms;
}

Result<void> PastAlarms::take(const pipeline::QueueForecast& forecast, UtcTime now) {
    for (const rules::Sample& sample : pipeline::queue_samples(forecast, now))
        for (const rules::Turn& turn : engine_.take(sample))
            TRY(follow(turn, forecast));
    return {};
}

Result<void> PastAlarms::follow(const rules::Turn& turn, const pipeline::QueueForecast& forecast) {
    if (turn.kind == rules::Turn::Kind::kEnded)
        return store_->end(turn.rule, turn.camera, turn.place, turn.at);
    if (turn.at <= known_) return {};
    const auto rule = std::find_if(engine_.rules().begin(), engine_.rules().end(),
                                   [&](const rules::Rule& it) { return it.id == turn.rule; });
    if (rule == engine_.rules().end()) return {};
    records::AlarmRecord alarm;
    alarm.rule = rule->id;
    alarm.rule_name = rule->name;
    alarm.severity = rules::to_text(rule->severity);
    alarm.measure = rules::to_text(rule->measure);
    alarm.camera = turn.camera;
    alarm.place = turn.place;
    alarm.value = turn.value;
    alarm.limit = rule->limit;
    alarm.text = rules::sentence_of(*rule, turn.camera, turn.place, turn.value);
    alarm.raised = turn.at;
    const bool is_ahead = rule->measure == rules::Measure::kQueueForecast && rule->above;
    const auto opening = pipeline::opening_of(forecast, is_ahead ? rule->limit : forecast.length_limit);
    const std::string words =
        opening ? rules::opening_text(opening->till, to_local_(opening->at).minute, Language::kEnglish)
                : "seen to";
    if (opening && is_ahead) {
        alarm.open_till = opening->till;
        alarm.open_at = opening->at;
        alarm.text += "; " + words;
    }
    TRY_ASSIGN(const std::int64_t id, store_->raise(alarm, {}));
    TRY_ASSIGN(const bool is_there, store_->acknowledge(id, kWho, words, turn.at + kLookedAfter));
    return is_there ? Result<void>() : failed("an alarm that was kept is gone");
}

}  // namespace vitrina::app
