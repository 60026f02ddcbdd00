#include "tests/references.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace mosaic::testing {

using Json = nlohmann::json;

namespace {

std::vector<char> read_file(const std::string& name) {
    std::ifstream file(std::string(MOSAIC_REFERENCES "/") + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

DataType type_of(const Json& stored) {
    if (stored["dtype"] == "float32") return DataType::kFloat32;
    return stored["dtype"] == "int32" ? DataType::kInt32 : DataType::kBool;
}

}  // namespace

References::References(const std::string& folder) {
    const std::vector<char> text = read_file(folder + "/cases.json");
    json_ = Json::parse(text, nullptr, false);
    bytes_ = read_file(folder + "/cases.bin");
}

std::span<const std::byte> References::range(const Json& where) const {
    return std::as_bytes(std::span(bytes_)).subspan(where["offset"], where["bytes"]);
}

Tensor References::tensor(const Json& stored) const {
    const auto shape = Shape::create(stored["shape"].get<std::vector<std::int64_t>>());
    Tensor made = *Tensor::create(type_of(stored), *shape);
    const auto bytes = range(stored);
    EXPECT_EQ(bytes.size(), made.bytes().size());
    if (!bytes.empty()) std::memcpy(made.bytes().data(), bytes.data(), bytes.size());
    return made;
}

void References::expect_near(const std::string& name, const TensorView& actual, const Tensor& expected) {
    constexpr float kTolerance = 1e-4F;
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
        // Not "greater than": NaN must fail too, unless it is what is expected.
        ASSERT_TRUE(difference <= kTolerance || (std::isnan(a[i]) && std::isnan(b[i])))
            << name << " at " << i << ": " << a[i] << " instead of " << b[i];
    }
}

void References::run(const std::string& name, const Json& test, const Graph& graph,
                     const Options& options) const {
    auto session = Session::compile(graph, options);
    ASSERT_TRUE(session) << name << ": " << session.error().message;
    std::vector<Tensor> inputs;
    std::vector<TensorView> views;
    for (const ValueInfo& info : session->inputs()) {
        for (const Json& input : test["inputs"]) {
            if (input["name"] == info.name) inputs.push_back(tensor(input));
        }
    }
    views.reserve(inputs.size());
    for (const Tensor& input : inputs)
        views.push_back(input.view());
    for (int i = 0; i < 2; ++i) {
        const auto done = session->run(views);
        ASSERT_TRUE(done) << name << ": " << done.error().message;
        for (std::size_t k = 0; k < test["outputs"].size(); ++k) {
            ASSERT_EQ(session->outputs()[k].name, test["outputs"][k]["name"]) << name;
            expect_near(name, session->output(k), tensor(test["outputs"][k]));
        }
    }
}

}  // namespace mosaic::testing
