#include "shape_inference.h"

#include <gtest/gtest.h>

namespace mosaic::ir {
namespace {

TEST(Window, SamePutsTheOddPadAtTheEnd) {
    const auto window = slide(512, 3, 2, 1, PaddingKind::kSame, 0, 0);
    ASSERT_TRUE(window);
    EXPECT_EQ(window->output, 256);
    EXPECT_EQ(window->pad_before, 0);
    EXPECT_EQ(window->pad_after, 1);
}

TEST(Window, ValidNeedsRoom) {
    EXPECT_EQ(slide(7, 3, 2, 1, PaddingKind::kValid, 0, 0)->output, 3);
    EXPECT_FALSE(slide(2, 3, 1, 1, PaddingKind::kValid, 0, 0));
    EXPECT_FALSE(slide(4, 3, 1, 2, PaddingKind::kValid, 0, 0));
    EXPECT_FALSE(slide(4, 3, 0, 1, PaddingKind::kValid, 0, 0));
    EXPECT_FALSE(slide(4, std::int64_t{1} << 40, 1, 1, PaddingKind::kSame, 0, 0));
}

TEST(Broadcast, FollowsNumPy) {
    EXPECT_EQ(*broadcast({3, 1, 5}, {4, 1}), (Shape{3, 4, 5}));
    EXPECT_EQ(*broadcast({}, {2}), (Shape{2}));
    EXPECT_FALSE(broadcast({3}, {2}));
}

TEST(StridedSliceShape, WorksOutMasks) {
    StridedSlice slice;
    slice.begin = {0, 0, 1};
    slice.end = {0, 0, 3};
    slice.strides = {1, 1, 1};
    slice.ellipsis_mask = 1;
    slice.new_axis_mask = 2;
    EXPECT_EQ(resolve(slice, {2, 3, 4, 5})->output, (Shape{2, 3, 4, 1, 2}));
    slice.strides = {1, 1, 0};
    EXPECT_FALSE(resolve(slice, {2, 3, 4, 5}));
}

TEST(StridedSliceShape, NegativeStrides) {
    StridedSlice slice;
    slice.begin = {-1};
    slice.end = {-100};
    slice.strides = {-2};
    const auto resolved = resolve(slice, {7});
    ASSERT_TRUE(resolved);
    EXPECT_EQ(resolved->output, (Shape{4}));
    EXPECT_EQ(resolved->begin[0], 6);
}

TEST(Inference, NamesTheNode) {
    Graph graph;
    const ValueId a = graph.add_value({"a", DataType::kFloat32, {2, 3}, nullptr});
    const ValueId b = graph.add_value({"b", DataType::kFloat32, {4}, nullptr});
    const ValueId c = graph.add_value({"c", DataType::kFloat32, {}, nullptr});
    graph.nodes.push_back({"broken", Binary{BinaryKind::kAdd}, {a, b}, {c}});
    const auto done = infer_shapes(graph);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "node broken (Add) can't broadcast [2,3] and [4]");
}

}  // namespace
}  // namespace mosaic::ir
