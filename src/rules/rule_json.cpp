#include "rules/rule_json.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "domain/picture_trouble.h"
#include "domain/text.h"

namespace vitrina::rules {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kDayS = 86'400;
constexpr std::size_t kNameLengthMax = 64;
constexpr double kLimitMax = 1e9;

/// The fields of one object; the first mistake counts.
class Reader {
  public:
    Reader(const Json& object, std::string prefix) : object_(object), prefix_(std::move(prefix)) {
        if (!object.is_object())
            problem_ = prefix_ + (prefix_.empty() ? "a rule" : ":") + " must be an object";
    }

    std::string text(const char* name, const std::string& otherwise) {
        const Json* const value = find(name);
        if (value == nullptr) return otherwise;
        if (!value->is_string()) {
            problem(name, "must be text");
            return otherwise;
        }
        auto text = value->get<std::string>();
        const auto points = decode_utf8(text);
        if (!points || points->size() > kNameLengthMax)
            problem(name, fmt::format("is text of at most {} characters", kNameLengthMax));
        return text;
    }
    bool flag(const char* name, bool otherwise) {
        const Json* const value = find(name);
        if (value == nullptr) return otherwise;
        if (value->is_boolean()) return value->get<bool>();
        problem(name, "must be true or false");
        return otherwise;
    }
    std::int64_t whole(const char* name, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
        const Json* const value = find(name);
        if (value == nullptr) return otherwise;
        if (value->is_number_integer() && *value >= least && *value <= most)
            return value->get<std::int64_t>();
        problem(name, fmt::format("is a whole number from {} to {}", least, most));
        return otherwise;
    }
    double number(const char* name, double otherwise) {
        const Json* const value = find(name);
        if (value == nullptr) return otherwise;
        if (value->is_number() && std::abs(value->get<double>()) <= kLimitMax) return value->get<double>();
        problem(name, fmt::format("is a number of at most {}", kLimitMax));
        return otherwise;
    }
    std::vector<std::int64_t> numbers(const char* name) {
        const Json* const value = find(name);
        std::vector<std::int64_t> result;
        if (value == nullptr) return result;
        if (!value->is_array() || value->size() > kChannelsMax) {
            problem(name, fmt::format("is a list of at most {} numbers of channels", kChannelsMax));
            return result;
        }
        for (const Json& item : *value) {
            if (!item.is_number_integer() || std::find(result.begin(), result.end(), item) != result.end())
                problem(name, "is a list of different numbers of channels");
            else
                result.push_back(item.get<std::int64_t>());
        }
        return result;
    }
    const Json* find(const char* name) {
        known_.insert(name);
        if (problem_) return nullptr;
        const auto found = object_.find(name);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    void problem(const std::string& name, const std::string& what) {
        if (!problem_) problem_ = fmt::format("{}{}: {}", prefix_, name, what);
    }
    [[nodiscard]] Result<void> done() {
        if (!problem_)
            for (const auto& [name, value] : object_.items())
                if (!known_.contains(name)) problem(name, "there is no such field");
        if (problem_) return misconfigured(*problem_);
        return {};
    }

  private:
    const Json& object_;
    std::string prefix_;
    std::set<std::string> known_;
    std::optional<std::string> problem_;
};

/// "HH:MM"; -1 for what is none.
int minute_of(const std::string& text) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
    if (text.size() != 5 || text[2] != ':') return -1;
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? hour * 60 + minute : -1;
}

std::string clock_of(int minute) {
    return fmt::format("{:02}:{:02}", minute / 60 % 24, minute % 60);
}

Result<Hours> hours_of(const Json& json, const std::string& prefix) {
    Reader reader(json, prefix);
    Hours hours;
    for (const auto& [name, minute] : {std::pair{"from", &hours.from_minute}, {"to", &hours.to_minute}}) {
        *minute = minute_of(reader.text(name, "00:00"));
        if (*minute < 0) reader.problem(name, "is a time of day like 09:30");
    }
    if (const Json* const days = reader.find("weekdays")) {
        hours.weekdays = 0;
        const bool is_list = days->is_array() && !days->empty();
        if (!is_list) reader.problem("weekdays", "is a list of numbers from 1, Monday, to 7, Sunday");
        for (const Json& day : is_list ? *days : Json::array()) {
            if (day.is_number_integer() && day >= 1 && day <= 7)
                hours.weekdays |= static_cast<std::uint8_t>(1U << (day.get<unsigned>() - 1));
            else
                reader.problem("weekdays", "is a list of numbers from 1, Monday, to 7, Sunday");
        }
    }
    TRY(reader.done());
    return hours;
}

Json json_of(const Hours& hours) {
    Json days = Json::array();
    for (unsigned day = 0; day < 7; ++day)
        if ((hours.weekdays & 1U << day) != 0) days.push_back(day + 1);
    return {{"from", clock_of(hours.from_minute)}, {"to", clock_of(hours.to_minute)}, {"weekdays", days}};
}

std::vector<std::string_view> trouble_names() {
    std::vector<std::string_view> names;
    names.reserve(kPictureTroubles.size());
    for (const PictureTrouble trouble : kPictureTroubles)
        names.push_back(to_text(trouble));
    return names;
}

bool is_trouble(std::string_view name) {
    const auto names = trouble_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<Rule> parse_rule(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    Reader reader(json, "");
    Rule rule;
    rule.name = reader.text("name", "");
    if (rule.name.empty()) reader.problem("name", "is missing");
    rule.enabled = reader.flag("enabled", true);
    const auto measure = parse_measure(reader.text("measure", ""));
    if (!measure) reader.problem("measure", "is none that is known");
    rule.measure = measure.value_or(rule.measure);
    rule.camera = reader.text("camera", "");
    rule.place = reader.text("place", "");
    const bool of_shop = rule.measure == Measure::kEntries || rule.measure == Measure::kSales ||
                         rule.measure == Measure::kConversion;
    if (of_shop && !rule.camera.empty())
        reader.problem("camera", "is not for this measure: it is the whole shop's");
    const bool of_camera = rule.measure == Measure::kCameraDown || rule.measure == Measure::kQueueForecast ||
                           rule.measure == Measure::kWatchlist;
    if ((of_shop || of_camera) && !rule.place.empty()) reader.problem("place", "is not for this measure");
    if (rule.measure == Measure::kCameraTrouble && !rule.place.empty() && !is_trouble(rule.place))
        reader.problem("place", fmt::format("is one of {}", fmt::join(trouble_names(), ", ")));
    rule.above = reader.flag("above", true);
    rule.limit = reader.number("limit", 1);
    rule.lasting = std::chrono::seconds(reader.whole("lasting_s", 0, kDayS, 0));
    const auto severity = parse_severity(reader.text("severity", "warning"));
    if (!severity) reader.problem("severity", "is info, warning or urgent");
    rule.severity = severity.value_or(rule.severity);
    rule.channels = reader.numbers("channels");
    rule.again_after = std::chrono::seconds(reader.whole("again_after_s", 0, kDayS, 300));
    rule.escalate_after = std::chrono::seconds(reader.whole("escalate_after_s", 0, kDayS, 0));
    rule.escalate_to = reader.numbers("escalate_to");
    const Json* const hours = reader.find("hours");
    const Json* const quiet = reader.find("quiet");
    TRY(reader.done());
    if (hours != nullptr) {
        TRY_ASSIGN(rule.hours, hours_of(*hours, "hours."));
    }
    if (quiet != nullptr) {
        TRY_ASSIGN(rule.quiet, hours_of(*quiet, "quiet."));
    }
    return rule;
}

std::string to_json(const Rule& rule) {
    Json json = {{"name", rule.name},
                 {"enabled", rule.enabled},
                 {"measure", to_text(rule.measure)},
                 {"camera", rule.camera},
                 {"place", rule.place},
                 {"above", rule.above},
                 {"limit", rule.limit},
                 {"lasting_s", rule.lasting.count()},
                 {"hours", json_of(rule.hours)},
                 {"severity", to_text(rule.severity)},
                 {"channels", rule.channels},
                 {"again_after_s", rule.again_after.count()},
                 {"quiet", nullptr},
                 {"escalate_after_s", rule.escalate_after.count()},
                 {"escalate_to", rule.escalate_to}};
    if (rule.quiet) json["quiet"] = json_of(*rule.quiet);
    return json.dump();
}

}  // namespace vitrina::rules
