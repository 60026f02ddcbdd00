// Every operator on odd shapes against the stored outputs of TensorFlow.js (references/make_references.mjs),
// with the portable kernels and with the fastest ones. Floats may differ by 1e-4 * max(1, |expected|);
// integers and booleans may not.
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mosaic/mosaic.h"
#include "reference/reference.h"

namespace mosaic {
namespace {

using Json = nlohmann::json;

constexpr float kTolerance = 1e-4F;

std::vector<char> read_file(const std::string& name) {
    std::ifstream file(std::string(MOSAIC_REFERENCES "/operators/") + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct References {  // NOLINT(bugprone-exception-escape): of the JSON library, which moves without throwing
    Json json;
    std::vector<char> bytes;

    static const References& get() {
        static const References kReferences = [] {
            References references;
            const std::vector<char> text = read_file("cases.json");
            references.json = Json::parse(text, nullptr, false);
            references.bytes = read_file("cases.bin");
            return references;
        }();
        return kReferences;
    }

    [[nodiscard]] std::span<const std::byte> range(const Json& where) const {
        return std::as_bytes(std::span(bytes)).subspan(where["offset"], where["bytes"]);
    }
};

DataType type_of(const Json& tensor) {
    if (tensor["dtype"] == "float32") return DataType::kFloat32;
    return tensor["dtype"] == "int32" ? DataType::kInt32 : DataType::kBool;
}

Shape shape_of(const Json& tensor) {
    return *Shape::create(tensor["shape"].get<std::vector<std::int64_t>>());
}

Tensor stored_tensor(const Json& tensor) {
    Tensor made = *Tensor::create(type_of(tensor), shape_of(tensor));
    const auto bytes = References::get().range(tensor);
    EXPECT_EQ(bytes.size(), made.bytes().size());
    if (!bytes.empty()) std::memcpy(made.bytes().data(), bytes.data(), bytes.size());
    return made;
}

void compare(const std::string& name, const TensorView& actual, const Tensor& expected) {
    ASSERT_EQ(actual.type(), expected.type()) << name;
    ASSERT_EQ(actual.shape(), expected.shape()) << name << ": " << actual.shape().to_string();
    if (expected.type() != DataType::kFloat32) {
        EXPECT_EQ(std::memcmp(actual.bytes().data(), expected.bytes().data(), expected.bytes().size()), 0)
            << name;
        return;
    }
    const auto a = actual.elements<float>();
    const auto b = expected.elements<float>();
    for (std::size_t i = 0; i < a.size(); ++i) {
        const float difference = std::abs(a[i] - b[i]) / std::max(1.0F, std::abs(b[i]));
        // Not "greater than": NaN must fail too.
        ASSERT_TRUE(difference <= kTolerance)
            << name << " at " << i << ": " << a[i] << " instead of " << b[i];
    }
}

void run_case(const Json& test, Backend backend) {
    const std::string name = test["name"];
    const auto graph = Graph::parse_tfjs(test["model"].dump(), References::get().range(test["weights"]));
    ASSERT_TRUE(graph) << name << ": " << graph.error().message;
    Options options;
    options.backend = backend;
    for (const Json& output : test["outputs"])
        options.outputs.push_back(output["name"]);
    auto session = Session::compile(*graph, options);
    ASSERT_TRUE(session) << name << ": " << session.error().message;
    std::vector<Tensor> inputs;
    std::vector<TensorView> views;
    for (const ValueInfo& info : session->inputs()) {
        for (const Json& input : test["inputs"]) {
            if (input["name"] == info.name) inputs.push_back(stored_tensor(input));
        }
    }
    views.reserve(inputs.size());
    for (const Tensor& input : inputs)
        views.push_back(input.view());
    // Twice: the second run finds memory as the first left it.
    for (int i = 0; i < 2; ++i) {
        const auto done = session->run(views);
        ASSERT_TRUE(done) << name << ": " << done.error().message;
        for (std::size_t k = 0; k < test["outputs"].size(); ++k) {
            compare(name, session->output(k), stored_tensor(test["outputs"][k]));
        }
    }
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
    const References& references = References::get();
    ASSERT_TRUE(references.json.is_object()) << "references/operators/cases.json is missing";
    ASSERT_GT(references.json["cases"].size(), 200U);
    for (const Json& test : references.json["cases"])
        run_case(test, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Backends, Operators, ::testing::Values(Backend::kPortable, Backend::kAuto),
                         [](const auto& test) {
                             return test.param == Backend::kPortable ? "Portable" : "Auto";
                         });

}  // namespace
}  // namespace mosaic
