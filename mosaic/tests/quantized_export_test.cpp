// A network written for other engines to compute with bytes: it is there, and says what the calibration says.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/references.h"

namespace mosaic {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const testing::References& references() {
    static const testing::References kReferences("onnx");
    return kReferences;
}

struct Loaded {
    Graph graph;
    std::vector<Tensor> inputs;
    std::vector<TensorView> views;
};

Loaded load(const std::string& name) {
    for (const Json& test : references().json()["cases"]) {
        if (test["name"] != name) continue;
        Loaded loaded{*Graph::parse_onnx(references().range(test["model"])), {}, {}};
        for (const Json& input : test["inputs"])
            loaded.inputs.push_back(references().tensor(input));
        for (const Tensor& input : loaded.inputs)
            loaded.views.push_back(input.view());
        return loaded;
    }
    ADD_FAILURE() << name << " isn't there";
    return {*Graph::make_resnet50(), {}, {}};
}

std::vector<float> run(const Graph& graph, const std::vector<TensorView>& views) {
    auto session = Session::compile(graph);
    EXPECT_TRUE(session) << session.error().message;
    if (!session) return {};
    EXPECT_TRUE(session->run(views));
    const auto made = session->output(0).elements<float>();
    return {made.begin(), made.end()};
}

std::size_t count_of(const fs::path& path, const std::string& word) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    std::size_t count = 0;
    for (std::size_t at = text.str().find(word); at != std::string::npos; at = text.str().find(word, at + 1))
        ++count;
    return count;
}

class Export : public ::testing::Test {
  protected:
    fs::path path_ = fs::temp_directory_path() / ("mosaic_int8_test_" + std::to_string(getpid()) + ".onnx");
    ~Export() override {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
};

class QuantizedExport : public Export, public ::testing::WithParamInterface<const char*> {};

TEST_P(QuantizedExport, StaysNearTheNetworkInFloat) {
    const Loaded loaded = load(GetParam());
    const std::vector<std::vector<TensorView>> samples{loaded.views};
    CalibrationOptions how;
    how.method = RangeMethod::kLargest;
    const auto calibration = calibrate(loaded.graph, {}, samples, how);
    ASSERT_TRUE(calibration) << calibration.error().message;
    Options options;
    options.precision = Precision::kInt8;
    options.calibration = std::make_shared<const Calibration>(*calibration);
    const auto saved = loaded.graph.save_onnx(path_, options);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_GT(count_of(path_, "DequantizeLinear"), 2U);
    const auto again = Graph::load(path_);
    ASSERT_TRUE(again) << again.error().message;
    const std::vector<float> in_float = run(loaded.graph, loaded.views);
    const std::vector<float> in_bytes = run(*again, loaded.views);
    ASSERT_EQ(in_float.size(), in_bytes.size());
    EXPECT_GT(signal_to_noise_db(in_float, in_bytes), 20.0);
    EXPECT_LT(signal_to_noise_db(in_float, in_bytes), 90.0) << "nothing was rounded";
}

INSTANTIATE_TEST_SUITE_P(Networks, QuantizedExport,
                         ::testing::Values("yolo8_c2f_dfl", "squeeze_excitation", "one_picture_embedding",
                                           "channels_last_wrapped"));

TEST_F(Export, LayersThatAreKeptStayInFloat) {
    const Loaded loaded = load("one_picture_embedding");
    const std::vector<std::vector<TensorView>> samples{loaded.views};
    auto calibration = calibrate(loaded.graph, {}, samples);
    ASSERT_TRUE(calibration) << calibration.error().message;
    calibration->kept.clear();
    Options options;
    options.precision = Precision::kInt8;
    const auto quantizers = [&](const Calibration& from) {
        options.calibration = std::make_shared<const Calibration>(from);
        EXPECT_TRUE(loaded.graph.save_onnx(path_, options));
        return count_of(path_, "DequantizeLinear");
    };
    const std::size_t all = quantizers(*calibration);
    // The convolution is known by the activation that is fused with it.
    calibration->kept["n4"] = "as a test";
    const std::size_t fewer = quantizers(*calibration);
    EXPECT_LT(fewer, all);
    EXPECT_GT(fewer, 0U);
}

}  // namespace
}  // namespace mosaic
