// What the shop wants to reach on each weekday.
#include <array>
#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/routes/handlers.h"

namespace vitrina::api {
namespace {

using GoalJson = nlohmann::ordered_json;

constexpr int kGoalDays = 7;
constexpr double kGoalCountMax = 1e6;

/// A measure, and the most that may be wanted of it.
struct GoalMeasure {
    const char* name;
    double most;
    bool is_whole;
};
constexpr std::array<GoalMeasure, 3> kGoalMeasures = {
    {{"entries", kGoalCountMax, true}, {"sales", kGoalCountMax, true}, {"conversion", 1, false}}};

/// All weekdays from Monday, with null for what is not wanted; `given` are those that are known.
GoalJson whole_week(const GoalJson& given) {
    GoalJson week = GoalJson::array();
    for (int weekday = 1; weekday <= kGoalDays; ++weekday) {
        GoalJson day = {{"weekday", weekday}};
        for (const GoalMeasure& measure : kGoalMeasures)
            day[measure.name] = nullptr;
        for (const GoalJson& one : given)
            if (one.value("weekday", 0) == weekday)
                for (const GoalMeasure& measure : kGoalMeasures)
                    if (one.contains(measure.name)) day[measure.name] = one[measure.name];
        week.push_back(std::move(day));
    }
    return week;
}

/// What is wrong with the goals of a weekday; empty: nothing.
std::string problem_of_goals(const nlohmann::json& day, std::set<int>& weekdays) {
    if (!day.is_object()) return "is no object";
    const auto weekday = day.find("weekday");
    if (weekday == day.end() || !weekday->is_number_integer() || *weekday < 1 || *weekday > kGoalDays)
        return "needs a weekday from 1, Monday, to 7";
    if (!weekdays.insert(weekday->get<int>()).second)
        return fmt::format("is of weekday {} again", weekday->get<int>());
    for (const auto& [name, value] : day.items()) {
        if (name == "weekday" || value.is_null()) continue;
        const GoalMeasure* known = nullptr;
        for (const GoalMeasure& measure : kGoalMeasures)
            if (name == measure.name) known = &measure;
        if (known == nullptr) return fmt::format("has an unknown field \"{}\"", name);
        if (!value.is_number() || value.get<double>() <= 0 || value.get<double>() > known->most ||
            (known->is_whole && !value.is_number_integer()))
            return fmt::format("\"{}\" must be a {} above 0, {:g} at most", name,
                               known->is_whole ? "whole number" : "number", known->most);
    }
    return "";
}

}  // namespace

Reply get_goals(const Request& /*request*/, const Services& services) {
    TRY_ASSIGN(const std::string saved, services.shop_records.goals());
    const GoalJson given = GoalJson::parse(saved, nullptr, false);
    return json_response({{"goals", whole_week(given.is_array() ? given : GoalJson::array())}});
}

Reply save_goals(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json days = fields.raw("goals");
    TRY(fields.done());
    if (!days.is_array()) return refuse({400, "bad_request", "\"goals\" must be a list"});
    std::set<int> weekdays;
    for (std::size_t i = 0; i < days.size(); ++i)
        if (const std::string problem = problem_of_goals(days[i], weekdays); !problem.empty())
            return refuse({422, "bad_field", fmt::format("goal {}: {}", i + 1, problem)});
    const GoalJson week = whole_week(GoalJson(days));
    TRY(services.shop_records.save_goals(week.dump()));
    return json_response({{"goals", week}});
}

}  // namespace vitrina::api
