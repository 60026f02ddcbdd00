#include "app/space_filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrina::app {
namespace {

constexpr int kHours = 24;
constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

/// -1 where it is none.
int hour_of(std::string_view text) {
    int value = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && value < kHours ? value : -1;
}

Result<std::uint32_t> hours_of(const std::string& text) {
    std::uint32_t hours = 0;
    for (const std::string_view part : parts_of(text)) {
        const std::size_t dash = part.find('-');
        const int from = hour_of(part.substr(0, dash));
        const int to = dash == std::string_view::npos ? from : hour_of(part.substr(dash + 1));
        if (from < 0 || to < from)
            return misconfigured("--hours: \"" + std::string(part) +
                                 "\" is no hour (0 to 23) and no span such as 9-12");
        for (int hour = from; hour <= to; ++hour)
            hours |= std::uint32_t{1} << static_cast<unsigned>(hour);
    }
    return hours;
}

Result<std::uint32_t> weekdays_of(const std::string& text) {
    std::uint32_t days = 0;
    for (const std::string_view part : parts_of(text)) {
        const auto day = std::find(kDays.begin(), kDays.end(), part);
        if (day == kDays.end())
            return misconfigured("--weekdays: \"" + std::string(part) +
                                 "\" is none of mon, tue, wed, thu, fri, sat, sun");
        days |= std::uint32_t{1} << static_cast<unsigned>(day - kDays.begin());
    }
    return days;
}

}  // namespace

Result<insight::SpaceFilter> space_filter_of(const InsightRequest& request) {
    insight::SpaceFilter filter;
    filter.staff = request.staff;
    if (!request.hours.empty()) {
        TRY_ASSIGN(filter.hours, hours_of(request.hours));
    }
    if (!request.weekdays.empty()) {
        TRY_ASSIGN(filter.weekdays, weekdays_of(request.weekdays));
    }
    if (request.sex == "female") filter.sex = Sex::kFemale;
    if (request.sex == "male") filter.sex = Sex::kMale;
    if (!request.sex.empty() && !filter.sex) return misconfigured("--sex: must be female or male");
    constexpr std::array<std::pair<std::string_view, AgeGroup>, 4> kAges = {{{"child", AgeGroup::kChild},
                                                                             {"young", AgeGroup::kYoung},
                                                                             {"adult", AgeGroup::kAdult},
                                                                             {"senior", AgeGroup::kSenior}}};
    for (const auto& [name, age] : kAges)
        if (request.age == name) filter.age = age;
    if (!request.age.empty() && !filter.age)
        return misconfigured("--age: must be child, young, adult or senior");
    return filter;
}

}  // namespace vitrina::app
