// Staff and customers over the interface: marking, who may, and figures of customers only.
#include <gtest/gtest.h>

#include "api/test_site.h"
#include "domain/event_json.h"
#include "pipeline/people_watch.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;

class PeopleApi : public testing::Test {
  protected:
    PeopleApi() {
        site_.start();
        site_.add_users();
    }
    void come(PersonId person) {
        pipeline::BodyLook look;
        look.camera = "door";
        look.person = person;
        look.at = test_now();
        look.description = {static_cast<float>(person) / 10, 0.25F};
        look.jpeg = {0xff, 0xd8, 0xff};
        site_.services().people->look(std::move(look));
    }
    Json ask(std::string_view method, const std::string& target, std::string_view body = "",
             int status = 200) {
        const TestAnswer answer = site_.ask(method, target, body);
        EXPECT_EQ(answer.status, status) << target << ": " << answer.body;
        return Json::parse(answer.body, nullptr, false);
    }

    TestSite site_;
};

TEST_F(PeopleApi, MarksLabelVisitsAndLeaveStaffOut) {
    site_.add_facts({test_visit("visit-1", "till", 1, std::chrono::minutes(5), std::chrono::seconds(9)),
                     test_visit("visit-2", "till", 2, std::chrono::minutes(4), std::chrono::seconds(9))});
    come(1);
    EXPECT_EQ(ask("GET", "/api/visits?who=customers")["total"], 2);
    ask("PUT", "/api/people/1/mark", R"({"label": "staff", "name": "Ann"})");
    ASSERT_TRUE(site_.services().people->settle(std::chrono::seconds(10)));
    EXPECT_EQ(ask("GET", "/api/visits?who=customers")["total"], 1);
    EXPECT_EQ(ask("GET", "/api/visits")["total"], 2);
    const Json visits = ask("GET", "/api/visits?sort=begin")["visits"];
    EXPECT_EQ(visits[0]["label"], "staff");
    EXPECT_EQ(visits[0]["label_confidence"], 1);
    EXPECT_EQ(visits[1]["label"], nullptr);
    EXPECT_EQ(ask("GET", "/api/counts?who=customers&bucket=day")["buckets"][0]["zones"][0]["visits"], 1);
    const Json people = ask("GET", "/api/people");
    EXPECT_EQ(people["people"][0]["mark"], "staff");
    EXPECT_EQ(people["people"][0]["name"], "Ann");
    EXPECT_EQ(people["lesson"]["staff"], 1);
    EXPECT_EQ(people["lesson"]["used"], false);
    ask("PUT", "/api/people/1/mark", R"({"label": null})");
    ASSERT_TRUE(site_.services().people->settle(std::chrono::seconds(10)));
    EXPECT_EQ(ask("GET", "/api/visits?who=customers")["total"], 2);
    EXPECT_EQ(ask("GET", "/api/shop")["staff"], "untaught");
}

TEST_F(PeopleApi, WhatFacesSayStandsAtVisitsAndFigures) {
    LiveEvent traits = test_visit("traits-1", "", 1, std::chrono::minutes(5), std::chrono::seconds(0));
    traits.event.fact = Traits{1, Sex::kFemale, 34, 26, 42, std::get<Visit>(traits.event.fact).begin};
    site_.add_facts({test_visit("visit-1", "till", 1, std::chrono::minutes(5), std::chrono::seconds(9)),
                     test_visit("visit-2", "till", 2, std::chrono::minutes(4), std::chrono::seconds(9)),
                     traits});
    const Json visits = ask("GET", "/api/visits?sort=begin")["visits"];
    EXPECT_EQ(visits[0]["sex"], "female");
    EXPECT_EQ(visits[0]["age_low"], 26);
    EXPECT_EQ(visits[0]["age_high"], 42);
    EXPECT_EQ(visits[1]["sex"], nullptr);
    EXPECT_EQ(visits[1]["age"], nullptr);
    EXPECT_EQ(ask("GET", "/api/visits?sex=female")["total"], 1);
    EXPECT_EQ(ask("GET", "/api/visits?sex=male")["total"], 0);
    EXPECT_EQ(ask("GET", "/api/visits?age_min=25&age_max=44")["total"], 1);
    EXPECT_EQ(ask("GET", "/api/visits?age_min=45")["total"], 0);
    const std::string bins = "/api/counts?bucket=day&sex=female";
    EXPECT_EQ(ask("GET", bins)["buckets"][0]["zones"][0]["visits"], 1);
    ask("GET", "/api/visits?sex=both", "", 400);
    ask("GET", "/api/visits?age_min=50&age_max=20", "", 400);
    ask("GET", "/api/visits?age_min=-1", "", 400);
}

TEST_F(PeopleApi, PicturesAreForThoseWhoDrawAndMark) {
    come(1);
    const std::string look = "/api/people/1/look.jpg?at=2026-11-23T12:00:00Z";
    EXPECT_EQ(site_.ask_as(Role::kManager, "GET", look).status, 200);
    for (const Role role : {Role::kAnalyst, Role::kGuard, Role::kStaff}) {
        EXPECT_EQ(site_.ask_as(role, "GET", look).status, 403);
        EXPECT_EQ(site_.ask_as(role, "GET", "/api/people").status, 403);
        EXPECT_EQ(site_.ask_as(role, "PUT", "/api/people/1/mark", R"({"label": "staff"})").status, 403);
        EXPECT_EQ(site_.ask_as(role, "DELETE", "/api/taught").status, 403);
    }
}

TEST_F(PeopleApi, SaysWhatIsWrong) {
    come(1);
    ask("GET", "/api/people/1/look.jpg", "", 400);
    ask("GET", "/api/people/2/look.jpg?at=2026-11-23T12:00:00Z", "", 404);
    ask("GET", "/api/people/x/look.jpg?at=2026-11-23T12:00:00Z", "", 404);
    ask("PUT", "/api/people/1/mark", R"({"label": "thief"})", 400);
    ask("PUT", "/api/people/1/mark", R"({"label": "customer", "name": "Bob"})", 400);
    ask("PUT", "/api/people/2/mark", R"({"label": "customer"})", 404);
    ask("DELETE", "/api/taught/5", "", 404);
    ask("GET", "/api/visits?who=robots", "", 400);
    ask("GET", "/api/queues?who=robots", "", 400);
}

TEST_F(PeopleApi, WhereNobodysLooksAreKeptItSaysSo) {
    site_.services().people = nullptr;
    site_.start();
    site_.sign_in_users();
    EXPECT_EQ(ask("GET", "/api/people", "", 409)["error"]["code"], "people_off");
    EXPECT_EQ(ask("GET", "/api/shop")["staff"], "off");
}

}  // namespace
}  // namespace vitrina::api
