#include "report/brought.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/interval.h"

namespace vitrina::report {
namespace {

constexpr double kDegreesMin = 3;  // fewer, and an interval is as wide as everything
constexpr double kCasesMin = 10;   // below it a ratio of two sums is not nearly normal

void set_interval(Brought& result, double variance, double quantile) {
    const double half = quantile * std::sqrt(std::max(0.0, variance));
    result.known = Known::kYes;
    result.brought = result.observed - result.expected;
    result.low = result.brought - half;
    result.high = result.brought + half;
}

/// Sums of a group, and how far its members are from its mean factor.
struct Group {
    double before = 0;
    double during = 0;
    double cases_before = 0;  // members who did anything
    double cases_during = 0;

    [[nodiscard]] double factor() const { return during / before; }
    /// Of `during - factor * before`, of counts that are by chance alone.
    [[nodiscard]] double chance() const { return during + factor() * factor() * before; }
};

double squares_of(std::span<const Outcome> outcomes, const std::array<Group, 2>& groups) {
    return std::accumulate(outcomes.begin(), outcomes.end(), 0.0, [&](double sum, const Outcome& outcome) {
        const double off = outcome.during - groups.at(outcome.exposed ? 1 : 0).factor() * outcome.before;
        return sum + off * off;
    });
}

}  // namespace

std::string_view to_text(Known known) {
    constexpr std::array<std::string_view, 4> kKnown = {"yes", "too_short", "too_few", "no_controls"};
    return kKnown.at(static_cast<std::size_t>(known));
}

Brought brought_by_weekdays(std::span<const MatchedPiece> pieces) {
    Brought result;
    double variance = 0;
    double squares = 0;
    double degrees = 0;
    std::size_t weeks = pieces.empty() ? 0 : pieces.front().before.size();
    for (const MatchedPiece& piece : pieces) {
        weeks = std::min(weeks, piece.before.size());
        result.observed += piece.during;
        if (piece.before.empty()) continue;
        const auto count = static_cast<double>(piece.before.size());
        const double mean = std::accumulate(piece.before.begin(), piece.before.end(), 0.0) / count;
        result.expected += piece.times * mean;
        variance += mean * (piece.times + piece.times * piece.times / count);
        if (mean <= 0) continue;  // closed then: says nothing of chance
        degrees += count - 1;
        for (const double value : piece.before)
            squares += (value - mean) * (value - mean) / mean;
    }
    if (weeks < 2) result.known = Known::kTooShort;
    if (weeks < 2 || degrees < kDegreesMin || squares <= 0) {
        result.expected = 0;
        return result;
    }
    set_interval(result, squares / degrees * variance, student95(degrees));
    return result;
}

Brought brought_by_others(std::span<const Outcome> outcomes) {
    std::array<Group, 2> groups;
    for (const Outcome& outcome : outcomes) {
        Group& group = groups.at(outcome.exposed ? 1 : 0);
        group.before += outcome.before;
        group.during += outcome.during;
        if (outcome.before != 0) ++group.cases_before;
        if (outcome.during != 0) ++group.cases_during;
    }
    const Group& others = groups[0];
    const Group& exposed = groups[1];
    Brought result;
    result.observed = exposed.during;
    if (others.cases_before < kCasesMin || others.cases_during < kCasesMin || others.before <= 0) {
        result.known = Known::kNoControls;
        return result;
    }
    if (exposed.cases_before < kCasesMin || exposed.before <= 0) return result;
    const double factor = others.factor();
    result.expected = factor * exposed.before;
    // How much more than chance the members differ; of sums, how much a case is.
    const double spread = squares_of(outcomes, groups) / (others.chance() + exposed.chance());
    // What was brought is not by chance: only what would have come anyway is.
    const double own = result.expected + factor * factor * exposed.before;
    const double of_others =
        exposed.before * exposed.before * others.chance() / (others.before * others.before);
    set_interval(result, spread * (own + of_others), kZ95);
    return result;
}

}  // namespace vitrina::report
