#include "pipeline/record_keeper.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "records/test_records.h"
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

  private:
    std::vector<OpenVisits> open_visits() override { return open(); }
    std::vector<Heat> take_heat() override { return {}; }
    records::PathNews take_paths() override { return {}; }
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
    RecordKeeper* keeper = nullptr;
    Mutex mutex;
    int asked = 0;
    told_.open = [&]() -> std::vector<Snapshots::OpenVisits> {
        const MutexLock lock(mutex);
        if (keeper == nullptr) return {};
        if (++asked == 1) return {{"door", {open_visit(visit_)}}};
        // Something before it that can't be written holds it up, as a full disk would.
        LiveEvent bad = records::visit(8, "till", 1'000, 5'000);
        bad.event.id.clear();
        if (asked == 2) keeper->put({bad, visit_});
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

TEST_F(RecordKeeperTest, AFullBacklogDropsTheNewestAndCountsThem) {
    RecordKeeper keeper(*facts_, *shop_, *paths_, told_, {});
    LiveEvent bad = visit_;
    bad.event.id.clear();
    keeper.put({bad});
    std::vector<LiveEvent> many(10'000, visit_);
    for (std::size_t put = 0; put < kFactsWaitingMax; put += many.size())
        keeper.put(many);
    EXPECT_EQ(keeper.backlog().waiting, std::int64_t{kFactsWaitingMax});
    EXPECT_EQ(keeper.backlog().dropped, 1);
}

}  // namespace
}  // namespace vitrina::pipeline
