// How often which numbers occur, and the range that is worth keeping of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mosaic/calibration.h"

namespace mosaic::quantize {

class Histogram {
  public:
    static constexpr std::size_t kBins = 4096;

    // Numbers that aren't finite don't count.
    void add(std::span<const float> values);
    // {0, 0} if nothing was added.
    [[nodiscard]] Calibration::Range range(const CalibrationOptions& how) const;

  private:
    void grow(float magnitude);
    [[nodiscard]] Calibration::Range percentile(double percent) const;
    // Of cuts of both sides to the same share of the full range, the one that loses least.
    template <typename Loss>
    [[nodiscard]] Calibration::Range best_cut(Loss loss) const;
    [[nodiscard]] double squared_error(const Calibration::Range& range) const;
    [[nodiscard]] double divergence(const Calibration::Range& range) const;
    // The bin's lower edge.
    [[nodiscard]] float edge(std::size_t bin) const;

    // Bins cover [-reach, reach]; twice as much whenever a number lies outside.
    float reach_ = 0;
    std::vector<std::uint64_t> bins_;
    std::uint64_t count_ = 0;
    float low_ = 0, high_ = 0;
};

}  // namespace mosaic::quantize
