// When rules come true: a deterministic function of samples and of time. The same samples and ticks give the
// same alarms, and how often it is ticked changes only when something that lasts is noticed, not what is said
// of it. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "rules/rule.h"

namespace vitrina::rules {

/// A measure of which nothing was heard for so long is unknown: no rule about it holds.
inline constexpr std::chrono::seconds kSampleLife{30};

/// A rule came true, or what made it true is over.
struct Turn {
    enum class Kind : std::uint8_t { kRaised, kEnded };
    Kind kind = Kind::kRaised;
    std::int64_t rule = 0;
    std::string camera;
    std::string place;
    double value = 0;  // that was measured then
    UtcTime at;        // the moment at which it had lasted long enough, or ended
};

class Engine {
  public:
    using ToLocal = std::function<LocalTime(UtcTime)>;
    explicit Engine(ToLocal to_local) : to_local_(std::move(to_local)) {}

    /// From now on. What was true goes on being true where the rule is as it was; other alarms end silently.
    void set_rules(std::vector<Rule> rules);
    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }

    /// An alarm of before goes on: it was raised then, and is as if it had been sampled now. Nothing where
    /// the rule is gone.
    void resume(std::int64_t rule, const std::string& camera, const std::string& place, UtcTime raised,
                UtcTime now);
    [[nodiscard]] bool is_raised(std::int64_t rule, const std::string& camera,
                                 const std::string& place) const;
    /// A kRaised of this place could not be kept: it comes true again at the next look.
    void take_back(std::int64_t rule, const std::string& camera, const std::string& place);

    /// What follows from one more sample. Samples of a place come in the order of their time; one that is
    /// older than the last (a clock that was set back) begins anew.
    [[nodiscard]] std::vector<Turn> take(const Sample& sample);
    /// What follows from time alone.
    [[nodiscard]] std::vector<Turn> tick(UtcTime now);

  private:
    using Key = std::tuple<std::int64_t, std::string, std::string>;  // rule, camera, place
    struct State {
        std::optional<UtcTime> since;  // the condition holds
        std::optional<UtcTime> last_raised;
        bool raised = false;
        double value = 0;
        UtcTime sampled;
    };
    [[nodiscard]] static bool applies(const Rule& rule, const Sample& sample);
    [[nodiscard]] const Rule* rule_of(std::int64_t id) const;
    void judge(const Rule& rule, const Key& key, State& state, UtcTime now, std::vector<Turn>& turns) const;
    static void end(const Key& key, State& state, UtcTime at, std::vector<Turn>& turns);

    ToLocal to_local_;
    std::vector<Rule> rules_;
    std::map<Key, State> states_;
};

}  // namespace vitrina::rules
