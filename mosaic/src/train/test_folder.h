// What tests of learning share: a folder of their own, and pictures that are quickly told apart.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mosaic/dataset.h"
#include "train/random.h"

namespace mosaic::train {

// Each test gets a folder of its own.
class FolderTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  ("mosaic_" + std::string(test->test_suite_name()) + "_" + test->name());
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
};

class PatchesTest : public FolderTest {
  protected:
    // Noise in a colour of its own: 0 red, 1 green, 2 blue.
    static Picture patch(std::size_t kind, std::uint64_t seed) {
        Random random(seed, kind + 1);
        Picture picture{32, 32, std::vector<std::uint8_t>(32 * 32 * 3)};
        for (std::size_t i = 0; i < picture.rgb.size(); ++i)
            picture.rgb[i] = static_cast<std::uint8_t>((i % 3 == kind ? 120 : 30) + random.below(60));
        return picture;
    }
    // `count` of each kind, in a folder of this name.
    Dataset patches(const std::string& name, const std::vector<std::size_t>& kinds, std::size_t count) {
        constexpr std::array kNames = {"red", "green", "blue"};
        for (const std::size_t kind : kinds) {
            const std::filesystem::path place = folder_ / name / kNames.at(kind);
            std::filesystem::create_directories(place);
            for (std::size_t i = 0; i < count; ++i)
                EXPECT_TRUE(write_png(place / (std::to_string(i) + ".png"), patch(kind, i)));
        }
        auto data = Dataset::open(folder_ / name);
        EXPECT_TRUE(data && data->load({}));
        return std::move(*data);
    }
};

}  // namespace mosaic::train
