// Two periods side by side: which shares differ by more than chance. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/plan.h"
#include "insight/space.h"

namespace vitrina::report {

/// Part of a whole, in one period.
struct Share {
    std::int64_t part = 0;
    std::int64_t whole = 0;
};

struct Difference {
    double difference = 0;  // of the shares, after less before
    double low = 0;         // 95 % interval (Newcombe, from Wilson's)
    double high = 0;
    double p = 1;              // two-sided, of as large a difference by chance alone
    bool significant = false;  // at 5 % over all that is compared together (Holm)
};

/// Nothing is told of a whole of nobody: then the interval is everything.
[[nodiscard]] Difference difference_of(const Share& before, const Share& after);

enum class ComparedShare : std::uint8_t {
    kReach,       // came by, of all visitors
    kAttraction,  // stopped, of those who came by
    kTouching,    // touched, of those who stopped
    kPaying,      // paid at a till later, of those who stopped
};
/// "reach", "attraction", "touching", "paid_later".
[[nodiscard]] std::string_view to_text(ComparedShare share);

struct ComparedZone {
    std::size_t zone = 0;  // of the plan
    ComparedShare what = ComparedShare::kReach;
    Share before;
    Share after;
    Difference difference;
};

/// Departments (areas where there are none), each by all four shares.
[[nodiscard]] std::vector<ComparedZone> compare(const Plan& plan, const insight::SpaceUse& before,
                                                const insight::SpaceUse& after);

}  // namespace vitrina::report
