// Live, replayed and simulated streams give the same facts for the same sightings.
#include "pipeline/replay.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <tuple>

#include <gmock/gmock.h>

#include "domain/plan.h"
#include "pipeline/fact_stream.h"
#include "pipeline/live_analysis.h"
#include "pipeline/shop_clock.h"
#include "records/test_records.h"

namespace vitrina::pipeline {
namespace {

using records::at;

constexpr int kWidth = 640;
constexpr int kHeight = 360;

Layout two_zones(double border) {
    return {"a",
            kWidth,
            kHeight,
            {{"left", {{0, 0}, {border, 0}, {border, kHeight}, {0, kHeight}}},
             {"right", {{border, 40}, {kWidth, 40}, {kWidth, kHeight}, {border, kHeight}}}},
            {{"gate", {border, 0}, {border, kHeight}}}};
}

/// What is the same of two facts that are.
using Essence = std::tuple<std::string, UtcTime, UtcTime, double, int>;

Essence essence_of(const LiveEvent& live) {
    const auto* occupancy = std::get_if<Occupancy>(&live.event.fact);
    const auto* crossing = std::get_if<Crossing>(&live.event.fact);
    const int more = occupancy != nullptr  ? occupancy->people
                     : crossing != nullptr ? static_cast<int>(crossing->direction)
                                           : -1;
    return {live.event.id, live.begin, live.end, std::round(live.event.confidence * 1e9), more};
}

struct Facts final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        all.push_back(live_event(event));
        return {};
    }
    std::vector<LiveEvent> all;
};

/// People who walk at random before one live camera, with misses, gaps and trembling; and what is stored.
class ReplayTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<records::FactStore>(database_);
        shop_ = std::make_unique<records::ShopStore>(database_);
        paths_ = std::make_unique<records::PathStore>(database_);
    }

    void save(const Layout& layout, std::int64_t at_ms, records::LayoutChange change) {
        auto saved = shop_->save_layout("door", layout, change, at(at_ms), "anna");
        ASSERT_TRUE(saved) << saved.error().message;
        layout_ = saved->layout;
    }

    /// A session of so many seconds; its facts and paths are stored.
    void live(unsigned seed, std::int64_t begin_ms, int seconds, bool is_cut_off = false) {
        std::mt19937 random(seed);
        const auto session = facts_->new_session("door", at(begin_ms));
        ASSERT_TRUE(session);
        news_.sessions.push_back({"door", *session, at(begin_ms), std::nullopt, kWidth, kHeight});
        LiveAnalysisOptions options;
        options.width = kWidth;
        options.height = kHeight;
        options.layout = layout_;
        options.identity = {"shop", "door"};
        options.session = *session;
        Facts facts;
        const SourceTime begin = from_utc(at(begin_ms));
        LiveAnalysis analysis(std::move(options), {}, begin, facts);
        ASSERT_TRUE(analysis.begin(begin));
        SourceTime now = begin;
        for (int frame = 0; now < begin + std::chrono::seconds(seconds); ++frame) {
            now += std::chrono::microseconds(160'000 + random() % 80'000);
            ASSERT_TRUE(analysis.take(frame, now, kWidth, kHeight, people(random, now - begin)));
            if (frame % 50 == 49) store(analysis, facts);
        }
        if (!is_cut_off) {
            now = SourceTime(std::chrono::ceil<std::chrono::milliseconds>(now.time_since_epoch()));
            ASSERT_TRUE(analysis.finish(now));
            news_.sessions.push_back({"door", *session, at(begin_ms), to_utc(now), kWidth, kHeight});
        }
        store(analysis, facts);
    }

    void store(LiveAnalysis& analysis, const Facts& facts) {
        for (NewPath& path : analysis.take_paths())
            news_.pieces.push_back({"door", path.person, std::move(path.points), path.left});
        ASSERT_TRUE(paths_->put(std::exchange(news_, {})));
        ASSERT_TRUE(facts_->append(facts.all));
    }

    static std::vector<Detection> people(std::mt19937& random, Duration since) {
        std::vector<Detection> seen;
        std::normal_distribution<double> tremble(0, 1.5);
        for (int person = 0; person < 4; ++person) {
            const double time = to_seconds(since) + person * 17;
            const double phase = std::fmod(time, 60);
            if (phase > 40 || random() % 12 == 0) continue;
            if (phase > 20 && phase < 23) continue;  // behind a shelf
            const double x = 40 + person * 20 + 520 * std::abs(std::sin(time / 9 + person));
            const double y = 30 + person * 35 + 20 * std::sin(time / 4);
            seen.push_back({{x + tremble(random), y + tremble(random), 50, 150}, 0.5 + 0.1 * person});
        }
        return seen;
    }

    ReplayReport replay_all() {
        ReplayOptions options{.shop = "shop",
                              .camera = "door",
                              .from = at(0),
                              .to = at(20 * records::kHourMs),
                              .places = places_,
                              .insight = {},
                              .now = now_,
                              .threads = 2,
                              .goes_on = {}};
        const auto report = replay(*facts_, *shop_, *paths_, options);
        EXPECT_TRUE(report) << report.error().message;
        return report.value_or(ReplayReport{});
    }

    std::vector<records::KnownFact> known() {
        auto facts = paths_->facts("door", at(0), at(20 * records::kHourMs));
        EXPECT_TRUE(facts) << facts.error().message;
        return facts ? *std::move(facts) : std::vector<records::KnownFact>{};
    }

    std::vector<Essence> stored() {
        std::vector<Essence> result;
        for (const records::KnownFact& fact : known())
            if (!fact.retracted) result.push_back(essence_of(fact.event));
        std::sort(result.begin(), result.end());
        return result;
    }

    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> shop_;
    std::unique_ptr<records::PathStore> paths_;
    records::PathNews news_;
    std::optional<std::set<std::string>> places_;
    UtcTime now_ = at(20 * records::kHourMs);
    Layout layout_;
};

TEST_F(ReplayTest, WhatIsReplayedIsWhatWasLive) {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        save(two_zones(250 + 20 * seed), seed * records::kHourMs - 1'000, records::LayoutChange::kMovedNow);
        live(seed, seed * records::kHourMs, 150);
    }
    const auto before = stored();
    ASSERT_GT(before.size(), 100U);
    const ReplayReport report = replay_all();
    EXPECT_EQ(report.amended, 0);
    EXPECT_EQ(report.added, 0);
    EXPECT_EQ(report.retracted, 0);
    EXPECT_EQ(report.unchanged, static_cast<std::int64_t>(before.size()));
    EXPECT_EQ(stored(), before);
}

TEST_F(ReplayTest, WhatWasDrawnWrongIsAsIfItHadBeenDrawnRight) {
    save(two_zones(200), 0, records::LayoutChange::kDrawnWrong);
    live(1, records::kHourMs, 120);
    const auto wrong = stored();
    save(two_zones(400), 2 * records::kHourMs, records::LayoutChange::kDrawnWrong);
    const ReplayReport report = replay_all();
    EXPECT_GT(report.amended + report.added, 0);
    EXPECT_GT(report.retracted, 0);
    const auto right = stored();
    EXPECT_NE(right, wrong);

    EXPECT_EQ(replay_all().unchanged, static_cast<std::int64_t>(right.size()));
    EXPECT_EQ(stored(), right) << "once more changes nothing";
    // And back: what was taken back comes again, under its own id.
    save(two_zones(200), 3 * records::kHourMs, records::LayoutChange::kDrawnWrong);
    replay_all();
    EXPECT_EQ(stored(), wrong);
    const auto log = facts_->after(0, 100'000);
    ASSERT_TRUE(log);
    for (const records::LoggedEvent& entry : *log)
        EXPECT_LE(entry.event.event.revision, 4);
}

TEST_F(ReplayTest, OnlyTheNamedPlacesChangeAndTheyAsWithAllOthers) {
    save(two_zones(200), 0, records::LayoutChange::kDrawnWrong);
    live(1, records::kHourMs, 120);
    const auto of_zone = [&](const std::string& zone) {
        std::map<std::string, Essence> result;
        for (const records::KnownFact& fact : known()) {
            const auto* visit = std::get_if<Visit>(&fact.event.event.fact);
            const auto* occupancy = std::get_if<Occupancy>(&fact.event.event.fact);
            const std::string name = visit != nullptr       ? visit->zone
                                     : occupancy != nullptr ? occupancy->zone
                                                            : "";
            if (!fact.retracted && name == zone) result.emplace(fact.event.event.id, essence_of(fact.event));
        }
        return result;
    };
    const auto left = of_zone("left");
    save(two_zones(400), 2 * records::kHourMs, records::LayoutChange::kDrawnWrong);
    places_ = {"right", "gate"};
    replay_all();
    EXPECT_EQ(of_zone("left"), left);
    const auto right = of_zone("right");
    places_.reset();
    replay_all();
    EXPECT_NE(of_zone("left"), left);
    EXPECT_EQ(of_zone("right"), right);
}

TEST_F(ReplayTest, WhatIsOlderThanThePathsStaysAsItIs) {
    save(two_zones(200), 0, records::LayoutChange::kDrawnWrong);
    ASSERT_TRUE(facts_->append(std::vector{records::visit(1, "left", 1'000, 5'000)}));
    live(1, records::kHourMs, 60);
    const auto before = stored();
    EXPECT_EQ(replay_all().retracted, 0);
    EXPECT_EQ(stored(), before);
    ASSERT_GT(*paths_->forget_before(at(10 * records::kHourMs)), 0);
    replay_all();
    EXPECT_EQ(stored(), before);
}

TEST_F(ReplayTest, ACameraAtWorkKeepsItsOpenVisits) {
    save(two_zones(200), 0, records::LayoutChange::kDrawnWrong);
    live(1, records::kHourMs, 100, true);
    now_ = at(records::kHourMs + 101'000);
    const auto before = stored();
    const ReplayReport report = replay_all();
    EXPECT_EQ(report.added + report.amended + report.retracted, 0);
    EXPECT_EQ(stored(), before);
    // Once nobody has been seen for a while, what was open has ended.
    now_ = at(records::kHourMs + 200'000);
    EXPECT_GT(replay_all().added, 0);
    EXPECT_EQ(replay_all().added, 0);
}

// On the floor plan it takes longest until it is known that somebody is gone, and meanwhile others walk on.
TEST_F(ReplayTest, WhoVanishedFromThePlanKeepsHisVisitWhileOthersWalkOn) {
    Plan plan;
    plan.width_m = 8;
    plan.depth_m = 6;
    plan.zones = {{"till", {{0, 0}, {4, 0}, {4, 6}, {0, 6}}}, {"door", {{4, 0}, {8, 0}, {8, 6}, {4, 6}}}};
    const auto saved = shop_->save_plan(plan, records::LayoutChange::kDrawnWrong, at(0), "anna");
    ASSERT_TRUE(saved) << saved.error().message;
    const std::int64_t begin = records::kHourMs;
    Facts told;
    FactStream stream(floor_layout(saved->plan), {"shop", kPlanCamera}, {}, told, Ground::kPlan);
    ASSERT_TRUE(stream.begin({}, from_utc(at(begin))));
    records::PathPiece gone{kPlanCamera, 1, {}, std::nullopt};
    records::PathPiece there{kPlanCamera, 2, {}, std::nullopt};
    news_.sessions.push_back({kPlanCamera, 1, at(begin), std::nullopt, 8, 6});
    news_.owners = {{1, at(begin), 11}, {2, at(begin), 12}};
    const auto walk = [&](records::PathPiece& piece, PersonId person, double x, int second) {
        const SourceTime time = from_utc(at(begin + 1'000 * second));
        piece.points.push_back(point_of(
            {.person = person, .at = time, .place = {x + 0.01 * second, 3}, .body_height = 1.7, .score = 0.9},
            PathScale::of_plan()));
        ASSERT_TRUE(stream.take(person, piece.points.back()));
    };
    std::size_t visits = 0;
    for (int second = 1; second <= 40; ++second) {
        if (second <= 10) walk(gone, 11, 2, second);
        walk(there, 12, 6, second);
        news_.pieces = {gone, there};
        ASSERT_TRUE(paths_->put(std::exchange(news_, {})));
        visits += static_cast<std::size_t>(std::count_if(
            told.all.begin(), told.all.end(),
            [](const LiveEvent& live) { return std::holds_alternative<Visit>(live.event.fact); }));
        ASSERT_TRUE(facts_->append(std::exchange(told.all, {})));
        // What is told in the second of which the paths are not on the disk yet.
        ASSERT_TRUE(stream.advance(from_utc(at(begin + 1'000 * second + 999))));
        ASSERT_TRUE(facts_->append(told.all));
        const auto report = replay(*facts_, *shop_, *paths_,
                                   {.shop = "shop",
                                    .camera = kPlanCamera,
                                    .from = at(0),
                                    .to = at(2 * begin),
                                    .places = {},
                                    .insight = {},
                                    .now = at(begin + 1'000 * second + 999),
                                    .threads = 1,
                                    .goes_on = {}});
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->retracted, 0) << "at second " << second;
        EXPECT_EQ(report->amended, 0) << "at second " << second;
    }
    EXPECT_EQ(visits, 1U);
}

}  // namespace
}  // namespace vitrina::pipeline
