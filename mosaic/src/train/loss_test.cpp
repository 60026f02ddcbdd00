// Losses against finite differences and numbers worked out by hand; optimisers against their formulas.
#include "train/loss.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "train/optimizer.h"
#include "train/random.h"

namespace mosaic::train {
namespace {

using Floats = std::vector<float>;
using Loss = std::function<double(std::span<const float>, std::span<float>)>;

Floats numbers(std::size_t count, std::uint64_t seed, double low = -1.5, double high = 1.5) {
    Random random(seed);
    Floats all(count);
    for (float& one : all)
        one = static_cast<float>(random.uniform(low, high));
    return all;
}

void check_gradient(Floats x, const Loss& loss) {
    Floats gradient(x.size());
    Floats unused(x.size());
    loss(x, gradient);
    for (std::size_t i = 0; i < x.size(); ++i) {
        constexpr float kStep = 2e-3F;
        const float before = x[i];
        x[i] = before + kStep;
        const double above = loss(x, unused);
        x[i] = before - kStep;
        const double below = loss(x, unused);
        x[i] = before;
        EXPECT_NEAR(gradient[i], (above - below) / (2.0 * kStep), 2e-3) << i;
    }
}

TEST(Losses, CrossEntropyOfAKnownCase) {
    // softmax(0, log 3) is 1/4, 3/4.
    const Floats logits = {0.0F, std::log(3.0F)};
    const Floats target = {1.0F, 0.0F};
    Floats gradient(2);
    EXPECT_NEAR(CrossEntropy{}(logits, target, 2, gradient), std::log(4.0), 1e-6);
    EXPECT_NEAR(gradient[0], -0.75, 1e-6);
    EXPECT_NEAR(gradient[1], 0.75, 1e-6);
}

TEST(Losses, GradientsOfCrossEntropy) {
    Floats targets(12);
    for (std::size_t row = 0; row < 3; ++row)
        smooth_label(std::span(targets).subspan(row * 4, 4), row, 0.2F);
    for (const float gamma : {0.0F, 1.0F, 2.0F}) {
        for (const Floats& weights : {Floats{}, Floats{1.0F, 2.0F, 0.5F, 3.0F}}) {
            check_gradient(numbers(12, 3), [&](std::span<const float> x, std::span<float> gradient) {
                return CrossEntropy{weights, gamma}(x, targets, 4, gradient);
            });
        }
    }
}

TEST(Losses, CrossEntropyOfHugeLogitsIsFinite) {
    const Floats logits = {1000.0F, -1000.0F};
    const Floats target = {0.0F, 1.0F};
    Floats gradient(2);
    EXPECT_NEAR(CrossEntropy{}(logits, target, 2, gradient), 2000.0, 1e-3);
    EXPECT_TRUE(std::isfinite(gradient[0]));
    EXPECT_TRUE(std::isfinite((CrossEntropy{{}, 2.0F}(logits, target, 2, gradient))));
}

TEST(Losses, GradientsOfTheOthers) {
    const Floats target = numbers(6, 8);
    check_gradient(numbers(6, 1),
                   [&](auto x, auto gradient) { return mean_squared_error(x, target, gradient); });
    check_gradient(numbers(6, 1), [&](auto x, auto gradient) { return huber(x, target, 0.5F, gradient); });
    const std::vector<std::int32_t> labels = {0, 0, 1, 1};
    check_gradient(numbers(12, 5),
                   [&](auto x, auto gradient) { return triplet(x, labels, 3, 2.0F, gradient); });
    check_gradient(numbers(12, 6, -0.5, 0.5), [&](auto x, auto gradient) {
        return additive_margin(x, labels, 3, 4.0F, 0.2F, gradient);
    });
    const Floats heat = {1.0F, 0.7F, 0.0F, 1.0F, 0.2F};
    check_gradient(numbers(5, 7), [&](auto x, auto gradient) { return centre_heat(x, heat, 2, gradient); });
}

// Two steps worked out from the formulas, with decay on.
TEST(Optimizers, SgdWithMomentum) {
    OptimizerOptions options;
    options.kind = OptimizerKind::kSgd;
    options.weight_decay = 0.1;
    options.clip_norm = 0.0;
    Floats value = {1.0F};
    Floats gradient = {0.5F};
    Optimizer optimizer(options);
    const Slot slot{value, gradient, true, 1.0F};
    optimizer.step({&slot, 1}, 0.1);
    EXPECT_NEAR(value[0], 1.0 - 0.1 * 0.6, 1e-6);  // velocity 0.5 + 0.1
    optimizer.step({&slot, 1}, 0.1);
    EXPECT_NEAR(value[0], 0.94 - 0.1 * (0.9 * 0.6 + 0.5 + 0.094), 1e-6);
}

TEST(Optimizers, AdamsFirstStepIsTheRateAndDecayIsApart) {
    for (const bool decays : {false, true}) {
        OptimizerOptions options;
        options.weight_decay = 0.1;
        options.clip_norm = 0.0;
        Floats value = {2.0F};
        Floats gradient = {0.3F};
        Optimizer optimizer(options);
        const Slot slot{value, gradient, decays, 1.0F};
        optimizer.step({&slot, 1}, 0.01);
        EXPECT_NEAR(value[0], (decays ? 2.0 * (1.0 - 0.001) : 2.0) - 0.01, 1e-6);
    }
}

// Nesterov as PyTorch has it: the gradient and what the velocity will add.
TEST(Optimizers, NesterovLooksAhead) {
    OptimizerOptions options;
    options.kind = OptimizerKind::kSgd;
    options.nesterov = true;
    options.weight_decay = 0.0;
    options.clip_norm = 0.0;
    Floats value = {1.0F};
    Floats gradient = {0.5F};
    Optimizer optimizer(options);
    const Slot slot{value, gradient, true, 1.0F};
    optimizer.step({&slot, 1}, 0.1);
    EXPECT_NEAR(value[0], 1.0 - 0.1 * (0.5 + 0.9 * 0.5), 1e-6);
    optimizer.step({&slot, 1}, 0.1);  // velocity 0.9 * 0.5 + 0.5
    EXPECT_NEAR(value[0], 0.905 - 0.1 * (0.5 + 0.9 * 0.95), 1e-6);
}

// Adam's decay is part of the gradient, so its moments see it; AdamW's isn't.
TEST(Optimizers, AdamsDecayIsCoupled) {
    OptimizerOptions options;
    options.kind = OptimizerKind::kAdam;
    options.weight_decay = 0.5;
    options.clip_norm = 0.0;
    Floats value = {2.0F};
    Floats gradient = {-0.25F};
    Optimizer optimizer(options);
    const Slot slot{value, gradient, true, 1.0F};
    optimizer.step({&slot, 1}, 0.01);
    // The slope is -0.25 + 0.5 * 2 = 0.75: its sign alone decides the first step, and it is the other one.
    EXPECT_NEAR(value[0], 2.0 - 0.01, 1e-6);
    EXPECT_NEAR(optimizer.moments()[0][0], 0.1 * 0.75, 1e-6);
    EXPECT_NEAR(optimizer.moments()[1][0], 0.001 * 0.75 * 0.75, 1e-6);
    gradient[0] = 0.0F;
    optimizer.step({&slot, 1}, 0.01);
    const double slope = 0.5 * 1.99;
    const double first = (0.9 * 0.075 + 0.1 * slope) / (1.0 - 0.81);
    const double second = (0.999 * 0.0005625 + 0.001 * slope * slope) / (1.0 - 0.999 * 0.999);
    EXPECT_NEAR(value[0], 1.99 - 0.01 * first / std::sqrt(second), 1e-5);
}

TEST(Optimizers, WhatDoesntDecayStays) {
    for (const auto kind : {OptimizerKind::kSgd, OptimizerKind::kAdam, OptimizerKind::kAdamW}) {
        OptimizerOptions options;
        options.kind = kind;
        options.weight_decay = 0.5;
        Floats value = {2.0F, 2.0F};
        Floats gradient = {0.0F, 0.0F};
        Optimizer optimizer(options);
        const std::vector<Slot> slots = {
            {std::span(value).first(1), std::span(gradient).first(1), false, 1.0F},
            {std::span(value).last(1), std::span(gradient).last(1), true, 1.0F}};
        optimizer.step(slots, 0.1);
        EXPECT_EQ(value[0], 2.0F);
        EXPECT_LT(value[1], 1.99F);
    }
}

TEST(Optimizers, ClippingKeepsTheDirection) {
    Floats value(2);
    Floats gradient = {3.0F, 4.0F};
    const Slot slot{value, gradient, false, 1.0F};
    EXPECT_NEAR(clip_gradients({&slot, 1}, 1.0), 5.0, 1e-6);
    EXPECT_NEAR(gradient[0], 0.6, 1e-6);
    EXPECT_NEAR(gradient[1], 0.8, 1e-6);
}

TEST(Optimizers, Schedules) {
    ScheduleOptions options;
    options.warm_up = 0.1;
    EXPECT_LT(scheduled_rate(options, 1.0, 0, 100), 0.2);
    EXPECT_NEAR(scheduled_rate(options, 1.0, 10, 100), 1.0, 1e-9);
    EXPECT_NEAR(scheduled_rate(options, 1.0, 100, 100), 0.01, 1e-9);
    options = {ScheduleKind::kStep, 0.0, 0.0, 2, 0.1};
    EXPECT_NEAR(scheduled_rate(options, 1.0, 49, 100), 1.0, 1e-9);
    EXPECT_NEAR(scheduled_rate(options, 1.0, 50, 100), 0.1, 1e-9);
}

}  // namespace
}  // namespace mosaic::train
