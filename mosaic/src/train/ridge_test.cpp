// Closed forms against what they stand for: learning again without what is left out.
#include "train/ridge.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "train/left_out.h"
#include "train/random.h"

namespace mosaic::train {
namespace {

constexpr std::size_t kClasses = 3;
constexpr double kStrength = 0.1;

struct Some {
    Rows rows;
    std::vector<std::int32_t> labels;
};

Some random_rows(std::size_t count, std::size_t width) {
    Some some{{width, {}}, {}};
    Random random(count * 100 + width);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k)
            some.rows.elements.push_back(static_cast<float>(random.uniform(-1.0, 1.0)));
        some.labels.push_back(static_cast<std::int32_t>(i % kClasses));
    }
    return some;
}

double score(const Rows& weights, std::size_t c, std::span<const float> row) {
    double sum = 0.0;
    for (std::size_t k = 0; k < row.size(); ++k)
        sum += static_cast<double>(weights.row(c)[k]) * static_cast<double>(row[k]);
    return sum;
}

// Where the slope of the squared error and of the regularisation is zero.
void expect_solution(const Some& some, const Rows& weights) {
    for (std::size_t c = 0; c < kClasses; ++c) {
        std::vector<double> slopes(some.rows.width);
        for (std::size_t k = 0; k < slopes.size(); ++k)
            slopes[k] = kStrength * static_cast<double>(weights.row(c)[k]);
        for (std::size_t i = 0; i < some.rows.count(); ++i) {
            const double target = (some.labels[i] == static_cast<std::int32_t>(c) ? 1.0 : 0.0) -
                                  1.0 / static_cast<double>(kClasses);
            const double residual = score(weights, c, some.rows.row(i)) - target;
            for (std::size_t k = 0; k < slopes.size(); ++k)
                slopes[k] += residual * static_cast<double>(some.rows.row(i)[k]);
        }
        for (const double slope : slopes)
            EXPECT_NEAR(slope, 0.0, 1e-5 * static_cast<double>(some.rows.count()));
    }
}

void expect_left_out(const Some& some, const Ridge& ridge, const std::vector<std::size_t>& group) {
    Some others{{some.rows.width, {}}, {}};
    for (std::size_t i = 0; i < some.rows.count(); ++i) {
        if (std::find(group.begin(), group.end(), i) != group.end()) continue;
        const auto row = some.rows.row(i);
        others.rows.elements.insert(others.rows.elements.end(), row.begin(), row.end());
        others.labels.push_back(some.labels[i]);
    }
    const auto again = Ridge::fit(others.rows, others.labels, kClasses, kStrength);
    ASSERT_TRUE(again);
    const Rows weights = again->weights(others.rows);
    const auto scores = ridge.without(some.rows, group);
    ASSERT_EQ(scores.size(), group.size() * kClasses);
    for (std::size_t i = 0; i < group.size(); ++i) {
        for (std::size_t c = 0; c < kClasses; ++c)
            EXPECT_NEAR(scores[i * kClasses + c], score(weights, c, some.rows.row(group[i])), 1e-3);
    }
}

// Fewer examples than features, more, and so few features that a group is larger.
TEST(Ridge, LeavesOutWhatItSays) {
    struct Case {
        std::size_t count, width;
    };
    for (const auto& [count, width] : {Case{12, 30}, Case{30, 12}, Case{40, 3}}) {
        SCOPED_TRACE(std::to_string(count) + " of " + std::to_string(width));
        const Some some = random_rows(count, width);
        const auto ridge = Ridge::fit(some.rows, some.labels, kClasses, kStrength);
        ASSERT_TRUE(ridge) << ridge.error().message;
        expect_solution(some, ridge->weights(some.rows));
        expect_left_out(some, *ridge, {0});
        expect_left_out(some, *ridge, {1, 7, 4, 10, 2});
    }
}

TEST(Ridge, TakesMoreExamplesThanItCouldCompareWithEachOther) {
    const Some some = random_rows(Ridge::kSideMax + 500, 5);
    const auto ridge = Ridge::fit(some.rows, some.labels, kClasses, kStrength);
    ASSERT_TRUE(ridge) << ridge.error().message;
    expect_solution(some, ridge->weights(some.rows));
    expect_left_out(some, *ridge, {3, 4});
    EXPECT_FALSE(Ridge::can_fit(Ridge::kSideMax + 1, Ridge::kSideMax + 1));
}

// Each view of a picture has something of another class, of a different one in each: looked at one by one,
// those of a class that isn't known are taken for that other one; the picture as a whole is like nothing.
TEST(LeftOut, AnUnknownClassIsRefusedAndAKnownOneAccepted) {
    constexpr std::size_t kKinds = 6;
    constexpr std::size_t kPictures = 3;
    constexpr std::size_t kViews = 2;
    Examples examples;
    examples.rows.width = kKinds + 1;
    for (std::size_t i = 0; i < kKinds * kPictures * kViews; ++i) {
        const std::size_t picture = i / kViews;
        const std::size_t kind = picture / kPictures;
        std::vector<double> row(kKinds + 1);
        row[kind] = 1.0;
        row[(kind + 1 + i % kViews) % kKinds] = 1.0;
        row[kKinds] = 0.1 * static_cast<double>(picture % kPictures);
        double squares = 0.0;
        for (const double number : row)
            squares += number * number;
        for (const double number : row)
            examples.rows.elements.push_back(static_cast<float>(number / std::sqrt(squares)));
        examples.picture.push_back(picture);
        examples.label.push_back(static_cast<std::int32_t>(kind));
    }
    const auto ridge = Ridge::fit(examples.rows, examples.label, kKinds, kStrength);
    ASSERT_TRUE(ridge);
    const LeftOutPictures left = leave_pictures_out(*ridge, examples.rows, examples, kKinds);
    const auto judged = judge_pictures(*ridge, examples.rows, examples, left, kKinds, 0.1);
    ASSERT_EQ(judged.size(), 2 * kKinds * kPictures);
    const NoneOfThese chosen = choose_threshold(judged);
    for (const Judged& one : judged)
        EXPECT_EQ(one.probability >= chosen.threshold, one.known) << one.picture;
    EXPECT_EQ(chosen.known_accepted, 1.0);
    EXPECT_EQ(chosen.unknown_refused, 1.0);
}

TEST(LeftOut, WhatIsSaidOfAThresholdComesOfOthersThanThoseThatChoseIt) {
    const NoneOfThese chosen = choose_threshold({{0.9, true, 0, 0},
                                                 {0.8, true, 1, 0},
                                                 {0.7, true, 2, 1},
                                                 {0.4, true, 3, 1},
                                                 {0.32, false, 0, 0},
                                                 {0.32, false, 1, 0},
                                                 {0.2, false, 2, 1},
                                                 {0.2, false, 3, 1}});
    EXPECT_NEAR(chosen.threshold, 0.36, 1e-9);  // parts all of them
    EXPECT_EQ(chosen.known_accepted, 0.75);     // without the fourth picture the limit would be 0.51
    EXPECT_EQ(chosen.unknown_refused, 0.5);     // without class 0 it would be 0.3
}

TEST(LeftOut, NothingIsRefusedWhereNothingCanBeToldApart) {
    // Of two classes with one left out the other one is certain.
    const NoneOfThese chosen =
        choose_threshold({{0.9, true, 0, 0}, {0.8, true, 1, 1}, {1.0, false, 0, 0}, {1.0, false, 1, 1}});
    EXPECT_EQ(chosen.threshold, 0.0);
    EXPECT_EQ(chosen.known_accepted, 1.0);
    EXPECT_EQ(chosen.unknown_refused, 0.0);
}

}  // namespace
}  // namespace mosaic::train
