// A head and its backbone as one network, for exporters: the picture's bytes in, probabilities out.
#include <algorithm>
#include <array>
#include <cmath>

#include "graph_access.h"
#include "shape_inference.h"
#include "train/head.h"

namespace mosaic::train {

namespace {

// Adds nodes at the end of a graph. Sizes follow from shape inference afterwards.
class Tail {
  public:
    explicit Tail(ir::Graph graph) : graph_(std::move(graph)) {}

    ir::ValueId step(const std::string& name, ir::Op op, std::vector<ir::ValueId> inputs) {
        const ir::ValueId id = graph_.add_value({"mosaic/" + name, DataType::kFloat32, {}, nullptr});
        graph_.nodes.push_back({"mosaic/" + name, std::move(op), std::move(inputs), {id}});
        return id;
    }
    Result<ir::ValueId> constant(const std::string& name, const Shape& shape,
                                 std::span<const float> numbers) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, shape));
        std::copy(numbers.begin(), numbers.end(), tensor.elements<float>().begin());
        return graph_.add_constant("mosaic/" + name, std::move(tensor));
    }
    // x / |x| along the last axis.
    Result<ir::ValueId> unit_length(const std::string& name, ir::ValueId x) {
        constexpr float kLeast = 1e-12F;  // of a picture that is black all over
        MOSAIC_TRY_ASSIGN(const ir::ValueId least, constant(name + "/least", {1}, std::span(&kLeast, 1)));
        const ir::ValueId squares = step(name + "/squares", ir::Unary{ir::UnaryKind::kSquare}, {x});
        const ir::ValueId sum = step(name + "/sum", ir::Reduce{ir::ReduceKind::kSum, {1}, true}, {squares});
        const ir::ValueId more = step(name + "/more", ir::Binary{ir::BinaryKind::kAdd}, {sum, least});
        const ir::ValueId factor = step(name + "/factor", ir::Unary{ir::UnaryKind::kRsqrt}, {more});
        return step(name + "/unit", ir::Binary{ir::BinaryKind::kMultiply}, {x, factor});
    }
    // sign(x) * sqrt(|x|)
    ir::ValueId root(const std::string& name, ir::ValueId x) {
        const ir::ValueId size = step(name + "/size", ir::Unary{ir::UnaryKind::kAbs}, {x});
        const ir::ValueId unsigned_root = step(name + "/root", ir::Unary{ir::UnaryKind::kSqrt}, {size});
        const ir::ValueId sign = step(name + "/sign", ir::Unary{ir::UnaryKind::kSign}, {x});
        return step(name + "/signed", ir::Binary{ir::BinaryKind::kMultiply}, {unsigned_root, sign});
    }
    [[nodiscard]] ir::Graph& graph() { return graph_; }

  private:
    ir::Graph graph_;
};

// Bytes brought to what the backbone wants, before everything else.
Result<void> read_bytes_first(Tail& tail, const Normalisation& normalisation) {
    ir::Graph& graph = tail.graph();
    ir::Input& input = graph.inputs[0];
    const ir::ValueId wanted = input.value;
    const Shape shape = graph.value(wanted).shape;
    std::array<float, 3> factors{};
    std::array<float, 3> offsets{};
    for (std::size_t c = 0; c < 3; ++c) {
        factors[c] = 1.0F / (255.0F * normalisation.deviation[c]);
        offsets[c] = -normalisation.mean[c] / normalisation.deviation[c];
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId scale, tail.constant("scale", {3}, factors));
    MOSAIC_TRY_ASSIGN(const ir::ValueId low, tail.constant("low", {3}, offsets));
    const ir::ValueId bytes = graph.add_value({"picture", DataType::kFloat32, shape, nullptr});
    const ir::ValueId scaled = graph.add_value({"mosaic/scaled", DataType::kFloat32, {}, nullptr});
    // What the backbone read is made by a node now.
    graph.nodes.insert(graph.nodes.begin(),
                       {{"mosaic/scaled", ir::Binary{ir::BinaryKind::kMultiply}, {bytes, scale}, {scaled}},
                        {"mosaic/shifted", ir::Binary{ir::BinaryKind::kAdd}, {scaled, low}, {wanted}}});
    input.value = bytes;
    return {};
}

}  // namespace

Result<Graph> Model::whole_graph() const {
    const HeadParts parts = parts_of(*impl_->body);
    if (parts.head == nullptr) return graph();
    MOSAIC_TRY_ASSIGN(BackboneGraph backbone, backbone_graph(*parts.backbone));
    const std::size_t maps_at_hand = backbone.graph.outputs.size();
    Tail tail(std::move(backbone.graph));
    MOSAIC_TRY(read_bytes_first(tail, backbone.normalisation));
    ir::Graph& graph = tail.graph();
    std::vector<ir::ValueId> maps;
    std::size_t width = 0;
    for (std::size_t i = 0; i < maps_at_hand && width < parts.head->width; ++i) {
        const ir::ValueId mean = graph.outputs[i].value;
        width += static_cast<std::size_t>(graph.value(mean).shape.element_count());
        const std::string name = "map" + std::to_string(i);
        MOSAIC_TRY_ASSIGN(const ir::ValueId map, tail.unit_length(name, tail.root(name, mean)));
        maps.push_back(map);
    }
    if (width != parts.head->width) return failure("the backbone is another than the one that was learnt on");
    const ir::ValueId all = maps.size() == 1 ? maps[0] : tail.step("features", ir::Concat{1}, maps);
    MOSAIC_TRY_ASSIGN(const ir::ValueId centre,
                      tail.constant("centre", {static_cast<std::int64_t>(width)}, parts.head->centre));
    // The temperature is part of the weights, so that softmax gives the probabilities.
    std::vector<float> weights = parts.head->weights.elements;
    for (float& weight : weights)
        weight = static_cast<float>(weight / impl_->temperature);
    MOSAIC_TRY_ASSIGN(const ir::ValueId rows, tail.constant("weights",
                                                            {static_cast<std::int64_t>(impl_->classes.size()),
                                                             static_cast<std::int64_t>(width)},
                                                            weights));
    const ir::ValueId apart = tail.step("apart", ir::Binary{ir::BinaryKind::kSubtract}, {all, centre});
    ir::MatMul product;
    product.transpose_b = true;
    MOSAIC_TRY_ASSIGN(const ir::ValueId example, tail.unit_length("example", apart));
    const ir::ValueId logits = tail.step("logits", product, {example, rows});
    graph.outputs = {{"probabilities", tail.step("probabilities", ir::Softmax{}, {logits})}};
    MOSAIC_TRY(ir::infer_shapes(graph));
    return GraphAccess::make(std::move(graph));
}

}  // namespace mosaic::train
