#include "pipeline/record_keeper.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "records/test_records.h"
#include "records/test_stranger.h"
#include "video/test_cameras.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;
using records::OpenVisit;
using video::comes_true;

constexpr auto kSoon = 10s;

OpenVisit open_visit(const LiveEvent& event) {
    const Visit& visit = std::get<Visit>(event.event.fact);
    return {event.event.id, event.event.camera,
            visit.zone,     event.event.layout,
            visit.person,   event.begin,
            event.end,      0.5,
            {1, 2},         100};
}

/// Says what the test tells it to say.
class Told final : public Snapshots {
  public:
    std::function<std::vector<OpenVisits>()> open = [] { return std::vector<OpenVisits>(); };
    std::function<records::PathNews()> paths = [] { return records::PathNews(); };

  private:
    std::vector<OpenVisits> open_visits() override { return open(); }
    std::vector<Heat> take_heat() override { return {}; }
    records::PathNews take_paths() override { return paths(); }
};

class RecordKeeperTest : public records::RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<records::FactStore>(database_);
        shop_ = std::make_unique<records::ShopStore>(database_);
        paths_ = std::make_unique<records::PathStore>(database_);
    }
    [[nodiscard]] std::size_t open_on_disk() const { return facts_->open_visits()->size(); }
    [[nodiscard]] std::int64_t closed_on_disk() const {
        return facts_->visits(records::begun_between(0, records::kHourMs))->total;
    }

    /// The log of facts takes nothing any more, as on a full disk.
    void fill_disk() const {
        records::Stranger(file()).execute(
            "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END");
    }

    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> shop_;
    std::unique_ptr<records::PathStore> paths_;
    Told told_;
    const LiveEvent visit_ = records::visit(7, "till", 1'000, 5'000);
};

TEST_F(RecordKeeperTest, WritesFactsAsTheyComeAndOpenVisitsEverySecond) {
    told_.open = [&] { return std::vector<Snapshots::OpenVisits>{{"door", {open_visit(visit_)}}}; };
    std::atomic<int> told = 0;
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_,
                        {.retention = {}, .written = [&] { ++told; }, .log = {}});
    keeper.put({records::visit(1, "till", 1'000, 5'000)});
    EXPECT_TRUE(comes_true([&] { return closed_on_disk() == 1 && told > 0; }, kSoon));
    EXPECT_TRUE(comes_true([&] { return open_on_disk() == 1; }, kSoon));
    EXPECT_LT(keeper.step_time(), 5s);
    keeper.put({visit_});
    keeper.stop();
    EXPECT_EQ(closed_on_disk(), 2);
    EXPECT_EQ(open_on_disk(), 0U) << "though the last snapshot had it";
    EXPECT_EQ(keeper.backlog().waiting, 0);
}

// A visit that closes while open visits are asked for: its open visit stays on the disk until its fact is.
TEST_F(RecordKeeperTest, AVisitIsOpenOnTheDiskUntilItsFactIsThere) {
    fill_disk();
    RecordKeeper* keeper = nullptr;
    Mutex mutex;
    int asked = 0;
    told_.open = [&]() -> std::vector<Snapshots::OpenVisits> {
        const MutexLock lock(mutex);
        if (keeper == nullptr) return {};
        if (++asked == 1) return {{"door", {open_visit(visit_)}}};
        if (asked == 2) keeper->put({visit_});
        return {{"door", {}}};
    };
    RecordKeeper own(*facts_, *shop_, *paths_, told_, {});
    {
        const MutexLock lock(mutex);
        keeper = &own;
    }
    ASSERT_TRUE(comes_true(
        [&] {
            const MutexLock lock(mutex);
            return asked >= 4;
        },
        kSoon));
    EXPECT_EQ(closed_on_disk(), 0);
    EXPECT_EQ(open_on_disk(), 1U);
    own.stop();
    EXPECT_EQ(open_on_disk(), 1U);
}

TEST_F(RecordKeeperTest, AFactThatNoRecordCanHoldIsToldAndPassedOver) {
    Mutex mutex;
    std::string said;
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_,
                        {.retention = {}, .written = {}, .log = [&](const std::string& line) {
                             const MutexLock lock(mutex);
                             said += line;
                         }});
    LiveEvent backwards = records::visit(8, "till", 1'000, 5'000);
    backwards.end = backwards.begin - 1ms;
    keeper.put({backwards, visit_});
    EXPECT_TRUE(comes_true([&] { return closed_on_disk() == 1; }, kSoon));
    EXPECT_EQ(keeper.backlog().refused, 1);
    EXPECT_EQ(keeper.backlog().waiting, 0);
    const MutexLock lock(mutex);
    EXPECT_NE(said.find("it ends before it begins"), std::string::npos) << said;
}

TEST_F(RecordKeeperTest, PathsThatGrowWhileTheyWaitReplaceThemselves) {
    records::Stranger(file()).execute(
        "CREATE TRIGGER full BEFORE INSERT ON paths BEGIN SELECT RAISE(ABORT, 'full'); END");
    std::atomic<int> asked = 0;
    told_.paths = [&] {
        ++asked;
        records::PathNews news;
        for (PersonId person = 1; person <= 1'000; ++person)
            news.pieces.push_back({"door", person, {{1, 1, 1}, {2, 1, 1}}, std::nullopt});
        for (int tick = 0; tick < asked; ++tick)
            news.pieces.front().points.push_back({3 + tick, 1, 1});
        return news;
    };
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_, {});
    for (int i = 0; i < 4; ++i) {  // each asks for paths once more
        const int before = asked;
        keeper.put({records::visit(i, "till", 1'000, 5'000)});
        ASSERT_TRUE(comes_true([&] { return asked > before; }, kSoon));
    }
    EXPECT_EQ(keeper.backlog().paths_dropped, 0) << "2,000 may wait, and 1,000 do";
}

TEST_F(RecordKeeperTest, WhatKeepsItFromWritingIsKnownForAsLongAsItDoes) {
    fill_disk();
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_, {});
    EXPECT_EQ(keeper.backlog().trouble, "");
    keeper.put({visit_});
    EXPECT_TRUE(comes_true([&] { return !keeper.backlog().trouble.empty(); }, kSoon));
    EXPECT_EQ(keeper.backlog().waiting, 1);
    records::Stranger(file()).execute("PRAGMA busy_timeout = 5000; DROP TRIGGER full");
    EXPECT_TRUE(comes_true([&] { return keeper.backlog().trouble.empty(); }, kSoon));
    EXPECT_EQ(closed_on_disk(), 1);
}

TEST_F(RecordKeeperTest, OldPathsMakeRoomWhileItIsWantedAndThoseOfTheLastDayStay) {
    const auto piece = [](PersonId person, std::chrono::hours ago) {
        const std::int64_t tick = (utc_now() - ago).time_since_epoch() / kPathTick;
        return records::PathPiece{"door", person, {{tick, 1, 1}, {tick + 1, 1, 1}}, std::nullopt};
    };
    records::PathNews news;
    news.pieces = {piece(1, 100h), piece(2, 70h), piece(3, 40h), piece(4, 1h)};
    ASSERT_TRUE(paths_->put(news));
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_, {});
    keeper.put({visit_});
    ASSERT_TRUE(comes_true([&] { return closed_on_disk() == 1; }, kSoon));
    EXPECT_EQ(paths_->size()->pieces, 4) << "nobody wants room yet";
    keeper.make_room(true);
    EXPECT_TRUE(comes_true([&] { return keeper.backlog().paths_forgotten == 3; }, kSoon));
    keeper.put({records::visit(8, "till", 1'000, 5'000)});
    std::this_thread::sleep_for(2 * kCheckpointEvery);
    EXPECT_EQ(paths_->size()->pieces, 1);
    EXPECT_EQ(closed_on_disk(), 2);
}

TEST_F(RecordKeeperTest, WhoHasNotStartedHasNotLived) {
    RecordKeeper(*facts_, *shop_, *paths_, told_, {}).stop();
    EXPECT_FALSE(shop_->last_alive().value());
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_, {});
    keeper.begin_to_live();
    keeper.stop();
    EXPECT_TRUE(shop_->last_alive().value());
}

TEST_F(RecordKeeperTest, AFullBacklogDropsTheNewestAndCountsThem) {
    fill_disk();
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_, {});
    keeper.put({visit_});
    std::vector<LiveEvent> many(10'000, visit_);
    for (std::size_t put = 0; put < kFactsWaitingMax; put += many.size())
        keeper.put(many);
    EXPECT_EQ(keeper.backlog().waiting, std::int64_t{kFactsWaitingMax});
    EXPECT_EQ(keeper.backlog().dropped, 1);
}

}  // namespace
}  // namespace vitrina::pipeline
