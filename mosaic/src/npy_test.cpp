#include "npy.h"

#include <fstream>

#include <gtest/gtest.h>

namespace mosaic {
namespace {

class Npy : public ::testing::Test {
  protected:
    std::filesystem::path path_ =
        std::filesystem::path(::testing::TempDir()) /
        (std::string("mosaic_") + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".npy");
    void TearDown() override { std::filesystem::remove(path_); }
    void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
};

TEST_F(Npy, ReadsWhatItWrites) {
    auto tensor = Tensor::create(DataType::kFloat32, {2, 3});
    ASSERT_TRUE(tensor);
    for (std::size_t i = 0; i < 6; ++i)
        tensor->elements<float>()[i] = static_cast<float>(i) * 0.5F;
    ASSERT_TRUE(write_npy(path_, tensor->view()));
    const auto read = read_npy(path_);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->shape(), tensor->shape());
    EXPECT_TRUE(std::equal(read->bytes().begin(), read->bytes().end(), tensor->bytes().begin()));
}

TEST_F(Npy, KeepsScalarsAndVectors) {
    for (const Shape& shape : {Shape{}, Shape{7}, Shape{0, 4}}) {
        const auto tensor = Tensor::create(DataType::kInt32, shape);
        ASSERT_TRUE(write_npy(path_, tensor->view()));
        const auto read = read_npy(path_);
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->shape(), shape);
    }
}

TEST_F(Npy, RefusesBadFiles) {
    const std::string magic("\x93NUMPY\x01\x00", 8);
    const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    const std::string length{static_cast<char>(header.size()), '\0'};
    for (const std::string& text : {std::string(), std::string("text"), magic, magic + length,
                                    magic + length + header, magic + length + header + "123456789"}) {
        write(text);
        EXPECT_FALSE(read_npy(path_)) << text.size();
    }
    EXPECT_FALSE(read_npy(path_.parent_path()));
    EXPECT_FALSE(read_npy("/nonexistent.npy"));
}

}  // namespace
}  // namespace mosaic
