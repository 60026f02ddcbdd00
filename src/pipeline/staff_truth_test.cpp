// Talks, breaks and work of a simulated shop's staff as they are found from sightings with errors, against
// what truly happened. Prints the figures that docs/accuracy.md names.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "insight/insight.h"
#include "pipeline/fact_stream.h"
#include "report/staff_day.h"
#include "sim/life.h"
#include "sim/population.h"
#include "sim/shop.h"
#include "sim/sites.h"
#include "sim/witness.h"

namespace vitrina::pipeline {
namespace {

constexpr double kLooksASecond = 2;
// What is too short for insight to call it a talk.
constexpr double kTalkMinS = 8;

Polygon box(double x0, double y0, double x1, double y1) {
    return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

/// 18 x 12 m: four shelves in two departments, a till, two cashiers and two consultants.
sim::Shop shop() {
    sim::Shop shop;
    shop.name = "made-up shop";
    Plan& plan = shop.plan;
    plan.version = "test";
    plan.width_m = 18;
    plan.depth_m = 12;
    plan.walls = {
        {{0, 0}, {18, 0}}, {{18, 0}, {18, 12}}, {{18, 12}, {3, 12}}, {{1, 12}, {0, 12}}, {{0, 12}, {0, 0}}};
    plan.doors = {{"main", {1, 12}, {3, 12}, DoorUse::kEntrance},
                  {"store", {18, 1}, {18, 2}, DoorUse::kStaff}};
    plan.lines = {{"entrance", {5, 12}, {0, 9.5}}};
    plan.fixtures = {{"wine", box(2, 1, 2.8, 5), 1.6},
                     {"cheese", box(6, 1, 6.8, 5), 1.6},
                     {"tools", box(10, 1, 10.8, 5), 1.6},
                     {"paint", box(14, 1, 14.8, 5), 1.6},
                     {"counter", box(9, 9, 9.6, 11), 0.9}};
    plan.zones = {{"food", box(0, 0, 8.4, 6.5), ZoneKind::kDepartment, {}},
                  {"hardware", box(8.4, 0, 17, 6.5), ZoneKind::kDepartment, {}},
                  {"queue", box(9.6, 6.8, 10.8, 9), ZoneKind::kQueue, "till"},
                  {"service", box(9.6, 9, 10.8, 11), ZoneKind::kService, "till"},
                  {"cashier", box(8, 9, 9, 11), ZoneKind::kCashier, "till"}};
    sim::Behaviour& behaviour = shop.behaviour.emplace();
    behaviour.arrivals.visits_per_day = 500;
    for (std::size_t hour = 9; hour < 20; ++hour)
        behaviour.arrivals.hours.at(hour) = 1;
    for (const char* const fixture : {"wine", "cheese", "tools", "paint"})
        behaviour.interests.push_back({fixture, 1, 30, 0.6, 0.4, 0.3, 0.5, {{fixture, fixture, 500, 1}}});
    behaviour.checkout.tills = {{"till", 9, 20}};
    behaviour.staff = {{"Anna", sim::Role::kCashier, 8.75, 20.5, 13, 0, {1, 1, 1, 1, 1, 1, 1}},
                       {"Fedor", sim::Role::kConsultant, 9, 17, 13, 30, {1, 1, 1, 1, 1, 1, 1}},
                       {"Galina", sim::Role::kConsultant, 12, 20, 16, 45, {1, 1, 1, 1, 1, 1, 1}}};
    return shop;
}

struct TrueTalk {
    std::int64_t party = 0;  // of the customer: who came with him stands beside
    std::size_t staff = 0;
    double stop_began_s = 0;
    double begin_s = 0;
    double end_s = 0;
};

/// What happened, by those to whom it did.
class Truth final : public sim::LifeWatcher {
  public:
    void consulted(const sim::Agent& staff, const sim::Agent& customer, const std::string& /*fixture*/,
                   double stop_began_s, double begin_s, double end_s) override {
        if (end_s - begin_s >= kTalkMinS)
            talks.push_back({customer.party, staff.staff, stop_began_s, begin_s, end_s});
    }
    void worked(const sim::Agent& staff, const char* what, double at_s) override {
        moments[staff.staff][what] = at_s;
    }
    std::vector<TrueTalk> talks;
    std::map<std::size_t, std::map<std::string, double>> moments;
};

class Facts final : public EventSink {
  public:
    [[nodiscard]] Result<void> accept(const Event& event) override {
        LiveEvent live = live_event(event);
        if (std::holds_alternative<Work>(event.fact))
            found.work.push_back(std::move(live));
        else if (std::holds_alternative<Talk>(event.fact))
            found.talks.push_back(std::move(live));
        else if (std::holds_alternative<Stand>(event.fact))
            found.stands.push_back(std::move(live));
        return {};
    }
    report::StaffFacts found;
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double of_day(UtcTime at) {
    return std::chrono::duration<double>(at.time_since_epoch()).count();
}

/// A day of the shop, lived once for all tests.
struct Lived {
    explicit Lived(std::uint64_t seed) : made(shop()) {
        auto created = sim::Sites::create(made.plan, *made.behaviour);
        EXPECT_TRUE(created);
        const auto sites = std::make_shared<sim::Sites>(std::move(*created));
        made.behaviour->seeing.rate_hz = kLooksASecond;
        sim::ShopLife life(*made.behaviour, sites,
                           std::make_shared<const sim::Population>(*made.behaviour, seed), seed);
        insight::Options options;
        options.border = insight::kPlanBorder;
        insight::Insight insight(floor_layout(made.plan), {"shop", "plan"}, options, facts);
        sim::Witness witness(made.plan, *made.behaviour, seed,
                             {[&](const Sighting& sighting) { EXPECT_TRUE(insight.observe(sighting)); },
                              [](const sim::ZoneStay&) {},
                              [&](PersonId person, PersonId seen_as, double) {
                                  for (const sim::Agent& agent : life.agents()) {
                                      if (agent.person != person) continue;
                                      if (agent.staff != sim::kNobody)
                                          facts.found.members[seen_as] =
                                              static_cast<std::int64_t>(agent.staff) + 1;
                                      else
                                          parties[seen_as] = agent.party;
                                  }
                              }});
        for (double at_s = 8.5 * sim::kHourS; at_s < 21 * sim::kHourS; at_s += 1 / kLooksASecond) {
            life.run(at_s, &truth);
            witness.look(life, at_s);
        }
        EXPECT_TRUE(insight.finish(instant_at(21 * sim::kHourS)));
        for (auto* const events : {&facts.found.work, &facts.found.talks, &facts.found.stands})
            std::stable_sort(events->begin(), events->end(),
                             [](const LiveEvent& a, const LiveEvent& b) { return a.begin < b.begin; });
        day = report::staff_day(facts.found, UtcTime(), UtcTime(std::chrono::hours(24)));
    }
    sim::Shop made;
    Truth truth;
    Facts facts;
    std::map<PersonId, std::int64_t> parties;  // of customers, by the number they are seen under
    report::StaffDay day;
};

const Lived& lived() {
    static const Lived kLived(11);  // not one that any limit was chosen on
    return kLived;
}

TEST(StaffTruth, TalksAreFoundOnceWithTheRightTwo) {
    const Lived& it = lived();
    const auto matches = [&](const TrueTalk& true_talk, const LiveEvent& event) {
        const auto& talk = std::get<Talk>(event.event.fact);
        const auto party = it.parties.find(talk.person);
        const auto member = it.facts.found.members.find(talk.staff);
        return party != it.parties.end() && party->second == true_talk.party &&
               member != it.facts.found.members.end() &&
               member->second == static_cast<std::int64_t>(true_talk.staff) + 1 &&
               to_seconds(talk.begin) < true_talk.end_s && to_seconds(talk.end) > true_talk.begin_s;
    };
    std::size_t found = 0;
    std::size_t twice = 0;
    std::size_t approached = 0;
    std::vector<double> begin_errors;
    std::vector<double> length_errors;
    std::vector<double> wait_errors;
    std::set<const LiveEvent*> right;
    for (const TrueTalk& one : it.truth.talks) {
        std::size_t count = 0;
        for (const LiveEvent& event : it.facts.found.talks) {
            if (!matches(one, event)) continue;
            right.insert(&event);
            if (++count > 1) continue;
            const auto& talk = std::get<Talk>(event.event.fact);
            begin_errors.push_back(std::abs(to_seconds(talk.begin) - one.begin_s));
            length_errors.push_back(
                std::abs(to_seconds(talk.end) - to_seconds(talk.begin) - (one.end_s - one.begin_s)));
            approached += talk.approach == Approach::kStaff ? 1 : 0;
            if (talk.approach == Approach::kStaff)
                wait_errors.push_back(std::abs(std::chrono::duration<double>(talk.wait).count() -
                                               (one.begin_s - one.stop_began_s)));
        }
        found += count > 0 ? 1 : 0;
        twice += count > 1 ? 1 : 0;
    }
    const auto all = static_cast<double>(it.truth.talks.size());
    const auto told = static_cast<double>(it.facts.found.talks.size());
    std::printf(
        "%s\n",
        fmt::format("talks: {} true, {} found, {} told twice; {} told, {} right; begin wrong by {:.1f} s, "
                    "length by {:.1f} s, wait by {:.1f} s (medians); staff came in {} of those found",
                    all, found, twice, told, right.size(), median(begin_errors), median(length_errors),
                    median(wait_errors), approached)
            .c_str());
    ASSERT_GT(all, 60);
    EXPECT_GE(static_cast<double>(found), 0.95 * all);
    EXPECT_LE(static_cast<double>(twice), 0.03 * all);
    // Who stands beside a customer that looks at goods is taken to talk with him: faces are not seen.
    EXPECT_GE(static_cast<double>(right.size()), 0.7 * told);
    EXPECT_GE(static_cast<double>(approached), 0.9 * static_cast<double>(found));
    EXPECT_LE(median(begin_errors), 2);
    EXPECT_LE(median(length_errors), 4);
    EXPECT_LE(median(wait_errors), 3);
}

TEST(StaffTruth, ConsultantsComeGoAndRestWhenTheyTrulyDo) {
    const Lived& it = lived();
    for (const report::MemberDay& member : it.day.members) {
        const auto index = static_cast<std::size_t>(member.member - 1);
        const sim::StaffMember& staff = it.made.behaviour->staff.at(index);
        if (staff.role != sim::Role::kConsultant) continue;
        const auto& moments = it.truth.moments.at(index);
        std::printf("%s\n",
                    fmt::format("{}: came {:.0f} s, went {:.0f} s later than the shift says; {} breaks",
                                staff.name, of_day(member.arrived) - moments.at("shift_began"),
                                of_day(member.seen) - moments.at("shift_ended"), member.breaks.size())
                        .c_str());
        // They walk from the staff door and back to it.
        EXPECT_NEAR(of_day(member.arrived), moments.at("shift_began"), 30) << staff.name;
        EXPECT_NEAR(of_day(member.seen), moments.at("shift_ended"), 30) << staff.name;
        ASSERT_EQ(member.breaks.size(), 1U) << staff.name;
        const report::Break& rest = member.breaks.front();
        EXPECT_NEAR(of_day(rest.from), moments.at("break_began"), 60) << staff.name;
        EXPECT_NEAR(of_day(rest.to) - of_day(rest.from), staff.break_minutes * 60, 60) << staff.name;
    }
}

TEST(StaffTruth, TheCashierIsAtTheTillAndTimesAddUp) {
    const Lived& it = lived();
    ASSERT_EQ(it.day.members.size(), 3U);
    const report::MemberDay& cashier = it.day.members.front();
    const double till_s =
        std::chrono::duration<double>(cashier.spent[static_cast<std::size_t>(report::Doing::kTill)]).count();
    const double truly_s = of_day(cashier.seen) - it.truth.moments.at(0).at("till_taken");
    std::printf("%s\n",
                fmt::format("cashier: at the till {:.0f} s, truly {:.0f} s", till_s, truly_s).c_str());
    EXPECT_NEAR(till_s, truly_s, 0.02 * truly_s);
    for (const report::MemberDay& member : it.day.members) {
        Duration sum = member.away;
        for (const Duration one : member.spent)
            sum += one;
        EXPECT_EQ(sum, std::chrono::duration_cast<Duration>(member.seen - member.arrived));
    }
}

TEST(StaffTruth, TheShareOfServedCustomersIsNear) {
    const Lived& it = lived();
    std::set<std::int64_t> talked;
    for (const TrueTalk& one : it.truth.talks)
        talked.insert(one.party);
    std::set<std::int64_t> found;
    for (const LiveEvent& event : it.facts.found.talks)
        if (const auto party = it.parties.find(std::get<Talk>(event.event.fact).person);
            party != it.parties.end())
            found.insert(party->second);
    const auto served = static_cast<double>(found.size());
    std::printf("%s\n", fmt::format("parties spoken to: {}, truly {}", served, talked.size()).c_str());
    EXPECT_NEAR(served, static_cast<double>(talked.size()), 0.25 * static_cast<double>(talked.size()));
}

}  // namespace
}  // namespace vitrina::pipeline
