#include "api/routes/space_filter.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace vitrina::api {
namespace {

constexpr int kHours = 24;
constexpr int kWeekdays = 7;

/// "9-12,17" as bits, of numbers from `least` to `most`; nothing for what is none.
std::optional<std::uint32_t> bits_of(std::string_view text, int least, int most) {
    const auto number = [&](std::string_view part) {
        int value = -1;
        const auto read = std::from_chars(part.data(), part.data() + part.size(), value);
        const bool fits = read.ec == std::errc() && read.ptr == part.data() + part.size();
        return fits && value >= least && value <= most ? value : -1;
    };
    std::uint32_t bits = 0;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view part = text.substr(0, comma);
        const std::size_t dash = part.find('-');
        const int from = number(part.substr(0, dash));
        const int to = dash == std::string_view::npos ? from : number(part.substr(dash + 1));
        if (from < 0 || to < from) return std::nullopt;
        for (int value = from; value <= to; ++value)
            bits |= std::uint32_t{1} << static_cast<unsigned>(value - least);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return bits == 0 ? std::nullopt : std::optional(bits);
}

}  // namespace

insight::SpaceFilter space_filter_of(QueryFields& fields) {
    insight::SpaceFilter filter;
    if (const auto hours = fields.text("hours")) {
        const auto bits = bits_of(*hours, 0, kHours - 1);
        if (!bits) fields.problem("hours", "are hours of the day, 0 to 23, and spans of them, like 9-12,17");
        filter.hours = bits.value_or(filter.hours);
    }
    if (const auto weekdays = fields.text("weekdays")) {
        const auto bits = bits_of(*weekdays, 1, kWeekdays);
        if (!bits)
            fields.problem("weekdays", "are numbers from 1, Monday, to 7, and spans of them, like 1-5");
        filter.weekdays = bits.value_or(filter.weekdays);
    }
    return filter;
}

}  // namespace vitrina::api
