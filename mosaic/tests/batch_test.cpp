// A network that was made for one picture takes several at once, and gives for each what it gives alone.
#include <gtest/gtest.h>

#include "tests/references.h"

namespace mosaic {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kBatch = 3;

const testing::References& references() {
    static const testing::References kReferences("onnx");
    return kReferences;
}

const Json& find_case(const std::string& name) {
    static const Json kNone;
    for (const Json& test : references().json()["cases"]) {
        if (test["name"] == name) return test;
    }
    return kNone;
}

Shape with_batch(const Shape& shape) {
    std::vector<std::int64_t> sizes(shape.sizes().begin(), shape.sizes().end());
    sizes[0] = kBatch;
    return *Shape::create(sizes);
}

// The stored input, changed a little for each picture.
Tensor several(const Tensor& one) {
    Tensor made = *Tensor::create(one.type(), with_batch(one.shape()));
    const auto from = one.elements<float>();
    for (std::size_t i = 0; i < made.elements<float>().size(); ++i) {
        const auto picture = static_cast<float>(i / from.size());
        made.elements<float>()[i] = from[i % from.size()] * (1.0F - 0.4F * picture) + 0.1F * picture;
    }
    return made;
}

std::vector<float> run(const Graph& graph, const TensorView& input, const std::string& name) {
    Options options;
    options.input_shapes[graph.input_names()[0]] = input.shape();
    auto session = Session::compile(graph, options);
    EXPECT_TRUE(session) << name << ": " << session.error().message;
    if (!session) return {};
    const auto done = session->run(input);
    EXPECT_TRUE(done) << name << ": " << done.error().message;
    const auto made = session->output(0).elements<float>();
    return {made.begin(), made.end()};
}

TEST(Batch, EachPictureGivesWhatItGivesAlone) {
    ASSERT_TRUE(references().json().is_object()) << "references/onnx/cases.json is missing";
    for (const char* name :
         {"one_picture_embedding", "one_picture_vision_transformer", "one_picture_resize", "yolo5_focus_head",
          "yolo8_c2f_dfl", "yolo11_attention", "yolox_head", "shuffle_block", "squeeze_excitation"}) {
        const Json& test = find_case(name);
        ASSERT_TRUE(test.is_object()) << name;
        const auto graph = Graph::parse_onnx(references().range(test["model"]));
        ASSERT_TRUE(graph) << name << ": " << graph.error().message;
        const Tensor one = references().tensor(test["inputs"][0]);
        const Tensor input = several(one);
        const std::vector<float> together = run(*graph, input.view(), name);
        const auto elements = input.elements<float>();
        std::vector<float> alone;
        for (std::int64_t i = 0; i < kBatch; ++i) {
            const std::size_t count = one.elements<float>().size();
            const TensorView view(one.shape(), elements.subspan(static_cast<std::size_t>(i) * count, count));
            const std::vector<float> made = run(*graph, view, name);
            alone.insert(alone.end(), made.begin(), made.end());
        }
        ASSERT_EQ(together.size(), alone.size()) << name;
        for (std::size_t i = 0; i < alone.size(); ++i)
            ASSERT_NEAR(together[i], alone[i], 1e-4F * std::max(1.0F, std::abs(alone[i])))
                << name << " at " << i;
    }
}

// Rather an error than the result of one picture for all of them.
TEST(Batch, IsRefusedWhereTheModelCannotFollow) {
    const Json& test = find_case("rtdetr_sample");  // sizes of heads and pictures in one dimension of a grid
    ASSERT_TRUE(test.is_object());
    const auto graph = Graph::parse_onnx(references().range(find_case("gather_constant")["model"]));
    ASSERT_TRUE(graph);
    Options options;  // [3,4,5] of which row -1 of dimension 1 is taken; now a batch of dimension 0
    options.input_shapes[graph->input_names()[0]] = {6, 4, 5};
    EXPECT_TRUE(Session::compile(*graph, options));
    const auto first = Graph::parse_onnx(references().range(find_case("slice_inputs")["model"]));
    ASSERT_TRUE(first);
    Options more;  // takes rows 1 to 4, every second one, of dimension 0: as many of any batch
    more.input_shapes[first->input_names()[0]] = {9, 6, 7};
    const auto refused = Session::compile(*first, more);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("batch"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace mosaic
