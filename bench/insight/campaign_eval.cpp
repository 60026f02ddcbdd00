// How campaigns are measured beside the truth of many simulated shops: card holders and their purchases are
// drawn as `vitrina simulate` draws them, without anybody walking, so that a thousand seeds are cheap.
//
//     campaign_eval SHOP.yaml [SEEDS] [DAYS_BEFORE]
//
// Prints for purchases by card and for visitors at the door: in how many seeds the 95 % interval holds what
// was truly brought, how wide it is beside that of an estimator that knows the confounders (how often each
// holder comes, and still needs the others to see how these days were; of visitors: how busy each hour is)
// and of one that knows how many would have come, and how wrong the naive figures are. A last world has lists
// of who bought at most once in the eight weeks before, and a campaign that brings nothing: with less than
// ten weeks before it nobody can tell, and it is seen how wrong that is.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/sim_file.h"
#include "base/interval.h"
#include "report/campaign.h"
#include "sim/population.h"
#include "sim/random.h"
#include "sim/shop.h"

namespace vitrina {
namespace {

constexpr double kBuys = 0.55;  // of the parties
constexpr double kHourS = 3600;
constexpr std::size_t kWeekdays = 7;
constexpr std::chrono::days kChosenBy{56};
constexpr int kChosenMax = 1;  // purchases in it

struct Outcome {
    bool covered = false;
    double width = 0;
    double known_width = 0;   // by who knows the confounders
    double oracle_width = 0;  // by who knows how many would have come
    double error = 0;
    double naive_error = 0;
};

struct Tally {
    std::vector<Outcome> outcomes;
    int unknown = 0;

    void add(const report::Brought& brought, double truth, double known_half, double oracle_half,
             double naive) {
        if (brought.known != report::Known::kYes) {
            ++unknown;
            return;
        }
        outcomes.push_back({brought.low <= truth && truth <= brought.high, brought.high - brought.low,
                            2 * known_half, 2 * oracle_half, brought.brought - truth, naive - truth});
    }
    void print(const char* what) const {
        const auto mean = [&](auto get) {
            double sum = 0;
            for (const Outcome& outcome : outcomes)
                sum += get(outcome);
            return sum / static_cast<double>(std::max<std::size_t>(1, outcomes.size()));
        };
        const double covered = mean([](const Outcome& it) { return it.covered ? 1.0 : 0.0; });
        const double width = mean([](const Outcome& it) { return it.width; });
        const double known = mean([](const Outcome& it) { return it.known_width; });
        const double oracle = mean([](const Outcome& it) { return it.oracle_width; });
        fmt::print(
            "{:<22} {} seeds, {} unknown: covered {:.1f} %, width {:.1f} ({:.2f} of the one that knows the "
            "confounders, {:.2f} of the one that knows all), bias {:+.2f}, naive {:+.1f}\n",
            what, outcomes.size(), unknown, 100 * covered, width, width / known, width / oracle,
            mean([](const Outcome& it) { return it.error; }),
            mean([](const Outcome& it) { return it.naive_error; }));
    }
};

/// One shop with its cards and days: `before` days, then a campaign.
class World {
  public:
    World(const sim::Behaviour& behaviour, int before, std::uint64_t seed)
        : behaviour_(behaviour), before_(before), random_(seed, 77) {
        behaviour_.days = before + behaviour_.campaigns.front().days;
        behaviour_.campaigns.front().from_day = before + 1;
        behaviour_.campaigns.resize(1);
        population_ = std::make_unique<sim::Population>(behaviour_, seed);
        days_.resize(static_cast<std::size_t>(behaviour_.days));
        live();
    }

    void judge(Tally& cards, Tally& door) const {
        judge_cards(cards);
        judge_door(door);
    }
    /// Where the campaign brings nothing: a list of who bought little before.
    void judge_chosen(Tally& tally) const {
        const auto holders = static_cast<std::size_t>(population_->holders());
        const report::CampaignTime time = time_of_campaign();
        std::vector<int> lately(holders, 0);
        for (const report::Purchase& purchase : purchases_)
            if (purchase.at < time.begin && purchase.at >= time.begin - kChosenBy)
                ++lately[purchase.customer];
        std::vector<report::Addressed> addressed;
        for (std::size_t i = 0; i < holders; ++i)
            if (lately[i] <= kChosenMax)
                addressed.push_back({i, report::Exposure::kUnknown, std::nullopt, false});
        double expected = 0;
        double of_others = 0;
        for (const report::Purchase& purchase : purchases_)
            if (purchase.at >= time.begin) ++(lately[purchase.customer] <= kChosenMax ? expected : of_others);
        const auto figures = report::campaign_of(purchases_, holders, addressed, time);
        // Naive: as many as the week before.
        double week_before = 0;
        for (const report::Purchase& purchase : purchases_)
            if (purchase.at < time.begin && purchase.at >= time.begin - std::chrono::days(kWeekdays) &&
                lately[purchase.customer] <= kChosenMax)
                ++week_before;
        tally.add(
            figures.purchases, 0, kZ95 * std::sqrt(expected + expected * expected / of_others),
            kZ95 * std::sqrt(expected),
            expected - week_before * static_cast<double>(behaviour_.campaigns.front().days) / kWeekdays);
    }

  private:
    [[nodiscard]] report::CampaignTime time_of_campaign() const {
        return {instant(0), instant(before_ * sim::kDayS), instant(behaviour_.days * sim::kDayS)};
    }
    [[nodiscard]] UtcTime instant(double at_s) const {
        return UtcTime(std::chrono::milliseconds(std::llround(at_s * 1000)));
    }
    void live() {
        const double end_s = behaviour_.days * sim::kDayS;
        for (double at = 0; at < end_s;) {
            at += random_.exponential(1 / population_->rate_max());
            if (at >= end_s || random_.unit() * population_->rate_max() >= population_->rate(at)) continue;
            arrive(at, population_->draw(at, random_));
        }
    }
    void arrive(double at, const sim::Arrival& arrival) {
        const double kind = random_.unit();
        const sim::Arrivals& arrivals = behaviour_.arrivals;
        double people = 1;
        if (kind < arrivals.pair_share)
            people = 2;
        else if (kind < arrivals.pair_share + arrivals.family_share)
            people = random_.chance(0.5) ? 4 : 3;
        days_[static_cast<std::size_t>(at / sim::kDayS)] += people;
        squares_ += people * people;
        people_ += people;
        if (arrival.campaign >= 0) people_brought_ += people;
        if (arrival.customer < 0 || !random_.chance(kBuys * behaviour_.loyalty.shows_card)) return;
        purchases_.push_back({static_cast<std::size_t>(arrival.customer), instant(at), 1000, true});
        if (arrival.campaign >= 0) ++purchases_brought_;
    }
    /// Parties that would come to the campaign's time without it.
    [[nodiscard]] double parties_expected() const {
        double sum = 0;
        // The rate changes by the hour only; a week before, where there was no campaign yet.
        constexpr int kHoursOfDay = 24;
        for (int hour = before_ * kHoursOfDay; hour < behaviour_.days * kHoursOfDay; ++hour) {
            const double at = (hour + 0.5) * kHourS;
            sum += population_->rate(at - static_cast<double>(kWeekdays) * sim::kDayS) * kHourS;
        }
        return sum;
    }
    void judge_cards(Tally& tally) const {
        const auto holders = static_cast<std::size_t>(population_->holders());
        std::vector<report::Addressed> addressed;
        for (std::size_t i = 0; i < holders; ++i)
            if (population_->addressed(0, static_cast<std::int64_t>(i)))
                addressed.push_back({i, report::Exposure::kUnknown, std::nullopt, false});
        const report::CampaignTime time = time_of_campaign();
        const auto figures = report::campaign_of(purchases_, holders, addressed, time);
        const double expected = parties_expected() * behaviour_.loyalty.visits_share *
                                population_->audience_share(0) * kBuys * behaviour_.loyalty.shows_card;
        // Naive: as many as the week before.
        double week_before = 0;
        for (const report::Purchase& purchase : purchases_)
            if (purchase.at < time.begin && purchase.at >= time.begin - std::chrono::days(7) &&
                population_->addressed(0, static_cast<std::int64_t>(purchase.customer)))
                ++week_before;
        const double of_others = parties_expected() * behaviour_.loyalty.visits_share *
                                 (1 - population_->audience_share(0)) * kBuys * behaviour_.loyalty.shows_card;
        tally.add(figures.purchases, purchases_brought_,
                  kZ95 * std::sqrt(expected + expected * expected / of_others), kZ95 * std::sqrt(expected),
                  figures.purchases.observed -
                      week_before * static_cast<double>(behaviour_.campaigns.front().days) / kWeekdays);
    }
    void judge_door(Tally& tally) const {
        std::vector<report::MatchedPiece> pieces;
        double observed = 0;
        double last = 0;
        for (auto day = static_cast<std::size_t>(before_); day < days_.size(); ++day) {
            report::MatchedPiece& piece = pieces.emplace_back();
            piece.during = days_[day];
            for (std::size_t back = kWeekdays; back <= day; back += kWeekdays)
                if (day - back < static_cast<std::size_t>(before_)) piece.before.push_back(days_[day - back]);
            observed += days_[day];
            last += days_[day - kWeekdays * ((day - static_cast<std::size_t>(before_)) / kWeekdays + 1)];
        }
        std::size_t weeks = pieces.front().before.size();
        for (const auto& piece : pieces)
            weeks = std::min(weeks, piece.before.size());
        for (auto& piece : pieces)
            piece.before.resize(weeks);
        const double size = 1 + behaviour_.arrivals.pair_share + behaviour_.arrivals.family_share * 2.5;
        const double expected = parties_expected() * size;
        const double half = kZ95 * std::sqrt(squares_ / people_ * expected);
        tally.add(report::brought_by_weekdays(pieces), people_brought_, half, half, observed - last);
    }

    sim::Behaviour behaviour_;
    int before_;
    sim::Random random_;
    std::unique_ptr<sim::Population> population_;
    std::vector<report::Purchase> purchases_;
    std::vector<double> days_;  // people by day
    double squares_ = 0;
    double people_ = 0;
    double people_brought_ = 0;
    double purchases_brought_ = 0;
};

int number(const char* text, int usual) {
    if (text == nullptr) return usual;
    int value = usual;
    std::from_chars(text, text + std::strlen(text), value);
    return value;
}

}  // namespace
}  // namespace vitrina

int main(int argc, char** argv) {
    using namespace vitrina;
    if (argc < 2) {
        fmt::print(stderr, "campaign_eval SHOP.yaml [SEEDS] [DAYS_BEFORE]\n");
        return 2;
    }
    const auto shop = app::load_sim_shop(argv[1]);
    if (!shop || !shop->behaviour || shop->behaviour->campaigns.empty()) {
        fmt::print(stderr, "{}\n", shop ? "the shop has no campaign" : shop.error().message);
        return 2;
    }
    const int seeds = number(argc > 2 ? argv[2] : nullptr, 1000);
    const int before = number(argc > 3 ? argv[3] : nullptr, 28);
    for (const double bias : {0.0, 0.3, 1.0}) {
        sim::Behaviour behaviour = *shop->behaviour;
        behaviour.campaigns.front().frequent_bias = bias;
        Tally cards;
        Tally door;
        for (int seed = 1; seed <= seeds; ++seed)
            World(behaviour, before, static_cast<std::uint64_t>(seed)).judge(cards, door);
        fmt::print("{}: campaign of {} days, {} days before it, frequent_bias {}\n", argv[1],
                   behaviour.campaigns.front().days, before, bias);
        cards.print("  purchases by card");
        door.print("  visitors at the door");
    }
    sim::Behaviour behaviour = *shop->behaviour;
    behaviour.campaigns.front().brings = 0;
    Tally chosen;
    for (int seed = 1; seed <= seeds; ++seed)
        World(behaviour, before, static_cast<std::uint64_t>(seed)).judge_chosen(chosen);
    fmt::print("{}: nothing is brought, and the list is of who bought little before\n", argv[1]);
    chosen.print("  purchases by card");
    return 0;
}
