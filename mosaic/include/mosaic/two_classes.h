// Whether an example is of one of two classes, learnt from its features in milliseconds: a head on features
// that some network gave, linear or with a kernel, with honest probabilities from a few examples. Examples
// that show the same thing (several looks at one person) are a group: they are left out together, and count
// as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <mosaic/error.h>

namespace mosaic::train {

/// Rows of features, one after another, `width` numbers each.
struct TwoClassExamples {
    std::size_t width = 0;
    std::vector<float> features;
    std::vector<std::uint8_t> positive;  // 1 or 0, by row; the same for all rows of a group
    std::vector<std::int32_t> group;     // by row
};

struct TwoClassOptions {
    /// How strongly weights are held back, tried one after another; the one with the best probabilities for
    /// groups that were left out is taken. In squared lengths of an average example.
    std::vector<double> strengths = {0.03, 0.1, 0.3, 1.0, 3.0};
    /// How alike two examples are: their product (0), or exp(-sharpness * squared distance), in squared
    /// lengths of an average example, which knows classes that look like several things. Tried with each
    /// strength.
    std::vector<double> sharpnesses = {0.0, 0.25, 0.5, 1.0};
};

/// What a group would have been told, had it not been among the examples.
struct LeftOut {
    std::int32_t group = 0;
    bool positive = false;
    double score = 0;        // mean of its rows'
    double probability = 0;  // of being positive
};

class TwoClassHead {
  public:
    /// Time grows with the cube of the rows.
    static constexpr std::size_t kRowsMax = 2000;

    /// Groups of both classes weigh the same, whatever their numbers. Errors: fewer than two groups of a
    /// class, rows of different widths, numbers that are none, more than kRowsMax rows.
    [[nodiscard]] static Result<TwoClassHead> fit(const TwoClassExamples& examples,
                                                  const TwoClassOptions& options = {});

    /// Above 0: rather positive. `features` has the examples' width. Costs as much as comparing them with
    /// each example, unless products of examples did best.
    [[nodiscard]] double score(std::span<const float> features) const;
    /// Of being positive, from the mean score of `looks` looks: one look says less than several.
    [[nodiscard]] double probability(double mean_score, std::size_t looks) const;

    /// By group, in the order in which groups first come.
    [[nodiscard]] const std::vector<LeftOut>& left_out() const { return left_out_; }
    [[nodiscard]] double strength() const { return strength_; }
    /// 0: a linear head.
    [[nodiscard]] double sharpness() const { return sharpness_; }
    [[nodiscard]] std::size_t width() const { return centre_.size(); }

  private:
    /// Logistic: probability = 1 / (1 + exp(-(slope * score + offset))).
    struct Calibration {
        double slope = 1;
        double offset = 0;
    };

    std::vector<float> centre_;
    double length_ = 1;           // of an average example
    std::vector<float> weights_;  // of a linear head
    std::vector<float> rows_;     // else the examples, centred and in lengths of an average one
    std::vector<double> dual_;    // and what each says
    double offset_ = 0;
    double strength_ = 0;
    double sharpness_ = 0;
    Calibration of_one_;      // look
    Calibration of_several_;  // looks
    std::vector<LeftOut> left_out_;
};

}  // namespace mosaic::train
