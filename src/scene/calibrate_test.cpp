#include "scene/calibrate.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scene/camera_model.h"

namespace vitrina::scene {
namespace {

using testing::HasSubstr;

constexpr PictureSide kPicture = {1280, 720};

CameraCalibration camera(double k1 = 0) {
    return {.width = 1280,
            .height = 720,
            .focal_px = 850,
            .center = {640, 360},
            .k1 = k1,
            .place = {1, 2},
            .height_m = 2.9,
            .pan_deg = 35,
            .tilt_deg = 24,
            .roll_deg = 1.5};
}

/// Points of the floor as this camera sees them, clicked a little beside them.
std::vector<PointPair> clicked(const CameraCalibration& c, std::size_t count, double click_px, double click_m,
                               unsigned seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, 1);
    std::uniform_real_distribution<double> x(100, 1180);
    std::uniform_real_distribution<double> y(200, 700);
    const CameraModel model(c);
    std::vector<PointPair> points;
    // The first four spread out, the others anywhere.
    const std::vector<Point> corners = {{200, 250}, {1100, 280}, {1000, 650}, {300, 620}};
    while (points.size() < count) {
        const Point pixel = points.size() < 4 ? corners[points.size()] : Point{x(random), y(random)};
        const auto place = model.to_plan(pixel, 0);
        if (!place || std::hypot(place->x - c.place.x, place->y - c.place.y) > 15) continue;
        points.push_back({{pixel.x + click_px * normal(random), pixel.y + click_px * normal(random)},
                          {place->x + click_m * normal(random), place->y + click_m * normal(random)}});
    }
    return points;
}

std::vector<StraightLine> edges(const CameraCalibration& c, double click_px) {
    std::mt19937 random(3);
    std::normal_distribution<double> normal(0, 1);
    const CameraModel model(c);
    std::vector<StraightLine> lines;
    const std::vector<std::pair<Point, Point>> ends = {
        {{3, 8}, {12, 3}}, {{4, 4}, {5, 12}}, {{3, 2.5}, {9, 2.5}}};
    for (const auto& [from, to] : ends) {
        for (const double height : {0.0, 2.0}) {
            StraightLine line;
            for (int i = 0; i <= 8; ++i) {
                const double share = i / 8.0;
                const auto pixel = model.to_picture(
                    {from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)}, height);
                if (pixel && pixel->x > 0 && pixel->x < 1280 && pixel->y > 0 && pixel->y < 720)
                    line.push_back(
                        {pixel->x + click_px * normal(random), pixel->y + click_px * normal(random)});
            }
            if (line.size() >= 4) lines.push_back(line);
        }
    }
    return lines;
}

std::string error_of(const std::vector<PointPair>& points) {
    const auto fit = calibrate(kPicture, points);
    return fit ? "none" : fit.error().message;
}

TEST(Calibrate, ExactPointsGiveTheCameraBack) {
    const auto fit = calibrate(kPicture, clicked(camera(), 8, 0, 0));
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_NEAR(fit->calibration.height_m, 2.9, 0.05);
    EXPECT_NEAR(fit->calibration.tilt_deg, 24, 0.7);
    EXPECT_NEAR(fit->calibration.pan_deg, 35, 0.7);
    EXPECT_NEAR(fit->calibration.focal_px, 850, 20);
    EXPECT_LT(fit->error_m, 0.02);
}

TEST(Calibrate, ClickedPointsPutPeopleWhereTheyAre) {
    std::vector<double> errors;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const auto fit = calibrate(kPicture, clicked(camera(), 6, 1.5, 0.03, seed));
        ASSERT_TRUE(fit) << fit.error().message;
        const CameraModel truth(camera());
        const CameraModel found(fit->calibration);
        for (const double angle : {20.0, 35.0, 50.0}) {
            const double radians = angle * 3.14159265 / 180;
            const Point place = {1 + 10 * std::cos(radians), 2 + 10 * std::sin(radians)};
            const auto back = found.to_plan(*truth.to_picture(place, 0), 0);
            ASSERT_TRUE(back);
            errors.push_back(std::hypot(back->x - place.x, back->y - place.y));
        }
    }
    std::sort(errors.begin(), errors.end());
    RecordProperty("median_cm", std::to_string(100 * errors[errors.size() / 2]));
    EXPECT_LT(errors[errors.size() / 2], 0.12);
    EXPECT_LT(errors[errors.size() * 9 / 10], 0.30);
}

TEST(Calibrate, FourPointsAreEnough) {
    const auto fit = calibrate(kPicture, clicked(camera(), 4, 1, 0.02));
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_NEAR(fit->calibration.height_m, 2.9, 0.3);
    EXPECT_NEAR(fit->calibration.tilt_deg, 24, 3);
    EXPECT_FALSE(fit->errors[0].left_out_m);
}

TEST(Calibrate, StraightLinesTellTheLens) {
    for (const double k1 : {-0.2, -0.08, 0.05}) {
        const auto found = distortion_of(kPicture, edges(camera(k1), 0.7));
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_NEAR(*found, k1, 0.025) << k1;
        const auto fit = calibrate(kPicture, clicked(camera(k1), 6, 1, 0.02), edges(camera(k1), 0.7));
        ASSERT_TRUE(fit) << fit.error().message;
        EXPECT_LT(fit->error_m, 0.12) << k1;
        EXPECT_NEAR(fit->calibration.height_m, 2.9, 0.3) << k1;
    }
}

TEST(Calibrate, NamesWhatIsWrong) {
    const std::vector<PointPair> good = clicked(camera(), 6, 1, 0.02);
    EXPECT_THAT(error_of({good.begin(), good.begin() + 3}), HasSubstr("3 points are too few"));
    auto twice = good;
    twice[4].pixel = twice[1].pixel;
    EXPECT_THAT(error_of(twice), HasSubstr("points 2 and 5 are the same in the picture"));
    auto outside = good;
    outside[2].pixel.x = 2000;
    EXPECT_THAT(error_of(outside), HasSubstr("point 3 is outside the picture of 1280 x 720"));

    const CameraModel model(camera());
    std::vector<PointPair> flat;
    for (int i = 0; i < 5; ++i) {
        const Point place = {5 + 1.0 * i, 5 + 0.5 * i};
        flat.push_back({*model.to_picture(place, 0), place});
    }
    EXPECT_THAT(error_of(flat), HasSubstr("all points lie on one line on the plan"));
    flat.push_back({*model.to_picture({6, 8}, 0), {6, 8}});
    EXPECT_THAT(error_of(flat), HasSubstr("all points but 6 lie on one line"));
}

TEST(Calibrate, NamesTheSwappedAndTheContradictory) {
    for (const std::size_t count : {4U, 5U, 7U}) {
        auto swapped = clicked(camera(), count, 1, 0.02);
        std::swap(swapped[1].place, swapped[2].place);
        EXPECT_THAT(error_of(swapped), HasSubstr("points 2 and 3 look swapped")) << count;
    }
    for (const std::size_t count : {6U, 8U, 12U}) {
        auto wrong = clicked(camera(), count, 1, 0.02);
        wrong[3].place.x += 2;
        EXPECT_THAT(error_of(wrong), HasSubstr("point 4 contradicts the others")) << count;
    }
}

TEST(Calibrate, NamesTwoThatContradictTheOthers) {
    for (const std::size_t count : {8U, 12U}) {
        auto wrong = clicked(camera(), count, 1, 0.02);
        wrong[1].place.x += 2;
        wrong[4].place.y -= 2.5;
        EXPECT_THAT(error_of(wrong), HasSubstr("points 2, 5 contradict the others")) << count;
    }
}

TEST(Calibrate, WhereNoCameraSeesPointsSoTheMapOfTheFloorTellsWhy) {
    auto mirrored = clicked(camera(), 6, 1, 0.02);
    for (PointPair& pair : mirrored)
        pair.place.x = 20 - pair.place.x;
    EXPECT_THAT(error_of(mirrored),
                testing::AllOf(HasSubstr("no camera above the floor sees these points so"),
                               HasSubstr("is the plan mirrored?")));
    std::mt19937 random(3);
    std::uniform_real_distribution<double> anywhere(0, 20);
    auto nonsense = clicked(camera(), 9, 1, 0.02);
    for (PointPair& pair : nonsense)
        pair.place = {anywhere(random), anywhere(random)};
    EXPECT_THAT(error_of(nonsense), testing::AllOf(HasSubstr("point"), testing::Not(HasSubstr("200.0 m"))));
}

/// People who walk through: their ends, or their boxes', of which what a body that leans shows is in the
/// middle.
std::vector<WalkerLook> walkers_seen_by(const CameraCalibration& c, WalkerEnds ends) {
    const CameraModel model(c);
    std::mt19937 random(11);
    std::normal_distribution<double> normal(0, 1);
    std::uniform_real_distribution<double> unit(0, 1);
    std::vector<WalkerLook> looks;
    for (int person = 0; person < 200; ++person) {
        const double height = 1.70 + 0.09 * normal(random);
        for (int look = 0; look < 5; ++look) {
            const double away = 2 + 9 * unit(random);
            const double angle = (35 - 25 + 50 * unit(random)) * 3.14159265 / 180;
            const Point place = {1 + away * std::cos(angle), 2 + away * std::sin(angle)};
            const auto foot = model.to_picture(place, 0);
            const auto head = model.to_picture(place, height);
            if (!foot || !head || foot->y > 715 || head->y < 5 || foot->x < 5 || foot->x > 1275) continue;
            const double size = foot->y - head->y;
            if (ends == WalkerEnds::kBox) {
                const double middle = (foot->x + head->x) / 2 + 0.02 * size * normal(random);
                looks.push_back({{middle, foot->y + 0.03 * size * normal(random)},
                                 {middle, head->y + 0.02 * size * normal(random)}});
            } else {
                looks.push_back(
                    {{foot->x + 0.02 * size * normal(random), foot->y + 0.03 * size * normal(random)},
                     {head->x + 0.02 * size * normal(random), head->y + 0.02 * size * normal(random)}});
            }
            if (unit(random) < 0.05) looks.back().foot.y -= 0.4 * size;  // feet that were hidden
        }
    }
    return looks;
}

TEST(Calibrate, PeopleWhoWalkThroughTellHeightAndTilt) {
    for (const double tilt : {15.0, 24.0, 40.0}) {
        CameraCalibration c = camera();
        c.tilt_deg = tilt;
        c.roll_deg = 1;
        const auto fit = calibrate_by_walkers(kPicture, walkers_seen_by(c, WalkerEnds::kBody), {});
        ASSERT_TRUE(fit) << fit.error().message;
        EXPECT_NEAR(fit->calibration.tilt_deg, tilt, 3);
        EXPECT_NEAR(fit->calibration.height_m / 2.9, 1, 0.1) << tilt;
        EXPECT_NEAR(fit->calibration.focal_px / 850, 1, 0.15) << tilt;
    }
}

TEST(Calibrate, BoxesOfPeopleTellHeightAndTiltThoughNotHowTheyLean) {
    for (const double tilt : {15.0, 24.0, 40.0}) {
        CameraCalibration c = camera();
        c.tilt_deg = tilt;
        c.roll_deg = 1;
        const std::vector<WalkerLook> looks = walkers_seen_by(c, WalkerEnds::kBox);
        WalkerOptions options;
        options.ends = WalkerEnds::kBox;
        options.focal_px = 850;
        const auto fit = calibrate_by_walkers(kPicture, looks, options);
        ASSERT_TRUE(fit) << fit.error().message;
        EXPECT_NEAR(fit->calibration.tilt_deg, tilt, 3);
        EXPECT_NEAR(fit->calibration.height_m / 2.9, 1, 0.1) << tilt;
        EXPECT_NEAR(fit->calibration.focal_px / 850, 1, 0.1) << tilt;
        if (tilt > 30) continue;
        // Taken for feet and heads, they seem to be of a camera that looks far less down.
        options.ends = WalkerEnds::kBody;
        options.focal_px.reset();
        const auto mistaken = calibrate_by_walkers(kPicture, looks, options);
        EXPECT_TRUE(!mistaken || mistaken->calibration.tilt_deg < tilt - 5) << tilt;
    }
}

TEST(Calibrate, PeopleAtOneDistanceTellTooLittle) {
    const CameraModel model(camera());
    std::vector<WalkerLook> looks;
    for (int i = 0; i < 100; ++i) {
        const Point place = {6 + 0.001 * i, 6};
        looks.push_back({*model.to_picture(place, 0), *model.to_picture(place, 1.7)});
    }
    EXPECT_FALSE(calibrate_by_walkers(kPicture, looks, {}));
    EXPECT_FALSE(calibrate_by_walkers(kPicture, {looks.data(), 10}, {}));
}

}  // namespace
}  // namespace vitrina::scene
