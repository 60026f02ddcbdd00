#include "train/box_targets.h"

#include <algorithm>
#include <cmath>

namespace mosaic::train {

namespace {

// Liu et al., Training-time-friendly network (2020): the bell's deviation, as a part of the box's size. Its
// 0.54 is the part of the box in which centres are good.
constexpr float kBellPart = 0.54F / 6.0F;
// Cells whose heat is at least this also learn size and place: the peak need not be exact.
constexpr float kNearHeat = 0.3F;
// So close to 1 that centre_heat neither wants heat nor forbids it.
constexpr float kIndifferentHeat = 0.999F;

struct Bell {
    float x = 0.0F, y = 0.0F;           // centre, in cells
    float width = 0.0F, height = 0.0F;  // of the box, in cells
    std::int64_t column = 0, row = 0;   // the cell that holds the centre
};

void draw_bell(const Bell& bell, std::size_t first, std::int64_t side, BoxTargets& targets) {
    const float deviation_x = std::max(kBellPart * bell.width + 1.0F / 6.0F, 0.4F);
    const float deviation_y = std::max(kBellPart * bell.height + 1.0F / 6.0F, 0.4F);
    const auto reach_x = static_cast<std::int64_t>(std::ceil(3.0F * deviation_x));
    const auto reach_y = static_cast<std::int64_t>(std::ceil(3.0F * deviation_y));
    for (std::int64_t y = std::max<std::int64_t>(bell.row - reach_y, 0);
         y <= std::min(bell.row + reach_y, side - 1); ++y) {
        for (std::int64_t x = std::max<std::int64_t>(bell.column - reach_x, 0);
             x <= std::min(bell.column + reach_x, side - 1); ++x) {
            const float apart_x = static_cast<float>(x - bell.column) / deviation_x;
            const float apart_y = static_cast<float>(y - bell.row) / deviation_y;
            const float heat = std::exp(-0.5F * (apart_x * apart_x + apart_y * apart_y));
            const std::size_t cell = first + static_cast<std::size_t>(y * side + x);
            const bool indifferent = targets.heat[cell] == kIndifferentHeat;
            if (indifferent ? heat < kNearHeat : heat <= targets.heat[cell]) continue;
            targets.heat[cell] = heat;
            if (heat < kNearHeat) continue;
            float* const numbers = &targets.numbers[cell * kBoxNumbers];
            numbers[0] = std::log(bell.width);
            numbers[1] = std::log(bell.height);
            numbers[2] = bell.x - (static_cast<float>(x) + 0.5F);
            numbers[3] = bell.y - (static_cast<float>(y) + 0.5F);
            targets.weights[cell] = heat;
        }
    }
}

}  // namespace

BoxTargets empty_targets(std::size_t pictures, std::int64_t side_cells) {
    const std::size_t cells = pictures * static_cast<std::size_t>(side_cells * side_cells);
    return {std::vector<float>(cells), std::vector<float>(cells * kBoxNumbers), std::vector<float>(cells), 0};
}

void draw_targets(std::span<const CropBox> boxes, std::size_t index, std::int64_t side, BoxTargets& targets) {
    const std::size_t first = index * static_cast<std::size_t>(side * side);
    constexpr float kCell = kCellPx;
    const auto cell_of = [&](float px) {
        return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(px / kCell)), 0, side - 1);
    };
    for (const CropBox& box : boxes) {
        if (!box.ignored) continue;
        for (std::int64_t y = cell_of(box.top); y <= cell_of(box.bottom); ++y) {
            for (std::int64_t x = cell_of(box.left); x <= cell_of(box.right); ++x)
                targets.heat[first + static_cast<std::size_t>(y * side + x)] = kIndifferentHeat;
        }
    }
    for (const CropBox& box : boxes) {
        if (box.ignored) continue;
        Bell bell;
        bell.x = (box.left + box.right) / 2.0F / kCell;
        bell.y = (box.top + box.bottom) / 2.0F / kCell;
        // A box thinner than a quarter of a cell has no meaning here.
        bell.width = std::max((box.right - box.left) / kCell, 0.25F);
        bell.height = std::max((box.bottom - box.top) / kCell, 0.25F);
        bell.column = cell_of(bell.x * kCell);
        bell.row = cell_of(bell.y * kCell);
        draw_bell(bell, first, side, targets);
        ++targets.centres;
    }
}

double box_numbers_loss(std::span<const float> output, const BoxTargets& targets, std::span<float> gradient) {
    double total = 0.0;
    for (const float weight : targets.weights)
        total += weight;
    total = std::max(total, 1e-6);
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    double loss = 0.0;
    for (std::size_t cell = 0; cell < targets.weights.size(); ++cell) {
        if (targets.weights[cell] <= 0.0F) continue;
        for (std::size_t k = 0; k < kBoxNumbers; ++k) {
            const std::size_t at = cell * kBoxNumbers + k;
            double weight = targets.weights[cell] / total;
            // What a shift costs in overlap is its part of the box: twice, as both ends move.
            if (k >= 2) weight *= 2.0 / std::exp(targets.numbers[at - 2]);
            const double apart = static_cast<double>(output[at]) - targets.numbers[at];
            loss += weight * std::abs(apart);
            gradient[at] = static_cast<float>(apart > 0.0 ? weight : -weight);
        }
    }
    return loss;
}

}  // namespace mosaic::train
