// From graph to program. Each node is offered to the fast backend; what that doesn't take runs the reference
// kernel. A value may exist in memory row-major ("plain") and in a layout of the backend; what is missing is
// made when first needed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ir.h"
#include "program.h"

namespace mosaic {

class Lowering;

// The seam for faster kernels. One object for each compilation.
class BackendCompiler {
  public:
    BackendCompiler() = default;
    BackendCompiler(const BackendCompiler&) = delete;
    BackendCompiler& operator=(const BackendCompiler&) = delete;
    virtual ~BackendCompiler() = default;

    // Name, version and instruction set, for describe_plan().
    [[nodiscard]] virtual std::string describe() const = 0;
    // Called once before any node.
    virtual void begin(Lowering& lowering) = 0;
    // Appends the steps of graph.nodes[index] and publishes its outputs; false: not mine.
    [[nodiscard]] virtual Result<bool> lower(Lowering& lowering, std::size_t index) = 0;
    // Appends the step that makes a plain copy of a value of which the lowering has none yet.
    [[nodiscard]] virtual Result<BufferId> make_plain(Lowering& lowering, ir::ValueId id) = 0;
};

class Lowering {
  public:
    // Borrows the graph. `backend` may be null.
    Lowering(const ir::Graph& graph, BackendCompiler* backend);

    [[nodiscard]] Result<void> run();

    [[nodiscard]] const ir::Graph& graph() const { return graph_; }
    [[nodiscard]] Program& program() { return program_; }
    // Buffers of graph.inputs and graph.outputs, in their order. After run().
    [[nodiscard]] const std::vector<BufferId>& input_buffers() const { return input_buffers_; }
    [[nodiscard]] const std::vector<BufferId>& output_buffers() const { return output_buffers_; }

    // The plain buffer of a value that has been made (a constant or input included).
    [[nodiscard]] Result<BufferId> plain(ir::ValueId id);
    // The plain buffer if there is one already.
    [[nodiscard]] std::optional<BufferId> existing_plain(ir::ValueId id) const;
    void publish_plain(ir::ValueId id, BufferId buffer);
    [[nodiscard]] std::size_t plain_bytes(ir::ValueId id) const;
    // Whether node `index` is the last that reads the value, and it isn't an output of the graph.
    [[nodiscard]] bool last_use(ir::ValueId id, std::size_t index) const;

    // A backend runs a step that reads the value only where node `index` stands.
    void read_until(ir::ValueId id, std::size_t index);

    void add_step(const ir::Node& node, std::string op, std::string kernel, std::unique_ptr<Kernel> code,
                  std::vector<BufferId> reads, std::vector<BufferId> writes);

    // The one that was added last.
    [[nodiscard]] Step& last_step() { return program_.steps().back(); }

  private:
    [[nodiscard]] Result<void> lower_portable(std::size_t index);
    [[nodiscard]] bool lower_view(const ir::Node& node, BufferId source);
    [[nodiscard]] BufferId copy_of_input(ir::ValueId id, BufferId input);

    const ir::Graph& graph_;
    BackendCompiler* backend_;
    Program program_;
    std::map<ir::ValueId, BufferId> plain_;
    std::vector<std::size_t> last_use_;
    std::vector<BufferId> input_buffers_;
    std::vector<BufferId> output_buffers_;
};

}  // namespace mosaic
