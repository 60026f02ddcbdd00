// Bad models are errors that name the culprit.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/test_model.h"
#include "tfjs_weights.h"

namespace mosaic {
namespace {

using testing::TestModel;

TestModel sum_model() {
    TestModel model;
    model.input("x", {2});
    model.constant("c", {2}, {1.0F, 2.0F});
    model.node("sum", "AddV2", {"x", "c"});
    return model;
}

void expect_error(const Result<Graph>& graph, const std::string& part) {
    ASSERT_FALSE(graph) << "expected: " << part;
    EXPECT_NE(graph.error().message.find(part), std::string::npos) << graph.error().message;
}

TEST(Import, TakesAGoodModel) {
    const auto graph = sum_model().parse();
    ASSERT_TRUE(graph) << graph.error().message;
    EXPECT_EQ(graph->input_names(), std::vector<std::string>{"x"});
    EXPECT_EQ(graph->output_names(), std::vector<std::string>{"sum"});
}

TEST(Import, RefusesGarbage) {
    for (const char* text :
         {"", "{", "[]", "1", "{}", R"({"weightsManifest": 1})", R"({"weightsManifest": [1]})",
          R"({"weightsManifest": [], "modelTopology": {"node": [1]}})",
          R"({"weightsManifest": [], "modelTopology": {"node": [{"name": 1}]}})",
          R"({"weightsManifest": [], "format": "layers-model"})"}) {
        EXPECT_FALSE(Graph::parse_tfjs(text, {})) << text;
    }
}

TEST(Import, NestingWithoutEndIsHarmless) {
    const std::string deep = R"({"weightsManifest": )" + std::string(1000000, '[');
    EXPECT_FALSE(Graph::parse_tfjs(deep, {}));
    const std::string closed =
        R"({"weightsManifest": )" + std::string(100000, '[') + std::string(100000, ']') + "}";
    EXPECT_FALSE(Graph::parse_tfjs(closed, {}));
    const std::string weights = R"({"modelTopology": {}, "weightsManifest": [{"paths": [], "weights": )" +
                                std::string(100000, '[') + std::string(100000, ']') + "}]}";
    expect_error(Graph::parse_tfjs(weights, {}), "nested deeper than 64 levels");
}

TEST(Import, BracketsInStringsAreNoNesting) {
    TestModel model = sum_model();
    model.json()["note"] = "\\\"" + std::string(1000, '[') + "\\";
    const auto graph = model.parse();
    EXPECT_TRUE(graph) << graph.error().message;
}

TEST(Import, NamesUnknownOperatorAndNode) {
    TestModel model = sum_model();
    model.node("odd", "Frobnicate", {"sum"});
    expect_error(model.parse(), "node odd (Frobnicate): operator Frobnicate isn't supported");
}

TEST(Import, NamesDanglingInput) {
    TestModel model = sum_model();
    model.node("lost", "Relu", {"nowhere"});
    expect_error(model.parse(), "node lost (Relu): input nowhere doesn't exist");
}

TEST(Import, NamesMissingOutputOfANode) {
    TestModel model = sum_model();
    model.node("second", "Relu", {"sum:1"});
    expect_error(model.parse(), "node sum (AddV2) has no output 1");
}

TEST(Import, NamesRepeatedNode) {
    TestModel model = sum_model();
    model.node("sum", "Relu", {"x"});
    expect_error(model.parse(), "node sum (Relu) is there twice");
}

TEST(Import, NamesACycle) {
    TestModel model = sum_model();
    model.node("a", "AddV2", {"b", "x"});
    model.node("b", "Relu", {"a"});
    expect_error(model.parse(), "cycle");
}

TEST(Import, ChecksSizesOfWeightsBeforeTakingMemory) {
    TestModel model = sum_model();
    auto& weight = model.json()["weightsManifest"][0]["weights"][0];
    weight["shape"] = {1 << 15, 1 << 15};
    expect_error(model.parse(), "weight c");
    weight["shape"] = {-1};
    expect_error(model.parse(), "weight c");
    weight["shape"] = {9007199254740992, 9007199254740992};
    expect_error(model.parse(), "weight c");
    weight["shape"] = {3};
    expect_error(model.parse(), "weight c ends at byte 12 of 8");
}

TEST(Import, ConstantWithoutWeight) {
    TestModel model = sum_model();
    model.node("empty", "Const", {});
    expect_error(model.parse(), "node empty (Const)");
}

TEST(Import, ShapesThatContradictNameTheNode) {
    TestModel model;
    model.input("x", {3});
    model.constant("c", {2}, {1.0F, 2.0F});
    model.node("sum", "AddV2", {"x", "c"});
    const auto graph = model.parse();
    ASSERT_TRUE(graph);
    const auto session = Session::compile(*graph);
    ASSERT_FALSE(session);
    EXPECT_NE(session.error().message.find("node sum"), std::string::npos) << session.error().message;
}

TEST(Import, OpenShapesMustBeGiven) {
    TestModel model;
    model.input("x", {1, -1});
    model.node("y", "Relu", {"x"});
    const auto graph = model.parse();
    ASSERT_TRUE(graph);
    EXPECT_FALSE(Session::compile(*graph));
    Options options;
    options.input_shapes["x:0"] = {1, 2};
    const auto session = Session::compile(*graph, options);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(session->outputs()[0].shape, (Shape{1, 2}));
}

TEST(Import, AnOpenBatchIsOneUnlessGiven) {
    TestModel model;
    model.input("x", {-1, 2});
    model.node("y", "Relu", {"x"});
    const auto graph = model.parse();
    ASSERT_TRUE(graph);
    auto session = Session::compile(*graph);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(session->outputs()[0].shape, (Shape{1, 2}));
    Options options;
    options.input_shapes["x:0"] = {3, 2};
    session = Session::compile(*graph, options);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(session->outputs()[0].shape, (Shape{3, 2}));
}

class ModelFolder : public ::testing::Test {
  protected:
    std::filesystem::path folder_ =
        std::filesystem::path(::testing::TempDir()) /
        (std::string("mosaic_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());

    void SetUp() override { std::filesystem::create_directories(folder_ / "model"); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    Result<Graph> load(TestModel& model, const std::string& shard_path) const {
        model.json()["weightsManifest"][0]["paths"] = {shard_path};
        std::ofstream(folder_ / "model/m.json") << model.json().dump();
        return Graph::load_tfjs(folder_ / "model/m.json");
    }
    void write_shard(const std::filesystem::path& path, const TestModel& model, std::size_t bytes) const {
        TestModel copy = model;
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(copy.bytes().data()), static_cast<std::streamsize>(bytes));
    }
};

TEST_F(ModelFolder, ReadsShards) {
    TestModel model = sum_model();
    write_shard(folder_ / "model/weights.bin", model, 8);
    const auto graph = load(model, "weights.bin");
    EXPECT_TRUE(graph) << graph.error().message;
}

TEST_F(ModelFolder, ReadsShardsInTheCurrentFolder) {
    TestModel model = sum_model();
    write_shard(folder_ / "model/weights.bin", model, 8);
    ASSERT_TRUE(load(model, "weights.bin"));
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder_ / "model");
    const auto graph = Graph::load_tfjs("m.json");
    std::filesystem::current_path(before);
    EXPECT_TRUE(graph) << graph.error().message;
}

TEST_F(ModelFolder, ShardsStayInTheFolder) {
    TestModel model = sum_model();
    write_shard(folder_ / "outside.bin", model, 8);
    expect_error(load(model, "../outside.bin"), "outside the model's folder");
    expect_error(load(model, (folder_ / "outside.bin").string()), "outside the model's folder");
    std::filesystem::create_symlink(folder_ / "outside.bin", folder_ / "model/link.bin");
    expect_error(load(model, "link.bin"), "outside the model's folder");
}

TEST_F(ModelFolder, NamesMissingAndShortShards) {
    TestModel model = sum_model();
    expect_error(load(model, "none.bin"), "none.bin: no such file");
    write_shard(folder_ / "model/short.bin", model, 7);
    expect_error(load(model, "short.bin"), "weight c ends at byte 8 of 7");
    expect_error(load(model, "."), "not a regular file");
    EXPECT_FALSE(Graph::load_tfjs(folder_));
    EXPECT_FALSE(Graph::load_tfjs(folder_ / "none.json"));
}

TEST(Half, ConvertsExactly) {
    EXPECT_EQ(tfjs::half_to_float(0x3155), 0.1666259765625F);
    EXPECT_EQ(tfjs::half_to_float(0xC200), -3.0F);
    EXPECT_EQ(tfjs::half_to_float(0x0001), 5.9604644775390625e-8F);
    EXPECT_EQ(tfjs::half_to_float(0x7BFF), 65504.0F);
    EXPECT_TRUE(std::signbit(tfjs::half_to_float(0x8000)));
}

}  // namespace
}  // namespace mosaic
