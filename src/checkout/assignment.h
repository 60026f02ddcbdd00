// Who belongs to whom when everybody may belong to one at most: the likeliest whole, and how sure each pair
// of it is. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <vector>

namespace vitrina::checkout {

/// A pair that may belong together. `weight` is how much likelier that is than that the row belongs to
/// nobody; above zero.
struct Pairing {
    std::size_t row = 0;
    std::size_t column = 0;
    double weight = 0;
};

inline constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

/// The column of each row, or kNobody, so that the product of the weights is largest. Successive shortest
/// paths over the pairs that there are: rows * pairs * log(pairs) at most. Of equal wholes always the same.
[[nodiscard]] std::vector<std::size_t> best_assignment(std::size_t rows, std::size_t columns,
                                                       const std::vector<Pairing>& pairs);

/// The probability of each pair, over all wholes there are, each as likely as its product of weights: by
/// belief propagation (J. Williams, R. Lau, "Approximate evaluation of marginal association probabilities
/// with belief propagation", 2014, eq. 8 and 9), which always converges, and is exact without loops.
[[nodiscard]] std::vector<double> pair_probabilities(std::size_t rows, std::size_t columns,
                                                     const std::vector<Pairing>& pairs);

}  // namespace vitrina::checkout
