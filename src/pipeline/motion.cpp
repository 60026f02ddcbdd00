#include "pipeline/motion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vitrina::pipeline {
namespace {

std::vector<float> means_of(const Picture& picture) {
    const int cell = std::max(1, picture.width / Motion::kColumns);
    // What is left over at the edges belongs to the last cells: smaller ones would be noisier.
    const auto columns = static_cast<std::size_t>(std::max(1, picture.width / cell));
    const auto rows = static_cast<std::size_t>(std::max(1, picture.height / cell));
    std::vector<std::uint32_t> sums(columns * rows);
    std::vector<std::uint32_t> counts(columns * rows);
    for (int y = 0; y < picture.height; ++y) {
        const std::uint8_t* row =
            picture.rgb.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) * 3;
        const std::size_t first = std::min(static_cast<std::size_t>(y / cell), rows - 1) * columns;
        for (int x = 0; x < picture.width; ++x) {
            const std::uint8_t* pixel = row + static_cast<std::size_t>(x) * 3;
            const std::size_t at = first + std::min(static_cast<std::size_t>(x / cell), columns - 1);
            sums[at] += (pixel[0] + 2U * pixel[1] + pixel[2]) / 4U;  // brightness, nearly
            ++counts[at];
        }
    }
    std::vector<float> means(sums.size());
    for (std::size_t i = 0; i < means.size(); ++i)
        means[i] = counts[i] == 0 ? 0 : static_cast<float>(sums[i]) / static_cast<float>(counts[i]);
    return means;
}

}  // namespace

bool Motion::differs(const Picture& picture) {
    latest_ = means_of(picture);
    if (latest_.size() != remembered_.size()) return true;
    for (std::size_t i = 0; i < latest_.size(); ++i)
        if (std::abs(latest_[i] - remembered_[i]) >= static_cast<float>(kChangeMin)) return true;
    return false;
}

}  // namespace vitrina::pipeline
