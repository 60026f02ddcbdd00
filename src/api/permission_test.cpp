// Who may use which route: roles, sessions and their forgery token, API tokens and their scopes.
#include <array>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/routes/routes.h"
#include "api/test_site.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::array kRoles = {Role::kAdministrator, Role::kManager, Role::kAnalyst, Role::kGuard,
                               Role::kStaff};

std::string code_of(const TestAnswer& answer) {
    const Json json = Json::parse(answer.body, nullptr, false);
    return json.is_object() && json.contains("error") ? json["error"]["code"].get<std::string>()
                                                      : answer.body;
}

class PermissionTest : public testing::Test {
  protected:
    PermissionTest() {
        site_.add_users();
        site_.start();
    }

    TestSite site_;
};

/// What docs/api.md says about each route, once more and independently: the roles by their letters, "-" for
/// everybody.
const std::map<std::string, std::string> kDocumented = {
    {"GET /api/audits", "AM"},
    {"POST /api/audits", "AM"},
    {"POST /api/audits/{id}/close", "AM"},
    {"DELETE /api/audits/{id}", "AM"},
    {"GET /api/audits/{id}/clips", "AM"},
    {"GET /api/audit-clips/{id}/frame.jpg", "AM"},
    {"PUT /api/audit-clips/{id}/answer", "AM"},
    {"GET /api/count-errors", "AMN"},
    {"GET /api/reports/{period}", "AMN"},
    {"GET /healthz", "-"},
    {"GET /metrics", "A"},
    {"GET /api/openapi.json", "-"},
    {"GET /api/setup", "-"},
    {"POST /api/setup", "-"},
    {"POST /api/sign-in", "-"},
    {"POST /api/sign-out", "AMNGS"},
    {"POST /api/sign-out-everywhere", "AMNGS"},
    {"GET /api/me", "AMNGS"},
    {"PATCH /api/me", "AMNGS"},
    {"GET /api/users", "A"},
    {"POST /api/users", "A"},
    {"PATCH /api/users/{id}", "A"},
    {"DELETE /api/users/{id}", "A"},
    {"GET /api/tokens", "A"},
    {"POST /api/tokens", "A"},
    {"DELETE /api/tokens/{id}", "A"},
    {"GET /api/shop", "AMNGS"},
    {"GET /api/now", "AMNGS"},
    {"GET /api/cameras", "AMNG"},
    {"POST /api/cameras", "A"},
    {"POST /api/cameras/test", "A"},
    {"GET /api/cameras/{id}", "AMNG"},
    {"PATCH /api/cameras/{id}", "A"},
    {"DELETE /api/cameras/{id}", "A"},
    {"POST /api/cameras/{id}/view", "AM"},
    {"GET /api/cameras/{id}/picture.jpg", "AMG"},
    {"GET /api/cameras/{id}/evidence.jpg", "AMG"},
    {"GET /api/cameras/{id}/live.mp4", "AMG"},
    {"GET /api/cameras/{id}/live.mjpeg", "AMG"},
    {"GET /api/cameras/{id}/layout", "AMNG"},
    {"PUT /api/cameras/{id}/layout", "AM"},
    {"GET /api/cameras/{id}/layouts", "AMN"},
    {"GET /api/plan", "AMNG"},
    {"PUT /api/plan", "AM"},
    {"GET /api/plans", "AMN"},
    {"POST /api/plan/drawings", "AM"},
    {"GET /api/plan/drawings/{id}", "AMNG"},
    {"POST /api/plan/calibration", "AM"},
    {"GET /api/plan/calibration/walkers", "AM"},
    {"POST /api/plan/calibration/walkers", "AM"},
    {"GET /api/live", "AMG"},
    {"GET /api/live.mjpeg", "AMG"},
    {"GET /api/events", "AMNG"},
    {"GET /api/events.json", "AMNG"},
    {"GET /api/goals", "AMN"},
    {"PUT /api/goals", "AM"},
    {"GET /api/counts", "AMN"},
    {"GET /api/counts.csv", "AMN"},
    {"GET /api/queues.csv", "AMN"},
    {"GET /api/visitors/mix.csv", "AMN"},
    {"GET /api/conversion.csv", "AMN"},
    {"GET /api/goods.csv", "AMN"},
    {"GET /api/alarms.csv", "AMNG"},
    {"GET /api/visits", "AMN"},
    {"GET /api/visits.csv", "AMN"},
    {"GET /api/queues", "AMN"},
    {"GET /api/queues/forecast", "AMN"},
    {"GET /api/space", "AMN"},
    {"GET /api/space.csv", "AMN"},
    {"GET /api/space/compare", "AMN"},
    {"GET /api/space/compare.csv", "AMN"},
    {"GET /api/touches", "AMN"},
    {"GET /api/touches.csv", "AMN"},
    {"GET /api/people", "AM"},
    {"GET /api/people/{id}/look.jpg", "AM"},
    {"PUT /api/people/{id}/mark", "AM"},
    {"GET /api/staff", "AMN"},
    {"GET /api/staff.csv", "AMN"},
    {"GET /api/staff/effect", "AMN"},
    {"GET /api/talks", "AMN"},
    {"GET /api/talks.csv", "AMN"},
    {"GET /api/visitors/mix", "AMN"},
    {"DELETE /api/taught", "AM"},
    {"DELETE /api/taught/{id}", "AM"},
    {"GET /api/privacy", "AMG"},
    {"PATCH /api/privacy", "A"},
    {"GET /api/privacy/looks", "A"},
    {"GET /api/privacy/looks/verify", "A"},
    {"GET /api/gallery", "AM"},
    {"POST /api/gallery", "AM"},
    {"GET /api/gallery/{id}", "AM"},
    {"PATCH /api/gallery/{id}", "AM"},
    {"DELETE /api/gallery/{id}", "AM"},
    {"GET /api/gallery/{id}/export.json", "AM"},
    {"POST /api/gallery/{id}/pictures", "AM"},
    {"GET /api/gallery/{id}/pictures/{picture}", "AM"},
    {"DELETE /api/gallery/{id}/pictures/{picture}", "AM"},
    {"DELETE /api/gallery/{id}/stays/{stay}", "AM"},
    {"POST /api/gallery/{id}/merge", "AM"},
    {"POST /api/gallery/{id}/split", "AM"},
    {"GET /api/watchlist", "AMG"},
    {"POST /api/watchlist", "AM"},
    {"GET /api/watchlist/matches", "AMG"},
    {"GET /api/watchlist/matches/{id}/look.jpg", "AMG"},
    {"POST /api/watchlist/matches/{id}/verdict", "AMG"},
    {"GET /api/watchlist/{id}/pictures/{picture}", "AMG"},
    {"POST /api/watchlist/{id}/pictures", "AM"},
    {"DELETE /api/watchlist/{id}/pictures/{picture}", "AM"},
    {"PATCH /api/watchlist/{id}", "AM"},
    {"DELETE /api/watchlist/{id}", "AM"},
    {"GET /api/teach", "AM"},
    {"POST /api/teach/collections", "AM"},
    {"GET /api/teach/collections/{id}", "AM"},
    {"PATCH /api/teach/collections/{id}", "AM"},
    {"DELETE /api/teach/collections/{id}", "AM"},
    {"POST /api/teach/collections/{id}/classes", "AM"},
    {"POST /api/teach/collections/{id}/pictures", "AM"},
    {"POST /api/teach/collections/{id}/lesson", "AM"},
    {"POST /api/teach/collections/{id}/roll-back", "AM"},
    {"POST /api/teach/collections/{id}/try", "AM"},
    {"PATCH /api/teach/classes/{id}", "AM"},
    {"DELETE /api/teach/classes/{id}", "AM"},
    {"PATCH /api/teach/pictures/{id}", "AM"},
    {"DELETE /api/teach/pictures/{id}", "AM"},
    {"GET /api/teach/pictures/{id}/preview.jpg", "AM"},
    {"DELETE /api/teach/lesson", "AM"},
    {"PUT /api/teach/versions/{id}/service", "AM"},
    {"DELETE /api/teach/versions/{id}", "AM"},
    {"GET /api/teach/versions/{id}/report.html", "AM"},
    {"GET /api/teach/versions/{id}/model.onnx", "AM"},
    {"GET /api/crossings", "AMN"},
    {"GET /api/crossings.csv", "AMN"},
    {"GET /api/receipts", "AMN"},
    {"POST /api/receipts", "AM"},
    {"POST /api/receipts/batch", "AM"},
    {"GET /api/receipts/{id}", "AMN"},
    {"GET /api/receipts.csv", "AMN"},
    {"GET /api/tills", "AMN"},
    {"PUT /api/tills/{id}", "AM"},
    {"DELETE /api/tills/{id}", "AM"},
    {"GET /api/conversion", "AMN"},
    {"GET /api/goods", "AMN"},
    {"GET /api/goods/touched", "AMN"},
    {"GET /api/goods/touched.csv", "AMN"},
    {"GET /api/planogram", "AMN"},
    {"PUT /api/planogram", "AM"},
    {"GET /api/buyers", "AMN"},
    {"GET /api/buyers.csv", "AMN"},
    {"GET /api/customers", "AM"},
    {"GET /api/customers.csv", "AM"},
    {"GET /api/customers/{id}", "AM"},
    {"DELETE /api/customers/{id}", "AM"},
    {"GET /api/campaigns", "AMN"},
    {"POST /api/campaigns", "AM"},
    {"PUT /api/campaigns/{id}", "AM"},
    {"DELETE /api/campaigns/{id}", "AM"},
    {"PUT /api/campaigns/{id}/audience", "AM"},
    {"GET /api/campaigns/{id}/effect", "AMN"},
    {"GET /api/campaigns/{id}/effect.csv", "AMN"},
    {"GET /api/campaigns/{id}/customers", "AM"},
    {"GET /api/campaigns/{id}/customers.csv", "AM"},
    {"POST /api/web-events", "AM"},
    {"DELETE /api/web-events", "AM"},
    {"GET /api/online", "AMN"},
    {"GET /api/online.csv", "AMN"},
    {"GET /api/alarms", "AMNG"},
    {"GET /api/alarms/live", "AMNG"},
    {"POST /api/alarms/{id}/acknowledge", "AMG"},
    {"POST /api/alarms/{id}/notes", "AMG"},
    {"GET /api/rules", "AMNG"},
    {"POST /api/rules", "AM"},
    {"PUT /api/rules/{id}", "AM"},
    {"DELETE /api/rules/{id}", "AM"},
    {"GET /api/channels", "AM"},
    {"POST /api/channels", "A"},
    {"PUT /api/channels/{id}", "A"},
    {"DELETE /api/channels/{id}", "A"},
    {"POST /api/channels/{id}/test", "A"},
    {"GET /api/heat", "AMN"},
    {"GET /api/paths", "AMNG"},
    {"GET /api/outages", "AMNG"},
    {"GET /api/troubles", "AMNG"},
};

std::string target_of(const Route& route) {
    std::string target(route.pattern);
    if (const auto at = target.find("{id}"); at != std::string::npos) target.replace(at, 4, "nothing-here");
    if (const auto at = target.find("{period}"); at != std::string::npos) target.replace(at, 8, "day");
    if (const auto at = target.find("{picture}"); at != std::string::npos) target.replace(at, 9, "1");
    return target;
}

TEST_F(PermissionTest, EveryRouteAdmitsItsRolesAndNobodyElse) {
    constexpr std::string_view kLetters = "AMNGS";
    std::set<std::string> seen;
    const Router router = all_routes();
    for (const Route& route : router.routes()) {
        const std::string name = std::string(to_text(route.method)) + " " + std::string(route.pattern);
        ASSERT_TRUE(kDocumented.contains(name)) << name;
        seen.insert(name);
        const std::string& admitted = kDocumented.at(name);
        const std::string target = target_of(route);

        TestClient guest(site_.port());
        guest.send(std::string(to_text(route.method)) + " " + target + " HTTP/1.1\r\nHost: t\r\n\r\n");
        EXPECT_EQ(guest.head().status == 401, admitted != "-") << name;
        for (std::size_t i = 0; i < kRoles.size(); ++i) {
            if (route.pattern.starts_with("/api/sign-out")) continue;  // would end the session: below
            TestClient client(site_.port());
            client.send(std::string(to_text(route.method)) + " " + target + " HTTP/1.1\r\nHost: t\r\n" +
                        site_.headers_of(kRoles[i]) + "\r\n");
            const bool may = admitted == "-" || admitted.find(kLetters[i]) != std::string::npos;
            const int status = client.head().status;
            EXPECT_NE(status, 0) << name;
            EXPECT_EQ(status != 403 && status != 401, may)
                << name << " as " << to_text(kRoles[i]) << ": " << status;
        }
    }
    EXPECT_EQ(seen.size(), kDocumented.size()) << "a documented route is not there";
}

TEST_F(PermissionTest, EverybodyMaySignOut) {
    for (const Role role : kRoles) {
        EXPECT_EQ(site_.ask_as(role, "POST", "/api/sign-out").status, 204);
        EXPECT_EQ(site_.ask_as(role, "GET", "/api/me").status, 401);
    }
}

TEST_F(PermissionTest, ChangesByCookieNeedTheForgeryToken) {
    const std::string& headers = site_.headers_of(Role::kAdministrator);
    const std::string cookie = headers.substr(0, headers.find("\r\n") + 2);
    const Router router = all_routes();
    for (const Route& route : router.routes()) {
        if (route.effect == Effect::kReads || route.who.is_public()) continue;
        for (const char* forged :
             {"", "X-Vitrina-Forgery: \r\n", "X-Vitrina-Forgery: 0123456789abcdef\r\n"}) {
            const TestAnswer answer =
                TestClient(site_.port()).request(to_text(route.method), target_of(route), cookie + forged);
            EXPECT_EQ(answer.status, 403) << route.pattern;
            EXPECT_EQ(code_of(answer), "forgery") << route.pattern;
        }
    }
}

TEST_F(PermissionTest, TokensMayWhatTheirScopeAllows) {
    const auto bearer = [&](const char* scope) {
        const TestAnswer made =
            site_.ask("POST", "/api/tokens", std::string(R"({"name": "till", "scope": ")") + scope + "\"}");
        EXPECT_EQ(made.status, 201) << made.body;
        return "Authorization: Bearer " + Json::parse(made.body)["token"].get<std::string>() +
               "\r\nContent-Type: application/json\r\n";
    };
    const std::string reading = bearer("read");
    const std::string writing = bearer("write");
    TestClient client(site_.port());
    EXPECT_EQ(client.request("GET", "/metrics", reading).status, 200);
    EXPECT_EQ(client.request("GET", "/api/shop", reading).status, 200);
    const TestAnswer refused = client.request("POST", "/api/cameras", reading, "{}");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code_of(refused), "read_only_token");
    EXPECT_EQ(client.request("POST", "/api/cameras", writing, "{}").status, 400);
    // A token that isn't one is not helped by a cookie beside it.
    EXPECT_EQ(client
                  .request("GET", "/api/me",
                           "Authorization: Bearer nonsense\r\n" + site_.headers_of(Role::kAdministrator))
                  .status,
              401);
    // The list of tokens never has the keys.
    EXPECT_THAT(site_.ask("GET", "/api/tokens").body, Not(HasSubstr("vit_")));
}

}  // namespace
}  // namespace vitrina::api
