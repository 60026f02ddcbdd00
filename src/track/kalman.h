// Where a box is and where it is going: a Kalman filter for centre, width and height, each with its velocity.
// Used by target.h. Plain values; one thread at a time.
//
// Noise is equal in all directions and the four quantities are measured apart, so the usual filter of eight
// states (SORT, ByteTrack) falls into four of two states without approximation, and needs no matrix library.
#pragma once

#include <array>

#include "base/geometry.h"

namespace vitrina::track {

/// A velocity that forgets: the Ornstein-Uhlenbeck ("integrated OU", between nearly constant velocity and
/// Singer) model of Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and
/// Navigation, 8.2. With a long memory it is the usual constant velocity; while nothing is measured, the
/// velocity dies away and the expected way stays bounded (velocity times memory).
struct MotionModel {
    double wander = 0.7;         // square root of the velocity's noise density, bodies / s^1.5
    double memory_s = 2;         // of the centre's velocity
    double size_memory_s = 0.5;  // of the velocity of width and height, which says little about the future
    double noise = 0.05;         // standard deviation of a confident measurement, bodies
};

/// Length of a body in the picture, the unit of all noise, in the unit of the box: its height, or twice its
/// width where that is more, because a person cut by the picture's edge has a low box.
[[nodiscard]] double body_length(const Box& box);

/// Position and velocity along one axis.
struct AxisFilter {
    double position = 0;
    double velocity = 0;
    double var_position = 0;
    double covariance = 0;
    double var_velocity = 0;

    /// One time step: p += drift * v, v *= keep, and noise (unit: density 1) times `density`.
    struct Step {
        double keep = 1;
        double drift = 0;
        double noise_position = 0;
        double noise_cross = 0;
        double noise_velocity = 0;
    };
    /// `dt_s` and `memory_s` above zero.
    [[nodiscard]] static Step step(double dt_s, double memory_s);

    void predict(const Step& step, double density);
    void correct(double measured, double variance);
};

class BoxFilter {
  public:
    /// The time steps of one frame, computed once for all filters.
    struct Step {
        AxisFilter::Step center;
        AxisFilter::Step size;
    };
    [[nodiscard]] static Step step(double dt_s, const MotionModel& model);

    /// Starts at rest, with the velocity as uncertain as people's velocities are.
    BoxFilter(const Box& box, double score, const MotionModel& model);

    void predict(const Step& step, const MotionModel& model);
    /// `score` 0..1: the noise of a weak detection is up to twice that of a sure one.
    void correct(const Box& measured, double score, const MotionModel& model);
    /// Nothing was measured: the size stays as it is.
    void stop_growing();

    [[nodiscard]] Box box() const;
    /// Velocity of the centre, pixels of the frame per second.
    [[nodiscard]] Point velocity() const;
    /// Standard deviation of the centre, pixels.
    [[nodiscard]] Point deviation() const;

  private:
    enum Axis { kX, kY, kWidth, kHeight, kAxes };
    std::array<AxisFilter, kAxes> axes_;
};

}  // namespace vitrina::track
