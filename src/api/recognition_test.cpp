// People known by face, over the interface: the watchlist from a look at a face to the guard's verdict,
// enrolment, history, rights, and who looked at whom.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "api/test_site.h"
#include "privacy/key_ring.h"
#include "records/test_stranger.h"

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
    /// He is looked at twice, as often as it takes to be known.
    void stay(int person, PersonId number) {
        for (int look = 0; look < privacy::kLooksToAgree; ++look)
            come(person, number);
    }
    void pay(const std::string& id, const std::string& card) {
        ask("POST", "/api/receipts",
            Json({{"id", id},
                  {"till", "1"},
                  {"at", "2026-11-23T11:00:00Z"},
                  {"total_minor", 250},
                  {"card", card},
                  {"lines", Json::array({{{"sku", "4601"},
                                          {"name", "Milk"},
                                          {"quantity", 1},
                                          {"price_minor", 250},
                                          {"amount_minor", 250}}})}})
                .dump(),
            201);
    }
    /// By webhook.
    void tell_guard_of_watchlist() {
        const std::int64_t channel = ask(
            "POST", "/api/channels",
            R"({"name": "Guard", "kind": "webhook", "address": "https://example.com/x", "secret": "key"})",
            201)["id"];
        ask("POST", "/api/rules",
            fmt::format(
                R"({{"name": "Watch", "measure": "watchlist", "severity": "urgent", "channels": [{}]}})",
                channel),
            201);
    }
    Json matches() { return ask("GET", "/api/watchlist/matches", "", 200, Role::kGuard)["matches"]; }

    TestSite site_;
};

TEST_F(RecognitionApi, AWatchedFaceRaisesAnAlarmThatTheGuardConfirms) {
    tell_guard_of_watchlist();
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
    const Json told = Json::parse(site_.messages()[0].json);
    EXPECT_EQ(told["match"], matches()[0]["id"]);
    EXPECT_EQ(told["page"], "/watchlist?match=" + told["match"].get<std::string>());

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
    const Json refused = ask("POST", "/api/gallery", body_of({{"name", "Anna"}}, 1), 422)["error"];
    EXPECT_EQ(refused["code"], "consent_missing");
    EXPECT_EQ(refused["message"],
              "nobody is enrolled without consent: \"consent\" says what the person agreed to");
    EXPECT_EQ(ask("GET", "/api/gallery/7", "", 404)["error"]["message"],
              "nobody in the gallery has the number 7");
    const std::int64_t anna = enrol(1, "Anna");
    // Groceries lie around the till.
    site_.add_facts(
        {test_visit("visit-1", "till", 21, std::chrono::minutes(5), std::chrono::seconds(90)),
         test_visit("visit-2", "till", 22, std::chrono::minutes(5), std::chrono::seconds(30)),
         test_visit("visit-3", "groceries", 21, std::chrono::seconds(280), std::chrono::seconds(40)),
         test_visit("visit-4", "groceries", 21, std::chrono::seconds(220), std::chrono::seconds(40))});
    come(1, 21);
    come(2, 22);
    come(1, 21);
    ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
    pay("a", "card-77");
    pay("b", "card-78");
    const Json person = ask("GET", fmt::format("/api/gallery/{}", anna));
    EXPECT_EQ(person["name"], "Anna");
    ASSERT_THAT(person["history"]["receipts"], SizeIs(1)) << "paid with her card";
    EXPECT_EQ(person["history"]["receipts"][0]["id"], "a");
    EXPECT_EQ(person["consent"]["taken_by"], "owner");
    ASSERT_THAT(person["history"]["stays"], SizeIs(1));
    EXPECT_EQ(person["history"]["dwell_s"], 120) << "from 300 to 210, and until 180 seconds ago: once each";
    EXPECT_EQ(person["history"]["stays"][0]["dwell_s"], 120);
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
    stay(2, 31);
    const std::string target = fmt::format("/api/gallery/{}", anna);
    ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", entry), 422);
    ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", anna), 422);
    EXPECT_THAT(ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", anya))["pictures"],
                SizeIs(2));
    ask("GET", fmt::format("/api/gallery/{}", anya), "", 404);
    stay(2, 32);
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
    stay(2, 33);
    const Json other = ask("GET", "/api/gallery/" + parted["id"].dump());
    EXPECT_EQ(other["consent"]["text"], "To be greeted.");
    EXPECT_THAT(other["history"]["stays"], SizeIs(2)) << "recognised as the one whose picture it is";
}

TEST_F(RecognitionApi, ReceiptsOfBothCardsFollowWhoIsJoinedAndAreForgottenWithHim) {
    const std::int64_t first = enrol(1, "Anna");
    const std::int64_t second =
        ask("POST", "/api/gallery", body_of({{"external", "card-78"}, {"consent", "Yes."}}, 2), 201)["id"];
    ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
    pay("a", "card-77");
    pay("b", "card-78");
    pay("c", "card-79");
    const std::string target = fmt::format("/api/gallery/{}", first);
    const Json joined = ask("POST", target + "/merge", fmt::format(R"({{"other": {}}})", second));
    EXPECT_EQ(joined["external"], "card-77");
    EXPECT_EQ(joined["more_external"], Json::array({"card-78"}));
    ASSERT_THAT(joined["more_consents"], SizeIs(1));
    EXPECT_EQ(joined["more_consents"][0]["text"], "Yes.");
    EXPECT_THAT(ask("GET", target)["history"]["receipts"], SizeIs(2));
    ask("DELETE", target, "", 204);
    EXPECT_EQ(ask("GET", "/api/receipts/a")["card"], "");
    EXPECT_EQ(ask("GET", "/api/receipts/b")["card"], "");
    EXPECT_NE(ask("GET", "/api/receipts/c")["card"], "") << "somebody else's";
}

TEST_F(RecognitionApi, WithAClosedGalleryReceiptsForgetHimToo) {
    const std::int64_t anna = enrol(1, "Anna");
    ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
    pay("a", "card-77");
    std::ofstream(privacy::key_files_in(site_.folder()).master, std::ios::trunc) << "nonsense";
    site_.restart_recognition();
    site_.sign_in_users();
    ASSERT_NE(ask("GET", "/api/privacy")["closed"], "");
    ask("DELETE", fmt::format("/api/gallery/{}", anna), "", 204);
    EXPECT_EQ(ask("GET", "/api/receipts/a")["card"], "") << "though nothing opened his card";
}

TEST_F(RecognitionApi, ReceiptsForgetWhoseDayHasCome) {
    static_cast<void>(enrol(1, "Anna"));
    ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
    pay("a", "card-77");
    ASSERT_NE(ask("GET", "/api/receipts/a")["card"], "");
    site_.restart_recognition([] { return *parse_instant(kLater) + std::chrono::hours(1); });
    site_.sign_in_users();
    std::string card = "not asked yet";
    for (int i = 0; i < 500 && !card.empty(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        card = ask("GET", "/api/receipts/a")["card"].get<std::string>();
    }
    EXPECT_EQ(card, "");
}

TEST_F(RecognitionApi, MistakesAreCorrected) {
    const std::int64_t anna = enrol(1, "Anna");
    const std::string target = fmt::format("/api/gallery/{}", anna);
    ask("PATCH", target, "{}", 400);
    ask("PATCH", target, R"({"reason": "x"})", 400);
    EXPECT_THAT(ask("PATCH", target, R"({"expires": "9999-12-31T00:00:00Z"})", 422)["error"]["message"],
                HasSubstr("privacy.expires_max_days"));
    ask("PATCH", "/api/gallery/999", R"({"name": "x"})", 404);
    ask("PATCH", target, R"({"name": "x"})", 403, Role::kGuard);
    const Json changed = ask("PATCH", target,
                             R"({"name": "", "external": "card-78", "expires": "2027-01-01T00:00:00Z",
                                 "consent": "To be greeted, and no more."})");
    EXPECT_EQ(changed["name"], "");
    EXPECT_EQ(changed["external"], "card-78");
    EXPECT_EQ(changed["expires"], "2027-01-01T00:00:00.000Z");
    EXPECT_EQ(changed["consent"]["taken_by"], "owner");
    EXPECT_EQ(changed["more_consents"][0]["text"], "To be greeted.");

    const std::string photographs = Json({{"photographs", {TestRecognition::photograph(2)}}}).dump();
    const Json more = ask("POST", target + "/pictures", photographs, 201);
    ASSERT_THAT(more["pictures"], SizeIs(2));
    ask("POST", target + "/pictures", R"({"photographs": ["bm8gZmFjZQ=="]})", 422);
    stay(2, 41);
    const Json stays = ask("GET", target)["history"]["stays"];
    ASSERT_THAT(stays, SizeIs(1)) << "known by the new picture too";
    const std::string first = more["pictures"][0]["id"].dump();
    ask("DELETE", target + "/pictures/" + first, "", 204);
    ask("DELETE", target + "/pictures/" + first, "", 404);
    ask("DELETE", target + "/pictures/" + more["pictures"][1]["id"].dump(), "", 422);
    const std::string false_stay = target + "/stays/" + stays[0]["id"].dump();
    ask("DELETE", false_stay, "", 403, Role::kGuard);
    ask("DELETE", false_stay, "", 204);
    ask("DELETE", false_stay, "", 404);
    EXPECT_THAT(ask("GET", target)["history"]["stays"], IsEmpty());
    const Json looks = ask("GET", "/api/privacy/looks")["looks"];
    EXPECT_TRUE(std::any_of(looks.begin(), looks.end(), [&](const Json& look) {
        return look["what"] == "changed the card" && look["whom"] == anna;
    }));
}

TEST_F(RecognitionApi, AnEntryOfTheWatchlistIsCorrected) {
    const std::string target = fmt::format("/api/watchlist/{}", watch(3));
    EXPECT_EQ(ask("PATCH", target, R"({"reason": "took two bottles"})")["reason"], "took two bottles");
    ask("PATCH", target, R"({"reason": ""})", 422);
    ask("PATCH", target, R"({"external": "card-1"})", 400);
    const Json more = ask("POST", target + "/pictures",
                          Json({{"photographs", {TestRecognition::photograph(4)}}}).dump(), 201);
    ASSERT_THAT(more["pictures"], SizeIs(2));
    come(4, 42);
    EXPECT_THAT(matches(), SizeIs(1));
    EXPECT_EQ(matches()[0]["reason"], "took two bottles");
    ask("DELETE", target + "/pictures/" + more["pictures"][0]["id"].dump(), "", 204);
    come(3, 43);
    EXPECT_THAT(matches(), SizeIs(1)) << "nobody is watched for by that picture";
}

TEST_F(RecognitionApi, AStayThatLaterLooksDenyIsTakenBack) {
    const std::string target = fmt::format("/api/gallery/{}", enrol(1, "Anna"));
    stay(1, 51);
    ASSERT_THAT(ask("GET", target)["history"]["stays"], SizeIs(1));
    for (int look = 0; look < 7; ++look)
        come(9, 51);
    EXPECT_THAT(ask("GET", target)["history"]["stays"], IsEmpty());
    come(1, 52);
    EXPECT_THAT(ask("GET", target)["history"]["stays"], IsEmpty()) << "one look is not believed";
}

TEST_F(RecognitionApi, WhatFailedIsShownUntilItSucceeds) {
    static_cast<void>(enrol(1, "Anna"));
    records::Stranger disk(site_.folder() / "vitrina.db");
    disk.execute(
        "CREATE TRIGGER no_room BEFORE INSERT ON gallery_stays BEGIN SELECT RAISE(ABORT, 'no room'); END");
    stay(1, 61);
    EXPECT_THAT(ask("GET", "/api/privacy")["trouble"], HasSubstr("no room"));
    disk.execute("DROP TRIGGER no_room");
    stay(1, 62);
    EXPECT_EQ(ask("GET", "/api/privacy")["trouble"], "");
}

TEST_F(RecognitionApi, WhatCannotBeNotedIsNotDone) {
    const std::int64_t anna = enrol(1, "Anna");
    static_cast<void>(watch(3));
    come(3, 71);
    const std::string match = matches()[0]["id"];
    records::Stranger disk(site_.folder() / "vitrina.db");
    disk.execute(
        "CREATE TRIGGER no_room BEFORE INSERT ON look_log BEGIN SELECT RAISE(ABORT, 'no room'); END");
    ask("POST", "/api/gallery", body_of({{"consent", "Yes."}}, 2), 500);
    ask("POST", "/api/watchlist", body_of({{"reason", "x"}}, 4), 500);
    ask("PATCH", fmt::format("/api/gallery/{}", anna), R"({"name": "x"})", 500);
    ask("POST", "/api/watchlist/matches/" + match + "/verdict", R"({"verdict": "confirmed"})", 500,
        Role::kGuard);
    disk.execute("DROP TRIGGER no_room");
    EXPECT_THAT(ask("GET", "/api/gallery")["people"], SizeIs(1));
    EXPECT_THAT(ask("GET", "/api/watchlist")["entries"], SizeIs(1));
    EXPECT_EQ(ask("GET", fmt::format("/api/gallery/{}", anna))["name"], "Anna");
    EXPECT_EQ(matches()[0]["verdict"], nullptr);
}

TEST_F(RecognitionApi, WhoSawTheMatchesIsNotedOnceForEachList) {
    static_cast<void>(watch(3));
    const auto noted = [&] {
        const Json looks = ask("GET", "/api/privacy/looks")["looks"];
        return std::count_if(looks.begin(), looks.end(), [](const Json& look) {
            return look["what"] == "looked at the matches of the watchlist" && look["who"] == "guard";
        });
    };
    come(3, 81);
    for (int i = 0; i < 5; ++i)
        static_cast<void>(matches());
    EXPECT_EQ(noted(), 1) << "a screen asks each few seconds";
    come(3, 82, 0, "door", std::chrono::minutes(6));
    static_cast<void>(matches());
    EXPECT_EQ(noted(), 2) << "another match was seen";
}

TEST_F(RecognitionApi, WhatIsKnownOfPeopleIsInNoFileMessageOrBackup) {
    tell_guard_of_watchlist();
    const std::int64_t anna = enrol(1, "Anna Karenina");
    const std::int64_t entry = watch(3);
    ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})");
    pay("a", "card-77");
    stay(1, 91);
    come(3, 92);
    for (int i = 0; i < 500 && site_.delivered().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const auto backup = site_.folder() / "backup.db";
    records::Stranger(site_.folder() / "vitrina.db").execute("VACUUM INTO '" + backup.string() + "'");
    ask("DELETE", fmt::format("/api/gallery/{}", anna), "", 204);
    ask("DELETE", fmt::format("/api/watchlist/{}", entry), "", 204);

    const std::vector<std::string> secrets = {"Anna Karenina",  "card-77",      "three bottles of cognac",
                                              "To be greeted.", "picture of 1", "picture of 3"};
    std::size_t files = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(site_.folder())) {
        if (!file.is_regular_file()) continue;
        ++files;
        std::ifstream stream(file.path(), std::ios::binary);
        const std::string content((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
        for (const std::string& secret : secrets)
            EXPECT_EQ(content.find(secret), std::string::npos) << file.path() << ": " << secret;
    }
    EXPECT_GE(files, 3U) << "the database, its backup, the keys";
    ASSERT_THAT(site_.delivered(), Not(IsEmpty()));
    for (const std::string& message : site_.delivered())
        for (const std::string& secret : secrets)
            EXPECT_THAT(message, Not(HasSubstr(secret)));
    EXPECT_EQ(ask("GET", "/api/receipts/a")["card"], "");

    // The rows are in the backup, and neither key is there any more.
    auto database = records::Database::open(backup, {.reserve_bytes = 0});
    ASSERT_TRUE(database) << database.error().message;
    const records::GalleryStore store(*database);
    const auto ring = privacy::KeyRing::open(privacy::key_files_in(site_.folder()));
    ASSERT_TRUE(ring) << ring.error().message;
    ASSERT_EQ(store.people()->size(), 2U);
    for (const std::int64_t id : {anna, entry})
        EXPECT_EQ(ring->find(store.person(id)->value().key_name), nullptr);
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
    EXPECT_THAT(site_.ask("GET", "/metrics").body,
                HasSubstr("vitrina_look_log_entries{head=\"" + looks[0]["hash"].get<std::string>() + "\"} 2"))
        << "for who keeps it elsewhere";
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
    EXPECT_EQ(state["likeness_known"], 0.7);
    EXPECT_EQ(state["pictures_known"], 0);
    EXPECT_EQ(state["looks_of_visitor"], 7) << "as usual, until enough visitors have come";
    EXPECT_EQ(state["rates"][1]["false_alarms_in_1000_visitors_at_most"], 0);
    EXPECT_NEAR(state["rates"][1]["false_match_high"], 0.1650, 1e-4) << "2 of 40 pairs";
    static_cast<void>(watch(3));
    static_cast<void>(enrol(1, "Anna"));
    static_cast<void>(enrol(2, "Boris"));
    state = ask("GET", "/api/privacy");
    EXPECT_EQ(state["pictures_watched"], 1);
    EXPECT_EQ(state["pictures_known"], 2);
    EXPECT_NEAR(state["likeness_known"], 0.730, 1e-3) << "two are compared at once";
    EXPECT_NEAR(state["rates"][1]["false_alarms_in_1000_visitors"], 50, 1e-6) << "2 of 40 were measured";
    EXPECT_NEAR(state["rates"][1]["false_alarms_in_1000_visitors_at_most"], 350, 1e-6) << "seven looks";
    EXPECT_NEAR(state["rates"][1]["false_recognitions_in_1000_visitors_at_most"], 1000 * (1 - 0.825 * 0.825),
                1e-6);
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
