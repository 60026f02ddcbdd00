#include "pipeline/settled_paths.h"

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

// A person of 200 pixels who rises from the lower edge of a picture of 640x480, a tenth of the body in each
// frame.
TrackBox rising(std::int64_t frame) {
    const double height = std::min(200.0, 20.0 * static_cast<double>(frame + 1));
    const double top =
        frame < 10 ? 480 - height : std::max(100.0, 280.0 - 20.0 * static_cast<double>(frame - 9));
    return {.track = 1,
            .frame = frame,
            .time = instant_at(0.1 * static_cast<double>(frame)),
            .box = {300, top, 80, height},
            .score = 0.8};
}

TEST(SettledPaths, TellsLaterHowMuchWasVisible) {
    SettledPaths paths({640, 480});
    for (std::int64_t frame = 0; frame < 60; ++frame)
        EXPECT_TRUE(paths.add(rising(frame)).empty());
    const auto settled = paths.end(1);
    ASSERT_EQ(settled.size(), 60U);
    EXPECT_LT(settled[1].visible, 0.4);
    EXPECT_GT(settled[8].visible, 0.7);
    EXPECT_EQ(settled[40].visible, 1);
}

TEST(SettledPaths, LongTracksAreHandedOnInPiecesWithoutLoss) {
    SettledPaths paths({640, 480});
    std::vector<SettledBox> all;
    for (std::int64_t frame = 0; frame < 3000; ++frame) {
        const auto settled = paths.add(rising(frame));
        for (const SettledBox& box : settled)
            EXPECT_LE(rising(frame).time - box.box.time, SettledPaths::kDelayMax);
        all.insert(all.end(), settled.begin(), settled.end());
    }
    const auto rest = paths.end(1);
    all.insert(all.end(), rest.begin(), rest.end());
    ASSERT_EQ(all.size(), 3000U);
    for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_EQ(all[i].box.frame, static_cast<std::int64_t>(i));
    EXPECT_TRUE(paths.end(1).empty());
}

}  // namespace
}  // namespace vitrina::pipeline
