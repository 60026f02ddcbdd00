#include "rules/rule_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/picture_trouble.h"
#include "rules/sentence.h"

namespace vitrina::rules {
namespace {

using testing::HasSubstr;

std::string error_of(const char* json) {
    const auto rule = parse_rule(json);
    return rule ? "" : rule.error().message;
}

TEST(RuleJson, WhatIsWrittenIsReadTheSame) {
    const auto rule =
        parse_rule(R"({"name": "Очередь", "measure": "people", "camera": "door", "place": "till",
        "above": true, "limit": 5, "lasting_s": 60, "severity": "urgent", "channels": [1, 2], "again_after_s": 600,
        "hours": {"from": "09:00", "to": "21:30", "weekdays": [1, 2, 6]}, "quiet": {"from": "22:00", "to": "06:00"},
        "escalate_after_s": 120, "escalate_to": [3]})");
    ASSERT_TRUE(rule) << rule.error().message;
    EXPECT_EQ(rule->hours.from_minute, 540);
    EXPECT_EQ(rule->hours.weekdays, 0b0100011);
    EXPECT_EQ(rule->quiet->to_minute, 360);
    EXPECT_EQ(rule->severity, Severity::kUrgent);
    EXPECT_EQ(*parse_rule(to_json(*rule)), *rule);
    const auto least = parse_rule(R"({"name": "x", "measure": "camera_down_s"})");
    ASSERT_TRUE(least);
    EXPECT_EQ(*parse_rule(to_json(*least)), *least);
}

TEST(RuleJson, EachMistakeIsTold) {
    EXPECT_THAT(error_of("["), HasSubstr("must be an object"));
    EXPECT_EQ(error_of(R"({"measure": "people"})"), "name: is missing");
    EXPECT_EQ(error_of(R"({"name": "x", "measure": "noise"})"), "measure: is none that is known");
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "lasting_s": -1})"),
                HasSubstr("lasting_s: is a whole"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "lasting_s": 1.5})"), HasSubstr("lasting_s"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "limit": 1e300})"), HasSubstr("limit"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "limit": "5"})"), HasSubstr("limit"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "severity": "bad"})"), HasSubstr("severity"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "channels": [1, 1]})"), HasSubstr("channels"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "colour": 1})"),
                HasSubstr("colour: there is no"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "hours": {"from": "24:00"}})"),
                HasSubstr("hours.from: is a time of day"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "hours": {"weekdays": [8]}})"),
                HasSubstr("hours.weekdays"));
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "people", "quiet": 5})"),
                HasSubstr("quiet.: must be an object"));
}

TEST(RuleJson, SentencesSayWhatWhereAndTheLimit) {
    Rule rule;
    rule.name = "Queue";
    rule.limit = 5;
    EXPECT_EQ(sentence_of(rule, "door", "till 1", 6), "Queue: 6 people at till 1, camera door (limit 5)");
    rule.measure = Measure::kCameraDown;
    rule.limit = 30;
    EXPECT_EQ(sentence_of(rule, "door", "", 31.4),
              "Queue: no usable picture for 31 s at camera door (limit 30)");
    rule.measure = Measure::kCameraTrouble;
    EXPECT_EQ(sentence_of(rule, "door", "clock_apart", 44.7),
              "Queue: clock_apart for 45 s at camera door (limit 30)");
}

TEST(RuleJson, ATroubleIsOneThatCamerasCanHave) {
    for (const PictureTrouble trouble : kPictureTroubles) {
        const std::string name(to_text(trouble));
        const auto rule =
            parse_rule(R"({"name": "x", "measure": "camera_trouble_s", "place": ")" + name + "\"}");
        ASSERT_TRUE(rule) << name;
        EXPECT_EQ(*parse_rule(to_json(*rule)), *rule);
    }
    EXPECT_TRUE(parse_rule(R"({"name": "x", "measure": "camera_trouble_s"})")) << "any";
    EXPECT_THAT(error_of(R"({"name": "x", "measure": "camera_trouble_s", "place": "till 1"})"),
                HasSubstr("place: is one of frozen, black"));
}

}  // namespace
}  // namespace vitrina::rules
