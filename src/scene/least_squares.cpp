#include "scene/least_squares.h"

#include <memory>
#include <utility>

#include <ceres/ceres.h>

namespace vitrina::scene {
namespace {

constexpr int kIterationsMax = 100;  // a fit takes 10 to 30

struct Functor {
    const Residuals* residuals;
    std::size_t parameter_count;
    std::size_t residual_count;

    // The library's name for it.
    bool operator()(double const* const* parameters, double* out) const {
        return (*residuals)({parameters[0], parameter_count}, {out, residual_count});
    }
};

}  // namespace

Minimum minimize(const std::vector<double>& begin, std::size_t residual_count, const Residuals& residuals) {
    Minimum result{begin, 0, false};
    std::vector<double> first(residual_count);
    if (!residuals(begin, first)) return result;
    auto cost = std::make_unique<ceres::DynamicNumericDiffCostFunction<Functor, ceres::CENTRAL>>(
        new Functor{&residuals, begin.size(), residual_count});
    cost->AddParameterBlock(static_cast<int>(begin.size()));
    cost->SetNumResiduals(static_cast<int>(residual_count));
    ceres::Problem problem;
    problem.AddResidualBlock(cost.release(), nullptr, result.parameters.data());
    ceres::Solver::Options options;
    options.linear_solver_type = ceres::DENSE_QR;
    options.max_num_iterations = kIterationsMax;
    options.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(options, &problem, &summary);
    result.cost = summary.final_cost;
    result.found = summary.IsSolutionUsable();
    return result;
}

}  // namespace vitrina::scene
