// What saving a layout does to the past.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "api/test_site.h"

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

}  // namespace
}  // namespace vitrina::api
