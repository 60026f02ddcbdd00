#include "mosaic/tensor.h"

#include <limits>

#include <gtest/gtest.h>

namespace mosaic {
namespace {

TEST(Shape, CountsAndPrints) {
    const Shape shape{2, 3, 4};
    EXPECT_EQ(shape.element_count(), 24);
    EXPECT_EQ(shape.to_string(), "[2,3,4]");
    EXPECT_EQ(Shape{}.element_count(), 1);
    EXPECT_EQ((Shape{3, 0}).element_count(), 0);
}

TEST(Shape, RefusesWhatCannotBe) {
    const std::vector<std::int64_t> negative = {2, -1};
    const std::vector<std::int64_t> deep(9, 1);
    const std::vector<std::int64_t> huge = {1 << 20, 1 << 20};
    const std::vector<std::int64_t> overflowing = {std::numeric_limits<std::int64_t>::max(), 0, 16};
    for (const auto& sizes : {negative, deep, huge, overflowing})
        EXPECT_FALSE(Shape::create(sizes));
}

TEST(Tensor, OwnsAlignedZeros) {
    const auto tensor = Tensor::create(DataType::kInt32, {2, 5});
    ASSERT_TRUE(tensor);
    EXPECT_EQ(tensor->bytes().size(), 40U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor->bytes().data()) % 64, 0U);
    for (const std::int32_t element : tensor->elements<std::int32_t>())
        EXPECT_EQ(element, 0);
}

TEST(TensorDeathTest, AnotherElementTypeIsABug) {
    const auto tensor = Tensor::create(DataType::kInt32, {2});
    ASSERT_TRUE(tensor);
    EXPECT_DEATH(static_cast<void>(tensor->elements<float>()), "broken invariant");
}

}  // namespace
}  // namespace mosaic
