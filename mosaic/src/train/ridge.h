// Ridge regression onto classes: a linear classifier with a closed solution, whose answer to each picture,
// had it not been among the examples, is closed too (Rifkin, Lippert: Notes on regularized least squares,
// 2007; for groups of rows: a block of the inverse). With a few examples a class it is as good as anything,
// and takes milliseconds. What is solved is as large as the examples are many or wide, whichever is less.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "mosaic/error.h"

namespace mosaic::train {

// Rows of the same width, one after another.
struct Rows {
    std::size_t width = 0;
    std::vector<float> elements;

    [[nodiscard]] std::size_t count() const { return width == 0 ? 0 : elements.size() / width; }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return std::span(elements).subspan(i * width, width);
    }
    [[nodiscard]] std::span<float> row(std::size_t i) {
        return std::span(elements).subspan(i * width, width);
    }
};

class Ridge {
  public:
    // Whether memory and patience allow it: the time grows with the cube of the lesser of both.
    [[nodiscard]] static bool can_fit(std::size_t rows, std::size_t width) {
        return std::min(rows, width) <= kSideMax;
    }
    // `labels` below `classes`, one for each row. Errors: see can_fit().
    [[nodiscard]] static Result<Ridge> fit(const Rows& rows, std::span<const std::int32_t> labels,
                                           std::size_t classes, double strength);

    // [classes, width]: the score of a class is the product of its row with the example. `rows`: those that
    // were fitted, here and below.
    [[nodiscard]] Rows weights(const Rows& rows) const;
    // Scores of the rows of a group, had the group not been among the examples: [rows of the group, classes].
    [[nodiscard]] std::vector<double> without(const Rows& rows, std::span<const std::size_t> group) const;

    static constexpr std::size_t kSideMax = 2500;

  private:
    Result<void> fit_examples(const Rows& rows);
    Result<void> fit_features(const Rows& rows);
    // Of the inverse of the products of rows: what the group's have in common.
    [[nodiscard]] std::vector<double> block_of(const Rows& rows, std::span<const std::size_t> group) const;
    [[nodiscard]] std::vector<double> learn_without(const Rows& rows,
                                                    std::span<const std::size_t> group) const;

    std::size_t count_ = 0, classes_ = 0;
    double strength_ = 0.0;
    std::vector<std::int32_t> labels_;
    std::vector<double> targets_;  // [rows, classes]
    std::vector<double> dual_;     // [rows, classes]: what each row adds to the weights
    // Of the products of rows, or with many more rows than features of those of features.
    std::vector<double> inverse_;
    // With many more rows than features only.
    std::vector<double> weights_;  // [width, classes]
    std::vector<float> turned_;    // [rows, width]: rows times the inverse
};

}  // namespace mosaic::train
