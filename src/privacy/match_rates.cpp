#include "privacy/match_rates.h"

#include <algorithm>
#include <array>

namespace vitrina::privacy {

std::span<const MatchRate> match_rates(std::string_view made_by) {
    static_cast<void>(made_by);
    return {};
}

const MatchRate& rate_for(std::span<const MatchRate> rates, double false_match) {
    const auto found = std::find_if(rates.begin(), rates.end(), [&](const MatchRate& rate) {
        return rate.false_match <= false_match;
    });
    return found == rates.end() ? rates.back() : *found;
}

}  // namespace vitrina::privacy
