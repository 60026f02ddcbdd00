// A oneDNN primitive as a step of a program.
#pragma once

#include <vector>

#include <dnnl.hpp>

#include "program.h"

namespace mosaic::onednn {

// One argument of a primitive: DNNL_ARG_SRC and so on, and its layout.
struct Argument {
    int id = 0;
    dnnl::memory::desc desc;
};

class PrimitiveKernel final : public Kernel {
  public:
    // `reads` and `writes` in the order of the step's buffers.
    PrimitiveKernel(const dnnl::engine& engine, dnnl::primitive primitive, const std::vector<Argument>& reads,
                    const std::vector<Argument>& writes);

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override;

  private:
    void set(std::size_t index, const std::byte* address);

    dnnl::stream stream_;
    dnnl::primitive primitive_;
    std::vector<dnnl_exec_arg_t> arguments_;
    std::vector<dnnl::memory> memories_;
    std::vector<const std::byte*> addresses_;
};

}  // namespace mosaic::onednn
