#include "train/ridge.h"

#include <cmath>

#include "train/kernel.h"

namespace mosaic::train {

namespace {

// The inverse of a symmetric positive matrix, in place, by Gauss and Jordan without exchanges. False:
// singular.
bool invert(std::vector<double>& a, std::size_t n) {
    for (std::size_t p = 0; p < n; ++p) {
        const double pivot = a[p * n + p];
        if (!(std::abs(pivot) > 1e-14)) return false;
        double* top = &a[p * n];
        top[p] = 1.0;
        for (std::size_t j = 0; j < n; ++j)
            top[j] /= pivot;
        const auto rows = static_cast<std::int64_t>(n);
        const auto least = static_cast<std::int64_t>(kElementsPerThread / static_cast<std::int64_t>(n) + 1);
        parallel_for(rows, least, [&](std::int64_t begin, std::int64_t end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
                if (i == p) continue;
                double* row = &a[i * n];
                const double factor = row[p];
                row[p] = 0.0;
                for (std::size_t j = 0; j < n; ++j)
                    row[j] -= factor * top[j];
            }
        });
    }
    return true;
}

}  // namespace

Result<Ridge> Ridge::fit(const Rows& rows, std::span<const std::int32_t> labels, std::size_t classes,
                         double strength) {
    Ridge ridge;
    const std::size_t n = rows.count();
    if (n > kRowsMax) return failure("ridge regression of " + std::to_string(n) + " examples");
    ridge.count_ = n;
    ridge.classes_ = classes;
    std::vector<float> products(n * n);
    const auto size = static_cast<std::int64_t>(n);
    multiply({false, true, false, size, size, static_cast<std::int64_t>(rows.width)}, rows.elements.data(),
             rows.elements.data(), products.data());
    ridge.inverse_.assign(products.begin(), products.end());
    for (std::size_t i = 0; i < n; ++i)
        ridge.inverse_[i * n + i] += strength;
    if (!invert(ridge.inverse_, n)) return failure("the examples are all the same");
    // Of many classes each is rare: its examples weigh as much as all others together would by chance.
    ridge.targets_.assign(n * classes, -1.0 / static_cast<double>(classes));
    for (std::size_t i = 0; i < n; ++i)
        ridge.targets_[i * classes + static_cast<std::size_t>(labels[i])] += 1.0;
    ridge.dual_.assign(n * classes, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < n; ++k) {
            const double factor = ridge.inverse_[i * n + k];
            for (std::size_t c = 0; c < classes; ++c)
                ridge.dual_[i * classes + c] += factor * ridge.targets_[k * classes + c];
        }
    }
    return ridge;
}

Rows Ridge::weights(const Rows& rows) const {
    Rows weights{rows.width, std::vector<float>(classes_ * rows.width)};
    const std::vector<float> dual(dual_.begin(), dual_.end());
    multiply({true, false, false, static_cast<std::int64_t>(classes_), static_cast<std::int64_t>(rows.width),
              static_cast<std::int64_t>(count_)},
             dual.data(), rows.elements.data(), weights.elements.data());
    return weights;
}

std::vector<double> Ridge::without(std::span<const std::size_t> group) const {
    const std::size_t g = group.size();
    std::vector<double> block(g * g);
    for (std::size_t i = 0; i < g; ++i) {
        for (std::size_t k = 0; k < g; ++k)
            block[i * g + k] = inverse_[group[i] * count_ + group[k]];
    }
    std::vector<double> scores(g * classes_);
    if (!invert(block, g)) return scores;
    for (std::size_t i = 0; i < g; ++i) {
        for (std::size_t c = 0; c < classes_; ++c) {
            double residual = 0.0;
            for (std::size_t k = 0; k < g; ++k)
                residual += block[i * g + k] * dual_[group[k] * classes_ + c];
            scores[i * classes_ + c] = targets_[group[i] * classes_ + c] - residual;
        }
    }
    return scores;
}

}  // namespace mosaic::train
