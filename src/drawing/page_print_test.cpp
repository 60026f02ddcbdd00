#include "drawing/page_print.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace vitrina::drawing {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(PagePrint, SaysWhatIsMissing) {
    const auto printed = print_page("<p>", "/usr/bin/no-such-browser");
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().kind, ErrorKind::kConfiguration);
    EXPECT_THAT(printed.error().message,
                AllOf(StartsWith("/usr/bin/no-such-browser is not installed"), HasSubstr("chromium")));
}

TEST(PagePrint, ABrowserThatPrintsNothingIsAnError) {
    const auto printed = print_page("<p>", "/bin/true");
    ASSERT_FALSE(printed);
    EXPECT_THAT(printed.error().message, HasSubstr("printed no PDF"));
    const auto broken = print_page("<p>", "/bin/false");
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, StartsWith("the PDF: "));
}

TEST(PagePrint, PrintsAPageAndLeavesNothingBehind) {
    if (access(kPrintProgram, X_OK) != 0) GTEST_SKIP() << "no " << kPrintProgram;
    std::string own = testing::TempDir() + "page-print-XXXXXX";  // tests of other programs print too
    ASSERT_NE(mkdtemp(own.data()), nullptr);
    ASSERT_EQ(setenv("TMPDIR", own.c_str(), 1), 0);
    const auto printed = print_page(
        "<!DOCTYPE html><meta charset=\"utf-8\"><style>@page { size: A4 }</style><h1>Отчёт за неделю</h1>");
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(*printed, StartsWith("%PDF-"));
    EXPECT_GT(printed->size(), 1000U);
    unsetenv("TMPDIR");
    EXPECT_TRUE(std::filesystem::is_empty(own));
    std::filesystem::remove(own);
}

// The last of these tests: nothing is printed after it.
TEST(PagePrint, IsCutOffAtTheEnd) {
    end_printing();
    const auto printed = print_page("<p>", "/bin/true");
    ASSERT_FALSE(printed);
    EXPECT_THAT(printed.error().message, HasSubstr("was cut off"));
}

}  // namespace
}  // namespace vitrina::drawing
