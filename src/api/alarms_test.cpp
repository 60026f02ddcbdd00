// Rules, channels and alarms over HTTP.
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/alarm_feed.h"
#include "api/test_site.h"

namespace vitrina::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

class AlarmsTest : public testing::Test {
  protected:
    AlarmsTest() {
        site_.start();
        site_.add_users();
        pipeline::CameraSettings camera;
        camera.id = "door";
        EXPECT_TRUE(site_.shop.set_camera(camera));
        EXPECT_TRUE(site_.shop.set_layout("door", layout_with("till"), test_now()));
    }
    [[nodiscard]] static Layout layout_with(const std::string& zone) {
        Layout layout = whole_picture(640, 360);
        layout.zones.front().name = zone;
        Zone queue = layout.zones.front();
        queue.name = "queue 1";
        queue.kind = ZoneKind::kQueue;
        queue.till = "1";
        layout.zones.push_back(queue);
        layout.shelves.push_back({"tea", layout.zones.front().polygon, {}});
        return layout;
    }
    [[nodiscard]] Json get(const std::string& target) const {
        return Json::parse(site_.ask("GET", target).body);
    }
    [[nodiscard]] std::int64_t add_channel() const {
        const TestAnswer made = site_.ask(
            "POST", "/api/channels",
            R"({"name": "Guard", "kind": "webhook", "address": "https://example.com/x", "secret": "key"})");
        EXPECT_EQ(made.status, 201) << made.body;
        EXPECT_THAT(made.body, Not(HasSubstr("\"key\"")));
        return Json::parse(made.body)["id"];
    }
    [[nodiscard]] std::int64_t add_rule(std::int64_t channel) const {
        const TestAnswer made = site_.ask(
            "POST", "/api/rules",
            fmt::format(
                R"({{"name": "Queue", "measure": "people", "place": "till", "limit": 2, "channels": [{}]}})",
                channel));
        EXPECT_EQ(made.status, 201) << made.body;
        return Json::parse(made.body)["id"];
    }
    void see_two_at_the_till() {
        pipeline::LiveTracks tracks;
        tracks.camera = "door";
        tracks.at = test_now();
        tracks.people.push_back({1, {}, 0.9, {"till"}});
        tracks.people.push_back({2, {}, 0.9, {"till"}});
        site_.shop.tell_tracks(tracks);
    }
    Json wait_for_alarm() {
        for (int i = 0; i < 500; ++i) {
            Json alarms = get("/api/alarms")["alarms"];
            if (!alarms.empty()) return alarms[0];
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "no alarm";
        return {};
    }

    TestSite site_;
};

TEST_F(AlarmsTest, FromASightingToTheReceiverTheScreenAndTheAcknowledgement) {
    static_cast<void>(add_rule(add_channel()));
    TestClient screen(site_.port());
    screen.send("GET /api/alarms/live HTTP/1.1\r\nHost: t\r\n" + site_.headers_of(Role::kGuard) + "\r\n");
    screen.receive_until("event: hello");
    const auto began = std::chrono::steady_clock::now();
    see_two_at_the_till();
    EXPECT_THAT(screen.receive_until("\"escalated\""), HasSubstr("event: alarm"));
    for (int i = 0; i < 500 && site_.delivered().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
    ASSERT_EQ(site_.delivered().size(), 1U);
    EXPECT_THAT(site_.delivered()[0], HasSubstr("Guard key: Queue: 2 people at till, camera door (limit 2)"));

    const Json alarm = wait_for_alarm();
    EXPECT_EQ(alarm["acknowledged"], nullptr);
    const std::string target = "/api/alarms/" + alarm["id"].dump() + "/acknowledge";
    EXPECT_EQ(site_.ask_as(Role::kAnalyst, "POST", target, "{}").status, 403);
    const TestAnswer done = site_.ask_as(Role::kGuard, "POST", target, R"({"note": "opened till 2"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(Json::parse(done.body)["acknowledged_by"], "guard");
    EXPECT_THAT(screen.receive_until("opened till 2"), HasSubstr("acknowledged"));
    EXPECT_TRUE(get("/api/alarms?unacknowledged=1")["alarms"].empty());
    EXPECT_EQ(site_.ask("POST", "/api/alarms/99/acknowledge", "{}").status, 404);
    EXPECT_EQ(site_.ask("POST", "/api/alarms/x/acknowledge", "{}").status, 404);
}

TEST_F(AlarmsTest, EverythingThatIsDoneAboutAnAlarmIsKeptWithItsTime) {
    static_cast<void>(add_rule(add_channel()));
    see_two_at_the_till();
    const std::string target = "/api/alarms/" + wait_for_alarm()["id"].dump();
    EXPECT_EQ(site_.ask_as(Role::kGuard, "POST", target + "/acknowledge", "{}").status, 200);
    EXPECT_EQ(site_.ask_as(Role::kAnalyst, "POST", target + "/notes", R"({"text": "x"})").status, 403);
    const TestAnswer first =
        site_.ask_as(Role::kManager, "POST", target + "/notes", R"({"text": "opened till 3"})");
    ASSERT_EQ(first.status, 200) << first.body;
    const TestAnswer second =
        site_.ask_as(Role::kGuard, "POST", target + "/acknowledge", R"({"note": "closed it again"})");
    ASSERT_EQ(second.status, 200) << second.body;
    const Json alarm = get("/api/alarms")["alarms"][0];
    EXPECT_EQ(alarm["acknowledged_by"], "guard");
    EXPECT_EQ(alarm["note"], "") << "he said nothing then";
    ASSERT_EQ(alarm["notes"].size(), 2U);
    EXPECT_EQ(alarm["notes"][0]["who"], "manager");
    EXPECT_EQ(alarm["notes"][0]["text"], "opened till 3");
    EXPECT_EQ(alarm["notes"][0]["at"], "2026-11-23T12:00:00.000Z");
    EXPECT_EQ(alarm["notes"][1]["text"], "closed it again");
    EXPECT_EQ(site_.ask("POST", target + "/notes", "{}").status, 400);
    EXPECT_EQ(site_.ask("POST", "/api/alarms/99/notes", R"({"text": "x"})").status, 404);
}

TEST_F(AlarmsTest, AWebhookSaysWhichAlarmAndWhereToLook) {
    const std::int64_t channel = add_channel();
    static_cast<void>(add_rule(channel));
    see_two_at_the_till();
    const Json alarm = wait_for_alarm();
    for (int i = 0; i < 500 && site_.messages().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ASSERT_EQ(site_.messages().size(), 1U);
    const Json told = Json::parse(site_.messages()[0].json);
    EXPECT_EQ(told["alarm"], alarm["id"]);
    EXPECT_EQ(told["page"], "/alarms?alarm=" + alarm["id"].dump());
    EXPECT_EQ(told["match"], nullptr);
    EXPECT_EQ(told["advice"], nullptr);
}

TEST_F(AlarmsTest, AChannelIsToldInItsLanguage) {
    const std::int64_t channel = add_channel();
    const std::string target = "/api/channels/" + std::to_string(channel);
    EXPECT_EQ(get("/api/channels")["channels"][0]["language"], "en") << "that of who added it";
    EXPECT_THAT(site_
                    .ask("PUT", target, R"({"name": "Guard", "kind": "webhook", "language": "de",
                          "address": "https://example.com/x"})")
                    .body,
                HasSubstr("language: is en or ru"));
    ASSERT_EQ(site_
                  .ask("PUT", target, R"({"name": "Guard", "kind": "webhook", "language": "ru",
                        "address": "https://example.com/x"})")
                  .status,
              200);
    static_cast<void>(add_rule(channel));
    see_two_at_the_till();
    for (int i = 0; i < 500 && site_.delivered().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ASSERT_EQ(site_.delivered().size(), 1U);
    EXPECT_THAT(site_.delivered()[0], HasSubstr("Queue: 2 человека — till, камера door (порог 2)"));
    EXPECT_EQ(wait_for_alarm()["text"], "Queue: 2 people at till, camera door (limit 2)");
    // What is not said stays as it was.
    const TestAnswer renamed = site_.ask(
        "PUT", target, R"({"name": "Guards", "kind": "webhook", "address": "https://example.com/x"})");
    EXPECT_EQ(Json::parse(renamed.body)["language"], "ru");
}

TEST_F(AlarmsTest, ARuleIsAboutPlacesThatAreThere) {
    const auto add = [&](const std::string& fields) {
        return site_.ask("POST", "/api/rules", R"({"name": "x", )" + fields + "}");
    };
    const TestAnswer misspelt = add(R"("measure": "queue_length", "camera": "door", "place": "queue 2")");
    EXPECT_EQ(misspelt.status, 422);
    EXPECT_THAT(misspelt.body, HasSubstr("is no queue of camera"));
    EXPECT_THAT(misspelt.body, HasSubstr("there are: queue 1"));
    EXPECT_THAT(add(R"("measure": "people", "camera": "hall")").body, HasSubstr("is not there"));
    EXPECT_EQ(add(R"("measure": "queue_wait_s", "place": "till")").status, 422) << "it is no queue";
    EXPECT_EQ(add(R"("measure": "touches", "place": "till")").status, 422) << "it is no shelf";
    EXPECT_EQ(add(R"("measure": "people", "camera": "plan", "place": "till")").status, 422)
        << "no plan is drawn";
    EXPECT_EQ(add(R"("measure": "touches", "camera": "door", "place": "tea")").status, 201);
    EXPECT_EQ(add(R"("measure": "unattended_s", "place": "queue 1")").status, 201);
    const TestAnswer fine = add(R"("measure": "people", "camera": "door", "place": "till")");
    ASSERT_EQ(fine.status, 201) << fine.body;
    EXPECT_EQ(Json::parse(fine.body)["gone"], nullptr);
    // The zone gets another name: the rule says so, can't be saved as it is, and can be switched off.
    ASSERT_TRUE(site_.shop.set_layout("door", layout_with("desk"), test_now()));
    EXPECT_EQ(get("/api/rules")["rules"][2]["gone"], "place");
    const std::string target = "/api/rules/" + Json::parse(fine.body)["id"].dump();
    EXPECT_EQ(site_.ask("PUT", target, R"({"name": "x", "measure": "people", "place": "till"})").status, 422);
    EXPECT_EQ(
        site_.ask("PUT", target, R"({"name": "x", "measure": "people", "place": "till", "enabled": false})")
            .status,
        200);
    ASSERT_TRUE(site_.shop.remove_camera("door"));
    EXPECT_EQ(get("/api/rules")["rules"][0]["gone"], "camera");
}

TEST_F(AlarmsTest, WhoFallsFarBehindIsToldThatHeMissedSome) {
    static_cast<void>(add_rule(add_channel()));
    see_two_at_the_till();
    const std::int64_t alarm = wait_for_alarm()["id"];
    pipeline::AlarmWatch& watch = site_.services().alarm_watch;
    AlarmFeed feed(site_.services().alarms, watch);
    const std::shared_ptr<Stream> slow = feed.listen();
    ASSERT_FALSE(slow->start([] {}));
    EXPECT_EQ(slow->next().chunks.size(), 1U) << "the greeting";
    for (std::size_t i = 0; i < kAlarmsKept + 3; ++i)
        ASSERT_TRUE(watch.acknowledge(alarm, "guard", "").value());
    const Batch batch = slow->next();
    ASSERT_EQ(batch.chunks.size(), 1 + kAlarmsKept);
    EXPECT_EQ(batch.chunks.front().bytes, "event: gap\ndata: {\"missed\":3}\n\n");
    EXPECT_TRUE(slow->next().chunks.empty());
}

TEST_F(AlarmsTest, RulesAreCheckedChangedAndRemoved) {
    const std::int64_t channel = add_channel();
    const std::string target = "/api/rules/" + std::to_string(add_rule(channel));
    EXPECT_EQ(get("/api/rules")["rules"][0]["limit"], 2);
    EXPECT_EQ(site_.ask("PUT", target, R"({"name": "Queue", "measure": "people", "limit": 7})").status, 200);
    EXPECT_EQ(get("/api/rules")["rules"][0]["limit"], 7);
    const TestAnswer bad = site_.ask("PUT", target, R"({"name": "Queue", "measure": "noise"})");
    EXPECT_EQ(bad.status, 422);
    EXPECT_THAT(bad.body, HasSubstr("measure: is none that is known"));
    EXPECT_THAT(
        site_.ask("POST", "/api/rules", R"({"name": "x", "measure": "people", "channels": [77]})").body,
        HasSubstr("channel 77 is not there"));
    EXPECT_EQ(site_.ask("PUT", "/api/rules/99", R"({"name": "x", "measure": "people"})").status, 404);
    EXPECT_EQ(site_.ask("DELETE", target).status, 204);
    EXPECT_EQ(site_.ask("DELETE", target).status, 404);
}

TEST(FirstRules, TellANewShopOfACameraWithoutPictureOrWithABadOne) {
    TestSite site;
    site.start();
    const Json owner = {
        {"token", site.setup_token}, {"name", "owner"}, {"password", kTestPassword}, {"language", "ru"}};
    const TestAnswer made =
        TestClient(site.port())
            .request("POST", "/api/setup", "Content-Type: application/json\r\n", owner.dump());
    ASSERT_EQ(made.status, 200) << made.body;
    site.add_users();
    const auto listed = [&] { return Json::parse(site.ask("GET", "/api/rules").body)["rules"]; };
    ASSERT_EQ(listed().size(), 2U);
    EXPECT_EQ(listed()[1]["name"], "Камера плохо видит");
    EXPECT_EQ(listed()[1]["measure"], "camera_trouble_s");
    EXPECT_EQ(listed()[1]["place"], "") << "whatever is wrong";
    const Json rule = listed()[0];
    EXPECT_EQ(rule["name"], "Камера без изображения");
    EXPECT_EQ(rule["measure"], "camera_down_s");
    EXPECT_EQ(rule["limit"], 30);
    EXPECT_EQ(rule["enabled"], true);
    EXPECT_TRUE(rule["channels"].empty()) << "the screen is told";

    const std::string target = "/api/rules/" + rule["id"].dump();
    EXPECT_EQ(
        site.ask("PUT", target, R"({"name": "No picture", "measure": "camera_down_s", "limit": 60})").status,
        200);
    EXPECT_EQ(site.ask("DELETE", target).status, 204);
    site.start();
    EXPECT_EQ(listed().size(), 1U) << "it is not given again";
}

TEST_F(AlarmsTest, AChannelsSecretStaysAndGoesNowhereElse) {
    const std::int64_t id = add_channel();
    const std::string target = "/api/channels/" + std::to_string(id);
    const TestAnswer renamed = site_.ask(
        "PUT", target, R"({"name": "Guards", "kind": "webhook", "address": "https://example.com/x"})");
    ASSERT_EQ(renamed.status, 200) << renamed.body;
    EXPECT_EQ(Json::parse(renamed.body)["has_secret"], true);
    const TestAnswer elsewhere = site_.ask(
        "PUT", target, R"({"name": "Guards", "kind": "webhook", "address": "https://evil.example.com/"})");
    EXPECT_EQ(elsewhere.status, 422);
    EXPECT_THAT(elsewhere.body, HasSubstr("secret_needed"));
    EXPECT_EQ(site_.ask("POST", target + "/test").status, 204);
    for (int i = 0; i < 500 && site_.delivered().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_EQ(site_.delivered().size(), 1U);
    EXPECT_THAT(site_.delivered()[0], HasSubstr("Guards key: A test of channel Guards, by owner."));
    EXPECT_EQ(site_.ask_as(Role::kManager, "POST", target + "/test").status, 403);
    EXPECT_THAT(site_.ask("POST", "/api/channels", R"({"name": "x", "kind": "pigeon", "address": "a"})").body,
                HasSubstr("webhook, email, telegram or nats"));
    EXPECT_EQ(site_.ask("POST", "/api/channels", R"({"name": "x", "kind": "webhook", "address": "ftp://a/"})")
                  .status,
              422);
    EXPECT_EQ(site_.ask("DELETE", target).status, 204);
    EXPECT_EQ(site_.ask("DELETE", target).status, 404);
    EXPECT_EQ(site_.ask("POST", target + "/test").status, 404);
}

}  // namespace
}  // namespace vitrina::api
