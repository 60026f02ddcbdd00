#include "quantize/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mosaic::quantize {

void Histogram::grow(float magnitude) {
    constexpr float kSmallest = 1e-6F;
    if (bins_.empty()) {
        bins_.assign(kBins, 0);
        reach_ = kSmallest;
    }
    constexpr std::size_t kHalf = kBins / 2;
    while (magnitude > reach_) {
        std::vector<std::uint64_t> wider(kBins, 0);
        for (std::size_t bin = 0; bin < kBins; ++bin)
            wider[kHalf / 2 + bin / 2] += bins_[bin];
        bins_ = std::move(wider);
        reach_ *= 2;
    }
}

void Histogram::add(std::span<const float> values) {
    float low = 0, high = 0;
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    low_ = std::min(low_, low);
    high_ = std::max(high_, high);
    constexpr float kLargest = std::numeric_limits<float>::max() / 4;
    grow(std::min(std::max(-low, high), kLargest));
    const float per_unit = static_cast<float>(kBins) / (2 * reach_);
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        const float position = std::clamp((value + reach_) * per_unit, 0.0F, static_cast<float>(kBins - 1));
        ++bins_[static_cast<std::size_t>(position)];
        ++count_;
    }
}

float Histogram::edge(std::size_t bin) const {
    return reach_ * (2 * static_cast<float>(bin) / static_cast<float>(kBins) - 1);
}

Calibration::Range Histogram::percentile(double percent) const {
    const double dropped = static_cast<double>(count_) * (100 - percent) / 100;
    Calibration::Range range{low_, high_};
    double left_out = 0;
    for (std::size_t bin = 0; bin < kBins && edge(bin) < 0; ++bin) {
        left_out += static_cast<double>(bins_[bin]);
        if (left_out > dropped / 2) {
            range.low = std::max(low_, edge(bin));
            break;
        }
    }
    left_out = 0;
    for (std::size_t bin = kBins; bin-- > 0 && edge(bin + 1) > 0;) {
        left_out += static_cast<double>(bins_[bin]);
        if (left_out > dropped / 2) {
            range.high = std::min(high_, edge(bin + 1));
            break;
        }
    }
    return range;
}

template <typename Loss>
Calibration::Range Histogram::best_cut(Loss loss) const {
    constexpr int kSteps = 64;
    constexpr float kSmallestShare = 0.3F;
    Calibration::Range best{low_, high_};
    double best_loss = std::numeric_limits<double>::infinity();
    for (int step = 0; step <= kSteps; ++step) {
        const float share =
            kSmallestShare + (1 - kSmallestShare) * static_cast<float>(step) / static_cast<float>(kSteps);
        const Calibration::Range range{low_ * share, high_ * share};
        const double lost = loss(range);
        if (lost <= best_loss) {
            best_loss = lost;
            best = range;
        }
    }
    return best;
}

// What is cut off and what rounding to bytes does.
double Histogram::squared_error(const Calibration::Range& range) const {
    constexpr double kLevels = 255;
    const double width = (static_cast<double>(range.high) - static_cast<double>(range.low)) / kLevels;
    double loss = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        if (bins_[bin] == 0) continue;
        const double middle = 0.5 * (static_cast<double>(edge(bin)) + static_cast<double>(edge(bin + 1)));
        const double over = std::max(middle - static_cast<double>(range.high), 0.0) +
                            std::max(static_cast<double>(range.low) - middle, 0.0);
        loss += static_cast<double>(bins_[bin]) * (over > 0 ? over * over : width * width / 12);
    }
    return loss;
}

// Kullback and Leibler's, of the numbers clipped to the range from what they are as bytes: each of the levels
// spreads its numbers evenly over the bins that it covers and that aren't empty.
double Histogram::divergence(const Calibration::Range& range) const {
    constexpr std::size_t kLevels = 256;
    struct Level {
        double clipped = 0, inside = 0;
        std::size_t used = 0;
    };
    const float width =
        std::max((range.high - range.low) / static_cast<float>(kLevels), std::numeric_limits<float>::min());
    const auto level_of = [&](std::size_t bin) {
        const float middle = 0.5F * (edge(bin) + edge(bin + 1));
        const float position =
            std::clamp((middle - range.low) / width, 0.0F, static_cast<float>(kLevels - 1));
        return static_cast<std::size_t>(position);
    };
    std::vector<Level> levels(kLevels);
    double inside = 0;
    const auto within = [&](std::size_t bin) { return edge(bin + 1) > range.low && edge(bin) < range.high; };
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        if (bins_[bin] == 0) continue;
        Level& level = levels[level_of(bin)];
        level.clipped += static_cast<double>(bins_[bin]);
        if (!within(bin)) continue;
        level.inside += static_cast<double>(bins_[bin]);
        inside += static_cast<double>(bins_[bin]);
        ++level.used;
    }
    if (inside == 0) return std::numeric_limits<double>::infinity();
    double loss = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        if (bins_[bin] == 0 || !within(bin)) continue;
        const Level& level = levels[level_of(bin)];
        // What was cut off counts for the outermost levels, spread as they are.
        const double p =
            static_cast<double>(bins_[bin]) * level.clipped / level.inside / static_cast<double>(count_);
        const double q = level.inside / static_cast<double>(level.used) / inside;
        loss += p * std::log(p / q);
    }
    return loss;
}

Calibration::Range Histogram::range(const CalibrationOptions& how) const {
    if (count_ == 0) return {};
    switch (how.method) {
        case RangeMethod::kLargest:
            return {low_, high_};
        case RangeMethod::kPercentile:
            return percentile(how.percentile);
        case RangeMethod::kEntropy:
            return best_cut([&](const Calibration::Range& range) { return divergence(range); });
        case RangeMethod::kLeastError:
            return best_cut([&](const Calibration::Range& range) { return squared_error(range); });
    }
    return {low_, high_};
}

}  // namespace mosaic::quantize
