#include "report/campaign.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/interval.h"

namespace vitrina::report {
namespace {

constexpr std::int64_t kHeldBackMin = 20;  // fewer say less than all others do
// Younger records don't know yet who comes seldom: to leave out whom they don't know would leave out those
// who come more often now than before, and what a campaign brought of them.
constexpr std::chrono::days kHistoryMin{112};
constexpr std::chrono::days kWindow{56};    // what is compared with, and by which lists are chosen
constexpr std::chrono::days kOlderMin{14};  // of it, or it says less than what is recent
constexpr double kEvident = 2.576 / kZ95;   // half intervals: one time in a hundred by chance

/// The time before a campaign.
struct Windows {
    ComparedWith compared_with = ComparedWith::kRecent;
    UtcTime from;  // is compared with
    UtcTime to;
    std::optional<UtcTime> known;  // who first bought later is new; unset: nobody can tell
    /// Two parts in which people who were not chosen by what they bought do alike.
    UtcTime earlier;
    UtcTime later;
};

Windows windows_of(const CampaignTime& time, Controls controls) {
    Windows windows;
    const UtcTime recent = std::max(time.before, time.begin - kWindow);
    const UtcTime older = std::max(time.before, time.begin - 2 * kWindow);
    // Who was held back was chosen like the others.
    const bool takes_older = controls == Controls::kOthers && recent - older >= kOlderMin;
    windows.compared_with = takes_older ? ComparedWith::kOlder : ComparedWith::kRecent;
    windows.from = takes_older ? older : recent;
    windows.to = takes_older ? recent : time.begin;
    windows.earlier = windows.from;
    windows.later = takes_older ? recent : recent + (time.begin - recent) / 2;
    // To have bought in the time that is compared with would be to be chosen by it; so it is before, where
    // enough is known of that.
    if (time.begin - time.before >= kHistoryMin)
        windows.known = windows.from - time.before >= kHistoryMin ? windows.from : time.begin;
    return windows;
}

/// What one did, before and during.
struct Done {
    Outcome purchases;
    Outcome spent;
    Outcome lately;                // purchases in the later part of the time before, beside the earlier
    std::optional<UtcTime> first;  // purchase during it, since he was addressed
    bool was_known = false;        // before Windows::known
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

void add_before(Done& one, const Purchase& purchase, const Windows& windows) {
    const double is_sale = purchase.is_sale ? 1 : 0;
    if (purchase.at >= windows.earlier)
        (purchase.at < windows.later ? one.lately.before : one.lately.during) += is_sale;
    if (purchase.at < windows.from || purchase.at >= windows.to) return;
    one.purchases.before += is_sale;
    one.spent.before += static_cast<double>(purchase.total_minor);
}

std::vector<Done> done_by(std::span<const Purchase> purchases, std::size_t customers,
                          const std::vector<const Addressed*>& lists, const CampaignTime& time,
                          const Windows& windows) {
    std::vector<Done> done(customers);
    for (const Purchase& purchase : purchases) {
        Done& one = done[purchase.customer];
        one.was_known = one.was_known || (windows.known && purchase.at < *windows.known);
        if (purchase.at >= time.end) continue;
        const bool is_before = purchase.at < time.begin;
        if (is_before) {
            add_before(one, purchase, windows);
            continue;
        }
        one.purchases.during += purchase.is_sale ? 1 : 0;
        one.spent.during += static_cast<double>(purchase.total_minor);
        const Addressed* const list = lists[purchase.customer];
        if (list == nullptr || purchase.at < since(*list, time)) continue;
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

bool is_evident(const Brought& brought) {
    const double half = (brought.high - brought.low) / 2;
    return brought.known == Known::kYes && half > 0 && std::abs(brought.brought) > kEvident * half;
}

void compare(CampaignFigures& figures, const Sides& sides, std::vector<Done>& done,
             const std::vector<const Addressed*>& lists, const Windows& windows) {
    std::vector<Outcome> purchases;
    std::vector<Outcome> spent;
    std::vector<Outcome> lately;
    purchases.reserve(done.size());
    spent.reserve(done.size());
    lately.reserve(done.size());
    for (std::size_t i = 0; i < done.size(); ++i) {
        Done& one = done[i];
        const bool exposed = sides.is_exposed(lists[i]);
        if (!exposed && !sides.is_control(lists[i])) continue;
        figures.buyers += exposed && one.first ? 1 : 0;
        // Cards that were given out since are no customers who come more often, on neither side. Where lots
        // were drawn they are as many on both.
        if (figures.controls == Controls::kOthers && windows.known && !one.was_known) {
            figures.new_customers += exposed ? 1 : 0;
            continue;
        }
        figures.control_customers += exposed ? 0 : 1;
        one.purchases.exposed = one.spent.exposed = one.lately.exposed = exposed;
        purchases.push_back(one.purchases);
        spent.push_back(one.spent);
        lately.push_back(one.lately);
    }
    figures.purchases = brought_by_others(purchases);
    figures.spent_minor = brought_by_others(spent);
    figures.chosen_by_purchases =
        figures.controls == Controls::kOthers && is_evident(brought_by_others(lately));
    if (!figures.chosen_by_purchases || figures.compared_with == ComparedWith::kOlder) return;
    for (Brought* const brought : {&figures.purchases, &figures.spent_minor}) {
        const double observed = brought->observed;
        *brought = {};
        brought->known = Known::kNoControls;
        brought->observed = observed;
    }
}

}  // namespace

std::string_view to_text(Exposure exposure) {
    constexpr std::array<std::string_view, 3> kExposures = {"unknown", "yes", "no"};
    return kExposures.at(static_cast<std::size_t>(exposure));
}

std::string_view to_text(Controls controls) {
    return controls == Controls::kHeldBack ? "held_back" : "others";
}

std::string_view to_text(ComparedWith compared) {
    return compared == ComparedWith::kOlder ? "older" : "recent";
}

CampaignFigures campaign_of(std::span<const Purchase> purchases, std::size_t customers,
                            std::span<const Addressed> addressed, const CampaignTime& time) {
    std::vector<const Addressed*> lists(customers, nullptr);
    for (const Addressed& one : addressed)
        lists[one.customer] = &one;
    const Sides sides(addressed);
    const Windows windows = windows_of(time, sides.controls());
    std::vector<Done> done = done_by(purchases, customers, lists, time, windows);
    CampaignFigures figures;
    figures.compared_with = windows.compared_with;
    figures.addressed =
        std::count_if(lists.begin(), lists.end(), [](const auto* one) { return one != nullptr; });
    figures.exposed = sides.exposed();
    figures.held_back = sides.held_back();
    figures.controls = sides.controls();
    compare(figures, sides, done, lists, windows);
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
