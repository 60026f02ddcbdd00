#include "winograd_weights.h"

namespace mosaic {

void transform_winograd_weights(const float* weights, std::int64_t in_channels, std::int64_t out_channels,
                                std::int64_t point, float* to) {
    constexpr std::int64_t kSide = 6;
    // In double: the weights are rounded once.
    constexpr double kG[kSide][3] = {{1.0 / 4, 0, 0},
                                     {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                     {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                     {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                     {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                     {0, 0, 1}};
    const std::int64_t matrix = in_channels * out_channels;
    const double* gy = kG[point / kSide];
    const double* gx = kG[point % kSide];
    for (std::int64_t i = 0; i < matrix; ++i) {
        double sum = 0;
        for (int tap = 0; tap < 9; ++tap)
            sum += gy[tap / 3] * gx[tap % 3] * static_cast<double>(weights[tap * matrix + i]);
        to[i] = static_cast<float>(sum);
    }
}

}  // namespace mosaic
