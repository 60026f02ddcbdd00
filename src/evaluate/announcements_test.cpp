#include "evaluate/announcements.h"

#include <vector>

#include <gtest/gtest.h>

namespace vitrina::evaluate {
namespace {

/// Minutes of which these are over, and at these it is said with such a chance.
std::vector<WatchedMinute> minutes_of(int count, const std::vector<int>& over,
                                      const std::vector<std::pair<int, double>>& chances) {
    std::vector<WatchedMinute> minutes(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        minutes[static_cast<std::size_t>(i)] = {i, false, 0.0};
    for (const int minute : over)
        minutes.at(static_cast<std::size_t>(minute)).is_over = true;
    for (const auto& [minute, chance] : chances)
        minutes.at(static_cast<std::size_t>(minute)).chance = chance;
    return minutes;
}

TEST(Announcements, CountsOnesThatCameInTime) {
    // Alarms at 30 and, after more than ten minutes, at 60; 38 is the first one still.
    const std::vector<int> over = {30, 31, 38, 60};
    const auto judged = [&](const std::vector<std::pair<int, double>>& chances) {
        return judge_announcements(minutes_of(120, over, chances), 0.5);
    };
    EXPECT_EQ(judged({}).alarms, 2);
    EXPECT_EQ(judged({}).announced, 0);
    EXPECT_EQ(judged({{25, 0.5}}).announced, 1) << "five minutes before";
    EXPECT_EQ(judged({{10, 0.9}}).announced, 1) << "twenty";
    const Announcements late = judged({{26, 0.9}});
    EXPECT_EQ(late.announced, 0);
    EXPECT_EQ(late.said, 1);
    EXPECT_EQ(late.wrong, 0) << "late, but true";
    const Announcements early = judged({{9, 0.9}});
    EXPECT_EQ(early.announced, 0);
    EXPECT_EQ(early.wrong, 1);
    EXPECT_EQ(judged({{25, 0.49}}).said, 0);
    EXPECT_EQ(judged({{35, 0.9}, {45, 0.9}}).said, 0) << "while it is there, and before there is calm again";
    EXPECT_EQ(judged({{49, 0.9}, {50, 0.9}, {63, 0.9}}).said, 1) << "and not again and again";
    EXPECT_DOUBLE_EQ(judged({{12, 0.9}, {52, 0.9}, {100, 0.9}}).share(), 1);
    EXPECT_DOUBLE_EQ(judged({{12, 0.9}, {52, 0.9}, {100, 0.9}}).wrong_share(), 1.0 / 3);
}

TEST(Announcements, TheBestChanceIsTheOneWithFewWrong) {
    // At 0.3 both alarms are announced, and one announcement of three is wrong; at 0.6 one of one is right.
    const auto minutes = minutes_of(200, {30, 100}, {{20, 0.6}, {90, 0.3}, {150, 0.3}});
    const BestAnnouncements strict = best_announcements(minutes, 0.1);
    EXPECT_EQ(strict.found.announced, 1);
    EXPECT_EQ(strict.found.wrong, 0);
    EXPECT_NEAR(strict.chance, 0.6, 1e-9);
    const BestAnnouncements loose = best_announcements(minutes, 0.4);
    EXPECT_EQ(loose.found.announced, 2);
    EXPECT_NEAR(loose.chance, 0.3, 1e-9);
    EXPECT_EQ(best_announcements({}, 0.1).found.alarms, 0);
}

TEST(Announcements, MinutesThatNobodyAskedAboutSayNothing) {
    auto minutes = minutes_of(60, {40}, {});
    for (WatchedMinute& one : minutes)
        one.chance = one.minute % 2 == 0 ? std::optional(1.0) : std::nullopt;
    EXPECT_EQ(judge_announcements(minutes, 0.5).said, 4);  // at 0, 16, 32, and 52 after calm
    EXPECT_EQ(judge_announcements(minutes, 0.5).wrong, 3);
    EXPECT_EQ(judge_announcements(minutes, 0.5).announced, 1);
}

}  // namespace
}  // namespace vitrina::evaluate
