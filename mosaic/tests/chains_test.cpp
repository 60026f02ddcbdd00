// Steps that run together, parts that are made in their place, resizes: the fastest kernels against the
// readable ones.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

using testing::random_floats;
using testing::run;
using testing::TestModel;

struct Case {
    std::int64_t pictures, rows, columns, in, between, out;  // `out` 0: no last 1x1; `in` 0: no first
    int size, stride;
    bool residual, scaled;
    int threads;

    // For GoogleTest's messages.
    friend std::ostream& operator<<(std::ostream& stream, const Case& c) {
        return stream << c.pictures << 'x' << c.rows << 'x' << c.columns << " channels " << c.in << ' '
                      << c.between << ' ' << c.out << " window " << c.size << " stride " << c.stride;
    }
};

void add_convolution(TestModel& model, std::mt19937& random, const std::string& name,
                     const std::string& source, const std::vector<std::int64_t>& weights, int stride,
                     bool depthwise) {
    const std::int64_t taps = weights[0] * weights[1] * (depthwise ? 1 : weights[2]);
    const std::int64_t channels = depthwise ? weights[2] : weights[3];
    const std::int64_t count = taps * channels;
    model.constant(name + "_w", weights,
                   random_floats(random, count, std::sqrt(2.0F / static_cast<float>(taps))));
    model.constant(name + "_b", {channels}, random_floats(random, channels, 1.0F));
    model.node(name + "_conv", depthwise ? "DepthwiseConv2dNative" : "Conv2D", {source, name + "_w"},
               TestModel::convolution(stride, "U0FNRQ=="));
    model.node(name + "_sum", "BiasAdd", {name + "_conv", name + "_b"});
    model.node(name, "Relu6", {name + "_sum"});
}

bool has_wide_kernels(const std::string& plan) {
    return plan.find("avx512 kernels") != std::string::npos;
}

void expect_near(const std::vector<float>& actual, const std::vector<float>& expected, float tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const float difference = std::abs(actual[i] - expected[i]);
        // Not "greater than": NaN must fail too.
        ASSERT_TRUE(difference <= tolerance * std::max(1.0F, std::abs(expected[i])))
            << "at " << i << ": " << actual[i] << " instead of " << expected[i];
    }
}

class Chains : public ::testing::TestWithParam<Case> {};

TEST_P(Chains, AgreeWithTheReadableKernels) {
    const Case& c = GetParam();
    std::mt19937 random(11);
    TestModel model;
    const std::int64_t source_channels = c.in > 0 ? c.in : c.between;
    model.input("x", {c.pictures, c.rows, c.columns, source_channels});
    std::string at = "x";
    if (c.scaled) {
        model.input("s", {c.pictures, 1, 1, source_channels});
        at = model.node("product", "Mul", {at, "s"});
    }
    if (c.in > 0) {
        add_convolution(model, random, "expand", at, {1, 1, c.in, c.between}, 1, false);
        at = "expand";
    }
    add_convolution(model, random, "window", at, {c.size, c.size, c.between, 1}, c.stride, true);
    at = "window";
    if (c.out > 0) {
        add_convolution(model, random, "project", at, {1, 1, c.between, c.out}, 1, false);
        at = "project";
    }
    if (c.residual) model.node("y", "AddV2", {c.out > 0 ? "project_sum" : at, "x"});
    const auto graph = model.parse();
    ASSERT_TRUE(graph) << graph.error().message;
    const std::vector<float> pixels =
        random_floats(random, c.pictures * c.rows * c.columns * source_channels, 1.0F);
    const std::vector<float> scales = random_floats(random, c.pictures * source_channels, 1.0F);
    std::vector<TensorView> inputs{
        {Shape{c.pictures, c.rows, c.columns, source_channels}, std::span(pixels)}};
    if (c.scaled) inputs.emplace_back(Shape{c.pictures, 1, 1, source_channels}, std::span(scales));
    Options options;
    options.threads = c.threads;
    std::string plan;
    const auto actual = run(*graph, options, inputs, &plan);
    ASSERT_TRUE(actual) << actual.error().message;
    if (has_wide_kernels(plan)) {
        EXPECT_NE(plan.find("avx512 chain"), std::string::npos) << plan;
        if (c.scaled && c.in == 0) {
            EXPECT_EQ(plan.find("Multiply"), std::string::npos) << plan;
        }
    }
    options.backend = Backend::kPortable;
    const auto expected = run(*graph, options, inputs);
    ASSERT_TRUE(expected) << expected.error().message;
    expect_near(*actual, *expected, 1e-4F);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Chains,
                         ::testing::Values(Case{1, 64, 64, 8, 72, 24, 3, 1, false, false, 1},
                                           Case{2, 61, 57, 12, 80, 12, 3, 1, true, false, 2},
                                           Case{1, 67, 59, 16, 70, 20, 3, 2, false, false, 2},
                                           Case{2, 53, 64, 8, 80, 0, 5, 1, false, false, 3},
                                           Case{1, 95, 79, 8, 40, 40, 5, 2, false, false, 1},
                                           Case{2, 64, 60, 0, 72, 72, 3, 1, true, true, 2},
                                           Case{3, 240, 3, 0, 400, 5, 5, 1, false, true, 2},
                                           Case{1, 1, 1900, 4, 150, 4, 3, 1, true, false, 2},
                                           Case{1, 64, 64, 8, 72, 24, 3, 1, false, true, 1}),
                         [](const auto& made) { return "Case" + std::to_string(made.index); });

// A 1x1 between two depthwise convolutions belongs to one chain only.
TEST(Stacks, OfDepthwiseAndPointwiseConvolutions) {
    std::mt19937 random(8);
    TestModel model;
    model.input("x", {1, 66, 66, 64});
    std::string at = "x";
    for (int i = 0; i < 3; ++i) {
        const std::string number = std::to_string(i);
        add_convolution(model, random, "window" + number, at, {3, 3, 64, 1}, 1, true);
        add_convolution(model, random, "point" + number, "window" + number, {1, 1, 64, 64}, 1, false);
        at = "point" + number;
    }
    const auto graph = model.parse();
    ASSERT_TRUE(graph) << graph.error().message;
    const std::vector<float> pixels = random_floats(random, 66LL * 66 * 64, 1.0F);
    const std::vector<TensorView> inputs{{Shape{1, 66, 66, 64}, std::span(pixels)}};
    Options options;
    const auto actual = run(*graph, options, inputs);
    options.backend = Backend::kPortable;
    const auto expected = run(*graph, options, inputs);
    ASSERT_TRUE(actual) << actual.error().message;
    ASSERT_TRUE(expected) << expected.error().message;
    expect_near(*actual, *expected, 1e-4F);
}

// Three parts of channels that don't fill registers, one of which somebody else reads too.
TEST(Joins, PartsAreMadeInTheirPlace) {
    std::mt19937 random(5);
    TestModel model;
    model.input("x", {2, 9, 11, 12});
    add_convolution(model, random, "a", "x", {1, 1, 12, 20}, 1, false);
    add_convolution(model, random, "b", "x", {3, 3, 12, 1}, 1, true);
    add_convolution(model, random, "c", "x", {3, 3, 12, 33}, 1, false);
    model.constant_ints("axis", {}, {3});
    model.node("joined", "ConcatV2", {"a", "b", "c", "x", "axis"}, {{"N", {{"i", "4"}}}});
    add_convolution(model, random, "again", "joined", {1, 1, 77, 10}, 1, false);
    add_convolution(model, random, "more", "c", {1, 1, 33, 7}, 1, false);
    model.node("twice", "ConcatV2", {"again", "more", "joined", "axis"}, {{"N", {{"i", "3"}}}});
    const auto graph = model.parse();
    ASSERT_TRUE(graph) << graph.error().message;
    const std::vector<float> pixels = random_floats(random, 2LL * 9 * 11 * 12, 1.0F);
    const std::vector<TensorView> inputs{{Shape{2, 9, 11, 12}, std::span(pixels)}};
    Options options;
    options.threads = 2;
    const auto actual = run(*graph, options, inputs);
    options.backend = Backend::kPortable;
    const auto expected = run(*graph, options, inputs);
    ASSERT_TRUE(actual && expected);
    expect_near(*actual, *expected, 1e-4F);
}

class Resizes : public ::testing::TestWithParam<const char*> {};

TEST_P(Resizes, AreTheReadableKernelsToTheLastBit) {
    std::mt19937 random(3);
    for (const std::int64_t channels : {1, 16, 37}) {
        for (const auto& [rows, columns] : {std::pair{26, 34}, std::pair{5, 40}, std::pair{1, 1}}) {
            TestModel model;
            model.input("x", {2, 13, 17, channels});
            model.constant_ints("size", {2}, {rows, columns});
            model.node("y", GetParam(), {"x", "size"});
            model.node("z", "Relu", {"y"});
            const auto graph = model.parse();
            ASSERT_TRUE(graph) << graph.error().message;
            const std::vector<float> pixels = random_floats(random, 2 * 13 * 17 * channels, 1.0F);
            const std::vector<TensorView> inputs{{Shape{2, 13, 17, channels}, std::span(pixels)}};
            Options options;
            options.threads = 2;
            std::string plan;
            const auto actual = run(*graph, options, inputs, &plan);
            options.backend = Backend::kPortable;
            const auto expected = run(*graph, options, inputs);
            ASSERT_TRUE(actual && expected);
            if (has_wide_kernels(plan)) {
                EXPECT_NE(plan.find("avx512 resize"), std::string::npos) << plan;
                EXPECT_EQ(*actual, *expected);
            }
            expect_near(*actual, *expected, 1e-5F);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Resizes, ::testing::Values("ResizeBilinear", "ResizeNearestNeighbor"));

}  // namespace
}  // namespace mosaic
