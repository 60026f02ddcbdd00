#include "domain/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using testing::HasSubstr;

const char* const kGood = R"({
  "version": "march",
  "plan": {"width_m": 20, "depth_m": 12.5},
  "zones": [{"name": "Касса", "polygon": [[1, 1], [3.5, 1], [3, 3]]}],
  "lines": [{"name": "door", "from": [0.5, 12], "to": [2.5, 12]}],
  "walls": [{"from": [0, 0], "to": [20, 0]}],
  "doors": [{"name": "main", "from": [0.5, 12.5], "to": [2.5, 12.5]},
            {"name": "store", "from": [20, 3], "to": [20, 4], "use": "staff"}],
  "fixtures": [{"name": "shelf A", "polygon": [[5, 5], [9, 5], [9, 6], [5, 6]], "height_m": 1.8}],
  "cameras": [{"camera": "cam-1", "calibration": {"width": 1280, "height": 720, "focal_px": 900,
      "center": [640, 360], "k1": -0.05, "place": [-0.2, 0], "height_m": 2.9, "pan_deg": 45, "tilt_deg": 25,
      "roll_deg": 1, "error_m": 0.08}}, {"camera": "cam-2"}]
})";

std::string with(const std::string& rest) {
    return R"({"plan": {"width_m": 10, "depth_m": 10}, )" + rest + "}";
}

std::string error_of(const std::string& json) {
    const auto plan = parse_plan(json, "shop.json");
    return plan ? std::string() : plan.error().message;
}

TEST(PlanFile, ReadsAPlan) {
    const auto plan = parse_plan(kGood, "shop.json");
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->version, "march");
    EXPECT_EQ(plan->depth_m, 12.5);
    EXPECT_EQ(plan->zones.at(0).name, "Касса");
    EXPECT_EQ(plan->walls.at(0).to, (Point{20, 0}));
    EXPECT_EQ(plan->doors.at(0).use, DoorUse::kEntrance);
    EXPECT_EQ(plan->doors.at(1).use, DoorUse::kStaff);
    EXPECT_EQ(plan->fixtures.at(0).height_m, 1.8);
    ASSERT_TRUE(plan->cameras.at(0).calibration);
    EXPECT_EQ(plan->cameras.at(0).calibration->place, (Point{-0.2, 0}));
    EXPECT_FALSE(plan->cameras.at(1).calibration);
    EXPECT_EQ(floor_layout(*plan).width, 20);
}

TEST(PlanFile, WritesWhatItReads) {
    const auto plan = parse_plan(kGood, "shop.json");
    ASSERT_TRUE(plan);
    const std::string text = to_json(*plan);
    const auto again = parse_plan(text, "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), text);
    EXPECT_EQ(again->cameras.at(0).calibration, plan->cameras.at(0).calibration);
}

TEST(PlanFile, ACameraHangsSomewhereBeforeItIsCalibrated) {
    const std::string text = with(R"("cameras": [{"camera": "door", "place": [-0.5, 3], "pan_deg": 90}])");
    const auto plan = parse_plan(text, "a");
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_TRUE(plan->cameras.at(0).stand);
    EXPECT_FALSE(plan->cameras.at(0).calibration);
    EXPECT_EQ(plan->cameras.at(0).stand->place, (Point{-0.5, 3}));
    EXPECT_EQ(plan->cameras.at(0).stand->pan_deg, 90);
    const auto again = parse_plan(to_json(*plan), "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), to_json(*plan));
    EXPECT_THAT(error_of(with(R"("cameras": [{"camera": "door", "pan_deg": 90}])")),
                HasSubstr("cameras[0]: says where it looks, but not its place"));
    EXPECT_THAT(error_of(with(R"("cameras": [{"camera": "door", "place": [1, 2, 3]}])")),
                HasSubstr("cameras[0].place: must be a point [x, y]"));
    EXPECT_THAT(error_of(with(R"("cameras": [{"camera": "door", "place": [1, 2], "pan_deg": 400}])")),
                HasSubstr("cameras[0].pan_deg"));
    EXPECT_THAT(error_of(with(R"("cameras": [{"camera": "door", "place": [1, 2], "calibration": {"width": 640,
        "height": 480, "focal_px": 500, "place": [1, 2], "height_m": 3, "pan_deg": 0, "tilt_deg": 20}}])")),
                HasSubstr("has a place twice"));
}

TEST(PlanFile, AnEmptyRectangleIsAPlan) {
    EXPECT_TRUE(parse_plan(R"({"plan": {"width_m": 10, "depth_m": 8}})", "a"));
}

TEST(PlanFile, ADrawingLiesSomewhereBelowIt) {
    const std::string text =
        R"({"plan": {"width_m": 10, "depth_m": 8, "drawing": "ab12", "drawing_at": [-1.5, 2], "drawing_width_m": 14}})";
    const auto plan = parse_plan(text, "a");
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->drawing, "ab12");
    EXPECT_EQ(plan->drawing_at, (Point{-1.5, 2}));
    EXPECT_EQ(plan->drawing_width_m, 14);
    const auto again = parse_plan(to_json(*plan), "again");
    ASSERT_TRUE(again);
    EXPECT_EQ(to_json(*again), to_json(*plan));
    EXPECT_EQ(error_of(R"({"plan": {"width_m": 10, "depth_m": 8, "drawing_width_m": 0}})"),
              "shop.json: plan.drawing_width_m: must be from 0.5 to 5000, not 0");
    EXPECT_THAT(error_of(R"({"plan": {"width_m": 10, "depth_m": 8, "drawing_at": 3}})"),
                HasSubstr("plan.drawing_at: must be [x, y]"));
}

TEST(PlanFile, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(error_of(R"({"plan": {"width_m": 0, "depth_m": 8}})"),
              "shop.json: plan.width_m: must be from 0.5 to 1000, not 0");
    EXPECT_THAT(error_of(with(R"("doors": [{"name": "a", "from": [0, 0], "to": [1, 0], "use": "exit"}])")),
                HasSubstr(R"(doors[0] "a".use: must be entrance, staff or inner, not "exit")"));
    EXPECT_THAT(error_of(with(R"("walls": [{"from": [0, 0], "to": [11, 0]}])")),
                HasSubstr("walls[0].to: [11,0] is outside the plan of 10 x 10"));
    EXPECT_THAT(error_of(with(R"("cameras": [{"camera": "a"}, {"camera": "a"}])")),
                HasSubstr("cameras[1]: another of the cameras has this id already"));
    EXPECT_THAT(error_of(with(R"("cameras": [{"camera": "a", "calibration": {"width": 10}}])")),
                HasSubstr("the key \"focal_px\" is missing"));
    EXPECT_THAT(error_of(with(R"("fixtures": [{"name": "a", "polygon": [[0, 0], [1, 0], [0, 1], [1, 1]]}])")),
                HasSubstr("polygon crosses itself"));
}

}  // namespace
}  // namespace vitrina
