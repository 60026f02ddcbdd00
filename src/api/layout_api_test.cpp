// What saving a layout does to the past.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "api/test_site.h"
#include "api/test_walkers.h"
#include "base/png.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;

TEST(LayoutApi, WhatWasDrawnWrongIsCountedAgainWhereItChanged) {
    TestSite site;
    site.add_users();
    site.start();
    const TestAnswer added =
        site.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.7/stream1"})");
    ASSERT_EQ(added.status, 201) << added.body;
    Json layout = {{"change", "drawn_wrong"},
                   {"picture", {{"width", 640}, {"height", 360}}},
                   {"zones",
                    {{{"name", "till"}, {"polygon", {{0, 0}, {100, 0}, {100, 100}}}},
                     {{"name", "shelf"}, {"polygon", {{200, 0}, {300, 0}, {300, 100}}}}}},
                   {"lines", {{{"name", "door"}, {"from", {0, 200}}, {"to", {640, 200}}}}}};
    ASSERT_EQ(site.ask("PUT", "/api/cameras/door/layout", layout.dump()).status, 200);
    site.shop.recomputed.clear();
    layout["zones"][0]["polygon"][0] = {10, 0};
    layout["lines"][0]["name"] = "street";
    ASSERT_EQ(site.ask("PUT", "/api/cameras/door/layout", layout.dump()).status, 200);
    EXPECT_THAT(site.shop.recomputed, testing::ElementsAre("door", "street", "till"));
    site.shop.recomputed.clear();
    layout["change"] = "moved_now";
    layout["zones"][1]["polygon"][0] = {210, 0};
    ASSERT_EQ(site.ask("PUT", "/api/cameras/door/layout", layout.dump()).status, 200);
    EXPECT_THAT(site.shop.recomputed, testing::IsEmpty()) << "the past was drawn right";
}

TEST(LayoutApi, ACameraIsCalibratedByThePeopleWhoWalkThrough) {
    TestSite site;
    site.add_users();
    site.start();
    ASSERT_EQ(site.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.7/"})").status,
              201);
    const char* const route = "/api/plan/calibration/walkers";
    const auto ask = [&](Json wish) {
        wish["camera"] = wish.value("camera", "door");
        if (!wish.contains("place")) wish["place"] = {1, 2};
        if (!wish.contains("pan_deg")) wish["pan_deg"] = 35;
        return site.ask("POST", route, wish.dump());
    };
    EXPECT_EQ(Json::parse(site.ask("GET", route + std::string("?camera=door")).body)["looks"], 0);
    EXPECT_EQ(site.ask("GET", route + std::string("?camera=nosuch")).status, 404);
    EXPECT_EQ(ask({{"camera", "nosuch"}}).status, 404);
    const TestAnswer nobody = ask(Json::object());
    EXPECT_EQ(nobody.status, 422);
    EXPECT_THAT(nobody.body, testing::HasSubstr("nobody has been seen"));

    walk_through(site.shop, "door", test_now());
    EXPECT_GT(Json::parse(site.ask("GET", route + std::string("?camera=door")).body)["looks"].get<int>(),
              100);
    const TestAnswer answer = ask({{"view_deg", 74}});  // 850 px focal length
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json fit = Json::parse(answer.body);
    const CameraCalibration real = walked_camera();
    EXPECT_NEAR(fit["calibration"]["tilt_deg"].get<double>(), real.tilt_deg, 3);
    const double height_m = fit["calibration"]["height_m"].get<double>();
    EXPECT_NEAR(height_m / real.height_m, 1, 0.1);
    EXPECT_EQ(fit["calibration"]["place"], Json({1, 2}));
    EXPECT_EQ(fit["calibration"]["pan_deg"], 35);
    // The scale is that of the people's heights, and of nothing else.
    const Json taller = Json::parse(ask({{"view_deg", 74}, {"height_mean_m", 1.87}}).body);
    EXPECT_NEAR(taller["calibration"]["height_m"].get<double>() / height_m, 1.1, 0.02);

    EXPECT_THAT(ask({{"place", {1, 2, 3}}}).body, testing::HasSubstr("\\\"place\\\" must be [x, y]"));
    EXPECT_THAT(ask({{"pan_deg", 999}}).body, testing::HasSubstr("pan_deg"));
    EXPECT_EQ(ask({{"height_mean_m", 17}}).status, 400);
    EXPECT_EQ(ask({{"view_deg", 0}}).status, 400);
    EXPECT_EQ(ask({{"walkers", 1}}).status, 400) << "a field that nobody knows";
}

constexpr const char* kCamera = R"({"camera": "door", "calibration": {"width": 640, "height": 360,
    "focal_px": 500, "place": [1, 2], "height_m": 3, "pan_deg": 40, "tilt_deg": 25}})";

TEST(LayoutApi, ZonesOfTheFloorPlanAreLikeThoseOfACamera) {
    TestSite site;
    site.add_users();
    site.start();
    ASSERT_EQ(site.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.7/"})").status,
              201);
    EXPECT_EQ(site.ask("GET", "/api/cameras/plan/layout").status, 404);
    Json plan = {{"change", "drawn_wrong"},
                 {"plan", {{"width_m", 8}, {"depth_m", 6}}},
                 {"zones", {{{"name", "till"}, {"polygon", {{1, 1}, {2, 1}, {2, 2}}}}}},
                 {"lines", {{{"name", "door"}, {"from", {5, 5}}, {"to", {2, 5}}}}},
                 {"cameras", {Json::parse(kCamera)}}};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_THAT(site.shop.recomputed, testing::IsEmpty()) << "nothing was drawn before";
    const Json layout = Json::parse(site.ask("GET", "/api/cameras/plan/layout").body);
    EXPECT_EQ(layout["picture"]["width"], 8);
    EXPECT_EQ(layout["zones"][0]["name"], "till");
    EXPECT_EQ(layout["lines"].size(), 1U);

    plan["zones"][0]["polygon"][0] = {0.5, 0.5};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_THAT(site.shop.recomputed, testing::ElementsAre("till"));

    plan["zones"] = Json::array();
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_EQ(Json::parse(site.ask("GET", "/api/cameras/plan/layout").body)["zones"], Json::array());
}

// While no zone is drawn the whole floor is one: its past goes with the first zone, and comes with the last.
TEST(LayoutApi, TheZoneThatCountsWhileNoneIsDrawnIsCountedAgainToo) {
    TestSite site;
    site.add_users();
    site.start();
    Json plan = {{"change", "drawn_wrong"}, {"plan", {{"width_m", 8}, {"depth_m", 6}}}};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    plan["zones"] = {{{"name", "fruit"}, {"polygon", {{1, 1}, {2, 1}, {2, 2}}}}};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_THAT(site.shop.recomputed, testing::ElementsAre("floor", "fruit"));
    site.shop.recomputed.clear();
    plan["zones"] = Json::array();
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_THAT(site.shop.recomputed, testing::ElementsAre("floor", "fruit"));
}

TEST(LayoutApi, ACameraIsJudgedByTheViewOfItsCalibration) {
    TestSite site;
    site.add_users();
    site.start();
    ASSERT_EQ(site.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.7/"})").status,
              201);
    const auto moved = [&] { return !site.shop.camera("door")->troubles.empty(); };
    const auto move = [&] { site.shop.trouble("door", {PictureTrouble::kMoved, UtcTime(), {}}); };
    const Json layout = {{"change", "moved_now"},
                         {"picture", {{"width", 640}, {"height", 360}}},
                         {"zones", {{{"name", "till"}, {"polygon", {{0, 0}, {100, 0}, {100, 100}}}}}}};
    move();
    ASSERT_EQ(site.ask("PUT", "/api/cameras/door/layout", layout.dump()).status, 200);
    EXPECT_FALSE(moved()) << "drawn on what it shows now";

    move();
    Json plan = {{"change", "moved_now"},
                 {"plan", {{"width_m", 8}, {"depth_m", 6}}},
                 {"cameras", {Json::parse(kCamera)}}};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_FALSE(moved()) << "calibrated as it stands now";

    move();
    ASSERT_EQ(site.ask("PUT", "/api/cameras/door/layout", layout.dump()).status, 200);
    EXPECT_TRUE(moved()) << "its place on the plan is as wrong as before";
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_TRUE(moved()) << "the same calibration";
    plan["cameras"][0]["calibration"]["pan_deg"] = 41;
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    EXPECT_FALSE(moved());
}

TEST(LayoutApi, WhomSeveralCamerasSeeIsThereOnce) {
    TestSite site;
    site.add_users();
    site.start();
    ASSERT_EQ(site.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.7/"})").status,
              201);
    const int before = Json::parse(site.ask("GET", "/api/now").body)["people"];
    const Json plan = {{"change", "drawn_wrong"},
                       {"plan", {{"width_m", 8}, {"depth_m", 6}}},
                       {"cameras", {Json::parse(kCamera)}}};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    const int of_door = site.shop.camera("door")->people;
    EXPECT_EQ(Json::parse(site.ask("GET", "/api/now").body)["people"], before - of_door + 3);
}

TEST(LayoutApi, ADrawingLiesBelowThePlan) {
    TestSite site;
    site.add_users();
    site.start();
    const auto png = encode_png({3, 2, std::vector<std::uint8_t>(18, 90)});
    ASSERT_TRUE(png);
    const std::string upload(png->begin(), png->end());
    const TestAnswer added = site.ask("POST", "/api/plan/drawings", upload);
    ASSERT_EQ(added.status, 201) << added.body;
    const Json drawing = Json::parse(added.body);
    EXPECT_EQ(drawing["width"], 3);
    EXPECT_EQ(drawing["height"], 2);
    const std::string id = drawing["id"];
    const TestAnswer picture = site.ask("GET", "/api/plan/drawings/" + id);
    EXPECT_EQ(picture.status, 200);
    EXPECT_EQ(picture.headers.at("content-type"), "image/png");
    EXPECT_TRUE(
        read_png({reinterpret_cast<const std::uint8_t*>(picture.body.data()), picture.body.size()}, 6));
    EXPECT_EQ(site.ask("GET", "/api/plan/drawings/none").status, 404);

    const Json plan = {{"change", "drawn_wrong"},
                       {"plan",
                        {{"width_m", 8},
                         {"depth_m", 6},
                         {"drawing", id},
                         {"drawing_at", {-1.5, 0}},
                         {"drawing_width_m", 12}}}};
    ASSERT_EQ(site.ask("PUT", "/api/plan", plan.dump()).status, 200);
    const Json saved = Json::parse(site.ask("GET", "/api/plan").body);
    EXPECT_EQ(saved["plan"], plan["plan"]);
}

TEST(LayoutApi, AnUnsuitableDrawingIsRefusedWithTheReason) {
    TestSite site;
    site.add_users();
    site.start();
    const auto refused = [&](const std::string& body, const std::string& query = "") {
        const TestAnswer answer = site.ask("POST", "/api/plan/drawings" + query, body);
        EXPECT_NE(answer.status, 201);
        return std::to_string(answer.status) + " " +
               Json::parse(answer.body)["error"]["message"].get<std::string>();
    };
    EXPECT_EQ(refused("a spreadsheet"), "422 the drawing is neither PNG nor SVG nor PDF");
    EXPECT_EQ(refused("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
              "422 the SVG: has a script: <script>");
    EXPECT_EQ(refused("<svg xmlns='http://www.w3.org/2000/svg'><image href='http://a/b.png'/></svg>"),
              "422 the SVG: refers to something outside: http://a/b.png");
    EXPECT_THAT(refused("x", "?page=0"), testing::StartsWith("400 "));
}

}  // namespace
}  // namespace vitrina::api
