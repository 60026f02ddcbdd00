// What each augmentation does to pixels and labels, one at a time.
#include "train/augment.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "train/loader.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSide = 24;

// Colours that change along both directions, so that nothing is symmetrical.
Picture slope(std::uint64_t seed) {
    Random random(seed);
    Picture picture{kSide, kSide, std::vector<std::uint8_t>(static_cast<std::size_t>(kSide * kSide * 3))};
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        picture.rgb[i] = static_cast<std::uint8_t>(i / 12 + 20 * (i % 3) + random.below(40));
    return picture;
}

View view() {
    return {kSide, kSide, 3, Fit::kStretch, {}};
}

struct Change {
    const char* name;
    double AugmentOptions::*size;  // null: flip
    double value;
};

class Augmentations : public ::testing::TestWithParam<Change> {
  protected:
    static AugmentOptions options() {
        AugmentOptions only;
        const Change& change = GetParam();
        if (change.size == nullptr) {
            only.flip = true;
        } else {
            only.*change.size = change.value;
        }
        return only;
    }
    static std::vector<float> rendered(const AugmentOptions& augment, Random* random) {
        std::vector<float> pixels(static_cast<std::size_t>(kSide * kSide * 3));
        render(slope(3), view(), augment, random, pixels);
        return pixels;
    }
};

TEST_P(Augmentations, ChangesPixelsAsTheSeedSays) {
    const std::vector<float> plain = rendered({}, nullptr);
    std::set<std::vector<float>> results;
    std::size_t changed = 0;
    constexpr std::uint64_t kSeeds = 24;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random first(seed);
        Random second(seed);
        const auto once = rendered(options(), &first);
        EXPECT_EQ(once, rendered(options(), &second)) << seed;
        changed += once != plain ? 1 : 0;
        results.insert(once);
        Random unused(seed);
        EXPECT_EQ(rendered({}, &unused), plain) << seed;
    }
    EXPECT_GE(changed, kSeeds / 6);
    EXPECT_GE(results.size(), 2U);
    // Without a generator nothing is changed, whatever is asked for.
    EXPECT_EQ(rendered(options(), nullptr), plain);
}

INSTANTIATE_TEST_SUITE_P(One, Augmentations,
                         ::testing::Values(Change{"Flip", nullptr, 0.0},
                                           Change{"Shift", &AugmentOptions::shift, 0.1},
                                           Change{"Scale", &AugmentOptions::scale, 0.3},
                                           Change{"Rotation", &AugmentOptions::rotation_deg, 10.0},
                                           Change{"Perspective", &AugmentOptions::perspective, 0.1},
                                           Change{"Brightness", &AugmentOptions::brightness, 0.2},
                                           Change{"Contrast", &AugmentOptions::contrast, 0.3},
                                           Change{"Saturation", &AugmentOptions::saturation, 0.3},
                                           Change{"Blur", &AugmentOptions::blur, 0.5},
                                           Change{"Noise", &AugmentOptions::noise, 0.05},
                                           Change{"Cutout", &AugmentOptions::cutout, 0.5}),
                         [](const auto& test) { return std::string(test.param.name); });

// The neighbour's share of the pixels is its share of the label.
TEST(Mixing, PicturesAndLabelsAreMixedAlike) {
    const fs::path folder = fs::temp_directory_path() / "mosaic_augment_mixing";
    fs::remove_all(folder);
    for (const char* name : {"a", "b"}) {
        fs::create_directories(folder / name);
        for (std::uint64_t i = 0; i < 4; ++i)
            ASSERT_TRUE(write_png(folder / name / (std::to_string(i) + ".png"),
                                  slope(i + (name[0] == 'a' ? 1U : 50U))));
    }
    auto data = Dataset::open(folder);
    ASSERT_TRUE(data && data->load({}));
    LoaderOptions options;
    options.view = view();
    options.batch = 8;
    options.threads = 0;
    Loader plain(*data, options);
    options.augment.mix = 1.0;
    Loader mixed(*data, options);
    constexpr auto kPixels = static_cast<std::size_t>(kSide * kSide * 3);
    std::size_t between = 0;
    for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) {
        plain.begin(epoch);
        mixed.begin(epoch);
        const Batch before = plain.next();
        const Batch after = mixed.next();
        ASSERT_EQ(before.samples, after.samples);
        for (std::size_t slot = 0; slot < 8; ++slot) {
            const float* target = &after.targets[slot * 2];
            EXPECT_NEAR(target[0] + target[1], 1.0F, 1e-6F);
            if (slot % 2 != 0) continue;
            const auto label = static_cast<std::size_t>(data->samples()[before.samples[slot]].label);
            if (data->samples()[before.samples[slot + 1]].label == static_cast<std::int32_t>(label)) continue;
            const float share = target[label];
            between += share > 0.001F && share < 0.999F ? 1 : 0;
            for (std::size_t i = 0; i < kPixels; i += 97) {
                const float own = before.pictures[slot * kPixels + i];
                const float other = before.pictures[(slot + 1) * kPixels + i];
                EXPECT_NEAR(after.pictures[slot * kPixels + i], share * own + (1.0F - share) * other, 1e-4F);
            }
        }
    }
    EXPECT_GE(between, 2U);
    fs::remove_all(folder);
}

}  // namespace
}  // namespace mosaic::train
