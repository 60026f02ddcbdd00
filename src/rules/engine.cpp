#include "rules/engine.h"

#include <algorithm>

namespace vitrina::rules {

bool Engine::applies(const Rule& rule, const Sample& sample) {
    return rule.enabled && rule.measure == sample.measure &&
           (rule.camera.empty() || rule.camera == sample.camera) &&
           (rule.place.empty() || rule.place == sample.place);
}

const Rule* Engine::rule_of(std::int64_t id) const {
    const auto found =
        std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) { return rule.id == id; });
    return found == rules_.end() ? nullptr : &*found;
}

void Engine::set_rules(std::vector<Rule> rules) {
    std::swap(rules_, rules);
    std::erase_if(states_, [&](const auto& entry) {
        const std::int64_t id = std::get<0>(entry.first);
        const auto before =
            std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
        const Rule* const now = rule_of(id);
        return before == rules.end() || now == nullptr || *now != *before;
    });
}

void Engine::resume(std::int64_t rule, const std::string& camera, const std::string& place, UtcTime raised,
                    UtcTime now) {
    const Rule* const known = rule_of(rule);
    if (known == nullptr || !known->enabled) return;
    State& state = states_[Key(rule, camera, place)];
    state.since = raised;
    state.last_raised = raised;
    state.raised = true;
    state.sampled = now;
}

bool Engine::is_raised(std::int64_t rule, const std::string& camera, const std::string& place) const {
    const auto found = states_.find(Key(rule, camera, place));
    return found != states_.end() && found->second.raised;
}

void Engine::take_back(std::int64_t rule, const std::string& camera, const std::string& place) {
    const auto found = states_.find(Key(rule, camera, place));
    if (found == states_.end()) return;
    found->second.raised = false;
    found->second.last_raised.reset();
}

void Engine::end(const Key& key, State& state, UtcTime at, std::vector<Turn>& turns) {
    state.since.reset();
    if (!state.raised) return;
    state.raised = false;
    turns.push_back(
        {Turn::Kind::kEnded, std::get<0>(key), std::get<1>(key), std::get<2>(key), state.value, at});
}

void Engine::judge(const Rule& rule, const Key& key, State& state, UtcTime now,
                   std::vector<Turn>& turns) const {
    if (!state.since || state.raised || now < *state.since + rule.lasting) return;
    if (state.last_raised && now < *state.last_raised + rule.again_after) return;
    if (!includes(rule.hours, to_local_(now))) return;
    // Told as of the moment at which it was due, however late somebody looked.
    UtcTime due = *state.since + rule.lasting;
    if (state.last_raised) due = std::max(due, *state.last_raised + rule.again_after);
    const UtcTime at = includes(rule.hours, to_local_(due)) ? due : now;
    state.raised = true;
    state.last_raised = at;
    turns.push_back(
        {Turn::Kind::kRaised, std::get<0>(key), std::get<1>(key), std::get<2>(key), state.value, at});
}

std::vector<Turn> Engine::take(const Sample& sample) {
    std::vector<Turn> turns;
    for (const Rule& rule : rules_) {
        if (!applies(rule, sample)) continue;
        const Key key(rule.id, sample.camera, sample.place);
        State& state = states_[key];
        if (sample.at < state.sampled) {
            end(key, state, sample.at, turns);
            state.last_raised.reset();
        } else {
            // What had lasted long enough before this sample was true, even if it is not any more.
            if (sample.at - state.sampled > kSampleLife)
                end(key, state, state.sampled + kSampleLife, turns);
            else
                judge(rule, key, state, sample.at, turns);
        }
        state.sampled = sample.at;
        const bool holds = rule.above ? sample.value >= rule.limit : sample.value <= rule.limit;
        state.value = sample.value;
        if (!holds)
            end(key, state, sample.at, turns);
        else if (!state.since)
            state.since = sample.at;
        judge(rule, key, state, sample.at, turns);
    }
    return turns;
}

std::vector<Turn> Engine::tick(UtcTime now) {
    std::vector<Turn> turns;
    for (auto& [key, state] : states_) {
        const Rule* const rule = rule_of(std::get<0>(key));
        if (rule == nullptr) continue;
        const UtcTime known_until = std::min(now, state.sampled + kSampleLife);
        judge(*rule, key, state, known_until, turns);
        if (now > state.sampled + kSampleLife) end(key, state, known_until, turns);
    }
    return turns;
}

}  // namespace vitrina::rules
