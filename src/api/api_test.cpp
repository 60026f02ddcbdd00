// The whole interface over real sockets and real records.
#include "api/api.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/instant.h"
#include "api/test_site.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string code_of(const TestAnswer& answer) {
    const Json json = Json::parse(answer.body, nullptr, false);
    return json.is_object() && json.contains("error") ? json["error"]["code"].get<std::string>()
                                                      : answer.body;
}

class ApiTest : public testing::Test {
  protected:
    ApiTest() {
        site_.add_users();
        site_.start();
    }

    Json get(const std::string& target) { return Json::parse(site_.ask("GET", target).body, nullptr, false); }

    /// "door", added in the browser, with a password.
    void add_door() {
        const TestAnswer added = site_.ask("POST", "/api/cameras",
                                           R"({"name": "Door", "address": "rtsp://10.0.0.7/stream1",
                                              "user": "viewer", "password": "s3cret-word"})");
        ASSERT_EQ(added.status, 201) << added.body;
    }

    TestSite site_;
};

TEST_F(ApiTest, AMistakeIsAnsweredAsAnError) {
    struct Case {
        const char* method;
        const char* target;
        const char* body;
        int status;
    };
    for (const Case& c :
         {Case{"GET", "/api/nothing", "", 404},
          {"GET", "/api/cameras/nothing", "", 404},
          {"PATCH", "/api/users/1x", "{}", 404},
          {"DELETE", "/api/shop", "", 405},
          {"BREW", "/api/shop", "", 405},
          {"POST", "/api/cameras", "", 400},
          {"POST", "/api/cameras", "{", 400},
          {"POST", "/api/cameras", "[]", 400},
          {"POST", "/api/cameras", R"({"name": "a", "name": "b"})", 400},
          {"POST", "/api/cameras", R"({"name": 1, "address": "rtsp://a/"})", 400},
          {"POST", "/api/cameras", R"({"name": "a", "address": "rtsp://a/", "colour": "red"})", 400},
          {"POST", "/api/cameras", R"({"name": "a", "address": "file:///etc/passwd"})", 400},
          {"POST", "/api/cameras", R"({"name": "a", "address": "gopher://a/"})", 400},
          {"POST", "/api/cameras", R"({"name": "a", "address": "rtsp://u:p@a/"})", 400},
          {"POST", "/api/cameras", "[[[[[[[[[[[[[[1]]]]]]]]]]]]]]", 400},
          {"POST", "/api/users", R"({"name": "x", "password": "short", "role": "guard"})", 422},
          {"POST", "/api/users", R"({"name": "x", "password": "long enough 7", "role": "king"})", 422},
          {"GET", "/api/queues?minutes=0", "", 400},
          {"GET", "/api/queues?minutes=1&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "", 400},
          {"GET", "/api/crossings?direction=up", "", 400},
          {"GET", "/api/crossings?sort=person", "", 400},
          {"GET", "/api/crossings?limit=1001", "", 400},
          {"GET", "/api/crossings.csv?zone=till", "", 400},
          {"GET", "/api/visits?from=yesterday", "", 400},
          {"GET", "/api/visits?sort=price", "", 400},
          {"GET", "/api/visits?limit=1001", "", 400},
          {"GET", "/api/visits?colour=red", "", 400},
          {"GET", "/api/visits?zone=till&zone=door", "", 400},
          {"GET", "/api/shop?colour=red", "", 400},
          {"GET", "/api/cameras/nothing?colour=red", "", 400},
          {"DELETE", "/api/web-events?colour=red", "", 400},
          {"GET", "/api/visits?min_dwell_s=nan", "", 400},
          {"GET", "/api/visits?from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z", "", 400},
          {"GET", "/api/counts?bucket=week", "", 400},
          {"GET", "/api/counts?from=1970-01-01T00:00:00Z&to=9999-12-31T00:00:00Z", "", 400},
          {"GET", "/api/heat", "", 400},
          {"GET", "/api/live?camera=nothing", "", 404},
          {"POST", "/api/setup", R"({"token": "x", "name": "y", "password": "z"})", 409}}) {
        const TestAnswer answer = site_.ask(c.method, c.target, c.body);
        EXPECT_EQ(answer.status, c.status)
            << c.method << " " << c.target << " " << c.body << ": " << answer.body;
        const Json json = Json::parse(answer.body, nullptr, false);
        ASSERT_TRUE(json.is_object()) << c.target;
        EXPECT_FALSE(json["error"]["message"].get<std::string>().empty()) << c.target;
        EXPECT_EQ(answer.headers.at("content-type"), "application/json");
        EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
    }
    EXPECT_EQ(site_.ask("DELETE", "/api/shop").headers.at("allow"), "GET, HEAD");
}

TEST_F(ApiTest, AFormOfAnotherSiteIsRefused) {
    TestClient client(site_.port());
    EXPECT_EQ(client
                  .request("POST", "/api/sign-in", "Content-Type: text/plain\r\n",
                           R"({"name": "owner", "password": "x"})")
                  .status,
              400);
}

TEST_F(ApiTest, SigningInSetsACookieThatScriptsCantRead) {
    const TestAnswer answer = TestClient(site_.port())
                                  .request("POST", "/api/sign-in", "Content-Type: application/json\r\n",
                                           R"({"name": "guard", "password": "window with two cats"})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(Json::parse(answer.body)["user"]["role"], "guard");
    EXPECT_THAT(
        answer.headers.at("set-cookie"),
        testing::MatchesRegex("vitrina-session=[^;]+; Path=/; Max-Age=[0-9]+; HttpOnly; SameSite=Strict"));
    const TestAnswer wrong = TestClient(site_.port())
                                 .request("POST", "/api/sign-in", "Content-Type: application/json\r\n",
                                          R"({"name": "guard", "password": "window with two dogs"})");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_FALSE(wrong.headers.contains("set-cookie"));
    EXPECT_THAT(site_.log(), Not(HasSubstr("cats")));
}

TEST_F(ApiTest, EveryAnswerHasTheHeadersThatProtectBrowsers) {
    for (const char* target : {"/", "/api/shop", "/api/nothing", "/healthz", "/a.js"}) {
        const TestAnswer answer = TestClient(site_.port()).request("GET", target);
        EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff") << target;
        EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer") << target;
        EXPECT_THAT(answer.headers.at("content-security-policy"), HasSubstr("frame-ancestors 'none'"))
            << target;
    }
}

TEST_F(ApiTest, HealthSaysWhatIsWrong) {
    EXPECT_EQ(get("/healthz"), Json({{"status", "ok"}}));
    site_.shop.step = pipeline::kStepMax + std::chrono::seconds(1);
    EXPECT_EQ(get("/healthz"), Json({{"status", "degraded"}, {"reason", "a thread of the shop hangs"}}));
    site_.shop.step = std::chrono::milliseconds(0);
    site_.shop.is_stuck = true;
    EXPECT_EQ(get("/healthz"), Json({{"status", "degraded"}, {"reason", "the records can't be written"}}));
    site_.shop.is_stuck = false;
    EXPECT_EQ(get("/healthz"), Json({{"status", "ok"}}));
    site_.shop.dropped = 1;
    EXPECT_EQ(get("/healthz")["status"], "degraded");
}

TEST_F(ApiTest, ALargeBodyOfAStrangerIsNotWaitedFor) {
    const std::string head = "POST /api/receipts/batch HTTP/1.1\r\nHost: t\r\n";
    const std::string length = "Content-Length: 8000000\r\n\r\n";
    TestClient stranger(site_.port());
    stranger.send(head + length);
    const TestAnswer refused = stranger.answer();
    EXPECT_EQ(refused.status, 401);
    EXPECT_TRUE(refused.headers.contains("www-authenticate"));
    TestClient guard(site_.port());
    guard.send(head + site_.headers_of(Role::kGuard) + length);
    EXPECT_EQ(guard.answer().status, 403);
}

TEST_F(ApiTest, PasswordsOfCamerasComeOutNowhere) {
    add_door();
    const auto settings = site_.shop.camera("door")->settings;
    EXPECT_EQ(settings.address, "rtsp://viewer:s3cret-word@10.0.0.7/stream1");
    for (const char* target : {"/api/cameras", "/api/cameras/door", "/api/now", "/metrics"})
        EXPECT_THAT(site_.ask("GET", target).body, Not(HasSubstr("s3cret-word"))) << target;
    const Json camera = get("/api/cameras/door");
    EXPECT_EQ(camera["address"], "rtsp://10.0.0.7/stream1");
    EXPECT_EQ(camera["has_password"], true);
    EXPECT_EQ(Json::parse(site_.ask_as(Role::kGuard, "GET", "/api/cameras/door").body)["address"], "shown");
    EXPECT_THAT(site_.services().shop_records.cameras()->front().sealed_secret, Not(HasSubstr("s3cret")));
    EXPECT_THAT(site_.log(), Not(HasSubstr("s3cret-word")));
}

TEST_F(ApiTest, ACameraKeepsItsPasswordButSendsItNowhereElse) {
    add_door();
    EXPECT_EQ(site_
                  .ask("PATCH", "/api/cameras/door",
                       R"({"name": "Front door", "address": "rtsp://10.0.0.7/stream2"})")
                  .status,
              200);
    EXPECT_EQ(site_.shop.camera("door")->settings.address, "rtsp://viewer:s3cret-word@10.0.0.7/stream2");
    for (const char* body :
         {R"({"address": "rtsp://10.6.6.6/stream1"})", R"({"address": "rtsp://10.0.0.7:8554/stream1"})",
          R"({"address": "http://10.0.0.7/stream1"})", R"({"view_address": "rtsp://10.6.6.6/"})",
          R"({"address": "rtsp://10.6.6.6/", "user": "viewer"})"}) {
        const TestAnswer answer = site_.ask("PATCH", "/api/cameras/door", body);
        EXPECT_EQ(answer.status, 422) << body << answer.body;
        EXPECT_EQ(code_of(answer), "password_needed") << body;
    }
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"address": "rtsp://10.6.6.6/", "password": "new"})")
                  .status,
              200);
    EXPECT_EQ(site_.shop.camera("door")->settings.address, "rtsp://viewer:new@10.6.6.6/");
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"user": "", "password": ""})").status, 200);
    EXPECT_EQ(get("/api/cameras/door")["has_password"], false);
    EXPECT_EQ(site_.shop.camera("door")->settings.address, "rtsp://10.6.6.6/");
}

TEST_F(ApiTest, SecretsInTheAddressAreSealedToo) {
    ASSERT_EQ(site_
                  .ask("POST", "/api/cameras",
                       R"({"name": "Door", "address": "http://10.0.0.7/video?user=a&pwd=s3cret-word",
                           "view_address": "rtsp://10.0.0.7/user=a_password=s3cret-word_channel=1"})")
                  .status,
              201);
    EXPECT_EQ(site_.shop.camera("door")->settings.address, "http://10.0.0.7/video?user=a&pwd=s3cret-word");
    const Json camera = get("/api/cameras/door");
    EXPECT_EQ(camera["address"], "http://10.0.0.7/video?***");
    EXPECT_EQ(camera["view_address"], "rtsp://10.0.0.7/user=a_password=***");
    const records::CameraRecord record = site_.services().shop_records.cameras()->front();
    EXPECT_EQ(record.address, "http://10.0.0.7/video?***");
    EXPECT_THAT(record.sealed_secret, Not(HasSubstr("s3cret")));

    // What is sent back as it was shown stays.
    Json change = {
        {"name", "Front"}, {"address", camera["address"]}, {"view_address", camera["view_address"]}};
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", change.dump()).status, 200);
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"user": "u", "password": "p"})").status, 200);
    const auto settings = site_.shop.camera("door")->settings;
    EXPECT_EQ(settings.name, "Front");
    EXPECT_EQ(settings.address, "http://u:p@10.0.0.7/video?user=a&pwd=s3cret-word");
    EXPECT_EQ(settings.view_address, "rtsp://u:p@10.0.0.7/user=a_password=s3cret-word_channel=1");
    change["address"] = "http://10.0.0.8/video?***";
    EXPECT_EQ(code_of(site_.ask("PATCH", "/api/cameras/door", change.dump())), "password_needed");
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"address": "http://10.0.0.7/other"})").status, 200);
    EXPECT_EQ(get("/api/cameras/door")["address"], "http://10.0.0.7/other");
}

TEST_F(ApiTest, TheCameraThatIsTooMuchLeavesNothingBehind) {
    pipeline::CameraSettings settings;
    for (std::size_t i = 0; i < pipeline::kCamerasMax; ++i) {
        settings.id = "camera-" + std::to_string(i);
        ASSERT_TRUE(site_.shop.set_camera(settings).has_value());
    }
    const TestAnswer answer =
        site_.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.7/"})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(code_of(answer), "too_many_cameras");
    EXPECT_EQ(site_.services().shop_records.cameras()->size(), 0U);
}

TEST_F(ApiTest, WhatTheShopRefusesIsNotRecorded) {
    add_door();
    site_.shop.refuse_cameras = true;
    EXPECT_EQ(site_.ask("POST", "/api/cameras", R"({"name": "Yard", "address": "rtsp://10.0.0.7/"})").status,
              500);
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"name": "Front"})").status, 500);
    const auto cameras = site_.services().shop_records.cameras();
    ASSERT_EQ(cameras->size(), 1U);
    EXPECT_EQ(cameras->front().name, "Door");
}

TEST_F(ApiTest, CamerasAreDueAtTheConfiguredRate) {
    double rate = 12;
    site_.services().analysis_rate = [&] { return rate; };
    site_.start();
    add_door();
    EXPECT_EQ(site_.shop.camera("door")->settings.rate, 12);
    rate = 3;
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", R"({"paused": true})").status, 200);
    EXPECT_EQ(site_.shop.camera("door")->settings.rate, 3);
}

TEST_F(ApiTest, ManyChangesAtOnceLeaveRecordsAndShopAgreed) {
    add_door();
    constexpr int kPeople = 4;
    std::vector<std::thread> people;
    people.reserve(kPeople);
    for (int person = 0; person < kPeople; ++person)
        people.emplace_back([&, person] {
            for (int i = 0; i < 20; ++i) {
                const std::string name = std::to_string(person) + "-" + std::to_string(i);
                const Json change = {{"name", name}};
                EXPECT_EQ(site_.ask("PATCH", "/api/cameras/door", change.dump()).status, 200);
                EXPECT_EQ(site_.shop.camera("door")->settings.address,
                          "rtsp://viewer:s3cret-word@10.0.0.7/stream1");
            }
        });
    for (std::thread& person : people)
        person.join();
    EXPECT_EQ(site_.services().shop_records.cameras()->front().name,
              site_.shop.camera("door")->settings.name);
}

TEST_F(ApiTest, CamerasAreAddedPausedAndRemoved) {
    add_door();
    ASSERT_EQ(
        site_.ask("POST", "/api/cameras", R"({"name": "Door", "address": "rtsp://10.0.0.8/stream1"})").status,
        201);
    EXPECT_TRUE(site_.shop.camera("door-2").has_value());
    EXPECT_EQ(site_.ask("GET", "/api/cameras/door/picture.jpg?t=17-0-").status, 200) << "asked again";
    EXPECT_EQ(Json::parse(site_.ask("PATCH", "/api/cameras/door", R"({"paused": true})").body)["status"],
              "paused");
    EXPECT_EQ(site_.ask("GET", "/api/cameras/door/live.mjpeg").status, 409);
    EXPECT_EQ(site_.ask("DELETE", "/api/cameras/door").status, 204);
    EXPECT_EQ(site_.ask("GET", "/api/cameras/door").status, 404);
    // Its facts stay, so its id is not given again.
    add_door();
    EXPECT_FALSE(site_.shop.camera("door").has_value());
    EXPECT_TRUE(site_.shop.camera("door-3").has_value());
}

TEST_F(ApiTest, EvidenceIsOfTheMainStream) {
    std::string asked;
    site_.services().snapshot = [&](const video::LiveOptions& options) -> video::Reached<Picture> {
        asked = options.address;
        if (options.address.ends_with("broken"))
            return tl::unexpected<video::Trouble>({video::TroubleCode::kNoAnswer, "no answer"});
        return Picture{32, 16, std::vector<std::uint8_t>(32 * 16 * 3, 64)};
    };
    site_.start();
    pipeline::CameraSettings settings;
    settings.id = "yard";
    settings.address = "rtsp://u:p@10.0.0.7/sub";
    settings.view_address = "rtsp://u:p@10.0.0.7/main";
    ASSERT_TRUE(site_.shop.set_camera(settings).has_value());
    const TestAnswer picture = site_.ask("GET", "/api/cameras/yard/evidence.jpg");
    EXPECT_EQ(picture.status, 200);
    EXPECT_EQ(picture.headers.at("content-type"), "image/jpeg");
    EXPECT_EQ(asked, settings.view_address);
    settings.view_address = "rtsp://u:p@10.0.0.7/broken";
    ASSERT_TRUE(site_.shop.set_camera(settings).has_value());
    const TestAnswer broken = site_.ask("GET", "/api/cameras/yard/evidence.jpg");
    EXPECT_EQ(broken.status, 422);
    EXPECT_EQ(Json::parse(broken.body)["error"]["reason_code"], "no_answer");
}

TEST_F(ApiTest, CamerasOfTheConfigurationAreReadOnly) {
    pipeline::CameraSettings settings;
    settings.id = "yard";
    settings.read_only = true;
    ASSERT_TRUE(site_.shop.set_camera(settings).has_value());
    EXPECT_EQ(site_.ask("PATCH", "/api/cameras/yard", R"({"name": "x"})").status, 409);
    EXPECT_EQ(site_.ask("DELETE", "/api/cameras/yard").status, 409);
    EXPECT_EQ(get("/api/cameras/yard")["read_only"], true);
}

TEST_F(ApiTest, ACameraIsTestedBeforeItIsAdded) {
    video::LiveOptions asked;
    const TestAnswer picture =
        site_.ask("POST", "/api/cameras/test",
                  R"({"address": "rtsp://10.0.0.7/", "user": "u", "password": "p", "udp": true})");
    EXPECT_EQ(picture.status, 200);
    EXPECT_EQ(picture.headers.at("content-type"), "image/jpeg");
    EXPECT_EQ(picture.body.substr(0, 2), "\xFF\xD8");
    EXPECT_EQ(site_.ask("POST", "/api/cameras/test", R"({"address": "file:///etc/passwd"})").status, 400);
}

TEST_F(ApiTest, ASavedCameraIsTestedWithItsPassword) {
    add_door();
    Mutex mutex;
    std::set<std::string> asked;
    site_.services().snapshot = [&](const video::LiveOptions& options) -> video::Reached<Picture> {
        const MutexLock lock(mutex);
        asked.insert(options.address);
        if (options.address.find("/broken") != std::string::npos)
            return tl::unexpected<video::Trouble>(
                {video::TroubleCode::kWrongPath,
                 "rtsp://***@10.0.0.7/broken: there is nothing at this path"});
        return Picture{16, 16, std::vector<std::uint8_t>(16 * 16 * 3, 64)};
    };
    site_.start();
    EXPECT_EQ(site_
                  .ask("POST", "/api/cameras/test",
                       R"({"id": "door", "address": "rtsp://10.0.0.7/stream2",
                           "view_address": "rtsp://10.0.0.7/main"})")
                  .status,
              200);
    EXPECT_THAT(asked, testing::UnorderedElementsAre("rtsp://viewer:s3cret-word@10.0.0.7/stream2",
                                                     "rtsp://viewer:s3cret-word@10.0.0.7/main"));
    const TestAnswer broken = site_.ask(
        "POST", "/api/cameras/test",
        R"({"id": "door", "address": "rtsp://10.0.0.7/stream2", "view_address": "rtsp://10.0.0.7/broken"})");
    EXPECT_EQ(broken.status, 422);
    const Json error = Json::parse(broken.body)["error"];
    EXPECT_EQ(error["code"], "no_picture");
    EXPECT_EQ(error["field"], "view_address");
    EXPECT_EQ(error["reason_code"], "wrong_path");

    asked.clear();
    EXPECT_EQ(code_of(site_.ask("POST", "/api/cameras/test",
                                R"({"id": "door", "address": "rtsp://10.6.6.6/stream1"})")),
              "password_needed");
    EXPECT_EQ(site_.ask("POST", "/api/cameras/test", R"({"id": "yard", "address": "rtsp://a/"})").status,
              404);
    EXPECT_TRUE(asked.empty());
    // Without its login.
    EXPECT_EQ(site_
                  .ask("POST", "/api/cameras/test",
                       R"({"id": "door", "address": "rtsp://10.0.0.7/stream1", "user": "", "password": ""})")
                  .status,
              200);
    EXPECT_THAT(asked, testing::ElementsAre("rtsp://10.0.0.7/stream1"));
}

TEST_F(ApiTest, ShelvesAreGivenBackAsTheyWereSaved) {
    add_door();
    const Json corners = {{0, 0}, {100, 0}, {100, 100}};
    const Json shelves = {
        {{"name", "A"}, {"polygon", corners}, {"sections", {{{"name", "top"}, {"polygon", corners}}}}},
        {{"name", "B"}, {"polygon", corners}}};
    const Json layout = {
        {"change", "drawn_wrong"}, {"picture", {{"width", 640}, {"height", 360}}}, {"shelves", shelves}};
    const TestAnswer saved = site_.ask("PUT", "/api/cameras/door/layout", layout.dump());
    ASSERT_EQ(saved.status, 200) << saved.body;
    Json again = get("/api/cameras/door/layout");
    EXPECT_EQ(again["shelves"], shelves);
    EXPECT_EQ(site_.shop.layout("door")->shelves.size(), 2U);
    again["change"] = "moved_now";
    EXPECT_EQ(Json::parse(site_.ask("PUT", "/api/cameras/door/layout", again.dump()).body)["shelves"],
              shelves);
}

TEST_F(ApiTest, ALayoutIsSavedAndUsedAtOnce) {
    add_door();
    EXPECT_EQ(get("/api/cameras/door/layout")["zones"].size(), 0U);
    Json layout = {{"change", "drawn_wrong"},
                   {"picture", {{"width", 640}, {"height", 360}}},
                   {"zones", {{{"name", "till"}, {"polygon", {{0, 0}, {100, 0}, {100, 100}}}}}},
                   {"lines", {{{"name", "door"}, {"from", {0, 200}}, {"to", {640, 200}}}}}};
    const TestAnswer saved = site_.ask_as(Role::kManager, "PUT", "/api/cameras/door/layout", layout.dump());
    ASSERT_EQ(saved.status, 200) << saved.body;
    const Json first = Json::parse(saved.body);
    EXPECT_EQ(first["author"], "manager");
    EXPECT_EQ(site_.shop.layout("door")->version, first["version"]);
    EXPECT_EQ(site_.shop.layout("door")->zones.size(), 1U);
    EXPECT_EQ(get("/api/cameras/door/layout"), first);

    // From which all was deleted.
    const Json nothing = {{"change", "drawn_wrong"},
                          {"picture", {{"width", 640}, {"height", 360}}},
                          {"zones", Json::array()},
                          {"lines", Json::array()}};
    const TestAnswer emptied = site_.ask("PUT", "/api/cameras/door/layout", nothing.dump());
    EXPECT_EQ(emptied.status, 200) << emptied.body;
    EXPECT_EQ(Json::parse(emptied.body)["zones"].size(), 0U);
    EXPECT_EQ(get("/api/cameras/door/layout")["zones"].size(), 0U);
    EXPECT_EQ(site_.shop.layout("door")->zones.front().name, "picture");
    // Who drew on what was there before would undo it.
    Json late = first;
    late["change"] = "drawn_wrong";
    const TestAnswer refused = site_.ask("PUT", "/api/cameras/door/layout", late.dump());
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(code_of(refused), "layout_changed");
    EXPECT_EQ(get("/api/cameras/door/layout")["zones"].size(), 0U);
    late.erase("version");
    EXPECT_EQ(site_.ask("PUT", "/api/cameras/door/layout", late.dump()).status, 200);

    // What was got may be sent back.
    Json again = get("/api/cameras/door/layout");
    again["change"] = "moved_now";
    const Json second = Json::parse(site_.ask("PUT", "/api/cameras/door/layout", again.dump()).body);
    EXPECT_NE(second["version"], first["version"]);
    EXPECT_EQ(second["valid_from"], to_text(test_now()));
    EXPECT_EQ(get("/api/cameras/door/layouts")["layouts"].size(), 4U);

    for (const auto& [key, value] : std::map<std::string, Json>{{"change", "perhaps"},
                                                                {"zones", Json::array({{{"name", "a"}}})},
                                                                {"colour", 1},
                                                                {"picture", {{"width", 1}}}}) {
        Json wrong = layout;
        wrong[key] = value;
        EXPECT_EQ(site_.ask("PUT", "/api/cameras/door/layout", wrong.dump()).status, 400) << key;
    }
    Json square = layout;
    square["picture"] = {{"width", 640}, {"height", 640}};
    EXPECT_EQ(code_of(site_.ask("PUT", "/api/cameras/door/layout", square.dump())), "another_shape");
    EXPECT_EQ(site_.ask("PUT", "/api/cameras/door/layout", std::string((1 << 20) + 1, ' ')).status, 413);
    EXPECT_EQ(site_.ask("POST", "/api/cameras", std::string((1 << 16) + 1, ' ')).status, 413);
}

TEST_F(ApiTest, CountsFollowTheShopsDay) {
    using std::chrono::hours;
    using std::chrono::seconds;
    // Moscow's midnight is 15 hours before the test's noon in UTC.
    site_.add_facts({test_visit("visit-1", "till", 1, hours(16), seconds(10)),
                     test_visit("visit-2", "till", 2, hours(14), seconds(20)),
                     test_visit("visit-3", "till", 2, hours(1), seconds(40))});
    const Json days =
        get("/api/counts?bucket=day&from=2026-11-22T12:00:00Z&to=2026-11-23T12:00:00Z")["buckets"];
    ASSERT_EQ(days.size(), 2U);
    // Cut to what was asked about.
    EXPECT_EQ(days[0]["from"], "2026-11-22T12:00:00.000Z");
    EXPECT_EQ(days[0]["to"], "2026-11-22T21:00:00.000Z");
    EXPECT_EQ(days[1]["to"], "2026-11-23T12:00:00.000Z");
    EXPECT_EQ(days[0]["zones"][0]["visits"], 1);
    EXPECT_EQ(days[1]["zones"][0]["visits"], 2);
    EXPECT_EQ(days[1]["zones"][0]["people"], 1);
    EXPECT_EQ(days[1]["zones"][0]["dwell_mean_s"], 30.0);
    EXPECT_EQ(get("/api/counts")["buckets"].size(), 15U);  // today's hours until now
    EXPECT_EQ(get("/api/counts?camera=yard")["buckets"][0]["zones"].size(), 0U);
    EXPECT_EQ(get("/api/counts?from=2026-11-23T12:00:00Z")["buckets"].size(), 0U);
}

TEST_F(ApiTest, CountsEndWhereTheyAreAskedTo) {
    using std::chrono::hours;
    using std::chrono::seconds;
    site_.add_facts({test_visit("visit-1", "till", 1, hours(30), seconds(10)),
                     test_visit("visit-2", "till", 2, hours(20), seconds(20))});
    // Yesterday until this time: its evening is not counted.
    const Json yesterday =
        get("/api/counts?bucket=day&from=2026-11-21T21:00:00Z&to=2026-11-22T12:00:00Z")["buckets"];
    ASSERT_EQ(yesterday.size(), 1U);
    EXPECT_EQ(yesterday[0]["zones"][0]["visits"], 1);
    const Json hour = get("/api/counts?from=2026-11-22T06:10:00Z&to=2026-11-22T06:20:00Z")["buckets"];
    ASSERT_EQ(hour.size(), 1U);
    EXPECT_EQ(hour[0]["from"], "2026-11-22T06:10:00.000Z");
    EXPECT_EQ(hour[0]["to"], "2026-11-22T06:20:00.000Z");
    EXPECT_EQ(hour[0]["zones"].size(), 0U);
}

TEST_F(ApiTest, CountsListWhatIsDrawnThoughNobodyCame) {
    add_door();
    const Json layout = {{"change", "drawn_wrong"},
                         {"picture", {{"width", 640}, {"height", 360}}},
                         {"zones", {{{"name", "till"}, {"polygon", {{0, 0}, {100, 0}, {100, 100}}}}}},
                         {"lines", {{{"name", "entrance"}, {"from", {0, 200}}, {"to", {640, 200}}}}}};
    ASSERT_EQ(site_.ask("PUT", "/api/cameras/door/layout", layout.dump()).status, 200);
    const auto check = [&] {
        const Json bucket = get("/api/counts?bucket=day")["buckets"][0];
        ASSERT_EQ(bucket["zones"].size(), 1U);
        EXPECT_EQ(bucket["zones"][0]["zone"], "till");
        EXPECT_EQ(bucket["zones"][0]["visits"], 0);
        EXPECT_TRUE(bucket["zones"][0]["dwell_median_s"].is_null());
        ASSERT_EQ(bucket["lines"].size(), 1U);
        EXPECT_EQ(bucket["lines"][0]["line"], "entrance");
        EXPECT_EQ(bucket["lines"][0]["in"], 0);
    };
    check();
    site_.shop.forget_layouts();  // as of a camera that gives no picture since the start
    check();
    EXPECT_EQ(get("/api/counts?bucket=day&camera=yard")["buckets"][0]["lines"].size(), 0U);
    site_.add_facts(
        {test_visit("visit-1", "till", 1, std::chrono::hours(1), std::chrono::seconds(10)),
         test_visit("visit-2", "shelf of old", 1, std::chrono::hours(1), std::chrono::seconds(10))});
    const Json zones = get("/api/counts?bucket=day")["buckets"][0]["zones"];
    ASSERT_EQ(zones.size(), 2U);
    EXPECT_EQ(zones[0]["zone"], "shelf of old");
    EXPECT_EQ(zones[1]["visits"], 1);
}

TEST_F(ApiTest, TheFirstEventIsTheOldestFactOrOutage) {
    EXPECT_TRUE(get("/api/shop")["first_event"].is_null());
    site_.add_facts({test_visit("visit-1", "till", 1, std::chrono::hours(16), std::chrono::seconds(10))});
    EXPECT_EQ(get("/api/shop")["first_event"], to_text(test_now() - std::chrono::hours(16)));
    // The log is kept for another time than the facts.
    const UtcTime never{};
    while (*site_.services().facts.forget_before({never, never, test_now()}) > 0) {
    }
    EXPECT_EQ(get("/api/shop")["first_event"], to_text(test_now() - std::chrono::hours(16)));
    ASSERT_TRUE(
        site_.services().shop_records.outage_began("door", test_now() - std::chrono::hours(20), "unplugged"));
    EXPECT_EQ(get("/api/shop")["first_event"], to_text(test_now() - std::chrono::hours(20)));
}

TEST_F(ApiTest, ReasonsHaveCodes) {
    ASSERT_TRUE(site_.services().shop_records.outage_began("", test_now() - std::chrono::hours(2),
                                                           "Vitrina did not run", "not_running"));
    EXPECT_EQ(get("/api/outages")["outages"][0]["reason_code"], "not_running");
    add_door();
    EXPECT_EQ(get("/api/cameras/door")["reason_code"], "");
    EXPECT_EQ(get("/api/now")["cameras"][0]["reason_code"], "");
}

TEST_F(ApiTest, AMistypedOldPasswordDoesNotSignOut) {
    const TestAnswer wrong =
        site_.ask("PATCH", "/api/me",
                  R"({"old_password": "window with two dogs", "password": "window with three cats"})");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(code_of(wrong), "wrong_old_password");
    EXPECT_EQ(site_.ask("GET", "/api/me").status, 200);
}

TEST_F(ApiTest, VisitsAreFilteredAndSorted) {
    using std::chrono::minutes;
    using std::chrono::seconds;
    site_.add_facts({test_visit("visit-1", "till", 1, minutes(30), seconds(10)),
                     test_visit("visit-2", "door", 2, minutes(20), seconds(20)),
                     test_visit("visit-3", "till", 3, minutes(10), seconds(5))});
    const Json all = get("/api/visits");
    EXPECT_EQ(all["total"], 3);
    EXPECT_EQ(all["visits"][0]["id"], "visit-3");
    EXPECT_EQ(all["visits"][0]["dwell_s"], 5.0);
    EXPECT_EQ(get("/api/visits?sort=-dwell")["visits"][0]["id"], "visit-2");
    EXPECT_EQ(get("/api/visits?zone=till&sort=begin")["visits"][0]["id"], "visit-1");
    EXPECT_EQ(get("/api/visits?min_dwell_s=7.5")["total"], 2);
    EXPECT_EQ(get("/api/visits?person=2")["total"], 1);
    const Json page = get("/api/visits?limit=1&offset=1");
    EXPECT_EQ(page["visits"].size(), 1U);
    EXPECT_EQ(page["visits"][0]["id"], "visit-2");
    EXPECT_EQ(page["total"], 3);
}

TEST_F(ApiTest, TheTableHasEveryVisitOnceInOrder) {
    // More than are read at once, many with the same begin.
    constexpr int kVisits = 2'300;
    std::vector<LiveEvent> facts;
    facts.reserve(kVisits);
    for (int i = 0; i < kVisits; ++i)
        facts.push_back(test_visit("visit-" + std::to_string(i), i % 2 == 0 ? "=1+1" : "till", i,
                                   std::chrono::minutes(60) - std::chrono::seconds(i / 700),
                                   std::chrono::milliseconds(1500)));
    site_.add_facts(facts);
    for (const char* sort : {"begin", "-begin", "zone"}) {
        const TestAnswer answer = site_.ask("GET", std::string("/api/visits.csv?sort=") + sort);
        ASSERT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.at("content-type"), "text/csv; charset=utf-8");
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < answer.body.size();) {
            const std::size_t end = answer.body.find("\r\n", at);
            lines.push_back(answer.body.substr(at, end - at));
            at = end + 2;
        }
        EXPECT_EQ(lines.front(),
                  "\xEF\xBB\xBFid,rev,camera,zone,person,begin,end,dwell_s,confidence,layout,notes,label,sex,"
                  "age_low,age_high");
        EXPECT_EQ(lines.size(), 2'301U) << sort;
        EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 2'301U) << sort;
        EXPECT_THAT(answer.body, HasSubstr(",'=1+1,"));
    }
    EXPECT_THAT(
        site_.ask("GET", "/api/visits.csv?person=7").body,
        HasSubstr("visit-7,1,door,till,7,2026-11-23T11:00:00.000Z,2026-11-23T11:00:01.500Z,1.500,0.750,"));
}

TEST_F(ApiTest, CrossingsAreListedAndAddUpToTheCounts) {
    std::vector<LiveEvent> facts;
    for (int i = 0; i < 1'203; ++i) {
        facts.push_back(test_visit("crossing-" + std::to_string(i), "", i,
                                   std::chrono::minutes(60) - std::chrono::seconds(i / 700), {}));
        facts.back().event.fact =
            Crossing{i, "entrance", i % 3 == 0 ? Direction::kOut : Direction::kIn, SourceTime()};
    }
    site_.add_facts(facts);
    const Json all = get("/api/crossings");
    EXPECT_EQ(all["total"], 1'203);
    EXPECT_EQ(all["crossings"].size(), 100U);
    EXPECT_EQ(all["crossings"][0]["id"], "crossing-1202");
    EXPECT_EQ(all["crossings"][0]["direction"], "in");
    EXPECT_EQ(get("/api/crossings?sort=at&limit=1&offset=1")["crossings"][0]["id"], "crossing-1");
    const Json line = get("/api/counts?bucket=day")["buckets"][0]["lines"][0];
    for (const char* direction : {"in", "out"})
        EXPECT_EQ(
            get(std::string("/api/crossings?line=entrance&camera=door&direction=") + direction)["total"],
            line[direction]);
    EXPECT_EQ(get("/api/crossings?line=till")["total"], 0);

    const TestAnswer answer = site_.ask("GET", "/api/crossings.csv?direction=out");
    EXPECT_EQ(answer.headers.at("content-disposition"), "attachment; filename=\"crossings.csv\"");
    EXPECT_THAT(answer.body,
                testing::StartsWith(
                    "\xEF\xBB\xBFid,rev,camera,line,person,direction,at,confidence,layout,notes\r\n"));
    EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 1 + 401);
    EXPECT_THAT(
        answer.body,
        HasSubstr("crossing-3,1,door,entrance,3,out,2026-11-23T11:00:00.000Z,0.750,2026-11-23.1,\r\n"));
}

TEST_F(ApiTest, AQueueThatIsDrawnIsThereBeforeAnybodyWaits) {
    add_door();
    Layout layout = whole_picture(640, 360);
    layout.zones.front().kind = ZoneKind::kQueue;
    layout.zones.front().till = "1";
    layout.zones.front().name = "known";
    layout.zones.push_back(layout.zones.front());
    layout.zones.back().name = "new";
    ASSERT_TRUE(site_.shop.set_layout("door", layout, test_now()));
    LiveEvent empty = test_visit("queue-1", "", 0, std::chrono::hours(20), {});
    empty.event.fact = Queue{"known", 0, {}, SourceTime()};
    site_.add_facts({empty});
    const Json queues = get("/api/queues?minutes=60")["queues"];
    ASSERT_EQ(queues.size(), 2U);
    EXPECT_EQ(queues[0]["queue"], "known");
    EXPECT_EQ(queues[0]["now"], 0);
    EXPECT_EQ(queues[0]["bins"][0]["length_mean"], 0) << "it has been empty since yesterday";
    EXPECT_EQ(queues[1]["queue"], "new");
    EXPECT_EQ(queues[1]["now"], nullptr);
    EXPECT_EQ(queues[1]["at"], nullptr);
    EXPECT_EQ(queues[1]["bins"][0]["length_mean"], nullptr);
    pipeline::QueueForecast forecast;
    forecast.camera = "door";
    forecast.queues = {{"new", "1", 2, {}, true}};
    site_.shop.set_forecasts({forecast});
    EXPECT_EQ(get("/api/queues")["queues"][1]["now"], 2) << "the shop knows sooner than its facts";
    EXPECT_EQ(get("/api/queues?to=2026-11-23T09:00:00Z")["queues"][1]["now"], nullptr) << "that is not now";
    // Since then the camera is dead.
    ASSERT_TRUE(
        site_.services().shop_records.outage_began("door", test_now() - std::chrono::hours(2), "dead"));
    const Json later = get("/api/queues?from=2026-11-23T09:00:00Z&minutes=60")["queues"];
    EXPECT_EQ(later[0]["bins"][0]["length_mean"], 0);
    EXPECT_EQ(later[0]["bins"][1]["length_mean"], nullptr);
    EXPECT_EQ(later[0]["bins"][2]["length_mean"], nullptr);
}

TEST_F(ApiTest, MetricsHaveCamerasRequestsAndFacts) {
    add_door();
    site_.add_facts({test_visit("visit-1", "till", 1, std::chrono::minutes(1), std::chrono::seconds(1))});
    static_cast<void>(site_.ask("GET", "/api/shop"));
    const std::string text = site_.ask("GET", "/metrics").body;
    for (const char* line :
         {"vitrina_camera_live{camera=\"door\"} 1", "vitrina_people 1", "vitrina_facts_total 1",
          "vitrina_http_requests_total{route=\"/api/shop\",status=\"200\"} 1",
          "vitrina_event_listeners{stream=\"events\"} 0", "# TYPE vitrina_people gauge",
          "vitrina_disk_reserve_used 0", "process_cpu_seconds_total "})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(ApiTest, RequestsAreLoggedWithoutTheirSecrets) {
    static_cast<void>(site_.ask("GET", "/api/visits?zone=q-secret"));
    EXPECT_EQ(site_.ask("GET", "/api/shop").status, 200);
    EXPECT_THAT(site_.log(), HasSubstr("127.0.0.1 GET /api/visits 200 "));
    EXPECT_THAT(site_.log(), Not(HasSubstr("q-secret")));
    EXPECT_THAT(site_.log(), Not(HasSubstr("vitrina-session")));
}

TEST(ApiDisk, AReserveThatWasUsedIsMoreThanOneThatWasNeverTaken) {
    TestSite site(std::int64_t{1} << 50);  // more than any disk has
    site.start();
    site.add_users();
    const auto get = [&](const std::string& target) { return Json::parse(site.ask("GET", target).body); };
    EXPECT_EQ(get("/api/shop")["disk_full"], false);
    EXPECT_EQ(get("/api/shop")["disk_low"], true);
    EXPECT_EQ(get("/healthz")["status"], "ok");
    EXPECT_THAT(site.ask("GET", "/metrics").body, HasSubstr("vitrina_disk_reserve_not_taken 1"));
    std::ofstream(site.folder() / "vitrina.db.reserve").close();  // what stays of one that was given back
    EXPECT_EQ(get("/api/shop")["disk_full"], true);
    EXPECT_EQ(get("/api/shop")["disk_low"], false);
    EXPECT_EQ(get("/healthz")["reason"], "the disk is full");
    EXPECT_THAT(site.ask("GET", "/metrics").body, HasSubstr("vitrina_disk_reserve_used 1"));
}

TEST(ApiSetup, TheFirstAdministratorNeedsTheToken) {
    TestSite site;
    site.start();
    TestClient client(site.port());
    const auto set_up = [&](const std::string& token) {
        return client.request(
            "POST", "/api/setup", "Content-Type: application/json\r\n",
            R"({"token": ")" + token +
                R"(", "name": "owner", "password": "window with two cats", "language": "ru"})");
    };
    EXPECT_EQ(client.request("GET", "/api/setup").body, R"({"needed":true})");
    EXPECT_EQ(set_up("AAAA-AAAA-AAAA").status, 401);
    const TestAnswer made = set_up(site.setup_token);
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_TRUE(made.headers.contains("set-cookie"));
    EXPECT_EQ(Json::parse(made.body)["user"]["language"], "ru");
    EXPECT_EQ(client.request("GET", "/api/setup").body, R"({"needed":false})");
    EXPECT_EQ(set_up(site.setup_token).status, 409);
}

}  // namespace
}  // namespace vitrina::api
