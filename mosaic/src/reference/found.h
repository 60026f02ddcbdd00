// Operators that return as much as they find. They own their results, so they are no kernels; sizes and types
// are checked here.
#pragma once

#include <cstdint>
#include <optional>

#include "mosaic/tensor.h"

namespace mosaic::reference {

struct Suppression {
    std::int64_t boxes_max = 0;  // of each class of each picture
    float overlap = 0;           // intersection over union above which the lesser of two boxes goes
    std::optional<float> score;  // boxes with this score or less are left out
    bool centred =
        false;  // boxes are [x, y, width, height] with x, y in the middle; else two corners [y,x,y,x]
};
// Boxes [N,B,4] and scores [N,C,B] to rows [picture, class, box] (int32): for each picture and class the
// boxes without those that overlap a better one, best first; of equals the first first. Errors: other shapes
// or types.
[[nodiscard]] Result<Tensor> suppress(const TensorView& boxes, const TensorView& scores,
                                      const Suppression& suppression);

// Places of what isn't zero: [rank, count] of int32, in the order of the elements.
[[nodiscard]] Result<Tensor> find_nonzero(const TensorView& x);

// Slices along an axis, or elements of the flattened tensor without one, where the condition holds.
[[nodiscard]] Result<Tensor> compress(const TensorView& x, const TensorView& condition,
                                      std::optional<std::int64_t> axis);

}  // namespace mosaic::reference
