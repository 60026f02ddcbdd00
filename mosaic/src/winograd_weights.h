// The weights of Winograd's minimal filtering F(4x4, 3x3), for the kernels of both instruction sets.
#pragma once

#include <cstdint>

namespace mosaic {

// Matrix `point` [in][out] of the 36, of weights [3][3][in][out]; `to` has in * out floats.
void transform_winograd_weights(const float* weights, std::int64_t in_channels, std::int64_t out_channels,
                                std::int64_t point, float* to);

}  // namespace mosaic
