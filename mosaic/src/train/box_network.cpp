#include "train/box_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "train/architectures.h"
#include "train/backbone.h"
#include "train/box_targets.h"
#include "train/builder.h"
#include "train/imported_body.h"

namespace mosaic::train {

namespace {

// Channels of the map that is made where a backbone has no map of its own that sees far and fine at once.
constexpr std::int64_t kNeckChannels = 64;
constexpr std::int64_t kHeadChannels = 64;
// Fewer channels than this say too little.
constexpr std::int64_t kMapChannelsMin = 16;
// Parts of the resolution, along each axis, whose maps a neck joins.
constexpr std::array<std::int64_t, 4> kStrides = {4, 8, 16, 32};

bool is_convolution(const ir::Op& op) {
    return std::holds_alternative<ir::Conv2d>(op) || std::holds_alternative<ir::DepthwiseConv2d>(op);
}
bool is_convolution(const Op& op) {
    const auto* inner = std::get_if<ir::Op>(&op);
    return inner != nullptr && is_convolution(*inner);
}

// Values to learn on: one map that was made from deeper ones, or one of each resolution, the finest first.
template <typename Graph>
std::vector<ValueId> find_maps(const Graph& graph, std::int64_t picture_pixels) {
    std::vector<std::int64_t> deepest(graph.values.size(), picture_pixels);  // fewest pixels it came through
    std::vector<int> readers(graph.values.size());                           // convolutions
    std::map<std::int64_t, ValueId> last;                                    // by stride
    for (const auto& node : graph.nodes) {
        for (const ValueId id : node.inputs)
            readers[static_cast<std::size_t>(id)] += is_convolution(node.op) ? 1 : 0;
    }
    ValueId joined = -1;
    for (const auto& node : graph.nodes) {
        std::int64_t fewest = picture_pixels;
        for (const ValueId id : node.inputs)
            fewest = std::min(fewest, deepest[static_cast<std::size_t>(id)]);
        for (const ValueId id : node.outputs) {
            const auto& value = graph.value(id);
            const Shape& shape = value.shape;
            const bool map = value.type == DataType::kFloat32 && shape.rank() == 4 && shape[1] * shape[2] > 1;
            deepest[static_cast<std::size_t>(id)] = map ? std::min(fewest, shape[1] * shape[2]) : fewest;
            if (!map || shape[3] < kMapChannelsMin) continue;
            for (const std::int64_t stride : kStrides) {
                if (shape[1] * shape[2] * stride * stride == picture_pixels) last[stride] = id;
            }
            const bool quarter = shape[1] * shape[2] * kCellPx * kCellPx == picture_pixels;
            const bool deep = deepest[static_cast<std::size_t>(id)] * 256 <= picture_pixels;
            // What several towers read is where a detector's body ends.
            if (quarter && deep && readers[static_cast<std::size_t>(id)] >= 2) joined = id;
        }
    }
    if (joined >= 0) return {joined};
    std::vector<ValueId> maps;
    for (const auto& [stride, id] : last)
        maps.push_back(id);
    if (!last.contains(kCellPx) || maps.size() < 2) maps.clear();
    return maps;
}

// Drops nodes that none of `kept` needs.
void prune(Network& network, const std::vector<ValueId>& kept) {
    std::vector<bool> needed(network.values.size());
    for (const ValueId id : kept)
        needed[static_cast<std::size_t>(id)] = true;
    std::vector<Node> nodes;
    for (std::size_t i = network.nodes.size(); i-- > 0;) {
        Node& node = network.nodes[i];
        if (std::none_of(node.outputs.begin(), node.outputs.end(),
                         [&](ValueId id) { return needed[static_cast<std::size_t>(id)]; })) {
            continue;
        }
        for (const ValueId id : node.inputs)
            needed[static_cast<std::size_t>(id)] = true;
        nodes.push_back(std::move(node));
    }
    network.nodes.assign(std::make_move_iterator(nodes.rbegin()), std::make_move_iterator(nodes.rend()));
    for (std::size_t i = 0; i < needed.size(); ++i) {
        Value& value = network.values[i];
        if (needed[i] || value.role == Role::kInput) continue;
        value.role = Role::kComputed;
        value.data.reset();
    }
    network.outputs = kept;
}

Result<Network> body_from_nothing(const BoxBody& body, std::int64_t side_px) {
    ArchitectureOptions options;
    options.image_px = side_px;
    options.seed = body.seed;
    MOSAIC_TRY_ASSIGN(Network network, make_architecture(body.architecture, options));
    const auto maps = find_maps(network, side_px * side_px);
    if (maps.empty()) {
        return failure("the architecture " + body.architecture +
                       " has no maps at a quarter of the resolution and below; a resnet or a mobilenet has");
    }
    prune(network, maps);
    return network;
}

ValueId convolved(Builder& builder, const std::string& name, ValueId x, std::int64_t channels,
                  std::int64_t size) {
    return builder.convolution(name, x, {channels, size, 1, true});
}

ValueId enlarged(Builder& builder, const std::string& name, ValueId x, const Shape& like) {
    ir::Resize resize;
    resize.height = like[1];
    resize.width = like[2];
    resize.coordinates = ir::ResizeCoordinates::kHalfPixel;
    return builder.node(name, ir::Op(resize), {x});
}

// Lin et al., Feature pyramid networks (2017): from the coarsest to the finest, each added to the next.
ValueId join(Builder& builder, const std::vector<ValueId>& maps) {
    if (maps.size() == 1) return maps[0];
    ValueId x = -1;
    for (std::size_t i = maps.size(); i-- > 0;) {
        const std::string name = "neck/" + std::to_string(i);
        const ValueId side = convolved(builder, name + "/side", maps[i], kNeckChannels, 1);
        if (x < 0) {
            x = side;
            continue;
        }
        const ValueId large = enlarged(builder, name + "/large", x, builder.shape(side));
        x = builder.activation(name, builder.add(name + "/sum", side, large), ir::ActivationKind::kRelu);
    }
    return builder.activation("neck/out", convolved(builder, "neck/out/linear", x, kNeckChannels, 3),
                              ir::ActivationKind::kRelu);
}

// 5x5 of each channel, then all channels of a cell, then what is asked for.
ValueId head(Builder& builder, const std::string& name, ValueId x, std::int64_t numbers) {
    ValueId y = builder.depthwise(name + "/near", x, 5, 1);
    y = builder.activation(name + "/hidden", convolved(builder, name + "/hidden/linear", y, kHeadChannels, 1),
                           ir::ActivationKind::kRelu);
    const Shape kernel{1, 1, kHeadChannels, numbers};
    ir::Conv2d conv;
    conv.has_bias = true;
    const ValueId weights = builder.weights(name + "/weights", kernel, 0.01);
    return builder.node(name, ir::Op(conv), {y, weights, builder.filled(name + "/bias", {numbers}, 0.0F)});
}

void set_bias(Network& network, const std::string& name, std::initializer_list<float> numbers) {
    for (Value& value : network.values) {
        if (value.name == name)
            std::copy(numbers.begin(), numbers.end(), value.data->elements<float>().begin());
    }
}

}  // namespace

Result<BoxNetwork> make_box_network(const BoxBody& body, std::int64_t side_px) {
    if (side_px < 64 || side_px > 2048 || side_px % 32 != 0)
        return failure("parts of " + std::to_string(side_px) +
                       " pixels; multiples of 32 from 64 to 2048 work");
    BoxNetwork made;
    const bool imported = !body.backbone.empty();
    const auto maps_of = [](const ir::Graph& graph, std::int64_t pixels) { return find_maps(graph, pixels); };
    MOSAIC_TRY_ASSIGN(Network start, imported ? import_body(body.backbone, side_px, maps_of)
                                              : body_from_nothing(body, side_px));
    if (imported) {
        made.body = parameters_by_layer(start);
        made.normalisation = backbone_normalisation(body.backbone.stem().string());
        made.description = body.backbone.stem().string();
    } else {
        made.description = body.architecture;
    }
    const std::vector<ValueId> maps = start.outputs;
    Builder builder(body.seed + 1, std::move(start));
    const ValueId map = join(builder, maps);
    const ValueId heat = head(builder, "centres", map, 1);
    const ValueId numbers = head(builder, "numbers", map, static_cast<std::int64_t>(kBoxNumbers));
    MOSAIC_TRY_ASSIGN(made.network, builder.finish({heat, numbers}));
    // Lin et al., Focal loss (2017): hardly any cell holds a centre, and the network begins by saying so.
    set_bias(made.network, "centres/bias", {-4.0F});
    const auto size = static_cast<float>(std::log(body.typical_cells));
    set_bias(made.network, "numbers/bias", {size, size, 0.0F, 0.0F});
    return made;
}

}  // namespace mosaic::train
