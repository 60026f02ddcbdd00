#include "pipeline/walker_looks.h"

#include <limits>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr int kWide = 640;
constexpr int kHigh = 480;

SourceTime second(int at) {
    return SourceTime(std::chrono::seconds(at));
}

WalkerBox somebody(double x, double score = 0.9) {
    return {7, {x, 200, 40, 100}, score};
}

/// What is kept of these boxes of one track, a picture a second.
std::size_t kept(const std::vector<Box>& boxes, double score = 0.9, const std::vector<Box>& others = {}) {
    WalkerLooks looks;
    int at = 0;
    for (const Box& box : boxes) {
        std::vector<WalkerBox> people = {{1, box, score}};
        for (const Box& other : others)
            people.push_back({2, other, 0.1});
        looks.add(second(at++), kWide, kHigh, people);
    }
    return looks.size();
}

TEST(WalkerLooks, AreOfPeopleWhoWalkWholeAndAlone) {
    // A body's height is 100 px: a step is 20.
    EXPECT_EQ(kept({{100, 200, 40, 100}, {130, 200, 40, 100}, {160, 200, 40, 100}}), 2U);
    EXPECT_EQ(kept({{100, 200, 40, 100}, {102, 200, 40, 100}, {98, 201, 40, 100}}), 0U) << "a mannequin";
    EXPECT_EQ(kept({{100, 200, 40, 100}, {130, 200, 40, 100}}, 0.3), 0U) << "unsure";
    EXPECT_EQ(kept({{100, 200, 90, 100}, {130, 200, 90, 100}}), 0U) << "somebody who sits, or two";
    EXPECT_EQ(kept({{100, 375, 40, 100}, {130, 380, 40, 100}}), 0U) << "feet at the picture's edge";
    EXPECT_EQ(kept({{100, 2, 40, 100}, {130, 2, 40, 100}}), 0U) << "a head at its edge";
    EXPECT_EQ(kept({{100, 200, 9, 20}, {130, 200, 9, 20}}), 0U) << "too small to measure";
    EXPECT_EQ(kept({{100, 200, 40, 100}, {130, 200, 40, 100}}, 0.9, {{130, 240, 40, 100}}), 0U)
        << "somebody before him";
    EXPECT_EQ(kept({{100, 200, 40, 100}, {130, 200, 40, 100}}, 0.9, {{400, 240, 40, 100}}), 1U);
    EXPECT_EQ(kept({{100, 200, 40, std::numeric_limits<double>::quiet_NaN()}, {130, 200, 40, 100}}), 0U);
}

TEST(WalkerLooks, AreTheMiddlesOfABoxesEdges) {
    WalkerLooks looks;
    looks.add(second(0), kWide, kHigh, std::vector<WalkerBox>{somebody(100)});
    looks.add(second(1), kWide, kHigh, std::vector<WalkerBox>{somebody(150)});
    ASSERT_EQ(looks.looks().size(), 1U);
    EXPECT_EQ(looks.looks()[0].foot, (Point{170, 300}));
    EXPECT_EQ(looks.looks()[0].head, (Point{170, 200}));
    EXPECT_EQ(looks.picture().width, kWide);
}

TEST(WalkerLooks, ABusyPlaceDoesntPushOutTheRest) {
    WalkerLooks looks;
    looks.add(second(0), kWide, kHigh, std::vector<WalkerBox>{somebody(500)});
    looks.add(second(1), kWide, kHigh, std::vector<WalkerBox>{somebody(530)});
    for (int i = 2; i < 2000; ++i)
        looks.add(second(i), kWide, kHigh, std::vector<WalkerBox>{somebody(i % 2 == 0 ? 85 : 110)});
    EXPECT_EQ(looks.size(), WalkerLooks::kPerPart + 1);
}

TEST(WalkerLooks, AreForgottenWhenTheCameraMayShowSomethingElse) {
    WalkerLooks looks;
    looks.add(second(0), kWide, kHigh, std::vector<WalkerBox>{somebody(100)});
    looks.add(second(1), kWide, kHigh, std::vector<WalkerBox>{somebody(150)});
    looks.add(second(2) + 23h, kWide, kHigh, {});
    EXPECT_EQ(looks.size(), 1U);
    looks.add(second(2) + 24h, kWide, kHigh, {});
    EXPECT_EQ(looks.size(), 0U) << "a day";
    looks.add(second(3) + 24h, kWide, kHigh, std::vector<WalkerBox>{somebody(100)});
    looks.add(second(4) + 24h, kWide, kHigh, std::vector<WalkerBox>{somebody(150)});
    EXPECT_EQ(looks.size(), 1U);
    looks.add(second(5) + 24h, kHigh, kWide, {});
    EXPECT_EQ(looks.size(), 0U) << "another shape";
}

}  // namespace
}  // namespace vitrina::pipeline
