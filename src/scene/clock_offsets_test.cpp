#include "scene/clock_offsets.h"

#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::scene {
namespace {

/// People who cross a hall in turn, in these directions, before cameras whose stamps are late by `offsets`.
class Hall {
  public:
    explicit Hall(std::vector<double> offsets) : offsets_(std::move(offsets)) {}

    void walk(double from_x, double speed_x, double speed_y, double seconds = 8) {
        ++body_;
        for (double at = 0; at < seconds; at += 0.2)
            for (std::size_t camera = 0; camera < offsets_.size(); ++camera) {
                const double moment = now_ + at + 0.05 * static_cast<double>(camera);
                const double since = moment - now_;
                // Each camera's calibration is a little wrong, too.
                const Point feet = {from_x + speed_x * since + 0.1 * static_cast<double>(camera) + noise(),
                                    4 + speed_y * since - 0.05 * static_cast<double>(camera) + noise()};
                clocks.see(camera, body_, instant_at(moment + offsets_[camera]), feet);
                clocks.advance(instant_at(moment));
            }
        clocks.forget(body_);
        now_ += seconds + 2;
    }
    [[nodiscard]] double applied_s(std::size_t camera) const { return to_seconds(clocks.offset(camera)); }

    ClockOffsets clocks;

  private:
    double noise() { return std::normal_distribution<double>(0, 0.04)(random_); }

    std::vector<double> offsets_;
    std::mt19937 random_{3};
    std::int64_t body_ = 0;
    double now_ = 1000;
};

TEST(ClockOffsets, OfTwoCamerasAreLearntAndApplied) {
    Hall hall({0, 0.25});
    for (int i = 0; i < 12; ++i)
        hall.walk(i % 2 == 0 ? 1 : 9, i % 2 == 0 ? 1.1 : -1.1, i % 3 == 0 ? 0.3 : -0.2);
    EXPECT_NEAR(hall.applied_s(1) - hall.applied_s(0), 0.25, 0.03);
    ASSERT_EQ(hall.clocks.known().size(), 2U);
    EXPECT_LT(hall.clocks.known()[0].error_s, ClockOffsets::kErrorMaxS);
    EXPECT_NEAR(to_seconds(hall.clocks.lag()), 0.125, 0.02);
}

TEST(ClockOffsets, OfManyCamerasFitTogether) {
    const std::vector<double> offsets = {0.1, -0.15, 0.3, 0};
    Hall hall(offsets);
    for (int i = 0; i < 16; ++i)
        hall.walk(i % 2 == 0 ? 1 : 9, i % 2 == 0 ? 1.1 : -1.1, i % 3 == 0 ? 0.3 : -0.2);
    for (std::size_t camera = 1; camera < offsets.size(); ++camera)
        EXPECT_NEAR(hall.applied_s(camera) - hall.applied_s(0), offsets[camera] - offsets[0], 0.03) << camera;
}

TEST(ClockOffsets, WhoAllWalkOneWayTellNothing) {
    Hall hall({0, 0.25});
    for (int i = 0; i < 12; ++i)
        hall.walk(1, 1.1, 0);
    EXPECT_TRUE(hall.clocks.known().empty()) << "a calibration that is wrong looks the same";
    EXPECT_EQ(hall.applied_s(1), 0);
}

TEST(ClockOffsets, WhoStandsTellsNothing) {
    Hall hall({0, 0.4});
    for (int i = 0; i < 12; ++i)
        hall.walk(i, 0, 0);
    EXPECT_TRUE(hall.clocks.known().empty());
}

TEST(ClockOffsets, ClocksThatAgreeStayAsTheyAre) {
    Hall hall({0, 0});
    for (int i = 0; i < 12; ++i)
        hall.walk(i % 2 == 0 ? 1 : 9, i % 2 == 0 ? 1.1 : -1.1, 0);
    EXPECT_NEAR(hall.applied_s(0), 0, 0.02);
    EXPECT_NEAR(hall.applied_s(1), 0, 0.02);
}

}  // namespace
}  // namespace vitrina::scene
