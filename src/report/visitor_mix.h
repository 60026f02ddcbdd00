// Who came: shares of the sexes and of bands of ages, corrected by how often faces are taken for another sex
// or another age, as it was measured (docs/accuracy.md). A band that is told of is no finer than ages are
// off: what lies at its edge is otherwise counted on the wrong side of it. Pure functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/sighting.h"

namespace vitrina::report {

/// What was told of one person.
struct SeenTraits {
    Sex sex = Sex::kUnknown;
    int age = 0;  // years
};

/// A share of all whose face was seen, with its 95 % interval; all within 0..1. The interval holds both that
/// others could have come, and that how often faces are mistaken was measured on few people.
struct TraitShare {
    double raw = 0;    // as it was told
    double share = 0;  // corrected
    double low = 0;
    double high = 0;
};

/// Bounds included; the last goes on to the oldest.
struct AgeBand {
    int from = 0;
    int to = 0;
};
inline constexpr std::array<AgeBand, 3> kAgeBands = {{{0, 24}, {25, 44}, {45, 120}}};

struct VisitorMix {
    std::int64_t people = 0;  // whose face was seen well enough
    std::int64_t of_sex = 0;  // of them, whose sex was told
    TraitShare women;         // of these
    std::array<TraitShare, kAgeBands.size()> ages;
};

[[nodiscard]] VisitorMix visitor_mix(std::span<const SeenTraits> seen);

/// Whether and how often one is taken for the other.
struct Confusion {
    double women_right = 1;  // of women, the share that is taken for women
    double men_right = 1;
    double age_bias = 0;       // years: what is told, less what is true, on the mean
    double age_deviation = 1;  // standard deviation of it, above 0
    /// People on whom it was measured; 0: it is known exactly.
    int women_tried = 0;
    int men_tried = 0;
    int ages_tried = 0;
};
/// As it was measured.
[[nodiscard]] Confusion measured_confusion();
/// The same with another.
[[nodiscard]] VisitorMix visitor_mix(std::span<const SeenTraits> seen, const Confusion& confusion);

}  // namespace vitrina::report
