// How often two people are taken for one, and how like they must look for that: measured, for each network.
// Plain data; any thread.
#pragma once

#include <span>
#include <string_view>

namespace vitrina::privacy {

struct MatchRate {
    double false_match = 0;  // of pairs of different people, the share that is at least as like
    double likeness = 0;     // the threshold
    double true_match = 0;   // of pairs of one person, the share that is
    int same_pairs = 0;      // it was measured on
    int different_pairs = 0;
};

/// The rarest false match last; none for a network that was not measured. docs/accuracy.md says with what.
[[nodiscard]] std::span<const MatchRate> match_rates(std::string_view made_by);

/// The rate that is as rare as that or rarer; the rarest where none is. `rates` may not be empty.
[[nodiscard]] const MatchRate& rate_for(std::span<const MatchRate> rates, double false_match);

}  // namespace vitrina::privacy
