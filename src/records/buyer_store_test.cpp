#include "records/buyer_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/campaign_store.h"
#include "records/fact_store.h"
#include "records/match_store.h"
#include "records/receipt_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Receipt bought(const std::string& id, const std::string& card, std::int64_t at_ms,
               const std::vector<std::string>& skus) {
    Receipt receipt;
    receipt.id = id;
    receipt.till = "1";
    receipt.at = at(at_ms);
    receipt.currency = "RUB";
    receipt.card = card;
    for (const std::string& sku : skus) {
        receipt.lines.push_back({sku, "goods " + sku, 1000, 100, 100});
        receipt.total_minor += 100;
    }
    return receipt;
}

class BuyerStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        receipts_ = std::make_unique<ReceiptStore>(database_);
        buyers_ = std::make_unique<BuyerStore>(database_);
        campaigns_ = std::make_unique<CampaignStore>(database_);
        ASSERT_TRUE(receipts_->save_till({"1", "Till 1", "door", "till"}));
    }
    void add(const std::vector<Receipt>& receipts, const std::vector<CardName>& names = {}) {
        const auto added = receipts_->add(receipts, at(kHourMs), names);
        ASSERT_TRUE(added);
        for (const ReceiptOutcome outcome : *added)
            ASSERT_EQ(outcome, ReceiptOutcome::kAdded);
    }
    /// Whose receipt is whose, by the receipts' numbers in the order in which they were added.
    void match(const std::vector<std::pair<std::int64_t, PersonId>>& pairs) {
        MatchStore matches(database_);
        std::vector<MatchRecord> records;
        for (const auto& [receipt, person] : pairs)
            records.push_back({receipt, "visit", person, 0.9});
        ASSERT_TRUE(matches.save("1", at(0), at(24 * kHourMs), 1'000'000, records, std::nullopt));
    }

    std::unique_ptr<ReceiptStore> receipts_;
    std::unique_ptr<BuyerStore> buyers_;
    std::unique_ptr<CampaignStore> campaigns_;
};

TEST_F(BuyerStoreTest, TellsReceiptsByCard) {
    Receipt back = bought("c", "anna", 9000, {"1"});
    back.kind = ReceiptKind::kReturn;
    add({bought("a", "ben", 1000, {"1"}), bought("b", "", 2000, {"1"}), back,
         bought("d", "anna", 3000, {"1", "2"})});
    NameTable cards;
    const auto receipts = buyers_->receipts(at(0), at(10'000), cards);
    ASSERT_TRUE(receipts);
    ASSERT_THAT(*receipts, SizeIs(3));
    EXPECT_EQ(cards.name(receipts->front().card), "anna");
    EXPECT_EQ(receipts->front().total_minor, 200);
    EXPECT_EQ(receipts->at(1).total_minor, -100);
    EXPECT_FALSE(receipts->at(1).is_sale);
    EXPECT_EQ(cards.name(receipts->at(2).card), "ben");
    NameTable goods;
    const auto lines = buyers_->lines(at(0), at(9000), cards, goods);
    ASSERT_TRUE(lines);
    EXPECT_THAT(*lines, SizeIs(3));
    EXPECT_EQ(goods.size(), 2U);
    const auto names = buyers_->names(std::vector<std::string>{"1", "7"});
    ASSERT_TRUE(names);
    EXPECT_THAT(*names, ElementsAre(testing::Pair("1", "goods 1")));
    EXPECT_EQ(*buyers_->first_receipt(), at(1000));
    EXPECT_EQ(*buyers_->currency(at(0), at(10'000)), "RUB");
    EXPECT_EQ(*buyers_->currency(at(20'000), at(30'000)), "");
}

TEST_F(BuyerStoreTest, TellsWhatACustomerDidBeforeHePaid) {
    add({bought("a", "anna", 600'000, {"1"}), bought("b", "anna", 20 * kHourMs, {"2"})});
    FactStore store(database_);
    ASSERT_TRUE(store.append(
        std::vector<LiveEvent>{visit(7, "tools", 100'000, 60'000), visit(8, "paint", 100'000, 60'000)}));
    match({{1, 7}});
    const auto history = buyers_->history("anna", 10);
    ASSERT_TRUE(history);
    ASSERT_THAT(*history, SizeIs(2));
    EXPECT_EQ(history->at(0).receipt.id, "b");
    EXPECT_FALSE(history->at(0).person);
    EXPECT_EQ(history->at(1).person, 7);
    ASSERT_THAT(history->at(1).stays, SizeIs(1));
    EXPECT_EQ(history->at(1).stays[0].place, "tools");
    EXPECT_THAT(history->at(1).receipt.lines, SizeIs(1));
    EXPECT_THAT(*buyers_->history("nobody", 10), IsEmpty());
    EXPECT_THAT(*buyers_->history("", 10), IsEmpty()) << "receipts without a card are nobody's";
}

TEST_F(BuyerStoreTest, TellsWhatWasTouchedAndNotBought) {
    FactStore store(database_);
    const auto touch = [](PersonId person, const std::string& shelf) {
        return live("door", Touch{person, shelf, "", Side::kLeft, on_source(1000), on_source(2000)}, 1000,
                    2000);
    };
    ASSERT_TRUE(
        store.append(std::vector<LiveEvent>{touch(1, "A"), touch(2, "A"), touch(3, "A"), touch(1, "B")}));
    add({bought("a", "", 9000, {"1"}), bought("b", "", 9000, {"9"})});
    match({{1, 1}, {2, 2}});
    const std::vector<GoodsPlace> places = {
        {"1", "A", "", "", std::nullopt}, {"2", "A", "", "", std::nullopt}, {"9", "C", "", "", std::nullopt}};
    ASSERT_TRUE(buyers_->set_planogram(places));
    ASSERT_TRUE(buyers_->set_planogram(places)) << "again is the same";
    EXPECT_THAT(*buyers_->planogram(), SizeIs(3));
    const auto touched = buyers_->touched(at(0), at(kHourMs));
    ASSERT_TRUE(touched);
    ASSERT_THAT(*touched, SizeIs(2));
    EXPECT_EQ(touched->at(0).shelf, "A");
    EXPECT_EQ(touched->at(0).people, 3);
    EXPECT_EQ(touched->at(0).buyers, 2);
    EXPECT_EQ(touched->at(0).bought_there, 1);
    EXPECT_EQ(touched->at(0).goods, 2);
    EXPECT_EQ(touched->at(1).bought_there, 0);
    EXPECT_EQ(touched->at(1).goods, 0);
}

TEST_F(BuyerStoreTest, WhatWasSoldIsTiedToWhereItLies) {
    const std::vector<GoodsPlace> places = {{"milk", "dairy", "top", "Milk 1 l", 8990},
                                            {"bread", "bakery", "", "", std::nullopt}};
    ASSERT_TRUE(buyers_->set_planogram(places));
    const auto kept = buyers_->planogram();
    ASSERT_TRUE(kept) << kept.error().message;
    ASSERT_THAT(*kept, SizeIs(2));
    EXPECT_EQ(kept->at(0).shelf, "bakery");
    EXPECT_EQ(kept->at(0).price_minor, std::nullopt);
    EXPECT_EQ(kept->at(1).section, "top");
    EXPECT_EQ(kept->at(1).name, "Milk 1 l");
    EXPECT_EQ(kept->at(1).price_minor, 8990);
    Receipt back = bought("b", "", 2000, {"milk"});
    back.kind = ReceiptKind::kReturn;
    add({bought("a", "", 1000, {"milk", "soap"}), back, bought("c", "", kHourMs, {"milk"})});
    const auto lines = buyers_->shelf_lines(at(0), at(kHourMs));
    ASSERT_TRUE(lines) << lines.error().message;
    ASSERT_THAT(*lines, SizeIs(3)) << "the last is of the next hour";
    EXPECT_EQ(lines->at(0).shelf, "dairy");
    EXPECT_EQ(lines->at(0).amount_minor, 100);
    EXPECT_EQ(lines->at(1).shelf, "") << "nobody said where soap lies";
    EXPECT_EQ(lines->at(2).quantity_thousandths, -1000);
    EXPECT_FALSE(lines->at(2).is_sale);
    People women = People::kAll;
    women.sex = Sex::kFemale;
    EXPECT_THAT(*buyers_->shelf_lines(at(0), at(kHourMs), women), IsEmpty()) << "nobody's buyer is known";
}

TEST_F(BuyerStoreTest, BasketsAndTouchesAreAskedForBySexAndAge) {
    FactStore store(database_);
    const auto traits = [](PersonId person, Sex sex, int age) {
        return live("door", Traits{person, sex, age, age - 8, age + 8, on_source(1000)}, 1000, 1000);
    };
    const auto touch = [](PersonId person) {
        return live("door", Touch{person, "A", "", Side::kLeft, on_source(1000), on_source(2000)}, 1000,
                    2000);
    };
    ASSERT_TRUE(store.append(std::vector<LiveEvent>{traits(1, Sex::kFemale, 30), traits(2, Sex::kMale, 60),
                                                    touch(1), touch(2), touch(3)}));
    add({bought("a", "", 9000, {"milk", "bread"}), bought("b", "", 9000, {"beer"}),
         bought("c", "", 9000, {"milk"})});
    match({{1, 1}, {2, 2}});
    const MatchStore matches(database_);
    People women = People::kAll;
    women.sex = Sex::kFemale;
    const auto hers = matches.baskets(at(0), at(kHourMs), 10, women);
    ASSERT_TRUE(hers);
    EXPECT_EQ(hers->sales, 1);
    EXPECT_THAT(hers->goods, SizeIs(2));
    EXPECT_THAT(hers->pairs, SizeIs(1));
    People old = People::kAll;
    old.age_min = 50;
    EXPECT_EQ(matches.baskets(at(0), at(kHourMs), 10, old)->goods.at(0).sku, "beer");
    EXPECT_EQ(matches.baskets(at(0), at(kHourMs), 10)->sales, 3);
    EXPECT_EQ(buyers_->touched(at(0), at(kHourMs), women)->at(0).people, 1);
    EXPECT_EQ(buyers_->touched(at(0), at(kHourMs))->at(0).people, 3);
}

TEST_F(BuyerStoreTest, KeepsCampaignsAndTheirLists) {
    CampaignRecord leaflet{0,      "leaflet", CampaignTarget::kList, "", at(0), at(kHourMs), 5000, at(0),
                           "anna", 0};
    const auto id = campaigns_->save(leaflet);
    ASSERT_TRUE(id);
    const std::vector<AudienceRecord> list = {
        {"x", "yes", at(5), true}, {"y", "no", std::nullopt, false}, {"x", "no", std::nullopt, true}};
    EXPECT_TRUE(*campaigns_->set_audience(*id, list));
    EXPECT_FALSE(*campaigns_->set_audience(*id + 1, list));
    add({bought("a", "anna's card", 1000, {"1"})},
        {{"y", "anna's card"}, {"x", "nobody's receipt was added"}});
    const auto audience = campaigns_->audience(*id);
    ASSERT_TRUE(audience);
    ASSERT_THAT(*audience, SizeIs(2));
    EXPECT_EQ(audience->at(0).customer, "x");
    EXPECT_EQ(audience->at(0).exposure, "no") << "the last row counts";
    EXPECT_EQ(audience->at(1).customer, "anna's card");
    leaflet.id = *id;
    leaflet.name = "larger leaflet";
    EXPECT_EQ(*campaigns_->save(leaflet), *id);
    reopen();
    campaigns_ = std::make_unique<CampaignStore>(database_);
    const auto kept = campaigns_->campaign(*id);
    ASSERT_TRUE(kept && *kept);
    EXPECT_EQ((*kept)->name, "larger leaflet");
    EXPECT_EQ((*kept)->audience, 2) << "its list stays";
    EXPECT_THAT(*campaigns_->campaigns(), SizeIs(1));
    EXPECT_TRUE(*campaigns_->remove(*id));
    EXPECT_FALSE(*campaigns_->remove(*id));
    EXPECT_THAT(*campaigns_->audience(*id), IsEmpty());
    leaflet.id = 99;
    EXPECT_EQ(*campaigns_->save(leaflet), 0) << "was not there";
}

TEST_F(BuyerStoreTest, ListsAndNamesOfCardsAreForgottenInTime) {
    const CampaignRecord over{0,      "leaflet", CampaignTarget::kList, "", at(0), at(kHourMs), 5000, at(0),
                              "anna", 0};
    CampaignRecord on = over;
    on.end = at(3 * kHourMs);
    const auto first = campaigns_->save(over);
    const auto second = campaigns_->save(on);
    ASSERT_TRUE(first && second);
    const std::vector<AudienceRecord> list = {{"x", "yes", at(5), true}, {"y", "no", std::nullopt, false}};
    EXPECT_TRUE(*campaigns_->set_audience(*first, list));
    EXPECT_TRUE(*campaigns_->set_audience(*second, list));
    add({bought("a", "anna", 1000, {"1"}), bought("b", "ben", 5 * kHourMs, {"1"})},
        {{"x", "anna"}, {"y", "ben"}});
    FactStore facts(database_);
    const UtcTime before = at(2 * kHourMs);
    while (*facts.forget_before({before, before, before}) > 0) {
    }
    EXPECT_THAT(*campaigns_->audience(*first), IsEmpty());
    const auto kept = campaigns_->audience(*second);
    ASSERT_TRUE(kept);
    ASSERT_THAT(*kept, SizeIs(2));
    EXPECT_EQ(kept->at(0).customer, "x") << "the name went with the last receipt";
    EXPECT_EQ(kept->at(1).customer, "ben");
}

TEST_F(BuyerStoreTest, WebEventsCountOnceAndACustomerIsForgottenEverywhere) {
    const std::vector<WebEventRecord> events = {{"anna", at(1000), "/tools", ""},
                                                {"anna", at(1000), "/tools", ""},
                                                {"other name", at(2000), "", "4601"},
                                                {"ben", at(3000), "/", ""}};
    EXPECT_EQ(*campaigns_->add_web_events(events), 3);
    EXPECT_EQ(*campaigns_->add_web_events(events), 0);
    add({bought("a", "anna", 600'000, {"1"})}, {{"other name", "anna"}});
    EXPECT_THAT(*campaigns_->web_events(at(0), at(3000)), SizeIs(2));
    EXPECT_EQ(campaigns_->web_events(at(0), at(3000))->at(1).customer, "anna");
    EXPECT_EQ(campaigns_->web_events_kept()->events, 3);
    EXPECT_TRUE(*buyers_->forget("anna"));
    EXPECT_FALSE(*buyers_->forget("anna"));
    EXPECT_FALSE(*buyers_->forget(""));
    EXPECT_THAT(*campaigns_->web_events(at(0), at(9000)), SizeIs(1));
    const auto receipt = receipts_->receipt("a");
    ASSERT_TRUE(receipt && *receipt);
    EXPECT_EQ((*receipt)->card, "") << "the receipt stays";
    EXPECT_EQ(*campaigns_->remove_web_events(), 1);
}

}  // namespace
}  // namespace vitrina::records
