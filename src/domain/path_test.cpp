#include "domain/path.h"

#include <random>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

std::vector<PathPoint> walk(unsigned seed, std::size_t count) {
    std::mt19937 random(seed);
    std::normal_distribution<double> step(0, 12);
    std::vector<PathPoint> points;
    points.reserve(count);
    PathPoint point{1'700'000'000'000 / 20, 900, 500, 240, 11, 20};
    for (std::size_t i = 0; i < count; ++i) {
        points.push_back(point);
        point.tick += 50 + static_cast<int>(random() % 3) - 1;
        point.x += static_cast<int>(step(random));
        point.y += static_cast<int>(step(random));
        point.height += static_cast<int>(random() % 3) - 1;
        point.score = static_cast<int>(10 + random() % 4);
    }
    return points;
}

TEST(Path, IsReadAsItWasWritten) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        const auto points = walk(seed, 1 + seed * 7);
        const auto read = decode_path(encode_path(points));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, points);
    }
}

TEST(Path, JumpsAndGapsAreReadToo) {
    const std::vector<PathPoint> points = {{0, 0, 0, 0, 0, 0},
                                           {1, 1 << 23, -(1 << 23), -192, 15, 20},
                                           {1'000'000'000, 3, 4, 640, 1, 0},
                                           {1'000'000'001, 3, 4, 640, 1, 0}};
    const auto read = decode_path(encode_path(points));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, points);
}

TEST(Path, APointTakesTwoToFourBytes) {
    const auto moving = walk(3, 300);
    EXPECT_LT(encode_path(moving).size(), 4 * moving.size());
    std::vector<PathPoint> standing = walk(4, 300);
    for (PathPoint& point : standing) {
        point.x = 900 + point.x % 3;
        point.y = 500 + point.y % 3;
    }
    EXPECT_LT(encode_path(standing).size(), 5 * standing.size() / 2);
}

TEST(Path, DamageIsAnErrorAndNothingElse) {
    const auto whole = encode_path(walk(5, 40));
    EXPECT_FALSE(decode_path({}));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(decode_path(std::span(whole).first(size))) << size;
    std::mt19937 random(6);
    for (int i = 0; i < 20'000; ++i) {
        auto damaged = whole;
        for (int bits = 0; bits < 3; ++bits)
            damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
        static_cast<void>(decode_path(damaged));
    }
}

TEST(Path, ASightingIsTheSameAfterItWasStored) {
    const PathScale scale = PathScale::of_picture(1280);
    const Sighting seen{
        7, SourceTime(std::chrono::milliseconds(1'700'000'000'020)), {640.3, 300.7}, 181, 0.6, 0.83};
    const Sighting stored = sighting_of(7, point_of(seen, scale), scale);
    EXPECT_EQ(stored.at, seen.at);
    EXPECT_NEAR(stored.place.x, seen.place.x, 0.35);
    EXPECT_NEAR(stored.place.y, seen.place.y, 0.35);
    EXPECT_NEAR(stored.body_height, seen.body_height, 2.5);
    EXPECT_NEAR(stored.score, seen.score, 0.04);
    EXPECT_EQ(point_of(stored, scale), point_of(seen, scale)) << "storing it again changes nothing";
}

TEST(Path, BetweenPointsThatAreNearHeWasSeenOnTheLine) {
    const PathScale scale{0.5};
    std::vector<Sighting> seen;
    sightings_between(1, {0, 0, 0, 200, 10, 20}, {50, 100, 0, 200, 12, 10}, scale, seen);
    ASSERT_EQ(seen.size(), 5U);
    EXPECT_NEAR(seen[1].place.x, 20, 1e-9);
    EXPECT_EQ(seen[1].at, instant_at(0.4));
    EXPECT_NEAR(seen[1].visible, 0.8, 1e-9);
    EXPECT_EQ(seen[4].place.x, 50);
    seen.clear();
    sightings_between(1, {0, 0, 0, 200, 10, 20}, {100, 100, 0, 200, 12, 10}, scale, seen);
    EXPECT_EQ(seen.size(), 1U) << "nobody knows where he was";
}

}  // namespace
}  // namespace vitrina
