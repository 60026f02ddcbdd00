#include "records/match_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/fact_store.h"
#include "records/receipt_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MatchStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        facts_ = std::make_unique<FactStore>(database_);
        receipts_ = std::make_unique<ReceiptStore>(database_);
        matches_ = std::make_unique<MatchStore>(database_);
        ASSERT_TRUE(receipts_->save_till({"1", "Till 1", "door", "till"}));
    }
    void see(const std::vector<LiveEvent>& events) const { ASSERT_TRUE(facts_->append(events)); }
    /// A receipt whose lines have amounts of 100 each.
    void print(const std::string& id, std::int64_t at_ms, const std::vector<std::string>& skus,
               ReceiptKind kind = ReceiptKind::kSale) const {
        Receipt receipt;
        receipt.id = id;
        receipt.till = "1";
        receipt.at = at(at_ms);
        receipt.kind = kind;
        for (const std::string& sku : skus)
            receipt.lines.push_back({sku, "goods " + sku, 1000, 100, 100});
        receipt.total_minor = 100 * static_cast<std::int64_t>(skus.size());
        ASSERT_TRUE(receipts_->add(std::vector<Receipt>{receipt}, at(0)));
    }
    [[nodiscard]] std::vector<std::string> due() const {
        std::vector<std::string> result;
        const auto hours = matches_->due(100);
        EXPECT_TRUE(hours) << hours.error().message;
        for (const DueHour& hour : *hours)
            result.push_back(hour.till + "@" + std::to_string((hour.hour - at(0)).count() / kHourMs));
        return result;
    }
    void save(std::int64_t from_ms, std::int64_t to_ms, const std::vector<MatchRecord>& found) const {
        const auto input = matches_->input("1", at(from_ms), at(to_ms));
        ASSERT_TRUE(input);
        const auto saved = matches_->save("1", at(from_ms), at(to_ms), input->mark, found, std::nullopt);
        ASSERT_TRUE(saved) << saved.error().message;
    }

    std::unique_ptr<FactStore> facts_;
    std::unique_ptr<ReceiptStore> receipts_;
    std::unique_ptr<MatchStore> matches_;
};

TEST_F(MatchStoreTest, WhatIsNewIsDueUntilItWasMatched) {
    EXPECT_THAT(due(), IsEmpty());
    print("a", 100, {"x"});
    see({visit(1, "till", 2 * kHourMs, 1000), visit(1, "door", 5 * kHourMs, 1000)});
    EXPECT_THAT(due(), ElementsAre("1@0", "1@2"));
    const auto input = matches_->input("1", at(0), at(4 * kHourMs));
    ASSERT_TRUE(input);
    EXPECT_EQ(input->receipts.size(), 1U);
    ASSERT_EQ(input->stays.size(), 1U);
    EXPECT_EQ(input->stays[0].end, at(2 * kHourMs + 1000));
    print("b", 200, {"x"});  // while it is being matched
    ASSERT_TRUE(matches_->save("1", at(0), at(4 * kHourMs), input->mark, {}, std::nullopt));
    EXPECT_THAT(due(), ElementsAre("1@0"));
    save(0, 4 * kHourMs, {});
    EXPECT_THAT(due(), IsEmpty());
}

TEST_F(MatchStoreTest, WhoWorksHereIsNoBuyerHoweverLateThatIsSaid) {
    print("a", 100, {"x"});
    see({visit(1, "till", 2 * kHourMs, 1000), visit(2, "till", 2 * kHourMs, 2000),
         visit(2, "milk", 3 * kHourMs, 2000)});
    EXPECT_THAT(due(), ElementsAre("1@0", "1@2"));
    save(0, 4 * kHourMs, {});
    EXPECT_THAT(due(), IsEmpty());
    const auto told = [](WhoIs who, int revision) {
        LiveEvent event =
            live("door", Label{2, who, LabelBy::kMark, on_source(2 * kHourMs)}, 2 * kHourMs, 2 * kHourMs);
        event.event.revision = revision;
        return event;
    };
    see({live("door", Label{1, WhoIs::kCustomer, LabelBy::kModel, on_source(2 * kHourMs)}, 2 * kHourMs,
              2 * kHourMs)});
    EXPECT_THAT(due(), IsEmpty()) << "he was one already";
    see({told(WhoIs::kStaff, 1)});
    EXPECT_THAT(due(), ElementsAre("1@2")) << "the hour of the till, not that of the milk";
    const auto input = matches_->input("1", at(0), at(4 * kHourMs));
    ASSERT_TRUE(input) << input.error().message;
    ASSERT_EQ(input->stays.size(), 1U);
    EXPECT_EQ(input->stays[0].person, 1);
    save(0, 4 * kHourMs, {});
    see({told(WhoIs::kCustomer, 2)});
    EXPECT_THAT(due(), ElementsAre("1@2"));
    EXPECT_EQ(matches_->input("1", at(0), at(4 * kHourMs))->stays.size(), 2U);
}

TEST_F(MatchStoreTest, MatchesAreReplacedAsAWhole) {
    print("a", 100, {"x"});
    print("b", 200, {"x"});
    save(0, kHourMs, {{1, "v1", 11, 0.9}, {2, "v2", 12, 0.8}});
    EXPECT_EQ((*matches_->match_of("a"))->person, 11);
    save(0, kHourMs, {{2, "v1", 11, 0.7}});
    EXPECT_EQ(*matches_->match_of("a") == std::nullopt, true);
    EXPECT_EQ((*matches_->match_of("b"))->visit, "v1");
    EXPECT_EQ((*matches_->match_of("b"))->probability, 0.7);
}

TEST_F(MatchStoreTest, TheNewestClockBeforeADay) {
    const auto save_clock = [&](std::int64_t day_ms, double leaves_s) {
        ASSERT_TRUE(matches_->save("1", at(day_ms), at(day_ms + 1), 0, {},
                                   ClockRecord{"1", at(day_ms), leaves_s, 2, 30}));
    };
    save_clock(0, 1);
    save_clock(1000, 2);
    EXPECT_EQ((*matches_->clock("1", at(5000)))->leaves_s, 2);
    EXPECT_EQ((*matches_->clock("1", at(1000)))->leaves_s, 1);
    EXPECT_EQ(*matches_->clock("1", at(0)) == std::nullopt, true);
    EXPECT_EQ(*matches_->clock("2", at(5000)) == std::nullopt, true);
}

TEST_F(MatchStoreTest, SalesAndWhoBought) {
    see({crossing(1, "entrance", Direction::kIn, 10), crossing(2, "entrance", Direction::kIn, 20),
         crossing(1, "entrance", Direction::kOut, 90), visit(1, "milk", 30, 10), visit(2, "milk", 30, 10),
         visit(1, "milk", 50, 10), visit(2, "bread", 60, 10), visit(1, "till", 70, 10)});
    print("a", 80, {"x", "y"});
    print("b", 85, {"x"});
    print("c", 86, {"y"}, ReceiptKind::kReturn);
    save(0, kHourMs, {{1, "v", 1, 0.9}, {2, "w", 2, 0.4}});  // the second is too unsure to count
    const std::vector<UtcTime> edges = {at(0), at(1000), at(2000)};
    const auto sales = matches_->sales(edges);
    ASSERT_TRUE(sales) << sales.error().message;
    ASSERT_EQ(sales->size(), 2U);
    const SalesCount& first = sales->front();
    EXPECT_EQ(first.entries, 2);
    EXPECT_EQ(first.people, 2);
    EXPECT_EQ(first.sales, 2);
    EXPECT_EQ(first.matched, 1);
    EXPECT_EQ(first.returns, 1);
    EXPECT_EQ(first.sales_minor, 300);
    EXPECT_EQ(first.returns_minor, 100);
    EXPECT_EQ(first.lines, 3);
    EXPECT_EQ(sales->back().sales, 0);
    EXPECT_FALSE(matches_->sales(std::span(edges).first(1)));

    const auto zones = matches_->buyers(at(0), at(1000));
    ASSERT_TRUE(zones) << zones.error().message;
    std::vector<std::string> told;
    for (const ZoneBuyers& zone : *zones)
        told.push_back(zone.zone + " " + std::to_string(zone.buyers) + "/" + std::to_string(zone.people) +
                       " " + std::to_string(zone.sales_minor));
    EXPECT_THAT(told, ElementsAre("bread 0/1 0", "milk 1/2 200", "till 1/1 200"));
}

TEST_F(MatchStoreTest, WhomJoinedCamerasSawCountsOnceOnTheFloorPlan) {
    see({crossing(1, "entrance", Direction::kIn, 10, "door"),
         crossing(2, "entrance", Direction::kIn, 10, "aisle"),
         crossing(3, "entrance", Direction::kIn, 10, "plan"), crossing(4, "back", Direction::kIn, 20, "yard"),
         visit(1, "milk", 30, 10, "door"), visit(2, "milk", 30, 10, "aisle"),
         visit(3, "milk", 30, 10, "plan"), visit(4, "boxes", 40, 10, "yard"),
         crossing(5, "entrance", Direction::kIn, 1'500, "door"), visit(5, "milk", 1'510, 10, "door")});
    const std::vector<UtcTime> edges = {at(0), at(1000), at(2000)};
    const std::vector<std::string> joined = {"aisle", "door"};
    const auto once = matches_->sales(edges, joined);
    ASSERT_TRUE(once) << once.error().message;
    EXPECT_EQ(once->front().entries, 2);
    EXPECT_EQ(once->front().people, 2);
    EXPECT_EQ(once->back().entries, 1) << "the plan did not count then";
    EXPECT_EQ(once->back().people, 1);
    EXPECT_EQ(matches_->sales(edges)->front().entries, 4);
}

TEST_F(MatchStoreTest, BasketsAndWhatIsBoughtTogether) {
    print("a", 10, {"milk", "bread", "milk"});
    print("b", 20, {"milk", "bread"});
    print("c", 30, {"milk"});
    print("d", 40, {"salt"});
    print("e", 50, {"milk"}, ReceiptKind::kReturn);
    const auto baskets = matches_->baskets(at(0), at(1000), 10);
    ASSERT_TRUE(baskets) << baskets.error().message;
    EXPECT_EQ(baskets->sales, 4);
    ASSERT_EQ(baskets->goods.size(), 3U);
    EXPECT_EQ(baskets->goods[0].sku, "milk");
    EXPECT_EQ(baskets->goods[0].name, "goods milk");
    EXPECT_EQ(baskets->goods[0].receipts, 3);
    EXPECT_EQ(baskets->goods[0].quantity_thousandths, 3000);
    EXPECT_EQ(baskets->goods[0].amount_minor, 300);
    ASSERT_EQ(baskets->pairs.size(), 1U);
    EXPECT_EQ(baskets->pairs[0].first, "bread");
    EXPECT_EQ(baskets->pairs[0].second, "milk");
    EXPECT_EQ(baskets->pairs[0].receipts, 2);
    EXPECT_NEAR(baskets->pairs[0].lift, 2 / (2 * 3 / 4.0), 1e-9);
    EXPECT_EQ(matches_->baskets(at(0), at(1000), 1)->goods.size(), 1U);
}

}  // namespace
}  // namespace vitrina::records
