#include "api/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "api/instant.h"
#include "domain/text.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 8;  // a layout nests five deep

/// Ends the parser from inside its callback; caught in parse_body().
struct Refused {
    std::string what;
};

/// Watches the parser for nesting that only an attack has, and for keys that stand twice, of which the
/// library silently keeps one.
class Watch {
  public:
    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
            if (depth >= kDepthMax) throw Refused{fmt::format("nested deeper than {} levels", kDepthMax)};
        }
        if (event == Json::parse_event_t::object_start) keys_.emplace_back();
        if (event == Json::parse_event_t::object_end) keys_.pop_back();
        if (event == Json::parse_event_t::key && !keys_.back().insert(parsed.get<std::string>()).second)
            throw Refused{fmt::format("the key {} stands twice in one object", parsed.dump())};
        return true;
    }

  private:
    std::vector<std::set<std::string>> keys_;
};

bool is_json(std::string_view type) {
    const std::string_view essence = type.substr(0, type.find_first_of("; "));
    constexpr std::string_view kJson = "application/json";
    return std::equal(essence.begin(), essence.end(), kJson.begin(), kJson.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::optional<std::string> why_bad_text(const std::string& text, std::size_t length_max) {
    const auto points = decode_utf8(text);
    if (!points) return "is not UTF-8";
    if (points->size() > length_max) return fmt::format("is longer than {} characters", length_max);
    const auto is_control = [](char32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); };
    if (std::any_of(points->begin(), points->end(), is_control)) return "has a control character in it";
    return std::nullopt;
}

}  // namespace

Result<Json> parse_body(const Request& request) {
    if (!is_json(request.header("content-type")))
        return misconfigured("the Content-Type must be application/json");
    try {
        Watch watch;
        return Json::parse(request.body, [&watch](int depth, Json::parse_event_t event, const Json& parsed) {
            return watch(depth, event, parsed);
        });
    } catch (const Refused& refused) {
        return misconfigured("the body: " + refused.what);
    } catch (const Json::parse_error& error) {
        return misconfigured(fmt::format("the body is not JSON: mistake at byte {}", error.byte));
    } catch (const Json::exception&) {
        return misconfigured("the body is not JSON that can be read");
    }
}

Result<BodyFields> BodyFields::of(const Request& request) {
    TRY_ASSIGN(Json json, parse_body(request));
    if (!json.is_object()) return misconfigured("the body must be a JSON object");
    return BodyFields(std::move(json));
}

const Json* BodyFields::find(const char* name) {
    known_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

void BodyFields::problem(const std::string& name, const std::string& what) {
    if (!problem_) problem_ = fmt::format("\"{}\" {}", name, what);
}

std::string BodyFields::text(const char* name, std::size_t length_max) {
    const auto value = optional_text(name, length_max);
    if (!value || value->empty()) problem(name, value ? "is empty" : "is missing");
    return value.value_or("");
}

std::optional<std::string> BodyFields::optional_text(const char* name, std::size_t length_max) {
    const Json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        problem(name, "must be text");
        return std::nullopt;
    }
    auto text = value->get<std::string>();
    if (const auto reason = why_bad_text(text, length_max)) problem(name, *reason);
    return text;
}

std::optional<bool> BodyFields::optional_flag(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_boolean()) {
        problem(name, "must be true or false");
        return std::nullopt;
    }
    return value->get<bool>();
}

std::optional<UtcTime> BodyFields::optional_instant(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    const auto instant = parse_instant(value->is_string() ? value->get<std::string>() : "");
    if (!instant) {
        problem(name, instant.error().message);
        return std::nullopt;
    }
    return *instant;
}

const Json& BodyFields::raw(const char* name) {
    static const Json kNull;
    const Json* const value = find(name);
    return value == nullptr ? kNull : *value;
}

Result<void> BodyFields::done() const {
    if (problem_) return misconfigured(*problem_);
    for (const auto& [key, unused] : object_.items())
        if (!known_.contains(key))
            return misconfigured(
                fmt::format("unknown field {}; known are {}", json_quoted(key), fmt::join(known_, ", ")));
    return {};
}

const std::string* QueryFields::find(const char* name) {
    known_.insert(name);
    return request_.find_query(name);
}

void QueryFields::problem(const std::string& name, const std::string& what) {
    if (!problem_) problem_ = fmt::format("{}= {}", name, what);
}

std::optional<std::string> QueryFields::text(const char* name) {
    const std::string* const value = find(name);
    if (value == nullptr || value->empty()) return std::nullopt;
    if (const auto reason = why_bad_text(*value, kTextLengthMax)) problem(name, *reason);
    return *value;
}

std::optional<UtcTime> QueryFields::instant(const char* name) {
    const std::string* const value = find(name);
    if (value == nullptr || value->empty()) return std::nullopt;
    const auto instant = parse_instant(*value);
    if (instant) return *instant;
    problem(name, instant.error().message + " (a + in it is written %2B)");
    return std::nullopt;
}

std::optional<std::int64_t> QueryFields::whole_number(const char* name, std::int64_t min, std::int64_t max) {
    const std::string* const value = find(name);
    if (value == nullptr || value->empty()) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error == std::errc() && end == value->data() + value->size() && number >= min && number <= max)
        return number;
    problem(name, fmt::format("must be a whole number from {} to {}", min, max));
    return std::nullopt;
}

std::optional<double> QueryFields::number(const char* name, double min, double max) {
    const std::string* const value = find(name);
    if (value == nullptr || value->empty()) return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error == std::errc() && end == value->data() + value->size() && std::isfinite(number) &&
        number >= min && number <= max)
        return number;
    problem(name, fmt::format("must be a number from {} to {}", min, max));
    return std::nullopt;
}

std::vector<std::string> QueryFields::list(const char* name) {
    std::vector<std::string> items;
    const std::string* const value = find(name);
    if (value == nullptr) return items;
    std::string_view rest = *value;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        if (comma != 0) items.emplace_back(rest.substr(0, comma));
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return items;
}

Result<void> QueryFields::done() const {
    if (problem_) return misconfigured(*problem_);
    for (const auto& [name, value] : request_.query)
        if (!known_.contains(name))
            return misconfigured(
                fmt::format("unknown {}=; known are {}", json_quoted(name), fmt::join(known_, ", ")));
    // Which of two was meant is not for us to guess.
    std::set<std::string_view> seen;
    for (const auto& [name, value] : request_.query)
        if (!seen.insert(name).second) return misconfigured(name + "= stands twice");
    return {};
}

}  // namespace vitrina::api
