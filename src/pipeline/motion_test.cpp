#include "pipeline/motion.h"

#include <random>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 360;

// A floor with the noise of a dark camera, and on it a patch of another brightness.
Picture floor_with(std::mt19937& random, double noise, int patch_width, int patch_height, int difference) {
    std::normal_distribution<double> spread;
    Picture picture{kWidth, kHeight, std::vector<std::uint8_t>(std::size_t{kWidth} * kHeight * 3)};
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const bool inside = x >= 200 && x < 200 + patch_width && y >= 100 && y < 100 + patch_height;
            const double level = 90 + (inside ? difference : 0) + noise * spread(random);
            for (std::size_t c = 0; c < 3; ++c)
                picture.rgb[(static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)) * 3 + c] =
                    static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0));
        }
    }
    return picture;
}

TEST(Motion, TheFirstPictureDiffersAndTheSameDoesNot) {
    std::mt19937 random(1);
    const Picture floor = floor_with(random, 0, 0, 0, 0);
    Motion motion;
    EXPECT_TRUE(motion.differs(floor));
    motion.remember();
    EXPECT_FALSE(motion.differs(floor));
}

TEST(Motion, NoiseIsNoMotion) {
    std::mt19937 random(1);
    Motion motion;
    static_cast<void>(motion.differs(floor_with(random, 5, 0, 0, 0)));
    motion.remember();
    for (int i = 0; i < 20; ++i)
        EXPECT_FALSE(motion.differs(floor_with(random, 5, 0, 0, 0))) << i;
}

TEST(Motion, ASmallPersonInClothesLikeTheFloorIsMotion) {
    std::mt19937 random(1);
    Motion motion;
    static_cast<void>(motion.differs(floor_with(random, 5, 0, 0, 0)));
    motion.remember();
    EXPECT_TRUE(motion.differs(floor_with(random, 5, 20, 50, 12)));
}

TEST(Motion, AnotherSizeDiffers) {
    Motion motion;
    static_cast<void>(motion.differs({64, 64, std::vector<std::uint8_t>(64 * 64 * 3)}));
    motion.remember();
    EXPECT_TRUE(motion.differs({128, 32, std::vector<std::uint8_t>(128 * 32 * 3)}));
}

TEST(Motion, TinyPicturesAreFine) {
    Motion motion;
    EXPECT_TRUE(motion.differs({1, 1, {1, 2, 3}}));
}

}  // namespace
}  // namespace vitrina::pipeline
