#include "perceive/peaks.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"

namespace vitrina::perceive {

std::vector<Detection> find_peaks(const HeatMaps& maps, int wanted_class, double score_min) {
    const std::size_t cells = static_cast<std::size_t>(maps.rows) * maps.columns;
    VITRINA_ASSERT(maps.heat.size() == cells * maps.classes && maps.size.size() == cells * 4);
    VITRINA_ASSERT(wanted_class >= 0 && wanted_class < maps.classes);

    const auto heat_at = [&](int row, int column) {
        return maps
            .heat[(static_cast<std::size_t>(row) * maps.columns + column) * maps.classes + wanted_class];
    };
    const auto is_peak = [&](int row, int column) {
        const float heat = heat_at(row, column);
        for (int y = std::max(0, row - 1); y <= std::min(maps.rows - 1, row + 1); ++y)
            for (int x = std::max(0, column - 1); x <= std::min(maps.columns - 1, column + 1); ++x)
                if (heat_at(y, x) > heat) return false;
        return true;
    };

    std::vector<Detection> result;
    for (int row = 0; row < maps.rows; ++row) {
        for (int column = 0; column < maps.columns; ++column) {
            const double score = heat_at(row, column);
            if (!(score >= score_min) || !is_peak(row, column)) continue;
            const auto to_edge =
                maps.size.subspan((static_cast<std::size_t>(row) * maps.columns + column) * 4, 4);
            const Box box{.x = static_cast<double>(column) * kCell - to_edge[0],
                          .y = static_cast<double>(row) * kCell - to_edge[1],
                          .width = static_cast<double>(to_edge[0]) + to_edge[2],
                          .height = static_cast<double>(to_edge[1]) + to_edge[3]};
            const bool usable = std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) &&
                                std::isfinite(box.height) && box.width > 0 && box.height > 0;
            if (usable) result.push_back({box, score});
        }
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const Detection& a, const Detection& b) { return a.score > b.score; });
    return result;
}

}  // namespace vitrina::perceive
