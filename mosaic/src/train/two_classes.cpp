#include "mosaic/two_classes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace mosaic::train {
namespace {

/// Above it several looks are what the groups' means were.
constexpr std::size_t kSeveralLooks = 3;
constexpr int kCalibrationSteps = 50;

/// The lower triangular factor of a symmetric positive matrix, in place. False: it is not positive.
bool factor(std::vector<double>& a, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k <= i; ++k) {
            const double sum = std::inner_product(&a[i * n], &a[i * n] + k, &a[k * n], 0.0);
            const double rest = a[i * n + k] - sum;
            if (i != k) {
                a[i * n + k] = rest / a[k * n + k];
            } else if (rest > 1e-14) {
                a[i * n + i] = std::sqrt(rest);
            } else {
                return false;
            }
        }
    }
    return true;
}

/// Solves L L^T x = b, in place.
void solve(const std::vector<double>& lower, std::size_t n, std::span<double> x) {
    for (std::size_t i = 0; i < n; ++i)
        x[i] =
            (x[i] - std::inner_product(&lower[i * n], &lower[i * n] + i, x.begin(), 0.0)) / lower[i * n + i];
    for (std::size_t i = n; i-- > 0;) {
        x[i] /= lower[i * n + i];
        for (std::size_t k = 0; k < i; ++k)
            x[k] -= lower[i * n + k] * x[i];
    }
}

/// Examples as they are learnt from: centred, and what an average one is long.
struct Prepared {
    std::size_t count = 0;
    std::size_t width = 0;
    std::vector<double> rows;  // centred, in lengths of an average one
    std::vector<double> centre;
    double length = 1;
    std::vector<double> targets;  // +1, -1
    std::vector<double> weights;  // of rows; their mean is 1
    std::vector<std::vector<std::size_t>> groups;
};

double sign_of(const TwoClassExamples& examples, std::size_t row) {
    return examples.positive[row] != 0 ? 1.0 : -1.0;
}

Result<std::vector<std::vector<std::size_t>>> groups_of(const TwoClassExamples& examples) {
    std::map<std::int32_t, std::size_t> places;
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < examples.group.size(); ++i) {
        const auto [place, is_new] = places.try_emplace(examples.group[i], groups.size());
        if (is_new) groups.emplace_back();
        groups[place->second].push_back(i);
        if (examples.positive[i] != examples.positive[groups[place->second].front()])
            return failure("group " + std::to_string(examples.group[i]) + " is of both classes");
    }
    const auto positive =
        static_cast<std::size_t>(std::count_if(groups.begin(), groups.end(), [&](const auto& group) {
            return examples.positive[group.front()] != 0;
        }));
    if (positive < 2 || groups.size() - positive < 2)
        return failure("two groups of each class are needed to learn from; there are " +
                       std::to_string(positive) + " and " + std::to_string(groups.size() - positive));
    return groups;
}

void weigh(const TwoClassExamples& examples, Prepared& prepared) {
    std::array<double, 2> groups_of_class{};
    for (const auto& group : prepared.groups)
        groups_of_class.at(examples.positive[group.front()] != 0 ? 1 : 0) += 1;
    prepared.weights.assign(prepared.count, 0.0);
    for (const auto& group : prepared.groups) {
        const double share = static_cast<double>(prepared.count) /
                             (2 * groups_of_class.at(examples.positive[group.front()] != 0 ? 1 : 0));
        for (const std::size_t row : group)
            prepared.weights[row] = share / static_cast<double>(group.size());
    }
}

Result<Prepared> prepare(const TwoClassExamples& examples) {
    Prepared prepared;
    prepared.count = examples.positive.size();
    prepared.width = examples.width;
    if (examples.width == 0 || examples.group.size() != prepared.count ||
        examples.features.size() != prepared.count * examples.width)
        return failure("examples and their features are not equally many");
    if (prepared.count > TwoClassHead::kRowsMax)
        return failure(std::to_string(prepared.count) + " examples; at most " +
                       std::to_string(TwoClassHead::kRowsMax) + " can be learnt from");
    if (!std::all_of(examples.features.begin(), examples.features.end(),
                     [](float value) { return std::isfinite(value); }))
        return failure("a feature is not a number");
    MOSAIC_TRY_ASSIGN(prepared.groups, groups_of(examples));
    weigh(examples, prepared);
    prepared.centre.assign(prepared.width, 0.0);
    prepared.rows.assign(examples.features.begin(), examples.features.end());
    prepared.targets.reserve(prepared.count);
    for (std::size_t i = 0; i < prepared.count; ++i) {
        prepared.targets.push_back(sign_of(examples, i));
        for (std::size_t k = 0; k < prepared.width; ++k)
            prepared.centre[k] += prepared.weights[i] * prepared.rows[i * prepared.width + k] /
                                  static_cast<double>(prepared.count);
    }
    double squares = 0;
    for (std::size_t i = 0; i < prepared.rows.size(); ++i) {
        prepared.rows[i] -= prepared.centre[i % prepared.width];
        squares += prepared.rows[i] * prepared.rows[i];
    }
    prepared.length = std::sqrt(squares / static_cast<double>(prepared.count));
    if (!(prepared.length > 1e-9)) return failure("the examples are all the same");
    for (double& value : prepared.rows)
        value /= prepared.length;
    return prepared;
}

/// Products of all rows.
std::vector<double> products_of(const Prepared& prepared) {
    const std::size_t n = prepared.count;
    std::vector<double> products(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        const double* row = &prepared.rows[i * prepared.width];
        for (std::size_t k = 0; k <= i; ++k)
            products[i * n + k] = products[k * n + i] =
                std::inner_product(row, row + prepared.width, &prepared.rows[k * prepared.width], 0.0);
    }
    return products;
}

/// How alike rows are, from their products; one is added, which learns the offset.
std::vector<double> likeness_of(const std::vector<double>& products, std::size_t n, double sharpness) {
    std::vector<double> likeness(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k) {
            const double distance = products[i * n + i] + products[k * n + k] - 2 * products[i * n + k];
            likeness[i * n + k] =
                1 + (sharpness > 0 ? std::exp(-sharpness * std::max(0.0, distance)) : products[i * n + k]);
        }
    return likeness;
}

/// Weighted ridge regression in its dual form, and what each row would have got without its group (a block of
/// the inverse; Rifkin, Lippert: Notes on regularized least squares, 2007).
struct Solution {
    std::vector<double> dual;
    std::vector<double> left_out;  // scores, by row
};

std::optional<Solution> solve_for(const Prepared& prepared, const std::vector<double>& products,
                                  double strength) {
    const std::size_t n = prepared.count;
    std::vector<double> lower = products;
    for (std::size_t i = 0; i < n; ++i)
        lower[i * n + i] += strength / prepared.weights[i];
    if (!factor(lower, n)) return std::nullopt;
    Solution solution{prepared.targets, std::vector<double>(n)};
    solve(lower, n, solution.dual);
    std::vector<double> column(n);
    for (const auto& group : prepared.groups) {
        const std::size_t g = group.size();
        std::vector<double> block(g * g);
        std::vector<double> residual(g);
        for (std::size_t k = 0; k < g; ++k) {
            std::fill(column.begin(), column.end(), 0.0);
            column[group[k]] = 1;
            solve(lower, n, column);
            for (std::size_t i = 0; i < g; ++i)
                block[i * g + k] = column[group[i]];
            residual[k] = solution.dual[group[k]];
        }
        if (!factor(block, g)) return std::nullopt;
        solve(block, g, residual);
        for (std::size_t i = 0; i < g; ++i)
            solution.left_out[group[i]] = prepared.targets[group[i]] - residual[i];
    }
    return solution;
}

double logistic(double x) {
    return 1 / (1 + std::exp(-std::clamp(x, -30.0, 30.0)));
}

struct Scored {
    double score = 0;
    bool positive = false;
    double weight = 1;
};

/// Platt's probabilities: a logistic curve over scores, fitted by Newton's steps to targets that few examples
/// don't drive to 0 and 1 (Platt 1999; Lin, Lin, Weng 2007). Both classes weigh the same.
std::pair<double, double> calibrate(const std::vector<Scored>& scores) {
    std::array<double, 2> count{};
    for (const Scored& scored : scores)
        count.at(scored.positive ? 1 : 0) += scored.weight;
    const double high = (count[1] + 1) / (count[1] + 2);
    const double low = 1 / (count[0] + 2);
    const double all = count[0] + count[1];
    double slope = 1;
    double offset = 0;
    for (int step = 0; step < kCalibrationSteps; ++step) {
        // The slope is held to a prior of 2 with a spread of 2: scores are about -1 and 1.
        double d_slope = (slope - 2) / 4;
        double d_offset = 0;
        double ss = 0.25;
        double so = 0;
        double oo = 1e-6;
        for (const Scored& scored : scores) {
            const double weight = scored.weight * all / (2 * count.at(scored.positive ? 1 : 0));
            const double p = logistic(slope * scored.score + offset);
            const double error = weight * (p - (scored.positive ? high : low));
            const double curve = weight * std::max(p * (1 - p), 1e-9);
            d_slope += error * scored.score;
            d_offset += error;
            ss += curve * scored.score * scored.score;
            so += curve * scored.score;
            oo += curve;
        }
        const double determinant = ss * oo - so * so;
        if (!(determinant > 1e-12)) break;
        const double slope_step = (oo * d_slope - so * d_offset) / determinant;
        const double offset_step = (ss * d_offset - so * d_slope) / determinant;
        // A step of Newton's may go too far where the curve is flat.
        slope -= std::clamp(slope_step, -1.0, 1.0);
        offset -= std::clamp(offset_step, -1.0, 1.0);
        slope = std::max(slope, 0.1);
        if (std::abs(slope_step) + std::abs(offset_step) < 1e-9) break;
    }
    return {slope, offset};
}

std::vector<Scored> means_of(const Prepared& prepared, const Solution& solution) {
    std::vector<Scored> means;
    means.reserve(prepared.groups.size());
    for (const auto& group : prepared.groups) {
        double sum = 0;
        for (const std::size_t row : group)
            sum += solution.left_out[row];
        means.push_back({sum / static_cast<double>(group.size()), prepared.targets[group.front()] > 0});
    }
    return means;
}

/// Both classes weigh the same.
double loss_of(const std::vector<Scored>& scores, std::pair<double, double> calibration) {
    std::array<double, 2> sum{};
    std::array<double, 2> count{};
    for (const Scored& scored : scores) {
        const double p = logistic(calibration.first * scored.score + calibration.second);
        sum.at(scored.positive ? 1 : 0) -= std::log(scored.positive ? p : 1 - p);
        count.at(scored.positive ? 1 : 0) += 1;
    }
    return sum[0] / count[0] + sum[1] / count[1];
}

}  // namespace

Result<TwoClassHead> TwoClassHead::fit(const TwoClassExamples& examples, const TwoClassOptions& options) {
    MOSAIC_TRY_ASSIGN(const Prepared prepared, prepare(examples));
    const std::vector<double> products = products_of(prepared);
    TwoClassHead head;
    std::optional<Solution> best;
    double best_loss = std::numeric_limits<double>::infinity();
    for (const double sharpness : options.sharpnesses) {
        const std::vector<double> likeness = likeness_of(products, prepared.count, sharpness);
        for (const double strength : options.strengths) {
            auto solution = solve_for(prepared, likeness, strength);
            if (!solution) continue;
            const std::vector<Scored> means = means_of(prepared, *solution);
            const double loss = loss_of(means, calibrate(means));
            if (!(loss < best_loss)) continue;
            best_loss = loss;
            best = std::move(solution);
            head.strength_ = strength;
            head.sharpness_ = sharpness;
        }
    }
    if (!best) return failure("the examples can't be learnt from");

    head.centre_.assign(prepared.centre.begin(), prepared.centre.end());
    head.length_ = prepared.length;
    head.offset_ = std::accumulate(best->dual.begin(), best->dual.end(), 0.0);
    if (head.sharpness_ > 0) {
        head.rows_.assign(prepared.rows.begin(), prepared.rows.end());
        head.dual_ = best->dual;
    } else {
        std::vector<double> weights(prepared.width, 0.0);
        for (std::size_t i = 0; i < prepared.count; ++i)
            for (std::size_t k = 0; k < prepared.width; ++k)
                weights[k] += best->dual[i] * prepared.rows[i * prepared.width + k];
        head.weights_.assign(weights.begin(), weights.end());
    }

    const std::vector<Scored> means = means_of(prepared, *best);
    const auto several = calibrate(means);
    head.of_several_ = {several.first, several.second};
    std::vector<Scored> looks;
    looks.reserve(prepared.count);
    for (const auto& group : prepared.groups)
        for (const std::size_t row : group)
            looks.push_back(
                {best->left_out[row], prepared.targets[row] > 0, 1 / static_cast<double>(group.size())});
    const auto one = calibrate(looks);
    head.of_one_ = {one.first, one.second};
    head.left_out_.reserve(means.size());
    for (std::size_t i = 0; i < means.size(); ++i)
        head.left_out_.push_back({examples.group[prepared.groups[i].front()], means[i].positive,
                                  means[i].score,
                                  head.probability(means[i].score, prepared.groups[i].size())});
    return head;
}

double TwoClassHead::score(std::span<const float> features) const {
    const std::size_t width = centre_.size();
    if (features.size() != width) return 0;
    std::vector<float> row(width);
    for (std::size_t k = 0; k < width; ++k)
        row[k] = (features[k] - centre_[k]) / static_cast<float>(length_);
    if (sharpness_ <= 0) return offset_ + std::inner_product(row.begin(), row.end(), weights_.begin(), 0.0);
    double sum = offset_;
    for (std::size_t i = 0; i < dual_.size(); ++i) {
        const float* example = &rows_[i * width];
        float distance = 0;
        for (std::size_t k = 0; k < width; ++k)
            distance += (row[k] - example[k]) * (row[k] - example[k]);
        sum += dual_[i] * std::exp(-sharpness_ * static_cast<double>(distance));
    }
    return sum;
}

double TwoClassHead::probability(double mean_score, std::size_t looks) const {
    const double several =
        std::min(1.0, static_cast<double>(std::max<std::size_t>(looks, 1) - 1) / (kSeveralLooks - 1));
    const double one = of_one_.slope * mean_score + of_one_.offset;
    const double many = of_several_.slope * mean_score + of_several_.offset;
    return logistic((1 - several) * one + several * many);
}

}  // namespace mosaic::train
