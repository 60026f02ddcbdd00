// Boxes out of CenterNet's dense outputs. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "domain/detection.h"

namespace vitrina::perceive {

constexpr int kCell = 4;         // input pixels to one cell of the outputs
constexpr int kPersonClass = 0;  // of COCO's 80

/// CenterNet's outputs, row-major.
struct HeatMaps {
    std::span<const float> heat;  // [rows, columns, classes], 0..1: how likely a cell is an object's centre
    std::span<const float>
        size;  // [rows, columns, 4]: from the cell to the box's left, top, right, bottom edge
    int rows = 0;
    int columns = 0;
    int classes = 0;
};

/// A box for each cell that is no smaller than its eight neighbours and at least `score_min` in
/// `wanted_class`, best first (equal scores: upper left first). In input pixels (the 3x3 maximum stands in
/// for non-maximum suppression: arXiv 1904.07850, section 4.1). Cells whose box has no area or is not finite
/// are passed over.
[[nodiscard]] std::vector<Detection> find_peaks(const HeatMaps& maps, int wanted_class, double score_min);

}  // namespace vitrina::perceive
