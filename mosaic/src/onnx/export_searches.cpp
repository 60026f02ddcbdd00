// Products of matrices, Softmax, and operators that take elements by their numbers or find them.
#include "onnx/exporter.h"

namespace mosaic::onnx {

namespace {

// The last two dimensions change places.
std::string emit_transposed(Exporter& exporter, const std::string& x, std::size_t rank) {
    Sizes order;
    for (std::size_t i = 0; i < rank; ++i)
        order.push_back(static_cast<std::int64_t>(i));
    std::swap(order[rank - 1], order[rank - 2]);
    return exporter.emit("Transpose", {x}, {{"perm", order}});
}

void export_matmul(Exporter& exporter, const ir::Node& node, const ir::MatMul& matmul) {
    if (exporter.is_quantized(node)) {
        const Tensor* bias = matmul.has_bias ? exporter.value(node.inputs[2]).constant.get() : nullptr;
        std::vector<std::string> inputs{exporter.through_bytes(node.inputs[0], own_order(2))};
        for (std::string& name : exporter.weights_through_bytes(
                 node.inputs[0], *exporter.value(node.inputs[1]).constant, 1, bias))
            inputs.push_back(std::move(name));
        exporter.publish(node.outputs[0],
                         exporter.emit_activation(matmul.activation, exporter.emit("Gemm", inputs)));
        return;
    }
    const std::size_t rank_a = exporter.rank(node.inputs[0]);
    const std::size_t rank_b = exporter.rank(node.inputs[1]);
    std::string made;
    if (rank_a == 2 && rank_b == 2) {
        // Weights as PyTorch writes them, a row for each output: OpenCV 4.6 reads no others.
        const bool turns = !matmul.transpose_b && exporter.value(node.inputs[1]).constant;
        std::vector<std::string> inputs{
            exporter.plain(node.inputs[0]),
            turns ? exporter.tensor(node.inputs[1], {1, 0}) : exporter.plain(node.inputs[1])};
        if (matmul.has_bias) inputs.push_back(exporter.plain(node.inputs[2]));
        made = exporter.emit("Gemm", inputs,
                             {{"transA", std::int64_t{matmul.transpose_a ? 1 : 0}},
                              {"transB", std::int64_t{matmul.transpose_b || turns ? 1 : 0}}});
    } else {
        std::string a = exporter.plain(node.inputs[0]);
        std::string b = exporter.plain(node.inputs[1]);
        if (matmul.transpose_a) a = emit_transposed(exporter, a, rank_a);
        if (matmul.transpose_b) b = emit_transposed(exporter, b, rank_b);
        made = exporter.emit("MatMul", {a, b});
        if (matmul.has_bias) made = exporter.emit("Add", {made, exporter.plain(node.inputs[2])});
    }
    exporter.publish(node.outputs[0], exporter.emit_activation(matmul.activation, made));
}

void export_top_k(Exporter& exporter, const ir::Node& node, const ir::TopK& top) {
    const auto made = exporter.emit("TopK", {exporter.plain(node.inputs[0]), exporter.integers({top.k})},
                                    {{"axis", std::int64_t{-1}}}, 2);
    exporter.publish(node.outputs[0], made[0]);
    if (node.outputs.size() > 1)
        exporter.publish(node.outputs[1], exporter.emit_cast(made[1], DataType::kInt32));
}

void export_arg_max(Exporter& exporter, const ir::Node& node, const ir::ArgMax& arg_max) {
    const std::string made = exporter.emit("ArgMax", {exporter.plain(node.inputs[0])},
                                           {{"axis", arg_max.axis}, {"keepdims", std::int64_t{0}}});
    exporter.publish(node.outputs[0], exporter.emit_cast(made, DataType::kInt32));
}

const char* reduction_of(ir::ScatterKind kind) {
    if (kind == ir::ScatterKind::kAdd) return "add";
    return kind == ir::ScatterKind::kMultiply ? "mul" : "none";
}

// Values, 64-bit indices and updates.
std::vector<std::string> scatter_inputs(Exporter& exporter, const ir::Node& node) {
    const std::string indices =
        exporter.emit("Cast", {exporter.plain(node.inputs[1])}, {{"to", std::int64_t{7}}});
    return {exporter.plain(node.inputs[0]), indices, exporter.plain(node.inputs[2])};
}

void export_cumulative_sum(Exporter& exporter, const ir::Node& node, const ir::CumulativeSum& sum) {
    exporter.publish(
        node.outputs[0],
        exporter.emit("CumSum", {exporter.plain(node.inputs[0]), exporter.integers({sum.axis})},
                      {{"exclusive", std::int64_t{sum.exclusive}}, {"reverse", std::int64_t{sum.reverse}}}));
}

void export_grid_sample(Exporter& exporter, const ir::Node& node, const ir::GridSample& sample) {
    const char* mode = "bilinear";
    if (sample.mode == ir::ResizeMode::kNearest) mode = "nearest";
    if (sample.mode == ir::ResizeMode::kCubic) mode = "bicubic";
    const char* padding = "zeros";
    if (sample.padding == ir::GridPadding::kBorder) padding = "border";
    if (sample.padding == ir::GridPadding::kReflection) padding = "reflection";
    exporter.publish(
        node.outputs[0], channels_first(),
        exporter.emit("GridSample",
                      {exporter.tensor(node.inputs[0], channels_first()), exporter.plain(node.inputs[1])},
                      {{"mode", std::string(mode)},
                       {"padding_mode", std::string(padding)},
                       {"align_corners", std::int64_t{sample.align_corners}}}));
}

// Along the last dimension, wherever that lies.
void export_softmax(Exporter& exporter, const ir::Node& node) {
    const Order order = exporter.order_of(node.inputs[0]);
    const std::int64_t axis = stored_axis(order, order.size() - 1);
    exporter.publish(node.outputs[0], order,
                     exporter.emit("Softmax", {exporter.tensor(node.inputs[0], order)}, {{"axis", axis}}));
}

}  // namespace

Result<bool> export_search_operator(Exporter& exporter, const ir::Node& node) {
    const auto both = [&] {
        return std::vector<std::string>{exporter.plain(node.inputs[0]), exporter.plain(node.inputs[1])};
    };
    if (const auto* matmul = std::get_if<ir::MatMul>(&node.op)) {
        export_matmul(exporter, node, *matmul);
    } else if (const auto* gather = std::get_if<ir::Gather>(&node.op)) {
        exporter.publish(node.outputs[0], exporter.emit("Gather", both(), {{"axis", gather->axis}}));
    } else if (const auto* elements = std::get_if<ir::GatherElements>(&node.op)) {
        exporter.publish(node.outputs[0],
                         exporter.emit("GatherElements", both(), {{"axis", elements->axis}}));
    } else if (std::holds_alternative<ir::GatherNd>(node.op)) {
        // ONNX wants 64-bit indices here.
        std::vector<std::string> inputs = both();
        inputs[1] = exporter.emit("Cast", {inputs[1]}, {{"to", std::int64_t{7}}});
        exporter.publish(node.outputs[0], exporter.emit("GatherND", inputs));
    } else if (const auto* scatter = std::get_if<ir::ScatterElements>(&node.op)) {
        exporter.publish(node.outputs[0],
                         exporter.emit("ScatterElements", scatter_inputs(exporter, node),
                                       {{"axis", scatter->axis},
                                        {"reduction", std::string(reduction_of(scatter->kind))}}));
    } else if (const auto* scatter_nd = std::get_if<ir::ScatterNd>(&node.op)) {
        exporter.publish(node.outputs[0],
                         exporter.emit("ScatterND", scatter_inputs(exporter, node),
                                       {{"reduction", std::string(reduction_of(scatter_nd->kind))}}));
    } else if (const auto* sum = std::get_if<ir::CumulativeSum>(&node.op)) {
        export_cumulative_sum(exporter, node, *sum);
    } else if (const auto* sample = std::get_if<ir::GridSample>(&node.op)) {
        export_grid_sample(exporter, node, *sample);
    } else if (const auto* top = std::get_if<ir::TopK>(&node.op)) {
        export_top_k(exporter, node, *top);
    } else if (const auto* arg_max = std::get_if<ir::ArgMax>(&node.op)) {
        export_arg_max(exporter, node, *arg_max);
    } else if (std::holds_alternative<ir::Softmax>(node.op)) {
        export_softmax(exporter, node);
    } else {
        return false;
    }
    return true;
}

}  // namespace mosaic::onnx
