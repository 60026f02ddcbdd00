// What the commands say of a loop and of twins, as it stands in a log.
#include "tools/printing.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

namespace mosaic::tools {
namespace {

// Captured output is no terminal.
TEST(Printing, ALoopIsALineForEachTenthOffATerminal) {
    ::testing::internal::CaptureStdout();
    LoopProgress line;
    for (std::size_t i = 1; i <= 40; ++i)
        line.show("evaluating", i, 40);
    for (std::size_t i = 1; i <= 3; ++i)
        line.show("embedding", i, 3);
    line.end();
    const std::string text = ::testing::internal::GetCapturedStdout();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 13) << text;
    EXPECT_NE(text.find("evaluating: 4 of 40, 0 s left\n"), std::string::npos) << text;
    EXPECT_NE(text.find("embedding: 3 of 3, 0 s left\n"), std::string::npos) << text;
    EXPECT_EQ(progress_bar(0, 0), progress_bar(1, 1));
}

TEST(Printing, TwinsAreNamed) {
    const auto folder = std::filesystem::temp_directory_path() / "mosaic_printing_twins";
    std::filesystem::remove_all(folder);
    const train::Picture picture{8, 8, std::vector<std::uint8_t>(8 * 8 * 3, 90)};
    for (const char* file : {"a/one.png", "b/two.png"}) {
        std::filesystem::create_directories((folder / file).parent_path());
        ASSERT_TRUE(train::write_png(folder / file, picture));
    }
    auto data = train::Dataset::open(folder);
    ASSERT_TRUE(data && data->load({}));
    ::testing::internal::CaptureStdout();
    print_twins("pairs across", data->twins(), *data, *data);
    const std::string text = ::testing::internal::GetCapturedStdout();
    EXPECT_NE(text.find("1 pairs across, 1 of them the same file\n"), std::string::npos) << text;
    EXPECT_NE(text.find("one.png and "), std::string::npos) << text;
    EXPECT_NE(text.find("two.png\n"), std::string::npos) << text;
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mosaic::tools
