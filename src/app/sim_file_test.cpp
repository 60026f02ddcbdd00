#include "app/sim_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    EXPECT_EQ(read, 7);
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

}  // namespace
}  // namespace vitrina::app
