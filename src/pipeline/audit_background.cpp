#include "pipeline/audit_background.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace vitrina::pipeline {
namespace {

int cells_along(int size) {
    return (size + AuditBackground::kCell - 1) / AuditBackground::kCell;
}

std::array<std::int64_t, 3> mean_of_block(const Picture& picture, int left, int top, int right, int bottom) {
    std::array<std::int64_t, 3> sum{};
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            for (std::size_t k = 0; k < 3; ++k)
                sum.at(k) += picture.rgb[3 * (static_cast<std::size_t>(y) * picture.width + x) + k];
    const std::int64_t count = std::int64_t{right - left} * (bottom - top);
    for (std::int64_t& value : sum)
        value /= count;
    return sum;
}

template <typename Number>
Number middle_value(std::vector<Number>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

bool is_on_body(std::span<const Box> bodies, double x, double y) {
    return std::any_of(bodies.begin(), bodies.end(), [&](const Box& body) {
        const double beside = kHiddenBeside * body.width;
        return x >= body.x - beside && x <= body.right() + beside &&
               y >= body.y - kHiddenAbove * body.height && y <= body.y + body.height;
    });
}

}  // namespace

void fill_block(Picture& picture, int left, int top, int right, int bottom) {
    if (left >= right || top >= bottom) return;
    const auto mean = mean_of_block(picture, left, top, right, bottom);
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            for (std::size_t k = 0; k < 3; ++k)
                picture.rgb[3 * (static_cast<std::size_t>(y) * picture.width + x) + k] =
                    static_cast<std::uint8_t>(mean.at(k));
}

AuditBackground::Cells AuditBackground::cells_of(const Picture& picture) {
    Cells cells;
    cells.reserve(3 * static_cast<std::size_t>(cells_along(picture.width)) * cells_along(picture.height));
    for (int y = 0; y < picture.height; y += kCell)
        for (int x = 0; x < picture.width; x += kCell)
            for (const std::int64_t mean : mean_of_block(picture, x, y, std::min(picture.width, x + kCell),
                                                         std::min(picture.height, y + kCell)))
                cells.push_back(static_cast<std::uint8_t>(mean));
    return cells;
}

void AuditBackground::learn(UtcTime at, const Picture& picture) {
    if (picture.width <= 0 || picture.height <= 0) return;
    const bool is_same_size = picture.width == width_ && picture.height == height_;
    if (is_same_size && !seen_.empty() && at >= learnt_ && at - learnt_ < kApart) return;
    if (!is_same_size) seen_.clear();
    width_ = picture.width;
    height_ = picture.height;
    learnt_ = at;
    seen_.push_back(cells_of(picture));
    if (seen_.size() > kPictures) seen_.pop_front();
    still_.resize(seen_.back().size());
    std::vector<std::uint8_t> values(seen_.size());
    for (std::size_t i = 0; i < still_.size(); ++i) {
        for (std::size_t k = 0; k < seen_.size(); ++k)
            values[k] = seen_[k][i];
        still_[i] = middle_value(values);
    }
}

std::vector<bool> AuditBackground::moving(const Picture& picture) const {
    const Cells cells = cells_of(picture);
    std::vector<bool> moves(cells.size() / 3, true);
    if (seen_.size() < kPicturesMin || picture.width != width_ || picture.height != height_) return moves;
    std::array<int, 3> light{};
    std::vector<int> changes(moves.size());
    for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t i = 0; i < moves.size(); ++i)
            changes[i] = cells[3 * i + k] - still_[3 * i + k];
        light.at(k) = middle_value(changes);
    }
    for (std::size_t i = 0; i < moves.size(); ++i) {
        moves[i] = false;
        for (std::size_t k = 0; k < 3; ++k)
            if (std::abs(cells[3 * i + k] - still_[3 * i + k] - light.at(k)) > kChange) moves[i] = true;
    }
    return moves;
}

void AuditBackground::hide_moving(Picture& picture, std::span<const Box> bodies) const {
    if (picture.width <= 0 || picture.height <= 0) return;
    std::vector<bool> moves = moving(picture);
    const int columns = cells_along(picture.width);
    const int rows = cells_along(picture.height);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            if (is_on_body(bodies, (column + 0.5) * kCell, (row + 0.5) * kCell))
                moves[static_cast<std::size_t>(row) * columns + column] = false;
    // What of somebody has the colour of what is behind him is beside what has not.
    const auto moves_near = [&](int column, int row) {
        for (int y = std::max(0, row - 1); y <= std::min(rows - 1, row + 1); ++y)
            for (int x = std::max(0, column - 1); x <= std::min(columns - 1, column + 1); ++x)
                if (moves[static_cast<std::size_t>(y) * columns + x]) return true;
        return false;
    };
    const int block = std::max(kCell, (picture.height + kBlocksDown - 1) / kBlocksDown);
    for (int top = 0; top < picture.height; top += block)
        for (int left = 0; left < picture.width; left += block) {
            const int right = std::min(picture.width, left + block);
            const int bottom = std::min(picture.height, top + block);
            bool hides = false;
            for (int y = top; y < bottom && !hides; y += kCell)
                for (int x = left; x < right && !hides; x += kCell)
                    hides = moves_near(x / kCell, y / kCell);
            if (hides) fill_block(picture, left, top, right, bottom);
        }
}

}  // namespace vitrina::pipeline
