#include "checkout/assignment.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::checkout {
namespace {

using testing::ElementsAre;

/// All wholes, one by one.
struct Enumeration {
    std::size_t rows;
    const std::vector<Pairing>& pairs;
    std::vector<bool> taken;
    std::vector<std::size_t> chosen;  // places in pairs
    double best = 0;
    double sum = 0;
    std::vector<double> sums;

    Enumeration(std::size_t row_count, std::size_t columns, const std::vector<Pairing>& all)
        : rows(row_count), pairs(all), taken(columns, false), sums(all.size(), 0) {
        place(0, 1);
    }
    void place(std::size_t row, double product) {
        if (row == rows) {
            best = std::max(best, product);
            sum += product;
            for (const std::size_t pair : chosen)
                sums[pair] += product;
            return;
        }
        place(row + 1, product);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            if (pairs[i].row != row || taken[pairs[i].column]) continue;
            taken[pairs[i].column] = true;
            chosen.push_back(i);
            place(row + 1, product * pairs[i].weight);
            chosen.pop_back();
            taken[pairs[i].column] = false;
        }
    }
};

double product_of(const std::vector<std::size_t>& places, const std::vector<Pairing>& pairs) {
    double product = 1;
    for (const Pairing& pair : pairs)
        if (places[pair.row] == pair.column) product *= pair.weight;
    return product;
}

std::vector<Pairing> random_pairs(std::mt19937& random, std::size_t rows, std::size_t columns, double share) {
    std::uniform_real_distribution<double> uniform;
    std::vector<Pairing> pairs;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            if (uniform(random) < share) pairs.push_back({row, column, std::exp(6 * uniform(random) - 2)});
    return pairs;
}

TEST(Assignment, TheWholeIsBestNotEachPair) {
    // The first row would rather have what the second alone can have.
    EXPECT_THAT(best_assignment(2, 2, {{0, 0, 5}, {0, 1, 4}, {1, 0, 4}}), ElementsAre(1U, 0U));
    EXPECT_THAT(best_assignment(2, 1, {{0, 0, 5}, {1, 0, 6}}), ElementsAre(kNobody, 0U));
    EXPECT_THAT(best_assignment(1, 1, {{0, 0, 0.5}}), ElementsAre(kNobody));
    EXPECT_THAT(best_assignment(2, 0, {}), ElementsAre(kNobody, kNobody));
}

TEST(Assignment, IsAsGoodAsTheBestOfAll) {
    std::mt19937 random(1);
    for (int trial = 0; trial < 300; ++trial) {
        const std::size_t rows = 1 + trial % 5;
        const std::size_t columns = 1 + trial % 4;
        const auto pairs = random_pairs(random, rows, columns, 0.2 + 0.2 * (trial % 5));
        const auto places = best_assignment(rows, columns, pairs);
        std::set<std::size_t> taken;
        for (const std::size_t column : places)
            EXPECT_TRUE(column == kNobody || taken.insert(column).second);
        EXPECT_NEAR(std::log(product_of(places, pairs)), std::log(Enumeration(rows, columns, pairs).best),
                    1e-9);
    }
}

TEST(Assignment, ProbabilitiesAreExactWithoutLoops) {
    // A chain: 0 - 0 - 1 - 1.
    const std::vector<Pairing> pairs = {{0, 0, 3}, {1, 0, 2}, {1, 1, 5}};
    const auto probabilities = pair_probabilities(2, 2, pairs);
    const Enumeration all(2, 2, pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i)
        EXPECT_NEAR(probabilities[i], all.sums[i] / all.sum, 1e-8);
}

TEST(Assignment, ProbabilitiesAreNearTheExactOnesWithLoops) {
    std::mt19937 random(2);
    for (int trial = 0; trial < 200; ++trial) {
        const auto pairs = random_pairs(random, 4, 4, 0.5);
        const auto probabilities = pair_probabilities(4, 4, pairs);
        const Enumeration all(4, 4, pairs);
        std::vector<double> rows(4, 0);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            EXPECT_NEAR(probabilities[i], all.sums[i] / all.sum, 0.16) << trial;
            rows[pairs[i].row] += probabilities[i];
        }
        for (const double row : rows)
            EXPECT_LE(row, 1 + 1e-9);
    }
}

TEST(Assignment, ADayOfABusyTillIsQuick) {
    std::vector<Pairing> pairs;
    for (std::size_t row = 0; row < 5000; ++row)
        for (std::size_t near = 0; near < 5; ++near)
            pairs.push_back({row, row + near, 1.0 + static_cast<double>((row * 7 + near * 3) % 11)});
    const auto places = best_assignment(5000, 5004, pairs);
    EXPECT_EQ(std::count(places.begin(), places.end(), kNobody), 0);
}

}  // namespace
}  // namespace vitrina::checkout
