#include "track/kalman.h"

#include <algorithm>
#include <cmath>

namespace vitrina::track {
namespace {

double square(double value) {
    return value * value;
}

double measurement_variance(const Box& box, double score, const MotionModel& model) {
    return square(model.noise * body_length(box) * (2 - std::clamp(score, 0.0, 1.0)));
}

}  // namespace

double body_length(const Box& box) {
    return std::max(box.height, 2 * box.width);
}

AxisFilter::Step AxisFilter::step(double dt_s, double memory_s) {
    const double keep = std::exp(-dt_s / memory_s);
    const double lost = 1 - keep;
    const double lost_twice = 1 - keep * keep;
    return {.keep = keep,
            .drift = memory_s * lost,
            .noise_position = square(memory_s) * (dt_s - 2 * memory_s * lost + memory_s / 2 * lost_twice),
            .noise_cross = square(memory_s) / 2 * square(lost),
            .noise_velocity = memory_s / 2 * lost_twice};
}

void AxisFilter::predict(const Step& step, double density) {
    position += step.drift * velocity;
    velocity *= step.keep;
    var_position +=
        2 * step.drift * covariance + square(step.drift) * var_velocity + density * step.noise_position;
    covariance = step.keep * (covariance + step.drift * var_velocity) + density * step.noise_cross;
    var_velocity = square(step.keep) * var_velocity + density * step.noise_velocity;
}

void AxisFilter::correct(double measured, double variance) {
    const double innovation_variance = var_position + variance;
    const double gain_position = var_position / innovation_variance;
    const double gain_velocity = covariance / innovation_variance;
    const double innovation = measured - position;
    position += gain_position * innovation;
    velocity += gain_velocity * innovation;
    var_velocity -= gain_velocity * covariance;
    covariance *= 1 - gain_position;
    var_position *= 1 - gain_position;
}

BoxFilter::Step BoxFilter::step(double dt_s, const MotionModel& model) {
    return {AxisFilter::step(dt_s, model.memory_s), AxisFilter::step(dt_s, model.size_memory_s)};
}

BoxFilter::BoxFilter(const Box& box, double score, const MotionModel& model) {
    const double variance = measurement_variance(box, score, model);
    const double density = square(model.wander * body_length(box));
    const Point center = box.center();
    const std::array<double, kAxes> measured = {center.x, center.y, box.width, box.height};
    for (int axis = 0; axis < kAxes; ++axis) {
        const double memory_s = axis < kWidth ? model.memory_s : model.size_memory_s;
        axes_[axis] = {.position = measured[axis],
                       .var_position = variance,
                       .var_velocity = density * memory_s / 2};  // the model's stationary variance
    }
}

void BoxFilter::predict(const Step& step, const MotionModel& model) {
    const Box before = box();
    const double density = square(model.wander * body_length(before));
    for (int axis = 0; axis < kAxes; ++axis)
        axes_[axis].predict(axis < kWidth ? step.center : step.size, density);
    // A box that was seen to shrink fast must not be expected to vanish or to turn inside out.
    axes_[kWidth].position = std::max(axes_[kWidth].position, before.width / 2);
    axes_[kHeight].position = std::max(axes_[kHeight].position, before.height / 2);
}

void BoxFilter::correct(const Box& measured, double score, const MotionModel& model) {
    const double variance = measurement_variance(measured, score, model);
    const Point center = measured.center();
    axes_[kX].correct(center.x, variance);
    axes_[kY].correct(center.y, variance);
    axes_[kWidth].correct(measured.width, variance);
    axes_[kHeight].correct(measured.height, variance);
    // The filtered size lags behind sudden changes; half of what was measured keeps it above zero.
    axes_[kWidth].position = std::max(axes_[kWidth].position, measured.width / 2);
    axes_[kHeight].position = std::max(axes_[kHeight].position, measured.height / 2);
}

void BoxFilter::stop_growing() {
    axes_[kWidth].velocity = 0;
    axes_[kHeight].velocity = 0;
}

Box BoxFilter::box() const {
    const double width = axes_[kWidth].position;
    const double height = axes_[kHeight].position;
    return {axes_[kX].position - width / 2, axes_[kY].position - height / 2, width, height};
}

Point BoxFilter::velocity() const {
    return {axes_[kX].velocity, axes_[kY].velocity};
}

Point BoxFilter::deviation() const {
    return {std::sqrt(axes_[kX].var_position), std::sqrt(axes_[kY].var_position)};
}

}  // namespace vitrina::track
