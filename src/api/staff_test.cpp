// The day of those who work in the shop: who may see whom, and that what is asked for is what happened.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_site.h"
#include "domain/event_json.h"

namespace vitrina::api {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

/// From `before` minutes before noon for so many.
LiveEvent event(Fact fact, int before, int lasting) {
    Event head;
    head.id = event_id("shop", "door", fact);
    head.shop = "shop";
    head.camera = "door";
    head.confidence = 1;
    head.fact = std::move(fact);
    const UtcTime begin = test_now() - minutes(before);
    return {std::move(head), begin, begin + minutes(lasting)};
}

SourceTime source(int before) {
    return SourceTime(minutes(10'000 - before));
}

LiveEvent work(PersonId person, Activity activity, int before, int lasting) {
    return event(Work{person, activity, "", source(before), source(before - lasting)}, before, lasting);
}

class StaffApi : public testing::Test {
  protected:
    void SetUp() override {
        site_.services().staff_names = [] {
            return std::map<std::int64_t, std::string>{{4, "Anna"}, {7, "Anna"}, {9, "Boris"}};
        };
        site_.add_users();
        site_.start();
        site_.add_facts({event(Label{101, WhoIs::kStaff, LabelBy::kMark, source(180), 4}, 180, 0),
                         event(Label{102, WhoIs::kStaff, LabelBy::kMark, source(60), 7}, 60, 0),
                         event(Label{201, WhoIs::kStaff, LabelBy::kModel, source(180)}, 180, 0),
                         work(101, Activity::kFloor, 180, 60), work(102, Activity::kTill, 60, 58),
                         work(201, Activity::kIdle, 180, 20),
                         event(Talk{1, 101, "wine", Approach::kStaff, std::chrono::seconds(30), 0.8,
                                    source(170), source(160)},
                               170, 10),
                         event(Stand{1, "wine", source(171), source(160)}, 171, 11),
                         event(Stand{2, "wine", source(171), source(160)}, 171, 11)});
    }
    Json get(const std::string& target, Role role = Role::kManager) {
        const TestAnswer answer = site_.ask_as(role, "GET", target);
        EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
        return Json::parse(answer.body, nullptr, false);
    }

    TestSite site_;
};

TEST_F(StaffApi, OneNameIsOneMemberHoweverOftenHeWasMarked) {
    const Json staff = get("/api/staff");
    EXPECT_EQ(staff["names_shown"], true);
    ASSERT_EQ(staff["days"].size(), 1U);
    const Json& day = staff["days"][0];
    ASSERT_EQ(day["members"].size(), 2U);
    EXPECT_EQ(day["members"][0]["name"], "");
    const Json& anna = day["members"][1];
    EXPECT_EQ(anna["name"], "Anna");
    EXPECT_EQ(anna["member"], 4);
    EXPECT_EQ(anna["numbers"], 2);
    EXPECT_EQ(anna["here"], true);
    EXPECT_EQ(anna["spent"]["floor_s"], 50 * 60);
    EXPECT_EQ(anna["spent"]["talking_s"], 10 * 60);
    EXPECT_EQ(anna["breaks"].size(), 1U);
    EXPECT_EQ(anna["talks"]["waited"]["median_s"], 30);
    EXPECT_EQ(day["customers"], 2);
    EXPECT_EQ(day["served"], 1);
    EXPECT_NEAR(day["served_share"]["share"].get<double>(), 0.5, 1e-9);
    EXPECT_TRUE(staff["whole"]["members"][1]["stretches"].empty());
}

TEST_F(StaffApi, NightsAreNoTimeAway) {
    constexpr int kDay = 24 * 60;
    site_.add_facts(
        {work(101, Activity::kFloor, kDay + 180, 60), work(101, Activity::kFloor, kDay + 60, 30)});
    const Json staff = get("/api/staff?from=2026-11-22T00:00:00Z&to=2026-11-23T12:00:00Z");
    const auto away = [](const Json& of) {
        double sum = 0;
        for (const Json& member : of["members"])
            if (member["name"] == "Anna") sum += member["away_s"].get<double>();
        return sum;
    };
    double of_days = 0;
    for (const Json& day : staff["days"])
        of_days += away(day);
    EXPECT_DOUBLE_EQ(away(staff["whole"]), of_days);
    EXPECT_GT(of_days, 0);
    EXPECT_LT(of_days, 5 * 3600);
}

TEST_F(StaffApi, WhoMayNotKnowNamesSeesTheTeamAlone) {
    const Json staff = get("/api/staff", Role::kAnalyst);
    EXPECT_EQ(staff["names_shown"], false);
    EXPECT_TRUE(staff["days"][0]["members"].empty());
    EXPECT_TRUE(staff["whole"]["members"].empty());
    EXPECT_EQ(staff["days"][0]["talks"]["talks"], 1);
    EXPECT_THAT(site_.ask_as(Role::kAnalyst, "GET", "/api/staff.csv").body, Not(HasSubstr("Anna")));
    EXPECT_EQ(get("/api/talks", Role::kAnalyst)["talks"][0]["staff"], "");
    EXPECT_EQ(get("/api/talks")["talks"][0]["staff"], "Anna");
    EXPECT_EQ(site_.ask_as(Role::kStaff, "GET", "/api/staff").status, 403);
    EXPECT_EQ(site_.ask_as(Role::kGuard, "GET", "/api/talks").status, 403);
}

TEST_F(StaffApi, TablesSayTheSame) {
    const std::string staff = site_.ask_as(Role::kManager, "GET", "/api/staff.csv").body;
    EXPECT_THAT(staff, HasSubstr("talk_median_s"));
    EXPECT_THAT(staff, HasSubstr(",4,Anna,"));
    const std::string talks = site_.ask_as(Role::kManager, "GET", "/api/talks.csv").body;
    EXPECT_THAT(talks, HasSubstr(",Anna,1,wine,staff,30,0.8,"));
}

TEST_F(StaffApi, WhoTurnsOutToBeACustomerIsGoneFromAllOfIt) {
    LiveEvent label = event(Label{101, WhoIs::kCustomer, LabelBy::kMark, source(180)}, 180, 0);
    label.event.revision = 2;
    site_.add_facts({label});
    const Json staff = get("/api/staff");
    EXPECT_EQ(staff["days"][0]["talks"]["talks"], 0);
    EXPECT_EQ(staff["days"][0]["members"][1]["numbers"], 1);
    EXPECT_TRUE(get("/api/talks")["talks"].empty());
}

TEST_F(StaffApi, TooFewTalksGiveNoEffect) {
    const Json effect = get("/api/staff/effect");
    EXPECT_EQ(effect["stands"], 2);
    EXPECT_EQ(effect["bought"]["known"], false);
    EXPECT_TRUE(effect["bought"]["added"].is_null());
    EXPECT_EQ(effect["bought"]["treated"], 1);
}

TEST_F(StaffApi, PeriodsAreChecked) {
    const auto refused = [&](const std::string& target) {
        const TestAnswer answer = site_.ask_as(Role::kManager, "GET", target);
        EXPECT_EQ(answer.status, 400) << target;
        return answer.body;
    };
    EXPECT_THAT(refused("/api/staff?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z"),
                HasSubstr("93 days"));
    EXPECT_THAT(refused("/api/staff/effect?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"),
                HasSubstr("before from="));
    EXPECT_THAT(refused("/api/talks?days=3"), HasSubstr("days"));
    EXPECT_TRUE(get("/api/staff?from=2026-11-23T12:00:00Z&to=2026-11-23T12:00:00Z")["days"].empty());
}

}  // namespace
}  // namespace vitrina::api
