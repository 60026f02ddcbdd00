// Windows that reach over the edges, whatever follows the sums, and factors of channels before a 1x1: the
// fastest kernels against the readable ones.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

using testing::random_floats;
using testing::run;
using testing::TestModel;

constexpr const char* kSame = "U0FNRQ==";

enum class Ending : std::uint8_t { kNone, kRelu, kHardSwish, kSigmoid };

// `at`, and what follows it.
void add_ending(TestModel& model, const std::string& at, Ending ending) {
    if (ending == Ending::kRelu) model.node("y", "Relu", {at});
    if (ending == Ending::kSigmoid) model.node("y", "Sigmoid", {at});
    if (ending != Ending::kHardSwish) return;
    model.constant("three", {}, {3.0F});
    model.constant("sixth", {}, {1.0F / 6.0F});
    model.node("part", "Mul", {at, "sixth"});
    model.node("more", "AddV2", {at, "three"});
    model.node("gate", "Relu6", {"more"});
    model.node("y", "Mul", {"part", "gate"});
}

void expect_agreement(const Result<Graph>& graph, const std::vector<TensorView>& inputs,
                      std::string* plan = nullptr) {
    ASSERT_TRUE(graph) << graph.error().message;
    Options options;
    options.threads = 2;
    const auto actual = run(*graph, options, inputs, plan);
    options.backend = Backend::kPortable;
    const auto expected = run(*graph, options, inputs);
    ASSERT_TRUE(actual) << actual.error().message;
    ASSERT_TRUE(expected) << expected.error().message;
    ASSERT_EQ(actual->size(), expected->size());
    for (std::size_t i = 0; i < expected->size(); ++i) {
        const float difference = std::abs((*actual)[i] - (*expected)[i]);
        // Not "greater than": NaN must fail too.
        ASSERT_TRUE(difference <= 1e-4F * std::max(1.0F, std::abs((*expected)[i])))
            << "at " << i << ": " << (*actual)[i] << " instead of " << (*expected)[i];
    }
}

class Windows : public ::testing::TestWithParam<Ending> {};

TEST_P(Windows, OfOneChannelEach) {
    std::mt19937 random(21);
    constexpr std::int64_t kChannels = 37;
    for (const int size : {3, 5}) {
        for (const int stride : {1, 2}) {
            for (const std::int64_t columns : {1, 2, 3, 4, 5, 8, 11, 14}) {
                for (const std::int64_t rows : {1, 6}) {
                    SCOPED_TRACE(::testing::Message()
                                 << rows << "x" << columns << " window " << size << " stride " << stride);
                    TestModel model;
                    model.input("x", {2, rows, columns, kChannels});
                    model.constant("w", {size, size, kChannels, 1},
                                   random_floats(random, size * size * kChannels, 0.3F));
                    model.constant("b", {kChannels}, random_floats(random, kChannels, 1.0F));
                    model.node("conv", "DepthwiseConv2dNative", {"x", "w"},
                               TestModel::convolution(stride, kSame));
                    model.node("sum", "BiasAdd", {"conv", "b"});
                    add_ending(model, "sum", GetParam());
                    const auto pixels = random_floats(random, 2 * rows * columns * kChannels, 1.0F);
                    expect_agreement(model.parse(),
                                     {{Shape{2, rows, columns, kChannels}, std::span(pixels)}});
                }
            }
        }
    }
}

TEST_P(Windows, OfFewChannels) {
    std::mt19937 random(22);
    for (const std::int64_t channels : {1, 3, 4}) {
        for (const int size : {3, 5, 7}) {
            for (const int stride : {1, 2}) {
                // More rows than are copied at a time, and fewer.
                for (const auto& [rows, columns] : {std::pair{61, 300}, std::pair{5, 9}, std::pair{1, 2}}) {
                    SCOPED_TRACE(::testing::Message()
                                 << rows << "x" << columns << "x" << channels << " window " << size);
                    constexpr std::int64_t kOut = 18;
                    TestModel model;
                    model.input("x", {2, rows, columns, channels});
                    model.constant("w", {size, size, channels, kOut},
                                   random_floats(random, size * size * channels * kOut, 0.2F));
                    model.constant("b", {kOut}, random_floats(random, kOut, 1.0F));
                    model.node("conv", "Conv2D", {"x", "w"}, TestModel::convolution(stride, kSame));
                    model.node("sum", "BiasAdd", {"conv", "b"});
                    add_ending(model, "sum", GetParam());
                    const auto pixels = random_floats(random, 2LL * rows * columns * channels, 1.0F);
                    expect_agreement(model.parse(), {{Shape{2, rows, columns, channels}, std::span(pixels)}});
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Endings, Windows,
                         ::testing::Values(Ending::kNone, Ending::kRelu, Ending::kHardSwish,
                                           Ending::kSigmoid),
                         [](const auto& made) { return "Ending" + std::to_string(made.index); });

// A factor for each channel of each picture before a 1x1, as squeeze and excitation makes them.
TEST(Factors, GoIntoTheWeights) {
    std::mt19937 random(23);
    for (const std::int64_t pictures : {1, 3}) {
        for (const auto& [in, out] : {std::pair{24, 24}, std::pair{130, 70}, std::pair{300, 300}}) {
            SCOPED_TRACE(::testing::Message() << pictures << " pictures, " << in << " to " << out);
            TestModel model;
            model.input("x", {pictures, 19, 17, in});
            model.input("s", {pictures, 1, 1, in});
            model.constant("w", {1, 1, in, out}, random_floats(random, std::int64_t{in} * out, 0.1F));
            model.constant("b", {out}, random_floats(random, out, 1.0F));
            model.node("product", "Mul", {"x", "s"});
            model.node("conv", "Conv2D", {"product", "w"}, TestModel::convolution(1, kSame));
            model.node("sum", "BiasAdd", {"conv", "b"});
            if (in == out) model.node("y", "AddV2", {"sum", "x"});
            const auto pixels = random_floats(random, pictures * 19 * 17 * in, 1.0F);
            const auto factors = random_floats(random, pictures * in, 1.0F);
            std::string plan;
            expect_agreement(model.parse(),
                             {{Shape{pictures, 19, 17, in}, std::span(pixels)},
                              {Shape{pictures, 1, 1, in}, std::span(factors)}},
                             &plan);
            if (plan.find("avx512 kernels") != std::string::npos) {
                EXPECT_EQ(plan.find("Multiply"), std::string::npos) << plan;
            }
        }
    }
}

}  // namespace
}  // namespace mosaic
