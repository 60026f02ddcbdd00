// From the maps of a box network to a list of boxes, as operators of the graph.
#include <algorithm>

#include "shape_inference.h"
#include "train/box_network.h"
#include "train/box_targets.h"

namespace mosaic::train {

namespace {

constexpr std::int64_t kDetectionsMax = 100;

class Decoder {
  public:
    explicit Decoder(ir::Graph graph) : graph_(std::move(graph)) {}

    Result<ir::Graph> run() {
        const ValueId heat = graph_.outputs[0].value;
        const ValueId numbers = graph_.outputs[1].value;
        const Shape shape = graph_.value(heat).shape;
        rows_ = shape[1];
        columns_ = shape[2];
        const ValueId sure = step("centres/heat", ir::Activate{{ir::ActivationKind::kSigmoid, 0.0F}}, {heat});
        const ValueId scores = step("peaks/row", reshape({1, rows_ * columns_}), {peaks(sure)});
        const ValueId values = graph_.add_value({"best", DataType::kFloat32, {}, nullptr});
        const ValueId places = graph_.add_value({"places", DataType::kInt32, {}, nullptr});
        const ir::TopK top{std::min(kDetectionsMax, rows_ * columns_)};
        graph_.nodes.push_back({"best", top, {scores}, {values, places}});
        MOSAIC_TRY_ASSIGN(const ValueId corners, boxes(numbers));
        const ValueId list = step("boxes/list", reshape({rows_ * columns_, 4}), {corners});
        const ValueId chosen = step("boxes/chosen", ir::Gather{}, {list, places});
        const ValueId column = step("best/column", ir::ExpandDims{2}, {values});
        const ValueId all = step("detections", ir::Concat{2}, {chosen, column});
        graph_.outputs = {{"detections", all}, {"heat", sure}};
        MOSAIC_TRY(ir::infer_shapes(graph_));
        return std::move(graph_);
    }

  private:
    ValueId step(const std::string& name, ir::Op op, std::vector<ValueId> inputs,
                 DataType type = DataType::kFloat32) {
        const ValueId id = graph_.add_value({name, type, {}, nullptr});
        graph_.nodes.push_back({name, std::move(op), std::move(inputs), {id}});
        return id;
    }
    static ir::Reshape reshape(std::initializer_list<std::int64_t> sizes) {
        ir::Reshape to;
        for (const std::int64_t size : sizes)
            to.sizes.push_back({size, 0, 0});
        return to;
    }
    Result<ValueId> scalar(const std::string& name, float number) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, {}));
        tensor.elements<float>()[0] = number;
        return graph_.add_constant(name, std::move(tensor));
    }

    // What is the largest among its neighbours; the rest is 0.
    ValueId peaks(ValueId heat) {
        ir::Pool pool;
        pool.size_y = pool.size_x = 3;
        pool.padding.kind = ir::PaddingKind::kSame;
        const ValueId largest = step("peaks/largest", pool, {heat});
        const ValueId same =
            step("peaks/same", ir::Binary{ir::BinaryKind::kEqual}, {heat, largest}, DataType::kBool);
        const ValueId ones = step("peaks/ones", ir::Cast{DataType::kFloat32}, {same});
        return step("peaks", ir::Binary{ir::BinaryKind::kMultiply}, {heat, ones});
    }

    // [1,h,w,4] corners in pixels.
    Result<ValueId> boxes(ValueId numbers) {
        ir::Slice first;
        first.begin = {0, 0, 0, 0};
        first.size = {1, rows_, columns_, 2};
        ir::Slice second = first;
        second.begin[3] = 2;
        const ValueId logs = step("boxes/logs", first, {numbers});
        const ValueId shifts = step("boxes/shifts", second, {numbers});
        MOSAIC_TRY_ASSIGN(const ValueId cell, scalar("boxes/cell", static_cast<float>(kCellPx)));
        MOSAIC_TRY_ASSIGN(const ValueId half_cell, scalar("boxes/half", static_cast<float>(kCellPx) / 2.0F));
        MOSAIC_TRY_ASSIGN(const ValueId middles, cell_middles());
        const ir::Binary multiply{ir::BinaryKind::kMultiply};
        const ValueId sizes = step("boxes/sizes", ir::Unary{ir::UnaryKind::kExp}, {logs});
        const ValueId halves = step("boxes/halves", multiply, {sizes, half_cell});
        const ValueId moved = step("boxes/moved", multiply, {shifts, cell});
        const ValueId centres = step("boxes/centres", ir::Binary{ir::BinaryKind::kAdd}, {moved, middles});
        const ValueId low = step("boxes/low", ir::Binary{ir::BinaryKind::kSubtract}, {centres, halves});
        const ValueId high = step("boxes/high", ir::Binary{ir::BinaryKind::kAdd}, {centres, halves});
        return step("boxes", ir::Concat{3}, {low, high});
    }

    Result<ValueId> cell_middles() {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, {1, rows_, columns_, 2}));
        const auto elements = tensor.elements<float>();
        for (std::int64_t i = 0; i < rows_ * columns_; ++i) {
            const auto at = static_cast<std::size_t>(2 * i);
            const auto cell = static_cast<float>(kCellPx);
            elements[at] = (static_cast<float>(i % columns_) + 0.5F) * cell;
            elements[at + 1] = (static_cast<float>(i / columns_) + 0.5F) * cell;
        }
        return graph_.add_constant("boxes/middles", std::move(tensor));
    }

    ir::Graph graph_;
    std::int64_t rows_ = 0, columns_ = 0;
};

}  // namespace

Result<ir::Graph> to_detector_graph(const Network& network) {
    MOSAIC_TRY_ASSIGN(ir::Graph graph, to_graph(network));
    return Decoder(std::move(graph)).run();
}

}  // namespace mosaic::train
