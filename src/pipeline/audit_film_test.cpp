#include "pipeline/audit_film.h"

#include <limits>
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
