// Figures of small cases that can be worked out by hand, and the closed form of leaving examples out.
#include "mosaic/evaluation.h"

#include <cmath>

#include <gtest/gtest.h>

#include "train/random.h"
#include "train/ridge.h"

namespace mosaic::train {
namespace {

TEST(Evaluations, OfFourPictures) {
    const std::vector<std::vector<float>> probabilities = {
        {0.9F, 0.1F}, {0.6F, 0.4F}, {0.7F, 0.3F}, {0.2F, 0.8F}};
    const std::vector<std::int32_t> labels = {0, 0, 1, 1};
    const Evaluation e = evaluate(probabilities, labels, {"a", "b"});
    EXPECT_DOUBLE_EQ(e.accuracy, 0.75);
    EXPECT_DOUBLE_EQ(e.balanced_accuracy, 0.75);
    EXPECT_LT(e.accuracy_95.low, 0.75);
    EXPECT_GT(e.accuracy_95.high, 0.75);
    EXPECT_DOUBLE_EQ(e.classes[0].recall, 1.0);
    EXPECT_NEAR(e.classes[0].precision, 2.0 / 3.0, 1e-9);
    EXPECT_EQ(e.confusion[1][0], 1U);
    // Of the four pairs of an a and a b, three are in the right order.
    EXPECT_NEAR(e.classes[0].roc_area, 0.75, 1e-9);
    EXPECT_NEAR(e.classes[0].average_precision, 0.5 + 0.5 * 2.0 / 3.0, 1e-9);
    EXPECT_NEAR(e.loss, -(std::log(0.9) + std::log(0.6) + std::log(0.3) + std::log(0.8)) / 4.0, 1e-6);
    ASSERT_EQ(e.most_confused.size(), 1U);
    EXPECT_EQ(e.most_confused[0], 2U);
    EXPECT_EQ(e.least_certain[0], 1U);
}

TEST(Evaluations, TemperatureMendsTooMuchCertainty) {
    // Right three times in four, and said with 0.99.
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
    for (int i = 0; i < 40; ++i) {
        probabilities.push_back({0.99F, 0.01F});
        labels.push_back(i % 4 == 0 ? 1 : 0);
    }
    const Evaluation e = evaluate(probabilities, labels, {"a", "b"});
    EXPECT_NEAR(e.calibration_error, 0.24, 1e-3);
    EXPECT_GT(e.best_temperature, 2.0);
    EXPECT_LT(e.calibration_error_scaled, 0.03);
}

TEST(RidgeRegression, LeavingOutIsAsIfTheGroupHadNeverBeenThere) {
    Random random(3);
    Rows rows{6, {}};
    std::vector<std::int32_t> labels;
    for (int i = 0; i < 12; ++i) {
        labels.push_back(i % 3);
        for (int k = 0; k < 6; ++k)
            rows.elements.push_back(static_cast<float>(random.normal() + (k == i % 3 ? 2.0 : 0.0)));
    }
    const auto ridge = Ridge::fit(rows, labels, 3, 0.5);
    ASSERT_TRUE(ridge);
    const std::vector<std::size_t> group = {2, 7};
    const auto scores = ridge->without(group);
    Rows rest{6, {}};
    std::vector<std::int32_t> rest_labels;
    for (std::size_t i = 0; i < 12; ++i) {
        if (i == 2 || i == 7) continue;
        rest.elements.insert(rest.elements.end(), rows.row(i).begin(), rows.row(i).end());
        rest_labels.push_back(labels[i]);
    }
    const auto smaller = Ridge::fit(rest, rest_labels, 3, 0.5);
    ASSERT_TRUE(smaller);
    const Rows weights = smaller->weights(rest);
    for (std::size_t i = 0; i < group.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            double expected = 0.0;
            for (std::size_t k = 0; k < 6; ++k)
                expected += static_cast<double>(weights.row(c)[k]) * rows.row(group[i])[k];
            EXPECT_NEAR(scores[i * 3 + c], expected, 1e-4);
        }
    }
}

}  // namespace
}  // namespace mosaic::train
