// Streams over real sockets: facts with resume and gap, tracks, live pictures.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_site.h"

namespace vitrina::api {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class StreamTest : public testing::Test {
  protected:
    StreamTest() {
        site_.add_users();
        site_.start();
        pipeline::CameraSettings settings;
        settings.id = "door";
        EXPECT_TRUE(site_.shop.set_camera(settings).has_value());
        settings.id = "yard";
        EXPECT_TRUE(site_.shop.set_camera(settings).has_value());
    }

    std::unique_ptr<TestClient> open(const std::string& target, const std::string& headers = "") {
        auto client = std::make_unique<TestClient>(site_.port());
        client->send("GET " + target + " HTTP/1.1\r\nHost: t\r\n" + headers +
                     site_.headers_of(Role::kManager) + "\r\n");
        return client;
    }
    /// An open stream of events, listened to.
    std::unique_ptr<TestClient> listen(const std::string& target, const std::string& headers = "") {
        auto client = open(target, headers);
        EXPECT_EQ(client->head().status, 200);
        EXPECT_THAT(client->receive_until("\n\n"), HasSubstr("retry: 2000\n"));
        return client;
    }
    void add_fact(int number) {
        site_.add_facts({test_visit("visit-" + std::to_string(number), "till", number,
                                    std::chrono::minutes(1), std::chrono::seconds(5))});
    }
    static pipeline::LiveTracks tracks(const std::string& camera, double time_s) {
        pipeline::LiveTracks result;
        result.camera = camera;
        result.media_time_s = time_s;
        result.at = test_now();
        result.width = 640;
        result.height = 360;
        result.people.push_back({(1 << 20) + 7, {1, 2, 3, 4}, 0.5, {"till"}});
        return result;
    }

    TestSite site_;
};

TEST_F(StreamTest, FactsComeAsTheyAreKnown) {
    const auto client = listen("/api/events");
    add_fact(1);
    const std::string event = client->receive_until("}\n\n");
    EXPECT_THAT(event, HasSubstr("id: 1\nevent: fact\ndata: {\"v\":1,\"kind\":\"visit\",\"id\":\"visit-1\""));
    EXPECT_THAT(
        event,
        HasSubstr(
            R"("begin":"2026-11-23T11:59:00.000Z","end":"2026-11-23T11:59:05.000Z","op":"add","seq":1,)"));
    add_fact(2);
    EXPECT_THAT(client->receive_until("}\n\n"), HasSubstr("id: 2\n"));
}

TEST_F(StreamTest, FactsGoOnWhereTheListenerLeft) {
    for (int i = 1; i <= 5; ++i)
        add_fact(i);
    for (const auto& client : {listen("/api/events?after=3"), listen("/api/events", "Last-Event-ID: 3\r\n"),
                               listen("/api/events?after=1", "Last-Event-ID: 3\r\n")}) {
        EXPECT_THAT(client->receive_until("}\n\n"), HasSubstr("id: 4\n"));
        EXPECT_THAT(client->receive_until("}\n\n"), HasSubstr("id: 5\n"));
    }
    // From the records and from memory: all, once each.
    const auto all = listen("/api/events?after=0");
    add_fact(6);
    for (int i = 1; i <= 6; ++i)
        EXPECT_THAT(all->receive_until("}\n\n"), HasSubstr("id: " + std::to_string(i) + "\n"));
    // Without a place: from now on.
    const auto late = listen("/api/events");
    add_fact(7);
    EXPECT_THAT(late->receive_until("}\n\n"), HasSubstr("id: 7\n"));
}

TEST_F(StreamTest, WhoIsCutOffBeforeTheFirstFactComesBackToHisPlace) {
    add_fact(1);
    static_cast<void>(listen("/api/events?after=0")->receive_until("}\n\n"));  // it has come to the streams
    const auto client = open("/api/events");
    ASSERT_EQ(client->head().status, 200);
    EXPECT_THAT(client->receive_until("\n\n"),
                HasSubstr("retry: 2000\nid: 1\nevent: hello\ndata: {\"last\":1}\n\n"));
    client->close();
    add_fact(2);
    EXPECT_THAT(listen("/api/events", "Last-Event-ID: 1\r\n")->receive_until("}\n\n"), HasSubstr("id: 2\n"));
}

TEST_F(StreamTest, AListenerIsToldWhatHeMissed) {
    for (int i = 1; i <= 4; ++i)
        add_fact(i);
    site_.add_facts({test_visit("visit-5", "till", 5, std::chrono::minutes(-10), std::chrono::seconds(5))});
    const UtcTime end = test_now() + std::chrono::minutes(1);
    while (*site_.services().facts.forget_before({end, end, end}) > 0) {
    }
    site_.start();  // what this program has in memory it still tells
    const std::int64_t first = *site_.services().facts.first_sequence();
    ASSERT_GT(first, 1);
    const auto client = listen("/api/events?after=1");
    EXPECT_THAT(client->receive_until("}\n\n"),
                HasSubstr("event: gap\ndata: {\"first\":" + std::to_string(first) + "}"));
    EXPECT_THAT(client->receive_until("}\n\n"), HasSubstr("id: " + std::to_string(first) + "\n"));
    // Of records that are gone altogether.
    const auto future = listen("/api/events?after=1000000");
    EXPECT_THAT(future->receive_until("}\n\n"), HasSubstr("event: gap\n"));
}

TEST_F(StreamTest, FactsAsAPage) {
    for (int i = 1; i <= 3; ++i)
        add_fact(i);
    const auto json = nlohmann::json::parse(site_.ask("GET", "/api/events.json?after=1&limit=1").body);
    EXPECT_EQ(json["events"].size(), 1U);
    EXPECT_EQ(json["events"][0]["seq"], 2);
    EXPECT_EQ(json["last"], 2);
    EXPECT_EQ(site_.ask("GET", "/api/events.json?after=3").body, R"({"events":[],"last":3})");
}

TEST_F(StreamTest, WhoOfTheStaffDoesWhatIsForThoseWhoRunTheShop) {
    const UtcTime at = test_now() - std::chrono::minutes(2);
    const auto fact = [&](const char* id, Fact what) {
        LiveEvent event = test_visit(id, "till", 7, std::chrono::minutes(2), std::chrono::seconds(5));
        event.event.fact = std::move(what);
        event.begin = at;
        event.end = at + std::chrono::seconds(5);
        return event;
    };
    Label label;
    label.person = 7;
    label.who = WhoIs::kStaff;
    label.member = 5;
    Work work;
    work.person = 7;
    Talk talk;
    talk.staff = 7;
    talk.person = 8;
    const auto tells = [&](Role role) {
        TestClient client(site_.port());
        client.send("GET /api/events?after=0 HTTP/1.1\r\nHost: t\r\n" + site_.headers_of(role) + "\r\n");
        return client.receive_until("visit-9");
    };
    site_.add_facts({fact("label-1", label), fact("work-1", work), fact("talk-1", talk)});
    add_fact(9);
    for (const bool from_memory : {true, false}) {
        for (const Role role : {Role::kAdministrator, Role::kManager}) {
            EXPECT_THAT(tells(role), HasSubstr("\"member\":5"));
            EXPECT_THAT(tells(role), HasSubstr("work-1"));
            EXPECT_THAT(site_.ask_as(role, "GET", "/api/events.json").body, HasSubstr("talk-1"));
        }
        for (const Role role : {Role::kAnalyst, Role::kGuard}) {
            const std::string told = tells(role);
            EXPECT_THAT(told, HasSubstr("label-1"));
            EXPECT_THAT(told, HasSubstr("id: 3\n\n")) << "a place to come back to";
            const auto page = nlohmann::json::parse(site_.ask_as(role, "GET", "/api/events.json").body);
            EXPECT_EQ(page["events"].size(), 2U);
            EXPECT_EQ(page["last"], 4);
            for (const std::string& text : {told, page.dump()}) {
                EXPECT_THAT(text, Not(HasSubstr("member")));
                EXPECT_THAT(text, Not(HasSubstr("work-1")));
                EXPECT_THAT(text, Not(HasSubstr("talk-1")));
            }
        }
        if (from_memory) site_.start();  // and now from the records
    }
}

TEST_F(StreamTest, TracksOfTheWantedCamerasOnly) {
    const auto door = listen("/api/live?camera=door");
    const auto both = listen("/api/live");
    site_.shop.tell_tracks(tracks("yard", 1));
    site_.shop.tell_tracks(tracks("door", 2));
    const std::string event = door->receive_until("}\n\n");
    EXPECT_THAT(
        event,
        HasSubstr(
            R"(event: tracks
data: {"camera":"door","media_time_s":2.000000,"at":"2026-11-23T12:00:00.000Z","width":640,"height":360,)"
            R"("people":[{"person":1048583,"label":"7","box":[1.0,2.0,3.0,4.0],"score":0.500,"zones":["till"]}]})"));
    EXPECT_THAT(event, Not(HasSubstr("yard")));
    EXPECT_NE(both->receive_until("yard"), "");
    pipeline::LiveTracks settling = tracks("door", 3);
    settling.facts = {"visit-1", "crossing-1"};
    site_.shop.tell_tracks(settling);
    EXPECT_THAT(door->receive_until("}\n\n"), HasSubstr(R"(]}],"facts":["visit-1","crossing-1"]})"));
}

TEST_F(StreamTest, WhereBodiesFace) {
    const auto door = listen("/api/live?camera=door");
    pipeline::LiveTracks facing = tracks("door", 1);
    facing.people[0].pose = Pose{};
    facing.people[0].posture = Posture::kStanding;
    facing.people[0].facing_deg = 201.4;
    site_.shop.tell_tracks(facing);
    EXPECT_THAT(door->receive_until("}\n\n"), HasSubstr(R"("facing_deg":201})"));
    facing.people[0].facing_deg = 359.7;  // is 0
    site_.shop.tell_tracks(facing);
    EXPECT_THAT(door->receive_until("}\n\n"), HasSubstr(R"("facing_deg":0})"));
    facing.people[0].facing_deg.reset();
    site_.shop.tell_tracks(facing);
    EXPECT_THAT(door->receive_until("}\n\n"), Not(HasSubstr("facing_deg")));
}

TEST_F(StreamTest, WhoIsOnTheFloorPlan) {
    const auto plan = listen("/api/live?camera=plan");
    site_.shop.tell_tracks(tracks("door", 2));
    site_.shop.tell_plan({test_now(), {{(PersonId{1} << 20) + 7, {1.234, 5}, 0.12, {"till", "middle"}}}});
    const std::string event = plan->receive_until("}\n\n");
    EXPECT_THAT(event, HasSubstr(R"(event: plan
data: {"at":"2026-11-23T12:00:00.000Z","people":[{"person":1048583,"label":"7","place":[1.23,5.00],)"
                                 R"("spread_m":0.12,"zones":["till","middle"]}]})"));
    EXPECT_THAT(event, Not(HasSubstr("tracks")));
    site_.shop.tell_plan({test_now(), {{1, {1, 5}, 0.12, {}, pipeline::HeightRange{1.624, 1.796}}}});
    EXPECT_THAT(plan->receive_until("}\n\n"), HasSubstr(R"("zones":[],"height_m":[1.62,1.80]}]})"));
}

TEST_F(StreamTest, ASlowReaderOfTracksGetsTheNewest) {
    const auto client = listen("/api/live?camera=door");
    // Much more than computers keep on the way, in pictures of 8 kB, to a reader who sleeps.
    pipeline::LiveTracks crowd = tracks("door", 0);
    crowd.people.resize(100, crowd.people.front());
    constexpr int kPictures = 2000;
    for (int i = 1; i <= kPictures; ++i) {
        crowd.media_time_s = i;
        site_.shop.tell_tracks(crowd);
        if (i % 100 == 0) std::this_thread::sleep_for(milliseconds(1));
    }
    int pictures = 0;
    std::string event;
    const std::string last = "\"media_time_s\":" + std::to_string(kPictures) + ".000000";
    do {
        event = client->receive_until("}\n\n");
        ++pictures;
    } while (!event.empty() && event.find(last) == std::string::npos);
    EXPECT_THAT(event, HasSubstr(last));
    EXPECT_LT(pictures, kPictures);
}

TEST_F(StreamTest, LivePicturesAsMp4) {
    const auto client = open("/api/cameras/door/live.mp4");
    for (int i = 0; i < 200 && site_.shop.test_view->viewers() == 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    site_.shop.test_view->push(video::ViewForm::kMp4, "[moov]", 0);
    const TestAnswer head = client->head();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-type"), "video/mp4; codecs=\"avc1.64001f\"");
    EXPECT_NE(client->receive_until("[moov]"), "");
    site_.shop.test_view->push(video::ViewForm::kMp4, "[moof]", 1);
    EXPECT_NE(client->receive_until("[moof]"), "");
    // Another codec: the page asks anew.
    site_.shop.test_view->end(video::ViewForm::kMp4);
    EXPECT_NE(client->receive_until("0\r\n\r\n"), "");
    EXPECT_TRUE(client->closed());
}

TEST_F(StreamTest, LivePicturesAsJpeg) {
    const auto client = open("/api/cameras/door/live.mjpeg");
    const auto watched = [&] {
        for (int i = 0; i < 200 && site_.shop.test_view->viewers() == 0; ++i)
            std::this_thread::sleep_for(milliseconds(10));
    };
    watched();
    site_.shop.test_view->push(video::ViewForm::kJpeg, "JPEG1", 1.5);
    EXPECT_EQ(client->head().headers.at("content-type"),
              "multipart/x-mixed-replace; boundary=vitrina-picture");
    EXPECT_THAT(client->receive_until("JPEG1\r\n"),
                HasSubstr("--vitrina-picture\r\nContent-Type: image/jpeg\r\nContent-Length: "
                          "5\r\nX-Media-Time: 1.500000\r\n\r\nJPEG1"));
    // Another codec makes no difference to pictures.
    site_.shop.test_view->end(video::ViewForm::kJpeg);
    std::this_thread::sleep_for(milliseconds(100));
    watched();
    site_.shop.test_view->push(video::ViewForm::kJpeg, "JPEG2", 2);
    EXPECT_NE(client->receive_until("JPEG2\r\n"), "");
}

TEST_F(StreamTest, PicturesOfManyCamerasInOneAnswer) {
    const auto client = open("/api/live.mjpeg?camera=door");
    for (int i = 0; i < 200 && site_.shop.test_view->viewers() == 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    site_.shop.test_view->push(video::ViewForm::kJpeg, "JPEG1", 1.5);
    EXPECT_THAT(client->receive_until("JPEG1\r\n"),
                HasSubstr("X-Media-Time: 1.500000\r\nX-Camera: door\r\n\r\nJPEG1"));
    // A tenth of a second later is sooner than five times a second; half a second is not.
    site_.shop.test_view->push(video::ViewForm::kJpeg, "JPEG2", 1.6);
    std::this_thread::sleep_for(milliseconds(100));
    site_.shop.test_view->push(video::ViewForm::kJpeg, "JPEG3", 2.1);
    EXPECT_THAT(client->receive_until("JPEG3\r\n"), Not(HasSubstr("JPEG2")));
    EXPECT_EQ(open("/api/live.mjpeg?camera=door,nobody")->answer().status, 404);
    EXPECT_EQ(open("/api/live.mjpeg")->answer().status, 400);
}

TEST_F(StreamTest, NobodyIsServedWhenHeHasLeft) {
    auto client = open("/api/cameras/door/live.mjpeg");
    for (int i = 0; i < 200 && site_.shop.test_view->viewers() == 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    client.reset();
    for (int i = 0; i < 200 && site_.shop.test_view->viewers() > 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    EXPECT_EQ(site_.shop.test_view->viewers(), 0U);
}

TEST_F(StreamTest, WithoutH264ThereIsNoMp4) {
    site_.shop.test_view->mp4 = false;
    EXPECT_EQ(open("/api/cameras/door/live.mp4")->answer().status, 406);
}

TEST_F(StreamTest, WhoWatchesAStreamThatConnectsOnlyNowWaitsForIt) {
    site_.shop.test_view->mp4.reset();
    const auto client = open("/api/cameras/door/live.mp4");
    for (int i = 0; i < 200 && site_.shop.test_view->viewers() == 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    site_.shop.test_view->push(video::ViewForm::kMp4, "FIRST", 1);
    EXPECT_EQ(client->head().status, 200);
}

TEST_F(StreamTest, FiveHundredListenersGetEveryFact) {
    std::vector<std::unique_ptr<TestClient>> clients;
    clients.reserve(500);
    for (int i = 0; i < 500; ++i)
        clients.push_back(listen("/api/events"));
    for (int i = 1; i <= 20; ++i)
        add_fact(i);
    for (const auto& client : clients)
        for (int i = 1; i <= 20; ++i)
            ASSERT_THAT(client->receive_until("}\n\n"), HasSubstr("id: " + std::to_string(i) + "\n"));
}

}  // namespace
}  // namespace vitrina::api
