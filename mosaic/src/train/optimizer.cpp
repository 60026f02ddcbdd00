#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "train/kernel.h"

namespace mosaic::train {

double clip_gradients(std::span<const Slot> slots, double limit) {
    double squares = 0.0;
    for (const Slot& slot : slots) {
        for (const float slope : slot.gradient)
            squares += static_cast<double>(slope) * slope;
    }
    const double norm = std::sqrt(squares);
    if (limit <= 0.0 || norm <= limit || !std::isfinite(norm)) return norm;
    const auto factor = static_cast<float>(limit / norm);
    for (const Slot& slot : slots) {
        for (float& slope : slot.gradient)
            slope *= factor;
    }
    return norm;
}

double scheduled_rate(const ScheduleOptions& options, double base, std::uint64_t step, std::uint64_t steps) {
    const auto all = static_cast<double>(std::max<std::uint64_t>(steps, 1));
    const double warm = options.warm_up * all;
    const auto at = static_cast<double>(step);
    if (at < warm) return base * (at + 1.0) / (warm + 1.0);
    const double progress = std::min((at - warm) / std::max(all - warm, 1.0), 1.0);
    constexpr double kPi = 3.141592653589793;
    switch (options.kind) {
        case ScheduleKind::kConstant:
            return base;
        case ScheduleKind::kCosine:
            return base * (options.floor + (1.0 - options.floor) * 0.5 * (1.0 + std::cos(kPi * progress)));
        case ScheduleKind::kStep:
            return base * std::pow(options.step_factor, std::floor(progress * options.step_count));
    }
    return base;
}

void Optimizer::step(std::span<const Slot> slots, double learning_rate) {
    clip_gradients(slots, options_.clip_norm);
    const bool two = options_.kind != OptimizerKind::kSgd;
    const std::size_t each = two ? 2 : 1;
    if (moments_.size() != slots.size() * each) {
        moments_.clear();
        moments_.reserve(slots.size() * each);
        for (const Slot& slot : slots) {
            for (std::size_t i = 0; i < each; ++i)
                moments_.emplace_back(slot.value.size());
        }
    }
    ++steps_;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const double rate = learning_rate * slots[i].rate_factor;
        if (two) {
            adam(slots[i], moments_[2 * i], moments_[2 * i + 1], rate);
        } else {
            momentum(slots[i], moments_[i], rate);
        }
    }
}

// Kingma, Ba: Adam (2015), algorithm 1; Loshchilov, Hutter: Decoupled weight decay (2019) for AdamW.
void Optimizer::adam(const Slot& slot, std::span<float> first, std::span<float> second, double rate) const {
    const auto beta1 = static_cast<float>(options_.momentum);
    const auto beta2 = static_cast<float>(options_.beta2);
    const auto steps = static_cast<double>(steps_);
    const double correction1 = 1.0 - std::pow(options_.momentum, steps);
    const double correction2 = std::sqrt(1.0 - std::pow(options_.beta2, steps));
    const auto size = static_cast<float>(rate / correction1);
    const auto root = static_cast<float>(correction2);
    const float decay = slot.decays ? static_cast<float>(options_.weight_decay) : 0.0F;
    const bool decoupled = options_.kind == OptimizerKind::kAdamW;
    const float shrink = decoupled ? 1.0F - static_cast<float>(rate) * decay : 1.0F;
    const float added = decoupled ? 0.0F : decay;
    const auto epsilon = static_cast<float>(options_.epsilon);
    const auto count = static_cast<std::int64_t>(slot.value.size());
    parallel_for(count, kElementsPerThread, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            const float slope = slot.gradient[i] + added * slot.value[i];
            first[i] = beta1 * first[i] + (1.0F - beta1) * slope;
            second[i] = beta2 * second[i] + (1.0F - beta2) * slope * slope;
            slot.value[i] =
                slot.value[i] * shrink - size * first[i] / (std::sqrt(second[i]) / root + epsilon);
        }
    });
}

// As PyTorch: the first velocity is the gradient; Nesterov's look ahead if asked for.
void Optimizer::momentum(const Slot& slot, std::span<float> velocity, double rate) const {
    const auto kept = static_cast<float>(options_.momentum);
    const float decay = slot.decays ? static_cast<float>(options_.weight_decay) : 0.0F;
    const auto size = static_cast<float>(rate);
    const bool nesterov = options_.nesterov;
    const auto count = static_cast<std::int64_t>(slot.value.size());
    parallel_for(count, kElementsPerThread, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            const float slope = slot.gradient[i] + decay * slot.value[i];
            velocity[i] = kept * velocity[i] + slope;
            slot.value[i] -= size * (nesterov ? slope + kept * velocity[i] : velocity[i]);
        }
    });
}

}  // namespace mosaic::train
