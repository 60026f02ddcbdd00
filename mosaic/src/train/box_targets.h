// From boxes on a crop to what the network should say about each cell of four pixels, and how far it is from
// that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mosaic::train {

// Pixels of the input that a cell of the maps stands for, along each axis.
inline constexpr std::int64_t kCellPx = 4;
// Numbers that the network gives for each cell beside the heat: log of width and height in cells, and how far
// the centre is from the cell's middle, in cells: x, y.
inline constexpr std::size_t kBoxNumbers = 4;

// In pixels of the crop.
struct CropBox {
    float left = 0.0F, top = 0.0F, right = 0.0F, bottom = 0.0F;
    // Too little of it is seen to be learnt from, too much to be background.
    bool ignored = false;
};

struct BoxTargets {
    std::vector<float> heat;     // [pictures, rows, columns]: 1 at centres, less around
    std::vector<float> numbers;  // [pictures, rows, columns, kBoxNumbers]
    std::vector<float> weights;  // of the numbers of each cell; 0 far from centres
    std::size_t centres = 0;
};

// Adds the boxes of picture `index` of a batch to targets of `pictures` pictures of side_cells squared.
void draw_targets(std::span<const CropBox> boxes, std::size_t index, std::int64_t side_cells,
                  BoxTargets& targets);
[[nodiscard]] BoxTargets empty_targets(std::size_t pictures, std::int64_t side_cells);

// Mean absolute difference of the numbers, by weight; the offset counts by how large the box is.
[[nodiscard]] double box_numbers_loss(std::span<const float> output, const BoxTargets& targets,
                                      std::span<float> gradient);

}  // namespace mosaic::train
