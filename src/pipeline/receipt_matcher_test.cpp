#include "pipeline/receipt_matcher.h"

#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/fact_store.h"
#include "records/receipt_store.h"

namespace vitrina::pipeline {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr UtcTime kDay(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));

class ReceiptMatcherTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "matcher-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database) << database.error().message;
        facts_ = std::make_unique<records::FactStore>(*database);
        receipts_ = std::make_unique<records::ReceiptStore>(*database);
        matches_ = std::make_unique<records::MatchStore>(*database);
        ASSERT_TRUE(receipts_->save_till({"1", "Till", "door", "till"}));
        ReceiptMatcher::Options options;
        options.day_of = [](UtcTime instant) {
            const UtcTime begin = std::chrono::floor<std::chrono::days>(instant);
            return std::pair(begin, begin + hours(24));
        };
        matcher_ = std::make_unique<ReceiptMatcher>(*matches_, std::move(options));
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void see(PersonId person, UtcTime begin, UtcTime end, const std::string& zone = "till") {
        LiveEvent live;
        live.event.id = fmt::format("v{}", person);
        live.event.shop = "shop";
        live.event.camera = "door";
        live.event.layout = "1";
        live.event.fact = Visit{person, zone, SourceTime(), SourceTime() + (end - begin)};
        live.begin = begin;
        live.end = end;
        ASSERT_TRUE(facts_->append(std::vector<LiveEvent>{live}));
    }
    void print(int customer, UtcTime at) {
        Receipt receipt;
        receipt.id = fmt::format("r{}", customer);
        receipt.till = "1";
        receipt.at = at;
        receipt.total_minor = 100;
        const auto added = receipts_->add(std::vector<Receipt>{receipt}, kDay);
        ASSERT_TRUE(added);
        ASSERT_EQ(added->front(), records::ReceiptOutcome::kAdded);
    }
    /// 20 customers, 90 to 130 s apart, each 7 to 9 s after his receipt gone; the clock is 40 s ahead.
    void a_morning(bool with_last_receipt) {
        UtcTime begin = kDay + hours(9);
        for (int customer = 0; customer < 20; ++customer) {
            const UtcTime end = begin + seconds(50);
            see(customer, begin, end);
            if (with_last_receipt || customer < 19)
                print(customer, end - milliseconds(7000 + customer % 3 * 1000) + seconds(40));
            begin += seconds(90 + customer * 17 % 41);
        }
    }
    void step() {
        const auto done = matcher_->step();
        ASSERT_TRUE(done) << done.error().message;
    }
    [[nodiscard]] PersonId buyer_of(int customer) const {
        const auto match = matches_->match_of(fmt::format("r{}", customer));
        EXPECT_TRUE(match);
        return *match ? (*match)->person : -1;
    }

    std::filesystem::path folder_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ReceiptStore> receipts_;
    std::unique_ptr<records::MatchStore> matches_;
    std::unique_ptr<ReceiptMatcher> matcher_;
};

TEST_F(ReceiptMatcherTest, EachReceiptFindsItsBuyerAndTheClockIsTold) {
    a_morning(true);
    step();
    for (int customer = 0; customer < 20; ++customer)
        EXPECT_EQ(buyer_of(customer), customer);
    const auto clock = matches_->clock("1", kDay + hours(24));
    ASSERT_TRUE(clock && *clock);
    EXPECT_NEAR((*clock)->leaves_s, 8 - 40, 1);
    EXPECT_EQ((*clock)->pairs, 20);
    EXPECT_EQ(*matcher_->step(), 0);  // nothing new, nothing to do
}

TEST_F(ReceiptMatcherTest, ALateReceiptAndALateVisitAreFound) {
    a_morning(false);
    step();
    EXPECT_EQ(buyer_of(19), -1);
    print(20, kDay + hours(12) + seconds(33));
    step();
    EXPECT_EQ(buyer_of(20), -1);
    see(50, kDay + hours(12) - seconds(60), kDay + hours(12));  // its receipt came before him
    step();
    EXPECT_EQ(buyer_of(20), 50);
    EXPECT_EQ(buyer_of(3), 3);
}

TEST_F(ReceiptMatcherTest, AQuietDayKnowsTheClockOfTheDayBefore) {
    a_morning(true);
    const UtcTime noon = kDay + hours(36);
    see(60, noon - seconds(60), noon);
    see(61, noon, noon + seconds(41));
    print(60, noon + seconds(32));
    step();
    EXPECT_EQ(buyer_of(60), 60);
}

TEST_F(ReceiptMatcherTest, ATillMovedToAnotherZoneIsMatchedAnew) {
    a_morning(true);
    step();
    ASSERT_TRUE(receipts_->save_till({"1", "Till", "door", "elsewhere"}));
    step();
    EXPECT_EQ(buyer_of(3), -1);
    ASSERT_TRUE(receipts_->save_till({"1", "Till", "", ""}));  // no camera sees it
    step();
    EXPECT_EQ(buyer_of(3), -1);
    ASSERT_TRUE(receipts_->save_till({"1", "Till", "door", "till"}));
    step();
    EXPECT_EQ(buyer_of(3), 3);
}

TEST_F(ReceiptMatcherTest, ARetractedVisitBoughtNothing) {
    a_morning(true);
    step();
    ASSERT_TRUE(facts_->retract("v3"));
    step();
    EXPECT_EQ(buyer_of(3), -1);
    EXPECT_EQ(buyer_of(4), 4);
}

}  // namespace
}  // namespace vitrina::pipeline
