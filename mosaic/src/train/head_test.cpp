// Heads on networks that others trained: which files those may be, lessons that are cut short, and what
// little one picture of each class tells.
#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "graph_access.h"
#include "mosaic/frozen.h"
#include "shape_inference.h"
#include "train/architectures.h"
#include "train/backbone.h"
#include "train/box_network.h"
#include "train/executor.h"
#include "train/feature_cache.h"
#include "train/imported_body.h"
#include "train/model_body.h"
#include "train/random.h"
#include "train/test_folder.h"
#include "train/tuned.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

enum class Channels : std::uint8_t { kLast, kFirst };

class Heads : public PatchesTest {
  protected:
    // A body with seeded weights in a file, for pictures of 64 rows and 32 columns; empty in a build without
    // ONNX.
    fs::path body(const std::string& name, Channels channels) {
        const auto network = make_architecture("mobilenet-small", {64, 3, 5, 7});
        EXPECT_TRUE(network);
        auto graph = to_graph(*network);
        EXPECT_TRUE(graph);
        ir::Input& input = graph->inputs[0];
        const ir::ValueId picture = input.value;
        graph->value(picture).shape = Shape{1, 64, 32, 3};
        input.declared_sizes = {1, 64, 32, 3};
        if (channels == Channels::kFirst) {
            const Shape shape{1, 3, 64, 32};
            const ir::ValueId first = graph->add_value({"first", DataType::kFloat32, shape, nullptr});
            graph->nodes.insert(graph->nodes.begin(),
                                ir::Node{"turn", ir::Transpose{{0, 2, 3, 1}}, {first}, {picture}});
            input.value = first;
            input.declared_sizes = {1, 3, 64, 32};
        }
        EXPECT_TRUE(ir::infer_shapes(*graph));
        fs::path file = folder_ / (name + ".onnx");
        return GraphAccess::make(std::move(*graph)).save_onnx(file, {}) ? file : fs::path();
    }
    // What a body says of a picture of 64x64.
    static std::vector<float> deepest_map(const fs::path& file, const Picture& picture) {
        auto network = import_body(
            file, 64, [](const ir::Graph& graph, std::int64_t /*pixels*/) { return deepest_maps(graph); });
        EXPECT_TRUE(network) << network.error().message;
        if (!network) return {};
        auto executor = Executor::create(*network, {1, false, false});
        EXPECT_TRUE(executor);
        render(picture, network_view(64, 3), {}, nullptr, executor->input(0));
        executor->forward({false, 0});
        return {executor->output(0).begin(), executor->output(0).end()};
    }
    static void expect_near(std::span<const float> made, std::span<const float> expected) {
        ASSERT_EQ(made.size(), expected.size());
        for (std::size_t i = 0; i < made.size(); ++i)
            EXPECT_NEAR(made[i], expected[i], 1e-3F * std::max(1.0F, std::abs(expected[i]))) << i;
    }
};

TEST_F(Heads, ChannelsMayComeFirstAndPicturesNeedNotBeSquare) {
    const fs::path last = body("last", Channels::kLast);
    if (last.empty()) GTEST_SKIP() << "a build without ONNX";
    const fs::path first = body("first", Channels::kFirst);
    auto expected = Backbone::open(last, 1);
    ASSERT_TRUE(expected) << expected.error().message;
    auto backbone = Backbone::open(first, 1);
    ASSERT_TRUE(backbone) << backbone.error().message;
    EXPECT_NE(backbone->describe().find("32x64 pixels"), std::string::npos) << backbone->describe();
    const Picture picture = patch(1, 5);
    for (int view = 0; view < Backbone::kViews; ++view) {
        const auto wanted = expected->features(picture, view);
        const auto features = backbone->features(picture, view);
        ASSERT_TRUE(wanted && features);
        expect_near(*features, *wanted);
    }
    expect_near(deepest_map(first, picture), deepest_map(last, picture));
    std::vector<ValueId> layers;
    const auto tuned = make_tuned_network(first, {64, 3, 3, 1}, &layers);
    ASSERT_TRUE(tuned) << tuned.error().message;
    EXPECT_FALSE(layers.empty());
    BoxBody boxes;
    boxes.backbone = first;
    const auto detector = make_box_network(boxes, 64);
    EXPECT_TRUE(detector) << detector.error().message;
    HeadOptions options;
    options.backbones = {first};
    const auto trained = train_head(patches("data", {0, 1, 2}, 3), options);
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_TRUE(trained->model.whole_graph());
}

TEST_F(Heads, NetworksGetTheNumbersThatTheyWereTrainedWith) {
    const Normalisation looks = backbone_normalisation("osnet_x0_25_msmt17");
    EXPECT_FLOAT_EQ(looks.mean[0], 0.485F);
    EXPECT_FLOAT_EQ(looks.deviation[2], 0.225F);
    const Normalisation bytes = backbone_normalisation("centernet");
    EXPECT_FLOAT_EQ((1.0F - bytes.mean[1]) / bytes.deviation[1], 255.0F);
}

TEST_F(Heads, ALessonThatWasCancelledIsWhereTheNextOneBegins) {
    HeadOptions options;
    options.backbones = {body("body", Channels::kLast)};
    if (options.backbones[0].empty()) GTEST_SKIP() << "a build without ONNX";
    options.cache = folder_ / "cache";
    const Dataset data = patches("data", {0, 1}, 4);
    const auto cancelled = train_head(
        data, options,
        [](const std::string& /*what*/, std::size_t done, std::size_t /*all*/) { return done < 3; });
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().message, "cancelled");
    FeatureCache cache(options.cache, options.backbones[0]);
    std::size_t kept = 0;
    std::vector<float> features;
    for (std::size_t i = 0; i < data.samples().size(); ++i)
        kept += cache.find(data, i, Backbone::kViews - 1, features) ? 1 : 0;
    EXPECT_EQ(kept, 3U);
    EXPECT_TRUE(train_head(data, options));
}

TEST_F(Heads, OnePictureEachTellsNothingOfAccuracyWhenExtendedEither) {
    HeadOptions options;
    options.backbones = {body("body", Channels::kLast)};
    if (options.backbones[0].empty()) GTEST_SKIP() << "a build without ONNX";
    const auto first = train_head(patches("two", {0, 1}, 1), options);
    ASSERT_TRUE(first) << first.error().message;
    const auto extended = extend_head(first->model, patches("third", {2}, 1), options);
    ASSERT_TRUE(extended) << extended.error().message;
    EXPECT_TRUE(extended->left_out.empty());
    EXPECT_EQ(extended->trials.at(0).accuracy, 0.0);
    ASSERT_EQ(extended->notes.size(), 1U);
    EXPECT_NE(extended->notes[0].find("one picture"), std::string::npos);
    // As it would have been at once.
    const auto together = train_head(patches("all", {0, 1, 2}, 1), options);
    ASSERT_TRUE(together);
    EXPECT_NEAR(extended->model.temperature(), together->model.temperature(), 1e-9);
}

}  // namespace
}  // namespace mosaic::train
