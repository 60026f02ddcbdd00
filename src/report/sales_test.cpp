#include "report/sales.h"

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

TEST(SalesOfShelves, CountReceiptsOnceAndReturnsBack) {
    Plan plan;
    plan.zones.resize(3);
    plan.fixtures.resize(3);
    plan.fixtures[0].name = "milk";
    plan.fixtures[1].name = "cheese";
    plan.fixtures[2].name = "tools";
    const std::vector<std::uint64_t> zones = {0b001, 0b001,
                                              0b110};  // dairy has two shelves; tools lie in two
    const std::vector<SoldLine> lines = {{1, "milk", 2, 200, true},     {1, "milk", 1, 100, true},
                                         {1, "cheese", 0.5, 400, true}, {2, "cheese", 1, 800, true},
                                         {2, "", 1, 50, true},          {3, "milk", -1, -100, false},
                                         {4, "elsewhere", 3, 30, true}};
    const Sales sales = sales_of(plan, zones, lines, {"milk", "cheese"});
    EXPECT_EQ(sales.receipts, 3) << "a return is none";
    EXPECT_EQ(sales.amount_minor, 200 + 100 + 400 + 800 + 50 - 100 + 30);
    EXPECT_EQ(sales.fixtures[0].receipts, 1);
    EXPECT_EQ(sales.fixtures[0].quantity, 2);
    EXPECT_EQ(sales.fixtures[0].amount_minor, 200);
    EXPECT_EQ(sales.fixtures[1].receipts, 2);
    EXPECT_EQ(sales.fixtures[1].quantity, 1.5);
    EXPECT_EQ(sales.fixtures[1].amount_minor, 1200);
    EXPECT_TRUE(sales.fixtures[1].stocked);
    EXPECT_FALSE(sales.fixtures[2].stocked) << "nobody said what lies there";
    EXPECT_EQ(sales.zone_receipts, (std::vector<std::int64_t>{2, 0, 0})) << "both shelves, one receipt";
    EXPECT_EQ(sales.stocked_zones, 0b001U);
    EXPECT_EQ(sales.unplaced, 4);
}

}  // namespace
}  // namespace vitrina::report
