#include "base/assignment.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace vitrina {
namespace {

/// Rows are 0 .. rows-1, columns follow; which of them hang together.
class Groups {
  public:
    explicit Groups(int nodes) : parent_(nodes) { std::iota(parent_.begin(), parent_.end(), 0); }

    int find(int node) {
        while (parent_[node] != node)
            node = parent_[node] = parent_[parent_[node]];
        return node;
    }
    void join(int a, int b) { parent_[find(a)] = find(b); }

  private:
    std::vector<int> parent_;
};

/// Least total cost over a dense matrix with rows <= columns, every row assigned. Column of each row.
std::vector<int> cheapest(int rows, int columns, const std::vector<double>& cost) {
    // The classic form with nodes from 1; 0 stands for "free".
    std::vector<double> row_potential(rows + 1, 0.0);
    std::vector<double> column_potential(columns + 1, 0.0);
    std::vector<int> row_of(columns + 1, 0);
    std::vector<int> came_from(columns + 1, 0);
    std::vector<double> slack(columns + 1);
    std::vector<char> visited(columns + 1);
    for (int row = 1; row <= rows; ++row) {
        std::fill(slack.begin(), slack.end(), std::numeric_limits<double>::infinity());
        std::fill(visited.begin(), visited.end(), 0);
        row_of[0] = row;
        int column = 0;
        while (row_of[column] != 0) {
            visited[column] = 1;
            const int from = row_of[column];
            double step = std::numeric_limits<double>::infinity();
            int next = 0;
            for (int to = 1; to <= columns; ++to) {
                if (visited[to] != 0) continue;
                const double reduced =
                    cost[(from - 1) * columns + (to - 1)] - row_potential[from] - column_potential[to];
                if (reduced < slack[to]) {
                    slack[to] = reduced;
                    came_from[to] = column;
                }
                if (slack[to] < step) {
                    step = slack[to];
                    next = to;
                }
            }
            for (int to = 0; to <= columns; ++to) {
                if (visited[to] != 0) {
                    row_potential[row_of[to]] += step;
                    column_potential[to] -= step;
                } else {
                    slack[to] -= step;
                }
            }
            column = next;
        }
        for (; column != 0; column = came_from[column])
            row_of[column] = row_of[came_from[column]];
    }
    std::vector<int> column_of(rows, kUnassigned);
    for (int column = 1; column <= columns; ++column)
        if (row_of[column] != 0) column_of[row_of[column] - 1] = column - 1;
    return column_of;
}

/// The place of `value` in `values`, where it is put if it is new.
int place_of(std::vector<int>& values, int value) {
    const auto found = std::find(values.begin(), values.end(), value);
    if (found != values.end()) return static_cast<int>(found - values.begin());
    values.push_back(value);
    return static_cast<int>(values.size()) - 1;
}

void assign_group(std::span<const Candidate> group, std::vector<int>& column_of) {
    std::vector<int> rows;
    std::vector<int> columns;
    for (const Candidate& candidate : group) {
        place_of(rows, candidate.row);
        place_of(columns, candidate.column);
    }
    // A column of its own for each row at no gain: every row may stay alone.
    const int count = static_cast<int>(rows.size());
    const int width = static_cast<int>(columns.size()) + count;
    std::vector<double> cost(static_cast<std::size_t>(count) * width, 0.0);
    for (const Candidate& candidate : group)
        cost[place_of(rows, candidate.row) * width + place_of(columns, candidate.column)] = -candidate.gain;
    const std::vector<int> chosen = cheapest(count, width, cost);
    for (int row = 0; row < count; ++row)
        if (chosen[row] < static_cast<int>(columns.size()) && cost[row * width + chosen[row]] < 0)
            column_of[rows[row]] = columns[chosen[row]];
}

}  // namespace

std::vector<int> assign(int rows, int columns, std::span<const Candidate> candidates) {
    std::vector<int> column_of(rows, kUnassigned);
    if (candidates.empty()) return column_of;
    Groups groups(rows + columns);
    for (const Candidate& candidate : candidates)
        groups.join(candidate.row, rows + candidate.column);
    std::vector<Candidate> sorted(candidates.begin(), candidates.end());
    std::stable_sort(sorted.begin(), sorted.end(), [&](const Candidate& a, const Candidate& b) {
        return groups.find(a.row) < groups.find(b.row);
    });
    for (std::size_t begin = 0; begin < sorted.size();) {
        const int group = groups.find(sorted[begin].row);
        std::size_t end = begin + 1;
        while (end < sorted.size() && groups.find(sorted[end].row) == group)
            ++end;
        if (end - begin == 1)
            column_of[sorted[begin].row] = sorted[begin].column;
        else
            assign_group(std::span(sorted).subspan(begin, end - begin), column_of);
        begin = end;
    }
    return column_of;
}

}  // namespace vitrina
