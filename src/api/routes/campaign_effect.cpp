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
            const Piece piece = {day, std::max(days_[day], begin_), std::min(days_[day + 1], end_)};
            if (piece.from < piece.to) pieces.push_back(piece);
        }
        return pieces;
    }
    /// The same hours so many weeks before.
    [[nodiscard]] Result<Counted> count(const Piece& piece, std::size_t weeks) const {
        const std::size_t day = piece.day - weeks * kWeekdays;
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

/// By piece: during it, then one week before, two ...; weeks before the shop's first one left out.
struct Counts {
    std::vector<std::vector<Counted>> pieces;
    std::size_t weeks = 0;
};

Result<Counts> counts_of(const DoorCounts& door) {
    Counts counts;
    const std::vector<Piece> pieces = door.pieces();
    counts.pieces.resize(pieces.size());
    for (std::size_t week = 0; week <= kWeeksMax; ++week) {
        double anything = 0;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            TRY_ASSIGN(const Counted counted, door.count(pieces[i], week));
            counts.pieces[i].push_back(counted);
            anything += counted.people + counted.entries + counted.sales;
        }
        // Nothing is known of it: the shop was not watched yet.
        if (week > 0 && anything <= 0) break;
        counts.weeks = week;
    }
    for (auto& piece : counts.pieces)
        piece.resize(counts.weeks + 1);
    return counts;
}

report::Brought brought(const Counts& counts, double Counted::*what) {
    std::vector<report::MatchedPiece> pieces;
    pieces.reserve(counts.pieces.size());
    for (const std::vector<Counted>& counted : counts.pieces) {
        report::MatchedPiece& piece = pieces.emplace_back();
        piece.during = counted.front().*what;
        for (std::size_t week = 1; week < counted.size(); ++week)
            piece.before.push_back(counted[week].*what);
    }
    return report::brought_by_weekdays(pieces);
}

Result<void> add_door(CampaignEffect& effect, const records::CampaignRecord& campaign,
                      const Services& services) {
    TRY_ASSIGN(const Counts counts, counts_of(DoorCounts(services, campaign.begin, effect.until)));
    effect.weeks = counts.weeks;
    for (const auto& piece : counts.pieces)
        for (const Counted& counted : piece)
            effect.visitors_are_entries = effect.visitors_are_entries || counted.entries > 0;
    effect.visitors = brought(counts, effect.visitors_are_entries ? &Counted::entries : &Counted::people);
    effect.sales = brought(counts, &Counted::sales);
    effect.sales_minor = brought(counts, &Counted::sales_minor);
    return {};
}

/// Whole weeks in which cards were already shown, or less where there is no whole one.
Result<UtcTime> comparable_since(UtcTime begin, const Services& services) {
    TRY_ASSIGN(const auto first, services.buyers.first_receipt());
    if (!first || *first >= begin) return begin;
    constexpr std::chrono::days kWeek{7};
    // The first day's first receipt comes some hours after midnight.
    constexpr std::chrono::hours kOpens{12};
    const auto weeks = std::min<std::int64_t>((begin - *first + kOpens) / kWeek, kWeeksMax);
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
    TRY_ASSIGN(const auto purchases, purchases_of(services, {since, effect.until}, effect.cards));
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
                                                const Services& services) {
    CampaignEffect effect;
    effect.until = std::min(campaign.end, services.now());
    if (effect.until <= campaign.begin) return std::optional<CampaignEffect>();
    TRY(add_door(effect, campaign, services));
    if (campaign.target == records::CampaignTarget::kList) TRY(add_customers(effect, campaign, services));
    return std::optional(std::move(effect));
}

}  // namespace vitrina::api
