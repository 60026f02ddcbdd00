#include "pipeline/audit_film.h"

#include <limits>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

const UtcTime kBegin{std::chrono::milliseconds(1'700'000'000'000)};

Picture checks() {
    Picture picture;
    picture.width = 200;
    picture.height = 160;
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x)
            picture.rgb.insert(picture.rgb.end(), 3, static_cast<std::uint8_t>((x + y) % 2 * 255));
    return picture;
}

std::set<int> colours(const Picture& picture, int left, int top, int right, int bottom) {
    std::set<int> all;
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            all.insert(picture.rgb[3 * (static_cast<std::size_t>(y) * picture.width + x)]);
    return all;
}

TEST(HideHeads, LeavesNoDetailInAHeadAndTheRestAsItWas) {
    Picture picture = checks();
    hide_heads(picture, std::vector<Box>{{60, 30, 40, 120}});
    for (const int colour : colours(picture, 60, 30, 100, 68))
        EXPECT_NEAR(colour, 127, 12);
    EXPECT_EQ(colours(picture, 60, 80, 100, 150), (std::set<int>{0, 255}));
}

TEST(HideHeads, OfHeadAndShouldersHidesMore) {
    Picture picture = checks();
    hide_heads(picture, std::vector<Box>{{60, 100, 60, 60}});
    for (const int colour : colours(picture, 60, 100, 120, 143))
        EXPECT_NEAR(colour, 127, 12);
}

TEST(HideHeads, TakesBoxesThatReachOutAndNonsense) {
    Picture picture = checks();
    hide_heads(picture, std::vector<Box>{{-50, -50, 100, 100},
                                         {190, 150, 100, 100},
                                         {500, 500, 10, 10},
                                         {0, 0, -5, 4},
                                         {0, std::numeric_limits<double>::quiet_NaN(), 5, 5},
                                         {1e300, 1e300, 1e300, 1e300}});
    EXPECT_EQ(picture.rgb.size(), checks().rgb.size());
}

/// A floor with a pattern, and perhaps somebody on it: checks of one pixel, whom no box is round.
Picture floor_with(std::optional<Box> somebody, int light = 0) {
    Picture picture = checks();
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const bool is_odd = (x + y) % 2 != 0;
            const bool is_on = somebody && x >= somebody->x && x < somebody->right() && y >= somebody->y &&
                               y < somebody->y + somebody->height;
            for (std::size_t k = 0; k < 3; ++k)
                picture.rgb[3 * (static_cast<std::size_t>(y) * picture.width + x) + k] =
                    static_cast<std::uint8_t>(is_on ? (is_odd ? 250 : 60) : (is_odd ? 90 : 70) + light);
        }
    return picture;
}

class Background : public testing::Test {
  protected:
    void learn(int pictures) {
        for (int i = 0; i < pictures; ++i)
            background_.learn(kBegin + i * AuditBackground::kApart, floor_with(std::nullopt));
    }

    AuditBackground background_;
    const Box somebody_ = {80, 40, 40, 80};
};

TEST_F(Background, HidesWhoMovesAndHasNoBox) {
    learn(6);
    Picture picture = floor_with(somebody_);
    background_.hide_moving(picture, {});
    for (const int colour : colours(picture, 80, 40, 120, 120)) {
        EXPECT_NE(colour, 60) << "detail of a body";
        EXPECT_NE(colour, 250);
    }
    EXPECT_EQ(colours(picture, 0, 0, 50, 160), (std::set<int>{70, 90})) << "what stands still is as it was";
}

TEST_F(Background, LeavesBodiesThatHaveABoxToTheirHeads) {
    learn(6);
    Picture picture = floor_with(somebody_);
    background_.hide_moving(picture, std::vector<Box>{somebody_});
    EXPECT_EQ(picture.rgb, floor_with(somebody_).rgb);
}

TEST_F(Background, ALampThatIsLitMovesNothing) {
    learn(6);
    Picture picture = floor_with(std::nullopt, 40);
    background_.hide_moving(picture, {});
    EXPECT_EQ(picture.rgb, floor_with(std::nullopt, 40).rgb);
}

TEST_F(Background, HidesAllBeforeItKnowsWhatStandsStill) {
    learn(3);
    Picture picture = floor_with(somebody_);
    background_.hide_moving(picture, {});
    for (const int colour : colours(picture, 80, 40, 120, 120))
        EXPECT_NE(colour, 60);
    const Picture other = checks();
    background_.learn(kBegin + 8s, other);
    Picture small;
    small.width = 2;
    small.height = 2;
    small.rgb.assign(12, 7);
    background_.hide_moving(small, {});
    EXPECT_EQ(small.rgb, std::vector<std::uint8_t>(12, 7));
}

TEST(AuditFilm, HidesWhomNoNetworkSaw) {
    const auto size_of = [](bool has_box) {
        AuditFilm film;
        for (int i = 0; i < 100; ++i) {
            const Box walker = {2.0 * i, 40, 40, 80};
            const bool is_there = i >= 60 && i < 80;
            std::vector<Box> bodies;
            if (is_there && has_box) bodies.push_back(walker);
            film.add(kBegin + i * 200ms, floor_with(is_there ? std::optional(walker) : std::nullopt), bodies);
        }
        const auto clip = film.cut(kBegin + 14s, kBegin + 14s);
        return clip.empty() ? std::size_t{0} : clip.front().jpeg.size();
    };
    ASSERT_GT(size_of(false), 0U);
    // Checks take many bytes, blocks few: of whom a network saw the body is left, of whom none saw nothing.
    EXPECT_LT(size_of(false), size_of(true));
}

TEST(AuditFilm, KnowsWhatItHoldsWithoutAGap) {
    AuditFilm film;
    const Picture picture = checks();
    for (auto at = 0ms; at <= 20s; at += 200ms)
        film.add(kBegin + at, picture, {});
    EXPECT_TRUE(film.covers(kBegin + 2s, kBegin + 12s));
    EXPECT_FALSE(film.covers(kBegin + 12s, kBegin + 22s)) << "still to come";
    film.add(kBegin + 24s, picture, {});
    film.add(kBegin + 26s, picture, {});
    EXPECT_FALSE(film.covers(kBegin + 12s, kBegin + 23s)) << "a gap";
    const auto clip = film.cut(kBegin + 2s, kBegin + 3s);
    ASSERT_EQ(clip.size(), 6U);
    EXPECT_EQ(clip.front().at, kBegin + 2s);
    EXPECT_FALSE(clip.front().jpeg.empty());
    for (auto at = 27s; at <= 90s; at += 1s)
        film.add(kBegin + at, picture, {});
    EXPECT_TRUE(film.cut(kBegin, kBegin + 20s).empty()) << "forgotten";
}

TEST(Clip, ComesBackAsItWas) {
    const std::vector<FilmPicture> pictures = {{kBegin, {1, 2, 3}}, {kBegin + 200ms, {}}, {kBegin + 1s, {9}}};
    const std::string code = clip_code(pictures);
    const auto back = clip_from(code);
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), 3U);
    EXPECT_EQ((*back)[0].jpeg, pictures[0].jpeg);
    EXPECT_EQ((*back)[2].at, kBegin + 1s);
    EXPECT_FALSE(clip_from(code.substr(0, code.size() - 1)));
    EXPECT_FALSE(clip_from("something"));
}

}  // namespace
}  // namespace vitrina::pipeline
