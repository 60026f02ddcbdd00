// Audits over the interface: opening, answering, and what is said of counts.
#include <gtest/gtest.h>

#include "api/instant.h"
#include "api/test_site.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

class AuditApi : public SiteTest {
  protected:
    /// A window of the open audit that was picked. Its clip's number.
    std::int64_t pick(std::int64_t audit, records::AuditKind kind, const std::string& place, int begin_s) {
        records::Audit of;
        of.id = audit;
        records::AuditClip window;
        window.place = {"door", kind, place};
        window.draw = 0.5;
        window.begin = test_now() + std::chrono::seconds(begin_s);
        window.end = window.begin + 10s;
        window.film = "door";
        window.drawing = R"({"points": [[0.1, 0.2], [0.3, 0.4]], "in": [0.5, 0.5]})";
        window.frames = 2;
        const auto offered = site_.services().audits->offer(of, window);
        EXPECT_TRUE(offered && offered->kept);
        return offered && offered->kept ? *offered->kept : 0;
    }
};

TEST_F(AuditApi, FromOpeningToTheError) {
    EXPECT_EQ(ask("GET", "/api/audits")["audits"].size(), 0U);
    const Json opened = ask("POST", "/api/audits", R"({"minutes": 60, "clips": 5, "seed": 9})", 201);
    EXPECT_EQ(opened["seed"], 9);
    EXPECT_EQ(opened["closed"], nullptr);
    const std::int64_t id = opened["id"];
    EXPECT_EQ(ask("POST", "/api/audits", "{}", 409)["error"]["code"], "audit_open");

    const std::int64_t line = pick(id, records::AuditKind::kCrossing, "gate", 0);
    const std::int64_t zone = pick(id, records::AuditKind::kStay, "till", 0);
    const std::string clips = "/api/audits/" + std::to_string(id) + "/clips";
    EXPECT_EQ(ask("GET", clips)["clips"].size(), 2U);
    const std::string of_line = "/api/audit-clips/" + std::to_string(line);
    const std::string of_zone = "/api/audit-clips/" + std::to_string(zone);
    ask("PUT", of_line + "/answer", R"({"in": 1, "out": 0})", 409);
    EXPECT_NE(ask("POST", "/api/audits/" + std::to_string(id) + "/close", "")["closed"], nullptr);
    ask("PUT", of_line + "/answer", R"({"in": 1})", 400);
    ask("PUT", of_line + "/answer", R"({"in": 1, "out": -1})", 400);
    ask("PUT", of_line + "/answer", R"({"in": 1, "out": 1, "unclear": true})", 400);
    ask("PUT", of_zone + "/answer", R"({"in": 1, "out": 1})", 400);
    EXPECT_EQ(ask("GET", clips)["clips"][0]["counted"], nullptr) << "not before it is answered";
    const Json answered = ask("PUT", of_line + "/answer", R"({"in": 1, "out": 0})");
    EXPECT_EQ(answered["answer"]["in"], 1);
    EXPECT_EQ(answered["counted"]["in"], 0);
    ask("PUT", of_zone + "/answer", R"({"in": 0})");
    const Json errors = ask("GET", "/api/count-errors")["errors"];
    ASSERT_EQ(errors.size(), 2U);
    EXPECT_EQ(errors[0]["place"], "gate");
    EXPECT_EQ(errors[0]["in"]["counted"], 0);
    EXPECT_EQ(errors[0]["in"]["truth"], 1);
    EXPECT_EQ(errors[0]["in"]["share"], -1);
    EXPECT_EQ(ask("PUT", of_line + "/answer", R"({"unclear": true})")["answer"]["unclear"], true);
    EXPECT_EQ(ask("PUT", of_line + "/answer", "{}")["answer"]["in"], nullptr);
    EXPECT_EQ(site_.ask("GET", of_line + "/frame.jpg?n=0").status, 404) << "there is no file";
    EXPECT_EQ(site_.ask("DELETE", "/api/audits/" + std::to_string(id)).status, 204);
    ask("GET", clips, "", 404);
}

TEST_F(AuditApi, RefusesWhatCantBe) {
    ask("POST", "/api/audits", R"({"minutes": 1})", 400);
    ask("POST", "/api/audits", R"({"clips": 1000})", 400);
    ask("POST", "/api/audits", R"({"what": 1})", 400);
    ask("POST", "/api/audits/77/close", "", 404);
    ask("GET", "/api/audits/x/clips", "", 404);
    ask("PUT", "/api/audit-clips/77/answer", "{}", 404);
    EXPECT_EQ(site_.ask("GET", "/api/audit-clips/77/frame.jpg").status, 400);
    EXPECT_EQ(site_.ask_as(Role::kGuard, "GET", "/api/audits").status, 403);
}

}  // namespace
}  // namespace vitrina::api
