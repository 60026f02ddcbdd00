#include "app/simulate.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source_dir.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SimulateTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "simulate-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }
    /// Joins what two cameras see whose clocks are so far apart.
    [[nodiscard]] Result<void> join(double offset_ms_spread) const {
        const fs::path plan = fs::path(VITRINA_SOURCE_DIR) / "examples/simulation/overlap-2.json";
        std::ofstream(folder_ / "shop.yaml") << fmt::format(
            "plan: {}\nlife: {{seconds: 20, arrivals_per_minute: 30}}\n"
            "eyes: {{clocks: {{offset_ms_spread: {}}}}}\n",
            plan.string(), offset_ms_spread);
        return simulate({folder_ / "shop.yaml", folder_ / "out", 7, true});
    }
    fs::path folder_;
};

TEST_F(SimulateTest, ClocksThatAreFarApartAreAnErrorThatNamesTheCameras) {
    const auto apart = join(3'600'000);
    ASSERT_FALSE(apart);
    EXPECT_EQ(apart.error().kind, ErrorKind::kConfiguration);
    EXPECT_THAT(apart.error().message, HasSubstr("shop.yaml: "));
    EXPECT_THAT(apart.error().message, HasSubstr("'s clock is "));
    EXPECT_THAT(apart.error().message, HasSubstr(" the others': "));
    EXPECT_TRUE(fs::exists(folder_ / "out" / "truth.mot.txt")) << "what was simulated is there";
}

TEST_F(SimulateTest, ClocksThatAreNearlyTheSameAreJoined) {
    const auto joined = join(40);
    EXPECT_TRUE(joined) << joined.error().message;
    EXPECT_GT(fs::file_size(folder_ / "out" / "joined.mot.txt"), 0U);
}

}  // namespace
}  // namespace vitrina::app
