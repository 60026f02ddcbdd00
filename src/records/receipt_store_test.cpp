#include "records/receipt_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/fact_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum ReceiptOutcome;

Receipt receipt(const std::string& id, std::int64_t at_ms, const std::string& till = "1") {
    return {.id = id,
            .till = till,
            .at = at(at_ms),
            .kind = ReceiptKind::kSale,
            .currency = "RUB",
            .total_minor = 2550,
            .card = "c1",
            .lines = {{"4601", "Milk", 2000, 800, 1600}, {"4602", "Cheese", 352, 2699, 950}}};
}

ReceiptFilter between(std::int64_t from_ms, std::int64_t to_ms) {
    ReceiptFilter filter;
    filter.from = at(from_ms);
    filter.to = at(to_ms);
    return filter;
}

class ReceiptStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        store_ = std::make_unique<ReceiptStore>(database_);
        ASSERT_TRUE(store_->save_till({"1", "Till 1", "door", "till"}));
    }
    std::vector<ReceiptOutcome> add(const std::vector<Receipt>& receipts) {
        const auto outcomes = store_->add(receipts, at(9000));
        EXPECT_TRUE(outcomes) << outcomes.error().message;
        return outcomes.value_or(std::vector<ReceiptOutcome>());
    }
    std::vector<std::string> ids(const ReceiptFilter& filter) {
        const auto page = store_->receipts(filter);
        EXPECT_TRUE(page) << page.error().message;
        std::vector<std::string> result;
        for (const ReceiptRow& row : page->rows)
            result.push_back(row.id);
        return result;
    }

    std::unique_ptr<ReceiptStore> store_;
};

TEST_F(ReceiptStoreTest, WhatIsAddedIsThereAfterARestart) {
    EXPECT_THAT(add({receipt("a", 1000)}), ElementsAre(kAdded));
    reopen();
    store_ = std::make_unique<ReceiptStore>(database_);
    EXPECT_EQ(*store_->receipt("a"), receipt("a", 1000));
    EXPECT_EQ(*store_->receipt("b"), std::nullopt);
    const auto page = store_->receipts(between(0, 2000));
    ASSERT_EQ(page->total, 1);
    EXPECT_EQ(page->rows[0].line_count, 2);
    EXPECT_EQ(page->rows[0].received, at(9000));
    EXPECT_EQ(page->rows[0].total_minor, 2550);
}

TEST_F(ReceiptStoreTest, TwiceIsOnceAndAnotherContentIsAConflict) {
    EXPECT_THAT(add({receipt("a", 1000), receipt("a", 1000)}), ElementsAre(kAdded, kKnown));
    Receipt other = receipt("a", 1000);
    other.total_minor += 1;
    EXPECT_THAT(add({other, receipt("a", 1000)}), ElementsAre(kConflict, kKnown));
    EXPECT_EQ(*store_->receipt("a"), receipt("a", 1000));
    EXPECT_EQ(store_->receipts(between(0, 2000))->total, 1);
}

TEST_F(ReceiptStoreTest, OutOfOrderIsPutInOrder) {
    EXPECT_THAT(add({receipt("c", 3000), receipt("a", 1000)}), ElementsAre(kAdded, kAdded));
    EXPECT_THAT(add({receipt("b", 2000)}), ElementsAre(kAdded));
    EXPECT_THAT(ids(between(0, 9000)), ElementsAre("c", "b", "a"));
    ReceiptFilter filter = between(1000, 3000);
    filter.descending = false;
    EXPECT_THAT(ids(filter), ElementsAre("a", "b"));
    filter.offset = 1;
    EXPECT_THAT(ids(filter), ElementsAre("b"));
}

TEST_F(ReceiptStoreTest, AnUnknownTillIsRefusedAndTheOthersAreKept) {
    EXPECT_THAT(add({receipt("a", 1000, "2"), receipt("b", 1000)}), ElementsAre(kUnknownTill, kAdded));
    ASSERT_TRUE(store_->save_till({"2", "Till 2", "", ""}));
    EXPECT_THAT(add({receipt("a", 1000, "2")}), ElementsAre(kAdded));
    ReceiptFilter filter = between(0, 9000);
    filter.till = "2";
    EXPECT_THAT(ids(filter), ElementsAre("a"));
    filter.kind = ReceiptKind::kReturn;
    EXPECT_THAT(ids(filter), IsEmpty());
}

TEST_F(ReceiptStoreTest, TillsAreReplacedAndRemovedWithoutTheirReceipts) {
    ASSERT_TRUE(store_->save_till({"1", "Front", "", ""}));
    EXPECT_THAT(*store_->tills(), ElementsAre(Till{"1", "Front", "", ""}));
    add({receipt("a", 1000)});
    EXPECT_EQ(*store_->remove_till("1"), true);
    EXPECT_EQ(*store_->remove_till("1"), false);
    EXPECT_THAT(*store_->tills(), IsEmpty());
    EXPECT_THAT(ids(between(0, 9000)), ElementsAre("a"));
    EXPECT_THAT(add({receipt("a", 1000), receipt("b", 1000)}), ElementsAre(kKnown, kUnknownTill));
}

TEST_F(ReceiptStoreTest, OldOnesAreForgottenWithTheirLines) {
    add({receipt("a", 1000), receipt("b", 5000)});
    FactStore facts(database_);
    EXPECT_EQ(*facts.forget_before({at(2000), at(0), at(0)}), 1);
    EXPECT_THAT(ids(between(0, 9000)), ElementsAre("b"));
    EXPECT_EQ(*store_->receipt("a"), std::nullopt);
    EXPECT_EQ((*store_->receipt("b"))->lines.size(), 2U);
}

}  // namespace
}  // namespace vitrina::records
