// Convolutions and pools: windows that slide over pictures.
#include <algorithm>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

// Kernel, strides and pads of one or two dimensions, as two: a row of pixels is a picture of one row.
struct Windows {
    Sizes size, strides, dilations;
    Sizes before, after;
    bool same_upper = false;
};

constexpr std::int64_t kSizeMax = 1 << 20;

Result<Sizes> pair_of(const Node& node, const char* name, std::size_t dimensions, std::int64_t fallback) {
    MOSAIC_TRY_ASSIGN(Sizes list, node.attribute(name, Sizes(dimensions, fallback)));
    if (list.size() != dimensions) return node.wrong("attribute " + std::string(name) + " has another rank");
    for (const std::int64_t size : list) {
        if (size < 0 || size > kSizeMax)
            return node.wrong("attribute " + std::string(name) + " is out of range");
    }
    if (dimensions == 1) list.insert(list.begin(), fallback);
    return list;
}

// ONNX's auto_pad and pads. `kernel` has the two sizes of the window.
Result<Windows> read_windows(const Node& node, std::size_t dimensions, Sizes kernel, const Sizes& picture) {
    Windows windows;
    windows.size = std::move(kernel);
    MOSAIC_TRY_ASSIGN(windows.strides, pair_of(node, "strides", dimensions, 1));
    MOSAIC_TRY_ASSIGN(windows.dilations, pair_of(node, "dilations", dimensions, 1));
    MOSAIC_TRY_ASSIGN(Sizes pads, node.attribute("pads", Sizes(2 * dimensions, 0)));
    MOSAIC_TRY_ASSIGN(const std::string automatic, node.attribute("auto_pad", "NOTSET"));
    if (pads.size() != 2 * dimensions) return node.wrong("attribute pads has another rank");
    for (const std::int64_t pad : pads) {
        if (pad < 0 || pad > kSizeMax) return node.wrong("has padding out of range");
    }
    if (dimensions == 1) pads = {0, pads[0], 0, pads[1]};
    windows.before = {pads[0], pads[1]};
    windows.after = {pads[2], pads[3]};
    if (automatic == "VALID") windows.before = windows.after = {0, 0};
    if (automatic != "SAME_UPPER" && automatic != "SAME_LOWER") return windows;
    for (std::size_t i = 0; i < 2; ++i) {
        if (windows.strides[i] < 1) return node.wrong("has a stride of zero");
        const std::int64_t out = (picture[i] + windows.strides[i] - 1) / windows.strides[i];
        const std::int64_t reach = (windows.size[i] - 1) * windows.dilations[i] + 1;
        const std::int64_t pad =
            std::max<std::int64_t>((out - 1) * windows.strides[i] + reach - picture[i], 0);
        const std::int64_t small = pad / 2;
        windows.before[i] = automatic == "SAME_UPPER" ? small : pad - small;
        windows.after[i] = pad - windows.before[i];
    }
    return windows;
}

ir::Padding padding_of(const Windows& windows) {
    if (windows.before == Sizes{0, 0} && windows.after == Sizes{0, 0}) return {};
    return {ir::PaddingKind::kExplicit, windows.before[0], windows.after[0], windows.before[1],
            windows.after[1]};
}

// Input 0 as a picture with the channels last.
struct PictureInput {
    ir::ValueId id = 0;
    std::size_t dimensions = 2;
    Sizes size;  // rows and columns
    std::int64_t channels = 0;
};

Result<PictureInput> read_picture(Node& node) {
    PictureInput picture;
    const std::size_t rank = node.rank(0);
    if (rank != 3 && rank != 4)
        return node.wrong("takes an input of rank " + std::to_string(rank) + "; 3 and 4 are supported");
    picture.dimensions = rank - 2;
    if (rank == 4) {
        MOSAIC_TRY_ASSIGN(picture.id, node.stored(0, channels_last()));
    } else {
        MOSAIC_TRY_ASSIGN(const ir::ValueId row, node.stored(0, {0, 2, 1}));
        const Shape shape = node.value(row).shape;
        MOSAIC_TRY_ASSIGN(picture.id, node.emit_reshape(row, {shape[0], 1, shape[1], shape[2]}));
    }
    const Shape& shape = node.value(picture.id).shape;
    picture.size = {shape[1], shape[2]};
    picture.channels = shape[3];
    return picture;
}

Result<void> set_picture(Node& node, ir::ValueId id, std::size_t dimensions) {
    if (dimensions == 2) {
        node.set(0, id, channels_last());
        return {};
    }
    const Shape shape = node.value(id).shape;
    MOSAIC_TRY_ASSIGN(const ir::ValueId row, node.emit_reshape(id, {shape[0], shape[2], shape[3]}));
    node.set(0, row, {0, 2, 1});
    return {};
}

// The weights as [a,b,rows,columns], whatever their rank.
Result<ir::ValueId> read_weights(Node& node, std::size_t dimensions) {
    if (node.rank(1) != dimensions + 2)
        return node.wrong("has weights of rank " + std::to_string(node.rank(1)));
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.plain(1));
    if (dimensions == 2) return id;
    const Shape shape = node.value(id).shape;
    return node.emit_reshape(id, {shape[0], shape[1], 1, shape[2]});
}

Result<void> check_kernel(const Node& node, std::size_t dimensions, const Shape& weights) {
    MOSAIC_TRY_ASSIGN(const Sizes shape, pair_of(node, "kernel_shape", dimensions, 1));
    if (node.has("kernel_shape") && (shape[0] != weights[2] || shape[1] != weights[3]))
        return node.wrong("attribute kernel_shape contradicts the weights' shape " + weights.to_string());
    return {};
}

Result<void> build_convolution(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    MOSAIC_TRY_ASSIGN(const PictureInput picture, read_picture(node));
    MOSAIC_TRY_ASSIGN(ir::ValueId weights, read_weights(node, picture.dimensions));
    const Shape shape = node.value(weights).shape;
    MOSAIC_TRY(check_kernel(node, picture.dimensions, shape));
    MOSAIC_TRY_ASSIGN(const Windows windows,
                      read_windows(node, picture.dimensions, {shape[2], shape[3]}, picture.size));
    MOSAIC_TRY_ASSIGN(const std::int64_t groups, node.attribute("group", std::int64_t{1}));
    if (groups < 1 || groups > shape[0] || shape[0] % groups != 0 || shape[1] * groups != picture.channels)
        return node.wrong("has weights " + shape.to_string() + " in " + std::to_string(groups) +
                          " groups for " + std::to_string(picture.channels) + " channels");
    ir::Conv2d conv;
    conv.stride_y = windows.strides[0];
    conv.stride_x = windows.strides[1];
    conv.dilation_y = windows.dilations[0];
    conv.dilation_x = windows.dilations[1];
    conv.padding = padding_of(windows);
    conv.has_bias = node.has_input(2);
    const bool depthwise = groups > 1 && groups == picture.channels;
    // [CO,CI,rows,columns] to [rows,columns,CI,CO], and of one input channel each to [rows,columns,CI,CO/CI].
    MOSAIC_TRY_ASSIGN(weights,
                      node.emit(ir::Transpose{depthwise ? Sizes{2, 3, 0, 1} : Sizes{2, 3, 1, 0}}, {weights}));
    if (depthwise) {
        MOSAIC_TRY_ASSIGN(weights,
                          node.emit_reshape(weights, {shape[2], shape[3], groups, shape[0] / groups}));
    } else {
        conv.groups = groups;
    }
    std::vector<ir::ValueId> inputs{picture.id, weights};
    if (conv.has_bias) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId bias, node.plain(2));
        inputs.push_back(bias);
    }
    ir::Op op = conv;
    if (depthwise) op = ir::DepthwiseConv2d{conv};
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(std::move(op), std::move(inputs)));
    return set_picture(node, made, picture.dimensions);
}

// pads of output_shape and auto_pad: what is cut off so that the output has the size that is asked for.
Result<void> fit_output(const Node& node, std::size_t dimensions, const PictureInput& picture,
                        const Sizes& more, Windows& windows) {
    MOSAIC_TRY_ASSIGN(const std::string automatic, node.attribute("auto_pad", "NOTSET"));
    Sizes wanted;
    if (node.has("output_shape")) {
        MOSAIC_TRY_ASSIGN(wanted, pair_of(node, "output_shape", dimensions, 1));
    } else if (automatic.starts_with("SAME")) {
        wanted = {picture.size[0] * windows.strides[0], picture.size[1] * windows.strides[1]};
    } else {
        return {};
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const std::int64_t whole = (picture.size[i] - 1) * windows.strides[i] +
                                   (windows.size[i] - 1) * windows.dilations[i] + 1 + more[i];
        const std::int64_t cut = std::max<std::int64_t>(whole - wanted[i], 0);
        windows.before[i] = automatic == "SAME_UPPER" ? cut / 2 : cut - cut / 2;
        windows.after[i] = cut - windows.before[i];
    }
    return {};
}

Result<void> build_transposed_convolution(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    MOSAIC_TRY_ASSIGN(const PictureInput picture, read_picture(node));
    MOSAIC_TRY_ASSIGN(ir::ValueId weights, read_weights(node, picture.dimensions));
    const Shape shape = node.value(weights).shape;
    MOSAIC_TRY(check_kernel(node, picture.dimensions, shape));
    MOSAIC_TRY_ASSIGN(Windows windows, read_windows(node, picture.dimensions, {shape[2], shape[3]}, {1, 1}));
    MOSAIC_TRY_ASSIGN(const Sizes more, pair_of(node, "output_padding", picture.dimensions, 0));
    MOSAIC_TRY(fit_output(node, picture.dimensions, picture, more, windows));
    ir::ConvTranspose2d conv;
    conv.stride_y = windows.strides[0];
    conv.stride_x = windows.strides[1];
    conv.dilation_y = windows.dilations[0];
    conv.dilation_x = windows.dilations[1];
    conv.padding = padding_of(windows);
    conv.more_y = more[0];
    conv.more_x = more[1];
    MOSAIC_TRY_ASSIGN(conv.groups, node.attribute("group", std::int64_t{1}));
    conv.has_bias = node.has_input(2);
    // [CI,CO/groups,rows,columns] to [rows,columns,CO/groups,CI].
    MOSAIC_TRY_ASSIGN(weights, node.emit(ir::Transpose{{2, 3, 1, 0}}, {weights}));
    std::vector<ir::ValueId> inputs{picture.id, weights};
    if (conv.has_bias) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId bias, node.plain(2));
        inputs.push_back(bias);
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(conv, std::move(inputs)));
    return set_picture(node, made, picture.dimensions);
}

// Room after the padding for the last window of ceil_mode. A window that would begin in it isn't made.
std::int64_t room(std::int64_t input, std::int64_t size, std::int64_t stride, std::int64_t before,
                  std::int64_t after) {
    const std::int64_t span = input + before + after - size;
    if (span < 0) return 0;
    std::int64_t steps = (span + stride - 1) / stride;
    if (steps * stride >= input + before) --steps;
    return std::max<std::int64_t>(steps * stride - span, 0);
}

template <ir::PoolKind Kind>
Result<void> build_pool(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    if (node.has_output(1)) return node.wrong("its second output, the indices, isn't supported");
    MOSAIC_TRY_ASSIGN(const PictureInput picture, read_picture(node));
    if (!node.has("kernel_shape")) return node.wrong("lacks attribute kernel_shape");
    MOSAIC_TRY_ASSIGN(const Sizes kernel, pair_of(node, "kernel_shape", picture.dimensions, 1));
    MOSAIC_TRY_ASSIGN(const Windows windows, read_windows(node, picture.dimensions, kernel, picture.size));
    if (windows.dilations != Sizes{1, 1}) return node.wrong("dilations aren't supported");
    if (windows.strides[0] < 1 || windows.strides[1] < 1) return node.wrong("has a stride of zero");
    ir::Pool pool{Kind, kernel[0], kernel[1], windows.strides[0], windows.strides[1], padding_of(windows)};
    MOSAIC_TRY_ASSIGN(const std::int64_t counts, node.attribute("count_include_pad", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::int64_t ceil, node.attribute("ceil_mode", std::int64_t{0}));
    pool.counts_padding = Kind == ir::PoolKind::kAverage && counts != 0;
    if (ceil != 0) {
        pool.more_y = room(picture.size[0], kernel[0], pool.stride_y, windows.before[0], windows.after[0]);
        pool.more_x = room(picture.size[1], kernel[1], pool.stride_x, windows.before[1], windows.after[1]);
        if (pool.more_y + pool.more_x > 0) pool.padding.kind = ir::PaddingKind::kExplicit;
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(pool, {picture.id}));
    return set_picture(node, made, picture.dimensions);
}

template <ir::ReduceKind Kind>
Result<void> build_global_pool(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const std::size_t rank = node.rank(0);
    if (rank < 3) return node.wrong("takes an input of rank " + std::to_string(rank));
    Order order = rank == 4 ? channels_last() : own_order(rank);
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.stored(0, order));
    ir::Reduce reduce{Kind, {}, true};
    for (std::size_t axis = 2; axis < rank; ++axis)
        reduce.axes.push_back(stored_axis(order, axis));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(std::move(reduce), {id}));
    node.set(0, made, order);
    return {};
}

}  // namespace

void add_convolutions(Builders& builders) {
    builders["Conv"] = build_convolution;
    builders["ConvTranspose"] = build_transposed_convolution;
    builders["MaxPool"] = build_pool<ir::PoolKind::kMax>;
    builders["AveragePool"] = build_pool<ir::PoolKind::kAverage>;
    builders["GlobalAveragePool"] = build_global_pool<ir::ReduceKind::kMean>;
    builders["GlobalMaxPool"] = build_global_pool<ir::ReduceKind::kMaximum>;
}

}  // namespace mosaic::onnx
