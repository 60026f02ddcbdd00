// After the first run of a session, running it takes no memory: whoever asks for some is counted.
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>

#include <gtest/gtest.h>

#include "tests/test_model.h"

namespace {

std::atomic<std::size_t> asked_for{0};

void* reserved(std::size_t bytes, std::size_t alignment) {
    const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
    return std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
}

void* counted(std::size_t bytes, std::size_t alignment) {
    ++asked_for;
    void* memory = reserved(bytes, alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

// Of the whole program; the other forms come here, but under a sanitizer, which has its own.
void* operator new(std::size_t bytes) {
    return counted(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return counted(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t& /*nothrow*/) noexcept {
    ++asked_for;
    return std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment,
                   const std::nothrow_t& /*nothrow*/) noexcept {
    ++asked_for;
    return reserved(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, const std::nothrow_t& /*nothrow*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}

namespace mosaic {
namespace {

using testing::TestModel;

// Convolutions of every kind, a pool, a resize, a join, a mean, a product and a softmax.
Result<Graph> all_kinds() {
    std::mt19937 random(4);
    std::normal_distribution<float> normal(0.0F, 0.3F);
    const auto numbers = [&](std::int64_t count) {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& value : values)
            value = normal(random);
        return values;
    };
    TestModel model;
    model.input("x", {2, 32, 48, 3});
    model.constant("w1", {3, 3, 3, 32}, numbers(864));
    model.constant("w2", {3, 3, 32, 1}, numbers(288));
    model.constant("w3", {1, 1, 32, 40}, numbers(1280));
    model.constant("w4", {3, 3, 40, 40}, numbers(14400));
    model.constant("w5", {80, 7}, numbers(560));
    model.constant_ints("size", {2}, {16, 24});
    model.constant_ints("axis", {}, {3});
    model.constant_ints("pixels", {2}, {1, 2});
    model.node("first", "Conv2D", {"x", "w1"}, TestModel::convolution(2, "U0FNRQ=="));
    model.node("a", "Relu6", {"first"});
    model.node("window", "DepthwiseConv2dNative", {"a", "w2"}, TestModel::convolution(1, "U0FNRQ=="));
    model.node("point", "Conv2D", {"window", "w3"}, TestModel::convolution(1, "U0FNRQ=="));
    model.node("square", "Conv2D", {"point", "w4"}, TestModel::convolution(2, "U0FNRQ=="));
    model.node("b", "Sigmoid", {"square"});
    model.node("large", "ResizeBilinear", {"b", "size"});
    model.node("joined", "ConcatV2", {"large", "point", "axis"}, {{"N", {{"i", "2"}}}});
    model.node("mean", "Mean", {"joined", "pixels"});
    model.node("product", "MatMul", {"mean", "w5"});
    model.node("y", "Softmax", {"product"});
    return model.parse();
}

class Allocations : public ::testing::TestWithParam<std::tuple<Backend, int>> {};

TEST_P(Allocations, NoneAfterTheFirstRun) {
    const auto graph = all_kinds();
    ASSERT_TRUE(graph) << graph.error().message;
    Options options;
    options.backend = std::get<0>(GetParam());
    options.threads = std::get<1>(GetParam());
    auto session = Session::compile(*graph, options);
    ASSERT_TRUE(session) << session.error().message;
    const std::vector<float> pixels(2UL * 32 * 48 * 3, 0.5F);
    const TensorView input(Shape{2, 32, 48, 3}, std::span(pixels));
    ASSERT_TRUE(session->run(input));
    const std::size_t before = asked_for;
    EXPECT_GT(before, 0U);  // it counts
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(session->run(input));
    EXPECT_EQ(asked_for - before, 0U);
}

INSTANTIATE_TEST_SUITE_P(Backends, Allocations,
                         ::testing::Combine(::testing::Values(Backend::kPortable, Backend::kAuto),
                                            ::testing::Values(1, 2)),
                         [](const auto& test) {
                             return std::string(std::get<0>(test.param) == Backend::kPortable ? "Portable"
                                                                                              : "Auto") +
                                    std::to_string(std::get<1>(test.param));
                         });

}  // namespace
}  // namespace mosaic
