#include "app/line_file.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace vitrina::app {
namespace {

class LineFileTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "line-file-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string content() const {
        std::ostringstream text;
        text << std::ifstream(folder_ / "lines.txt").rdbuf();
        return text.str();
    }

    std::filesystem::path folder_;
};

// A limit on the size of files stands in for a full disk: writes beyond it fail or are cut short.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
};

TEST_F(LineFileTest, LinesAreThereAfterClose) {
    auto file = LineFile::create(folder_ / "lines.txt");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("one"));
    ASSERT_TRUE(file->write("two"));
    ASSERT_TRUE(file->close());
    EXPECT_EQ(content(), "one\ntwo\n");
}

TEST_F(LineFileTest, FolderThatIsNotThereIsNamed) {
    const auto file = LineFile::create(folder_ / "nowhere" / "lines.txt");
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, testing::HasSubstr("nowhere/lines.txt: No such file"));
}

TEST_F(LineFileTest, ErrorsCallItByTheNameThatItWillHave) {
    const auto file = LineFile::create(folder_ / "nowhere" / "lines.txt.part", folder_ / "lines.txt");
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, testing::HasSubstr("/lines.txt: No such file"));
}

TEST_F(LineFileTest, FullDiskLeavesWholeLines) {
    auto file = LineFile::create(folder_ / "lines.txt");
    ASSERT_TRUE(file);
    const std::string line(999, 'x');
    const FileSizeLimit limit(100'500);
    Result<void> result;
    for (int i = 0; i < 200 && result; ++i)
        result = file->write(line);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, testing::HasSubstr("File too large"));
    EXPECT_FALSE(file->close());
    EXPECT_EQ(content().size(), 100'000U);
}

TEST_F(LineFileTest, LinesThatDidNotFitAreWrittenOnceThereIsRoom) {
    auto file = LineFile::create(folder_ / "lines.txt");
    ASSERT_TRUE(file);
    const std::string line(999, 'x');
    {
        const FileSizeLimit limit(100'500);
        for (int i = 0; i < 200; ++i)
            static_cast<void>(file->write(line));
    }
    ASSERT_TRUE(file->close());
    EXPECT_EQ(content().size(), 200'000U);
}

}  // namespace
}  // namespace vitrina::app
