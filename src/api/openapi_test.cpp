// openapi.json is true: it names exactly the routes of the table and their roles, and each operation answers
// with the status, the type and the body that it says.
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/openapi_json.h"
#include "api/routes/routes.h"
#include "api/test_schema.h"
#include "api/test_site.h"
#include "api/test_walkers.h"
#include "base/png.h"
#include "pipeline/audit_places.h"
#include "pipeline/audit_watch.h"
#include "pipeline/people_watch.h"
#include "teach/test_pictures.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;

constexpr Role kRoles[] = {Role::kAdministrator, Role::kManager, Role::kAnalyst, Role::kGuard, Role::kStaff};

const Json& document() {
    static const Json kDocument = Json::parse(openapi_json());
    return kDocument;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

/// Names of the parameters that the operation takes in its query.
std::set<std::string> query_parameters(const Json& operation) {
    std::set<std::string> names;
    if (!operation.contains("parameters")) return names;
    for (const Json& given : operation["parameters"]) {
        const Json& parameter =
            given.contains("$ref")
                ? document().at(Json::json_pointer(given["$ref"].get<std::string>().substr(1)))
                : given;
        if (parameter["in"] == "query") names.insert(parameter["name"].get<std::string>());
    }
    return names;
}

TEST(OpenApi, NamesTheRoutesOfTheTableAndTheirRoles) {
    std::set<std::string> operations;
    for (const auto& [path, methods] : document()["paths"].items())
        for (const auto& [method, operation] : methods.items())
            operations.insert(method + " " + path);
    const Router router = all_routes();
    for (const Route& route : router.routes()) {
        const std::string path(route.pattern);
        const std::string method = lower(to_text(route.method));
        ASSERT_EQ(operations.erase(method + " " + path), 1U) << method << " " << path << " is not described";
        const Json& operation = document()["paths"][path][method];
        std::set<std::string> roles;
        for (const Role role : kRoles)
            if (route.who.includes(role)) roles.emplace(to_text(role));
        if (route.who.is_public()) roles = {"-"};
        EXPECT_EQ(operation["x-roles"].get<std::set<std::string>>(), roles) << method << " " << path;
        EXPECT_EQ(operation["security"].empty(), route.who.is_public()) << method << " " << path;
        EXPECT_EQ(query_parameters(operation).empty(), route.query == Query::kNone) << method << " " << path;
    }
    EXPECT_THAT(operations, testing::IsEmpty()) << "described, but not there";
}

TEST(OpenApi, OperationsHaveNamesOfTheirOwn) {
    std::set<std::string> names;
    for (const auto& [path, methods] : document()["paths"].items())
        for (const auto& [method, operation] : methods.items())
            EXPECT_TRUE(names.insert(operation["operationId"]).second) << operation["operationId"];
}

/// Calls operations, and knows which were not called.
class Walk {
  public:
    Walk() {
        for (const auto& [path, methods] : document()["paths"].items())
            for (const auto& [method, operation] : methods.items())
                uncalled_.insert(operation["operationId"]);
    }

    /// Checks the request's body and the answer against the operation; the answer's body as JSON.
    Json check(const std::string& name, const TestAnswer& answer, const std::string& body) {
        const Json operation = find(name);
        uncalled_.erase(name);
        if (operation.contains("requestBody") &&
            operation["requestBody"]["content"].contains("application/json"))
            expect_fits(name + ": request", operation["requestBody"]["content"]["application/json"]["schema"],
                        Json::parse(body));
        const Json& responses = operation["responses"];
        const std::string status = std::to_string(answer.status);
        EXPECT_TRUE(responses.contains(status))
            << name << " answered " << status << ": " << answer.body.substr(0, 300);
        if (!responses.contains(status)) return {};
        if (!responses[status].contains("content")) {
            EXPECT_EQ(answer.body, "") << name;
            return {};
        }
        const auto only = responses[status]["content"].begin();
        const std::string& type = only.key();
        const Json& content = only.value();
        EXPECT_EQ(answer.headers.at("content-type").substr(0, type.size()), type) << name;
        if (type != "application/json" && type != "text/event-stream") return {};
        Json json = Json::parse(answer.body, nullptr, false);
        expect_fits(name, content["schema"], json);
        return json;
    }
    [[nodiscard]] const std::set<std::string>& uncalled() const { return uncalled_; }
    /// A parameter that nobody knows is refused, and the refusal names those that the operation takes. Asked
    /// once of each operation that reads.
    void refuse_stranger(const std::string& name, std::uint16_t port, const std::string& target,
                         const std::string& headers) {
        if (method_and_path(name).first != "get" || !strangers_.insert(name).second) return;
        const char* const sign = target.find('?') == std::string::npos ? "?" : "&";
        const TestAnswer answer = TestClient(port).request("GET", target + sign + "zzz=1", headers);
        EXPECT_EQ(answer.status, 400) << name << ": " << answer.body.substr(0, 300);
        if (answer.status != 400) return;
        const std::set<std::string> names = query_parameters(find(name));
        const std::string known = names.empty() ? "this address takes no parameters"
                                                : fmt::format("known are {}", fmt::join(names, ", "));
        EXPECT_EQ(Json::parse(answer.body)["error"]["message"], "unknown \"zzz\"=; " + known) << name;
    }

    static std::pair<std::string, std::string> method_and_path(const std::string& name) {
        for (const auto& [path, methods] : document()["paths"].items())
            for (const auto& [method, operation] : methods.items())
                if (operation["operationId"] == name) return {method, path};
        ADD_FAILURE() << name << " is not described";
        return {};
    }

  private:
    static Json find(const std::string& name) {
        const auto [method, path] = method_and_path(name);
        return document()["paths"][path][method];
    }
    static void expect_fits(const std::string& name, const Json& schema, const Json& value) {
        for (const std::string& problem : schema_problems(document(), schema, value))
            ADD_FAILURE() << name << ": " << problem;
    }

    std::set<std::string> uncalled_;
    std::set<std::string> strangers_;  // operations that were given one
};

class OpenApiWalk : public testing::Test {
  protected:
    OpenApiWalk() { site_.start(); }

    /// An ordinary call. `id` and `query` complete the path.
    Json call(const std::string& name, const std::string& body = "", const std::string& id = "",
              const std::string& query = "", const std::string& picture = "") {
        auto [method, path] = Walk::method_and_path(name);
        for (char& c : method)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, id);
        for (const std::string_view part : {"{picture}", "{stay}", "{period}"})
            if (const auto at = path.find(part); at != std::string::npos)
                path.replace(at, part.size(), picture);
        const std::string headers =
            signed_in_ ? site_.headers_of(Role::kAdministrator) : "Content-Type: application/json\r\n";
        walk_.refuse_stranger(name, site_.port(), path + query, headers);
        return walk_.check(name, TestClient(site_.port()).request(method, path + query, headers, body), body);
    }
    /// A stream, of which the first event or only the head is looked at.
    void call_stream(const std::string& name, const std::string& id, const std::function<void()>& feed,
                     bool has_data, const std::string& query = {}) {
        auto path = Walk::method_and_path(name).second + query;
        if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, id);
        walk_.refuse_stranger(name, site_.port(), path, site_.headers_of(Role::kAdministrator));
        TestClient client(site_.port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: t\r\n" + site_.headers_of(Role::kAdministrator) +
                    "\r\n");
        if (!has_data) {
            for (int i = 0; i < 200 && site_.shop.test_view->viewers() == 0; ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            feed();
        }
        TestAnswer answer = client.head();
        if (has_data) {
            client.receive_until("\n\n");  // the greeting
            feed();
            client.receive_until("data: ");
            answer.body = client.receive_until("\n");
        }
        walk_.check(name, answer, "");
        client.close();
        for (int i = 0; i < 200 && site_.shop.test_view->viewers() > 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    void sign_in() {
        site_.add_users();
        signed_in_ = true;
    }
    void sign_in_again() { site_.sign_in_users(); }
    /// Everything about goods, from an empty collection to one that is gone.
    void teach_goods() {
        const std::string id = call("addGoodsCollection", R"({"name": "fruit"})")["id"].dump();
        EXPECT_EQ(call("changeGoodsCollection", R"({"name": "Fruit"})", id)["name"], "Fruit");
        call("addGoodsClass", R"({"name": "apple"})", id);
        const Json made = call("addGoodsClass", R"({"name": "plum"})", id)["classes"];
        const std::string apple = made[0]["id"];
        const std::string pear = made[1]["id"];
        call("changeGoodsClass", R"({"name": "pear"})", pear);
        std::string picture;
        for (int i = 0; i < 6; ++i) {
            const std::string query = "?name=a.jpg" + (i > 0 ? "&class=" + (i % 2 == 0 ? apple : pear) : "");
            picture = call("addGoodsPicture", teach::goods_jpeg(i % 2, static_cast<std::uint32_t>(i)), id,
                           query)["id"];
            if (i == 0) call("labelGoodsPicture", R"({"class": ")" + apple + "\"}", picture);
        }
        call("getGoodsPreview", "", picture);
        EXPECT_EQ(call("beginGoodsLesson", "{}", id)["state"], "running");
        for (int i = 0; i < 20'000 && call("getTeaching")["lesson"]["state"] == "running"; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        site_.lessons_wait = true;
        call("beginGoodsLesson", R"({"minutes_max": 5})", id);
        call("cancelGoodsLesson");
        for (int i = 0; i < 20'000 && call("getTeaching")["lesson"]["state"] == "running"; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        site_.lessons_wait = false;
        call("beginGoodsLesson", "{}", id);
        for (int i = 0; i < 20'000 && call("getTeaching")["lesson"]["state"] == "running"; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_EQ(call("getGoodsCollection", "", id)["versions"][0]["pictures"], 6);
        const std::string version = id + ".1";
        EXPECT_EQ(call("serveGoodsVersion", "", version)["in_service"], 1);
        EXPECT_EQ(call("tryGoods", teach::goods_jpeg(1, 9), id, "?name=b.jpg")["guesses"][0]["class"],
                  "pear");
        call("getGoodsReport", "", version);
        call("getGoodsOnnx", "", version);
        call("serveGoodsVersion", "", id + ".2");
        EXPECT_EQ(call("rollGoodsBack", "", id)["in_service"], 1);
        call("removeGoodsVersion", "", id + ".2");
        call("removeGoodsPicture", "", picture);
        call("removeGoodsClass", "", pear);
        call("removeGoodsCollection", "", id);
    }
    /// Everything about people known by face, from enrolling to erasing.
    void know_people() {
        const auto body = [](const char* fields, int face) {
            return fmt::format(R"({{{}, "expires": "2027-01-01T00:00:00Z", "photographs": ["{}"]}})", fields,
                               TestRecognition::photograph(face));
        };
        const auto come = [&](int face, PersonId number) {
            FaceLook seen = TestRecognition::face(face);
            seen.person = number;
            seen.at = test_now();
            site_.recognition().watch().accept(seen);
            EXPECT_TRUE(site_.recognition().watch().settle(std::chrono::seconds(10)));
        };
        const Json ann =
            call("enrol", body(R"("name": "Ann", "external": "7", "consent": "To be greeted")", 1));
        const Json amy = call("enrol", body(R"("consent": "To be greeted")", 2));
        for (int look = 0; look < 2; ++look)
            come(1, 1);
        const std::string id = ann["id"].dump();
        EXPECT_EQ(call("listGallery")["people"].size(), 2U);
        const Json stays = call("getGalleryPerson", "", id)["history"]["stays"];
        ASSERT_EQ(stays.size(), 1U);
        call("removePersonStay", "", id, "", stays[0]["id"].dump());
        EXPECT_EQ(call("changePerson", R"({"name": "Anna", "consent": "To be greeted"})", id)["name"],
                  "Anna");
        const auto photographs = [](int face) {
            return fmt::format(R"({{"photographs": ["{}"]}})", TestRecognition::photograph(face));
        };
        const Json more = call("addPersonPictures", photographs(1), id);
        ASSERT_EQ(more["pictures"].size(), 2U);
        call("removePersonPicture", "", id, "", more["pictures"][1]["id"].dump());
        call("getGalleryPicture", "", id, "", ann["pictures"][0]["id"].dump());
        const Json joined = call("mergePeople", fmt::format(R"({{"other": {}}})", amy["id"].dump()), id);
        EXPECT_EQ(joined["pictures"].size(), 2U);
        const std::string second = joined["pictures"][1]["id"].dump();
        call("splitPerson", fmt::format(R"({{"pictures": [{}]}})", second), id);
        call("exportPerson", "", id);
        call("erasePerson", "", id);
        const Json entry = call("addWatched", body(R"("reason": "broke the shelf")", 3));
        come(3, 3);
        EXPECT_EQ(call("listWatchlist")["entries"].size(), 1U);
        call("getWatchedPicture", "", entry["id"].dump(), "", entry["pictures"][0]["id"].dump());
        EXPECT_EQ(call("changeWatched", R"({"reason": "broke a shelf"})", entry["id"].dump())["reason"],
                  "broke a shelf");
        const Json added = call("addWatchedPictures", photographs(3), entry["id"].dump());
        ASSERT_EQ(added["pictures"].size(), 2U);
        call("removeWatchedPicture", "", entry["id"].dump(), "", added["pictures"][1]["id"].dump());
        const Json matches = call("listMatches")["matches"];
        ASSERT_EQ(matches.size(), 1U);
        call("getMatchLook", "", matches[0]["id"]);
        call("judgeMatch", R"({"verdict": "rejected"})", matches[0]["id"]);
        call("removeWatched", "", entry["id"].dump());
        EXPECT_EQ(call("getPrivacy")["mode"], "recognition");
        call("changePrivacy", R"({"false_match": 0.01})");
        EXPECT_FALSE(call("listLooks")["looks"].empty());
        EXPECT_EQ(call("verifyLooks")["whole"], true);
    }
    static pipeline::LiveTracks some_tracks() {
        pipeline::LiveTracks tracks;
        tracks.camera = "door";
        tracks.at = test_now();
        tracks.people.push_back({1, {1, 2, 3, 4}, 0.5, {"till"}, Pose{}, Posture::kReaching, 201.0});
        tracks.facts = {"visit-1"};
        return tracks;
    }
    void add_facts() {
        LiveEvent crossing = test_visit("crossing-1", "", 2, std::chrono::minutes(4), {});
        crossing.event.fact = Crossing{2, "entrance", Direction::kIn, SourceTime()};
        LiveEvent occupancy = test_visit("occupancy-1", "", 0, std::chrono::minutes(3), {});
        occupancy.event.fact = Occupancy{"till", 3, SourceTime()};
        LiveEvent queue = test_visit("queue-1", "", 0, std::chrono::minutes(2), {});
        queue.event.fact = Queue{"queue 1", 4, std::chrono::seconds(95), SourceTime()};
        LiveEvent wait = test_visit("wait-1", "", 3, std::chrono::minutes(3), std::chrono::seconds(70));
        wait.event.fact = Wait{3, "queue 1", SourceTime(), SourceTime(), WaitEnd::kServed};
        LiveEvent service = test_visit("service-1", "", 3, std::chrono::minutes(1), std::chrono::seconds(20));
        service.event.fact = Service{3, "till-1", SourceTime(), SourceTime()};
        LiveEvent touch = test_visit("touch-1", "", 3, std::chrono::minutes(1), std::chrono::seconds(2));
        touch.event.fact = Touch{3, "milk", "top", Side::kLeft, SourceTime(), SourceTime()};
        site_.add_facts({touch,
                         test_visit("visit-1", "till", 1, std::chrono::minutes(5), std::chrono::seconds(9)),
                         crossing, occupancy, queue, wait, service});
    }
    /// Somebody walks through two departments, touches and pays.
    void walk_space() {
        Layout layout = whole_picture(640, 360);
        layout.zones = {{"bread", {{0, 0}, {320, 0}, {320, 360}, {0, 360}}, ZoneKind::kDepartment, {}},
                        {"milk", {{320, 0}, {640, 0}, {640, 360}, {320, 360}}, ZoneKind::kDepartment, {}}};
        layout.shelves = {{"shelf", {{100, 0}, {200, 0}, {200, 60}, {100, 60}}, {}}};
        const auto drawn = site_.shop.layout("door");
        EXPECT_TRUE(site_.shop.set_layout("door", layout, test_now()));
        records::PathPiece piece{"door", 77, {}, std::nullopt};
        const std::int64_t begin = (test_now() - std::chrono::minutes(10)).time_since_epoch() / kPathTick;
        for (int second = 0; second < 40; ++second) {
            const int x = second < 20 ? 400 : 1500;
            piece.points.push_back({begin + second * 50, x, 300, 160, 10, 20});
        }
        records::PathNews news;
        news.pieces.push_back(piece);
        EXPECT_TRUE(site_.services().paths.put(news));
        const Json space = call("getSpace", "", "", "?camera=door&hours=0-23&weekdays=1-7");
        EXPECT_EQ(space["people"], 1);
        ASSERT_EQ(space["zones"].size(), 2U);
        EXPECT_EQ(space["zones"][0]["stopped"], 1);
        EXPECT_EQ(space["steps"].size(), 3U) << "in, to the other department, out";
        call("exportSpace", "", "", "?camera=door&table=heat");
        const std::string before = "&before_from=2026-11-21T00:00:00Z&before_to=2026-11-22T00:00:00Z";
        EXPECT_EQ(call("compareSpace", "", "", "?camera=door" + before)["zones"].size(), 8U);
        call("exportSpaceComparison", "", "", "?camera=door" + before);
        ASSERT_TRUE(drawn);
        EXPECT_TRUE(site_.shop.set_layout("door", *drawn, test_now()));
    }
    /// A customer with a card, and a campaign that addressed him.
    void walk_audit() {
        const std::string audit = call("openAudit", R"({"minutes": 60, "clips": 5, "seed": 9})")["id"].dump();
        records::Audit of;
        of.id = std::stoll(audit);
        records::AuditClip window;
        window.audit = of.id;
        window.place = {"door", records::AuditKind::kCrossing, "entrance"};
        window.begin = test_now();
        window.end = window.begin + std::chrono::seconds(10);
        window.film = "door";
        const auto drawn = site_.services().shop_records.layout_at("door", test_now());
        ASSERT_TRUE(drawn && *drawn);
        for (const pipeline::FilmedPlace& place : pipeline::places_of("door", (*drawn)->layout)) {
            if (place.place == window.place) window.drawing = to_json(place.drawing);
        }
        window.frames = 1;
        const auto offered = site_.services().audits->offer(of, window);
        ASSERT_TRUE(offered && offered->kept);
        window.id = *offered->kept;
        ASSERT_TRUE(site_.services().audit_watch->keep(
            window, std::vector<pipeline::FilmPicture>{{window.begin, {0xff, 0xd8, 0xff}}}));
        const std::string clip = std::to_string(window.id);
        call("getAuditFrame", "", clip, "?n=0");
        EXPECT_NE(call("closeAudit", "", audit)["closed"], nullptr);
        EXPECT_EQ(call("listAuditClips", "", audit)["clips"].size(), 1U);
        EXPECT_EQ(call("answerAuditClip", R"({"in": 1, "out": 0})", clip)["answer"]["in"], 1);
        EXPECT_EQ(call("listCountErrors")["errors"].size(), 1U);
        EXPECT_EQ(call("listAudits")["audits"].size(), 1U);
        call("removeAudit", "", audit);
    }

    void walk_buyers() {
        call("addReceipt",
             R"({"id": "with-card", "till": "1", "at": "2026-11-23T11:30:00Z", "total_minor": 250,
            "card": "77", "lines": [{"sku": "4601", "name": "Milk", "amount_minor": 250}]})");
        const Json buyers = call("getBuyers", "", "", "?bucket=month");
        EXPECT_EQ(buyers["all"]["customers"], 1);
        EXPECT_EQ(buyers["segments"].size(), 6U);
        call("exportBuyers", "", "", "?table=cohorts");
        const Json customers = call("listCustomers");
        ASSERT_EQ(customers["total"], 1);
        call("exportCustomers");
        const std::string customer = customers["customers"][0]["customer"];
        EXPECT_EQ(call("getCustomer", "", customer)["receipts"].size(), 1U);
        EXPECT_EQ(call("savePlanogram", "sku;shelf\n4601;milk\n")["kept"], 1);
        EXPECT_EQ(call("getPlanogram")["places"].size(), 1U);
        EXPECT_EQ(call("getTouched")["shelves"].size(), 1U);
        call("exportTouched");
        const std::string when = R"("begin": "2026-11-22T21:00:00Z", "end": "2026-11-29T21:00:00Z")";
        const Json campaign =
            call("addCampaign", R"({"name": "Leaflet", "target": "list", "cost_minor": 500, )" + when + "}");
        const std::string id = campaign["id"].dump();
        call("changeCampaign",
             R"({"name": "Larger leaflet", "target": "list", "cost_minor": 700, )" + when + "}", id);
        EXPECT_EQ(call("setCampaignAudience", "card,exposed,consent\n77,yes,yes\n78,no,no\n", id)["kept"], 2);
        EXPECT_EQ(call("listCampaigns")["campaigns"][0]["audience"], 2);
        EXPECT_EQ(call("getCampaignEffect", "", id)["effect"]["customers"]["buyers"], 1);
        call("exportCampaignEffect", "", id);
        EXPECT_EQ(call("listCampaignCustomers", "", id)["customers"][0]["bought"], "yes");
        call("exportCampaignCustomers", "", id);
        EXPECT_EQ(call("addWebEvents", R"({"events": [{"card": "77", "at": "2026-11-22T12:00:00Z",
                                                       "sku": "4601"}]})")["kept"],
                  1);
        EXPECT_EQ(call("getOnline")["all"]["bought_same"], 1);
        call("exportOnline");
        call("removeWebEvents");
        call("removeCampaign", "", id);
        call("forgetCustomer", "", customer);
    }
    void add_heat_and_outages() {
        const records::HeatGrid form{640, 360, 4, 2, {}};
        const std::vector<records::HeatCell> cells = {{1, 1, 2'500'000}};
        EXPECT_TRUE(
            site_.services().shop_records.add_heat("door", test_now() - std::chrono::hours(1), form, cells));
        EXPECT_TRUE(site_.services().shop_records.outage_began("door", test_now() - std::chrono::hours(2),
                                                               "unplugged"));
    }

    TestSite site_;
    Walk walk_;
    bool signed_in_ = false;
};

TEST_F(OpenApiWalk, EveryOperationDoesWhatItSays) {
    call("getHealth");
    call("getOpenApi");
    EXPECT_EQ(call("getSetup")["needed"], true);
    const std::string owner = R"("name": "owner", "password": "window with two cats")";
    call("setUp", R"({"token": ")" + site_.setup_token + "\", " + owner + "}");
    call("signIn", "{" + owner + "}");
    sign_in();
    call("getMe");
    call("changeMe", R"({"language": "ru"})");
    call("getShop");
    call("getMetrics");

    const Json user = call("addUser", R"({"name": "ann", "password": "a very long walk", "role": "guard"})");
    const std::string user_id = user["id"].dump();
    EXPECT_EQ(call("listUsers")["users"].size(), 6U);
    EXPECT_EQ(call("changeUser", R"({"disabled": true})", user_id)["disabled"], true);
    call("removeUser", "", user_id);
    const Json token =
        call("addToken", R"({"name": "till", "scope": "read", "expires": "2027-01-01T00:00:00Z"})");
    EXPECT_EQ(call("listTokens")["tokens"].size(), 1U);
    call("removeToken", "", token["id"].dump());

    call("testCamera", R"({"address": "rtsp://10.0.0.7/"})");
    call("addCamera", R"({"name": "Door", "address": "rtsp://10.0.0.7/", "user": "u", "password": "p"})");
    call("getCamera", "", "door");
    call("changeCamera", R"({"name": "Front door"})", "door");
    EXPECT_EQ(call("listCameras")["cameras"].size(), 1U);
    call("getPicture", "", "door");
    call("getLayout", "", "door");
    call("saveLayout",
         R"({"change": "moved_now", "picture": {"width": 640, "height": 360},
             "zones": [{"name": "till", "polygon": [[0, 0], [9, 0], [9, 9.5]]}],
             "lines": [{"name": "entrance", "from": [0, 0], "to": [9, 9]}]})",
         "door");
    EXPECT_EQ(call("getLayout", "", "door")["zones"].size(), 1U);
    EXPECT_EQ(call("listLayouts", "", "door")["layouts"].size(), 1U);

    call("savePlan", R"({"change": "moved_now", "plan": {"width_m": 20, "depth_m": 12},
        "cameras": [{"camera": "door", "calibration": {"width": 640, "height": 360, "focal_px": 500,
                     "place": [1, 2], "height_m": 3, "pan_deg": 40, "tilt_deg": 25}}]})");
    EXPECT_EQ(call("getPlan")["cameras"].size(), 1U);
    EXPECT_EQ(call("listPlans")["plans"].size(), 1U);
    RgbImage floor{2, 2, std::vector<std::uint8_t>(12, 200)};
    const auto png = encode_png(floor);
    ASSERT_TRUE(png);
    const Json drawing = call("addDrawing", {png->begin(), png->end()});
    call("getDrawing", "", drawing["id"]);
    const Json fit = call("fitCalibration", R"({"picture": {"width": 1280, "height": 720}, "points": [
        {"pixel": [458.7, 468.4], "place": [4.0, 3.0]}, {"pixel": [821.3, 468.4], "place": [4.0, 5.0]},
        {"pixel": [746.8, 210.3], "place": [8.0, 5.0]}, {"pixel": [533.2, 210.3], "place": [8.0, 3.0]}]})");
    EXPECT_EQ(fit["points"].size(), 4U);
    walk_through(site_.shop, "door", test_now());
    EXPECT_GT(call("getWalkers", "", "", "?camera=door")["looks"].get<int>(), 100);
    call("fitWalkers", R"({"camera": "door", "place": [1, 2], "pan_deg": 35, "view_deg": 74})");
    call("getEvidence", "", "door");
    call_stream(
        "watchMp4", "door", [&] { site_.shop.test_view->push(video::ViewForm::kMp4, "x", 0); }, false);
    call_stream(
        "watchMjpeg", "door", [&] { site_.shop.test_view->push(video::ViewForm::kJpeg, "x", 0); }, false);
    call_stream(
        "watchWall", "", [&] { site_.shop.test_view->push(video::ViewForm::kJpeg, "x", 0); }, false,
        "?camera=door");
    call_stream(
        "listenToTracks", "", [&] { site_.shop.tell_tracks(some_tracks()); }, true);
    call_stream(
        "listenToFacts", "", [&] { add_facts(); }, true);

    add_heat_and_outages();
    EXPECT_EQ(call("listFacts")["events"].size(), 7U);
    call("getNow");
    EXPECT_EQ(call("getCounts", "", "", "?bucket=day")["buckets"].size(), 1U);
    call("exportCounts", "", "", "?bucket=day&table=lines");
    EXPECT_EQ(call("listVisits")["total"], 1);
    call("exportVisits");
    pipeline::QueueForecast forecast;
    forecast.camera = "door";
    forecast.at = test_now();
    forecast.waiting = 3;
    forecast.queues = {{"queue 1", "till-1", 3, std::chrono::seconds(90), true}};
    forecast.outlooks = {{std::chrono::minutes(10), 4.5, 4, 2, 8, 0.6, 1.5}};
    forecast.advice =
        pipeline::QueueAdvice{"till-2", test_now(), test_now() + std::chrono::minutes(10), 4.5, 0.6};
    site_.shop.set_forecasts({forecast});
    const Json said = call("listQueueForecasts")["forecasts"];
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0]["outlooks"][0]["minutes"], 10);
    EXPECT_EQ(said[0]["advice"]["till"], "till-2");
    walk_space();
    const Json queues = call("listQueues")["queues"];
    call("exportQueues", "", "", "?table=bins");
    ASSERT_EQ(queues.size(), 1U);
    EXPECT_EQ(queues[0]["length"], 4);
    EXPECT_EQ(queues[0]["wait_s"], 95);
    EXPECT_EQ(queues[0]["served"], 1);
    EXPECT_EQ(queues[0]["wait_median_s"], 70);
    EXPECT_EQ(call("listCrossings")["total"], 1);
    call("exportCrossings");
    EXPECT_EQ(call("listTouches")["total"], 1);
    EXPECT_EQ(call("getVisitorMix")["people"], 0);
    call("exportVisitorMix");
    call("exportTouches");
    EXPECT_EQ(call("getStaff")["days"].size(), 1U);
    call("exportStaff");
    EXPECT_EQ(call("getStaffEffect")["bought"]["known"], false);
    EXPECT_TRUE(call("listTalks")["talks"].empty());
    call("exportTalks");
    call("saveTill", R"({"name": "Till 1", "camera": "door", "zone": "till"})", "1");
    EXPECT_EQ(call("listTills")["tills"].size(), 1U);
    call("addReceipt", R"({"id": "a", "till": "1", "at": "2026-11-23T11:00:00Z", "total_minor": 250,
        "lines": [{"sku": "4601", "name": "Milk", "quantity": 2, "price_minor": 125, "amount_minor": 250}]})");
    EXPECT_EQ(call("addReceipts", R"({"receipts": [
        {"id": "b", "till": "2", "at": "2026-11-23T11:00:00Z", "total_minor": 250}]})")["refused"]
                  .size(),
              1U);
    EXPECT_EQ(call("listReceipts")["total"], 1);
    EXPECT_EQ(call("getReceipt", "", "a")["lines"].size(), 1U);
    call("exportReceipts");
    EXPECT_EQ(call("getConversion", "", "", "?bucket=day")["buckets"].size(), 1U);
    call("exportConversion", "", "", "?table=groups");
    EXPECT_EQ(call("getReport", "", "", "", "day")["total"]["sales"], 1);
    EXPECT_EQ(call("getGoods")["goods"].size(), 1U);
    call("exportGoods");
    call("saveGoals", R"({"goals": [{"weekday": 1, "entries": 100}]})");
    EXPECT_EQ(call("getGoals")["goals"][0]["entries"], 100);
    walk_buyers();
    walk_audit();
    call("removeTill", "", "1");
    const Json channel =
        call("addChannel", R"({"name": "Guard", "kind": "webhook", "address": "https://example.com/"})");
    const std::string channel_id = channel["id"].dump();
    call("changeChannel", R"({"name": "Guards", "kind": "webhook", "address": "https://example.com/"})",
         channel_id);
    EXPECT_EQ(call("listChannels")["channels"].size(), 1U);
    call("testChannel", "", channel_id);
    const std::string rule_id =
        call("addRule", R"({"name": "Till", "measure": "people", "limit": 1})")["id"].dump();
    call("changeRule", R"({"name": "Queue", "measure": "people", "limit": 1, "hours": {"from": "00:00"}})",
         rule_id);
    EXPECT_EQ(call("listRules")["rules"].size(), 3U) << "with the two that every shop begins with";
    call_stream(
        "listenToAlarms", "", [&] { site_.shop.tell_tracks(some_tracks()); }, true);
    const Json alarms = call("listAlarms")["alarms"];
    call("exportAlarms");
    ASSERT_EQ(alarms.size(), 1U);
    call("acknowledgeAlarm", "{}", alarms[0]["id"].dump());
    EXPECT_EQ(call("addAlarmNote", R"({"text": "opened till 2"})", alarms[0]["id"].dump())["notes"].size(),
              1U);
    call("removeRule", "", rule_id);
    call("removeChannel", "", channel_id);
    EXPECT_EQ(call("getHeat", "", "", "?camera=door")["seconds"].size(), 8U);
    EXPECT_EQ(call("listOutages")["outages"].size(), 1U);
    site_.shop.trouble("door", {PictureTrouble::kMoved, test_now(), {true, 12, -3, 1.5, 1.02}});
    EXPECT_EQ(call("getCamera", "", "door")["troubles"].size(), 1U);
    call("acceptView", "", "door");
    EXPECT_EQ(call("getCamera", "", "door")["troubles"].size(), 0U);
    EXPECT_TRUE(site_.services().shop_records.trouble_began({"door",
                                                             PictureTrouble::kMoved,
                                                             test_now() - std::chrono::hours(2),
                                                             std::nullopt,
                                                             {true, 12, -3, 1.5, 1.02}}));
    records::PathNews news;
    news.pieces = {{"door",
                    7,
                    {point_of({7, SourceTime(test_now().time_since_epoch()), {0.25, 0.5}, 0.1, 1, 1},
                              PathScale::of_picture(1))},
                    std::nullopt}};
    ASSERT_TRUE(site_.services().paths.put(news));
    EXPECT_NEAR(
        call("getPaths", "", "",
             "?camera=door&from=2026-11-23T11:59:00Z&to=2026-11-23T12:01:00Z")["paths"][0]["points"][0][1]
            .get<double>(),
        0.25, 0.001);
    EXPECT_EQ(call("listTroubles")["troubles"].size(), 1U);

    pipeline::BodyLook look;
    look.camera = "door";
    look.person = 7;
    look.at = test_now();
    look.description = {0.5F, 0.25F};
    look.jpeg = {0xff, 0xd8};
    site_.services().people->look(look);
    EXPECT_EQ(call("listPeople")["people"].size(), 1U);
    call("getLook", "", "7", "?at=2026-11-23T12:00:00Z");
    EXPECT_EQ(call("markPerson", R"({"label": "staff", "name": "Ann"})", "7")["staff"], 1);
    const Json staff = call("listPeople")["staff"];
    ASSERT_EQ(staff.size(), 1U);
    call("forgetStaff", "", staff[0]["id"].dump());
    call("forgetAllTaught");

    teach_goods();
    know_people();
    call("removeCamera", "", "door");
    call("signOut");
    sign_in_again();
    call("signOutEverywhere");
    EXPECT_THAT(walk_.uncalled(), testing::IsEmpty());
}

}  // namespace
}  // namespace vitrina::api
