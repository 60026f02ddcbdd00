// A compiled network with its memory: what a Session holds.
#pragma once

#include <memory>
#include <string>

#include "compiler.h"
#include "lowering.h"

namespace mosaic {

class Executable {
  public:
    [[nodiscard]] static Result<std::unique_ptr<Executable>> create(Prepared prepared,
                                                                    const Options& options);

    [[nodiscard]] std::span<const ValueInfo> inputs() const { return inputs_; }
    [[nodiscard]] std::span<const ValueInfo> outputs() const { return outputs_; }
    [[nodiscard]] Result<void> run(std::span<const TensorView> views);
    [[nodiscard]] TensorView output(std::size_t index) const;
    [[nodiscard]] std::string describe_plan() const;
    [[nodiscard]] std::string describe_passes() const;
    [[nodiscard]] Result<std::string> profile(std::span<const TensorView> views, int repeats);

  private:
    struct FreeAligned {
        void operator()(std::byte* memory) const;
    };
    using Arena = std::unique_ptr<std::byte, FreeAligned>;

    [[nodiscard]] static Result<Arena> allocate(std::size_t bytes);
    [[nodiscard]] Result<void> bind(std::span<const TensorView> views);
    void describe_values(const ir::Graph& graph);

    int threads_ = 1;
    std::string backend_;
    std::vector<std::string> pass_report_;
    std::vector<ValueInfo> inputs_, outputs_;
    Program program_;
    std::vector<BufferId> input_buffers_, output_buffers_;
    Arena arena_;
};

}  // namespace mosaic
