#include "privacy/match_rates.h"

#include <algorithm>
#include <array>

#include "perceive/face_reader.h"

namespace vitrina::privacy {

std::span<const MatchRate> match_rates(std::string_view made_by) {
    // bench/face_accuracy.cpp, on photographs with 12 to 40 pixels between the eyes (docs/accuracy.md).
    // Thresholds were chosen on one half of the people, what is found is of the other. Rarer false matches
    // can't be told from so few people.
    static constexpr std::array kFaceRes = {MatchRate{.false_match = 0.01,
                                                      .likeness = 0.645,
                                                      .true_match = 1,
                                                      .same_pairs = 28,
                                                      .different_pairs = 728},
                                            MatchRate{.false_match = 0.001,
                                                      .likeness = 0.670,
                                                      .true_match = 1,
                                                      .same_pairs = 28,
                                                      .different_pairs = 728}};
    if (made_by == perceive::kFaceForm) return kFaceRes;
    return {};
}

const MatchRate& rate_for(std::span<const MatchRate> rates, double false_match) {
    const auto found = std::find_if(rates.begin(), rates.end(),
                                    [&](const MatchRate& rate) { return rate.false_match <= false_match; });
    return found == rates.end() ? rates.back() : *found;
}

}  // namespace vitrina::privacy
