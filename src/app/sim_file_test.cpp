#include "app/sim_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/door_check.h"
#include "source_dir.h"

namespace vitrina::app {
namespace {

using testing::HasSubstr;

const std::filesystem::path kExamples = std::filesystem::path(VITRINA_SOURCE_DIR) / "examples/simulation";

std::string error_of(const std::string& text) {
    const auto shop = parse_sim_shop(text, kExamples / "test.yaml");
    return shop ? "none" : shop.error().message;
}

TEST(SimFile, TheExamplesAreRead) {
    int read = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kExamples)) {
        if (entry.path().extension() != ".yaml") continue;
        const auto shop = load_sim_shop(entry.path());
        ASSERT_TRUE(shop) << shop.error().message;
        EXPECT_NE(shop->plan.cameras.empty(), !shop->behaviour.has_value());
        ++read;
    }
    EXPECT_EQ(read, 8);
}

TEST(SimFile, LinesOfTheExamplesCountWhoeverComesIn) {
    for (const char* name : {"grocery.yaml", "hardware.yaml"}) {
        const auto shop = load_sim_shop(kExamples / name);
        ASSERT_TRUE(shop) << shop.error().message;
        auto sites = sim::Sites::create(shop->plan, *shop->behaviour);
        ASSERT_TRUE(sites) << sites.error().message;
        const sim::DoorCheck check = sim::check_doors(shop->plan, *sites);
        EXPECT_GT(check.ways, 50U) << name;
        EXPECT_EQ(check.counted, check.ways) << name;
        // A line that is drawn the other way round, or too short, is found out.
        Plan wrong = shop->plan;
        std::swap(wrong.lines.front().from, wrong.lines.front().to);
        EXPECT_EQ(sim::check_doors(wrong, *sites).counted, 0U) << name;
        wrong = shop->plan;
        wrong.lines.front().to = wrong.lines.front().from;
        wrong.lines.front().to.y -= 0.5;
        EXPECT_LT(sim::check_doors(wrong, *sites).counted, check.ways) << name;
    }
}

TEST(SimFile, WhatTheFileSaysIsTaken) {
    const auto shop = parse_sim_shop(
        "plan: overlap-2.json\nlife: {seconds: 30, height_m: {mean: 1.6, spread: 0.1}}\n"
        "eyes: {rate: 10, noise: {bottom: {spread: 0.1}}, clocks: {offset_ms_spread: 5}}\n",
        kExamples / "test.yaml");
    ASSERT_TRUE(shop) << shop.error().message;
    EXPECT_EQ(shop->life.seconds, 30);
    EXPECT_EQ(shop->life.height_m.mean, 1.6);
    EXPECT_EQ(shop->eyes.rate, 10);
    EXPECT_EQ(shop->eyes.noise.bottom.spread, 0.1);
    EXPECT_EQ(shop->eyes.clocks.offset_ms_spread, 5);
}

TEST(SimFile, MistakesAreToldWithLineAndKey) {
    EXPECT_THAT(error_of("life: {seconds: 30}\n"), HasSubstr("plan"));
    EXPECT_THAT(error_of("plan: overlap-2.json\nlife:\n  seconds: -1\n"), HasSubstr(":3:"));
    EXPECT_THAT(error_of("plan: overlap-2.json\nlife:\n  seconds: -1\n"), HasSubstr("life.seconds"));
    EXPECT_THAT(error_of("plan: overlap-2.json\neyes: {noise: {blur: 1}}\n"), HasSubstr("eyes.noise.blur"));
    EXPECT_THAT(error_of("plan: nothing.json\n"), HasSubstr("nothing.json: no such file"));
}

TEST(SimFile, ABehaviourIsTaken) {
    const auto shop = load_sim_shop(kExamples / "grocery.yaml");
    ASSERT_TRUE(shop) << shop.error().message;
    ASSERT_TRUE(shop->behaviour);
    EXPECT_EQ(shop->behaviour->days, 30);
    EXPECT_EQ(shop->behaviour->weekday, 0);  // a Monday
    EXPECT_EQ(shop->behaviour->start_utc_ms, 1'772'409'600'000);
    EXPECT_EQ(shop->behaviour->checkout.tills.size(), 3U);
    EXPECT_EQ(shop->behaviour->arrivals.hours.at(17), 2.1);
    EXPECT_EQ(shop->behaviour->interests.at(0).goods.at(1).name, "Rye bread");
}

TEST(SimFile, WhatIsWrongWithABehaviourIsSaidWithItsKey) {
    const auto refused = [](const std::string& behaviour) {
        const auto shop =
            parse_sim_shop("plan: grocery.json\nbehaviour:\n" + behaviour, kExamples / "test.yaml");
        return shop ? std::string("taken") : shop.error().message;
    };
    const std::string hours = "  arrivals: {hours: {9: 1}}\n";
    EXPECT_EQ(refused(hours), "taken");
    EXPECT_NE(refused("  days: 3\n").find("arrivals"), std::string::npos);
    EXPECT_NE(refused("  arrivals: {visits_per_day: 5}\n").find("hours"), std::string::npos);
    EXPECT_NE(refused("  arrivals: {hours: {24: 1}}\n").find("behaviour.arrivals.hours"), std::string::npos);
    EXPECT_NE(refused(hours + "  start: 2026-02-30\n").find("must be a date"), std::string::npos);
    EXPECT_NE(refused(hours + "  staff: [{name: A, role: boss}]\n").find("behaviour.staff[0].role"),
              std::string::npos)
        << refused(hours + "  staff: [{name: A, role: boss}]\n");
    EXPECT_NE(refused(hours + "  interests: [{weight: 1}]\n").find("fixture"), std::string::npos);
    EXPECT_NE(refused(hours + "  checkout: {tills: [{till: a}, {till: a}]}\n").find("stands twice"),
              std::string::npos);
    EXPECT_EQ(refused(hours + "  checkout: {tills: [{till: till-1, clock_offset_s: -40}]}\n"), "taken");
    EXPECT_NE(refused(hours + "  checkout: {tills: [{till: a, clock_drift_s_per_day: 4000}]}\n")
                  .find("clock_drift_s_per_day"),
              std::string::npos);
    EXPECT_NE(refused(hours + "  consulting: {raises: -1}\n").find("behaviour.consulting.raises"),
              std::string::npos);
    EXPECT_NE(refused(hours + "  seeing: {rate: 3}\n").find("behaviour.seeing.rate"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::app
