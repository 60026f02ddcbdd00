#include "train/ridge.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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

// The products of features over all rows. Sums of floats over few rows at a time: over thousands, what is
// left out would be as large as the strength.
std::vector<double> products_of_features(const Rows& rows) {
    constexpr std::size_t kRowsAtOnce = 256;
    const std::size_t w = rows.width;
    std::vector<double> sum(w * w);
    std::vector<float> part(w * w);
    const auto size = static_cast<std::int64_t>(w);
    for (std::size_t first = 0; first < rows.count(); first += kRowsAtOnce) {
        const std::size_t count = std::min(kRowsAtOnce, rows.count() - first);
        const float* begin = rows.elements.data() + first * w;
        multiply({true, false, false, size, size, static_cast<std::int64_t>(count)}, begin, begin,
                 part.data());
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += static_cast<double>(part[i]);
    }
    return sum;
}

// c[m,n] += a[m,k] b[k,n].
template <typename A, typename B>
void add_product(std::size_t m, std::size_t n, std::size_t k, const A* a, const B* b, double* c) {
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t p = 0; p < k; ++p) {
            const auto factor = static_cast<double>(a[i * k + p]);
            for (std::size_t j = 0; j < n; ++j)
                c[i * n + j] += factor * static_cast<double>(b[p * n + j]);
        }
    }
}

}  // namespace

Result<Ridge> Ridge::fit(const Rows& rows, std::span<const std::int32_t> labels, std::size_t classes,
                         double strength) {
    const std::size_t n = rows.count();
    if (!can_fit(n, rows.width)) {
        return failure(std::to_string(n) + " examples of " + std::to_string(rows.width) +
                       " features; one of the two can be " + std::to_string(kSideMax) + " at most");
    }
    Ridge ridge;
    ridge.count_ = n;
    ridge.classes_ = classes;
    ridge.strength_ = strength;
    ridge.labels_.assign(labels.begin(), labels.end());
    // Of many classes each is rare: its examples weigh as much as all others together would by chance.
    ridge.targets_.assign(n * classes, -1.0 / static_cast<double>(classes));
    for (std::size_t i = 0; i < n; ++i)
        ridge.targets_[i * classes + static_cast<std::size_t>(labels[i])] += 1.0;
    // With hardly more rows than features each row is told nearly what it tells itself, and what is left
    // without it is a difference of near equals, too small for floats.
    if (n > kSideMax || n > 2 * rows.width) {
        MOSAIC_TRY(ridge.fit_features(rows));
    } else {
        MOSAIC_TRY(ridge.fit_examples(rows));
    }
    return ridge;
}

Result<void> Ridge::fit_examples(const Rows& rows) {
    const std::size_t n = count_;
    std::vector<float> products(n * n);
    const auto size = static_cast<std::int64_t>(n);
    multiply({false, true, false, size, size, static_cast<std::int64_t>(rows.width)}, rows.elements.data(),
             rows.elements.data(), products.data());
    inverse_.assign(products.begin(), products.end());
    for (std::size_t i = 0; i < n; ++i)
        inverse_[i * n + i] += strength_;
    if (!invert(inverse_, n)) return failure("the examples are all the same");
    dual_.assign(n * classes_, 0.0);
    add_product(n, classes_, n, inverse_.data(), targets_.data(), dual_.data());
    return {};
}

// The same numbers the other way round: (X X^T + s)^-1 = (1 - X (X^T X + s)^-1 X^T) / s.
Result<void> Ridge::fit_features(const Rows& rows) {
    const std::size_t n = count_;
    const std::size_t w = rows.width;
    inverse_ = products_of_features(rows);
    for (std::size_t i = 0; i < w; ++i)
        inverse_[i * w + i] += strength_;
    if (!invert(inverse_, w)) return failure("the examples are all the same");
    std::vector<double> wanted(w * classes_);
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = rows.row(i);
        add_product(w, classes_, 1, row.data(), &targets_[i * classes_], wanted.data());
    }
    weights_.assign(w * classes_, 0.0);
    add_product(w, classes_, w, inverse_.data(), wanted.data(), weights_.data());
    std::vector<double> scores(n * classes_);
    add_product(n, classes_, w, rows.elements.data(), weights_.data(), scores.data());
    dual_.resize(n * classes_);
    for (std::size_t i = 0; i < dual_.size(); ++i)
        dual_[i] = (targets_[i] - scores[i]) / strength_;
    const std::vector<float> inverse(inverse_.begin(), inverse_.end());
    turned_.resize(n * w);
    const auto width = static_cast<std::int64_t>(w);
    multiply({false, false, false, static_cast<std::int64_t>(n), width, width}, rows.elements.data(),
             inverse.data(), turned_.data());
    return {};
}

Rows Ridge::weights(const Rows& rows) const {
    Rows weights{rows.width, std::vector<float>(classes_ * rows.width)};
    if (!weights_.empty()) {
        for (std::size_t k = 0; k < rows.width; ++k) {
            for (std::size_t c = 0; c < classes_; ++c)
                weights.row(c)[k] = static_cast<float>(weights_[k * classes_ + c]);
        }
        return weights;
    }
    const std::vector<float> dual(dual_.begin(), dual_.end());
    multiply({true, false, false, static_cast<std::int64_t>(classes_), static_cast<std::int64_t>(rows.width),
              static_cast<std::int64_t>(count_)},
             dual.data(), rows.elements.data(), weights.elements.data());
    return weights;
}

std::vector<double> Ridge::block_of(const Rows& rows, std::span<const std::size_t> group) const {
    const std::size_t g = group.size();
    std::vector<double> block(g * g);
    for (std::size_t i = 0; i < g; ++i) {
        for (std::size_t k = 0; k < g; ++k) {
            if (turned_.empty()) {
                block[i * g + k] = inverse_[group[i] * count_ + group[k]];
                continue;
            }
            const float* turned = &turned_[group[i] * rows.width];
            const auto row = rows.row(group[k]);
            const double common = std::inner_product(row.begin(), row.end(), turned, 0.0);
            block[i * g + k] = ((i == k ? 1.0 : 0.0) - common) / strength_;
        }
    }
    return block;
}

std::vector<double> Ridge::without(const Rows& rows, std::span<const std::size_t> group) const {
    const std::size_t g = group.size();
    // A block that is larger than what was solved is no short cut.
    if (g > rows.width) return learn_without(rows, group);
    std::vector<double> block = block_of(rows, group);
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

std::vector<double> Ridge::learn_without(const Rows& rows, std::span<const std::size_t> group) const {
    std::vector<bool> left_out(count_);
    for (const std::size_t i : group)
        left_out[i] = true;
    Rows others{rows.width, {}};
    std::vector<std::int32_t> labels;
    for (std::size_t i = 0; i < count_; ++i) {
        if (left_out[i]) continue;
        const auto row = rows.row(i);
        others.elements.insert(others.elements.end(), row.begin(), row.end());
        labels.push_back(labels_[i]);
    }
    std::vector<double> scores(group.size() * classes_);
    if (labels.empty()) return scores;
    const auto ridge = fit(others, labels, classes_, strength_);
    if (!ridge) return scores;
    const Rows weights = ridge->weights(others);
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto row = rows.row(group[i]);
        for (std::size_t c = 0; c < classes_; ++c) {
            const auto factors = weights.row(c);
            scores[i * classes_ + c] = std::inner_product(row.begin(), row.end(), factors.begin(), 0.0);
        }
    }
    return scores;
}

}  // namespace mosaic::train
