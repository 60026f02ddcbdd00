#include "report/buyers.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace vitrina::report {
namespace {

constexpr std::array<std::string_view, kSegments> kSegmentNames = {"new",        "best",    "loyal",
                                                                   "occasional", "at_risk", "lost"};
/// Somebody who comes back for what he forgot is still on the same visit.
constexpr std::chrono::hours kSameVisit{2};
constexpr double kLongGaps = 2;       // usual gaps without a purchase: has stopped coming
constexpr double kLongDaysMin = 14;   // however often people come
constexpr double kLongDaysNone = 60;  // where nobody came twice, so that there is no usual gap
constexpr int kGood = 4;              // of five: the upper two fifths
constexpr double kDayS = 86'400;

SourceTime on_clock(UtcTime instant) {
    return SourceTime(instant.time_since_epoch());
}

double days_between(UtcTime from, UtcTime to) {
    return std::chrono::duration<double>(to - from).count() / kDayS;
}

/// By customer, then by time; nothing after `now`.
std::vector<Purchase> sorted(std::span<const Purchase> purchases, UtcTime now) {
    std::vector<Purchase> result;
    result.reserve(purchases.size());
    std::copy_if(purchases.begin(), purchases.end(), std::back_inserter(result),
                 [&](const Purchase& purchase) { return purchase.at <= now; });
    std::stable_sort(result.begin(), result.end(), [](const Purchase& a, const Purchase& b) {
        return std::pair(a.customer, a.at) < std::pair(b.customer, b.at);
    });
    return result;
}

/// Calls with the purchases of each customer.
template <typename Call>
void for_each_customer(const std::vector<Purchase>& purchases, const Call& call) {
    for (auto begin = purchases.begin(); begin != purchases.end();) {
        const auto end = std::find_if(begin, purchases.end(), [&](const Purchase& purchase) {
            return purchase.customer != begin->customer;
        });
        call(std::span<const Purchase>(begin, end));
        begin = end;
    }
}

/// Calls with each sale that begins a visit of its own.
template <typename Call>
void for_each_visit(std::span<const Purchase> purchases, const Call& call) {
    std::optional<UtcTime> last;
    for (const Purchase& purchase : purchases) {
        if (!purchase.is_sale) continue;
        const bool is_same = last && purchase.at - *last < kSameVisit;
        last = purchase.at;
        if (!is_same) call(purchase);
    }
}

std::optional<CustomerFigures> figures_of(std::span<const Purchase> purchases) {
    CustomerFigures figures;
    figures.customer = purchases.front().customer;
    for_each_visit(purchases, [&](const Purchase& sale) {
        if (figures.purchases++ == 0) figures.first = sale.at;
        figures.last = sale.at;
    });
    if (figures.purchases == 0) return std::nullopt;
    for (const Purchase& purchase : purchases)
        figures.spent_minor += purchase.total_minor;
    if (figures.purchases > 1)
        figures.gap_days =
            days_between(figures.first, figures.last) / static_cast<double>(figures.purchases - 1);
    return figures;
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// In which fifth each is by a value, 5 where it is greatest; equal values are in the same one.
template <typename Value, typename Set>
void set_fifths(std::vector<CustomerFigures>& customers, const Value& value, const Set& set) {
    std::vector<double> values;
    values.reserve(customers.size());
    for (const CustomerFigures& customer : customers)
        values.push_back(value(customer));
    std::sort(values.begin(), values.end());
    for (CustomerFigures& customer : customers) {
        const auto below = std::lower_bound(values.begin(), values.end(), value(customer));
        const auto rank = static_cast<std::size_t>(below - values.begin());
        set(customer, 1 + static_cast<int>(5 * rank / values.size()));
    }
}

Segment segment_of(const CustomerFigures& customer, const BuyersOptions& options, double long_days) {
    const bool often = customer.purchases > 1 && customer.frequency >= kGood;
    if (days_between(customer.last, options.now) > long_days)
        return often ? Segment::kAtRisk : Segment::kLost;
    const auto ever = options.first_ever.find(customer.customer);
    const UtcTime first =
        ever == options.first_ever.end() ? customer.first : std::min(ever->second, customer.first);
    if (options.now - first < options.new_days) return Segment::kNew;
    if (often) return customer.value >= kGood ? Segment::kBest : Segment::kLoyal;
    return Segment::kOccasional;
}

double long_days_of(const std::vector<CustomerFigures>& customers) {
    std::vector<double> gaps;
    for (const CustomerFigures& customer : customers)
        if (customer.purchases > 1) gaps.push_back(customer.gap_days);
    return gaps.empty() ? kLongDaysNone : std::max(kLongDaysMin, kLongGaps * median(std::move(gaps)));
}

/// What many customers have in common.
class Sum {
  public:
    explicit Sum(const BuyersOptions& options) : options_(options) {}

    void add(const CustomerFigures& customer) {
        ++figures_.customers;
        figures_.purchases += customer.purchases;
        figures_.spent_minor += customer.spent_minor;
        if (customer.purchases > 1) gaps_.push_back(customer.gap_days);
        since_.push_back(days_between(customer.last, options_.now));
    }
    void add(const Purchase& sale) {
        const SourceTime at = on_clock(sale.at);
        const auto hour = static_cast<std::size_t>(options_.clock.of_day(at) / std::chrono::hours(1));
        figures_.hours.at(hour) += 1;
        figures_.weekdays.at(static_cast<std::size_t>(options_.clock.weekday(at))) += 1;
    }
    [[nodiscard]] SegmentFigures figures(Segment segment) const {
        SegmentFigures figures = figures_;
        figures.segment = segment;
        figures.gap_days = median(gaps_);
        figures.days_since = median(since_);
        const auto purchases = static_cast<double>(std::max<std::int64_t>(1, figures.purchases));
        figures.basket_minor = static_cast<double>(figures.spent_minor) / purchases;
        for (double& share : figures.hours)
            share /= purchases;
        for (double& share : figures.weekdays)
            share /= purchases;
        return figures;
    }

  private:
    const BuyersOptions& options_;
    SegmentFigures figures_;
    std::vector<double> gaps_;
    std::vector<double> since_;
};

std::chrono::year_month month_of(UtcTime at, const LocalClock& clock) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(clock.day(on_clock(at))))};
    return date.year() / date.month();
}

}  // namespace

std::string_view to_text(Segment segment) {
    return kSegmentNames.at(static_cast<std::size_t>(segment));
}

std::optional<Segment> segment_of(std::string_view text) {
    const auto* const found = std::find(kSegmentNames.begin(), kSegmentNames.end(), text);
    if (found == kSegmentNames.end()) return std::nullopt;
    return static_cast<Segment>(found - kSegmentNames.begin());
}

Buyers buyers_of(std::span<const Purchase> purchases, const BuyersOptions& options) {
    Buyers buyers;
    const std::vector<Purchase> all = sorted(purchases, options.now);
    for_each_customer(all, [&](std::span<const Purchase> own) {
        if (const auto figures = figures_of(own)) buyers.customers.push_back(*figures);
    });
    auto& customers = buyers.customers;
    set_fifths(
        customers,
        [](const CustomerFigures& it) { return static_cast<double>(it.last.time_since_epoch().count()); },
        [](CustomerFigures& it, int fifth) { it.recency = fifth; });
    set_fifths(
        customers, [](const CustomerFigures& it) { return static_cast<double>(it.purchases); },
        [](CustomerFigures& it, int fifth) { it.frequency = fifth; });
    set_fifths(
        customers, [](const CustomerFigures& it) { return static_cast<double>(it.spent_minor); },
        [](CustomerFigures& it, int fifth) { it.value = fifth; });
    buyers.long_days = long_days_of(customers);
    std::map<std::size_t, Segment> segments;
    std::vector<Sum> sums(kSegments, Sum(options));
    Sum whole(options);
    for (CustomerFigures& customer : customers) {
        customer.segment = segment_of(customer, options, buyers.long_days);
        ++buyers.recency_by_frequency.at(static_cast<std::size_t>(customer.recency) - 1)
              .at(static_cast<std::size_t>(customer.frequency) - 1);
        segments.emplace(customer.customer, customer.segment);
        sums.at(static_cast<std::size_t>(customer.segment)).add(customer);
        whole.add(customer);
    }
    for_each_customer(all, [&](std::span<const Purchase> own) {
        for_each_visit(own, [&](const Purchase& sale) {
            sums.at(static_cast<std::size_t>(segments.at(sale.customer))).add(sale);
            whole.add(sale);
        });
    });
    buyers.segments.reserve(kSegments);
    for (std::size_t i = 0; i < kSegments; ++i)
        buyers.segments.push_back(sums[i].figures(static_cast<Segment>(i)));
    buyers.all = whole.figures(Segment::kNew);
    return buyers;
}

std::vector<PeriodFigures> periods_of(std::span<const Purchase> purchases, std::span<const UtcTime> edges) {
    if (edges.size() < 2) return {};
    std::vector<PeriodFigures> periods(edges.size() - 1);
    for (std::size_t i = 0; i < periods.size(); ++i) {
        periods[i].from = edges[i];
        periods[i].to = edges[i + 1];
    }
    const auto place_of = [&](UtcTime at) {
        return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), at) - edges.begin());
    };
    const std::vector<Purchase> all = sorted(purchases, UtcTime::max());
    for_each_customer(all, [&](std::span<const Purchase> own) {
        std::size_t last = 0;  // place that he was counted in; 0: none
        bool has_bought = false;
        for_each_visit(own, [&](const Purchase& sale) {
            const std::size_t place = place_of(sale.at);
            if (place > 0 && place < edges.size()) {
                PeriodFigures& period = periods[place - 1];
                ++period.purchases;
                if (place != last) ++(has_bought ? period.returning : period.first_time);
            }
            has_bought = true;
            last = place;
        });
        for (const Purchase& purchase : own)
            if (const std::size_t place = place_of(purchase.at); place > 0 && place < edges.size())
                periods[place - 1].spent_minor += purchase.total_minor;
    });
    return periods;
}

std::vector<Cohort> cohorts_of(std::span<const Purchase> purchases, const BuyersOptions& options,
                               std::size_t months_max) {
    std::map<std::chrono::year_month, Cohort> cohorts;
    const std::chrono::year_month end = month_of(options.now, options.clock);
    const std::vector<Purchase> all = sorted(purchases, options.now);
    for_each_customer(all, [&](std::span<const Purchase> own) {
        Cohort* cohort = nullptr;
        std::chrono::year_month first{};
        std::int64_t counted = -1;
        for_each_visit(own, [&](const Purchase& sale) {
            const std::chrono::year_month month = month_of(sale.at, options.clock);
            if (cohort == nullptr) {
                first = month;
                cohort = &cohorts[month];
                cohort->year = static_cast<int>(month.year());
                cohort->month = static_cast<unsigned>(month.month());
                cohort->active.resize(static_cast<std::size_t>((end - first).count()) + 1);
                ++cohort->customers;
            }
            const std::int64_t later = (month - first).count();
            if (later == counted) return;
            counted = later;
            ++cohort->active.at(static_cast<std::size_t>(later));
        });
    });
    std::vector<Cohort> result;
    result.reserve(cohorts.size());
    for (auto& [month, cohort] : cohorts)
        if (static_cast<std::size_t>((end - month).count()) < months_max) result.push_back(std::move(cohort));
    return result;
}

}  // namespace vitrina::report
