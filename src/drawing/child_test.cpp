#include "drawing/child.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <unistd.h>

namespace vitrina::drawing {
namespace {

using testing::HasSubstr;

std::string text_of(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

Result<std::vector<std::uint8_t>> shell(const std::string& script, std::string_view input = "",
                                        ChildLimits limits = {}) {
    return run_child("/bin/sh", {"-c", script, "sh", kInputName}, input, limits);
}

TEST(Child, ReadsItsInputFromAnyPlaceAndWritesItsOutput) {
    const std::string input(300'000, 'x');
    const auto output = shell("cat \"$1\"; cat \"$1\" | wc -c", input);
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(text_of(*output), input + "300000\n");
}

TEST(Child, HasNothingOfOurs) {
    setenv("VITRINA_SECRET", "x", 1);
    const auto output = shell("env; ls /proc/self/fd | wc -l; cat");
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_THAT(text_of(*output), testing::Not(HasSubstr("VITRINA_SECRET")));
    // Input, output, complaints, what is drawn, and the folder that ls reads.
    EXPECT_THAT(text_of(*output), HasSubstr("5\n"));
}

TEST(Child, SaysWhyItFailed) {
    const auto output = shell("echo 'no\tsuch thing' >&2; echo more >&2; exit 3");
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().message, "can't be drawn: no?such thing");
    EXPECT_EQ(output.error().kind, ErrorKind::kConfiguration);
    const auto missing = run_child("/usr/bin/no-such-program", {}, "", {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "/usr/bin/no-such-program is not installed");
}

TEST(Child, EndsAtItsLimits) {
    ChildLimits limits;
    limits.time = std::chrono::seconds(1);
    const auto begin = std::chrono::steady_clock::now();
    const auto slow = shell("sleep 30", "", limits);
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().message, "took more than 1 s");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));

    limits.output_bytes = 1 << 20;
    limits.time = std::chrono::seconds(15);
    const auto flood = shell("yes", "", limits);
    ASSERT_FALSE(flood);
    EXPECT_EQ(flood.error().message, "is more than 1 MB when it is drawn");

    limits.memory_bytes = std::size_t{64} << 20;
    EXPECT_FALSE(shell("dd if=/dev/zero of=/dev/null bs=200M count=1", "", limits));
    const std::string file = testing::TempDir() + "vitrina-child-" + std::to_string(getpid());
    EXPECT_FALSE(shell("echo x > " + file)) << "it may write nothing";
    static_cast<void>(std::remove(file.c_str()));
}

}  // namespace
}  // namespace vitrina::drawing
