#include "pipeline/floor_analysis.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "pipeline/replay.h"
#include "pipeline/shop_clock.h"
#include "pipeline/test_room.h"
#include "records/test_records.h"
#include "sim/simulation.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;
using records::at;
using testing::ElementsAre;
using testing::IsEmpty;

const UtcTime kBegin = at(records::kHourMs);
const UtcTime kEnd = at(records::kHourMs * 3);

struct Facts final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        all.push_back(live_event(event));
        return {};
    }
    std::vector<LiveEvent> all;
};

std::string words_of(const LiveEvent& live) {
    const auto seconds = [](UtcTime instant) { return std::to_string((instant - kBegin).count()) + " ms"; };
    if (const auto* visit = std::get_if<Visit>(&live.event.fact))
        return std::to_string(visit->person) + " in " + visit->zone + " from " + seconds(live.begin) +
               " to " + seconds(live.end);
    if (const auto* crossing = std::get_if<Crossing>(&live.event.fact))
        return std::to_string(crossing->person) + (crossing->direction == Direction::kIn ? " in" : " out") +
               " by " + crossing->line + " at " + seconds(live.begin);
    const auto& occupancy = std::get<Occupancy>(live.event.fact);
    return std::to_string(occupancy.people) + " people in " + occupancy.zone + " at " + seconds(live.begin);
}

/// What is known of the plan.
struct Known {
    std::vector<LiveEvent> facts;
    [[nodiscard]] std::vector<std::string> words() const {
        std::vector<std::string> all;
        all.reserve(facts.size());
        for (const LiveEvent& fact : facts)
            all.push_back(words_of(fact));
        std::sort(all.begin(), all.end());
        return all;
    }
    [[nodiscard]] int crossings(Direction direction) const {
        return static_cast<int>(std::count_if(facts.begin(), facts.end(), [&](const LiveEvent& fact) {
            const auto* crossing = std::get_if<Crossing>(&fact.event.fact);
            return crossing != nullptr && crossing->direction == direction;
        }));
    }
    [[nodiscard]] std::vector<Visit> visits(const std::string& zone) const {
        std::vector<Visit> all;
        for (const LiveEvent& fact : facts)
            if (const auto* visit = std::get_if<Visit>(&fact.event.fact); visit && visit->zone == zone)
                all.push_back(*visit);
        return all;
    }
    [[nodiscard]] int most_people(const std::string& zone) const {
        int most = 0;
        for (const LiveEvent& fact : facts)
            if (const auto* step = std::get_if<Occupancy>(&fact.event.fact); step && step->zone == zone)
                most = std::max(most, step->people);
        return most;
    }
};

/// In by the door at the first second, and at the till from 7 to 20.
Way to_stay() {
    return {{1, {4, 5.8}}, {3, {4, 4}}, {7, {6.2, 1.5}}, {20, {6.3, 1.6}}, {24, {4.2, 4}}, {26, {4.2, 5.8}}};
}

/// The room with as many people in it as have room, who come and go.
sim::Shop full_room(double seconds) {
    sim::Shop shop;
    shop.plan = test_room();
    shop.plan.zones.clear();
    shop.plan.lines.clear();
    shop.life.seconds = seconds;
    shop.life.arrivals_per_minute = 12;
    shop.life.people_max = 8;
    shop.life.staff = 0;
    shop.life.stops = {2, 1};
    shop.life.stop_s_median = 6;
    return shop;
}

class FloorAnalysisTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<records::FactStore>(database_);
        shop_ = std::make_unique<records::ShopStore>(database_);
        paths_ = std::make_unique<records::PathStore>(database_);
    }

    void open(const Plan& plan, const std::vector<insight::OpenVisit>& before = {}, SourceTime now = {}) {
        if (now == SourceTime{}) now = from_utc(kBegin);
        const auto saved = shop_->save_plan(plan, records::LayoutChange::kDrawnWrong, to_utc(now), "anna");
        ASSERT_TRUE(saved) << saved.error().message;
        FloorAnalysisOptions options;
        options.shop = "shop";
        options.session = ++session_;
        news_.sessions.push_back({kPlanCamera, session_, to_utc(now), std::nullopt, 8, 6});
        floor_ = std::make_unique<FloorAnalysis>(saved->plan, options, before, now, sink_);
        ASSERT_TRUE(floor_->begin(now));
    }
    /// Five pictures a second of both cameras, at odd moments, from one second to another.
    void watch(TestRoom& room, double from_s, double to_s) {
        for (double at_s = from_s; at_s < to_s; at_s += 0.1) {
            const auto camera = static_cast<std::size_t>(std::lround(at_s * 10) % 2);
            const double taken_s = at_s + 0.02 * static_cast<double>(camera);
            const SourceTime time = from_utc(kBegin) + from_seconds(taken_s);
            floor_->see(
                {room.plan().cameras[camera].camera, ++frame_, time, 1280, 720, room.seen(camera, taken_s)});
            advance(from_utc(kBegin) + from_seconds(at_s - 0.15));
        }
    }
    /// A simulated shop from `origin_s` on.
    void watch(const sim::Shop& shop, std::uint64_t seed, double origin_s) {
        sim::Listeners listeners;
        listeners.passage = [&](const sim::Passage& passage) { came_ += passage.in ? 1 : 0; };
        listeners.view = [&](std::size_t camera, const sim::View& view) {
            std::vector<Detection> detections;
            for (const sim::Seen& seen : view.seen)
                detections.push_back(seen.detection);
            const SourceTime time = second(origin_s + std::max(0.0, view.stamped_s));
            floor_->see({shop.plan.cameras[camera].camera, view.frame, time, 1280, 720, detections});
            advance(time - 600ms);
        };
        sim::simulate(shop, seed, listeners);
    }
    void advance(SourceTime known) {
        const auto advanced = floor_->advance(known);
        ASSERT_TRUE(advanced) << advanced.error().message;
        take_correction();
    }
    void take_correction() {
        const auto from = floor_->take_correction();
        if (!from) return;
        corrected_ = true;
        corrected_from_ = std::min(corrected_from_, *from);
    }
    void close(SourceTime now) {
        ASSERT_TRUE(floor_->finish(now));
        take_correction();
        news_.add(floor_->take_paths());
        news_.sessions.push_back({kPlanCamera, session_, {}, to_utc(now), 8, 6});
        floor_.reset();
    }
    void store() {
        ASSERT_TRUE(paths_->put(std::exchange(news_, {})));
        ASSERT_TRUE(facts_->append(std::exchange(sink_.all, {})));
    }
    [[nodiscard]] ReplayReport replay_all() {
        const auto report = replay(*facts_, *shop_, *paths_,
                                   {.shop = "shop",
                                    .camera = kPlanCamera,
                                    .from = at(0),
                                    .to = kEnd,
                                    .places = {},
                                    .insight = {},
                                    .now = kEnd,
                                    .threads = 2,
                                    .goes_on = {}});
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(ReplayReport{});
    }
    [[nodiscard]] Known known() const {
        Known known;
        const auto all = paths_->facts(kPlanCamera, at(0), kEnd);
        EXPECT_TRUE(all);
        for (const records::KnownFact& fact : *all)
            if (!fact.retracted) known.facts.push_back(fact.event);
        return known;
    }
    [[nodiscard]] static SourceTime second(double at_s) { return from_utc(kBegin) + from_seconds(at_s); }

    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> shop_;
    std::unique_ptr<records::PathStore> paths_;
    Facts sink_;
    std::unique_ptr<FloorAnalysis> floor_;
    records::PathNews news_;
    std::int64_t session_ = 0;
    std::int64_t frame_ = 0;
    int came_ = 0;
    bool corrected_ = false;
    SourceTime corrected_from_ = SourceTime::max();
};

TEST_F(FloorAnalysisTest, WhomTwoCamerasSeeIsOnePerson) {
    TestRoom room({to_the_till(2), to_the_till(6), to_the_till(14)});
    open(room.plan());
    std::size_t most = 0;
    for (double at_s = 0; at_s < 40; ++at_s) {
        watch(room, at_s, at_s + 1);
        most = std::max(most, floor_->in_sight().size());
    }
    EXPECT_EQ(most, 3U);
    EXPECT_EQ(floor_->people(), 0);
    close(second(42));
    store();
    EXPECT_EQ(known().crossings(Direction::kIn), 3);
    EXPECT_EQ(known().crossings(Direction::kOut), 3);
    const auto visits = known().visits("till");
    ASSERT_EQ(visits.size(), 3U);
    std::set<PersonId> people;
    for (const Visit& visit : visits) {
        people.insert(visit.person);
        EXPECT_NEAR(to_seconds(visit.end - visit.begin), 6.7, 1.0);
    }
    EXPECT_EQ(people.size(), 3U);
    EXPECT_EQ(known().most_people("till"), 2);
}

// Nobody was taken for somebody else, so what was told live is what comes out of what was stored.
TEST_F(FloorAnalysisTest, WhatIsStoredGivesTheSameFacts) {
    TestRoom room({to_the_till(2), to_the_till(6), to_the_till(14), to_the_till(40)});
    open(room.plan());
    watch(room, 0, 60);
    close(second(60));
    store();
    ASSERT_FALSE(corrected_);
    const ReplayReport report = replay_all();
    EXPECT_GE(report.unchanged, 12);
    EXPECT_EQ(report.added + report.amended + report.retracted, 0);
}

TEST_F(FloorAnalysisTest, WhileNoZoneIsDrawnTheWholeFloorIsOne) {
    TestRoom room({to_the_till(1)});
    Plan plan = room.plan();
    plan.zones.clear();
    open(plan);
    watch(room, 0, 20);
    close(second(25));
    store();
    EXPECT_EQ(known().visits(kWholeFloor).size(), 1U);
}

TEST_F(FloorAnalysisTest, WhoComesInIsToldOnceWhereThePlanHasAnEntrance) {
    news_.entries = {{1, at(0), false}};  // of what lies before the first entry nothing is known
    const auto entered = [&](double from_s, double to_s) {
        return paths_->entered(std::vector<UtcTime>{to_utc(second(from_s)), to_utc(second(to_s))})->front();
    };
    TestRoom room({to_the_till(2), to_the_till(6), to_the_till(14), to_the_till(602)});
    open(room.plan());
    watch(room, 0, 40);
    close(second(42));
    store();
    EXPECT_EQ(entered(0, 60), 3);
    EXPECT_EQ(entered(0, 4), 1) << "when he came, not when it was known";
    Plan without = room.plan();
    without.doors.clear();
    open(without, {}, second(600));
    watch(room, 600, 620);
    close(second(622));
    store();
    EXPECT_EQ(entered(600, 660), 0) << "nobody knows where people come in";
    EXPECT_EQ(known().visits("till").size(), 4U) << "he was counted all the same";
}

TEST_F(FloorAnalysisTest, CamerasThatAreNotCalibratedArePassedOver) {
    open(test_room());
    floor_->see({"yard", 1, second(1), 1280, 720, {{{300, 200, 100, 300}, 0.9}}});
    floor_->see({"left", 2, second(1), 0, 0, {{{300, 200, 100, 300}, 0.9}}});
    advance(second(10));
    EXPECT_THAT(floor_->in_sight(), IsEmpty());
    EXPECT_FALSE(floor_->is_calibrated("yard"));
    close(second(11));
}

TEST_F(FloorAnalysisTest, APictureOfAnotherSizeIsScaled) {
    TestRoom room({to_the_till(1)});
    open(room.plan());
    for (double at_s = 1; at_s < 8; at_s += 0.2) {
        std::vector<Detection> half = room.seen(0, at_s);
        for (Detection& detection : half)
            detection.box = detection.box.scaled(0.5, 0.5);
        floor_->see({"left", ++frame_, second(at_s), 640, 360, half});
        advance(second(at_s));
    }
    ASSERT_EQ(floor_->in_sight().size(), 1U);
    EXPECT_NEAR(floor_->in_sight()[0].place.x, 6.2, 0.5);
    EXPECT_NEAR(floor_->in_sight()[0].place.y, 1.5, 0.5);
    close(second(9));
}

TEST_F(FloorAnalysisTest, AVisitGoesOnWhileACameraIsCalibratedAnew) {
    TestRoom room({to_stay()});
    open(room.plan());
    watch(room, 0, 14);
    ASSERT_EQ(floor_->open_visits().size(), 1U);
    const std::string id = floor_->open_visits()[0].id;
    Plan better = room.plan();
    better.cameras[0].calibration->error_m = 0.04;
    ASSERT_TRUE(floor_->change_plan(better, second(14)));
    watch(room, 14, 30);
    close(second(32));
    store();
    const auto visits = known().visits("till");
    ASSERT_EQ(visits.size(), 1U);
    EXPECT_NEAR(to_seconds(visits[0].end - visits[0].begin), 15.3, 1.5);
    EXPECT_THAT(known().facts,
                testing::Contains(testing::Field(&LiveEvent::event, testing::Field(&Event::id, id))));
}

TEST_F(FloorAnalysisTest, AZoneThatIsDrawnAnewCountsFromThen) {
    TestRoom room({to_the_till(1)});
    open(room.plan());
    watch(room, 0, 8);
    Plan drawn = room.plan();
    drawn.zones.push_back({"middle", {{2, 2.5}, {5, 2.5}, {5, 4.5}, {2, 4.5}}});
    const auto saved = shop_->save_plan(drawn, records::LayoutChange::kMovedNow, to_utc(second(8)), "anna");
    ASSERT_TRUE(saved);
    ASSERT_TRUE(floor_->change_plan(saved->plan, second(8)));
    EXPECT_EQ(floor_->people(), 1) << "he is still known";
    watch(room, 8, 22);
    EXPECT_TRUE(corrected_);
    close(second(25));
    store();
    EXPECT_EQ(known().visits("till").size(), 1U);
    EXPECT_EQ(known().visits("middle").size(), 1U);
    static_cast<void>(replay_all());
    EXPECT_EQ(known().visits("till").size(), 1U);
    EXPECT_EQ(known().visits("middle").size(), 1U);
    EXPECT_EQ(known().crossings(Direction::kOut), 1);
}

TEST_F(FloorAnalysisTest, WhoIsThereAfterARestartGoesOnWithHisVisit) {
    TestRoom room({to_stay()});
    open(room.plan());
    watch(room, 0, 14);
    const auto visits = floor_->open_visits();
    ASSERT_EQ(visits.size(), 1U);
    news_.add(floor_->take_paths());  // and then it is killed
    open(room.plan(), visits, second(15));
    watch(room, 15, 30);
    close(second(32));
    store();
    ASSERT_EQ(known().visits("till").size(), 1U);
    EXPECT_EQ(known().visits("till")[0].person, visits[0].person);
    EXPECT_EQ(known().visits("till")[0].begin, visits[0].begin);
    static_cast<void>(replay_all());
    EXPECT_EQ(known().visits("till").size(), 1U);
}

// A full shop, in which people are now and then taken for others: what was told live and corrected is what
// comes out when all is computed from what was stored.
TEST_F(FloorAnalysisTest, CorrectionsMakeFactsWhatTheyShouldHaveBeen) {
    const sim::Shop simulated = full_room(150);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const double origin_s = 1200 * static_cast<double>(seed);
        corrected_ = false;
        open(simulated.plan, {}, second(origin_s));
        watch(simulated, seed, origin_s);
        close(second(origin_s + simulated.life.seconds));
        store();
        const Known live = known();
        static_cast<void>(replay_all());
        const Known corrected = known();
        const ReplayReport again = replay_all();
        EXPECT_EQ(again.added + again.amended + again.retracted, 0);
        EXPECT_THAT(known().words(), testing::ElementsAreArray(corrected.words()));
        if (!corrected_) {
            EXPECT_THAT(corrected.words(), testing::ElementsAreArray(live.words()));
        }
    }
}

// Live and computed again are the same up to the first moment that is said to be wrong: nothing else may
// differ, or what was told would stay wrong for good.
TEST_F(FloorAnalysisTest, WhatIsToldIsRightOrIsCorrected) {
    sim::Shop simulated = full_room(60);
    simulated.plan = test_room();
    int with_corrections = 0;
    for (std::uint64_t seed = 11; seed <= 18; ++seed) {
        SCOPED_TRACE(seed);
        const double origin_s = 300 * static_cast<double>(seed);
        corrected_ = false;
        corrected_from_ = SourceTime::max();
        open(simulated.plan, {}, second(origin_s));
        watch(simulated, seed, origin_s);
        close(second(origin_s + simulated.life.seconds));
        store();
        const auto before_it = [&](const Known& known) {
            std::vector<std::string> words;
            for (const LiveEvent& fact : known.facts)
                if (from_utc(fact.begin) >= second(origin_s) && from_utc(fact.begin) < corrected_from_)
                    words.push_back(words_of(fact));
            std::sort(words.begin(), words.end());
            return words;
        };
        const auto told = before_it(known());
        static_cast<void>(replay_all());
        EXPECT_THAT(before_it(known()), testing::ElementsAreArray(told));
        with_corrections += corrected_ ? 1 : 0;
    }
    EXPECT_GT(with_corrections, 0) << "or it says little";
}

// Whoever comes in just as another goes out is no part of that visit.
TEST_F(FloorAnalysisTest, InAFullRoomEverybodyWhoComesIsSomebody) {
    const sim::Shop simulated = full_room(150);
    std::size_t people = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const double origin_s = 600 * static_cast<double>(seed);
        open(simulated.plan, {}, second(origin_s));
        watch(simulated, seed, origin_s);
        close(second(origin_s + simulated.life.seconds));
        store();
        static_cast<void>(replay_all());
        std::set<PersonId> all;
        for (const LiveEvent& fact : known().facts)
            if (const auto* visit = std::get_if<Visit>(&fact.event.fact);
                visit && fact.begin >= to_utc(second(origin_s)))
                all.insert(visit->person);
        people += all.size();
    }
    EXPECT_NEAR(static_cast<double>(people), came_, 0.15 * came_);
}

TEST_F(FloorAnalysisTest, KnowsWhomACamerasTrackShows) {
    TestRoom room({to_the_till(1)});
    open(room.plan());
    for (double at_s = 1; at_s < 10; at_s += 0.1) {
        const auto camera = static_cast<std::size_t>(std::lround(at_s * 10) % 2);
        SeenPicture picture{
            room.plan().cameras[camera].camera, ++frame_, second(at_s), 1280, 720, room.seen(camera, at_s)};
        for (const Detection& detection : picture.detections)
            picture.tracks.push_back({PersonId{camera == 0 ? 71 : 72}, detection.box});
        floor_->see(picture);
        advance(second(at_s - 0.15));
    }
    ASSERT_EQ(floor_->in_sight().size(), 1U);
    const std::vector<SamePerson> tracks = floor_->tracks();
    ASSERT_EQ(tracks.size(), 2U);
    for (const SamePerson& same : tracks) {
        EXPECT_EQ(same.person, floor_->in_sight()[0].person);
        EXPECT_EQ(same.track, same.camera == "left" ? 71 : 72);
    }
    close(second(12));
}

}  // namespace
}  // namespace vitrina::pipeline
