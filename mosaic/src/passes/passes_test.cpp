#include <gtest/gtest.h>

#include "passes/pass.h"
#include "shape_inference.h"

namespace mosaic::passes {
namespace {

// A graph of one node on an input of the given shape.
struct OneNode {
    ir::Graph graph;
    ir::ValueId x = 0, y = 0;

    OneNode(const Shape& shape, ir::Op op) {
        x = graph.add_value({"x", DataType::kFloat32, shape, nullptr});
        y = graph.add_value({"y", DataType::kFloat32, {}, nullptr});
        graph.nodes.push_back({"node", std::move(op), {x}, {y}});
        graph.inputs.push_back({x, {}, true});
        graph.outputs.push_back({"y", y});
    }

    // The output's shape for another input, after generalize_shapes.
    Shape reshaped(const Shape& other, ir::Change change = ir::Change::kPicture) {
        EXPECT_TRUE(ir::infer_shapes(graph));
        EXPECT_TRUE(generalize_shapes(graph, change));
        graph.value(x).shape = other;
        const auto done = ir::infer_shapes(graph);
        return done ? graph.value(y).shape : Shape{-1};
    }
};

ir::Reshape reshape(std::initializer_list<std::int64_t> sizes) {
    ir::Reshape op;
    for (const std::int64_t size : sizes)
        op.sizes.push_back({size, 0, 0});
    return op;
}

TEST(MergeEqualNodes, ComputeOnceWhatIsComputedTwice) {
    ir::Graph graph;
    const ir::ValueId x = graph.add_value({"x", DataType::kFloat32, {4}, nullptr});
    graph.inputs.push_back({x, {4}, true});
    const auto constant = [&](float number) {
        Tensor tensor = *Tensor::create(DataType::kFloat32, {1});
        tensor.elements<float>()[0] = number;
        return graph.add_constant("c", std::move(tensor));
    };
    const auto add = [&](ir::Op op, std::vector<ir::ValueId> inputs) {
        const ir::ValueId made = graph.add_value({"v", DataType::kFloat32, {}, nullptr});
        graph.nodes.push_back({"node", std::move(op), std::move(inputs), {made}});
        return made;
    };
    const ir::Binary sum{ir::BinaryKind::kAdd};
    // The same twice, through constants that are equal; then two that differ in the operator, or in the
    // number.
    const ir::ValueId a = add(ir::Unary{ir::UnaryKind::kExp}, {add(sum, {x, constant(2.0F)})});
    const ir::ValueId b = add(ir::Unary{ir::UnaryKind::kExp}, {add(sum, {x, constant(2.0F)})});
    const ir::ValueId c = add(ir::Unary{ir::UnaryKind::kAbs}, {add(sum, {x, constant(3.0F)})});
    for (const ir::ValueId id : {a, b, c})
        graph.outputs.push_back({"y", id});
    ASSERT_TRUE(ir::infer_shapes(graph));
    EXPECT_EQ(*merge_equal_nodes(graph), 2U);
    EXPECT_EQ(graph.nodes.size(), 4U);
    EXPECT_EQ(graph.outputs[0].value, graph.outputs[1].value);
    EXPECT_NE(graph.outputs[0].value, graph.outputs[2].value);
}

TEST(GeneralizeShapes, MergedDimensionsFollowTheInput) {
    EXPECT_EQ(OneNode({1, 128, 128, 4}, reshape({16384, 4})).reshaped({1, 72, 128, 4}), (Shape{9216, 4}));
    EXPECT_EQ(OneNode({1, 128, 128, 4}, reshape({1, 16384, 4})).reshaped({1, 72, 128, 4}),
              (Shape{1, 9216, 4}));
    EXPECT_EQ(OneNode({1, 8, 8, 6}, reshape({384})).reshaped({1, 4, 8, 6}), (Shape{192}));
    EXPECT_EQ(OneNode({1, 8, 8, 1}, reshape({1, 8, 8})).reshaped({1, 4, 6, 1}), (Shape{1, 4, 6}));
}

TEST(GeneralizeShapes, SplitDimensionsKeepTheirNumbers) {
    EXPECT_EQ(OneNode({1, 8, 8, 12}, reshape({1, 64, 2, 6})).reshaped({1, 4, 8, 12}), (Shape{1, 32, 2, 6}));
    // 64 = 8 x 8 can't be told from 64 rows: a contradiction, not a guess.
    EXPECT_EQ(OneNode({64, 3}, reshape({8, 8, 3})).reshaped({32, 3}), (Shape{-1}));
}

TEST(GeneralizeShapes, TheBatchLeads) {
    const auto of_batch = [](const Shape& from, const Shape& to, std::initializer_list<std::int64_t> target) {
        return OneNode(from, reshape(target)).reshaped(to, ir::Change::kBatch);
    };
    EXPECT_EQ(of_batch({1, 512, 1, 1}, {8, 512, 1, 1}, {1, -1}), (Shape{8, 512}));
    EXPECT_EQ(of_batch({1, 8, 49, 32}, {2, 8, 49, 32}, {8, 49, 32}), (Shape{16, 49, 32}));
    EXPECT_EQ(of_batch({8, 49, 32}, {16, 49, 32}, {1, 8, 49, 32}), (Shape{2, 8, 49, 32}));
    EXPECT_EQ(of_batch({4, 6}, {2, 6}, {4, 2, 3}), (Shape{2, 2, 3}));
    // 8 heads can't be those of one and a half batches.
    EXPECT_EQ(of_batch({8, 49}, {12, 49}, {1, 8, 49}), (Shape{-1}));
}

TEST(GeneralizeShapes, WholeMultiplesBecomeScales) {
    ir::Resize resize;
    resize.height = resize.width = 32;
    EXPECT_EQ(OneNode({1, 16, 16, 3}, resize).reshaped({1, 9, 16, 3}), (Shape{1, 18, 32, 3}));
    resize.height = 24;
    EXPECT_EQ(OneNode({1, 16, 16, 3}, resize).reshaped({1, 9, 16, 3}), (Shape{1, 24, 32, 3}));
}

TEST(DeadCode, KeepsWhatOutputsNeed) {
    OneNode one({2}, ir::Unary{ir::UnaryKind::kAbs});
    const ir::ValueId unused = one.graph.add_value({"unused", DataType::kFloat32, {}, nullptr});
    one.graph.nodes.push_back({"dead", ir::Unary{ir::UnaryKind::kExp}, {one.y}, {unused}});
    EXPECT_EQ(*remove_dead_code(one.graph), 1U);
    ASSERT_EQ(one.graph.nodes.size(), 1U);
    EXPECT_EQ(one.graph.nodes[0].name, "node");
}

TEST(FuseBias, LeavesScalars) {
    OneNode one({2, 3}, ir::Reduce{ir::ReduceKind::kMean, {0, 1}, false});
    const auto constant = std::make_shared<const Tensor>(*Tensor::create(DataType::kFloat32, Shape{}));
    const ir::ValueId bias = one.graph.add_value({"bias", DataType::kFloat32, Shape{}, constant});
    const ir::ValueId sum = one.graph.add_value({"sum", DataType::kFloat32, {}, nullptr});
    one.graph.nodes.push_back({"add", ir::Binary{ir::BinaryKind::kAdd}, {one.y, bias}, {sum}});
    one.graph.outputs = {{"sum", sum}};
    ASSERT_TRUE(ir::infer_shapes(one.graph));
    EXPECT_EQ(*fuse_bias(one.graph), 0U);
    EXPECT_EQ(one.graph.nodes.size(), 2U);
}

TEST(Passes, AreNamedAndDescribed) {
    for (const Pass& pass : standard_passes()) {
        EXPECT_NE(std::string(pass.name), "");
        EXPECT_NE(std::string(pass.what), "");
    }
}

}  // namespace
}  // namespace mosaic::passes
