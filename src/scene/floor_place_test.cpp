#include "scene/floor_place.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::scene {
namespace {

const CameraCalibration kCamera = {.width = 1280,
                                   .height = 720,
                                   .focal_px = 900,
                                   .center = {640, 360},
                                   .place = {0, 5},
                                   .height_m = 3,
                                   .pan_deg = 0,
                                   .tilt_deg = 20};

/// The box of somebody who stands there, the lowest `hidden_m` of him hidden.
Box box_of(const CameraModel& model, Point place, double height_m, double hidden_m = 0) {
    const Point foot = *model.to_picture(place, hidden_m);
    const Point head = *model.to_picture(place, height_m);
    const double width = 0.35 * (model.to_picture(place, 0)->y - head.y);
    return {head.x - width / 2, head.y, width, foot.y - head.y};
}

TEST(PlaceFinder, StandsWhereTheFeetAre) {
    const CameraModel model(kCamera);
    PlaceFinder finder(model, {}, {});
    const auto found = finder.find(box_of(model, {8, 5}, 1.75), true);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->feet_seen);
    EXPECT_NEAR(found->place.x, 8, 0.05);  // he is 5 cm taller than most
    EXPECT_NEAR(found->place.y, 5, 0.01);
    EXPECT_GT(found->covariance.xx, found->covariance.yy);
}

TEST(PlaceFinder, FeetBehindAShelfAreToldFromTheHead) {
    const CameraModel model(kCamera);
    const std::vector<Fixture> shelves = {{"shelf", {{6, 3}, {7, 3}, {7, 7}, {6, 7}}, 1.2}};
    PlaceFinder finder(model, shelves, {});
    const auto found = finder.find(box_of(model, {7.6, 5}, 1.72, 0.8), true);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->feet_seen);
    EXPECT_NEAR(found->place.x, 7.6, 0.25);
    EXPECT_GT(std::sqrt(found->covariance.xx), 0.1);  // and says that it isn't sure
}

TEST(PlaceFinder, WhoStandsBeforeTheFeetCoversThem) {
    const Box box = {100, 100, 40, 120};
    EXPECT_TRUE(is_covered(box, std::vector<Box>{{110, 150, 50, 160}}));
    EXPECT_FALSE(is_covered(box, std::vector<Box>{box, {300, 150, 50, 160}, {110, 60, 50, 120}}));
}

TEST(PlaceFinder, WhoWasSeenWholeIsKnownByHisHeight) {
    const CameraModel model(kCamera);
    PlaceFinder finder(model, {}, {});
    for (int i = 0; i < 30; ++i)
        ASSERT_TRUE(finder.find(box_of(model, {6 + 0.05 * i, 5}, 1.9), true));
    EXPECT_NEAR(finder.height_m(), 1.9, 0.05);
    const auto found = finder.find(box_of(model, {7.6, 5}, 1.9, 0.9), true);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->feet_seen);
    EXPECT_NEAR(found->place.x, 7.6, 0.3);
}

TEST(PlaceFinder, AChildIsNoHalfHiddenAdult) {
    const CameraModel model(kCamera);
    PlaceFinder finder(model, {}, {});
    for (int i = 0; i < 30; ++i) {
        const double x = 5 + 0.1 * i;
        const auto found = finder.find(box_of(model, {x, 5}, 1.15), true);
        ASSERT_TRUE(found);
        EXPECT_TRUE(found->feet_seen) << i;
        EXPECT_NEAR(found->place.x, x, 0.12) << i;
    }
}

}  // namespace
}  // namespace vitrina::scene
