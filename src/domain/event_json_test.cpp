#include "domain/event_json.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "source_dir.h"

namespace vitrina {
namespace {

using Json = nlohmann::json;

Event event_of(Fact fact) {
    return {event_id("shop-1", "cam-1", fact), 1, "shop-1", "cam-1", "v1", 0.8125, std::move(fact)};
}

const Visit kVisit{3, "picture", instant_at(23.2), instant_at(44.3)};
const Crossing kCrossing{3, "door", Direction::kIn, instant_at(12.4)};
const Occupancy kOccupancy{"table", 2, instant_at(7)};
const Touch kTouch{3, "A", "top", Side::kLeft, instant_at(5.1), instant_at(6)};
const Queue kQueue{"queue 1", 4, from_seconds(95), instant_at(60)};
const Wait kWait{3, "queue 1", instant_at(61.5), instant_at(143), WaitEnd::kServed};
const Service kService{3, "till-1", instant_at(143), instant_at(190.5)};
const Traits kTraits{3, Sex::kFemale, 34, 26, 42, instant_at(143.4)};

TEST(EventJson, WritesFieldsInAFixedOrder) {
    EXPECT_EQ(to_json_line(event_of(kVisit)),
              R"({"v":1,"kind":"visit","id":")" + event_id("shop-1", "cam-1", kVisit) +
                  R"(","rev":1,"shop":"shop-1","camera":"cam-1","layout":"v1","confidence":0.812,)"
                  R"("person":3,"zone":"picture","begin_s":23.200,"end_s":44.300})");
    EXPECT_NE(
        to_json_line(event_of(kCrossing)).find(R"("person":3,"line":"door","direction":"in","at_s":12.400})"),
        std::string::npos);
    EXPECT_NE(to_json_line(event_of(kOccupancy)).find(R"("zone":"table","people":2,"at_s":7.000})"),
              std::string::npos);
}

TEST(EventJson, TimesHaveThreeDecimalsWhateverTheirSize) {
    const auto at = [](SourceTime time) { return to_json_line(event_of(Occupancy{"z", 0, time})); };
    EXPECT_NE(at(SourceTime(std::chrono::microseconds(499))).find("\"at_s\":0.000}"), std::string::npos);
    EXPECT_NE(at(SourceTime(std::chrono::microseconds(1999999))).find("\"at_s\":2.000}"), std::string::npos);
    EXPECT_NE(at(instant_at(31536000.001)).find("\"at_s\":31536000.001}"), std::string::npos);
    EXPECT_NE(at(instant_at(-0.5)).find("\"at_s\":-0.500}"), std::string::npos);
}

TEST(EventJson, EscapesNamesAndSurvivesBadOnes) {
    Event event = event_of(Visit{1, "Касса \"1\"\n", {}, {}});
    event.shop = "a\xFF";
    const Json parsed = Json::parse(to_json_line(event));
    EXPECT_EQ(parsed["zone"], "Касса \"1\"\n");
    EXPECT_EQ(parsed["shop"], "a\xEF\xBF\xBD");
    EXPECT_EQ(to_json_line(event).find('\n'), std::string::npos);
}

TEST(EventJson, ConfidenceIsAlwaysANumberFromZeroToOne) {
    Event event = event_of(kVisit);
    for (const double value : {std::numeric_limits<double>::quiet_NaN(), -1.0, 2.0}) {
        event.confidence = value;
        const double written = Json::parse(to_json_line(event))["confidence"];
        EXPECT_TRUE(written >= 0 && written <= 1);
    }
}

TEST(EventJson, IdsStayWhenAFactIsCorrected) {
    Visit longer = kVisit;
    longer.end = instant_at(60);
    EXPECT_EQ(event_id("s", "c", longer), event_id("s", "c", kVisit));
    EXPECT_EQ(event_id("s", "c", Occupancy{"table", 3, instant_at(7)}), event_id("s", "c", kOccupancy));
    // As written by every version from now on: records and forwarded events are joined by it.
    EXPECT_EQ(event_id("shop-1", "cam-1", kVisit).size(), std::string("visit-").size() + 16);
}

TEST(EventJson, IdsOfDifferentFactsDiffer) {
    Visit other_person = kVisit;
    other_person.person = 4;
    Visit other_zone = kVisit;
    other_zone.zone = "table";
    Visit later = kVisit;
    later.begin += std::chrono::milliseconds(1);
    Crossing out = kCrossing;
    out.direction = Direction::kOut;
    std::set<std::string> ids;
    for (const Fact& fact : {Fact(kVisit), Fact(other_person), Fact(other_zone), Fact(later), Fact(kCrossing),
                             Fact(out), Fact(kOccupancy), Fact(kTouch)})
        for (const auto& [shop, camera] : {std::pair("s", "c"), {"s", "d"}, {"sc", ""}, {"", "sc"}})
            EXPECT_TRUE(ids.insert(event_id(shop, camera, fact)).second);
}

/// The schema's keywords that docs/events uses: required, additionalProperties, properties' type, const,
/// enum, minimum, maximum.
void expect_valid(const Json& value, const Json& schema) {
    for (const Json& key : schema["required"])
        EXPECT_TRUE(value.contains(key.get<std::string>())) << key;
    for (const auto& [key, field] : value.items()) {
        ASSERT_TRUE(schema["properties"].contains(key)) << key << " is not in the schema";
        const Json& rule = schema["properties"][key];
        const std::string type = rule.value("type", "");
        EXPECT_TRUE((type == "string" && field.is_string()) ||
                    (type == "integer" && field.is_number_integer()) ||
                    (type == "number" && field.is_number()))
            << key;
        EXPECT_EQ(field, rule.value("const", field)) << key;
        EXPECT_GE(field, rule.value("minimum", field)) << key;
        EXPECT_LE(field, rule.value("maximum", field)) << key;
        if (!rule.contains("enum")) continue;
        EXPECT_NE(std::find(rule["enum"].begin(), rule["enum"].end(), field), rule["enum"].end()) << field;
    }
}

TEST(EventJson, IsWhatTheSchemasSay) {
    for (const Fact& fact : {Fact(kVisit), Fact(kCrossing), Fact(kOccupancy), Fact(kTouch), Fact(kQueue),
                             Fact(kWait), Fact(kService), Fact(kTraits)}) {
        const std::string kind(kind_of(fact));
        std::ifstream file(VITRINA_SOURCE_DIR "/docs/events/" + kind + ".schema.json");
        ASSERT_TRUE(file) << kind;
        const Json schema = Json::parse(file);
        EXPECT_EQ(schema["additionalProperties"], false);
        expect_valid(Json::parse(to_json_line(event_of(fact))), schema);
        ASSERT_FALSE(schema["examples"].empty());
        for (const Json& example : schema["examples"])
            expect_valid(example, schema);
    }
}

}  // namespace
}  // namespace vitrina
