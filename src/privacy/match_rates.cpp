#include "privacy/match_rates.h"

#include <algorithm>
#include <array>

namespace vitrina::privacy {
namespace {

// docs/accuracy.md, "Faces": thresholds of one half of the people, true matches of the other, with 12 pixels
// or more between the eyes. Rarer false matches can't be told from so few people.
constexpr std::string_view kFaceRes = "faceres 3.0.4, margin 1.4";  // perceive::kFaceForm
constexpr std::array<MatchRate, 2> kOfFaceRes = {{{0.01, 0.645, 1.0}, {0.001, 0.670, 1.0}}};

}  // namespace

std::span<const MatchRate> match_rates(std::string_view made_by) {
    if (made_by == kFaceRes) return kOfFaceRes;
    return {};
}

const MatchRate& rate_for(std::span<const MatchRate> rates, double false_match) {
    const auto found = std::find_if(rates.begin(), rates.end(),
                                    [&](const MatchRate& rate) { return rate.false_match <= false_match; });
    return found == rates.end() ? rates.back() : *found;
}

}  // namespace vitrina::privacy
