#include "base/png.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

namespace fs = std::filesystem;

const std::vector<std::uint8_t> kPixels{255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9};

TEST(Png, WritesTheSameFileTwice) {
    const fs::path path = fs::path(testing::TempDir()) / "vitrina-png-test.png";
    const auto content = [&] {
        std::ifstream file(path, std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(file), {}};
    };
    ASSERT_TRUE(write_png(path, 3, 2, kPixels));
    const std::string first = content();
    EXPECT_EQ(first.substr(1, 3), "PNG");
    ASSERT_TRUE(write_png(path, 3, 2, kPixels));
    EXPECT_EQ(content(), first);
    fs::remove(path);
}

TEST(Png, SaysWhyItCantWrite) {
    const auto missing = write_png("/nonexistent/a.png", 3, 2, kPixels);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "/nonexistent/a.png: can't be written: No such file or directory");
    const auto full = write_png("/dev/full", 3, 2, kPixels);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().message, "/dev/full: can't be written: No space left on device");
    EXPECT_TRUE(fs::exists("/dev/full"));
}

}  // namespace
}  // namespace vitrina
