// The kernel of a convolution: the fixed rule, or what was quickest on this computer.
#pragma once

#include <cstdint>

#include "lowering.h"

namespace mosaic {
class KernelChoices;
}

namespace mosaic::nhwc {

class NhwcBackend;
struct Site;

enum class KernelKind : std::uint8_t { kTiles, kWinograd, kOneDnn };

// Measures what hasn't been measured yet.
[[nodiscard]] Result<KernelKind> choose_kernel(const NhwcBackend& backend, const Lowering& lowering,
                                               const Site& site);

}  // namespace mosaic::nhwc
