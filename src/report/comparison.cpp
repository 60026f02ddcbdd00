#include "report/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "base/interval.h"

namespace vitrina::report {
namespace {

constexpr double kLevel = 0.05;
// People expected in each of the four cells from which on shares are as good as normal.
constexpr double kNormalMin = 10;

ShareInterval wilson(const Share& of) {
    return wilson95(static_cast<double>(of.part), static_cast<double>(of.whole));
}

/// How many are expected in the emptiest of the four cells when both shares are the same.
double least_expected(const Share& before, const Share& after) {
    const auto parts = static_cast<double>(before.part + after.part);
    const auto whole = static_cast<double>(before.whole + after.whole);
    return std::min(parts, whole - parts) * static_cast<double>(std::min(before.whole, after.whole)) / whole;
}

/// Fisher's exact test: the chance of all tables with these sums that are no likelier than this one.
double fisher_p(const Share& before, const Share& after) {
    const std::int64_t parts = before.part + after.part;
    const std::int64_t whole = before.whole + after.whole;
    const std::int64_t low = std::max<std::int64_t>(0, parts - after.whole);
    const std::int64_t high = std::min(parts, before.whole);
    if (before.part < low || before.part > high) return 1;  // a part of more than the whole
    const auto rise = [&](std::int64_t part) {              // from `part` to the next
        return static_cast<double>(parts - part) * static_cast<double>(before.whole - part) /
               (static_cast<double>(part + 1) * static_cast<double>(after.whole - parts + part + 1));
    };
    // From the likeliest on, so that all others are below 1, and what is next to impossible becomes 0.
    const std::int64_t likeliest = std::clamp((parts + 1) * (before.whole + 1) / (whole + 2), low, high);
    std::vector<double> chances(static_cast<std::size_t>(high - low + 1), 1.0);
    const auto chance = [&](std::int64_t part) -> double& {
        return chances[static_cast<std::size_t>(part - low)];
    };
    for (std::int64_t part = likeliest; part < high; ++part)
        chance(part + 1) = chance(part) * rise(part);
    for (std::int64_t part = likeliest; part > low; --part)
        chance(part - 1) = chance(part) / rise(part - 1);
    constexpr double kRounding = 1 + 1e-7;
    const double most = chance(before.part) * kRounding;
    const auto add = [&](double sum, double one) { return one <= most ? sum + one : sum; };
    return std::accumulate(chances.begin(), chances.end(), 0.0, add) /
           std::accumulate(chances.begin(), chances.end(), 0.0);
}

/// The pooled test of two shares, both of many people.
double normal_p(const Share& before, const Share& after) {
    const auto n = static_cast<double>(before.whole);
    const auto m = static_cast<double>(after.whole);
    const double difference = static_cast<double>(after.part) / m - static_cast<double>(before.part) / n;
    const double pooled = static_cast<double>(before.part + after.part) / (n + m);
    const double spread = std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    return std::erfc(std::abs(difference) / spread / std::sqrt(2.0));
}

/// Holm's way: the smallest against 5 % of all, the next against 5 % of the others, until one fails.
void mark_significant(std::vector<ComparedZone>& compared) {
    std::vector<std::size_t> order(compared.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return compared[a].difference.p < compared[b].difference.p;
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        Difference& difference = compared[order[i]].difference;
        if (difference.p > kLevel / static_cast<double>(order.size() - i)) return;
        difference.significant = true;
    }
}

}  // namespace

std::string_view to_text(ComparedShare share) {
    constexpr std::array<std::string_view, 4> kNames = {"reach", "attraction", "touching", "paid_later"};
    return kNames.at(static_cast<std::size_t>(share));
}

Difference difference_of(const Share& before, const Share& after) {
    if (before.whole <= 0 || after.whole <= 0) return {0, -1, 1, 1, false};
    const ShareInterval a = wilson(before);
    const ShareInterval b = wilson(after);
    Difference result;
    result.difference = b.share - a.share;
    result.low = result.difference - std::hypot(b.share - b.low, a.high - a.share);
    result.high = result.difference + std::hypot(b.high - b.share, a.share - a.low);
    result.p = least_expected(before, after) < kNormalMin ? fisher_p(before, after) : normal_p(before, after);
    return result;
}

std::vector<ComparedZone> compare(const Plan& plan, const insight::SpaceUse& before,
                                  const insight::SpaceUse& after) {
    const bool any = std::any_of(plan.zones.begin(), plan.zones.end(),
                                 [](const Zone& zone) { return zone.kind == ZoneKind::kDepartment; });
    std::vector<ComparedZone> compared;
    for (std::size_t i = 0; i < plan.zones.size(); ++i) {
        if (plan.zones[i].kind != (any ? ZoneKind::kDepartment : ZoneKind::kArea)) continue;
        const insight::ZoneUse& a = before.zones[i];
        const insight::ZoneUse& b = after.zones[i];
        const auto add = [&](ComparedShare what, const Share& was, const Share& is) {
            compared.push_back({i, what, was, is, difference_of(was, is)});
        };
        add(ComparedShare::kReach, {a.passed, before.people}, {b.passed, after.people});
        add(ComparedShare::kAttraction, {a.stopped, a.passed}, {b.stopped, b.passed});
        // A hand may be in a shelf without that somebody had stood for long.
        add(ComparedShare::kTouching, {std::min(a.touched, a.stopped), a.stopped},
            {std::min(b.touched, b.stopped), b.stopped});
        add(ComparedShare::kPaying, {a.paid, a.stopped}, {b.paid, b.stopped});
    }
    mark_significant(compared);
    return compared;
}

}  // namespace vitrina::report
