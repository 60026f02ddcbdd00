#include "pipeline/simulated_day.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "pipeline/shop_clock.h"
#include "sim/population.h"

namespace vitrina::pipeline {
namespace {

constexpr int kDayBits = 20;  // a day's people are numbered from the day's number
constexpr std::uint64_t kSeedStep = 1'000'003;

std::unique_ptr<sim::Behaviour> behaviour_of(const sim::Shop& shop, const SimulatedDate& date,
                                             const SimulatedDay::Options& options) {
    auto behaviour = std::make_unique<sim::Behaviour>(*shop.behaviour);
    behaviour->days = 1;
    behaviour->weekday = date.weekday;
    behaviour->start_utc_ms = date.midnight.time_since_epoch().count();
    behaviour->seeing.rate_hz = options.looks_a_second;
    // Each day is a life of its own, and clocks go on from one to the next.
    for (sim::TillHours& till : behaviour->checkout.tills)
        till.clock_offset_s += till.clock_drift_s_per_day * static_cast<double>(options.file_day - 1);
    for (sim::Campaign& campaign : behaviour->campaigns)
        campaign.from_day -= static_cast<int>(options.file_day - 1);
    return behaviour;
}

}  // namespace

std::int64_t day_number(UtcTime midnight) {
    return std::chrono::floor<std::chrono::days>(midnight + std::chrono::hours(12))
        .time_since_epoch()
        .count();
}

std::string simulated_card(std::int64_t customer) {
    return fmt::format("SIM{:06}", customer + 1);
}

SimulatedDay::SimulatedDay(const sim::Shop& shop, std::shared_ptr<sim::Sites> sites,
                           const SimulatedDate& date, const Options& options)
    : shop_(shop),
      date_(date),
      options_(options),
      behaviour_(behaviour_of(shop, date, options)),
      // Card holders are the same every day, chances are not.
      life_(*behaviour_, std::move(sites), std::make_shared<const sim::Population>(*behaviour_, options.seed),
            options.seed * kSeedStep + static_cast<std::uint64_t>(date.number)),
      witness_(shop_.plan, *behaviour_, options.seed * kSeedStep + static_cast<std::uint64_t>(date.number),
               {[this](const Sighting& sighting) { see(sighting); }, [](const sim::ZoneStay&) {},
                [this](PersonId person, PersonId seen_as, double) { number(person, seen_as); }}) {}

SourceTime SimulatedDay::instant(double at_s) const {
    return from_utc(date_.midnight) + from_seconds(at_s);
}

Result<void> SimulatedDay::run(UtcTime until, const Looked& looked) {
    const double until_s =
        std::min(sim::kDayS, std::chrono::duration<double>(until - date_.midnight).count());
    const double step_s = 1 / options_.looks_a_second;
    while (static_cast<double>(tick_) * step_s < until_s) {
        const double at_s = static_cast<double>(tick_) * step_s;
        life_.run(at_s, this);
        look_.at = instant(at_s);
        look_.people.clear();
        if (life_.anybody() || was_somebody_) {
            witness_.look(life_, at_s);
            TRY(looked(look_));
        }
        was_somebody_ = life_.anybody();
        // Nobody is looked for before the next thing happens.
        const double next = std::min(life_.next_event_s(), sim::kDayS) / step_s;
        tick_ = was_somebody_ ? tick_ + 1 : std::max(tick_ + 1, static_cast<std::int64_t>(std::ceil(next)));
    }
    return {};
}

void SimulatedDay::number(PersonId person, PersonId seen_as) {
    numbers_[person] = seen_as;
    for (const sim::Agent& agent : life_.agents())
        if (agent.person == person && agent.staff != sim::kNobody)
            unlabelled_[seen_as] = static_cast<std::int64_t>(agent.staff) + 1;
}

void SimulatedDay::see(const Sighting& sighting) {
    Sighting& seen = look_.people.emplace_back(sighting);
    seen.person = (date_.number << kDayBits) + sighting.person;
    seen.at = look_.at;
    seen.place = {sighting.place.x * options_.px_per_m, sighting.place.y * options_.px_per_m};
    seen.body_height = sighting.body_height * options_.px_per_m;
    if (!sighting.labels.staff) return see_face(seen);
    const auto member = unlabelled_.find(sighting.person);
    if (member == unlabelled_.end()) return;
    labels_.push_back({seen.person, WhoIs::kStaff, LabelBy::kMark, look_.at, member->second});
    unlabelled_.erase(member);
}

void SimulatedDay::see_face(const Sighting& seen) {
    if (seen.labels.sex == Sex::kUnknown || seen.labels.age == AgeGroup::kUnknown) return;
    if (!faces_.insert(seen.person).second) return;
    // The simulator knows groups; a year of the group is drawn from the person's number.
    struct Years {
        int from = 0;
        int to = 0;
    };
    constexpr std::array<Years, 5> kYears = {{{0, 0}, {5, 14}, {15, 29}, {30, 59}, {60, 79}}};
    const Years years = kYears.at(static_cast<std::size_t>(seen.labels.age));
    constexpr PersonId kSpread = 7919;
    const int age = years.from + static_cast<int>(seen.person * kSpread % (years.to - years.from + 1));
    constexpr int kOff = 8;
    traits_.push_back({seen.person, seen.labels.sex, age, std::max(0, age - kOff), age + kOff, seen.at});
}

void SimulatedDay::touched(const sim::Agent& agent, const std::string& fixture, const char* /*what*/,
                           double begin_s, double end_s) {
    const auto known = numbers_.find(agent.person);
    if (known == numbers_.end()) return;  // not seen yet
    Touch touch;
    touch.person = (date_.number << kDayBits) + known->second;
    touch.shelf = fixture;
    touch.hand = agent.person % 2 == 0 ? Side::kLeft : Side::kRight;
    touch.begin = instant(std::round(begin_s * 1000) / 1000);
    touch.end = instant(std::round(end_s * 1000) / 1000);
    touches_.push_back(std::move(touch));
}

void SimulatedDay::paid(const sim::Receipt& paid) {
    Receipt& receipt = receipts_.emplace_back();
    receipt.id = fmt::format("simulated-{}-{:05}", date_.number, paid.number);
    receipt.till = paid.till;
    receipt.at = date_.midnight + std::chrono::seconds(std::llround(paid.stamped_s));
    receipt.currency = behaviour_->currency;
    if (paid.customer >= 0) receipt.card = simulated_card(paid.customer);
    receipt.lines.reserve(paid.items.size());
    for (const sim::Item& item : paid.items) {
        const std::int64_t amount = item.goods->price_minor * item.quantity;
        receipt.lines.push_back({item.goods->sku, item.goods->name,
                                 static_cast<std::int64_t>(item.quantity) * 1000, item.goods->price_minor,
                                 amount});
        receipt.total_minor += amount;
    }
}

}  // namespace vitrina::pipeline
