// Customers and campaigns over HTTP: from receipts and lists to figures, and what is refused.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "api/test_site.h"

namespace vitrina::api {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::json;

class BuyersTest : public testing::Test {
  protected:
    BuyersTest() {
        site_.start();
        site_.add_users();
        EXPECT_EQ(site_.ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})")
                      .status,
                  200);
    }
    void buy(const std::string& card, UtcTime at, const std::string& sku = "4601", int total_minor = 1000) {
        const Json receipt = {
            {"id", fmt::format("r{}", ++receipts_)},
            {"till", "1"},
            {"at", to_text(at)},
            {"currency", "RUB"},
            {"total_minor", total_minor},
            {"card", card},
            {"lines", {{{"sku", sku}, {"name", "goods " + sku}, {"amount_minor", total_minor}}}}};
        const TestAnswer answer = site_.ask("POST", "/api/receipts", receipt.dump());
        ASSERT_EQ(answer.status, 201) << answer.body;
    }
    [[nodiscard]] Json get(const std::string& target) const {
        const TestAnswer answer = site_.ask("GET", target);
        EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
        return Json::parse(answer.body, nullptr, false);
    }
    /// "STATUS CODE: MESSAGE" of a refusal.
    [[nodiscard]] std::string refusal(const char* method, const std::string& target,
                                      const std::string& body) const {
        const TestAnswer answer = site_.ask(method, target, body);
        const Json json = Json::parse(answer.body, nullptr, false);
        if (!json.is_object() || !json.contains("error")) return std::to_string(answer.status);
        return fmt::format("{} {}: {}", answer.status, json["error"]["code"].get<std::string>(),
                           json["error"]["message"].get<std::string>());
    }
    [[nodiscard]] std::int64_t add_campaign(const std::string& target, UtcTime begin, UtcTime end) const {
        const Json json = {{"name", "leaflet"},       {"target", target},    {"area", "the block"},
                           {"begin", to_text(begin)}, {"end", to_text(end)}, {"cost_minor", 10'000}};
        const TestAnswer answer = site_.ask("POST", "/api/campaigns", json.dump());
        EXPECT_EQ(answer.status, 201) << answer.body;
        return Json::parse(answer.body)["id"];
    }
    /// So many come in by the door, once crossings_ are added to the site.
    void come(UtcTime at, int people) {
        for (int i = 0; i < people; ++i) {
            const PersonId number = std::ssize(crossings_) + 1;
            LiveEvent event = test_visit(fmt::format("in-{}", number), "", number, test_now() - at, {});
            event.event.fact = Crossing{number, "entrance", Direction::kIn, SourceTime()};
            crossings_.push_back(event);
        }
    }

    TestSite site_;
    int receipts_ = 0;
    std::vector<LiveEvent> crossings_;
};

TEST_F(BuyersTest, TellsCustomersByTheirCards) {
    for (int week = 1; week <= 8; ++week)
        buy("anna", test_now() - days(7 * week), "4601", 5000);
    buy("ben", test_now() - days(200));
    buy("", test_now() - days(1));
    const Json buyers = get("/api/buyers?bucket=month");
    EXPECT_EQ(buyers["currency"], "RUB");
    EXPECT_EQ(buyers["sales"], 10);
    EXPECT_EQ(buyers["sales_with_card"], 9);
    EXPECT_EQ(buyers["all"]["customers"], 2);
    EXPECT_EQ(buyers["segments"][5]["segment"], "lost");
    EXPECT_EQ(buyers["segments"][5]["customers"], 1);
    const Json customers = get("/api/customers?sort=-spent");
    ASSERT_EQ(customers["total"], 2);
    const std::string anna = customers["customers"][0]["customer"];
    EXPECT_THAT(anna, testing::MatchesRegex("[0-9a-f]{32}")) << "nobody reads the card's number";
    EXPECT_EQ(customers["customers"][0]["purchases"], 8);
    EXPECT_EQ(get("/api/customers?segment=lost")["total"], 1);
    EXPECT_EQ(get("/api/customers/" + anna)["receipts"].size(), 8U);
    const Json look = get("/api/privacy/looks")["looks"][0];
    EXPECT_EQ(look["what"], "looked at the purchases of a customer");
    EXPECT_EQ(look["who"], "owner");
    EXPECT_EQ(get("/api/customers/" + anna + "?limit=3")["receipts"].size(), 3U);
    EXPECT_THAT(site_.ask("GET", "/api/customers.csv").body, HasSubstr(anna));
    EXPECT_THAT(site_.ask("GET", "/api/buyers.csv?table=cohorts").body, HasSubstr("month,customers,month_0"));
    EXPECT_THAT(refusal("GET", "/api/customers?segment=rich", ""), HasSubstr("segment="));
    EXPECT_THAT(refusal("GET", "/api/buyers?bucket=hour", ""), HasSubstr("bucket="));
    EXPECT_THAT(refusal("GET", "/api/buyers?from=1990-01-01T00:00:00Z&bucket=day", ""),
                HasSubstr("more than 400"));
    EXPECT_THAT(refusal("GET", "/api/customers/nobody", ""), HasSubstr("404"));
    EXPECT_EQ(refusal("DELETE", "/api/customers/" + anna, ""), "204");
    EXPECT_EQ(get("/api/customers")["total"], 1);
    EXPECT_EQ(get("/api/buyers")["sales"], 10) << "what was sold stays sold";
}

TEST_F(BuyersTest, WhoBoughtBeforeTheSpanIsNotNew) {
    buy("anna", test_now() - days(100));
    buy("anna", test_now() - days(5));
    buy("ben", test_now() - days(5));
    const std::string span = "from=" + to_text(test_now() - days(20));
    EXPECT_EQ(get("/api/customers?" + span)["total"], 2);
    EXPECT_EQ(get("/api/customers?segment=new&" + span)["total"], 1);
}

TEST_F(BuyersTest, FollowsAListToTheTill) {
    const UtcTime begin = test_now() - days(7);
    // Forty customers came once a week; of the twenty addressed all came twice in the last one.
    for (int customer = 0; customer < 40; ++customer) {
        for (int week = 1; week <= 3; ++week)
            buy(fmt::format("c{}", customer), begin - days(7 * week) + hours(customer % 24 + 1));
        buy(fmt::format("c{}", customer), begin + hours(30));
        if (customer < 20) buy(fmt::format("c{}", customer), begin + hours(60), "4602", 2000);
    }
    const std::int64_t id = add_campaign("list", begin, test_now() + days(1));
    std::string list = "Card;Consent\n";
    for (int customer = 0; customer < 20; ++customer)
        list += fmt::format("c{};{}\n", customer, customer < 2 ? "yes" : "no");
    const std::string path = fmt::format("/api/campaigns/{}", id);
    const Json kept = Json::parse(site_.ask("PUT", path + "/audience", list).body);
    EXPECT_EQ(kept["kept"], 20);
    const Json effect = get(path + "/effect")["effect"];
    const Json& customers = effect["customers"];
    EXPECT_EQ(effect["is_over"], false);
    EXPECT_EQ(customers["addressed"], 20);
    EXPECT_EQ(customers["buyers"], 20);
    EXPECT_EQ(customers["controls"], "others");
    EXPECT_EQ(customers["purchases"]["known"], "yes");
    EXPECT_NEAR(customers["purchases"]["brought"].get<double>(), 20, 1e-6);
    EXPECT_NEAR(customers["spent_minor"]["brought"].get<double>(), 40'000, 1e-3);
    EXPECT_NEAR(effect["return_on_spend"]["value"].get<double>(), 4, 1e-6);
    EXPECT_EQ(customers["after_median_s"], 30 * 3600);
    EXPECT_EQ(effect["goods"][0]["customers"], 20);
    const Json listed = get(path + "/customers");
    EXPECT_EQ(listed["total"], 2) << "only of those who agreed";
    EXPECT_EQ(listed["customers"][0]["bought"], "yes");
    EXPECT_EQ(listed["customers"][0]["purchases"], 2);
    EXPECT_THAT(site_.ask("GET", path + "/customers.csv").body, HasSubstr("customer,exposed,visited,bought"));
    EXPECT_THAT(site_.ask("GET", path + "/effect.csv").body,
                HasSubstr("purchases_of_customers,yes,40,20,20"));
    EXPECT_EQ(refusal("DELETE", path, ""), "204");
    EXPECT_THAT(refusal("GET", path + "/effect", ""), HasSubstr("404"));
}

TEST_F(BuyersTest, UnderstandsHashesOfCards) {
    buy("77", test_now() - hours(1));
    const std::int64_t id = add_campaign("list", test_now() - days(1), test_now() + days(1));
    const std::string path = fmt::format("/api/campaigns/{}", id);
    // printf 77 | sha256sum
    const std::string hash = "a88a7902cb4ef697ba0b6759c50e8c10297ff58f942243de19b984841bfe1f73";
    EXPECT_EQ(site_.ask("PUT", path + "/audience?consent=all", "card_sha256\n" + hash + "\n").status, 200);
    EXPECT_EQ(get(path + "/customers")["customers"][0]["bought"], "yes");
    // The card may also be shown later than the list was sent.
    EXPECT_EQ(
        site_
            .ask(
                "POST", "/api/web-events",
                R"({"events": [{"card_sha256": "78838d164395f2fda61f0d91b8b66a8d3a61881887dfabcfa26274c0f4dde3c2",
                                        "at": "2026-11-23T09:00:00Z", "page": "/milk"}]})")
            .status,
        200);
    EXPECT_EQ(get("/api/online")["all"]["in_shop"], 0);
    buy("illustrious", test_now() - hours(1));
    EXPECT_EQ(get("/api/online")["all"]["in_shop"], 1);
}

TEST_F(BuyersTest, MeasuresACampaignForEverybodyAtTheDoor) {
    const UtcTime begin = *parse_instant("2026-11-15T21:00:00Z");  // a Monday, midnight in Moscow
    for (int day = 0; day < 5; ++day) {
        come(begin + days(day) + hours(12), 15);
        for (int week = 1; week <= 3; ++week)
            come(begin + days(day - 7 * week) + hours(12), 9 + week % 2 + day % 2);
    }
    site_.add_facts(crossings_);
    const std::int64_t id = add_campaign("area", begin, begin + days(5));
    const Json effect = get(fmt::format("/api/campaigns/{}/effect", id))["effect"];
    EXPECT_EQ(effect["is_over"], true);
    EXPECT_EQ(effect["weeks_before"], 3);
    EXPECT_EQ(effect["visitors_are"], "entries");
    EXPECT_EQ(effect["visitors"]["known"], "yes");
    EXPECT_EQ(effect["visitors"]["observed"], 75);
    EXPECT_NEAR(effect["visitors"]["expected"].get<double>(), 5 * (29.0 / 3) + 2, 0.01);
    EXPECT_EQ(effect["customers"], nullptr);
    EXPECT_EQ(effect["return_on_spend"], nullptr) << "nothing was sold";
    const std::int64_t later = add_campaign("everybody", test_now() + days(1), test_now() + days(2));
    EXPECT_EQ(get(fmt::format("/api/campaigns/{}/effect", later))["effect"], nullptr);
}

TEST_F(BuyersTest, DaysOnWhichTheShopIsClosedAreLeftOut) {
    site_.services().hours.closed = {*parse_calendar_day("2026-11-10"), *parse_calendar_day("2026-11-19")};
    site_.start();
    const UtcTime begin = *parse_instant("2026-11-15T21:00:00Z");  // a Monday, midnight in Moscow
    for (int day = 0; day < 5; ++day) {
        if (day != 3) come(begin + days(day) + hours(12), 15);  // Thursday is a holiday
        for (int week = 1; week <= 3; ++week)
            if (day != 1 || week != 1)  // as was the Tuesday of the week before
                come(begin + days(day - 7 * week) + hours(12), 9 + week % 2 + day % 2);
    }
    site_.add_facts(crossings_);
    const std::int64_t id = add_campaign("area", begin, begin + days(5));
    const Json effect = get(fmt::format("/api/campaigns/{}/effect", id))["effect"];
    EXPECT_EQ(effect["weeks_before"], 3);
    EXPECT_EQ(effect["visitors"]["known"], "yes");
    EXPECT_EQ(effect["visitors"]["observed"], 60);
    EXPECT_NEAR(effect["visitors"]["expected"].get<double>(), 3 * (29.0 / 3) + 10.5, 0.01);
}

TEST_F(BuyersTest, ALongCampaignIsComparedWithWeeksBeforeItsBegin) {
    const UtcTime begin = *parse_instant("2026-10-18T21:00:00Z");  // a Monday, midnight in Moscow
    for (int day = 0; day < 30; ++day)
        come(begin + days(day) + hours(12), 15);
    for (int day = 0; day < 7; ++day)
        for (int week = 1; week <= 3; ++week)
            come(begin + days(day - 7 * week) + hours(12), 9 + week % 2 + day % 2);
    come(begin - days(22) + hours(12), 10);  // of the fourth week before only a Sunday is known
    buy("", begin - days(4));                // tills are known for a week only
    site_.add_facts(crossings_);
    const std::int64_t id = add_campaign("area", begin, begin + days(30));
    const Json effect = get(fmt::format("/api/campaigns/{}/effect", id))["effect"];
    EXPECT_EQ(effect["weeks_before"], 3);
    EXPECT_EQ(effect["visitors"]["known"], "yes");
    EXPECT_EQ(effect["visitors"]["observed"], 450);
    EXPECT_NEAR(effect["visitors"]["expected"].get<double>(), 30 * (29.0 / 3) + 13, 0.01);
    EXPECT_EQ(effect["sales"]["known"], "too_short");
}

TEST_F(BuyersTest, RefusesWhatIsNoCampaign) {
    const auto add = [&](const char* field, const Json& value) {
        Json json = {{"name", "x"},
                     {"target", "area"},
                     {"area", "the block"},
                     {"begin", "2026-11-01T00:00:00Z"},
                     {"end", "2026-11-08T00:00:00Z"}};
        json[field] = value;
        return refusal("POST", "/api/campaigns", json.dump());
    };
    EXPECT_THAT(add("name", ""), HasSubstr("name"));
    EXPECT_THAT(add("target", "moon"), HasSubstr("unsuitable_campaign: \"target\""));
    EXPECT_THAT(add("area", ""), HasSubstr("\"area\" is missing"));
    EXPECT_THAT(add("end", "2026-11-01T00:00:00Z"), HasSubstr("not after"));
    EXPECT_THAT(add("end", "2028-11-01T00:00:00Z"), HasSubstr("366 days"));
    EXPECT_THAT(add("begin", nullptr), HasSubstr("must be there"));
    EXPECT_THAT(add("cost_minor", -1), HasSubstr("cost_minor"));
    EXPECT_THAT(add("cost_minor", 1.5), HasSubstr("cost_minor"));
    EXPECT_THAT(add("colour", "red"), HasSubstr("unknown field"));
    const std::string path =
        fmt::format("/api/campaigns/{}", add_campaign("list", test_now(), test_now() + days(1)));
    EXPECT_THAT(refusal("PUT", path + "/audience", "name\nAnna\n"), HasSubstr("no column \"card\""));
    EXPECT_THAT(refusal("PUT", path + "/audience", "card\n"),
                HasSubstr("unsuitable_table: list: there is nobody"));
    EXPECT_THAT(refusal("PUT", path + "/audience", "card_sha256\nxyz\n"), HasSubstr("line 2"));
    EXPECT_THAT(refusal("PUT", "/api/campaigns/99/audience", "card\n7\n"), HasSubstr("404"));
    EXPECT_THAT(refusal("PUT", "/api/campaigns/x", R"({"name": "x", "target": "everybody",
                "begin": "2026-11-01T00:00:00Z", "end": "2026-11-02T00:00:00Z"})"),
                HasSubstr("404"));
    EXPECT_THAT(refusal("DELETE", "/api/campaigns/99", ""), HasSubstr("404"));
    EXPECT_THAT(refusal("PUT", "/api/planogram", "sku\n1\n"), HasSubstr("no column \"shelf\""));
    EXPECT_THAT(refusal("PUT", "/api/planogram", "sku,shelf\n,x\n"), HasSubstr("line 2: the sku is missing"));
    EXPECT_THAT(refusal("POST", "/api/web-events", R"({"events": 7})"), HasSubstr("must be a list"));
}

TEST_F(BuyersTest, SaysWhichWebEventsWereNotTaken) {
    const auto outcome = Json::parse(site_
                                         .ask("POST", "/api/web-events", R"({"events": [
        {"card": "77", "at": "2026-11-20 10:00", "page": "/milk"},
        {"card": "77", "at": "2026-11-20 10:00", "page": "/milk"},
        {"at": "2026-11-20 10:00", "page": "/milk"}, 5,
        {"card": "77", "at": "soon", "page": "/milk"},
        {"card": "77", "at": "2026-11-20 10:00"}]})")
                                         .body);
    EXPECT_EQ(outcome["kept"], 1);
    EXPECT_EQ(outcome["known"], 1);
    EXPECT_EQ(outcome["refused"], 4);
    EXPECT_THAT(outcome["problems"].get<std::vector<std::string>>(),
                ElementsAre("event 2: it does not say who", "event 3: is no object", HasSubstr("event 4: at"),
                            "event 5: there is neither page nor sku"));
    EXPECT_EQ(get("/api/online")["kept"]["first"], "2026-11-20T07:00:00.000Z") << "by the shop's clock";
    EXPECT_EQ(site_.ask("DELETE", "/api/web-events").status, 204);
    EXPECT_EQ(get("/api/online")["kept"]["events"], 0);
}

}  // namespace
}  // namespace vitrina::api
