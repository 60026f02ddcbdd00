// A simulated shop beside the real one: other addresses, other answers, and all of them say what they are.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_site.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

class SimulatedTest : public testing::Test {
  protected:
    void begin() {
        Services services = site_.services();
        services.shop_name = "made-up corner";
        services.simulation = [] { return SimulationProgress{14, 3, false}; };
        services.sites = {{"made-up corner", "/simulated", true}, {"Corner shop", "", false}};
        site_.services().sites = services.sites;
        site_.simulated.emplace(services);
        site_.add_users();
        site_.start();
    }
    Json get(const std::string& target) { return Json::parse(site_.ask("GET", target).body, nullptr, false); }

    TestSite site_;
};

TEST_F(SimulatedTest, EveryAnswerSaysSoAndNoneOfTheRealShopDoes) {
    begin();
    const Json made_up = get("/simulated/api/shop");
    EXPECT_EQ(made_up["simulated"], true);
    EXPECT_EQ(made_up["name"], "made-up corner");
    EXPECT_EQ(made_up["simulation"]["done"], 3);
    const Json real = get("/api/shop");
    EXPECT_FALSE(real.contains("simulated"));
    EXPECT_EQ(real["name"], "Corner shop");
    EXPECT_TRUE(real["simulation"].is_null());
    EXPECT_EQ(real["sites"], made_up["sites"]);
    for (const char* path :
         {"/api/now", "/api/cameras", "/api/visits", "/api/queues/forecast", "/api/rules"}) {
        const TestAnswer answer = site_.ask("GET", std::string("/simulated") + path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.headers.at("x-vitrina-simulated"), "true") << path;
        EXPECT_EQ(Json::parse(answer.body)["simulated"], true) << path;
        EXPECT_FALSE(site_.ask("GET", path).headers.contains("x-vitrina-simulated")) << path;
    }
    const TestAnswer file = site_.ask("GET", "/simulated/api/visits.csv");
    EXPECT_THAT(file.headers.at("content-disposition"), HasSubstr("filename=\"simulated-visits.csv\""));
    EXPECT_THAT(site_.ask("GET", "/api/visits.csv").headers.at("content-disposition"),
                HasSubstr("filename=\"visits.csv\""));
    // A mistake is one of the simulated shop, too.
    EXPECT_EQ(get("/simulated/api/cameras/none")["simulated"], true);
    EXPECT_EQ(get("/simulated/api/cameras/none")["error"]["code"], "not_found");
}

TEST_F(SimulatedTest, AsksForTheSameRights) {
    begin();
    EXPECT_EQ(TestClient(site_.port()).request("GET", "/simulated/api/now").status, 401);
    EXPECT_EQ(site_.ask_as(Role::kStaff, "GET", "/simulated/api/visits").status, 403);
    const std::string headers = site_.headers_of(Role::kAdministrator);
    const std::string no_forgery =
        headers.substr(0, headers.find("\r\n") + 2) + "Content-Type: application/json\r\n";
    EXPECT_EQ(TestClient(site_.port()).request("POST", "/simulated/api/rules", no_forgery, "{}").status, 403);
}

TEST_F(SimulatedTest, IsNotThereWhereThereIsNone) {
    site_.add_users();
    site_.start();
    EXPECT_EQ(site_.ask("GET", "/simulated/api/shop").status, 404);
    EXPECT_EQ(get("/api/shop")["sites"], Json::array());
}

}  // namespace
}  // namespace vitrina::api
