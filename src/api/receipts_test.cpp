// Receipts over HTTP: taken once, refused with a clear reason, listed.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/test_site.h"

namespace vitrina::api {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

Json receipt(const std::string& id) {
    return {{"id", id},
            {"till", "1"},
            {"at", "2026-11-23T14:00:00+03:00"},
            {"currency", "RUB"},
            {"total_minor", 25'050},
            {"card", "2200 1234"},
            {"lines",
             {{{"sku", "4601"},
               {"name", "Молоко"},
               {"quantity", 2},
               {"price_minor", 8'000},
               {"amount_minor", 16'000}},
              {{"sku", "4602"}, {"quantity", 0.352}, {"amount_minor", 9'050}}}}};
}

class ReceiptsTest : public testing::Test {
  protected:
    ReceiptsTest() {
        site_.start();
        site_.add_users();
        EXPECT_EQ(site_.ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})")
                      .status,
                  200);
    }
    [[nodiscard]] TestAnswer add(const Json& json) const {
        return site_.ask("POST", "/api/receipts", json.dump());
    }
    [[nodiscard]] Json get(const std::string& target) const {
        return Json::parse(site_.ask("GET", target).body);
    }
    /// "STATUS CODE: MESSAGE" of what is wrong when the field is changed.
    [[nodiscard]] std::string refusal(const char* field, const Json& value) const {
        Json json = receipt("x");
        json[field] = value;
        const TestAnswer answer = add(json);
        const Json body = Json::parse(answer.body);
        if (!body.contains("error")) return answer.body;
        return fmt::format("{} {}: {}", answer.status, body["error"]["code"].get<std::string>(),
                           body["error"]["message"].get<std::string>());
    }

    TestSite site_;
};

TEST_F(ReceiptsTest, TheSameTwiceIsOneAndAnotherContentIsAConflict) {
    EXPECT_EQ(add(receipt("a")).status, 201);
    const TestAnswer again = add(receipt("a"));
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(Json::parse(again.body)["outcome"], "known");
    Json other = receipt("a");
    other["total_minor"] = 25'051;
    EXPECT_EQ(add(other).status, 409);
    EXPECT_EQ(get("/api/receipts")["total"], 1);
}

TEST_F(ReceiptsTest, WhatWasSentComesBackButForTheCardsNumber) {
    ASSERT_EQ(add(receipt("Чек/1")).status, 201);
    Json back = get("/api/receipts/%D0%A7%D0%B5%D0%BA%2F1");
    EXPECT_EQ(back["at"], "2026-11-23T11:00:00.000Z");
    EXPECT_EQ(back["kind"], "sale");
    EXPECT_EQ(back["lines"][1]["quantity"], 0.352);
    EXPECT_EQ(back["lines"][1]["price_minor"], 9'050);
    const auto card = back["card"].get<std::string>();
    EXPECT_THAT(card, testing::MatchesRegex("[0-9a-f]{32}"));
    ASSERT_EQ(add(receipt("b")).status, 201);
    EXPECT_EQ(get("/api/receipts/b")["card"], card);
    EXPECT_EQ(site_.ask("GET", "/api/receipts/c").status, 404);
}

TEST_F(ReceiptsTest, EachMistakeHasItsAnswer) {
    EXPECT_EQ(
        refusal("till", "9"),
        "422 unknown_till: till \"9\" is not known; add it (PUT /api/tills/...) and send the receipt again");
    EXPECT_THAT(refusal("at", "2026-11-23T12:10:01Z"), HasSubstr("422 from_the_future: at is 601 s ahead"));
    EXPECT_THAT(refusal("at", "noon"), HasSubstr("400 bad_request: at: must be an instant"));
    EXPECT_THAT(refusal("total_minor", -25'050), HasSubstr("422 negative: total_minor is -25050"));
    EXPECT_THAT(refusal("total_minor", 25'100), HasSubstr("422 wrong_sum"));
    EXPECT_THAT(refusal("total_minor", 250.5), HasSubstr("must be a whole number of minor units"));
    EXPECT_THAT(refusal("total_minor", 18'446'744'073'709'551'615U), HasSubstr("too large"));
    EXPECT_THAT(refusal("kind", "gift"), HasSubstr("kind: is sale or return"));
    EXPECT_THAT(refusal("colour", "red"), HasSubstr("colour: there is no such field"));
    EXPECT_THAT(refusal("id", nullptr), HasSubstr("422 bad_field: id is missing"));
    EXPECT_THAT(refusal("id", 7), HasSubstr("id: must be text"));
    EXPECT_THAT(refusal("lines", 7), HasSubstr("lines: must be a list"));
    EXPECT_THAT(refusal("lines", {{{"sku", "1"}}}), HasSubstr("lines[0].amount_minor: is missing"));
    EXPECT_THAT(refusal("lines", {{{"sku", "1"}, {"amount_minor", 25'050}, {"quantity", 0.0005}}}),
                HasSubstr("more than 3 decimals"));
    Json many = receipt("x");
    many["lines"] = Json::array();
    for (int i = 0; i < 1001; ++i)
        many["lines"].push_back({{"sku", "1"}, {"amount_minor", 0}});
    const TestAnswer refused = add(many);
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("too_many_lines"));
    EXPECT_EQ(get("/api/receipts")["total"], 0);
}

TEST_F(ReceiptsTest, TenMegabytesAreRefusedWithoutBeingRead) {
    EXPECT_EQ(site_.ask("POST", "/api/receipts", std::string(10 << 20, 'x')).status, 413);
    EXPECT_EQ(site_.ask("POST", "/api/receipts/batch", std::string(10 << 20, 'x')).status, 413);
    Json batch = {{"receipts", Json::array()}};
    for (int i = 0; i < 1001; ++i)
        batch["receipts"].push_back(1);
    EXPECT_EQ(site_.ask("POST", "/api/receipts/batch", batch.dump()).status, 413);
}

TEST_F(ReceiptsTest, ABatchKeepsWhatIsGood) {
    Json bad = receipt("c");
    bad["till"] = "9";
    const Json batch = {{"receipts", {receipt("b"), 5, receipt("a"), bad, receipt("a")}}};
    const TestAnswer answer = site_.ask("POST", "/api/receipts/batch", batch.dump());
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json json = Json::parse(answer.body);
    EXPECT_EQ(json["added"], 2);
    EXPECT_EQ(json["known"], 1);
    ASSERT_EQ(json["refused"].size(), 2U);
    EXPECT_EQ(json["refused"][0]["index"], 1);
    EXPECT_EQ(json["refused"][0]["code"], "bad_field");
    EXPECT_EQ(json["refused"][1]["id"], "c");
    EXPECT_EQ(json["refused"][1]["code"], "unknown_till");
    EXPECT_EQ(site_.ask("POST", "/api/receipts/batch", batch.dump()).status, 200);
    EXPECT_EQ(get("/api/receipts?sort=at&till=1")["total"], 2);
}

TEST_F(ReceiptsTest, ATillsTokenMayOnlyAddReceipts) {
    const Json made =
        Json::parse(site_.ask("POST", "/api/tokens", R"({"name": "till", "scope": "receipts"})").body);
    const std::string headers = "Authorization: Bearer " + made["token"].get<std::string>() +
                                "\r\nContent-Type: application/json\r\n";
    TestClient client(site_.port());
    EXPECT_EQ(client.request("POST", "/api/receipts", headers, receipt("a").dump()).status, 201);
    for (const auto* const target : {"/api/receipts", "/api/receipts/a", "/api/shop", "/metrics"}) {
        const TestAnswer refused = client.request("GET", target, headers);
        EXPECT_EQ(refused.status, 403) << target;
        EXPECT_THAT(refused.body, HasSubstr("receipts_only_token"));
    }
    EXPECT_EQ(client.request("PUT", "/api/tills/2", headers, "{}").status, 403);
}

TEST_F(ReceiptsTest, AsOneTable) {
    ASSERT_EQ(add(receipt("=a")).status, 201);
    const TestAnswer table = site_.ask("GET", "/api/receipts.csv");
    EXPECT_EQ(table.status, 200);
    EXPECT_THAT(table.body, HasSubstr("id,till,at,kind,currency,total,card,lines\r\n"));
    EXPECT_THAT(table.body, HasSubstr("'=a,1,2026-11-23T11:00:00.000Z,sale,RUB,250.50,"));
    EXPECT_EQ(site_.ask("GET", "/api/receipts?kind=gift").status, 400);
}

TEST_F(ReceiptsTest, ConversionHasVisitorsSalesAndDepartments) {
    using std::chrono::minutes;
    site_.add_facts({test_visit("v1", "milk", 1, minutes(70), minutes(5)),
                     test_visit("v2", "milk", 2, minutes(69), minutes(5)),
                     test_visit("v3", "till", 1, minutes(62), minutes(3))});
    ASSERT_EQ(add(receipt("a")).status, 201);
    ASSERT_TRUE(site_.services().matches.save("1", test_now() - minutes(120), test_now(), 1,
                                              std::vector<records::MatchRecord>{{1, "v3", 1, 0.9}},
                                              std::nullopt));
    const Json json = get("/api/conversion");
    EXPECT_EQ(json["visitors_are"], "people");
    EXPECT_EQ(json["total"]["visitors"], 2);
    EXPECT_EQ(json["total"]["matched"], 1);
    EXPECT_EQ(json["total"]["sales_minor"], 25'050);
    EXPECT_EQ(json["total"]["conversion"]["share"], 0.5);
    EXPECT_LT(json["total"]["conversion"]["low"], 0.15);
    EXPECT_GT(json["total"]["conversion"]["high"], 0.85);
    ASSERT_EQ(json["departments"].size(), 2U);
    EXPECT_EQ(json["departments"][0]["zone"], "milk");
    EXPECT_EQ(json["departments"][0]["buyers"], 1);
    EXPECT_EQ(json["departments"][0]["conversion"]["share"], 0.5);
    int sales = 0;
    for (const Json& bucket : json["buckets"])
        sales += bucket["sales"].get<int>();
    EXPECT_EQ(sales, 1);
    EXPECT_EQ(json["buckets"][0]["conversion"], nullptr);  // nobody came
    EXPECT_EQ(get("/api/receipts/a")["buyer"]["visit"], "v3");
    EXPECT_EQ(get("/api/goods")["goods"][0]["sku"], "4601");
    EXPECT_EQ(site_.ask("GET", "/api/conversion?bucket=year").status, 400);
    EXPECT_EQ(site_.ask("GET", "/api/conversion?from=1990-01-01T00:00:00Z").status, 400);
}

TEST_F(ReceiptsTest, TillsAreChecked) {
    EXPECT_EQ(site_.ask("PUT", "/api/tills/2", R"({"camera": "door"})").status, 422);
    EXPECT_EQ(site_.ask("PUT", "/api/tills/2", "{}").status, 200);
    EXPECT_EQ(get("/api/tills")["tills"].size(), 2U);
    EXPECT_EQ(site_.ask("DELETE", "/api/tills/2").status, 204);
    EXPECT_EQ(site_.ask("DELETE", "/api/tills/2").status, 404);
}

}  // namespace
}  // namespace vitrina::api
