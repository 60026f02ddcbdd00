// Ridge regression onto classes: a linear classifier with a closed solution, whose answer to each picture,
// had it not been among the examples, is closed too (Rifkin, Lippert: Notes on regularized least squares,
// 2007; for groups of rows: a block of the inverse). With a few examples a class it is as good as anything,
// and takes milliseconds.
#pragma once

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
    // `labels` below `classes`, one for each row. Errors: more rows than memory and patience allow.
    [[nodiscard]] static Result<Ridge> fit(const Rows& rows, std::span<const std::int32_t> labels,
                                           std::size_t classes, double strength);

    // [classes, width]: the score of a class is the product of its row with the example.
    [[nodiscard]] Rows weights(const Rows& rows) const;
    // Scores of the rows of a group, had the group not been among the examples: [rows of the group, classes].
    [[nodiscard]] std::vector<double> without(std::span<const std::size_t> group) const;

    // Rows that the solution takes at most: its time grows with the cube.
    static constexpr std::size_t kRowsMax = 2500;

  private:
    std::size_t count_ = 0, classes_ = 0;
    std::vector<double> inverse_;  // [rows, rows]
    std::vector<double> dual_;     // [rows, classes]
    std::vector<double> targets_;  // [rows, classes]
};

}  // namespace mosaic::train
