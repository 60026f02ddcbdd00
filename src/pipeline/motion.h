// Whether anything changed in a camera's picture since the network last looked at it: where nobody is and
// nothing moves, the network need not look again. One thread at a time.
#pragma once

#include <vector>

#include "domain/frame.h"

namespace vitrina::pipeline {

class Motion {
  public:
    /// Brightness levels (0..255) by which the mean of one cell must change. Noise of a dark camera has a
    /// spread of some 10 levels a pixel, so of 1 over a cell's hundred; a person in clothes of the floor's
    /// colour still differs by some levels in the shadow and at the edges.
    static constexpr double kChangeMin = 4;
    /// The picture is divided into so many cells across; square cells.
    static constexpr int kColumns = 64;

    /// Whether the picture differs from the remembered one; the first always does.
    [[nodiscard]] bool differs(const Picture& picture);
    /// Remembers the picture that differs() was last asked about.
    void remember() { remembered_ = latest_; }

  private:
    std::vector<float> latest_;  // mean brightness of each cell
    std::vector<float> remembered_;
};

}  // namespace vitrina::pipeline
