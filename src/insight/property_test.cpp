// What must hold for any walk: random walks from seeds, checked against each other and against themselves.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "domain/event_json.h"
#include "insight/insight.h"
#include "insight/scenario.h"

namespace vitrina::insight {
namespace {

constexpr int kSeeds = 200;
constexpr double kWidth = 400;
constexpr double kHeight = 300;

double uniform(std::mt19937& random, double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
}

/// A zone in the middle whose boundary is four lines, drawn so that going in is "in", and a second zone that
/// overlaps it.
Layout boxed_zone() {
    const Polygon box{{120, 90}, {280, 90}, {280, 210}, {120, 210}};
    Layout layout{
        "test", kWidth, kHeight, {{"box", box}, {"other", {{200, 20}, {390, 150}, {220, 280}}}}, {}};
    for (std::size_t i = 0; i < box.size();
         ++i)  // the corners go clockwise in the picture: the inside is right
        layout.lines.push_back({"side-" + std::to_string(i), box[i], box[(i + 1) % box.size()]});
    return layout;
}

/// Several people who walk between random places, stand, tremble, jump and vanish for a while.
std::vector<Sighting> random_walks(unsigned seed) {
    std::mt19937 random(seed);
    std::vector<Sighting> all;
    const int people = 1 + static_cast<int>(random() % 5);
    for (PersonId person = 1; person <= people; ++person) {
        const double step_s = uniform(random, 0.03, 0.25);
        const double noise = uniform(random, 0, 3);
        const double height = uniform(random, 40, 120);
        double now = uniform(random, 0, 5);
        Point place{uniform(random, 0, kWidth), uniform(random, 0, kHeight)};
        for (int leg = 0; leg < 12; ++leg) {
            const Point goal{uniform(random, 0, kWidth), uniform(random, 0, kHeight)};
            const double speed = uniform(random, 20, 150);
            const double time = std::hypot(goal.x - place.x, goal.y - place.y) / speed;
            const bool hidden = random() % 8 == 0;
            for (double t = 0; t < time; t += step_s, now += step_s) {
                Point at{place.x + t / time * (goal.x - place.x) + uniform(random, -noise, noise),
                         place.y + t / time * (goal.y - place.y) + uniform(random, -noise, noise)};
                if (random() % 60 == 0) at = {uniform(random, 0, kWidth), uniform(random, 0, kHeight)};
                at = {std::clamp(at.x, 0.0, kWidth), std::clamp(at.y, 0.0, kHeight)};
                const double ms = std::round(now * 1000);
                if (!hidden)
                    all.push_back({person, SourceTime(std::chrono::milliseconds(static_cast<int>(ms))), at,
                                   height, random() % 10 == 0 ? 0 : 0.7});
            }
            place = goal;
            now += random() % 4 == 0 ? uniform(random, 0, 9) : 0;
        }
    }
    return all;
}

void in_order(std::vector<Sighting>& sightings) {
    std::stable_sort(sightings.begin(), sightings.end(), [](const Sighting& a, const Sighting& b) {
        return a.at != b.at ? a.at < b.at : a.person < b.person;
    });
}

/// The facts, in no order: those of different people are told as each is settled.
std::vector<std::string> run(const Layout& layout, const std::vector<Sighting>& sightings, Summary* summary) {
    Collector sink;
    Insight insight(layout, {"s", "c"}, Options{}, sink);
    SourceTime end{};
    for (const Sighting& sighting : sightings) {
        EXPECT_TRUE(insight.observe(sighting));
        end = std::max(end, sighting.at);
    }
    EXPECT_TRUE(insight.finish(end + std::chrono::seconds(10)));
    if (summary != nullptr) *summary = insight.summary();
    std::vector<std::string> lines;
    for (const Event& event : sink.events)
        lines.push_back(to_json_line(event));
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<Event> events(const Layout& layout, const std::vector<Sighting>& sightings) {
    Collector sink;
    Insight insight(layout, {"s", "c"}, Options{}, sink);
    for (const Sighting& sighting : sightings)
        EXPECT_TRUE(insight.observe(sighting));
    EXPECT_TRUE(insight.finish(sightings.back().at));
    return sink.events;
}

class PropertyTest : public testing::TestWithParam<unsigned> {
  protected:
    void SetUp() override {
        walks_ = random_walks(GetParam());
        in_order(walks_);
    }
    std::vector<Sighting> walks_;
};

TEST_P(PropertyTest, OccupancyIsNeverNegativeEndsAtZeroAndFollowsTheVisits) {
    std::map<std::string, int> people;
    std::map<std::string, std::map<SourceTime, int>> changes;
    std::map<std::string, std::map<SourceTime, int>> steps;
    SourceTime last{};
    for (const Event& event : events(boxed_zone(), walks_)) {
        if (const auto* visit = std::get_if<Visit>(&event.fact)) {
            changes[visit->zone][visit->begin] += 1;
            changes[visit->zone][visit->end] -= 1;
        }
        const auto* occupancy = std::get_if<Occupancy>(&event.fact);
        if (occupancy == nullptr) continue;
        EXPECT_GE(occupancy->people, 0);
        EXPECT_NE(occupancy->people, people[occupancy->zone]);
        EXPECT_GE(occupancy->at, last);
        last = occupancy->at;
        steps[occupancy->zone][occupancy->at] = occupancy->people - people[occupancy->zone];
        people[occupancy->zone] = occupancy->people;
    }
    for (auto& [zone, count] : people)
        EXPECT_EQ(count, 0) << zone;
    for (auto& [zone, of_zone] : changes)
        std::erase_if(of_zone, [](const auto& change) { return change.second == 0; });
    EXPECT_EQ(changes, steps);
}

TEST_P(PropertyTest, VisitsOfOnePersonToOneZoneNeverOverlapAndIdsAreUnique) {
    std::map<std::pair<PersonId, std::string>, SourceTime> ends;
    std::set<std::string> ids;
    for (const Event& event : events(boxed_zone(), walks_)) {
        EXPECT_TRUE(ids.insert(event.id).second) << to_json_line(event);
        EXPECT_GE(event.confidence, 0);
        EXPECT_LE(event.confidence, 1);
        const auto* visit = std::get_if<Visit>(&event.fact);
        if (visit == nullptr) continue;
        EXPECT_GE(visit->end - visit->begin, Options().visit_min);
        const auto [entry, is_first] = ends.try_emplace({visit->person, visit->zone}, visit->end);
        if (is_first) continue;
        EXPECT_GT(visit->begin, entry->second);
        entry->second = visit->end;
    }
}

TEST_P(PropertyTest, TheOrderOfDifferentPeopleWithinTheLagChangesNothing) {
    Summary first;
    const auto facts = run(boxed_zone(), walks_, &first);
    std::mt19937 random(GetParam());
    // Each sighting is handed over up to almost the lag late, its person's others still in their order.
    std::map<PersonId, Duration> delay;
    std::map<PersonId, SourceTime> last;
    std::vector<std::pair<SourceTime, Sighting>> handed;
    for (const Sighting& sighting : walks_) {
        const auto late = std::chrono::milliseconds(random() % 490);
        if (!delay.contains(sighting.person) || random() % 10 == 0) delay[sighting.person] = late;
        last[sighting.person] = std::max(last[sighting.person], sighting.at + delay[sighting.person]);
        handed.emplace_back(last[sighting.person], sighting);
    }
    std::stable_sort(handed.begin(), handed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Sighting> shuffled;
    for (const auto& [when, sighting] : handed)
        shuffled.push_back(sighting);
    Summary second;
    EXPECT_EQ(run(boxed_zone(), shuffled, &second), facts);
    EXPECT_EQ(second.sightings_late, 0);
    EXPECT_EQ(second.people, first.people);
}

/// A place that is farther from the sides of the box, drawn out endlessly, than a line needs to believe.
Point clear_place(std::mt19937& random) {
    const auto clear = [&](double size, double low, double high) {
        for (;;) {
            const double at = uniform(random, 0, size);
            if (std::abs(at - low) > 30 && std::abs(at - high) > 30) return at;
        }
    };
    const double x = clear(kWidth, 120, 280);
    return {x, clear(kHeight, 90, 210)};
}

// A zone whose whole boundary is lines: whoever turns only away from them goes in as often as out, and each
// stay that began outside has its way in.
TEST_P(PropertyTest, AClosedZoneIsEnteredAsOftenAsLeft) {
    std::mt19937 random(GetParam());
    std::vector<Sighting> walk;
    Point place{20, 20};
    double now = 0;
    for (int leg = 0; leg < 30; ++leg) {
        const Point goal = leg == 29 ? Point{20, 20} : clear_place(random);
        const double time = std::hypot(goal.x - place.x, goal.y - place.y) / 60;
        for (double t = 0; t < time; t += 0.1, now += 0.1)
            walk.push_back(
                {1,
                 instant_at(std::round(now * 1000) / 1000),
                 {place.x + t / time * (goal.x - place.x), place.y + t / time * (goal.y - place.y)},
                 60,
                 0.9});
        place = goal;
    }
    Summary summary;
    run(boxed_zone(), walk, &summary);
    std::int64_t in = 0;
    std::int64_t out = 0;
    for (const LineSummary& line : summary.lines)
        in += line.in, out += line.out;
    EXPECT_EQ(in, out);
    EXPECT_LE(summary.zones[0].visits, in);  // a step out of less than a second stays in the visit
    EXPECT_EQ(in > 0, summary.zones[0].visits > 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PropertyTest, testing::Range(1U, kSeeds + 1U));

}  // namespace
}  // namespace vitrina::insight
