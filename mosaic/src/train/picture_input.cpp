#include "train/picture_input.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "graph_access.h"
#include "shape_inference.h"

namespace mosaic::train {

namespace {

constexpr std::int64_t kOpenPx = 224;  // of networks that take any size

enum class PictureOrder : std::uint8_t { kChannelsLast, kChannelsFirst };

std::optional<PictureOrder> order_of(const ir::Graph& graph) {
    const auto& sizes = graph.inputs[0].declared_sizes;
    if (sizes.size() != 4) return std::nullopt;
    if (sizes[3] == 3) return PictureOrder::kChannelsLast;
    return sizes[1] == 3 ? std::optional(PictureOrder::kChannelsFirst) : std::nullopt;
}

Shape square(PictureOrder order, std::int64_t px) {
    return order == PictureOrder::kChannelsLast ? Shape{1, px, px, 3} : Shape{1, 3, px, px};
}

// For the size that is asked for. Where the file leaves its own open, which order is right shows by trying: a
// network takes as many channels as its weights are made for.
Result<ir::Graph> read_graph(const Graph& file, std::int64_t side_px) {
    const auto names = file.input_names();
    if (names.size() != 1) return failure("has " + std::to_string(names.size()) + " inputs, not one picture");
    auto own = GraphAccess::of(file, {});
    if (own && side_px == 0) return own;
    std::vector<PictureOrder> orders = {PictureOrder::kChannelsLast, PictureOrder::kChannelsFirst};
    if (own) orders = {order_of(*own).value_or(PictureOrder::kChannelsLast)};
    std::string problem;  // of the likelier order
    for (const PictureOrder order : orders) {
        Options options;
        options.input_shapes[names[0]] = square(order, side_px == 0 ? kOpenPx : side_px);
        auto made = GraphAccess::of(file, options);
        if (made) return made;
        if (problem.empty()) problem = made.error().message;
    }
    return failure(problem);
}

// What importers make of such an input before the first convolution.
bool turns_channels_last(const ir::Node& node, ir::ValueId picture) {
    const auto* transpose = std::get_if<ir::Transpose>(&node.op);
    return transpose != nullptr && node.inputs[0] == picture &&
           transpose->order == std::vector<std::int64_t>{0, 2, 3, 1};
}

void read_channels_last(ir::Graph& graph) {
    ir::Input& input = graph.inputs[0];
    const ir::ValueId turned = input.value;
    const std::vector<std::int64_t> sizes = input.declared_sizes;
    const ir::ValueId picture = graph.add_value(
        {"mosaic/picture", DataType::kFloat32, {sizes[0], sizes[2], sizes[3], sizes[1]}, nullptr});
    input.value = picture;
    input.declared_sizes = {sizes[0], sizes[2], sizes[3], sizes[1]};
    // Turned and turned back is as it was.
    std::vector<ir::Node> nodes;
    nodes.reserve(graph.nodes.size() + 1);
    nodes.push_back({"mosaic/turned", ir::Transpose{{0, 3, 1, 2}}, {picture}, {turned}});
    std::vector<ir::ValueId> same(graph.values.size());
    for (std::size_t i = 0; i < same.size(); ++i)
        same[i] = static_cast<ir::ValueId>(i);
    for (ir::Node& node : graph.nodes) {
        if (turns_channels_last(node, turned)) {
            same[static_cast<std::size_t>(node.outputs[0])] = picture;
            continue;
        }
        for (ir::ValueId& id : node.inputs)
            id = same[static_cast<std::size_t>(id)];
        nodes.push_back(std::move(node));
    }
    for (ir::Output& output : graph.outputs)
        output.value = same[static_cast<std::size_t>(output.value)];
    const bool is_read = std::any_of(nodes.begin() + 1, nodes.end(), [&](const ir::Node& node) {
        return std::find(node.inputs.begin(), node.inputs.end(), turned) != node.inputs.end();
    });
    if (!is_read) nodes.erase(nodes.begin());
    graph.nodes = std::move(nodes);
}

}  // namespace

Result<ir::Graph> read_picture_graph(const Graph& file, std::int64_t side_px) {
    MOSAIC_TRY_ASSIGN(ir::Graph graph, read_graph(file, side_px));
    const auto order = order_of(graph);
    if (!order) return failure("its input is no picture of three channels");
    if (*order == PictureOrder::kChannelsFirst) read_channels_last(graph);
    MOSAIC_TRY(ir::infer_shapes(graph));
    return graph;
}

}  // namespace mosaic::train
