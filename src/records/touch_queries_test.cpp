#include <gtest/gtest.h>

#include "records/buyer_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

TEST_F(RecordsTest, TouchesAreListedByTimeShelfAndPerson) {
    FactStore facts(database_);
    const auto touch = [](PersonId person, const char* shelf, const char* section, Side hand, int begin_ms) {
        return live("door",
                    Touch{person, shelf, section, hand, on_source(begin_ms), on_source(begin_ms + 900)},
                    begin_ms, begin_ms + 900);
    };
    const std::vector<LiveEvent> events = {
        touch(1, "milk", "top: left", Side::kLeft, 1000), touch(2, "milk", "", Side::kRight, 2000),
        touch(1, "bread", "", Side::kRight, 3000),
        live("door", Label{2, WhoIs::kStaff, LabelBy::kMark, on_source(1)}, 1, 1)};
    ASSERT_TRUE(facts.append(events));
    TouchFilter filter;
    filter.from = at(0);
    filter.to = at(60'000);
    filter.descending = false;
    const auto all = facts.touches(filter);
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->total, 3);
    EXPECT_EQ(all->rows[0].shelf, "milk");
    EXPECT_EQ(all->rows[0].section, "top: left");
    EXPECT_EQ(all->rows[0].hand, "left");
    EXPECT_EQ(all->rows[0].end - all->rows[0].begin, std::chrono::milliseconds(900));
    EXPECT_EQ(all->rows[1].section, "");
    EXPECT_EQ(all->rows[1].hand, "right");
    filter.people = People::kCustomers;
    EXPECT_EQ(facts.touches(filter)->total, 2);
    filter.shelf = "milk";
    EXPECT_EQ(facts.touches(filter)->total, 1);
    filter.people = People::kAll;
    filter.person = 2;
    EXPECT_EQ(facts.touches(filter)->total, 1);
    EXPECT_EQ(facts.touch_rows(filter)->front().person, 2);
    filter.from = at(2500);
    EXPECT_EQ(facts.touches(filter)->total, 0);
}

TEST_F(RecordsTest, ATouchSaysWhichGoodsItMayHaveBeenAt) {
    FactStore facts(database_);
    BuyerStore buyers(database_);
    const auto touch = [](const char* shelf, const char* section, int begin_ms) {
        return live("door",
                    Touch{1, shelf, section, Side::kLeft, on_source(begin_ms), on_source(begin_ms + 900)},
                    begin_ms, begin_ms + 900);
    };
    ASSERT_TRUE(facts.append(std::vector<LiveEvent>{touch("dairy", "top", 1000), touch("dairy", "", 2000),
                                                    touch("dairy", "floor", 3000), touch("salt", "", 4000)}));
    std::vector<GoodsPlace> places = {{"milk", "dairy", "top", "Milk 1 l", 8990},
                                      {"kefir", "dairy", "bottom", "", std::nullopt},
                                      {"gum", "dairy", "", "Gum", std::nullopt}};
    ASSERT_TRUE(buyers.set_planogram(places));
    TouchFilter filter;
    filter.from = at(0);
    filter.to = at(60'000);
    filter.descending = false;
    const auto told = [&] {
        std::vector<std::string> rows;
        const auto touches = facts.touch_rows(filter);
        EXPECT_TRUE(touches) << touches.error().message;
        for (const TouchRow& row : *touches) {
            std::string text = std::to_string(row.goods_count);
            for (const TouchedGoods& goods : row.goods)
                text += " " + goods.sku + "/" + goods.name;
            rows.push_back(text);
        }
        return rows;
    };
    EXPECT_EQ(told(), (std::vector<std::string>{"2 milk/Milk 1 l gum/Gum", "3 kefir/ milk/Milk 1 l gum/Gum",
                                                "1 gum/Gum", "0"}));
    for (int i = 0; i < 20; ++i)
        places.push_back({"salt " + std::to_string(100 + i), "salt", "", "Salt", std::nullopt});
    ASSERT_TRUE(buyers.set_planogram(places));
    filter.shelf = "salt";
    const auto many = facts.touch_rows(filter);
    ASSERT_TRUE(many);
    EXPECT_EQ(many->front().goods_count, 20);
    EXPECT_EQ(many->front().goods.size(), 12U);
}

}  // namespace
}  // namespace vitrina::records
