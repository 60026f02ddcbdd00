// People known by face, over the interface: the watchlist from a look at a face to the guard's verdict,
// enrolment, history, rights, and who looked at whom.
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/test_site.h"

namespace vitrina::api {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Json = nlohmann::json;

constexpr const char* kLater = "2026-12-23T12:00:00Z";  // a month after test_now()

class RecognitionApi : public testing::Test {
  protected:
    RecognitionApi() {
        site_.start();
        site_.add_users();
    }
    Json ask(std::string_view method, const std::string& target, std::string_view body = "", int status = 200,
             Role role = Role::kAdministrator) {
        const TestAnswer answer = site_.ask_as(role, method, target, body);
        EXPECT_EQ(answer.status, status) << method << " " << target << ": " << answer.body;
        return Json::parse(answer.body, nullptr, false);
    }
    static std::string body_of(Json fields, int person) {
        fields["photographs"] = Json::array({TestRecognition::photograph(person)});
        if (!fields.contains("expires")) fields["expires"] = kLater;
        return fields.dump();
    }
    std::int64_t watch(int person) {
        return ask("POST", "/api/watchlist", body_of({{"reason", "took three bottles of cognac"}}, person),
                   201)["id"];
    }
    std::int64_t enrol(int person, const std::string& name) {
        return ask("POST", "/api/gallery",
                   body_of({{"name", name}, {"external", "card-77"}, {"consent", "To be greeted."}}, person),
                   201)["id"];
    }
    void come(int person, PersonId number, double turned = 0, const std::string& camera = "door",
              std::chrono::minutes later = {}) {
        FaceLook look = TestRecognition::face(person, turned);
        look.camera = camera;
        look.person = number;
        look.at = test_now() + later;
        site_.recognition().watch().accept(look);
        ASSERT_TRUE(site_.recognition().watch().settle(std::chrono::seconds(10)));
    }
    Json matches() { return ask("GET", "/api/watchlist/matches", "", 200, Role::kGuard)["matches"]; }

    TestSite site_;
};

TEST_F(RecognitionApi, AWatchedFaceRaisesAnAlarmThatTheGuardConfirms) {
    const std::int64_t channel =
        ask("POST", "/api/channels",
            R"({"name": "Guard", "kind": "webhook", "address": "https://example.com/x", "secret": "key"})",
            201)["id"];
    ask("POST", "/api/rules",
        fmt::format(R"({{"name": "Watch", "measure": "watchlist", "severity": "urgent", "channels": [{}]}})",
                    channel),
        201);
    const std::int64_t entry = watch(3);
    TestClient screen(site_.port());
    screen.send("GET /api/alarms/live HTTP/1.1\r\nHost: t\r\n" + site_.headers_of(Role::kGuard) + "\r\n");
    screen.receive_until("event: hello");
    come(5, 10);
    EXPECT_THAT(matches(), IsEmpty()) << "somebody else";
    come(3, 11, 0.3);
    EXPECT_THAT(screen.receive_until("\"escalated\""), HasSubstr("\"measure\":\"watchlist\""));
    for (int i = 0; i < 500 && site_.delivered().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ASSERT_THAT(site_.delivered(), SizeIs(1));
    EXPECT_THAT(site_.delivered()[0], HasSubstr(fmt::format("looks like entry {}", entry)));
    EXPECT_THAT(site_.delivered()[0], Not(HasSubstr("cognac"))) << "messages can't be taken back";

    const Json match = matches()[0];
    EXPECT_EQ(match["entry"], entry);
    EXPECT_EQ(match["reason"], "took three bottles of cognac");
    EXPECT_NEAR(match["likeness"], std::sqrt(1 - 0.09), 1e-3);
    EXPECT_EQ(match["verdict"], nullptr);
    const std::string target = "/api/watchlist/matches/" + match["id"].get<std::string>();
    EXPECT_EQ(site_.ask_as(Role::kGuard, "GET", target + "/look.jpg").body, "picture of 3");
    EXPECT_EQ(site_
                  .ask_as(Role::kGuard, "GET",
                          fmt::format("/api/watchlist/{}/pictures/{}", entry, match["picture"].get<int>()))
                  .body,
              "picture of 3");
    const Json alarm = ask("GET", "/api/alarms")["alarms"][0];
    EXPECT_EQ(alarm["id"], match["alarm"]);
    EXPECT_EQ(alarm["ended"], nullptr) << "it waits for its answer";
    come(3, 11);
    come(3, 12, 0, "hall");
    EXPECT_THAT(matches(), SizeIs(1)) << "one visitor is one alarm, and one that waits is told once";

    ask("POST", target + "/verdict", R"({"verdict": "maybe"})", 400, Role::kGuard);
    EXPECT_EQ(ask("POST", target + "/verdict", R"({"verdict": "confirmed"})", 200, Role::kGuard)["judged_by"],
              "guard");
    ask("POST", target + "/verdict", R"({"verdict": "rejected"})", 409, Role::kGuard);
    ask("POST", "/api/watchlist/matches/0123/verdict", R"({"verdict": "rejected"})", 404, Role::kGuard);
    const Json after = ask("GET", "/api/alarms")["alarms"][0];
    EXPECT_EQ(after["acknowledged_by"], "guard");
    EXPECT_NE(after["ended"], nullptr);
    come(3, 13, 0, "hall");
    EXPECT_THAT(matches(), SizeIs(1)) << "who was confirmed a moment ago, before another camera";
    come(3, 13, 0, "door", std::chrono::minutes(6));
    EXPECT_THAT(matches(), SizeIs(2)) << "he came again";
    const Json all = ask("GET", fmt::format("/api/gallery/{}/export.json", entry));
    ASSERT_THAT(all["matches"], SizeIs(2));
    for (const Json& one : all["matches"])
        EXPECT_EQ(one["jpeg_base64"].get<std::string>().empty(), one["verdict"] != "confirmed");
}

TEST_F(RecognitionApi, WhoWasNotToldWhileAMatchWaitedIsToldWhenItWasSomebodyElse) {
    static_cast<void>(watch(3));
    come(3, 11, 0.6);
    come(3, 12, 0.2, "hall");
    EXPECT_THAT(matches(), SizeIs(1)) << "one that waits is told once";
    const std::string id = matches()[0]["id"];
    ask("POST", "/api/watchlist/matches/" + id + "/verdict", R"({"verdict": "rejected"})", 200, Role::kGuard);
    EXPECT_EQ(matches()[0]["has_look"], false) << "nobody keeps the face of a stranger";
    come(3, 12, 0.2, "hall");
    EXPECT_THAT(matches(), SizeIs(2)) << "the same visitor, who was told of to nobody";
}

TEST_F(RecognitionApi, AVerdictThatWasKeptEndsItsAlarmAtTheNextTry) {
    static_cast<void>(watch(3));
    come(3, 11);
    const std::string id = matches()[0]["id"];
    ASSERT_TRUE(site_.recognition().gallery().judge(id, true, "guard"));  // and then the power went
    EXPECT_EQ(ask("GET", "/api/alarms")["alarms"][0]["ended"], nullptr);
    ask("POST", "/api/watchlist/matches/" + id + "/verdict", R"({"verdict": "confirmed"})", 409,
        Role::kGuard);
    EXPECT_NE(ask("GET", "/api/alarms")["alarms"][0]["ended"], nullptr);
}

TEST_F(RecognitionApi, AnEntryThatIsErasedAsAPersonEndsItsAlarms) {
    const std::int64_t entry = watch(3);
    come(3, 11);
    ask("DELETE", fmt::format("/api/gallery/{}", entry), "", 204);
    EXPECT_NE(ask("GET", "/api/alarms")["alarms"][0]["ended"], nullptr);
    EXPECT_THAT(ask("GET", "/api/watchlist")["entries"], IsEmpty());
}

TEST_F(RecognitionApi, ARejectedMatchMakesTheEntryStricter) {
    const std::int64_t entry = watch(3);
    come(3, 11, 0.6);  // likeness 0.8
    const std::string id = matches()[0]["id"];
    ask("POST", "/api/watchlist/matches/" + id + "/verdict", R"({"verdict": "rejected"})", 200, Role::kGuard);
    EXPECT_NEAR(ask("GET", "/api/watchlist")["entries"][0]["likeness_min"], 0.805, 1e-3);
    come(3, 12, 0.6);
    EXPECT_THAT(matches(), SizeIs(1)) << "who looks like the one that was rejected";
    come(3, 13, 0.2);
    EXPECT_THAT(matches(), SizeIs(2)) << "who looks more like the entry";
    ask("DELETE", fmt::format("/api/watchlist/{}", entry), "", 204);
    EXPECT_THAT(matches(), IsEmpty());
    EXPECT_NE(ask("GET", "/api/alarms?limit=1")["alarms"][0]["ended"], nullptr)
        << "nobody waits for it any more";
    come(3, 14);
    EXPECT_THAT(matches(), IsEmpty());
}

TEST_F(RecognitionApi, AnUnansweredMatchEscalates) {
    const std::int64_t channel =
        ask("POST", "/api/channels",
            R"({"name": "Boss", "kind": "webhook", "address": "https://example.com/y", "secret": "key"})",
            201)["id"];
    ask("POST", "/api/rules",
        fmt::format(
            R"({{"name": "Watch", "measure": "watchlist", "escalate_after_s": 1, "escalate_to": [{}]}})",
            channel),
        201);
    static_cast<void>(watch(3));
    FaceLook look = TestRecognition::face(3);
    look.person = 1;
    look.at = test_now() - std::chrono::seconds(5);
    site_.recognition().watch().accept(look);
    for (int i = 0; i < 1000 && site_.delivered().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_THAT(site_.delivered(), SizeIs(1));
    EXPECT_THAT(site_.delivered()[0], HasSubstr("Not acknowledged"));
}

TEST_F(RecognitionApi, NobodyIsPutOnTheListWithoutReasonDayAndFace) {
    const auto refused = [&](const std::string& body) {
        return ask("POST", "/api/watchlist", body, 422)["error"];
    };
    EXPECT_THAT(refused(body_of(Json::object(), 3))["message"], HasSubstr("reason"));
    EXPECT_THAT(
        refused(Json({{"reason", "x"}, {"photographs", {TestRecognition::photograph(3)}}}).dump())["message"],
        HasSubstr("expires"));
    EXPECT_THAT(refused(body_of({{"reason", "x"}, {"expires", "2020-01-01T00:00:00Z"}}, 3))["message"],
                HasSubstr("in the future"));
    EXPECT_THAT(refused(Json({{"reason", "x"}, {"expires", kLater}}).dump())["code"],
                "unsuitable_photograph");
    EXPECT_THAT(refused(Json({{"reason", "x"}, {"expires", kLater}, {"photographs", {"bm8gZmFjZQ=="}}})
                            .dump())["message"],
                "photograph 1: there is no face on it");
    EXPECT_THAT(
        refused(Json({{"reason", "x"}, {"expires", kLater}, {"photographs", {"?"}}}).dump())["message"],
        "photograph 1: is not base64");
    EXPECT_THAT(ask("GET", "/api/watchlist")["entries"], IsEmpty());
    ask("POST", "/api/watchlist", body_of({{"reason", "x"}}, 3), 403, Role::kGuard);
}

TEST_F(RecognitionApi, WhoIsEnrolledHasAHistory) {
    EXPECT_EQ(ask("POST", "/api/gallery", body_of({{"name", "Anna"}}, 1), 422)["error"]["code"],
              "consent_missing");
    const std::int64_t anna = enrol(1, "Anna");
    site_.add_facts({test_visit("visit-1", "till", 21, std::chrono::minutes(5), std::chrono::seconds(90)),
                     test_visit("visit-2", "till", 22, std::chrono::minutes(5), std::chrono::seconds(30))});
    come(1, 21);
    come(2, 22);
    come(1, 21);
    ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
    const char* const receipt =
        R"({{"id": "{}", "till": "1", "at": "2026-11-23T11:00:00Z", "total_minor": 250, "card": "{}",
            "lines": [{{"sku": "4601", "name": "Milk", "quantity": 1, "price_minor": 250, "amount_minor": 250}}]}})";
    ask("POST", "/api/receipts", fmt::format(fmt::runtime(receipt), "a", "card-77"), 201);
    ask("POST", "/api/receipts", fmt::format(fmt::runtime(receipt), "b", "card-78"), 201);
    const Json person = ask("GET", fmt::format("/api/gallery/{}", anna));
    EXPECT_EQ(person["name"], "Anna");
    ASSERT_THAT(person["history"]["receipts"], SizeIs(1)) << "paid with her card";
    EXPECT_EQ(person["history"]["receipts"][0]["id"], "a");
    EXPECT_EQ(person["consent"]["taken_by"], "owner");
    ASSERT_THAT(person["history"]["stays"], SizeIs(1));
    EXPECT_EQ(person["history"]["dwell_s"], 90);
    EXPECT_EQ(person["history"]["count"], 1);
    EXPECT_EQ(person["history"]["stays"][0]["visits"][0]["zone"], "till");
    EXPECT_EQ(site_
                  .ask("GET", fmt::format("/api/gallery/{}/pictures/{}", anna,
                                          person["pictures"][0]["id"].get<int>()))
                  .body,
              "picture of 1");
    const Json all = ask("GET", fmt::format("/api/gallery/{}/export.json", anna));
    EXPECT_EQ(all["pictures"][0]["jpeg_base64"], "cGljdHVyZSBvZiAx");
    EXPECT_THAT(all["history"]["stays"], SizeIs(1));
    ask("GET", fmt::format("/api/gallery/{}", anna), "", 403, Role::kGuard);
    ask("DELETE", fmt::format("/api/gallery/{}", anna), "", 204);
    ask("GET", fmt::format("/api/gallery/{}", anna), "", 404);
    ask("DELETE", fmt::format("/api/gallery/{}", anna), "", 404);
    come(1, 23);
    EXPECT_THAT(ask("GET", "/api/gallery")["people"], IsEmpty());
    EXPECT_EQ(ask("GET", "/api/receipts/a")["card"], "") << "receipts belong to nobody then";
    EXPECT_NE(ask("GET", "/api/receipts/b")["card"], "");
}

TEST_F(RecognitionApi, DuplicatesAreJoinedAndMistakesParted) {
    const std::int64_t anna = enrol(1, "Anna");
    const std::int64_t anya = enrol(2, "Anya");
    const std::int64_t entry = watch(3);
    come(2, 31);
    const std::string target = fmt::format("/api/gallery/{}", anna);
    ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", entry), 422);
    ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", anna), 422);
    EXPECT_THAT(ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", anya))["pictures"],
                SizeIs(2));
    ask("GET", fmt::format("/api/gallery/{}", anya), "", 404);
    come(2, 32);
    Json person = ask("GET", target);
    ASSERT_THAT(person["history"]["stays"], SizeIs(2)) << "the history of both";
    ask("POST", target + "/split", R"({"pictures": []})", 422);
    ask("POST", target + "/split", R"({"pictures": [999]})", 422);
    const Json parted = ask(
        "POST", target + "/split",
        Json({{"pictures", {person["pictures"][1]["id"]}}, {"stays", {person["history"]["stays"][0]["id"]}}})
            .dump(),
        201);
    person = ask("GET", target);
    EXPECT_THAT(person["pictures"], SizeIs(1));
    EXPECT_THAT(person["history"]["stays"], SizeIs(1));
    come(2, 33);
    const Json other = ask("GET", "/api/gallery/" + parted["id"].dump());
    EXPECT_EQ(other["consent"]["text"], "To be greeted.");
    EXPECT_THAT(other["history"]["stays"], SizeIs(2)) << "recognised as the one whose picture it is";
}

TEST_F(RecognitionApi, EachLookIsInAChainThatShowsChanges) {
    const std::int64_t anna = enrol(1, "Anna");
    ask("GET", fmt::format("/api/gallery/{}", anna));
    const Json looks = ask("GET", "/api/privacy/looks")["looks"];
    ASSERT_THAT(looks, SizeIs(2));
    EXPECT_EQ(looks[0]["what"], "looked at the history");
    EXPECT_EQ(looks[0]["who"], "owner");
    EXPECT_EQ(looks[0]["whom"], anna);
    const Json verdict = ask("GET", "/api/privacy/looks/verify");
    EXPECT_EQ(verdict["whole"], true);
    EXPECT_EQ(verdict["entries"], 2);
    EXPECT_EQ(verdict["head"], looks[0]["hash"]);
    EXPECT_EQ(ask("GET", "/api/privacy/looks/verify?head=" + looks[1]["hash"].get<std::string>())["whole"],
              true);
    EXPECT_EQ(ask("GET", "/api/privacy/looks/verify?head=00")["whole"], false);
    ask("GET", "/api/privacy/looks", "", 403, Role::kManager);
}

TEST_F(RecognitionApi, TheRateOfFalseMatchesIsChosen) {
    Json state = ask("GET", "/api/privacy");
    EXPECT_EQ(state["mode"], "recognition");
    EXPECT_EQ(state["likeness_min"], 0.7);
    EXPECT_THAT(state["rates"], SizeIs(2));
    ask("PATCH", "/api/privacy", R"({"false_match": 2})", 400);
    EXPECT_THAT(ask("PATCH", "/api/privacy", R"({"false_match": 0.0001})", 400)["error"]["message"],
                HasSubstr("were not measured"));
    state = ask("PATCH", "/api/privacy", R"({"false_match": 0.01})");
    EXPECT_EQ(state["likeness_min"], 0.6);
    ask("PATCH", "/api/privacy", R"({"false_match": 0.01})", 403, Role::kManager);
}

TEST_F(RecognitionApi, WhereNobodyIsRecognisedItSaysSo) {
    site_.services().recognition = nullptr;
    site_.start();
    site_.sign_in_users();
    EXPECT_EQ(ask("GET", "/api/privacy", "", 409)["error"]["code"], "no_gallery");
    EXPECT_EQ(ask("GET", "/api/watchlist", "", 409)["error"]["code"], "no_gallery");
}

}  // namespace
}  // namespace vitrina::api
