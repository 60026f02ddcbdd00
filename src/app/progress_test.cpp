#include "app/progress.h"

#include <gtest/gtest.h>

namespace vitrina::app {
namespace {

TEST(ProgressLine, SaysShareSpeedAndTimeLeft) {
    EXPECT_EQ(progress_line(500, 0.5, 71.34, 7.4, 70),
              "[############...........]  50 %  500 frames  71.3 frames/s  0:07 left");
}

TEST(ProgressLine, WithoutALengthThereIsNoBar) {
    EXPECT_EQ(progress_line(500, std::nullopt, 71.34, std::nullopt, 80), "500 frames  71.3 frames/s");
}

TEST(ProgressLine, NeverWiderThanTheTerminal) {
    for (const int width : {0, 1, 10, 30, 50, 79, 200})
        EXPECT_LE(progress_line(123456, 0.999, 1000.5, 36000, width).size(), static_cast<std::size_t>(width));
}

TEST(ProgressLine, EstimateThatIsTooShortStaysAtTheEnd) {
    EXPECT_NE(progress_line(10, 1.2, 5, 0, 60).find("100 %"), std::string::npos);
}

TEST(ProgressLine, HoursAreShown) {
    EXPECT_NE(progress_line(10, 0.1, 5, 3725, 100).find("1:02:05 left"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::app
