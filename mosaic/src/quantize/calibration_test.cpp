// Calibrations as files, and which layers they leave in float.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/test_model.h"

namespace mosaic {
namespace {

namespace fs = std::filesystem;
using testing::random_floats;
using testing::run;
using testing::TestModel;

class CalibrationFile : public ::testing::Test {
  protected:
    fs::path path_ =
        fs::temp_directory_path() / ("mosaic_calibration_test_" + std::to_string(getpid()) + ".json");
    ~CalibrationFile() override {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }

    Result<Calibration> load(const std::string& text) const {
        std::ofstream(path_) << text;
        return Calibration::load(path_);
    }
};

TEST_F(CalibrationFile, HoldsWhatWasSaved) {
    Calibration made;
    made.ranges["x"] = {-1.5F, 2.25F};
    made.ranges["block/1:0 \"\xC3\xA4\""] = {0.0F, 1e-7F};
    made.kept["block/1"] = "as a test";
    for (const auto& reached : {std::optional(23.5), std::optional(-4.0), std::optional<double>(),
                                std::optional(std::numeric_limits<double>::infinity())}) {
        made.reached_db = reached;
        const auto saved = made.save(path_);
        ASSERT_TRUE(saved) << saved.error().message;
        const auto loaded = Calibration::load(path_);
        ASSERT_TRUE(loaded) << loaded.error().message;
        ASSERT_EQ(loaded->ranges.size(), made.ranges.size());
        for (const auto& [name, range] : made.ranges) {
            ASSERT_TRUE(loaded->ranges.contains(name)) << name;
            EXPECT_EQ(loaded->ranges.at(name).low, range.low);
            EXPECT_EQ(loaded->ranges.at(name).high, range.high);
        }
        EXPECT_EQ(loaded->kept, made.kept);
        EXPECT_EQ(loaded->reached_db, reached);
    }
}

TEST_F(CalibrationFile, WhatIsNoneIsRefused) {
    const std::string head = R"({"format": "mosaic-calibration", "version": 1, )";
    EXPECT_TRUE(load(head + R"("ranges": {"x": [-1, 1]}, "kept": {}})"));
    for (const char* rest :
         {R"("kept": {}})", R"("ranges": [], "kept": {}})", R"("ranges": {"x": [1]}, "kept": {}})",
          R"("ranges": {"x": [2, 1]}, "kept": {}})", R"("ranges": {"x": ["a", 1]}, "kept": {}})",
          R"("ranges": {"x": [-1e39, 1]}, "kept": {}})", R"("ranges": {}, "kept": {"y": 3}})",
          R"("ranges": {}, "kept": {}, "reached_db": []})", R"("ranges": {}, "kept": {)"}) {
        const auto refused = load(head + rest);
        ASSERT_FALSE(refused) << rest;
        EXPECT_NE(refused.error().message.find(path_.string()), std::string::npos) << refused.error().message;
    }
    for (const char* text : {"", "[]", "{}", R"({"format": "another", "version": 1})",
                             R"({"format": "mosaic-calibration", "version": 2, "ranges": {}, "kept": {}})"})
        EXPECT_FALSE(load(text)) << text;
    EXPECT_FALSE(load(std::string(100000, '[')));
    EXPECT_FALSE(Calibration::load(path_.string() + ".none"));
    EXPECT_FALSE(Calibration().save(path_ / "within/a/file"));
}

constexpr std::int64_t kSide = 16, kBetween = 16;

// `mixed` reads a loud channel that it doesn't need beside a quiet one that it does: bytes hold the loud one.
// `after` reads what bytes hold well.
Graph network() {
    std::mt19937 random(17);
    TestModel model;
    model.input("x", {1, kSide, kSide, 2});
    std::vector<float> weights(2 * kBetween, 0.0F);
    for (std::size_t i = kBetween; i < weights.size(); ++i)
        weights[i] = i % 2 == 0 ? 1.0F : -0.7F;
    model.constant("w1", {1, 1, 2, kBetween}, weights);
    model.constant("w2", {1, 1, kBetween, 8}, random_floats(random, kBetween * 8, 0.5F));
    model.node("mixed", "Conv2D", {"x", "w1"}, TestModel::convolution(1, "U0FNRQ=="));
    model.node("after", "Conv2D", {"mixed", "w2"}, TestModel::convolution(1, "U0FNRQ=="));
    return *model.parse();
}

std::vector<float> loud_and_quiet() {
    std::mt19937 random(18);
    std::vector<float> pixels = random_floats(random, kSide * kSide * 2, 1.0F);
    for (std::size_t i = 0; i < pixels.size(); i += 2)
        pixels[i] *= 1000.0F;
    return pixels;
}

TEST(Calibrate, KeepsTheLayerInFloatThatBytesHurt) {
    const Graph graph = network();
    const std::vector<float> pixels = loud_and_quiet();
    const TensorView input(Shape{1, kSide, kSide, 2}, std::span(pixels));
    const std::vector<std::vector<TensorView>> samples{{input}};
    CalibrationOptions none;
    none.kept_share_max = 0.0;
    const auto all_in_bytes = calibrate(graph, {}, samples, none);
    ASSERT_TRUE(all_in_bytes) << all_in_bytes.error().message;
    EXPECT_TRUE(all_in_bytes->kept.empty());
    ASSERT_TRUE(all_in_bytes->reached_db);
    if (std::isinf(*all_in_bytes->reached_db)) GTEST_SKIP() << "this processor has no kernels for bytes";
    // More was asked for than was allowed to reach it, and it says so.
    EXPECT_LT(*all_in_bytes->reached_db, none.signal_to_noise_db_min);

    auto calibration = calibrate(graph, {}, samples);
    ASSERT_TRUE(calibration) << calibration.error().message;
    ASSERT_EQ(calibration->kept.size(), 1U);
    EXPECT_EQ(calibration->kept.begin()->first, "mixed");
    EXPECT_NE(calibration->kept.begin()->second.find(" dB"), std::string::npos);
    ASSERT_TRUE(calibration->reached_db);
    EXPECT_GE(*calibration->reached_db, 20.0);

    Options options;
    const auto in_float = run(graph, options, {input});
    options.precision = Precision::kInt8;
    options.calibration = std::make_shared<const Calibration>(*calibration);
    std::string plan;
    const auto in_bytes = run(graph, options, {input}, &plan);
    ASSERT_TRUE(in_float && in_bytes);
    EXPECT_NEAR(signal_to_noise_db(*in_float, *in_bytes), *calibration->reached_db, 0.1);
    EXPECT_NE(plan.find("int8 | after"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("int8 | mixed"), std::string::npos) << plan;
}

TEST(Calibrate, NeedsSamples) {
    EXPECT_FALSE(calibrate(network(), {}, {}));
}

}  // namespace
}  // namespace mosaic
