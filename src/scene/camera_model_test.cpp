#include "scene/camera_model.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vitrina::scene {
namespace {

CameraCalibration camera() {
    return {.width = 1280,
            .height = 720,
            .focal_px = 900,
            .center = {640, 360},
            .place = {2, 3},
            .height_m = 3,
            .pan_deg = 0,
            .tilt_deg = 30};
}

TEST(CameraModel, TheAxisMeetsTheFloorWhereGeometrySays) {
    const CameraModel model(camera());
    const auto place = model.to_plan({640, 360}, 0);
    ASSERT_TRUE(place);
    EXPECT_NEAR(place->x, 2 + 3 / std::tan(30 * 3.14159265358979 / 180), 1e-9);
    EXPECT_NEAR(place->y, 3, 1e-9);
}

TEST(CameraModel, WhatIsOnTheRightIsOnTheRight) {
    const CameraModel model(camera());
    const auto center = model.to_picture({7, 3}, 0);
    const auto right = model.to_picture({7, 4}, 0);  // it looks to the right: downwards is on its right hand
    const auto head = model.to_picture({7, 3}, 1.7);
    ASSERT_TRUE(center && right && head);
    EXPECT_GT(right->x, center->x + 50);
    EXPECT_NEAR(right->y, center->y, 1e-9);
    EXPECT_LT(head->y, center->y - 50);
}

TEST(CameraModel, RollTurnsThePictureAgainstTheCamera) {
    CameraCalibration rolled = camera();
    rolled.roll_deg = 10;
    const auto level = CameraModel(camera()).to_picture({9, 3}, 0);
    const auto turned = CameraModel(rolled).to_picture({9, 3}, 0);
    ASSERT_TRUE(level && turned);
    EXPECT_LT(level->y, 360);  // above the centre: a camera turned clockwise sees it turned to the left
    EXPECT_LT(turned->x, level->x - 1);
}

TEST(CameraModel, ThereAndBackForAnyCamera) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> unit(0, 1);
    int tried = 0;
    for (int i = 0; i < 2000; ++i) {
        CameraCalibration c = camera();
        c.focal_px = 300 + 1500 * unit(random);
        c.k1 = -0.3 + 0.4 * unit(random);
        c.pan_deg = 360 * unit(random);
        c.tilt_deg = 10 + 70 * unit(random);
        c.roll_deg = -10 + 20 * unit(random);
        c.center = {600 + 80 * unit(random), 340 + 40 * unit(random)};
        const CameraModel model(c);
        const Point pixel = {1280 * unit(random), 720 * unit(random)};
        const double height = 2.5 * unit(random);
        const auto place = model.to_plan(pixel, height);
        if (!place) continue;
        const auto back = model.to_picture(*place, height);
        ASSERT_TRUE(back);
        EXPECT_NEAR(back->x, pixel.x, 1e-6);
        EXPECT_NEAR(back->y, pixel.y, 1e-6);
        ++tried;
    }
    EXPECT_GT(tried, 1500);
}

TEST(CameraModel, NothingStandsInTheSky) {
    CameraCalibration low = camera();
    low.tilt_deg = 5;
    EXPECT_FALSE(CameraModel(low).to_plan({640, 0}, 0));
    EXPECT_FALSE(CameraModel(low).to_picture({-5, 3}, 0));
}

TEST(CameraModel, FarAwayIsLessSure) {
    const CameraModel model(camera());
    double before = 0;
    for (const double away : {3.0, 5.0, 8.0, 12.0}) {
        const auto pixel = model.to_picture({2 + away, 3}, 0);
        ASSERT_TRUE(pixel);
        const auto spread = model.spread(*pixel, 0, {1, 0, 1});
        ASSERT_TRUE(spread);
        EXPECT_GT(spread->xx, before);
        EXPECT_GT(spread->xx, spread->yy);  // it looks along x
        before = spread->xx;
    }
    // Far away the floor is seen at a flat angle: a pixel is about z^2 / (f * h).
    EXPECT_NEAR(std::sqrt(before), 12 * 12 / (900.0 * 3), 0.015);
}

}  // namespace
}  // namespace vitrina::scene
