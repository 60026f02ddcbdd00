#include "track/kalman.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vitrina::track {
namespace {

constexpr MotionModel kModel;

Box at(double x, double y = 100, double width = 40, double height = 100) {
    return {x - width / 2, y - height / 2, width, height};
}

TEST(AxisFilter, OneLongStepIsTwoShortOnes) {
    // True time steps: what a filter expects must not depend on how often it was asked.
    AxisFilter once{.position = 3, .velocity = 5, .var_position = 2, .covariance = 0.5, .var_velocity = 4};
    AxisFilter twice = once;
    once.predict(AxisFilter::step(0.7, 2), 3);
    twice.predict(AxisFilter::step(0.3, 2), 3);
    twice.predict(AxisFilter::step(0.4, 2), 3);
    EXPECT_NEAR(once.position, twice.position, 1e-12);
    EXPECT_NEAR(once.velocity, twice.velocity, 1e-12);
    EXPECT_NEAR(once.var_position, twice.var_position, 1e-12);
    EXPECT_NEAR(once.covariance, twice.covariance, 1e-12);
    EXPECT_NEAR(once.var_velocity, twice.var_velocity, 1e-12);
}

TEST(AxisFilter, LongMemoryIsConstantVelocity) {
    // Continuous white noise acceleration, Bar-Shalom 6.2.2: density * {dt^3/3, dt^2/2, dt}.
    const double dt = 0.2;
    const AxisFilter::Step step = AxisFilter::step(dt, 1e3);
    EXPECT_NEAR(step.keep, 1, 1e-3);
    EXPECT_NEAR(step.drift, dt, 1e-3);
    EXPECT_NEAR(step.noise_position, dt * dt * dt / 3, 1e-4);
    EXPECT_NEAR(step.noise_cross, dt * dt / 2, 1e-4);
    EXPECT_NEAR(step.noise_velocity, dt, 1e-3);
}

TEST(AxisFilter, CorrectionIsTheWeightedMean) {
    AxisFilter filter{.position = 10, .var_position = 3, .var_velocity = 1};
    filter.correct(14, 1);
    EXPECT_DOUBLE_EQ(filter.position, 13);
    EXPECT_DOUBLE_EQ(filter.var_position, 0.75);
    EXPECT_DOUBLE_EQ(filter.var_velocity, 1);
}

TEST(BoxFilter, LearnsTheVelocityAtAnyFrameRate) {
    for (const double fps : {5.0, 10.0, 25.0, 30.0}) {
        BoxFilter filter(at(0), 0.7, kModel);
        const BoxFilter::Step step = BoxFilter::step(1 / fps, kModel);
        for (int frame = 1; frame <= 3 * fps; ++frame) {
            filter.predict(step, kModel);
            filter.correct(at(60 * frame / fps), 0.7, kModel);
        }
        EXPECT_NEAR(filter.velocity().x, 60, 8) << fps;
        EXPECT_NEAR(filter.velocity().y, 0, 1e-9) << fps;
        EXPECT_NEAR(filter.box().center().x, 180, 4) << fps;
    }
}

TEST(BoxFilter, DoesNotRunAwayWhileNothingIsMeasured) {
    BoxFilter filter(at(0), 0.7, kModel);
    const BoxFilter::Step step = BoxFilter::step(0.1, kModel);
    for (int frame = 1; frame <= 20; ++frame) {
        filter.predict(step, kModel);
        filter.correct(at(6.0 * frame), 0.7, kModel);
    }
    const double speed = filter.velocity().x;
    const double deviation = filter.deviation().x;
    const double from = filter.box().center().x;
    for (int frame = 0; frame < 600; ++frame)
        filter.predict(step, kModel);
    EXPECT_NEAR(filter.box().center().x, from + speed * kModel.memory_s, 1e-6);
    EXPECT_GT(filter.deviation().x, 10 * deviation);
}

TEST(BoxFilter, BelievesWeakDetectionsLess) {
    BoxFilter strong(at(0), 0.7, kModel);
    BoxFilter weak = strong;
    strong.correct(at(10), 0.9, kModel);
    weak.correct(at(10), 0.1, kModel);
    EXPECT_GT(strong.box().center().x, weak.box().center().x);
}

TEST(BoxFilter, NeverTurnsInsideOut) {
    BoxFilter filter(at(0, 0, 100, 200), 0.9, kModel);
    const BoxFilter::Step step = BoxFilter::step(0.04, kModel);
    double height = 200;
    for (int frame = 0; frame < 12; ++frame) {
        height *= 0.6;
        filter.predict(step, kModel);
        filter.correct(at(0, 0, height / 2, height), 0.9, kModel);
    }
    for (int frame = 0; frame < 100; ++frame) {
        filter.predict(step, kModel);
        EXPECT_GT(filter.box().width, 0);
        EXPECT_GT(filter.box().height, 0);
    }
}

TEST(BodyLength, OfACutBodyComesFromItsWidth) {
    EXPECT_DOUBLE_EQ(body_length({0, 0, 40, 100}), 100);
    EXPECT_DOUBLE_EQ(body_length({0, 0, 40, 20}), 80);
}

}  // namespace
}  // namespace vitrina::track
