#include "pipeline/missed_pictures.h"

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using Why = MissedPictures::Why;

SourceTime second(double at_s) {
    return SourceTime{} + from_seconds(1'000 + at_s);
}

TEST(MissedPictures, AreATroubleWhileManyAreMissed) {
    MissedPictures pictures;
    const auto watch = [&](int from_s, int to_s, Why why, int missed_of_five) {
        for (int i = 5 * from_s; i < 5 * to_s; ++i) {
            pictures.came(second(0.2 * i));
            if (i % 5 < missed_of_five) pictures.missed(why, second(0.2 * i));
        }
    };
    watch(0, 20, Why::kLate, 0);
    EXPECT_FALSE(pictures.trouble(second(20)));
    watch(20, 30, Why::kLate, 2);
    const auto late = pictures.trouble(second(30.5));
    ASSERT_TRUE(late);
    EXPECT_EQ(late->trouble, PictureTrouble::kLate);
    EXPECT_EQ(late->since, second(20)) << "when it began";
    watch(31, 51, Why::kLate, 5);
    EXPECT_EQ(pictures.trouble(second(51))->since, second(20)) << "it goes on";
    watch(51, 75, Why::kClock, 5);
    EXPECT_EQ(pictures.trouble(second(75))->trouble, PictureTrouble::kClockApart);
    watch(75, 100, Why::kClock, 0);
    EXPECT_FALSE(pictures.trouble(second(100)));
    EXPECT_EQ(pictures.count(Why::kLate), 20 + 100);
    EXPECT_EQ(pictures.count(Why::kClock), 120);
    EXPECT_EQ(pictures.count(Why::kOverflow), 0);
}

TEST(MissedPictures, FewSayNothingAndACameraThatIsGoneHasNoTrouble) {
    MissedPictures pictures;
    pictures.came(second(0));
    pictures.missed(Why::kLate, second(0));
    EXPECT_FALSE(pictures.trouble(second(11))) << "one picture";
    for (int i = 0; i < 20; ++i) {
        pictures.came(second(20 + 0.5 * i));
        pictures.missed(Why::kOverflow, second(20 + 0.5 * i));
    }
    EXPECT_TRUE(pictures.trouble(second(31)));
    EXPECT_FALSE(pictures.trouble(second(60))) << "nothing comes any more: that is another trouble";
    EXPECT_EQ(pictures.count(Why::kOverflow), 20);
}

}  // namespace
}  // namespace vitrina::pipeline
