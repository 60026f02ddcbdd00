#include "train/architectures.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "train/builder.h"

namespace mosaic::train {

namespace {

using Kind = ir::ActivationKind;

// The cheapest first.
constexpr std::array<std::string_view, 7> kNames = {
    "small-cnn", "mobilenet-small", "mobilenet", "transformer-tiny", "resnet-10", "resnet-18", "resnet-34"};

ValueId conv_norm(Builder& builder, const std::string& name, ValueId x,
                  const Builder::Convolution& convolution, bool relu) {
    return builder.batch_norm(name + "/norm", builder.convolution(name, x, convolution), relu);
}

ValueId halve(Builder& builder, const std::string& name, ValueId x, std::int64_t size) {
    ir::Pool pool;
    pool.size_y = pool.size_x = size;
    pool.stride_y = pool.stride_x = 2;
    const std::int64_t pad = (size - 1) / 2;
    pool.padding = {ir::PaddingKind::kExplicit, pad, pad, pad, pad};
    return builder.node(name, ir::Op(pool), {x});
}

ValueId small_cnn(Builder& builder, ValueId x) {
    int index = 0;
    for (const std::int64_t channels : {32, 64, 128}) {
        const std::string name = "stage" + std::to_string(++index);
        x = conv_norm(builder, name + "/a", x, {channels, 3, 1, false}, true);
        x = conv_norm(builder, name + "/b", x, {channels, 3, 1, false}, true);
        if (index < 3) x = halve(builder, name + "/pool", x, 2);
    }
    return builder.dropout("dropout", builder.global_mean("features", x), 0.2F);
}

// He et al., Deep residual learning (2015), the blocks of two 3x3 convolutions.
ValueId residual_block(Builder& builder, const std::string& name, ValueId x, std::int64_t channels,
                       std::int64_t stride) {
    ValueId y = conv_norm(builder, name + "/a", x, {channels, 3, stride, false}, true);
    y = conv_norm(builder, name + "/b", y, {channels, 3, 1, false}, false);
    if (stride != 1 || builder.shape(x)[3] != channels)
        x = conv_norm(builder, name + "/short", x, {channels, 1, stride, false}, false);
    return builder.activation(name, builder.add(name + "/sum", y, x), Kind::kRelu);
}

ValueId resnet(Builder& builder, ValueId x, const std::array<int, 4>& blocks) {
    x = conv_norm(builder, "stem", x, {64, 7, 2, false}, true);
    x = halve(builder, "stem/pool", x, 3);
    std::int64_t channels = 64;
    for (std::size_t stage = 0; stage < blocks.size(); ++stage, channels *= 2) {
        for (int block = 0; block < blocks[stage]; ++block) {
            const std::string name = "stage" + std::to_string(stage + 1) + "/" + std::to_string(block + 1);
            x = residual_block(builder, name, x, channels, stage > 0 && block == 0 ? 2 : 1);
        }
    }
    return builder.global_mean("features", x);
}

// Sandler et al., MobileNetV2 (2018): inverted residuals.
ValueId inverted_block(Builder& builder, const std::string& name, ValueId x, std::int64_t channels,
                       std::int64_t expansion, std::int64_t stride) {
    const std::int64_t in = builder.shape(x)[3];
    ValueId y = x;
    if (expansion != 1) y = conv_norm(builder, name + "/expand", y, {in * expansion, 1, 1, false}, true);
    y = builder.depthwise(name + "/depthwise", y, 3, stride);
    y = builder.batch_norm(name + "/depthwise/norm", y, true);
    y = conv_norm(builder, name + "/project", y, {channels, 1, 1, false}, false);
    return stride == 1 && in == channels ? builder.add(name, y, x) : y;
}

ValueId mobilenet(Builder& builder, ValueId x, double width) {
    struct Stage {
        std::int64_t expansion, channels;
        int blocks;
        std::int64_t stride;
    };
    constexpr std::array kStages = {Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2}, Stage{6, 32, 3, 2},
                                    Stage{6, 64, 4, 2}, Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2},
                                    Stage{6, 320, 1, 1}};
    const auto scaled = [width](std::int64_t channels) {
        return std::max<std::int64_t>(8, 8 * std::llround(static_cast<double>(channels) * width / 8.0));
    };
    x = conv_norm(builder, "stem", x, {scaled(32), 3, 2, false}, true);
    int index = 0;
    for (const Stage& stage : kStages) {
        for (int block = 0; block < stage.blocks; ++block) {
            x = inverted_block(builder, "block" + std::to_string(++index), x, scaled(stage.channels),
                               stage.expansion, block == 0 ? stage.stride : 1);
        }
    }
    x = conv_norm(builder, "top", x, {width < 1.0 ? 640 : 1280, 1, 1, false}, true);
    return builder.dropout("dropout", builder.global_mean("features", x), 0.2F);
}

ir::Reshape reshape_to(std::initializer_list<std::int64_t> sizes) {
    ir::Reshape reshape;
    for (const std::int64_t size : sizes)
        reshape.sizes.push_back({size, 0, 0});
    return reshape;
}

// Vaswani et al., Attention is all you need (2017), with normalisation first.
ValueId attention(Builder& builder, const std::string& name, ValueId x, std::int64_t heads) {
    const std::int64_t tokens = builder.shape(x)[1];
    const std::int64_t width = builder.shape(x)[2];
    const double deviation = std::sqrt(1.0 / static_cast<double>(width));
    const auto head = [&](const std::string& part) {
        const ValueId projected = builder.dense(name + part, x, width, deviation);
        const ValueId apart = builder.node(
            name + part + "/apart", ir::Op(reshape_to({-1, tokens, heads, width / heads})), {projected});
        return builder.node(name + part + "/heads", ir::Op(ir::Transpose{{0, 2, 1, 3}}), {apart});
    };
    const ValueId query = head("/query");
    const ValueId key = head("/key");
    const ValueId value = head("/value");
    ir::MatMul similarity;
    similarity.transpose_b = true;
    const ValueId scores = builder.node(name + "/scores", ir::Op(similarity), {query, key});
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(width / heads)));
    const ValueId scaled = builder.node(name + "/scaled", ir::Op(ir::Binary{ir::BinaryKind::kMultiply}),
                                        {scores, builder.constant(name + "/scale", {}, scale)});
    const ValueId shares = builder.node(name + "/shares", ir::Op(ir::Softmax{}), {scaled});
    const ValueId mixed = builder.node(name + "/mixed", ir::Op(ir::MatMul{}), {shares, value});
    const ValueId turned = builder.node(name + "/turned", ir::Op(ir::Transpose{{0, 2, 1, 3}}), {mixed});
    const ValueId joined = builder.node(name + "/joined", ir::Op(reshape_to({-1, tokens, width})), {turned});
    return builder.dense(name + "/out", joined, width, deviation);
}

// Dosovitskiy et al., An image is worth 16x16 words (2020), small; the mean of the tokens is the feature.
ValueId transformer(Builder& builder, ValueId x, std::int64_t width, int blocks) {
    const std::int64_t patch = builder.shape(x)[1] >= 96 ? 16 : builder.shape(x)[1] >= 48 ? 8 : 4;
    ir::Conv2d conv;
    conv.stride_y = conv.stride_x = patch;
    conv.has_bias = true;
    const double deviation = std::sqrt(1.0 / static_cast<double>(patch * patch * builder.shape(x)[3]));
    const ValueId kernel =
        builder.weights("patches/weights", {patch, patch, builder.shape(x)[3], width}, deviation);
    x = builder.node("patches", ir::Op(conv), {x, kernel, builder.filled("patches/bias", {width}, 0.0F)});
    const std::int64_t tokens = builder.shape(x)[1] * builder.shape(x)[2];
    x = builder.node("tokens", ir::Op(reshape_to({-1, tokens, width})), {x});
    x = builder.add("placed", x, builder.weights("places", {tokens, width}, 0.02, false));
    for (int i = 0; i < blocks; ++i) {
        const std::string name = "block" + std::to_string(i + 1);
        const ValueId normal = builder.layer_norm(name + "/norm1", x);
        x = builder.add(name + "/attended", x, attention(builder, name, normal, width / 32));
        ValueId y = builder.layer_norm(name + "/norm2", x);
        const double first = std::sqrt(2.0 / static_cast<double>(width));
        y = builder.activation(name + "/hidden/swish", builder.dense(name + "/hidden", y, width * 3, first),
                               Kind::kHardSwish);
        x = builder.add(name, x, builder.dense(name + "/narrow", y, width, first * 0.5));
    }
    x = builder.layer_norm("norm", x);
    return builder.node("features", ir::Op(ir::Reduce{ir::ReduceKind::kMean, {1}, false}), {x});
}

Result<ValueId> body(Builder& builder, std::string_view name, ValueId x) {
    if (name == "small-cnn") return small_cnn(builder, x);
    if (name == "resnet-10") return resnet(builder, x, {1, 1, 1, 1});
    if (name == "resnet-18") return resnet(builder, x, {2, 2, 2, 2});
    if (name == "resnet-34") return resnet(builder, x, {3, 4, 6, 3});
    if (name == "mobilenet-small") return mobilenet(builder, x, 0.5);
    if (name == "mobilenet") return mobilenet(builder, x, 1.0);
    if (name == "transformer-tiny") return transformer(builder, x, 192, 6);
    std::string known;
    for (const std::string_view one : kNames)
        known += (known.empty() ? "" : ", ") + std::string(one);
    return failure("there is no architecture " + std::string(name) + "; there are " + known);
}

}  // namespace

std::span<const std::string_view> architectures() {
    return kNames;
}

Result<Network> make_architecture(std::string_view name, const ArchitectureOptions& options) {
    constexpr std::int64_t kPixelsMin = 16;
    constexpr std::int64_t kPixelsMax = 1024;
    if (options.image_px < kPixelsMin || options.image_px > kPixelsMax) {
        return failure("pictures of " + std::to_string(options.image_px) + " pixels; between " +
                       std::to_string(kPixelsMin) + " and " + std::to_string(kPixelsMax) + " are possible");
    }
    Builder builder(options.seed);
    const ValueId x = builder.input("image", {1, options.image_px, options.image_px, options.channels});
    MOSAIC_TRY_ASSIGN(const ValueId features, body(builder, name, x));
    const auto width = static_cast<double>(builder.shape(features)[1]);
    const ValueId logits = builder.dense("logits", features, options.classes, std::sqrt(1.0 / width) * 0.5);
    return builder.finish({logits, features});
}

}  // namespace mosaic::train
