// Every ONNX operator over odd shapes, and blocks of networks that are exported often, against the stored
// outputs of ONNX Runtime (references/make_onnx_references.mjs): with the portable kernels and with the
// fastest ones, and once more exported and imported again. Floats may differ by 1e-4 * max(1, |expected|),
// others may not.
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mosaic/mosaic.h"

namespace mosaic {
namespace {

using Json = nlohmann::json;

constexpr float kTolerance = 1e-4F;

std::vector<char> read_file(const std::string& name) {
    std::ifstream file(std::string(MOSAIC_REFERENCES "/onnx/") + name, std::ios::binary);
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

Tensor stored_tensor(const Json& tensor) {
    DataType type = DataType::kBool;
    if (tensor["dtype"] == "float32") type = DataType::kFloat32;
    if (tensor["dtype"] == "int32") type = DataType::kInt32;
    Tensor made = *Tensor::create(type, *Shape::create(tensor["shape"].get<std::vector<std::int64_t>>()));
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
        // Not "greater than": NaN must fail too, unless it is what is expected.
        ASSERT_TRUE(difference <= kTolerance || (std::isnan(a[i]) && std::isnan(b[i])))
            << name << " at " << i << ": " << a[i] << " instead of " << b[i];
    }
}

std::string describe(const Json& test) {
    return test["name"].get<std::string>() + " of opset " + std::to_string(test["opset"].get<int>());
}

Options options_for(const Json& test, Backend backend) {
    Options options;
    options.backend = backend;
    for (const Json& input : test["inputs"])
        options.input_shapes[input["name"]] = stored_tensor(input).shape();
    return options;
}

void run_graph(const Json& test, const std::string& name, const Graph& graph, const Options& options) {
    auto session = Session::compile(graph, options);
    ASSERT_TRUE(session) << name << ": " << session.error().message;
    std::vector<Tensor> inputs;
    std::vector<TensorView> views;
    for (const Json& input : test["inputs"])
        inputs.push_back(stored_tensor(input));
    views.reserve(inputs.size());
    for (const Tensor& input : inputs)
        views.push_back(input.view());
    // Twice: the second run finds memory as the first left it.
    for (int i = 0; i < 2; ++i) {
        const auto done = session->run(views);
        ASSERT_TRUE(done) << name << ": " << done.error().message;
        for (std::size_t k = 0; k < test["outputs"].size(); ++k) {
            ASSERT_EQ(session->outputs()[k].name, test["outputs"][k]["name"]) << name;
            compare(name, session->output(k), stored_tensor(test["outputs"][k]));
        }
    }
}

class OnnxOperators : public ::testing::TestWithParam<Backend> {};

TEST_P(OnnxOperators, AgreeWithOnnxRuntime) {
    const References& references = References::get();
    ASSERT_TRUE(references.json.is_object()) << "references/onnx/cases.json is missing";
    ASSERT_GT(references.json["cases"].size(), 300U);
    for (const Json& test : references.json["cases"]) {
        const auto graph = Graph::parse_onnx(references.range(test["model"]));
        ASSERT_TRUE(graph) << describe(test) << ": " << graph.error().message;
        run_graph(test, describe(test), *graph, options_for(test, GetParam()));
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, OnnxOperators, ::testing::Values(Backend::kPortable, Backend::kAuto),
                         [](const auto& test) {
                             return test.param == Backend::kPortable ? "Portable" : "Auto";
                         });

TEST(OnnxExport, IsImportedAgain) {
    const References& references = References::get();
    const std::string name = "mosaic_export_test_" + std::to_string(getpid()) + ".onnx";
    const std::filesystem::path path = std::filesystem::temp_directory_path() / name;
    for (const Json& test : references.json["cases"]) {
        const auto graph = Graph::parse_onnx(references.range(test["model"]));
        ASSERT_TRUE(graph) << describe(test) << ": " << graph.error().message;
        const Options options = options_for(test, Backend::kAuto);
        const auto saved = graph->save_onnx(path, options);
        ASSERT_TRUE(saved) << describe(test) << ": " << saved.error().message;
        const auto again = Graph::load(path);
        ASSERT_TRUE(again) << describe(test) << ": " << again.error().message;
        run_graph(test, "exported " + describe(test), *again, options);
    }
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace mosaic
