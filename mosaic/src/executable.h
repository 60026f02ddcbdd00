// A compiled network with its memory: what a Session holds.
#pragma once

#include <memory>
#include <string>

#include "arena.h"
#include "compiler.h"
#include "lowering.h"
#include "rest_runner.h"

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
    [[nodiscard]] Result<void> bind(std::span<const TensorView> views);
    // "2, bytes 4096": steps that only bring values into another layout or type, and what they write.
    [[nodiscard]] std::string describe_reorders() const;
    void describe_values(const ir::Graph& graph);
    // Where outputs()[i] is made: by the program, or by the rest.
    struct Place {
        bool late = false;
        std::size_t index = 0;
    };
    void add_output(const ir::Graph& graph, const std::string& name);
    [[nodiscard]] TensorView at(std::size_t buffer, const ValueInfo& info) const;
    [[nodiscard]] Result<void> run_rest();

    int threads_ = 1;
    std::string backend_;
    std::vector<std::string> pass_report_;
    std::vector<ValueInfo> inputs_, outputs_;
    Program program_;
    std::vector<BufferId> input_buffers_, output_buffers_;
    std::vector<Place> places_;
    std::vector<ValueInfo> hidden_;  // outputs of the program that only the rest reads
    std::vector<std::size_t> hidden_places_;
    std::unique_ptr<RestRunner> rest_;  // mostly null
    std::vector<TensorView> rest_reads_;
    Arena arena_;
};

}  // namespace mosaic
