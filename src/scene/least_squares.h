// Nonlinear least squares: finds the parameters with the smallest sum of squared residuals near where it
// begins. Hides the solver from the rest of the module. Pure function; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace vitrina::scene {

/// Writes the residuals at these parameters; false where there are none (outside what makes sense).
using Residuals = std::function<bool(std::span<const double> parameters, std::span<double> residuals)>;

struct Minimum {
    std::vector<double> parameters;
    double cost = 0;  // half the sum of squares
    bool found = false;
};

/// `begin` is refused (found = false) when `residuals` gives none there.
[[nodiscard]] Minimum minimize(const std::vector<double>& begin, std::size_t residual_count,
                               const Residuals& residuals);

}  // namespace vitrina::scene
