#include "track/frame_rate.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vitrina::track {
namespace {

/// People who walk to and fro at 0.4 to 0.8 bodies a second for a minute, boxes that tremble, and one who
/// stands.
std::vector<std::vector<Box>> walkers(double frame_rate) {
    std::mt19937 random(3);
    const auto tremble = [&] { return (static_cast<double>(random()) / 4294967296.0 - 0.5) * 8; };
    std::vector<std::vector<Box>> frames;
    for (int frame = 0; frame < 60 * frame_rate; ++frame) {
        std::vector<Box>& boxes = frames.emplace_back();
        for (int person = 0; person < 5; ++person) {
            const double way = frame / frame_rate * (0.4 + 0.1 * person) * 100;
            const double phase = std::fmod(way, 1200.0);
            const double x = phase < 600 ? phase : 1200 - phase;
            boxes.push_back({x + tremble(), 120.0 * person + tremble(), 40 + tremble(), 100 + tremble()});
        }
        boxes.push_back({900 + tremble(), 300 + tremble(), 40, 100});
    }
    return frames;
}

TEST(FrameRate, IsToldFromWalkingPeople) {
    for (const double frame_rate : {6.0, 10.0, 15.0, 25.0, 30.0}) {
        const auto told = walking_frame_rate(walkers(frame_rate));
        ASSERT_TRUE(told) << frame_rate;
        EXPECT_NEAR(*told / frame_rate, 1, 0.35) << frame_rate;
    }
}

TEST(FrameRate, IsNotToldWithoutThem) {
    EXPECT_FALSE(walking_frame_rate({}));
    EXPECT_FALSE(walking_frame_rate(std::vector<std::vector<Box>>(500, {{10, 10, 40, 100}})));
}

}  // namespace
}  // namespace vitrina::track
