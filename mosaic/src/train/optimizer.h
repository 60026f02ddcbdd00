// How parameters follow their gradients. An optimiser owns its moments; a checkpoint holds them, so that
// training goes on to the same bits. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mosaic/train_options.h"

namespace mosaic::train {

// One parameter at one step.
struct Slot {
    std::span<float> value;
    std::span<float> gradient;
    bool decays = false;
    float rate_factor = 1.0F;  // of the learning rate
};

class Optimizer {
  public:
    explicit Optimizer(const OptimizerOptions& options) : options_(options) {}

    // The same slots, in the same order, at every call. Gradients are clipped in place.
    void step(std::span<const Slot> slots, double learning_rate);

    // For checkpoints: moments of all slots one after another, and the steps made.
    [[nodiscard]] std::vector<std::vector<float>>& moments() { return moments_; }
    [[nodiscard]] const std::vector<std::vector<float>>& moments() const { return moments_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }
    void set_steps(std::uint64_t steps) { steps_ = steps; }

  private:
    void adam(const Slot& slot, std::span<float> first, std::span<float> second, double rate) const;
    void momentum(const Slot& slot, std::span<float> velocity, double rate) const;

    OptimizerOptions options_;
    std::vector<std::vector<float>> moments_;
    std::uint64_t steps_ = 0;
};

// Euclidean norm over all gradients; those above `limit` are scaled down to it (0: no limit).
double clip_gradients(std::span<const Slot> slots, double limit);

// The learning rate of step `step` of `steps`.
[[nodiscard]] double scheduled_rate(const ScheduleOptions& options, double base, std::uint64_t step,
                                    std::uint64_t steps);

}  // namespace mosaic::train
