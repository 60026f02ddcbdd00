#include "pipeline/live_analysis.h"

#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

// Noon of some day, on the shop's clock.
const SourceTime kNoon = SourceTime(std::chrono::hours(24 * 20'000 + 12));

class Events final : public EventSink {
  public:
    Result<void> accept(const Event& event) override {
        events.push_back(event);
        return {};
    }
    template <typename Fact>
    [[nodiscard]] std::vector<Event> of() const {
        std::vector<Event> result;
        for (const Event& event : events)
            if (std::holds_alternative<Fact>(event.fact)) result.push_back(event);
        return result;
    }
    [[nodiscard]] std::vector<Visit> visits() const {
        std::vector<Visit> result;
        for (const Event& event : of<Visit>())
            result.push_back(std::get<Visit>(event.fact));
        return result;
    }
    std::vector<Event> events;
};

Layout halves(const std::string& version) {
    return {version,
            640,
            480,
            {{"left", {{0, 0}, {320, 0}, {320, 480}, {0, 480}}},
             {"right", {{320, 0}, {640, 0}, {640, 480}, {320, 480}}}},
            {{"middle", {320, 480}, {320, 0}}}};
}

LiveAnalysisOptions options_with(Layout layout, std::int64_t session = 1) {
    LiveAnalysisOptions options;
    options.width = 640;
    options.height = 480;
    options.layout = std::move(layout);
    options.identity = {"shop", "door"};
    options.session = session;
    return options;
}

// Five pictures a second of a person whose feet are at x.
class Walk {
  public:
    explicit Walk(LiveAnalysis& analysis, SourceTime begin = kNoon) : analysis_(analysis), time_(begin) {}

    std::vector<LivePerson> see(double x) { return look({{{x - 30, 200, 60, 160}, 0.8}}); }
    std::vector<LivePerson> see_nobody() { return look({}); }
    void stand(double x, double seconds) {
        for (int i = 0; i < seconds * 5; ++i)
            see(x);
    }
    void wait(double seconds) {
        for (int i = 0; i < seconds * 5; ++i)
            see_nobody();
    }
    [[nodiscard]] SourceTime now() const { return time_; }

  private:
    std::vector<LivePerson> look(const std::vector<Detection>& detections) {
        time_ += std::chrono::milliseconds(200);
        auto people = analysis_.take(++frame_, time_, 640, 480, detections);
        EXPECT_TRUE(people);
        return people ? *people : std::vector<LivePerson>{};
    }

    LiveAnalysis& analysis_;
    SourceTime time_;
    std::int64_t frame_ = 0;
};

TEST(LiveAnalysis, AVisitIsKnownAsSoonAsItEndedAndBeginsWithTheFirstSight) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.wait(2);
    walk.stand(100, 10);
    ASSERT_EQ(analysis.open_visits().size(), 1U);
    EXPECT_EQ(analysis.open_visits()[0].zone, "left");
    EXPECT_NEAR(to_seconds(analysis.open_visits()[0].begin - kNoon), 2.2, 0.01);
    walk.wait(9);
    ASSERT_EQ(events.visits().size(), 1U);
    EXPECT_NEAR(to_seconds(events.visits()[0].begin - kNoon), 2.2, 0.01);
    EXPECT_NEAR(to_seconds(events.visits()[0].end - kNoon), 12, 0.01);
    EXPECT_TRUE(analysis.open_visits().empty());
}

TEST(LiveAnalysis, ACrossingIsKnownWithThePictureThatSettlesIt) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(220, 3);
    for (double x = 220; x <= 420; x += 20)
        walk.see(x);
    while (events.of<Crossing>().empty() && walk.now() < kNoon + std::chrono::seconds(20))
        walk.see(420);
    const auto crossings = events.of<Crossing>();
    ASSERT_EQ(crossings.size(), 1U);
    // Two pictures beyond a quarter of the body height from the line.
    EXPECT_LT(walk.now() - std::get<Crossing>(crossings[0].fact).at, std::chrono::seconds(1));
}

TEST(LiveAnalysis, PathsAreGivenFromTheirBeginUntilTheyAreFull) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(100, 10);
    const auto first = analysis.take_paths();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_TRUE(analysis.take_paths().empty());
    walk.stand(100, 5);
    const auto more = analysis.take_paths();
    ASSERT_EQ(more.size(), 1U);
    EXPECT_EQ(more[0].points.front(), first[0].points.front());
    EXPECT_NEAR(static_cast<double>(more[0].points.size()), 15, 3) << "one a second";
    walk.stand(100, 320);
    const auto full = analysis.take_paths();
    ASSERT_EQ(full.size(), 2U);
    EXPECT_EQ(full[0].points.size(), kPiecePointsMax);
    walk.wait(40);
    EXPECT_LE(analysis.take_paths().size(), 1U);
    EXPECT_TRUE(analysis.take_paths().empty());
}

TEST(LiveAnalysis, PeopleOfTwoSessionsHaveDifferentNumbers) {
    Events events;
    LiveAnalysis first(options_with(halves("a"), 1), {}, kNoon, events);
    LiveAnalysis second(options_with(halves("a"), 2), {}, kNoon, events);
    Walk one(first);
    Walk other(second);
    one.stand(100, 3);
    other.stand(100, 3);
    EXPECT_NE(one.see(100).at(0).person, other.see(100).at(0).person);
}

TEST(LiveAnalysis, AVisitGoesOnOverARestart) {
    Events before;
    LiveAnalysis killed(options_with(halves("a"), 1), {}, kNoon, before);
    Walk walk(killed);
    walk.stand(100, 10);
    const auto open = killed.open_visits();
    ASSERT_EQ(open.size(), 1U);

    Events after;
    const SourceTime back = walk.now() + std::chrono::seconds(4);
    LiveAnalysis restarted(options_with(halves("a"), 2), open, back, after);
    ASSERT_TRUE(restarted.begin(back));
    Walk on(restarted, back);
    on.stand(110, 5);
    EXPECT_EQ(on.see(110).at(0).person, open[0].person);
    on.wait(9);
    ASSERT_EQ(after.visits().size(), 1U);
    EXPECT_EQ(after.of<Visit>()[0].id, open[0].id);
    EXPECT_EQ(after.visits()[0].begin, open[0].begin);
    EXPECT_NEAR(to_seconds(after.visits()[0].end - back), 5.2, 0.01);
}

TEST(LiveAnalysis, WhoWasThereAtTheEndComesBeforeWhoWasLostEarlier) {
    Events before;
    LiveAnalysis killed(options_with(halves("a"), 1), {}, kNoon, before);
    Walk walk(killed);
    walk.stand(60, 5);
    walk.wait(1);
    walk.stand(300, 3);  // another, while the first is still waited for: for five seconds
    const auto open = killed.open_visits();
    ASSERT_EQ(open.size(), 2U);
    ASSERT_LT(open[0].seen, open[1].seen);

    Events after;
    const SourceTime back = walk.now() + std::chrono::seconds(2);
    LiveAnalysis restarted(options_with(halves("a"), 2), open, back, after);
    ASSERT_TRUE(restarted.begin(back));
    Walk on(restarted, back);
    on.stand(170, 5);  // nearer to where the first was
    EXPECT_EQ(on.see(170).at(0).person, open[1].person);
}

TEST(LiveAnalysis, AVisitOfWhoIsGoneAfterARestartEndsWhereHeWasSeen) {
    Events before;
    LiveAnalysis killed(options_with(halves("a"), 1), {}, kNoon, before);
    Walk walk(killed);
    walk.stand(100, 10);
    const auto open = killed.open_visits();

    Events after;
    const SourceTime back = walk.now() + std::chrono::seconds(4);
    LiveAnalysis restarted(options_with(halves("a"), 2), open, back, after);
    ASSERT_TRUE(restarted.begin(back));
    Walk on(restarted, back);
    on.stand(600, 10);  // somebody else, far away
    EXPECT_NE(on.see(600).at(0).person, open[0].person);
    ASSERT_EQ(after.visits().size(), 1U);
    EXPECT_EQ(after.visits()[0].person, open[0].person);
    EXPECT_EQ(after.visits()[0].end, open[0].seen);
}

TEST(LiveAnalysis, AChangedLayoutKeepsTheVisitsOfItsZones) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(100, 5);
    const auto open = analysis.open_visits();
    ASSERT_EQ(open.size(), 1U);
    Layout wider = halves("b");
    wider.zones.push_back({"all", {{0, 0}, {640, 0}, {640, 480}, {0, 480}}});
    ASSERT_TRUE(analysis.change_layout(wider, walk.now()));
    walk.stand(100, 5);
    walk.wait(9);
    std::vector<Visit> left;
    std::vector<Visit> all;
    for (const Visit& visit : events.visits())
        (visit.zone == "left" ? left : all).push_back(visit);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].begin, open[0].begin);
    EXPECT_NEAR(to_seconds(left[0].end - kNoon), 10, 0.01);
    EXPECT_EQ(all.size(), 1U);
}

TEST(LiveAnalysis, AZoneThatIsDeletedEndsItsVisits) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(100, 5);
    ASSERT_TRUE(analysis.change_layout(whole_picture(640, 480), walk.now()));
    ASSERT_EQ(events.visits().size(), 1U);
    EXPECT_EQ(events.visits()[0].zone, "left");
    EXPECT_EQ(events.of<Visit>()[0].layout, "a");
}

TEST(LiveAnalysis, ACutEndsEverybodysVisit) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(100, 5);
    const PersonId before = walk.see(100).at(0).person;
    ASSERT_TRUE(analysis.cut(walk.now()));
    walk.stand(100, 5);
    EXPECT_NE(walk.see(100).at(0).person, before);
    ASSERT_TRUE(analysis.finish(walk.now()));
    EXPECT_EQ(events.visits().size(), 2U);
}

TEST(LiveAnalysis, EmptyZonesAreSaidAtTheBegin) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    ASSERT_TRUE(analysis.begin(kNoon));
    const auto occupancy = events.of<Occupancy>();
    ASSERT_EQ(occupancy.size(), 2U);
    EXPECT_EQ(std::get<Occupancy>(occupancy[0].fact).people, 0);
}

// A shop with fewer people than one of its zones would be a riddle.
TEST(LiveAnalysis, WhoIsHiddenIsStillThere) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(100, 6);
    EXPECT_EQ(analysis.people(), 1);
    walk.wait(2);
    EXPECT_FALSE(analysis.sees_somebody());
    ASSERT_EQ(analysis.open_visits().size(), 1U) << "he may come out again";
    EXPECT_EQ(analysis.people(), 1);
    walk.wait(10);
    EXPECT_TRUE(analysis.open_visits().empty());
    EXPECT_EQ(analysis.people(), 0);
}

TEST(LiveAnalysis, NobodyStaysInTheLastPictureOfASilentCamera) {
    Events events;
    LiveAnalysis analysis(options_with(halves("a")), {}, kNoon, events);
    Walk walk(analysis);
    walk.stand(100, 6);
    ASSERT_EQ(analysis.people(), 1);
    ASSERT_TRUE(analysis.advance(walk.now() + std::chrono::seconds(30)));
    EXPECT_EQ(analysis.people(), 0);
}

LiveAnalysisOptions options_with_queue(QueueOutlook& outlook) {
    Layout layout = halves("a");
    layout.zones[0].kind = ZoneKind::kQueue;
    layout.zones[0].till = "till";
    LiveAnalysisOptions options = options_with(std::move(layout));
    options.outlook = &outlook;
    return options;
}

TEST(LiveAnalysis, WithoutAPictureNothingIsSaidOfQueues) {
    Events events;
    QueueOutlook outlook("door", {});
    LiveAnalysis analysis(options_with_queue(outlook), {}, kNoon, events);
    ASSERT_TRUE(analysis.advance_blind(kNoon + std::chrono::minutes(2)));
    EXPECT_FALSE(outlook.forecast());
    ASSERT_TRUE(analysis.advance(kNoon + std::chrono::minutes(3)));
    EXPECT_TRUE(outlook.forecast());
}

TEST(LiveAnalysis, QueuesAreTooLongFromTheLimitThatIsSetNow) {
    Events events;
    std::optional<double> limit;
    insight::ForecastOptions forecasting;
    forecasting.length_limit = 6;
    forecasting.limit_now = [&](const std::string& camera) {
        return camera == "door" ? limit : std::optional<double>(99);
    };
    QueueOutlook outlook("door", forecasting);
    LiveAnalysis analysis(options_with_queue(outlook), {}, kNoon, events);
    ASSERT_TRUE(analysis.advance(kNoon + std::chrono::minutes(1)));
    ASSERT_TRUE(outlook.forecast());
    EXPECT_EQ(outlook.forecast()->length_limit, 6);
    EXPECT_EQ(outlook.forecast()->minutes.size(), 20U);
    limit = 2.5;
    ASSERT_TRUE(analysis.advance(kNoon + std::chrono::minutes(3)));
    EXPECT_EQ(outlook.forecast()->length_limit, 2.5);
    limit.reset();
    ASSERT_TRUE(analysis.advance(kNoon + std::chrono::minutes(5)));
    EXPECT_EQ(outlook.forecast()->length_limit, 6);
}

// Somebody at x whose left arm points to the right of the picture, or hangs.
PoseSighting body(PersonId person, SourceTime at, double x, bool reaches) {
    PoseSighting sighting;
    sighting.person = person;
    sighting.at = at;
    const auto put = [&](Joint joint, double right, double y) {
        sighting.pose[joint] = {{x + right, y}, 0.8};
    };
    put(Joint::kLeftShoulder, 10, 220);
    put(Joint::kRightShoulder, -10, 220);
    put(Joint::kLeftHip, 8, 270);
    put(Joint::kRightHip, -8, 270);
    put(Joint::kLeftElbow, reaches ? 40 : 12, reaches ? 220 : 245);
    put(Joint::kLeftWrist, reaches ? 70 : 12, reaches ? 220 : 268);
    put(Joint::kRightElbow, -12, 245);
    put(Joint::kRightWrist, -12, 268);
    return sighting;
}

TEST(LiveAnalysis, AHandInAShelfIsATouch) {
    Events events;
    Layout layout = halves("a");
    layout.shelves.push_back({"milk", {{160, 180}, {260, 180}, {260, 260}, {160, 260}}, {}});
    LiveAnalysis analysis(options_with(layout), {}, kNoon, events);
    Walk walk(analysis);
    walk.wait(1);
    SourceTime begin{};
    SourceTime end{};
    for (int i = 0; i < 30; ++i) {
        const auto people = walk.see(100);
        const bool reaches = i >= 10 && i < 18;
        if (i == 10) begin = walk.now();
        if (i == 17) end = walk.now();
        for (const LivePerson& person : people) {
            const std::vector<PoseSighting> poses = {body(person.person, walk.now(), 100, reaches)};
            ASSERT_TRUE(analysis.see_poses(poses, walk.now(), 640, 480));
        }
    }
    const auto touches = events.of<Touch>();
    ASSERT_EQ(touches.size(), 1U);
    const auto& touch = std::get<Touch>(touches[0].fact);
    EXPECT_EQ(touch.shelf, "milk");
    EXPECT_EQ(touch.hand, Side::kLeft);
    EXPECT_NEAR(to_seconds(touch.begin - begin), 0, 0.01);
    EXPECT_NEAR(to_seconds(touch.end - end), 0, 0.21);
}

TEST(LiveAnalysis, WhoeverLeavesOrALayoutThatChangesEndsTouches) {
    Events events;
    Layout layout = halves("a");
    layout.shelves.push_back({"milk", {{160, 180}, {260, 180}, {260, 260}, {160, 260}}, {}});
    LiveAnalysis analysis(options_with(layout), {}, kNoon, events);
    Walk walk(analysis);
    const auto reach = [&] {
        for (int i = 0; i < 10; ++i)
            for (const LivePerson& person : walk.see(100)) {
                const std::vector<PoseSighting> poses = {body(person.person, walk.now(), 100, true)};
                ASSERT_TRUE(analysis.see_poses(poses, walk.now(), 640, 480));
            }
    };
    reach();
    EXPECT_TRUE(events.of<Touch>().empty());
    layout.version = "b";
    ASSERT_TRUE(analysis.change_layout(layout, walk.now()));
    ASSERT_EQ(events.of<Touch>().size(), 1U);
    EXPECT_EQ(events.of<Touch>()[0].layout, "a");
    reach();
    ASSERT_TRUE(analysis.finish(walk.now()));
    EXPECT_EQ(events.of<Touch>().size(), 2U);
}

}  // namespace
}  // namespace vitrina::pipeline
