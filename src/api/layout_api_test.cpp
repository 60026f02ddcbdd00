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

}  // namespace
}  // namespace vitrina::api
