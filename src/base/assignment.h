// Which detection belongs to which track: the assignment with the greatest total gain. Pure function.
#pragma once

#include <span>
#include <vector>

namespace vitrina {

/// A pair that may be matched, and what that is worth.
struct Candidate {
    int row = 0;
    int column = 0;
    double gain = 0;  // above zero
};

constexpr int kUnassigned = -1;

/// For each row (0 .. rows-1) the column it is matched with, or kUnassigned, so that no column is taken twice
/// and the sum of gains is the greatest possible. A pair may be given once at most. Optimal: shortest
/// augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987) in each connected group of
/// candidates, cubic in the size of a group; in video almost all groups are a single pair.
[[nodiscard]] std::vector<int> assign(int rows, int columns, std::span<const Candidate> candidates);

}  // namespace vitrina
