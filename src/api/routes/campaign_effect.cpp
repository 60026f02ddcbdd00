#include "api/routes/campaign_effect.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "api/shop_zone.h"

namespace vitrina::api {
namespace {

constexpr std::size_t kWeeksMax = 8;  // further back it was another season
constexpr std::size_t kDaysMax = 1000;
constexpr std::size_t kWeekdays = 7;
constexpr std::size_t kGoodsTold = 10;

/// What is counted of a piece of time.
struct Counted {
    double entries = 0;
    double people = 0;
    double sales = 0;
    double sales_minor = 0;
};

/// A day of the campaign, or its part: from so long after the day's begin; `whole` to its end.
struct Piece {
    std::size_t day = 0;  // of the edges
    UtcTime from;
    UtcTime to;
    bool is_whole = false;

    [[nodiscard]] std::size_t weeks_in() const { return (day - kWeeksMax * kWeekdays) / kWeekdays; }
    /// Whether the same days before the campaign are compared with both.
    [[nodiscard]] bool shares_past(const Piece& other) const {
        return is_whole && other.is_whole && day % kWeekdays == other.day % kWeekdays;
    }
};

class DoorCounts {
  public:
    DoorCounts(const Services& services, UtcTime begin, UtcTime end) : services_(services), end_(end) {
        const UtcTime first = services.zone->begin_of(Bucket::kDay, begin);
        // So many days before as there may be weeks, by the shop's days.
        UtcTime from = first;
        for (std::size_t i = 0; i < kWeeksMax * kWeekdays; ++i)
            from = services.zone->begin_of(Bucket::kDay, from - std::chrono::hours(1));
        days_ = services.zone->edges(Bucket::kDay, from, end, kDaysMax);
        begin_ = begin;
        const auto floor = services.shop.floor();
        if (floor) joined_ = floor->cameras;
    }

    [[nodiscard]] std::vector<Piece> pieces() const {
        std::vector<Piece> pieces;
        for (std::size_t day = kWeeksMax * kWeekdays; day + 1 < days_.size(); ++day) {
            Piece piece = {day, std::max(days_[day], begin_), std::min(days_[day + 1], end_)};
            piece.is_whole = piece.from == days_[day] && piece.to == days_[day + 1];
            if (piece.from < piece.to && !is_closed(day)) pieces.push_back(piece);
        }
        return pieces;
    }
    /// A day on which nobody can come: neither it nor what would have been expected of it counts.
    [[nodiscard]] bool is_closed(std::size_t day) const {
        return services_.hours.is_closed(services_.zone->day_of(days_[day]));
    }
    /// Whether the shop was closed then: it says nothing of what was to be expected.
    [[nodiscard]] bool was_closed(const Piece& piece, std::size_t weeks) const {
        return is_closed(piece.day - (weeks + piece.weeks_in()) * kWeekdays);
    }
    /// It, or the same hours of the same weekday so many weeks before the campaign began.
    [[nodiscard]] Result<Counted> count(const Piece& piece, std::size_t weeks) const {
        const std::size_t gone = weeks == 0 ? 0 : piece.weeks_in();
        const std::size_t day = piece.day - (weeks + gone) * kWeekdays;
        const UtcTime begin = days_[day];
        const bool to_its_end = piece.to == days_[piece.day + 1];
        const UtcTime from = begin + (piece.from - days_[piece.day]);
        const UtcTime to = to_its_end ? days_[day + 1] : begin + (piece.to - days_[piece.day]);
        const std::array<UtcTime, 2> edges = {from, std::max(from, to)};
        TRY_ASSIGN(const auto counts, services_.matches.sales(edges, joined_));
        const records::SalesCount& it = counts.front();
        return Counted{static_cast<double>(it.entries), static_cast<double>(it.people),
                       static_cast<double>(it.sales), static_cast<double>(it.sales_minor - it.returns_minor)};
    }

  private:
    const Services& services_;
    UtcTime begin_;
    UtcTime end_;
    std::vector<UtcTime> days_;
    std::vector<std::string> joined_;
};

/// Days of the campaign with one past.
struct Matched {
    Piece first;
    double times = 0;
    Counted during;
    std::vector<Counted> before;  // one week before it, two ...
    std::vector<bool> was_closed;
};

Counted sum_of(const Counted& a, const Counted& b) {
    return {a.entries + b.entries, a.people + b.people, a.sales + b.sales, a.sales_minor + b.sales_minor};
}

Result<std::vector<Matched>> matched_at(const DoorCounts& door) {
    std::vector<Matched> all;
    for (const Piece& piece : door.pieces()) {
        auto known = std::find_if(all.begin(), all.end(),
                                  [&](const Matched& one) { return one.first.shares_past(piece); });
        if (known == all.end()) {
            Matched& one = all.emplace_back();
            one.first = piece;
            for (std::size_t week = 1; week <= kWeeksMax; ++week) {
                TRY_ASSIGN(const Counted counted, door.count(piece, week));
                one.before.push_back(counted);
                one.was_closed.push_back(door.was_closed(piece, week));
            }
            known = all.end() - 1;
        }
        TRY_ASSIGN(const Counted counted, door.count(piece, 0));
        known->during = sum_of(known->during, counted);
        ++known->times;
    }
    return all;
}

/// In how many weeks before it this was counted at all: before that the shop was not watched, or had no such
/// count. The oldest is left out where it was not counted from its begin.
std::size_t weeks_with(const std::vector<Matched>& matched, double Counted::*what) {
    std::size_t weeks = 0;
    for (; weeks < kWeeksMax; ++weeks) {
        const bool anything = std::any_of(matched.begin(), matched.end(),
                                          [&](const Matched& one) { return one.before[weeks].*what > 0; });
        const bool all_closed =
            !matched.empty() && std::all_of(matched.begin(), matched.end(),
                                            [&](const Matched& one) { return one.was_closed[weeks]; });
        if (!anything && !all_closed) break;
    }
    if (weeks == 0) return 0;
    const auto first = std::find_if(matched.begin(), matched.end(), [&](const Matched& one) {
        return one.during.*what > 0 && !one.was_closed[weeks - 1];
    });
    return first != matched.end() && first->before[weeks - 1].*what <= 0 ? weeks - 1 : weeks;
}

report::Brought brought(const std::vector<Matched>& matched, double Counted::*what, std::size_t weeks) {
    std::vector<report::MatchedPiece> pieces;
    pieces.reserve(matched.size());
    for (const Matched& one : matched) {
        report::MatchedPiece& piece = pieces.emplace_back();
        piece.during = one.during.*what;
        piece.times = one.times;
        for (std::size_t week = 0; week < weeks; ++week)
            if (!one.was_closed[week]) piece.before.push_back(one.before[week].*what);
    }
    return report::brought_by_weekdays(pieces);
}

Result<void> add_door(CampaignEffect& effect, const records::CampaignRecord& campaign,
                      const Services& services) {
    TRY_ASSIGN(const auto matched, matched_at(DoorCounts(services, campaign.begin, effect.until)));
    effect.visitors_are_entries = std::any_of(matched.begin(), matched.end(), [](const Matched& one) {
        return one.during.entries > 0 || std::any_of(one.before.begin(), one.before.end(),
                                                     [](const Counted& it) { return it.entries > 0; });
    });
    const auto visitors = effect.visitors_are_entries ? &Counted::entries : &Counted::people;
    const std::size_t weeks_of_visitors = weeks_with(matched, visitors);
    const std::size_t weeks_of_sales = weeks_with(matched, &Counted::sales);
    effect.weeks = std::max(weeks_of_visitors, weeks_of_sales);
    effect.visitors = brought(matched, visitors, weeks_of_visitors);
    effect.sales = brought(matched, &Counted::sales, weeks_of_sales);
    effect.sales_minor = brought(matched, &Counted::sales_minor, weeks_of_sales);
    return {};
}

/// Since when cards were shown, in whole weeks, or less where there is no whole one.
Result<UtcTime> comparable_since(UtcTime begin, const Services& services) {
    TRY_ASSIGN(const auto first, services.buyers.first_receipt());
    if (!first || *first >= begin) return begin;
    constexpr std::chrono::days kWeek{7};
    // The first day's first receipt comes some hours after midnight.
    constexpr std::chrono::hours kOpens{12};
    const std::int64_t weeks = (begin - *first + kOpens) / kWeek;
    return weeks > 0 ? begin - weeks * kWeek : *first;
}

report::Exposure exposure_of(const std::string& text) {
    return text == "yes"  ? report::Exposure::kYes
           : text == "no" ? report::Exposure::kNo
                          : report::Exposure::kUnknown;
}

Result<void> add_customers(CampaignEffect& effect, const records::CampaignRecord& campaign,
                           const Services& services) {
    TRY_ASSIGN(const UtcTime since, comparable_since(campaign.begin, services));
    // All of them: who was a customer before is told by what is older than what is compared with, too.
    TRY_ASSIGN(const auto purchases, purchases_of(services, {UtcTime(), effect.until}, effect.cards));
    TRY_ASSIGN(const auto audience, services.campaigns.audience(campaign.id));
    std::vector<report::Addressed> addressed;
    addressed.reserve(audience.size());
    for (const records::AudienceRecord& one : audience)
        addressed.push_back(
            {effect.cards.number_of(one.customer), exposure_of(one.exposure), one.exposed, one.consents});
    effect.customers =
        report::campaign_of(purchases, effect.cards.size(), addressed, {since, campaign.begin, effect.until});
    records::NameTable goods;
    records::NameTable cards = effect.cards;
    TRY_ASSIGN(const auto lines, services.buyers.lines(campaign.begin, effect.until, cards, goods));
    std::vector<int> group_of(effect.cards.size(), 1);
    for (const report::Addressed& one : addressed)
        group_of[one.customer] = one.exposure == report::Exposure::kNo ? 1 : 0;
    // Of those who bought at all: who never came bought nothing of anything.
    std::vector<char> bought(effect.cards.size(), 0);
    for (const records::CardLine& line : lines)
        if (line.card < bought.size()) bought[line.card] = 1;
    for (std::size_t i = 0; i < bought.size(); ++i)
        if (bought[i] == 0) group_of[i] = -1;
    auto shares = goods_by_group(lines, goods, group_of, 2, kGoodsTold);
    TRY(name_goods(services, shares));
    effect.goods = std::move(shares.front());
    return {};
}

}  // namespace

Result<std::optional<CampaignEffect>> effect_of(const records::CampaignRecord& campaign,
                                                const Services& services, EffectParts parts) {
    CampaignEffect effect;
    effect.until = std::min(campaign.end, services.now());
    if (effect.until <= campaign.begin) return std::optional<CampaignEffect>();
    if (parts == EffectParts::kAll) TRY(add_door(effect, campaign, services));
    if (campaign.target == records::CampaignTarget::kList) TRY(add_customers(effect, campaign, services));
    return std::optional(std::move(effect));
}

}  // namespace vitrina::api
