#include "base/assignment.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

/// The greatest total gain, by trying everything.
double best_by_force(int row, int rows, std::vector<bool>& taken,
                     const std::map<std::pair<int, int>, double>& gain) {
    if (row == rows) return 0;
    double best = best_by_force(row + 1, rows, taken, gain);
    for (std::size_t column = 0; column < taken.size(); ++column) {
        const auto pair = gain.find({row, static_cast<int>(column)});
        if (taken[column] || pair == gain.end()) continue;
        taken[column] = true;
        best = std::max(best, pair->second + best_by_force(row + 1, rows, taken, gain));
        taken[column] = false;
    }
    return best;
}

TEST(Assignment, AgreesWithBruteForce) {
    std::mt19937 random(1);
    const auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
    for (int round = 0; round < 3000; ++round) {
        const int rows = below(7);
        const int columns = below(7);
        const unsigned density = 1 + below(10);
        std::map<std::pair<int, int>, double> gain;
        std::vector<Candidate> candidates;
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column)
                if (random() % 10 < density) {
                    // Small whole numbers: ties are common.
                    const double value = 1 + below(round % 2 == 0 ? 5 : 1000);
                    gain[{row, column}] = value;
                    candidates.push_back({row, column, value});
                }
        std::shuffle(candidates.begin(), candidates.end(), random);
        const std::vector<int> column_of = assign(rows, columns, candidates);
        ASSERT_EQ(column_of.size(), static_cast<std::size_t>(rows));
        double total = 0;
        std::vector<bool> taken(columns, false);
        for (int row = 0; row < rows; ++row) {
            if (column_of[row] == kUnassigned) continue;
            ASSERT_TRUE(gain.contains({row, column_of[row]}));
            ASSERT_FALSE(taken[column_of[row]]);
            taken[column_of[row]] = true;
            total += gain[{row, column_of[row]}];
        }
        std::vector<bool> none(columns, false);
        ASSERT_DOUBLE_EQ(total, best_by_force(0, rows, none, gain)) << "round " << round;
    }
}

TEST(Assignment, PrefersTheBestSumToTheBestPair) {
    const std::vector<Candidate> candidates = {{0, 0, 0.9}, {0, 1, 0.8}, {1, 0, 0.7}};
    EXPECT_EQ(assign(2, 2, candidates), (std::vector<int>{1, 0}));
}

TEST(Assignment, NothingToMatch) {
    EXPECT_EQ(assign(0, 0, {}), std::vector<int>{});
    EXPECT_EQ(assign(2, 0, {}), (std::vector<int>{kUnassigned, kUnassigned}));
}

}  // namespace
}  // namespace vitrina
