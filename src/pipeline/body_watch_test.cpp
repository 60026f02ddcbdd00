#include "pipeline/body_watch.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

Picture grey(int width = 640, int height = 360) {
    return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, 128)};
}

LivePerson person(PersonId id, double x, double height = 180) {
    return {id, {x, 100, height / 3, height}, 0.8, {}};
}

TEST(BodyWatch, LooksSoonAndThenEverMoreRarely) {
    BodyWatch watch;
    const Picture picture = grey();
    const std::vector<LivePerson> people = {person(1, 200)};
    std::vector<double> looks;
    for (int i = 0; i < 5 * 60; ++i)
        if (watch.choose(instant_at(i / 5.0), picture, people)) looks.push_back(i / 5.0);
    ASSERT_GE(looks.size(), 7U);
    EXPECT_LE(looks.size(), 9U);
    EXPECT_EQ(looks[0], 0);
    EXPECT_LE(looks[2], 2);
    EXPECT_GT(looks.back() - looks[looks.size() - 2], 10);
}

TEST(BodyWatch, OneInEachPictureAndNobodyIsForgotten) {
    BodyWatch watch;
    const Picture picture = grey();
    std::vector<LivePerson> people;
    for (PersonId id = 1; id <= 6; ++id)
        people.push_back(person(id, 90.0 * static_cast<double>(id) - 60));
    std::map<PersonId, int> looks;
    for (int i = 0; i < 10; ++i)
        if (const auto chosen = watch.choose(instant_at(i / 5.0), picture, people))
            ++looks[people[*chosen].person];
    EXPECT_EQ(looks.size(), 6U);
}

TEST(BodyWatch, ABadFirstLookWaitsForABetterOne) {
    BodyWatch watch;
    const Picture picture = grey();
    const std::vector<LivePerson> cut = {person(1, -20, 100)};
    EXPECT_FALSE(watch.choose(instant_at(0), picture, cut));
    EXPECT_TRUE(watch.choose(instant_at(0.2), picture, std::vector{person(1, 200)}));
    BodyWatch other;
    EXPECT_FALSE(other.choose(instant_at(0), picture, cut));
    EXPECT_TRUE(other.choose(instant_at(0.6), picture, cut)) << "better than nothing";
    EXPECT_FALSE(other.choose(instant_at(5), picture, std::vector{person(2, 200, 40)})) << "a speck";
}

TEST(BodyWatch, WholeAndUncoveredIsWorthMore) {
    const Picture picture = grey();
    const std::vector<LivePerson> alone = {person(1, 200)};
    const std::vector<LivePerson> at_edge = {person(1, 0)};
    std::vector<LivePerson> covered = {person(1, 200), person(2, 220)};
    covered[1].box.y += 20;
    EXPECT_EQ(worth_of(picture, alone, 0), 1);
    EXPECT_LT(worth_of(picture, at_edge, 0), 0.7);
    EXPECT_LT(worth_of(picture, covered, 0), 0.3);
    EXPECT_GT(worth_of(picture, covered, 1), worth_of(picture, covered, 0));
}

TEST(BodyWatch, BlurredIsLessSharp) {
    Picture sharp = grey(64, 64);
    Picture blurred = sharp;
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x)
            for (int k = 0; k < 3; ++k) {
                const auto at = static_cast<std::size_t>(3 * (y * 64 + x) + k);
                sharp.rgb[at] = x % 16 < 8 ? 40 : 200;
                blurred.rgb[at] = static_cast<std::uint8_t>(40 + 20 * std::abs(x % 16 - 8));
            }
    EXPECT_GT(sharpness_of(sharp, {0, 0, 64, 64}), 2 * sharpness_of(blurred, {0, 0, 64, 64}));
    EXPECT_EQ(sharpness_of(sharp, {100, 100, 20, 20}), 0);
}

TEST(BodyWatch, CutsTheBodyOut) {
    Picture picture = grey(200, 400);
    const Picture body = body_picture(picture, {50, 50, 90, 300}, 256);
    EXPECT_EQ(body.height, 256);
    EXPECT_NEAR(body.width, 256 * 126 / 336, 4);
    EXPECT_EQ(body.rgb.size(), static_cast<std::size_t>(body.width) * body.height * 3);
    EXPECT_EQ(body.rgb[0], 128);
    EXPECT_TRUE(body_picture(picture, {900, 50, 90, 300}, 256).rgb.empty());
    EXPECT_FALSE(body_picture(picture, {-50, -50, 90, 300}, 256).rgb.empty());
}

}  // namespace
}  // namespace vitrina::pipeline
