// Every ONNX operator over odd shapes, and blocks of networks that are exported often, against the stored
// outputs of ONNX Runtime (references/make_onnx_references.mjs): with the portable kernels and with the
// fastest ones, and once more exported and imported again. Floats may differ by 1e-4 * max(1, |expected|),
// others may not.
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/references.h"

namespace mosaic {
namespace {

using Json = nlohmann::json;

const testing::References& references() {
    static const testing::References kReferences("onnx");
    return kReferences;
}

std::string describe(const Json& test) {
    return test["name"].get<std::string>() + " of opset " + std::to_string(test["opset"].get<int>());
}

Options options_for(const Json& test, Backend backend) {
    Options options;
    options.backend = backend;
    for (const Json& input : test["inputs"])
        options.input_shapes[input["name"]] = references().tensor(input).shape();
    return options;
}

class OnnxOperators : public ::testing::TestWithParam<Backend> {};

TEST_P(OnnxOperators, AgreeWithOnnxRuntime) {
    ASSERT_TRUE(references().json().is_object()) << "references/onnx/cases.json is missing";
    ASSERT_GT(references().json()["cases"].size(), 300U);
    for (const Json& test : references().json()["cases"]) {
        const auto graph = Graph::parse_onnx(references().range(test["model"]));
        ASSERT_TRUE(graph) << describe(test) << ": " << graph.error().message;
        references().run(describe(test), test, *graph, options_for(test, GetParam()));
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, OnnxOperators, ::testing::Values(Backend::kPortable, Backend::kAuto),
                         [](const auto& test) {
                             return test.param == Backend::kPortable ? "Portable" : "Auto";
                         });

TEST(OnnxExport, IsImportedAgain) {
    const std::string name = "mosaic_export_test_" + std::to_string(getpid()) + ".onnx";
    const std::filesystem::path path = std::filesystem::temp_directory_path() / name;
    for (const Json& test : references().json()["cases"]) {
        const auto graph = Graph::parse_onnx(references().range(test["model"]));
        ASSERT_TRUE(graph) << describe(test) << ": " << graph.error().message;
        const Options options = options_for(test, Backend::kAuto);
        const auto saved = graph->save_onnx(path, options);
        if (!saved && saved.error().message.find("depends on the data") != std::string::npos) {
            EXPECT_TRUE(test["name"].get<std::string>().starts_with("late_")) << saved.error().message;
            continue;
        }
        ASSERT_TRUE(saved) << describe(test) << ": " << saved.error().message;
        const auto again = Graph::load(path);
        ASSERT_TRUE(again) << describe(test) << ": " << again.error().message;
        references().run("exported " + describe(test), test, *again, options);
    }
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace mosaic
