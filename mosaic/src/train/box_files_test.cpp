// Detectors and disks: files that are written whole or not at all, photographs that go, checkpoints of other
// runs.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "mosaic/boxes.h"
#include "train/box_training.h"
#include "train/full_disk.h"
#include "train/random.h"
#include "train/test_folder.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class BoxFiles : public FolderTest {
  protected:
    void SetUp() override {
        FolderTest::SetUp();
        fs::create_directories(folder_ / "data");
        for (std::uint64_t i = 0; i < 3; ++i)
            write_photograph(i);
    }

    // Noise with one bright square in its middle.
    void write_photograph(std::uint64_t seed) const {
        constexpr std::int64_t kSide = 96;
        Random random(seed);
        Picture picture{kSide, kSide, std::vector<std::uint8_t>(static_cast<std::size_t>(kSide * kSide * 3))};
        for (std::int64_t y = 0; y < kSide; ++y) {
            for (std::int64_t x = 0; x < kSide; ++x) {
                const bool bright = x >= 40 && x < 56 && y >= 40 && y < 56;
                std::uint8_t* pixel = &picture.rgb[static_cast<std::size_t>((y * kSide + x) * 3)];
                for (int c = 0; c < 3; ++c)
                    pixel[c] = static_cast<std::uint8_t>((bright ? 180 : 0) + random.below(70));
            }
        }
        const fs::path file = folder_ / "data" / (std::to_string(seed) + ".png");
        ASSERT_TRUE(write_png(file, picture));
        std::ofstream(fs::path(file).replace_extension(".txt")) << "0 0.5 0.5 0.1667 0.1667\n";
    }
    static BoxOptions quick() {
        BoxOptions options;
        options.architecture = "resnet-10";
        options.box_px = 16.0;
        options.crop_px = 64;
        options.tile_px_max = 96;
        options.steps = 3;
        options.learning_rate = 1e-4;
        options.loader_threads = 0;
        return options;
    }
    [[nodiscard]] Dataset open(const BoxOptions& options, std::uint64_t memory_bytes_max) const {
        auto data = Dataset::from_yolo(folder_ / "data");
        EXPECT_TRUE(data) << data.error().message;
        LoadOptions loading = box_loading(*data, options);
        loading.memory_bytes_max = memory_bytes_max;
        EXPECT_TRUE(data->load(loading));
        return std::move(*data);
    }

    static constexpr std::uint64_t kPlenty = 1U << 30U;
};

TEST_F(BoxFiles, AFullDiskLeavesTheDetectorThatWasThere) {
    const BoxOptions options = quick();
    auto trained = train_boxes(open(options, kPlenty), options);
    ASSERT_TRUE(trained) << trained.error().message;
    BoxDetector& detector = trained->detector;
    detector.set_threshold(0.25F);
    const fs::path file = folder_ / "tags.onnx";
    const auto saved = detector.save(file);
    if (!saved) GTEST_SKIP() << saved.error().message;  // a build without ONNX
    const std::string network = contents(file);
    const std::string settings = contents(folder_ / "tags.boxes.json");
    ASSERT_GT(network.size(), 10'000U);
    ASSERT_FALSE(settings.empty());
    detector.set_threshold(0.75F);
    {
        const FullDisk full(10'000);
        EXPECT_FALSE(detector.save(file));
    }
    // The settings alone can't be written.
    fs::create_directories(folder_ / "tags.boxes.json.part" / "in the way");
    EXPECT_FALSE(detector.save(file));
    fs::remove_all(folder_ / "tags.boxes.json.part");
    EXPECT_TRUE(contents(file) == network);
    EXPECT_EQ(contents(folder_ / "tags.boxes.json"), settings);
    EXPECT_FALSE(fs::exists(folder_ / "tags.onnx.part"));
    const auto loaded = BoxDetector::load(file);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->threshold(), 0.25F);
    ASSERT_TRUE(detector.save(file));
    EXPECT_EQ(BoxDetector::load(file)->threshold(), 0.75F);
}

TEST_F(BoxFiles, APhotographThatHasGoneIsDoneWithout) {
    const BoxOptions options = quick();
    const Dataset data = open(options, 0);
    const BoxScale scale = box_scale(data, options);
    fs::remove(folder_ / "data/1.png");
    auto training = BoxTraining::create(data, options, scale);
    ASSERT_TRUE(training) << training.error().message;
    const auto ran = training->run({});
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(training->stop(), Stop::kDone);
    ASSERT_EQ(training->notes().size(), 1U);
    EXPECT_NE(training->notes()[0].find("1.png"), std::string::npos) << training->notes()[0];
    fs::remove_all(folder_ / "data");
    auto nothing = BoxTraining::create(data, options, scale);
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing->run({}));
}

TEST_F(BoxFiles, ACheckpointIsOfTheSameOptionsAlone) {
    BoxOptions options = quick();
    options.checkpoint = folder_ / "checkpoint";
    const Dataset data = open(options, kPlenty);
    const auto runs = [&](const BoxOptions& how) {
        auto training = BoxTraining::create(data, how, box_scale(data, how));
        EXPECT_TRUE(training);
        return training->run({}).has_value();
    };
    ASSERT_TRUE(runs(options));
    options.resume = true;
    EXPECT_TRUE(runs(options));
    BoxOptions other = options;
    other.schedule.kind = ScheduleKind::kConstant;
    EXPECT_FALSE(runs(other));
    other = options;
    other.augment.flip = false;
    EXPECT_FALSE(runs(other));
    other = options;
    other.average_decay = 0.5;
    EXPECT_FALSE(runs(other));
    other = options;
    other.optimizer.weight_decay = 0.5;
    EXPECT_FALSE(runs(other));
}

}  // namespace
}  // namespace mosaic::train
