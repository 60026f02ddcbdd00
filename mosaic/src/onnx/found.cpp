// Operators that return as much as they find: of constants at once, of the data when a run has come so far.
#include "reference/found.h"

#include <algorithm>

#include <onnx/onnx_pb.h>

#include "onnx/late.h"

namespace mosaic::onnx {

namespace {

std::optional<std::int64_t> integer_attribute(const ::onnx::NodeProto& proto, const char* name) {
    for (const auto& attribute : proto.attribute()) {
        if (attribute.name() == name && attribute.type() == ::onnx::AttributeProto::INT) return attribute.i();
    }
    return std::nullopt;
}

Result<float> number_of(const TensorView& view) {
    if (view.shape().element_count() != 1 || view.type() == DataType::kBool)
        return failure("needs one number, not " + view.shape().to_string());
    if (view.type() == DataType::kInt32) return static_cast<float>(view.elements<std::int32_t>()[0]);
    return view.elements<float>()[0];
}

using Inputs = std::span<const TensorView* const>;

const TensorView* at(Inputs inputs, std::size_t index) {
    return index < inputs.size() ? inputs[index] : nullptr;
}

Result<Tensor> search_boxes(const ::onnx::NodeProto& proto, Inputs inputs) {
    if (at(inputs, 0) == nullptr || at(inputs, 1) == nullptr) return failure("lacks boxes or scores");
    reference::Suppression how;
    how.centred = integer_attribute(proto, "center_point_box").value_or(0) != 0;
    if (const TensorView* most = at(inputs, 2)) {
        if (most->type() != DataType::kInt32 || most->shape().element_count() != 1)
            return failure("needs one number of boxes");
        how.boxes_max = std::max<std::int64_t>(most->elements<std::int32_t>()[0], 0);
    }
    if (const TensorView* overlap = at(inputs, 3)) {
        MOSAIC_TRY_ASSIGN(how.overlap, number_of(*overlap));
    }
    if (const TensorView* score = at(inputs, 4)) {
        MOSAIC_TRY_ASSIGN(how.score, number_of(*score));
    }
    return reference::suppress(*inputs[0], *inputs[1], how);
}

Result<Tensor> search_of_kind(const ::onnx::NodeProto& proto, Inputs inputs) {
    if (proto.op_type() == "NonMaxSuppression") return search_boxes(proto, inputs);
    if (at(inputs, 0) == nullptr) return failure("lacks its input");
    if (proto.op_type() == "NonZero") return reference::find_nonzero(*inputs[0]);
    if (at(inputs, 1) == nullptr) return failure("lacks its condition");
    return reference::compress(*inputs[0], *inputs[1], integer_attribute(proto, "axis"));
}

Result<void> build_search(Node& node) {
    std::vector<TensorView> views;
    views.reserve(node.input_count());
    std::vector<const TensorView*> inputs;
    for (std::size_t i = 0; i < node.input_count(); ++i) {
        inputs.push_back(nullptr);
        if (!node.has_input(i)) continue;
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.plain(i));
        const auto& constant = node.value(id).constant;
        if (constant == nullptr) {
            if (node.depth() > 0)
                return node.wrong("searches the data within a branch, which isn't supported");
            node.scope().put_off(node.proto());
            return {};
        }
        views.push_back(constant->view());
        inputs.back() = &views.back();
    }
    MOSAIC_TRY_ASSIGN(Tensor found, search(node.proto(), inputs));
    node.set(0, node.constant(std::move(found)));
    return {};
}

}  // namespace

Result<Tensor> search(const ::onnx::NodeProto& proto, Inputs inputs) {
    auto found = search_of_kind(proto, inputs);
    if (!found) {
        const std::string& name = proto.name().empty() ? proto.output(0) : proto.name();
        return failure("node " + name + " (" + proto.op_type() + "): " + found.error().message);
    }
    return found;
}

void add_found(Builders& builders) {
    builders["Compress"] = build_search;
    builders["NonMaxSuppression"] = build_search;
    builders["NonZero"] = build_search;
}

}  // namespace mosaic::onnx
