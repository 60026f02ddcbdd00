// What stands still before a camera, so that whatever moves can be hidden where no network saw a body: whom
// it misses altogether is the one whom an audit is there to find. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/frame.h"

namespace vitrina::pipeline {

/// Heads reach so far beyond a body's box: shares of its width and of its height.
inline constexpr double kHiddenBeside = 0.15;
inline constexpr double kHiddenAbove = 0.08;

/// Makes a rectangle of a picture one colour, its mean; empty ones are left alone.
void fill_block(Picture& picture, int left, int top, int right, int bottom);

class AuditBackground {
  public:
    /// Pictures are remembered so far apart...
    static constexpr std::chrono::seconds kApart{2};
    /// ...and so many of them: two minutes. Who stands still for one of them, and is seen by no network all
    /// the time, is taken for a thing.
    static constexpr std::size_t kPictures = 60;
    /// With fewer nothing is known to stand still, and all counts as moving.
    static constexpr std::size_t kPicturesMin = 4;
    static constexpr int kCell = 4;         // px: what is compared
    static constexpr int kBlocksDown = 12;  // of the picture's height: no face has more than some blocks
    /// Of 255, beyond what the light did to the whole picture. Noise of a cell's mean is 1 or 2.
    static constexpr int kChange = 16;

    /// Pictures as they are, in the order of time; one of another size begins anew.
    void learn(UtcTime at, const Picture& picture);
    /// Blocks of one colour over what moves, but for what `bodies`, in the picture's pixels, cover: their
    /// heads are hidden by hide_heads().
    void hide_moving(Picture& picture, std::span<const Box> bodies) const;

  private:
    using Cells = std::vector<std::uint8_t>;  // three means for each cell, row by row

    [[nodiscard]] static Cells cells_of(const Picture& picture);
    /// For each cell, row by row.
    [[nodiscard]] std::vector<bool> moving(const Picture& picture) const;

    int width_ = 0;
    int height_ = 0;
    UtcTime learnt_;
    std::deque<Cells> seen_;
    Cells still_;  // the median of each mean
};

}  // namespace vitrina::pipeline
