// Convolutions, pools and resizes: pictures with the channels first.
#include <cmath>

#include "onnx/exporter.h"

namespace mosaic::onnx {

namespace {

ExportAttributes window_attributes(const Sizes& size, const Sizes& strides, const ir::Window2d& window) {
    return {
        {"kernel_shape", size},
        {"strides", strides},
        {"pads", Sizes{window.y.pad_before, window.x.pad_before, window.y.pad_after, window.x.pad_after}}};
}

Result<void> export_convolution(Exporter& exporter, const ir::Node& node, const ir::Conv2d& conv,
                                bool depthwise) {
    if (conv.has_residual || conv.has_input_scale)
        return failure(ir::describe(node) + " is fused and can't be exported");
    const Shape& shape = exporter.value(node.inputs[1]).shape;
    MOSAIC_TRY_ASSIGN(const ir::Window2d window,
                      ir::slide(conv, exporter.value(node.inputs[0]).shape, shape));
    ExportAttributes attributes =
        window_attributes({shape[0], shape[1]}, {conv.stride_y, conv.stride_x}, window);
    attributes.push_back({"dilations", Sizes{conv.dilation_y, conv.dilation_x}});
    attributes.push_back({"group", depthwise ? shape[2] : conv.groups});
    // [rows,columns,CI,CO] to [CO,CI,rows,columns]; depthwise [rows,columns,C,M] to [CM,1,rows,columns].
    if (exporter.is_quantized(node)) {
        MOSAIC_TRY_ASSIGN(const Tensor moved,
                          transposed(exporter.value(node.inputs[1]).constant->view(), {3, 2, 0, 1}));
        const Tensor* bias = conv.has_bias ? exporter.value(node.inputs[2]).constant.get() : nullptr;
        std::vector<std::string> inputs{exporter.through_bytes(node.inputs[0], channels_first())};
        for (std::string& name : exporter.weights_through_bytes(node.inputs[0], moved, 0, bias))
            inputs.push_back(std::move(name));
        const std::string made = exporter.emit("Conv", inputs, attributes);
        exporter.publish(node.outputs[0], channels_first(), exporter.emit_activation(conv.activation, made));
        return {};
    }
    std::string weights = exporter.tensor(node.inputs[1], depthwise ? Order{2, 3, 0, 1} : Order{3, 2, 0, 1});
    if (depthwise) weights = exporter.emit_reshape(weights, {shape[2] * shape[3], 1, shape[0], shape[1]});
    std::vector<std::string> inputs{exporter.tensor(node.inputs[0], channels_first()), weights};
    if (conv.has_bias) inputs.push_back(exporter.plain(node.inputs[2]));
    const std::string made = exporter.emit("Conv", inputs, attributes);
    exporter.publish(node.outputs[0], channels_first(), exporter.emit_activation(conv.activation, made));
    return {};
}

void export_transposed(Exporter& exporter, const ir::Node& node, const ir::ConvTranspose2d& conv) {
    const Shape& shape = exporter.value(node.inputs[1]).shape;
    const ir::Padding& pad = conv.padding;
    std::vector<std::string> inputs{exporter.tensor(node.inputs[0], channels_first()),
                                    exporter.tensor(node.inputs[1], {3, 2, 0, 1})};
    if (conv.has_bias) inputs.push_back(exporter.plain(node.inputs[2]));
    exporter.publish(node.outputs[0], channels_first(),
                     exporter.emit("ConvTranspose", inputs,
                                   {{"kernel_shape", Sizes{shape[0], shape[1]}},
                                    {"strides", Sizes{conv.stride_y, conv.stride_x}},
                                    {"dilations", Sizes{conv.dilation_y, conv.dilation_x}},
                                    {"pads", Sizes{pad.top, pad.left, pad.bottom, pad.right}},
                                    {"output_padding", Sizes{conv.more_y, conv.more_x}},
                                    {"group", conv.groups}}));
}

Result<void> export_pool(Exporter& exporter, const ir::Node& node, const ir::Pool& pool) {
    MOSAIC_TRY_ASSIGN(ir::Window2d window, ir::slide(pool, exporter.value(node.inputs[0]).shape));
    const bool more = pool.more_y + pool.more_x > 0;
    if (more) {
        window.y.pad_after -= pool.more_y;
        window.x.pad_after -= pool.more_x;
    }
    ExportAttributes attributes =
        window_attributes({pool.size_y, pool.size_x}, {pool.stride_y, pool.stride_x}, window);
    attributes.push_back({"ceil_mode", std::int64_t{more ? 1 : 0}});
    const bool average = pool.kind == ir::PoolKind::kAverage;
    if (average) attributes.push_back({"count_include_pad", std::int64_t{pool.counts_padding ? 1 : 0}});
    const std::string x = exporter.passes_bytes({node.inputs[0]}) && !average
                              ? exporter.through_bytes(node.inputs[0], channels_first())
                              : exporter.tensor(node.inputs[0], channels_first());
    exporter.publish(node.outputs[0], channels_first(),
                     exporter.emit(average ? "AveragePool" : "MaxPool", {x}, attributes));
    return {};
}

const char* coordinates_name(ir::ResizeCoordinates coordinates) {
    switch (coordinates) {
        case ir::ResizeCoordinates::kAsymmetric:
            return "asymmetric";
        case ir::ResizeCoordinates::kHalfPixel:
            return "half_pixel";
        case ir::ResizeCoordinates::kAlignCorners:
            return "align_corners";
        case ir::ResizeCoordinates::kHalfPixelOrZero:
            return "pytorch_half_pixel";
        case ir::ResizeCoordinates::kHalfPixelNearest:
            return "tf_half_pixel_for_nn";
    }
    return "";
}

const char* rounding_name(ir::ResizeRounding rounding) {
    switch (rounding) {
        case ir::ResizeRounding::kHalfDown:
            return "round_prefer_floor";
        case ir::ResizeRounding::kHalfUp:
            return "round_prefer_ceil";
        case ir::ResizeRounding::kDown:
            return "floor";
        case ir::ResizeRounding::kUp:
            return "ceil";
    }
    return "";
}

const char* mode_name(ir::ResizeMode mode) {
    if (mode == ir::ResizeMode::kNearest) return "nearest";
    return mode == ir::ResizeMode::kBilinear ? "linear" : "cubic";
}

Result<void> export_resize(Exporter& exporter, const ir::Node& node, const ir::Resize& resize) {
    if (resize.coordinates == ir::ResizeCoordinates::kHalfPixelNearest)
        return failure(ir::describe(node) + ": ONNX has no such coordinates since opset 13");
    const Shape& in = exporter.value(node.inputs[0]).shape;
    const Shape& out = exporter.value(node.outputs[0]).shape;
    ExportAttributes attributes{
        {"mode", std::string(mode_name(resize.mode))},
        {"coordinate_transformation_mode", std::string(coordinates_name(resize.coordinates))}};
    if (resize.mode == ir::ResizeMode::kNearest)
        attributes.push_back({"nearest_mode", std::string(rounding_name(resize.rounding))});
    if (resize.mode == ir::ResizeMode::kCubic) {
        attributes.push_back({"cubic_coeff_a", resize.cubic});
        attributes.push_back({"exclude_outside", std::int64_t{resize.excludes_outside ? 1 : 0}});
    }
    std::vector<std::string> inputs{exporter.tensor(node.inputs[0], channels_first()), ""};
    const auto factor = [](float given, std::int64_t to, std::int64_t from) {
        return given > 0 ? given : static_cast<float>(to) / static_cast<float>(from);
    };
    // Readers work the size out of the factor; where rounding would make another one, the size is what
    // counts.
    const auto makes = [](float factor_given, std::int64_t from, std::int64_t to) {
        return std::floor(static_cast<double>(factor_given) * static_cast<double>(from)) ==
               static_cast<double>(to);
    };
    if ((resize.factor_y > 0 || resize.factor_x > 0) &&
        makes(factor(resize.factor_y, out[1], in[1]), in[1], out[1]) &&
        makes(factor(resize.factor_x, out[2], in[2]), in[2], out[2])) {
        inputs.push_back(exporter.numbers(
            {1.0F, 1.0F, factor(resize.factor_y, out[1], in[1]), factor(resize.factor_x, out[2], in[2])}));
    } else {
        inputs.emplace_back();
        inputs.push_back(exporter.integers({out[0], out[3], out[1], out[2]}));
    }
    const std::string made = exporter.emit("Resize", inputs, attributes);
    exporter.publish(node.outputs[0], channels_first(), exporter.emit_activation(resize.activation, made));
    return {};
}

}  // namespace

Result<bool> export_picture_operator(Exporter& exporter, const ir::Node& node) {
    if (const auto* conv = std::get_if<ir::Conv2d>(&node.op)) {
        MOSAIC_TRY(export_convolution(exporter, node, *conv, false));
    } else if (const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&node.op)) {
        MOSAIC_TRY(export_convolution(exporter, node, depthwise->conv, true));
    } else if (const auto* transposed = std::get_if<ir::ConvTranspose2d>(&node.op)) {
        export_transposed(exporter, node, *transposed);
    } else if (const auto* pool = std::get_if<ir::Pool>(&node.op)) {
        MOSAIC_TRY(export_pool(exporter, node, *pool));
    } else if (const auto* resize = std::get_if<ir::Resize>(&node.op)) {
        MOSAIC_TRY(export_resize(exporter, node, *resize));
    } else {
        return false;
    }
    return true;
}

}  // namespace mosaic::onnx
