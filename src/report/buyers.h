// The shop's customers as their loyalty cards tell: who is new, who comes back, how often, how much, and what
// kinds of buyers there are. Rules, not guesses: buyers.cpp says them. Pure functions; any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/local_clock.h"
#include "base/time.h"

namespace vitrina::report {

/// One receipt that a card was shown to.
struct Purchase {
    std::size_t customer = 0;  // from 0
    UtcTime at;
    std::int64_t total_minor = 0;  // less than 0 for a return
    bool is_sale = true;
};

enum class Segment : std::uint8_t {
    kNew,         // first came not long ago
    kBest,        // came of late, come often, and are among those who spend most
    kLoyal,       // came of late and come often
    kOccasional,  // came of late, come seldom
    kAtRisk,      // came often, and not for long now
    kLost,        // came seldom, and not for long now
};
inline constexpr std::size_t kSegments = 6;
/// "new", "best", "loyal", "occasional", "at_risk", "lost".
[[nodiscard]] std::string_view to_text(Segment segment);
[[nodiscard]] std::optional<Segment> segment_of(std::string_view text);

struct CustomerFigures {
    std::size_t customer = 0;
    UtcTime first;  // sale
    UtcTime last;
    std::int64_t purchases = 0;    // sales; those of two hours are one
    std::int64_t spent_minor = 0;  // less what came back
    double gap_days = 0;           // between two purchases, on the mean; 0: there is one only
    /// 1 to 5: of all customers, in which fifth he is; 5 is best.
    int recency = 1;
    int frequency = 1;
    int value = 1;
    Segment segment = Segment::kNew;
};

struct SegmentFigures {
    Segment segment = Segment::kNew;
    std::int64_t customers = 0;
    std::int64_t purchases = 0;
    std::int64_t spent_minor = 0;
    double basket_minor = 0;         // of a purchase, on the mean
    double gap_days = 0;             // between purchases, median of customers with two at least; 0: none has
    double days_since = 0;           // since the last purchase, median
    std::array<double, 24> hours{};  // share of purchases by hour of the day
    std::array<double, 7> weekdays{};  // from Monday
};

/// New and returning customers in a span.
struct PeriodFigures {
    UtcTime from;
    UtcTime to;
    std::int64_t first_time = 0;  // customers whose first purchase is in it
    std::int64_t returning = 0;   // customers who had bought before it
    std::int64_t purchases = 0;
    std::int64_t spent_minor = 0;
};

/// Customers by the month of their first purchase.
struct Cohort {
    int year = 0;
    unsigned month = 0;
    std::int64_t customers = 0;
    /// Of them, who bought in that month, the next one ...; the last may not be over.
    std::vector<std::int64_t> active;
};

struct BuyersOptions {
    UtcTime now;       // figures are of what was before
    LocalClock clock;  // the shop's
    /// First purchases ever by customer, of whom they are older than the purchases that figures are of.
    std::unordered_map<std::size_t, UtcTime> first_ever;
    /// First came within it: new. Leave alone unless people come once in a quarter.
    std::chrono::days new_days{30};
};

struct Buyers {
    std::vector<CustomerFigures> customers;  // by number; those without a sale are left out
    std::vector<SegmentFigures> segments;    // all six
    SegmentFigures all;                      // of everybody together; its segment says nothing
    /// Customers by recency (from 1) and frequency (from 1).
    std::array<std::array<std::int64_t, 5>, 5> recency_by_frequency{};
    /// From so many days without a purchase on a customer counts as having stopped coming: twice the median
    /// gap of this shop's customers, two weeks at least.
    double long_days = 0;
};

/// Purchases in any order.
[[nodiscard]] Buyers buyers_of(std::span<const Purchase> purchases, const BuyersOptions& options);
/// Between each two neighbouring instants of `edges`.
[[nodiscard]] std::vector<PeriodFigures> periods_of(std::span<const Purchase> purchases,
                                                    std::span<const UtcTime> edges);
/// The oldest first, `months_max` of them, with the customers whose first purchase is older in none.
[[nodiscard]] std::vector<Cohort> cohorts_of(std::span<const Purchase> purchases,
                                             const BuyersOptions& options, std::size_t months_max = 24);

}  // namespace vitrina::report
