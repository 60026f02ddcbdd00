// How often two people are taken for one, and how like they must look for that: measured, for each network.
// What that comes to where everybody who comes is compared to many. Plain data and pure functions; any
// thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace vitrina::privacy {

struct MatchRate {
    double false_match = 0;  // of pairs of different people, the share that the threshold was chosen for
    double likeness = 0;     // the threshold
    double true_match = 0;   // of pairs of one person, the share that is above it
    int same_pairs = 0;      // it was measured on
    int different_pairs = 0;
    int false_pairs = 0;  // of different_pairs, those that are above it
};

/// The rarest false match last; none for a network that was not measured. docs/accuracy.md says with what.
[[nodiscard]] std::span<const MatchRate> match_rates(std::string_view made_by);

/// The rate that is as rare as that or rarer; the rarest where none is. `rates` may not be empty.
[[nodiscard]] const MatchRate& rate_for(std::span<const MatchRate> rates, double false_match);

/// What false matches may still be by what was measured: Wilson's upper bound of 95 %. 1 where nothing was.
[[nodiscard]] double false_match_high(const MatchRate& rate);

/// How many of 1,000 strangers are taken for somebody.
struct FalseInThousand {
    double as_one = 0;   // when a visitor's looks say all the same, so that they count as one
    double at_most = 0;  // the most that it can be, however his looks hang together
};

/// Of strangers of whom `looks` looks (1 or more) are each compared to `pictures` pictures, and who are taken
/// for somebody when `agreeing` looks (1 to `looks`) match. Pictures are taken as independent of each other;
/// of the chosen and the measured share of false matches the larger counts.
[[nodiscard]] FalseInThousand false_in_thousand(const MatchRate& rate, std::size_t pictures, double looks,
                                                int agreeing);

/// The likeness to ask for where a stranger is compared to `pictures` pictures at once and `false_match` of
/// strangers may be taken for one of them: that of pairs that are so many times rarer. Beyond the rarest rate
/// that was measured the likeness grows as it did between the two rarest ones, which asks too much rather
/// than too little; how rare false matches are there was not measured. It is below 1. `rates` may not be
/// empty.
[[nodiscard]] double likeness_among(std::span<const MatchRate> rates, double false_match,
                                    std::size_t pictures);

}  // namespace vitrina::privacy
