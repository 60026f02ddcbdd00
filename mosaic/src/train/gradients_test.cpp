// Every gradient against finite differences, with the readable kernels and with the fast ones, and the two
// against each other.
#include <cmath>
#include <functional>
#include <initializer_list>
#include <memory>

#include <gtest/gtest.h>

#include "train/architectures.h"
#include "train/builder.h"
#include "train/executor.h"
#include "train/loss.h"

namespace mosaic::train {
namespace {

// The loss is a weighted sum of the outputs, with weights that look random, so that no gradient is flat.
double weighted(std::span<const float> output, std::vector<float>* slopes) {
    Random random(7);
    double loss = 0.0;
    for (const float y : output) {
        const double weight = random.uniform(-1.0, 1.0);
        loss += weight * y;
        if (slopes != nullptr) slopes->push_back(static_cast<float>(weight));
    }
    return loss;
}

void fill(std::span<float> elements, std::uint64_t seed, double low, double high) {
    Random random(seed);
    for (float& element : elements)
        element = static_cast<float>(random.uniform(low, high));
}

struct Check {
    double low = -1.0, high = 1.0;  // of inputs and parameters
    double tolerance = 2e-2;
    bool training = true;
};

double loss_of(Executor& executor, const Pass& pass, std::size_t outputs) {
    executor.forward(pass);
    double loss = 0.0;
    for (std::size_t i = 0; i < outputs; ++i)
        loss += weighted(executor.output(i), nullptr);
    return loss;
}

// How many elements were looked at, and how many of those lie at a kink, where differences mean nothing.
struct Tally {
    int seen = 0, kinks = 0;
};

void check_element(Executor& executor, const Pass& pass, Network& network, float& element, double gradient,
                   const std::string& what, const Check& check, Tally& tally) {
    constexpr float kStep = 5e-3F;
    const std::size_t outputs = network.outputs.size();
    const double middle = loss_of(executor, pass, outputs);
    const float before = element;
    element = before + kStep;
    const double above = loss_of(executor, pass, outputs);
    element = before - kStep;
    const double below = loss_of(executor, pass, outputs);
    element = before;
    const double numeric = (above - below) / (2.0 * kStep);
    const double allowed = check.tolerance * std::max(1.0, std::abs(numeric));
    ++tally.seen;
    if (std::abs(above - 2.0 * middle + below) / kStep > 2.0 * allowed) {
        ++tally.kinks;
        return;
    }
    EXPECT_NEAR(gradient, numeric, allowed) << what;
}

void check_network(Network& network, const Check& check, bool portable) {
    for (const ValueId id : network.parameters()) {
        Value& value = network.value(id);
        const bool statistic = value.role == Role::kStatistic;
        fill(value.data->elements<float>(), static_cast<std::uint64_t>(id) + 100, statistic ? 0.5 : check.low,
             statistic ? 1.5 : check.high);
    }
    auto executor = Executor::create(network, {2, portable, true});
    ASSERT_TRUE(executor) << executor.error().message;
    for (std::size_t i = 0; i < network.inputs.size(); ++i)
        fill(executor->input(i), i + 1, check.low, check.high);
    const Pass pass{check.training, 3};
    executor->forward(pass);
    for (std::size_t i = 0; i < network.outputs.size(); ++i) {
        std::vector<float> slopes;
        weighted(executor->output(i), &slopes);
        std::copy(slopes.begin(), slopes.end(), executor->output_gradient(i).begin());
    }
    executor->backward(pass);
    std::vector<std::pair<std::span<float>, ValueId>> all;
    for (std::size_t i = 0; i < network.inputs.size(); ++i)
        all.emplace_back(executor->input(i), network.inputs[i]);
    for (const ValueId id : executor->learnt())
        all.emplace_back(network.value(id).data->elements<float>(), id);
    Tally tally;
    for (const auto& [elements, id] : all) {
        const auto slopes = executor->gradient(id);
        const std::vector<float> gradient(slopes.begin(), slopes.end());
        // Enough elements to see a wrong index, few enough to stay quick.
        const std::size_t step = std::max<std::size_t>(1, elements.size() / 23);
        for (std::size_t at = 0; at < elements.size(); at += step) {
            check_element(*executor, pass, network, elements[at], gradient[at],
                          network.value(id).name + "[" + std::to_string(at) + "]", check, tally);
        }
    }
    EXPECT_LT(3 * tally.kinks, tally.seen);
}

using Build = std::function<ValueId(Builder&, ValueId)>;

void check_layer(const Shape& shape, const Build& build, const Check& check = {}) {
    for (const bool portable : {true, false}) {
        SCOPED_TRACE(portable ? "portable" : "fast");
        Builder builder(1);
        const ValueId y = build(builder, builder.input("x", shape));
        auto network = builder.finish({y});
        ASSERT_TRUE(network) << network.error().message;
        check_network(*network, check, portable);
    }
}

ir::Padding explicit_padding(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right) {
    return {ir::PaddingKind::kExplicit, top, bottom, left, right};
}

TEST(Gradients, Convolution) {
    struct Case {
        std::int64_t stride, dilation, window;
        ir::Padding padding;
    };
    const ir::Padding same{ir::PaddingKind::kSame, 0, 0, 0, 0};
    for (const Case& one : {Case{1, 1, 3, same}, Case{2, 1, 3, same}, Case{1, 2, 3, {}},
                            Case{2, 1, 5, explicit_padding(1, 2, 2, 1)}, Case{1, 1, 1, {}}}) {
        check_layer({2, 7, 6, 3}, [&](Builder& builder, ValueId x) {
            ir::Conv2d conv;
            conv.stride_y = conv.stride_x = one.stride;
            conv.dilation_y = conv.dilation_x = one.dilation;
            conv.padding = one.padding;
            conv.has_bias = true;
            const ValueId weights = builder.weights("w", {one.window, one.window, 3, 5}, 1.0);
            return builder.node("conv", ir::Op(conv), {x, weights, builder.filled("b", {5}, 0.0F)});
        });
    }
}

TEST(Gradients, ConvolutionOfWideChannels) {
    check_layer({2, 6, 5, 16}, [](Builder& builder, ValueId x) {
        return builder.convolution("conv", x, {32, 3, 2, false});
    });
}

TEST(Gradients, DepthwiseConvolution) {
    for (const std::int64_t multiplier : {1, 2}) {
        check_layer({2, 6, 7, 4}, [&](Builder& builder, ValueId x) {
            ir::DepthwiseConv2d op;
            op.conv.stride_y = op.conv.stride_x = 2;
            op.conv.padding = explicit_padding(1, 1, 1, 1);
            op.conv.has_bias = true;
            const ValueId weights = builder.weights("w", {3, 3, 4, multiplier}, 1.0);
            const ValueId bias = builder.filled("b", {4 * multiplier}, 0.0F);
            return builder.node("depthwise", ir::Op(op), {x, weights, bias});
        });
    }
}

TEST(Gradients, TransposedConvolution) {
    struct Case {
        std::int64_t dilation, groups, more;
        ir::Padding padding;
    };
    for (const Case& one :
         {Case{1, 1, 0, {}}, Case{1, 1, 0, explicit_padding(1, 1, 1, 1)},
          Case{2, 1, 0, explicit_padding(1, 0, 2, 1)}, Case{1, 2, 1, explicit_padding(2, 0, 0, 1)}}) {
        check_layer({2, 3, 4, 4}, [&](Builder& builder, ValueId x) {
            ir::ConvTranspose2d op;
            op.stride_y = op.stride_x = 2;
            op.dilation_y = op.dilation_x = one.dilation;
            op.groups = one.groups;
            op.padding = one.padding;
            op.more_y = op.more_x = one.more;
            op.has_bias = true;
            const ValueId weights = builder.weights("w", {4, 4, 2, 4}, 1.0);
            const ValueId bias = builder.filled("b", {2 * one.groups}, 0.0F);
            return builder.node("transposed", ir::Op(op), {x, weights, bias});
        });
    }
}

TEST(Gradients, Products) {
    for (const bool transpose_a : {false, true}) {
        for (const bool transpose_b : {false, true}) {
            check_layer(transpose_a ? Shape{4, 3} : Shape{3, 4}, [&](Builder& builder, ValueId x) {
                ir::MatMul product;
                product.transpose_a = transpose_a;
                product.transpose_b = transpose_b;
                product.has_bias = true;
                const ValueId b = builder.weights("w", transpose_b ? Shape{5, 4} : Shape{4, 5}, 1.0);
                return builder.node("product", ir::Op(product), {x, b, builder.filled("b", {5}, 0.0F)});
            });
        }
    }
    check_layer({2, 3, 2, 4}, [](Builder& builder, ValueId x) {
        return builder.node("batched", ir::Op(ir::MatMul{}), {x, builder.weights("w", {3, 4, 2}, 1.0)});
    });
}

TEST(Gradients, Normalisations) {
    for (const bool training : {true, false}) {
        for (const bool relu : {false, true}) {
            check_layer({3, 4, 5, 16},
                        [&](Builder& builder, ValueId x) { return builder.batch_norm("norm", x, relu); },
                        {-1.0, 1.0, 3e-2, training});
        }
    }
    check_layer({6, 3}, [](Builder& builder, ValueId x) { return builder.batch_norm("norm", x, false); });
    check_layer({2, 3, 8}, [](Builder& builder, ValueId x) { return builder.layer_norm("norm", x); });
}

TEST(Gradients, Pooling) {
    for (const auto kind : {ir::PoolKind::kMax, ir::PoolKind::kAverage}) {
        check_layer({2, 6, 5, 3}, [&](Builder& builder, ValueId x) {
            ir::Pool pool;
            pool.kind = kind;
            pool.size_y = pool.size_x = 3;
            pool.stride_y = pool.stride_x = 2;
            pool.padding = explicit_padding(1, 1, 1, 1);
            return builder.node("pool", ir::Op(pool), {x});
        });
    }
}

TEST(Gradients, Resize) {
    for (const std::int64_t height : {2, 7}) {
        check_layer({2, 3, 4, 2}, [&](Builder& builder, ValueId x) {
            ir::Resize resize;
            resize.height = height;
            resize.width = 5;
            return builder.node("resize", ir::Op(resize), {x});
        });
    }
}

TEST(Gradients, ResizeNearestAndCubic) {
    struct Case {
        ir::ResizeMode mode;
        ir::ResizeCoordinates coordinates;
        bool excludes_outside;
        float factor_y, factor_x;
    };
    using Mode = ir::ResizeMode;
    using Coordinates = ir::ResizeCoordinates;
    for (const Case& one : {Case{Mode::kNearest, Coordinates::kAsymmetric, false, 0.0F, 0.0F},
                            Case{Mode::kNearest, Coordinates::kHalfPixel, false, 0.0F, 0.0F},
                            Case{Mode::kCubic, Coordinates::kHalfPixel, false, 0.0F, 0.0F},
                            Case{Mode::kCubic, Coordinates::kHalfPixel, true, 0.0F, 0.0F},
                            Case{Mode::kCubic, Coordinates::kAsymmetric, false, 2.4F, 1.3F}}) {
        SCOPED_TRACE(static_cast<int>(one.mode));
        check_layer({2, 3, 4, 2}, [&](Builder& builder, ValueId x) {
            ir::Resize resize;
            resize.height = 7;
            resize.width = 5;
            resize.mode = one.mode;
            resize.coordinates = one.coordinates;
            resize.excludes_outside = one.excludes_outside;
            resize.factor_y = one.factor_y;
            resize.factor_x = one.factor_x;
            return builder.node("resize", ir::Op(resize), {x});
        });
    }
}

TEST(Gradients, Activations) {
    for (int kind = 1; kind <= static_cast<int>(ir::ActivationKind::kMish); ++kind) {
        SCOPED_TRACE(kind);
        check_layer({5, 7},
                    [&](Builder& builder, ValueId x) {
                        return builder.activation("activate", x, static_cast<ir::ActivationKind>(kind));
                    },
                    {-4.0, 7.0, 2e-2, true});
    }
}

TEST(Gradients, FunctionsOfOneNumber) {
    using Kind = ir::UnaryKind;
    for (const Kind kind : {Kind::kAbs, Kind::kCos, Kind::kErf, Kind::kExp, Kind::kLog, Kind::kNegate,
                            Kind::kReciprocal, Kind::kRsqrt, Kind::kSin, Kind::kSqrt, Kind::kSquare}) {
        SCOPED_TRACE(static_cast<int>(kind));
        check_layer(
            {4, 5},
            [&](Builder& builder, ValueId x) { return builder.node("unary", ir::Op(ir::Unary{kind}), {x}); },
            {0.5, 2.0, 2e-2, true});
    }
}

TEST(Gradients, FunctionsOfTwoNumbers) {
    using Kind = ir::BinaryKind;
    for (const Kind kind :
         {Kind::kAdd, Kind::kSubtract, Kind::kMultiply, Kind::kDivide, Kind::kMaximum, Kind::kMinimum,
          Kind::kPower, Kind::kSquaredDifference, Kind::kPrelu, Kind::kFloorModulo}) {
        for (const Shape& other : {Shape{2, 3, 4}, Shape{4}, Shape{3, 1}, Shape{}}) {
            SCOPED_TRACE(std::to_string(static_cast<int>(kind)) + other.to_string());
            check_layer({2, 3, 4},
                        [&](Builder& builder, ValueId x) {
                            return builder.node("binary", ir::Op(ir::Binary{kind}),
                                                {x, builder.weights("w", other, 1.0)});
                        },
                        {0.5, 2.0, 2e-2, true});
        }
    }
}

TEST(Gradients, Reductions) {
    using Kind = ir::ReduceKind;
    for (const Kind kind : {Kind::kMean, Kind::kSum, Kind::kMaximum, Kind::kMinimum, Kind::kProduct}) {
        for (const auto& axes : {std::vector<std::int64_t>{1}, std::vector<std::int64_t>{0, -1}}) {
            SCOPED_TRACE(static_cast<int>(kind));
            check_layer({3, 2, 4},
                        [&](Builder& builder, ValueId x) {
                            return builder.node("reduce", ir::Op(ir::Reduce{kind, axes, false}), {x});
                        },
                        {0.5, 1.5, 2e-2, true});
        }
    }
}

TEST(Gradients, Movements) {
    const auto one = [](const ir::Op& op) {
        check_layer({2, 3, 4},
                    [&](Builder& builder, ValueId x) { return builder.node("move", Op(op), {x}); });
    };
    one(ir::Transpose{{2, 0, 1}});
    one(ir::Pad{{0, 1, 2}, {1, 0, 0}, 3.0F});
    one(ir::Slice{{0, 1, 1}, {2, 2, -1}});
    one(ir::StridedSlice{{0, 0, 3}, {2, 3, 0}, {1, 2, -1}, 0, 0, 0, 0, 0});
    one(ir::Reshape{{{4, 0, 0}, {6, 0, 0}}});
    one(ir::ExpandDims{1});
    one(ir::Softmax{});
    for (const std::int64_t axis : {0, 2}) {
        check_layer({2, 3, 4}, [&](Builder& builder, ValueId x) {
            return builder.node("concat", ir::Op(ir::Concat{axis}),
                                {x, builder.weights("w", {2, 3, 4}, 1.0), x});
        });
    }
}

ValueId integers(Builder& builder, const Shape& shape, std::initializer_list<std::int32_t> numbers) {
    auto tensor = Tensor::create(DataType::kInt32, shape);
    EXPECT_TRUE(tensor);
    std::copy(numbers.begin(), numbers.end(), tensor->elements<std::int32_t>().begin());
    Value value;
    value.name = "integers";
    value.type = DataType::kInt32;
    value.shape = shape;
    value.role = Role::kConstant;
    value.data = std::make_shared<Tensor>(std::move(*tensor));
    return builder.network().add_value(std::move(value));
}

// An element that is taken twice gets both gradients.
TEST(Gradients, WhatIsPickedByIndex) {
    check_layer({2, 3, 4}, [](Builder& builder, ValueId x) {
        return builder.node("gather", ir::Op(ir::Gather{1, 0}), {x, integers(builder, {4}, {2, 0, 2, 1})});
    });
    check_layer({2, 3, 4}, [](Builder& builder, ValueId x) {
        return builder.node("gather", ir::Op(ir::GatherNd{}),
                            {x, integers(builder, {3, 2}, {0, 1, 1, 2, 0, 1})});
    });
}

TEST(Gradients, SizesOfOne) {
    check_layer({2, 1, 3, 1}, [](Builder& builder, ValueId x) {
        return builder.node("squeeze", ir::Op(ir::Squeeze{{1}}), {x});
    });
    check_layer({3, 1}, [](Builder& builder, ValueId x) {
        return builder.node("broadcast", ir::Op(ir::BroadcastTo{{2, 3, 4}}), {x});
    });
}

// Taken apart, and put together in another order with one part left over and one twice.
TEST(Gradients, PackAndUnpack) {
    for (const std::int64_t axis : {0, 1}) {
        check_layer({3, 3, 4}, [&](Builder& builder, ValueId x) {
            Network& network = builder.network();
            Node unpack{"unpack", ir::Op(ir::Unpack{axis}), {x}, {}};
            for (int i = 0; i < 3; ++i) {
                Value part;
                part.name = "part" + std::to_string(i);
                unpack.outputs.push_back(network.add_value(std::move(part)));
            }
            const std::vector<ValueId> parts = unpack.outputs;
            network.nodes.push_back(std::move(unpack));
            EXPECT_TRUE(infer_shapes(network));
            return builder.node("pack", ir::Op(ir::Pack{1}), {parts[2], parts[0], parts[2]});
        });
    }
}

// What gates of channels and detectors are made of, where the fast kernels differ from the readable ones.
TEST(Gradients, PicturesByChannels) {
    using Kind = ir::BinaryKind;
    for (const Kind kind : {Kind::kAdd, Kind::kMultiply}) {
        for (const Shape& other : {Shape{2, 1, 1, 4}, Shape{4}, Shape{1, 1, 1, 4}}) {
            for (const bool swapped : {false, true}) {
                SCOPED_TRACE(other.to_string());
                check_layer({2, 3, 5, 4}, [&](Builder& builder, ValueId x) {
                    const ValueId w = builder.weights("w", other, 1.0);
                    return builder.node("channels", ir::Op(ir::Binary{kind}),
                                        swapped ? std::vector<ValueId>{w, x} : std::vector<ValueId>{x, w});
                });
            }
        }
    }
    for (const bool keep : {false, true}) {
        check_layer({2, 3, 5, 4}, [&](Builder& builder, ValueId x) {
            return builder.node("mean", ir::Op(ir::Reduce{ir::ReduceKind::kMean, {1, -2}, keep}), {x});
        });
    }
    check_layer({2, 3, 5, 4}, [](Builder& builder, ValueId x) {
        return builder.node("join", ir::Op(ir::Concat{3}), {x, builder.weights("w", {2, 3, 5, 3}, 1.0), x});
    });
    for (const auto coordinates : {ir::ResizeCoordinates::kAsymmetric, ir::ResizeCoordinates::kHalfPixel}) {
        check_layer({2, 3, 4, 2}, [&](Builder& builder, ValueId x) {
            ir::Resize resize;
            resize.height = 6;
            resize.width = 8;
            resize.coordinates = coordinates;
            return builder.node("resize", ir::Op(resize), {x});
        });
    }
}

TEST(Gradients, DropoutDropsTheSameBothWays) {
    check_layer({8, 9}, [](Builder& builder, ValueId x) { return builder.dropout("drop", x, 0.4F); });
}

// The gradients of all parameters of an architecture after one pass over three pictures.
std::vector<std::pair<std::string, std::vector<float>>> gradients_of(std::string_view name,
                                                                     std::int64_t image_px, bool portable) {
    std::vector<std::pair<std::string, std::vector<float>>> gradients;
    auto network = make_architecture(name, {image_px, 3, 4, 5});
    if (!network || !set_batch(*network, 3)) return gradients;
    auto executor = Executor::create(*network, {2, portable, false});
    if (!executor) return gradients;
    fill(executor->input(0), 9, -1.0, 1.0);
    executor->forward({true, 1});
    std::vector<float> targets(12);
    for (std::size_t i = 0; i < 3; ++i)
        smooth_label(std::span(targets).subspan(i * 4, 4), i, 0.1F);
    EXPECT_GT(CrossEntropy{}(executor->output(0), targets, 4, executor->output_gradient(0)), 0.0);
    const auto features = executor->output_gradient(1);
    std::fill(features.begin(), features.end(), 0.0F);
    executor->backward({true, 1});
    for (const ValueId id : executor->learnt()) {
        const auto gradient = executor->gradient(id);
        gradients.emplace_back(network->value(id).name, std::vector<float>(gradient.begin(), gradient.end()));
    }
    return gradients;
}

TEST(Gradients, ArchitecturesAgreeWithTheReadableKernels) {
    struct Case {
        const char* name;
        std::int64_t image_px;  // as few as leave something to normalise after all the halving
    };
    for (const Case& one : {Case{"small-cnn", 16}, Case{"resnet-10", 32}, Case{"transformer-tiny", 16}}) {
        SCOPED_TRACE(one.name);
        const auto fast = gradients_of(one.name, one.image_px, false);
        const auto readable = gradients_of(one.name, one.image_px, true);
        ASSERT_FALSE(readable.empty());
        ASSERT_EQ(fast.size(), readable.size());
        for (std::size_t i = 0; i < fast.size(); ++i) {
            double apart = 0.0;
            double size = 1e-9;
            for (std::size_t k = 0; k < fast[i].second.size(); ++k) {
                apart += std::pow(fast[i].second[k] - readable[i].second[k], 2);
                size += std::pow(readable[i].second[k], 2);
            }
            EXPECT_LT(std::sqrt(apart / size), 2e-2) << fast[i].first;
        }
    }
}

}  // namespace
}  // namespace mosaic::train
