#include "privacy/match_rates.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/interval.h"
#include "perceive/face_reader.h"

namespace vitrina::privacy {
namespace {

// Nobody is asked to be as like as a copy of his picture.
constexpr double kLikenessMax = 0.95;
constexpr double kThousand = 1000;

double pairs_taken_for_one(const MatchRate& rate) {
    const double measured =
        rate.different_pairs > 0 ? static_cast<double>(rate.false_pairs) / rate.different_pairs : 0.0;
    return std::clamp(std::max(rate.false_match, measured), 0.0, 1.0);
}

double taken_for_any(double one, std::size_t pictures) {
    return 1 - std::pow(1 - std::clamp(one, 0.0, 1.0), static_cast<double>(pictures));
}

}  // namespace

std::span<const MatchRate> match_rates(std::string_view made_by) {
    // bench/face_accuracy.cpp, the worst of 14 to 100 pixels between the eyes (docs/accuracy.md). Thresholds
    // were chosen on one half of the people, what is found is of the other: false matches of 0.1 % were
    // aimed at, and 2 of 840 pairs came, so that they may be up to 0.9 %. Rarer ones can't be told from so
    // few people.
    static constexpr std::array kFaceRes = {MatchRate{.false_match = 0.01,
                                                      .likeness = 0.640,
                                                      .true_match = 0.933,
                                                      .same_pairs = 30,
                                                      .different_pairs = 840,
                                                      .false_pairs = 6},
                                            MatchRate{.false_match = 0.001,
                                                      .likeness = 0.666,
                                                      .true_match = 0.933,
                                                      .same_pairs = 30,
                                                      .different_pairs = 840,
                                                      .false_pairs = 2}};
    if (made_by == perceive::kFaceForm) return kFaceRes;
    return {};
}

const MatchRate& rate_for(std::span<const MatchRate> rates, double false_match) {
    const auto found = std::find_if(rates.begin(), rates.end(),
                                    [&](const MatchRate& rate) { return rate.false_match <= false_match; });
    return found == rates.end() ? rates.back() : *found;
}

double false_match_high(const MatchRate& rate) {
    return wilson95(rate.false_pairs, rate.different_pairs).high;
}

FalseInThousand false_in_thousand(const MatchRate& rate, std::size_t pictures, double looks, int agreeing) {
    const double one = pairs_taken_for_one(rate);
    const double most = std::max(1.0, looks) / std::max(1, agreeing);
    // Markov: as many looks can't match more often than their mean says, over the number that is needed.
    return {kThousand * taken_for_any(one, pictures),
            kThousand * taken_for_any(std::max(1.0, most) * one, pictures)};
}

double likeness_among(std::span<const MatchRate> rates, double false_match, std::size_t pictures) {
    const MatchRate& rate = rate_for(rates, false_match);
    if (pictures <= 1) return rate.likeness;
    // Independent pairs: 1 - (1 - pair)^pictures is what was asked for.
    const double pair = 1 - std::pow(1 - rate.false_match, 1 / static_cast<double>(pictures));
    const MatchRate& rarest = rates.back();
    if (pair >= rarest.false_match) return rate_for(rates, pair).likeness;
    if (rates.size() < 2) return rarest.likeness;
    const MatchRate& before = rates[rates.size() - 2];
    const double slope =
        (rarest.likeness - before.likeness) / std::log(before.false_match / rarest.false_match);
    return std::min(kLikenessMax, rarest.likeness + slope * std::log(rarest.false_match / pair));
}

}  // namespace vitrina::privacy
