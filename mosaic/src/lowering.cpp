#include "lowering.h"

#include <algorithm>

#include "reference/reference.h"

namespace mosaic {

namespace {

constexpr std::size_t kNeverUsed = 0;
constexpr std::size_t kUsedAsOutput = ~std::size_t{0};

// Any operator through its reference kernel.
class ReferenceKernel final : public Kernel {
  public:
    struct Tensor {
        DataType type = DataType::kFloat32;
        Shape shape;
        std::size_t bytes = 0;
    };

    ReferenceKernel(const ir::Graph& graph, const ir::Node& node) : op_(node.op) {
        for (const ir::ValueId id : node.inputs)
            inputs_.push_back(describe(graph.value(id)));
        for (const ir::ValueId id : node.outputs)
            outputs_.push_back(describe(graph.value(id)));
        input_views_.resize(inputs_.size());
        output_views_.resize(outputs_.size());
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            input_views_[i] =
                TensorView(inputs_[i].type, inputs_[i].shape, std::span(reads[i], inputs_[i].bytes));
        }
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            output_views_[i] = {outputs_[i].type, outputs_[i].shape, writes[i]};
        }
        reference::run(op_, input_views_, output_views_);
    }

  private:
    static Tensor describe(const ir::Value& value) {
        const auto count = static_cast<std::size_t>(value.shape.element_count());
        return {value.type, value.shape, count * bytes_per_element(value.type)};
    }

    ir::Op op_;
    std::vector<Tensor> inputs_, outputs_;
    std::vector<TensorView> input_views_;
    std::vector<reference::MutableView> output_views_;
};

bool only_renames(const ir::Op& op) {
    return std::holds_alternative<ir::Reshape>(op) || std::holds_alternative<ir::ExpandDims>(op) ||
           std::holds_alternative<ir::Squeeze>(op) || std::holds_alternative<ir::Identity>(op);
}

}  // namespace

Lowering::Lowering(const ir::Graph& graph, BackendCompiler* backend)
    : graph_(graph), backend_(backend), last_use_(graph.values.size(), kNeverUsed) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const ir::ValueId id : graph.nodes[i].inputs)
            last_use_[static_cast<std::size_t>(id)] = i;
    }
    for (const ir::Output& output : graph.outputs)
        last_use_[static_cast<std::size_t>(output.value)] = kUsedAsOutput;
}

Result<void> Lowering::run() {
    for (const ir::Input& input : graph_.inputs) {
        input_buffers_.push_back(program_.add_input(plain_bytes(input.value)));
        publish_plain(input.value, input_buffers_.back());
    }
    if (backend_ != nullptr) backend_->begin(*this);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        bool taken = false;
        const std::size_t before = program_.steps().size();
        if (backend_ != nullptr) {
            MOSAIC_TRY_ASSIGN(taken, backend_->lower(*this, i));
        }
        if (!taken) MOSAIC_TRY(lower_portable(i));
        // The last step of a node computes; those before it bring what it reads. A node that another takes in
        // adds none, and is counted there.
        if (program_.steps().size() > before)
            last_step().operations += ir::operations(graph_, graph_.nodes[i]);
    }
    for (const ir::Output& output : graph_.outputs) {
        MOSAIC_TRY_ASSIGN(BufferId buffer, plain(output.value));
        if (program_.buffer(program_.root(buffer)).is_input) buffer = copy_of_input(output.value, buffer);
        program_.buffer(program_.root(buffer)).is_output = true;
        output_buffers_.push_back(buffer);
    }
    return {};
}

// An output is read after the run, when the caller's memory may be gone.
BufferId Lowering::copy_of_input(ir::ValueId id, BufferId input) {
    const ir::Node copy{graph_.value(id).name, ir::Identity{}, {id}, {id}};
    const BufferId own = program_.add_buffer(plain_bytes(id));
    add_step(copy, ir::op_name(copy.op), "reference", std::make_unique<ReferenceKernel>(graph_, copy),
             {input}, {own});
    return own;
}

Result<BufferId> Lowering::plain(ir::ValueId id) {
    if (const auto existing = existing_plain(id)) return *existing;
    if (const auto& constant = graph_.value(id).constant) {
        const BufferId buffer = program_.add_constant(constant);
        publish_plain(id, buffer);
        return buffer;
    }
    if (backend_ == nullptr) return failure("value " + graph_.value(id).name + " is used before it is made");
    MOSAIC_TRY_ASSIGN(const BufferId buffer, backend_->make_plain(*this, id));
    publish_plain(id, buffer);
    return buffer;
}

std::optional<BufferId> Lowering::existing_plain(ir::ValueId id) const {
    const auto found = plain_.find(id);
    return found == plain_.end() ? std::nullopt : std::optional(found->second);
}

void Lowering::publish_plain(ir::ValueId id, BufferId buffer) {
    plain_[id] = buffer;
}

std::size_t Lowering::plain_bytes(ir::ValueId id) const {
    const ir::Value& value = graph_.value(id);
    return static_cast<std::size_t>(value.shape.element_count()) * bytes_per_element(value.type);
}

bool Lowering::last_use(ir::ValueId id, std::size_t index) const {
    return last_use_[static_cast<std::size_t>(id)] == index;
}

void Lowering::read_until(ir::ValueId id, std::size_t index) {
    std::size_t& last = last_use_[static_cast<std::size_t>(id)];
    last = std::max(last, index);
}

void Lowering::add_step(const ir::Node& node, std::string op, std::string kernel,
                        std::unique_ptr<Kernel> code, std::vector<BufferId> reads,
                        std::vector<BufferId> writes) {
    program_.steps().push_back(
        {node.name, std::move(op), std::move(kernel), std::move(code), std::move(reads), std::move(writes)});
}

// A result that has the elements of its input in the same order is the same memory.
bool Lowering::lower_view(const ir::Node& node, BufferId source) {
    const Buffer& base = program_.buffer(program_.root(source));
    if (!only_renames(node.op) || base.is_input || base.constant != nullptr) return false;
    publish_plain(node.outputs[0], program_.add_part(source, 0, program_.buffer(source).bytes));
    return true;
}

Result<void> Lowering::lower_portable(std::size_t index) {
    const ir::Node& node = graph_.nodes[index];
    std::vector<BufferId> reads;
    for (const ir::ValueId id : node.inputs) {
        MOSAIC_TRY_ASSIGN(const BufferId buffer, plain(id));
        reads.push_back(buffer);
    }
    if (lower_view(node, reads[0])) return {};
    std::vector<BufferId> writes;
    for (const ir::ValueId id : node.outputs) {
        writes.push_back(program_.add_buffer(plain_bytes(id)));
        publish_plain(id, writes.back());
    }
    add_step(node, ir::op_name(node.op), "reference", std::make_unique<ReferenceKernel>(graph_, node),
             std::move(reads), std::move(writes));
    return {};
}

}  // namespace mosaic
