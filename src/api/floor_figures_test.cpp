// What the floor plan adds to figures: who came in, and what it goes on without. And addresses of its
// cameras.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_site.h"
#include "base/time.h"
#include "domain/plan.h"
#include "records/path_store.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class FloorFiguresTest : public SiteTest {
  protected:
    Json get(const std::string& target) { return Json::parse(site_.ask("GET", target).body, nullptr, false); }
    static std::string code_of(const TestAnswer& answer) {
        const Json json = Json::parse(answer.body, nullptr, false);
        return json.is_object() && json.contains("error") ? json["error"]["code"].get<std::string>()
                                                          : answer.body;
    }
};

TEST_F(FloorFiguresTest, TwoCamerasCannotHaveOneAddress) {
    ASSERT_EQ(site_
                  .ask("POST", "/api/cameras",
                       R"({"name": "Door", "address": "rtsp://10.0.0.7/stream1", "user": "viewer",
                            "password": "s3cret-word"})")
                  .status,
              201);
    const TestAnswer again =
        site_.ask("POST", "/api/cameras",
                  R"({"name": "Yard", "address": "RTSP://10.0.0.7:554/stream1", "user": "other"})");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(code_of(again), "same_address");
    EXPECT_THAT(again.body, HasSubstr("Door"));
    EXPECT_THAT(again.body, Not(HasSubstr("s3cret-word")));
    EXPECT_EQ(site_.services().shop_records.cameras()->size(), 1U);
    ASSERT_EQ(
        site_.ask("POST", "/api/cameras", R"({"name": "Yard", "address": "rtsp://10.0.0.7/stream2"})").status,
        201);
    EXPECT_EQ(code_of(site_.ask("PATCH", "/api/cameras/yard", R"({"address": "rtsp://10.0.0.7/stream1"})")),
              "same_address");
    EXPECT_EQ(site_.shop.camera("yard")->settings.address, "rtsp://10.0.0.7/stream2");
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/yard", R"({"name": "Back yard"})").status, 200);
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"udp": true})").status, 200) << "its own";
}

TEST_F(FloorFiguresTest, EntriesAreThoseOfTheFloorPlanWhereItHasAnEntrance) {
    const UtcTime now = site_.services().now();
    records::PathNews news;
    news.entries = {{1, now - std::chrono::hours(48), false},
                    {2, now - std::chrono::minutes(2), false},
                    {3, now - std::chrono::minutes(1), false}};
    ASSERT_TRUE(site_.services().paths.put(news));
    const auto entered = [&](const std::string& fields) {
        const Json buckets = get("/api/counts?bucket=day" + fields)["buckets"];
        EXPECT_EQ(buckets.size(), 1U);
        return buckets[0]["entered"];
    };
    EXPECT_TRUE(entered("").is_null()) << "there is no plan";
    Plan plan;
    plan.doors = {{"store", {0, 0}, {1, 0}, DoorUse::kStaff}};
    ASSERT_TRUE(site_.shop.set_plan(plan, now));
    EXPECT_TRUE(entered("").is_null()) << "no visitor comes by the staff's door";
    plan.doors.push_back({"main", {2, 0}, {3, 0}, DoorUse::kEntrance});
    ASSERT_TRUE(site_.shop.set_plan(plan, now));
    EXPECT_EQ(entered(""), 2);
    EXPECT_EQ(entered("&camera=plan"), 2);
    EXPECT_TRUE(entered("&camera=door").is_null());
    EXPECT_TRUE(entered("&sex=female").is_null());
}

TEST_F(FloorFiguresTest, MetricsHaveWhatTheFloorPlanGoesOnWithout) {
    EXPECT_THAT(site_.ask("GET", "/metrics").body, Not(HasSubstr("vitrina_floor"))) << "there is no plan";
    Plan plan;
    plan.cameras = {{"door", CameraCalibration{}}};
    ASSERT_TRUE(site_.shop.set_plan(plan, utc_now()));
    const std::string text = site_.ask("GET", "/metrics").body;
    for (const char* line : {"vitrina_floor_delay_seconds 0.5",
                             "vitrina_floor_pictures_dropped_total{camera=\"door\",why=\"late\"} 3",
                             "vitrina_floor_pictures_dropped_total{camera=\"door\",why=\"clock\"} 2",
                             "vitrina_floor_pictures_dropped_total{camera=\"door\",why=\"overflow\"} 1"})
        EXPECT_THAT(text, HasSubstr(line));
}

}  // namespace
}  // namespace vitrina::api
