#include "report/campaign.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace vitrina::report {
namespace {

constexpr std::int64_t kHeldBackMin = 20;  // fewer say less than all others do
// Younger records don't know yet who comes seldom: to leave out whom they don't know would leave out those
// who come more often now than before.
constexpr std::chrono::days kHistoryMin{56};

/// What one did, before and during.
struct Done {
    Outcome purchases;
    Outcome spent;
    std::optional<UtcTime> first;  // purchase during it, since he was addressed
    bool was_known = false;        // bought before it
    std::int64_t count = 0;        // of those
    std::int64_t spent_minor = 0;
};

std::chrono::seconds seconds_between(UtcTime from, UtcTime to) {
    return std::chrono::floor<std::chrono::seconds>(to - from);
}

/// Since when a purchase may follow from the campaign.
UtcTime since(const Addressed& one, const CampaignTime& time) {
    return std::max(one.at.value_or(time.begin), time.begin);
}

std::vector<Done> done_by(std::span<const Purchase> purchases, std::size_t customers,
                          const std::vector<const Addressed*>& lists, const CampaignTime& time) {
    std::vector<Done> done(customers);
    for (const Purchase& purchase : purchases) {
        Done& one = done[purchase.customer];
        const bool is_before = purchase.at < time.begin;
        one.was_known = one.was_known || is_before;
        if (purchase.at < time.before || purchase.at >= time.end) continue;
        const double is_sale = purchase.is_sale ? 1 : 0;
        (is_before ? one.purchases.before : one.purchases.during) += is_sale;
        (is_before ? one.spent.before : one.spent.during) += static_cast<double>(purchase.total_minor);
        const Addressed* const list = lists[purchase.customer];
        if (list == nullptr || is_before || purchase.at < since(*list, time)) continue;
        one.spent_minor += purchase.total_minor;
        if (!purchase.is_sale) continue;
        ++one.count;
        if (!one.first || purchase.at < *one.first) one.first = purchase.at;
    }
    return done;
}

/// Who is compared with whom: those who saw it, or all on the list where nobody knows.
class Sides {
  public:
    explicit Sides(std::span<const Addressed> addressed) {
        for (const Addressed& one : addressed) {
            exposed_ += one.exposure == Exposure::kYes ? 1 : 0;
            held_back_ += one.exposure == Exposure::kNo ? 1 : 0;
        }
    }
    [[nodiscard]] Controls controls() const {
        return held_back_ >= kHeldBackMin ? Controls::kHeldBack : Controls::kOthers;
    }
    [[nodiscard]] bool is_exposed(const Addressed* one) const {
        if (one == nullptr || one->exposure == Exposure::kNo) return false;
        return one->exposure == Exposure::kYes || exposed_ == 0;
    }
    [[nodiscard]] bool is_control(const Addressed* one) const {
        if (controls() == Controls::kHeldBack) return one != nullptr && one->exposure == Exposure::kNo;
        return one == nullptr;
    }
    [[nodiscard]] std::int64_t exposed() const { return exposed_; }
    [[nodiscard]] std::int64_t held_back() const { return held_back_; }

  private:
    std::int64_t exposed_ = 0;
    std::int64_t held_back_ = 0;
};

/// Whether a card that bought nothing before the campaign is likely a new one.
bool tells_new_cards(std::span<const Purchase> purchases, const CampaignTime& time) {
    return std::any_of(purchases.begin(), purchases.end(),
                       [&](const Purchase& purchase) { return purchase.at <= time.begin - kHistoryMin; });
}

void compare(CampaignFigures& figures, const Sides& sides, std::vector<Done>& done,
             const std::vector<const Addressed*>& lists, bool without_new_cards) {
    std::vector<Outcome> purchases;
    std::vector<Outcome> spent;
    purchases.reserve(done.size());
    spent.reserve(done.size());
    for (std::size_t i = 0; i < done.size(); ++i) {
        const bool exposed = sides.is_exposed(lists[i]);
        if (!exposed && !sides.is_control(lists[i])) continue;
        // Cards that are given out meanwhile are no customers who come more often.
        if (without_new_cards && lists[i] == nullptr && !done[i].was_known) continue;
        figures.control_customers += exposed ? 0 : 1;
        figures.buyers += exposed && done[i].first ? 1 : 0;
        done[i].purchases.exposed = done[i].spent.exposed = exposed;
        purchases.push_back(done[i].purchases);
        spent.push_back(done[i].spent);
    }
    figures.purchases = brought_by_others(purchases);
    figures.spent_minor = brought_by_others(spent);
}

}  // namespace

std::string_view to_text(Exposure exposure) {
    constexpr std::array<std::string_view, 3> kExposures = {"unknown", "yes", "no"};
    return kExposures.at(static_cast<std::size_t>(exposure));
}

std::string_view to_text(Controls controls) {
    return controls == Controls::kHeldBack ? "held_back" : "others";
}

CampaignFigures campaign_of(std::span<const Purchase> purchases, std::size_t customers,
                            std::span<const Addressed> addressed, const CampaignTime& time) {
    std::vector<const Addressed*> lists(customers, nullptr);
    for (const Addressed& one : addressed)
        lists[one.customer] = &one;
    std::vector<Done> done = done_by(purchases, customers, lists, time);
    const Sides sides(addressed);
    CampaignFigures figures;
    figures.addressed =
        std::count_if(lists.begin(), lists.end(), [](const auto* one) { return one != nullptr; });
    figures.exposed = sides.exposed();
    figures.held_back = sides.held_back();
    figures.controls = sides.controls();
    compare(figures, sides, done, lists, tells_new_cards(purchases, time));
    std::vector<std::chrono::seconds> waits;
    for (const Addressed& one : addressed) {
        if (lists[one.customer] != &one) continue;  // said again later
        const Done& his = done[one.customer];
        CampaignCustomer customer;
        customer.customer = one.customer;
        customer.exposure = one.exposure;
        customer.bought = his.first;
        customer.purchases = his.count;
        customer.spent_minor = his.spent_minor;
        if (his.first) customer.after = seconds_between(since(one, time), *his.first);
        if (customer.after && sides.is_exposed(&one)) waits.push_back(*customer.after);
        if (one.consents) figures.customers.push_back(customer);
    }
    if (!waits.empty()) {
        const auto middle = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() / 2);
        std::nth_element(waits.begin(), middle, waits.end());
        figures.after_median = *middle;
    }
    return figures;
}

}  // namespace vitrina::report
