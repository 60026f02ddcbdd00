// The backend of the build without oneDNN: convolutions and products in vectors, the rest by the readable
// kernels. Values are row-major floats; one thread.
#pragma once

#include "lowering.h"
#include "portable/kernels.h"

namespace mosaic::portable {

class PortableBackend final : public BackendCompiler {
  public:
    [[nodiscard]] std::string describe() const override { return kernels().name; }
    void begin(Lowering& /*lowering*/) override {}
    [[nodiscard]] Result<bool> lower(Lowering& lowering, std::size_t index) override;
    [[nodiscard]] Result<BufferId> make_plain(Lowering& lowering, ir::ValueId id) override;
};

// Means over pixels, sums, products and resizes; false: not one that has a kernel here.
[[nodiscard]] Result<bool> lower_picture_operator(Lowering& lowering, const ir::Node& node);

}  // namespace mosaic::portable
