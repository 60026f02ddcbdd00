#include "checkout/assignment.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "base/result.h"

namespace vitrina::checkout {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr int kRoundsMax = 200;          // of messages; a till's day needs a few tens
constexpr double kMessageChange = 1e-9;  // at which they have settled

/// Rows are placed one after the other, each along the cheapest path that may move those placed before.
/// Staying alone is a column of one's own, of cost 0, so every row finds a place.
class Placement {
  public:
    Placement(std::size_t rows, std::size_t columns, const std::vector<Pairing>& pairs)
        : edges_(rows),
          owner_(columns + rows, kNobody),
          place_(rows, kNobody),
          potential_(columns + rows, 0) {
        least_.reserve(rows);
        for (const Pairing& pair : pairs) {
            VITRINA_ASSERT(pair.row < rows && pair.column < columns && pair.weight > 0);
            edges_[pair.row].push_back({pair.column, -std::log(pair.weight)});
        }
        for (std::size_t row = 0; row < rows; ++row) {
            edges_[row].push_back({columns + row, 0});
            // Costs that are below zero would break Dijkstra's rule; a row's least can be taken off.
            least_.push_back(std::min_element(edges_[row].begin(), edges_[row].end(), [](auto& a, auto& b) {
                                 return a.cost < b.cost;
                             })->cost);
        }
    }

    std::vector<std::size_t> all(std::size_t columns) {
        for (std::size_t row = 0; row < place_.size(); ++row)
            place(row);
        std::vector<std::size_t> result = place_;
        for (std::size_t& column : result)
            if (column >= columns) column = kNobody;
        return result;
    }

  private:
    struct Edge {
        std::size_t column;
        double cost;
    };
    using Step = std::pair<double, std::size_t>;  // distance and column: equal ones by their number

    void place(std::size_t first) {
        std::vector<std::size_t> touched;
        std::vector<std::size_t> done;
        std::priority_queue<Step, std::vector<Step>, std::greater<>> open;
        distance_.resize(owner_.size(), kNever);
        from_.resize(owner_.size(), kNobody);
        settled_.resize(owner_.size(), false);
        const auto look = [&](std::size_t row, double before) {
            for (const Edge& edge : edges_[row]) {
                const double length = before + (edge.cost - least_[row]) - potential_[edge.column];
                // What is settled stays so: rounding would lead round in circles.
                if (settled_[edge.column] || !(length < distance_[edge.column])) continue;
                if (distance_[edge.column] == kNever) touched.push_back(edge.column);
                distance_[edge.column] = length;
                from_[edge.column] = row;
                open.emplace(length, edge.column);
            }
        };
        look(first, 0);
        std::size_t end = kNobody;
        double shortest = 0;
        while (end == kNobody) {
            VITRINA_ASSERT(!open.empty());
            const auto [length, column] = open.top();
            open.pop();
            if (settled_[column]) continue;
            settled_[column] = true;
            done.push_back(column);
            if (owner_[column] == kNobody) {
                end = column;
                shortest = length;
            } else {
                // Of a placed row its own edge costs nothing more.
                const std::size_t row = owner_[column];
                look(row, length - (cost_of(row, column) - least_[row] - potential_[column]));
            }
        }
        for (const std::size_t column : done)
            potential_[column] += std::min(0.0, distance_[column] - shortest);
        while (end != kNobody) {
            const std::size_t row = from_[end];
            owner_[end] = row;
            std::swap(place_[row], end);
        }
        for (const std::size_t column : touched) {
            distance_[column] = kNever;
            from_[column] = kNobody;
            settled_[column] = false;
        }
    }

    [[nodiscard]] double cost_of(std::size_t row, std::size_t column) const {
        return std::find_if(edges_[row].begin(), edges_[row].end(),
                            [&](const Edge& edge) { return edge.column == column; })
            ->cost;
    }

    std::vector<std::vector<Edge>> edges_;  // of each row
    std::vector<double> least_;
    std::vector<std::size_t> owner_;  // of each column, those of being alone last
    std::vector<std::size_t> place_;  // of each row
    std::vector<double> potential_;
    std::vector<double> distance_;
    std::vector<std::size_t> from_;
    std::vector<bool> settled_;
};

}  // namespace

std::vector<std::size_t> best_assignment(std::size_t rows, std::size_t columns,
                                         const std::vector<Pairing>& pairs) {
    return Placement(rows, columns, pairs).all(columns);
}

std::vector<double> pair_probabilities(std::size_t rows, std::size_t columns,
                                       const std::vector<Pairing>& pairs) {
    std::vector<double> to_column(pairs.size(), 0);  // what its row says to its column
    std::vector<double> to_row(pairs.size(), 1);     // and back
    std::vector<double> row_sum(rows);
    std::vector<double> column_sum(columns);
    const auto sum_rows = [&] {
        std::fill(row_sum.begin(), row_sum.end(), 1);
        for (std::size_t i = 0; i < pairs.size(); ++i)
            row_sum[pairs[i].row] += pairs[i].weight * to_row[i];
    };
    for (int round = 0; round < kRoundsMax; ++round) {
        sum_rows();
        std::fill(column_sum.begin(), column_sum.end(), 1);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const double others = row_sum[pairs[i].row] - pairs[i].weight * to_row[i];
            to_column[i] = pairs[i].weight / std::max(others, 1.0);
            column_sum[pairs[i].column] += to_column[i];
        }
        double change = 0;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const double others = std::max(column_sum[pairs[i].column] - to_column[i], 1.0);
            change = std::max(change, std::abs(1 / others - to_row[i]));
            to_row[i] = 1 / others;
        }
        if (change < kMessageChange) break;
    }
    sum_rows();
    std::vector<double> result(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i)
        result[i] = pairs[i].weight * to_row[i] / row_sum[pairs[i].row];
    return result;
}

}  // namespace vitrina::checkout
