// Every operator on odd shapes against the stored outputs of TensorFlow.js (references/make_references.mjs),
// with the portable kernels and with the fastest ones. Floats may differ by 1e-4 * max(1, |expected|);
// integers and booleans may not.
#include <limits>

#include <gtest/gtest.h>

#include "reference/reference.h"
#include "tests/references.h"

namespace mosaic {
namespace {

using Json = nlohmann::json;

const testing::References& references() {
    static const testing::References kReferences("operators");
    return kReferences;
}

void run_case(const Json& test, Backend backend) {
    const std::string name = test["name"];
    const auto graph = Graph::parse_tfjs(test["model"].dump(), references().range(test["weights"]));
    ASSERT_TRUE(graph) << name << ": " << graph.error().message;
    Options options;
    options.backend = backend;
    for (const Json& output : test["outputs"])
        options.outputs.push_back(output["name"]);
    references().run(name, test, *graph, options);
}

std::int32_t padding_of(float value) {
    ir::Pad pad;
    pad.before = {1};
    pad.after = {0};
    pad.value = value;
    const Tensor in = *Tensor::create(DataType::kInt32, {1});
    Tensor out = *Tensor::create(DataType::kInt32, {2});
    const TensorView input = in.view();
    const reference::MutableView output{out.type(), out.shape(), out.bytes().data()};
    reference::run(pad, {&input, 1}, {&output, 1});
    return out.elements<std::int32_t>()[0];
}

std::int32_t reduced(ir::ReduceKind kind, const std::vector<std::int32_t>& numbers) {
    const TensorView input(Shape{static_cast<std::int64_t>(numbers.size())}, std::span(numbers));
    Tensor out = *Tensor::create(DataType::kInt32, Shape{});
    const reference::MutableView output{out.type(), out.shape(), out.bytes().data()};
    reference::run(ir::Reduce{kind, {0}, false}, {&input, 1}, {&output, 1});
    return out.elements<std::int32_t>()[0];
}

TEST(Integers, TakeTheNearestEndAndZeroForNaN) {
    constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();
    constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
    EXPECT_EQ(padding_of(-7.0F), -7);
    EXPECT_EQ(padding_of(1e20F), kHighest);
    EXPECT_EQ(padding_of(-1e20F), kLowest);
    EXPECT_EQ(padding_of(std::numeric_limits<float>::quiet_NaN()), 0);
    EXPECT_EQ(reduced(ir::ReduceKind::kSum, {kHighest, kHighest}), kHighest);
    EXPECT_EQ(reduced(ir::ReduceKind::kMinimum, {kLowest, 0}), kLowest);
    // Beyond the largest double, and times zero not a number.
    std::vector<std::int32_t> factors(40, kHighest);
    factors.push_back(0);
    EXPECT_EQ(reduced(ir::ReduceKind::kProduct, factors), 0);
    EXPECT_EQ(reduced(ir::ReduceKind::kMean, {}), 0);
}

class Operators : public ::testing::TestWithParam<Backend> {};

TEST_P(Operators, AgreeWithTensorFlowJs) {
    ASSERT_TRUE(references().json().is_object()) << "references/operators/cases.json is missing";
    ASSERT_GT(references().json()["cases"].size(), 200U);
    for (const Json& test : references().json()["cases"])
        run_case(test, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Backends, Operators, ::testing::Values(Backend::kPortable, Backend::kAuto),
                         [](const auto& test) {
                             return test.param == Backend::kPortable ? "Portable" : "Auto";
                         });

}  // namespace
}  // namespace mosaic
