#include "report/online.h"

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

using std::chrono::days;
using std::chrono::hours;

const UtcTime kMonday = std::chrono::sys_days(std::chrono::year(2026) / 6 / 1);

TEST(OnlineToShop, FollowsCustomersFromTheScreenToTheTill) {
    const std::vector<OnlineLook> looks = {
        {0, kMonday, 0, 7}, {0, kMonday + hours(5), 0, 7}, {0, kMonday, 1, std::nullopt},
        {1, kMonday, 0, 7}, {2, kMonday, 1, std::nullopt}, {3, kMonday + days(2), 0, 7}};
    const std::vector<ShopLine> lines = {{0, kMonday + hours(10), 7, 500},  // what he looked at
                                         {0, kMonday + hours(10), 8, 200},
                                         {1, kMonday + days(3), 8, 100},   // something else
                                         {2, kMonday + days(9), 8, 900},   // too late
                                         {3, kMonday + days(1), 7, 900},   // before he looked
                                         {4, kMonday + days(1), 7, 900}};  // was never online
    const OnlineFigures figures = online_to_shop(looks, lines, 2, days(7));
    const OnlineSteps& goods = figures.whats[0];
    EXPECT_EQ(goods.looks, 4);
    EXPECT_EQ(goods.looked, 3);
    EXPECT_EQ(goods.in_shop, 2);
    EXPECT_EQ(goods.bought_same, 1);
    EXPECT_EQ(goods.amount_minor, 800);
    EXPECT_EQ(goods.after_median, days(3));
    EXPECT_EQ(figures.whats[1].looked, 2);
    EXPECT_EQ(figures.whats[1].in_shop, 1);
    EXPECT_EQ(figures.whats[1].bought_same, 0);
    EXPECT_EQ(figures.all.looked, 4);
    EXPECT_EQ(figures.all.in_shop, 2);
    EXPECT_EQ(figures.all.bought_same, 1);
    EXPECT_EQ(figures.all.amount_minor, 800);
}

TEST(OnlineToShop, WhoBoughtTwoThingsThatHeLookedAtIsOneOfAll) {
    const std::vector<OnlineLook> looks = {{0, kMonday, 0, 7}, {0, kMonday, 1, 8}};
    const std::vector<ShopLine> lines = {{0, kMonday + hours(10), 7, 500}, {0, kMonday + hours(10), 8, 200}};
    const OnlineFigures figures = online_to_shop(looks, lines, 2, days(7));
    EXPECT_EQ(figures.whats[0].bought_same, 1);
    EXPECT_EQ(figures.whats[1].bought_same, 1);
    EXPECT_EQ(figures.all.bought_same, 1);
}

TEST(OnlineToShop, NothingComesOfNothing) {
    const OnlineFigures figures = online_to_shop({}, {}, 1, days(7));
    EXPECT_EQ(figures.all.looked, 0);
    EXPECT_FALSE(figures.all.after_median);
    EXPECT_EQ(figures.whats.size(), 1U);
}

}  // namespace
}  // namespace vitrina::report
