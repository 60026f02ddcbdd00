// What was sold, where it lies, who had his hands on it, and who bought: over HTTP.
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "api/test_site.h"
#include "domain/path.h"
#include "pipeline/shop_clock.h"

namespace vitrina::api {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

/// 11:00 UTC, 14:00 by the shop's clock.
UtcTime opened() {
    return test_now() - minutes(60);
}

LiveEvent fact(const std::string& id, const Fact& what, seconds after, seconds lasting = seconds(0)) {
    LiveEvent event = test_visit(id, "", 1, minutes(60) - after, lasting);
    event.event.fact = what;
    return event;
}

/// A picture of 8 by 4 metres: dairy on its left, tools on its right, a shelf at the top of each.
Layout halls() {
    Layout layout;
    layout.version = "2026-11-23.1";
    layout.width = 800;
    layout.height = 400;
    layout.zones = {{"dairy", {{0, 0}, {400, 0}, {400, 400}, {0, 400}}, ZoneKind::kDepartment, {}},
                    {"tools", {{400, 0}, {800, 0}, {800, 400}, {400, 400}}, ZoneKind::kDepartment, {}}};
    layout.lines = {{"entrance", {0, 390}, {800, 390}}};
    layout.shelves = {{"milk shelf", {{0, 0}, {300, 0}, {300, 40}, {0, 40}}, {}},
                      {"tool shelf", {{500, 0}, {700, 0}, {700, 40}, {500, 40}}, {}}};
    return layout;
}

/// From a place a second to the next, so many of them.
records::PathPiece walk(PersonId person, Point from, double step_px, int count) {
    records::PathPiece piece{"door", person, {}, opened() + seconds(count)};
    for (int i = 0; i < count; ++i) {
        Sighting sighting;
        sighting.person = person;
        sighting.at = pipeline::from_utc(opened() + seconds(i));
        sighting.place = {from.x + step_px * i, from.y};
        sighting.body_height = 170;
        sighting.score = 0.9;
        piece.points.push_back(point_of(sighting, PathScale::of_picture(800)));
    }
    return piece;
}

/// A woman stands at the milk for half a minute and pays, a man at the tools for twenty seconds; somebody
/// walks through and is gone. Three receipts, of which one is known to be the woman's.
class GoodsTest : public SiteTest {
  protected:
    GoodsTest() {
        EXPECT_TRUE(site_.shop.set_layout("door", halls(), opened()));
        records::PathNews news;
        news.pieces = {walk(1, {150, 100}, 0, 31), walk(2, {600, 100}, 0, 21), walk(3, {100, 350}, 100, 7)};
        EXPECT_TRUE(site_.services().paths.put(news));
        LiveEvent at_till = test_visit("v1", "till", 1, minutes(60) - seconds(20), seconds(10));
        site_.add_facts({at_till, test_visit("v2", "tools", 2, minutes(60), seconds(20)),
                         fact("t1", Traits{1, Sex::kFemale, 30, 26, 38, {}}, seconds(1)),
                         fact("t2", Traits{2, Sex::kMale, 50, 42, 58, {}}, seconds(1)),
                         fact("c1", Crossing{1, "entrance", Direction::kIn, {}}, seconds(0)),
                         fact("c3", Crossing{3, "entrance", Direction::kIn, {}}, seconds(0)),
                         fact("c4", Crossing{3, "entrance", Direction::kOut, {}}, seconds(20)),
                         fact("h1", Touch{1, "milk shelf", "top", Side::kLeft, {}, SourceTime(seconds(2))},
                              seconds(5), seconds(2))});
        ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
        buy("a", {"4601"});
        buy("b", {"4601", "7001"});
        buy("c", {"9999"});
    }
    void buy(const std::string& id, const std::vector<std::string>& skus) {
        Json lines = Json::array();
        for (const std::string& sku : skus)
            lines.push_back({{"sku", sku}, {"name", "goods " + sku}, {"amount_minor", 500}});
        ask("POST", "/api/receipts",
            Json{{"id", id},
                 {"till", "1"},
                 {"at", to_text(opened() + seconds(28))},
                 {"currency", "RUB"},
                 {"total_minor", 500 * skus.size()},
                 {"lines", lines}}
                .dump(),
            201);
    }
    void place_goods() {
        ask("PUT", "/api/planogram", "sku,shelf,section,name,price\n4601,milk shelf,top,Milk,5.00\n");
    }
    void know_buyer() {
        ASSERT_TRUE(site_.services().matches.save("1", opened(), test_now(), 1,
                                                  std::vector<records::MatchRecord>{{1, "v1", 1, 0.9}},
                                                  std::nullopt));
    }
    Json space(const std::string& rest = "") { return ask("GET", "/api/space?camera=door" + rest); }
    double heat_s(const std::string& rest) {
        const Json heat = ask("GET", "/api/heat?camera=door" + rest);
        return std::accumulate(heat["seconds"].begin(), heat["seconds"].end(), 0.0,
                               [](double sum, const Json& cell) { return sum + cell.get<double>(); });
    }
    /// Without the mark of its encoding.
    std::string table(const std::string& target) {
        const TestAnswer answer = site_.ask("GET", target);
        EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
        return answer.body.size() > 3 ? answer.body.substr(3) : answer.body;
    }
};

TEST_F(GoodsTest, WhatWasSoldReachesTheFloorByThePlanogram) {
    EXPECT_EQ(space()["sales"], nullptr) << "nobody said where goods lie";
    EXPECT_FALSE(space()["zones"][0].contains("bought"));
    place_goods();
    const Json json = space();
    EXPECT_EQ(json["sales"]["receipts"], 3);
    EXPECT_EQ(json["sales"]["amount_minor"], 2000);
    EXPECT_EQ(json["sales"]["unplaced"], 2);
    EXPECT_EQ(json["sales"]["currency"], "RUB");
    EXPECT_EQ(json["zones"][0]["zone"], "dairy");
    EXPECT_EQ(json["zones"][0]["stopped"], 1);
    EXPECT_EQ(json["zones"][0]["bought"], 2);
    EXPECT_EQ(json["zones"][1]["bought"], nullptr) << "nothing is known to lie there";
    EXPECT_EQ(json["fixtures"][0]["receipts"], 2);
    EXPECT_EQ(json["fixtures"][0]["sold"], 2);
    EXPECT_EQ(json["fixtures"][0]["amount_minor"], 1000);
    EXPECT_EQ(json["fixtures"][1]["receipts"], nullptr);
    EXPECT_EQ(space("&hours=3")["sales"], nullptr) << "receipts of other hours";
    EXPECT_THAT(table("/api/space.csv?camera=door&table=fixtures"),
                HasSubstr("milk shelf,1,1,1,0.008,2,2,1000"));
}

TEST_F(GoodsTest, WhoPaidIsKnownByReceipts) {
    EXPECT_EQ(space()["zones"][0]["paid_later"], nullptr) << "no till is known to be in the picture";
    know_buyer();
    const Json zones = space()["zones"];
    EXPECT_EQ(zones[0]["paid_later"], 1);
    EXPECT_EQ(zones[1]["paid_later"], 0);
}

TEST_F(GoodsTest, TheFloorIsAskedForBySexAgeAndHour) {
    place_goods();
    know_buyer();
    EXPECT_EQ(space()["people"], 3);
    const Json women = space("&sex=female");
    EXPECT_EQ(women["people"], 1);
    EXPECT_EQ(women["zones"][0]["bought"], 1) << "the receipt that is known to be hers";
    EXPECT_EQ(space("&age_min=45")["zones"][1]["stopped"], 1);
    EXPECT_EQ(space("&hours=3")["people"], 0);
    site_.add_facts({fact("l2", Label{2, WhoIs::kStaff, LabelBy::kMark, {}}, seconds(1))});
    EXPECT_EQ(space()["people"], 2);
    EXPECT_EQ(space("&who=all")["people"], 3);
    ask("GET", "/api/space?camera=door&sex=both", "", 400);
}

TEST_F(GoodsTest, SoIsHeatAsFarAsPathsAreKept) {
    EXPECT_EQ(heat_s(""), 0) << "no hour was summed up";
    EXPECT_NEAR(heat_s("&sex=female"), 30, 0.2);
    EXPECT_NEAR(heat_s("&sex=male&age_min=45"), 20, 0.2);
    EXPECT_NEAR(heat_s("&hours=14"), 30 + 20 + 6, 0.5);
    EXPECT_EQ(heat_s("&hours=15"), 0);
    site_.add_facts({fact("l2", Label{2, WhoIs::kStaff, LabelBy::kMark, {}}, seconds(1))});
    EXPECT_NEAR(heat_s("&who=customers"), 30 + 6, 0.5);
    ask("GET", "/api/heat?camera=door&hours=25", "", 400);
    ask("GET", "/api/heat?camera=door&hours=14&from=2026-01-01T00:00:00Z", "", 400);
}

TEST_F(GoodsTest, WhoIsGoneWithinAMinuteAndStoppedNowhereBounced) {
    const Json bounce = space()["bounce"];
    EXPECT_EQ(bounce["entered"], 2);
    EXPECT_EQ(bounce["bounced"], 1);
    EXPECT_EQ(bounce["share"]["share"], 0.5);
    Layout without_door = halls();
    without_door.lines.clear();
    ASSERT_TRUE(site_.shop.set_layout("door", without_door, opened()));
    EXPECT_EQ(space()["bounce"], nullptr);
}

TEST_F(GoodsTest, ATouchIsTiedToGoods) {
    place_goods();
    const Json touches = ask("GET", "/api/touches")["touches"];
    ASSERT_EQ(touches.size(), 1U);
    EXPECT_EQ(touches[0]["goods"], Json::parse(R"([{"sku": "4601", "name": "Milk"}])"));
    EXPECT_EQ(touches[0]["goods_count"], 1);
    EXPECT_THAT(table("/api/touches.csv"), HasSubstr(",4601,"));
    const Json places = ask("GET", "/api/planogram")["places"];
    EXPECT_EQ(places[0]["section"], "top");
    EXPECT_EQ(places[0]["price_minor"], 500);
}

TEST_F(GoodsTest, ConversionOfGroupsAndMoreReceiptsThanVisitors) {
    know_buyer();
    const Json json = ask("GET", "/api/conversion");
    EXPECT_EQ(json["total"]["visitors"], 2);
    EXPECT_EQ(json["total"]["sales"], 3);
    EXPECT_EQ(json["total"]["conversion"], nullptr) << "3 of 2 is no share";
    std::vector<std::string> told;
    for (const Json& group : json["groups"])
        if (group["people"] > 0)
            told.push_back(fmt::format("{} {} {}/{} {:g}", group["sex"].get<std::string>(),
                                       group["age_from"].get<int>(), group["buyers"].get<int>(),
                                       group["people"].get<int>(),
                                       group["conversion"]["share"].get<double>()));
    EXPECT_THAT(told, ElementsAre("female 25 1/1 1", "male 45 0/1 0"));
}

TEST_F(GoodsTest, WhoPassesTwoCamerasIsOneVisitor) {
    LiveEvent again = fact("t3", Traits{7, Sex::kFemale, 31, 26, 38, {}}, seconds(9));
    again.event.camera = "hall";
    site_.add_facts({again});
    const Json all = ask("GET", "/api/visitors/mix");
    EXPECT_EQ(all["camera"], "door");
    EXPECT_EQ(all["cameras"], 2);
    EXPECT_EQ(all["people"], 2);
    const Json hall = ask("GET", "/api/visitors/mix?camera=hall");
    EXPECT_EQ(hall["camera"], "hall");
    EXPECT_EQ(hall["people"], 1);
    const Json nobody = ask("GET", "/api/visitors/mix?sex=female&age_min=90");
    EXPECT_EQ(nobody["camera"], nullptr);
    EXPECT_EQ(nobody["people"], 0);
}

TEST_F(GoodsTest, EveryTableIsAFile) {
    know_buyer();
    EXPECT_THAT(table("/api/goods.csv"), StartsWith("sku,name,receipts,quantity,amount_minor\r\n4601,"));
    EXPECT_THAT(table("/api/goods.csv?table=pairs"),
                StartsWith("first,second,receipts,lift\r\n4601,7001,1,1.5\r\n"));
    EXPECT_THAT(table("/api/conversion.csv?table=departments"), HasSubstr("\r\ndoor,tools,1,0,0,0,"));
    EXPECT_THAT(table("/api/conversion.csv?table=groups"), HasSubstr("\r\nfemale,25,44,1,1,1,"));
    EXPECT_THAT(table("/api/conversion.csv?bucket=day"), HasSubstr(",2,3,0,1,2000,0,4,,,\r\n"));
    EXPECT_THAT(table("/api/counts.csv?bucket=day"), HasSubstr(",door,tools,1,1,20,20\r\n"));
    EXPECT_THAT(table("/api/counts.csv?bucket=day&table=lines"), HasSubstr(",door,entrance,2,1\r\n"));
    EXPECT_THAT(table("/api/queues.csv"), StartsWith("camera,queue,length,"));
    EXPECT_THAT(table("/api/queues.csv?table=bins&minutes=60"), StartsWith("camera,queue,from,"));
    EXPECT_THAT(table("/api/alarms.csv"), StartsWith("id,raised,ended,rule,"));
    EXPECT_THAT(table("/api/visitors/mix.csv"), HasSubstr("\r\nage,0,24,"));
    const Json refused = ask("GET", "/api/goods.csv?table=prices", "", 400);
    EXPECT_THAT(refused["error"]["message"].get<std::string>(), HasSubstr("goods, pairs"));
    ask("GET", "/api/goods.csv?colour=red", "", 400);
}

TEST_F(GoodsTest, GoalsAreKeptByWeekday) {
    const Json none = ask("GET", "/api/goals")["goals"];
    ASSERT_EQ(none.size(), 7U);
    EXPECT_EQ(none[0],
              (Json{{"weekday", 1}, {"entries", nullptr}, {"sales", nullptr}, {"conversion", nullptr}}));
    ask("PUT", "/api/goals", R"({"goals": [{"weekday": 6, "entries": 400, "conversion": 0.35}]})");
    const Json goals = ask("GET", "/api/goals")["goals"];
    EXPECT_EQ(goals[5]["entries"], 400);
    EXPECT_EQ(goals[5]["conversion"], 0.35);
    EXPECT_EQ(goals[5]["sales"], nullptr);
    EXPECT_EQ(goals[6]["entries"], nullptr);
    for (const char* const wrong :
         {R"({"goals": [{"weekday": 8}]})", R"({"goals": [{"weekday": 1}, {"weekday": 1}]})",
          R"({"goals": [{"weekday": 1, "entries": 1.5}]})", R"({"goals": [{"weekday": 1, "sales": 0}]})",
          R"({"goals": [{"weekday": 1, "conversion": 1.2}]})", R"({"goals": [{"weekday": 1, "visits": 3}]})",
          R"({"goals": [7]})"})
        ask("PUT", "/api/goals", wrong, 422);
    ask("PUT", "/api/goals", R"({"goals": 7})", 400);
    EXPECT_EQ(ask("GET", "/api/goals")["goals"][5]["entries"], 400) << "what was refused changed nothing";
}

}  // namespace
}  // namespace vitrina::api
