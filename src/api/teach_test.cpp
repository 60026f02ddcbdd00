// Teaching what goods look like, over HTTP.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/test_site.h"
#include "teach/test_pictures.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

class TeachApi : public SiteTest {
  protected:
    /// A collection with two classes and so many pictures of each; its id.
    std::string fruit(int pictures) {
        const std::string id =
            ask("POST", "/api/teach/collections", R"({"name": "fruit"})", 201)["id"].dump();
        for (int kind = 0; kind < 2; ++kind) {
            const Json page = ask("POST", "/api/teach/collections/" + id + "/classes",
                                  kind == 0 ? R"({"name": "apple"})" : R"({"name": "pear"})", 201);
            const std::string shows = page["classes"].back()["id"];
            for (int i = 0; i < pictures; ++i)
                ask("POST", "/api/teach/collections/" + id + "/pictures?class=" + shows,
                    teach::goods_jpeg(kind, static_cast<std::uint32_t>(i)), 201);
        }
        return id;
    }
    Json wait() {
        for (int i = 0; i < 20'000; ++i) {  // it gives way to everything else on the computer
            Json lesson = ask("GET", "/api/teach")["lesson"];
            if (lesson["state"] != "running") return lesson;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "the lesson does not end";
        return {};
    }
    void learn(const std::string& id) {
        ask("POST", "/api/teach/collections/" + id + "/lesson", "{}", 201);
        EXPECT_EQ(wait()["state"], "done");
    }
};

TEST_F(TeachApi, FromPicturesToAnAnswer) {
    const std::string id = fruit(4);
    const std::string path = "/api/teach/collections/" + id;
    EXPECT_EQ(ask("POST", path + "/try", teach::goods_jpeg(0, 9), 422)["error"]["code"],
              "nothing_in_service");
    learn(id);
    const Json page = ask("GET", path);
    EXPECT_EQ(page["versions"][0]["pictures"], 8);
    EXPECT_GT(page["versions"][0]["accuracy"]["value"], 0.7);
    EXPECT_EQ(page["in_service"], nullptr);
    EXPECT_EQ(ask("POST", path + "/try?version=1", teach::goods_jpeg(0, 9))["guesses"][0]["class"], "apple");
    EXPECT_EQ(ask("PUT", "/api/teach/versions/" + id + ".1/service")["in_service"], 1);
    learn(id);
    EXPECT_EQ(ask("PUT", "/api/teach/versions/" + id + ".2/service")["before"], 1);
    const Json answer = ask("POST", path + "/try?name=shelf.jpg", teach::goods_jpeg(1, 9));
    EXPECT_EQ(answer["version"], 2);
    EXPECT_EQ(answer["guesses"][0]["class"], "pear");
    EXPECT_EQ(answer["known"], answer["class"] == "pear");
    EXPECT_EQ(ask("DELETE", "/api/teach/versions/" + id + ".2", "", 422)["error"]["code"], "in_service");
    EXPECT_EQ(ask("POST", path + "/roll-back")["in_service"], 1);
    EXPECT_EQ(ask("POST", path + "/roll-back", "", 422)["error"]["code"], "nothing_before");
    EXPECT_EQ(ask("GET", "/api/teach")["collections"][0]["in_service"], 1);
}

TEST_F(TeachApi, TheReportIsAPageInWhichNothingRuns) {
    const std::string id = fruit(3);
    learn(id);
    const TestAnswer report = site_.ask("GET", "/api/teach/versions/" + id + ".1/report.html");
    EXPECT_EQ(report.status, 200);
    EXPECT_THAT(report.body, HasSubstr("<h1>"));
    EXPECT_THAT(report.headers.at("content-security-policy"),
                testing::StartsWith("sandbox; default-src 'none'"));
    const TestAnswer onnx = site_.ask("GET", "/api/teach/versions/" + id + ".1/model.onnx");
    EXPECT_EQ(onnx.status, 200);
    EXPECT_THAT(onnx.headers.at("content-disposition"), HasSubstr(".onnx"));
    ask("GET", "/api/teach/versions/" + id + ".2/report.html", "", 404);
}

TEST_F(TeachApi, LabelsByTheirIds) {
    const std::string id = fruit(1);
    const std::string path = "/api/teach/collections/" + id;
    const Json added = ask("POST", path + "/pictures?name=%D1%85.jpg", teach::goods_jpeg(5, 1), 201);
    EXPECT_EQ(added["class"], nullptr);
    EXPECT_EQ(added["name"], "х.jpg");
    const std::string picture = "/api/teach/pictures/" + added["id"].get<std::string>();
    const std::string apple = ask("GET", path)["classes"][0]["id"];
    ask("PATCH", picture, R"({"class": ")" + apple + "\"}", 204);
    EXPECT_EQ(ask("GET", path)["classes"][0]["pictures"], 2);
    ask("PATCH", picture, R"({"class": null})", 204);
    EXPECT_EQ(ask("PATCH", picture, R"({"class": "9.1"})", 422)["error"]["code"], "unsuitable_class");
    ask("PATCH", picture, R"({"class": 1})", 400);
    const TestAnswer preview = site_.ask("GET", picture + "/preview.jpg");
    EXPECT_EQ(preview.status, 200);
    EXPECT_EQ(preview.headers.at("cache-control"), "private, max-age=31536000, immutable");
    EXPECT_TRUE(ask("POST", path + "/pictures", teach::goods_jpeg(5, 1), 201)["was_there"]);
    ask("DELETE", picture, "", 204);
    ask("DELETE", picture, "", 404);
    ask("GET", picture + "/preview.jpg", "", 404);
}

TEST_F(TeachApi, SaysWhatIsWrong) {
    const std::string id = ask("POST", "/api/teach/collections", R"({"name": "fruit"})", 201)["id"].dump();
    const std::string path = "/api/teach/collections/" + id;
    ask("POST", "/api/teach/collections", R"({"name": "fruit"})", 422);
    ask("POST", "/api/teach/collections", R"({"name": ""})", 400);
    const Json bad = ask("POST", path + "/pictures?name=menu.gif", "GIF89a", 422);
    EXPECT_EQ(bad["error"]["code"], "unsuitable_picture");
    EXPECT_THAT(bad["error"]["message"].get<std::string>(), testing::StartsWith("menu.gif: is a GIF"));
    EXPECT_EQ(ask("POST", path + "/lesson", "{}", 422)["error"]["code"], "cannot_learn");
    ask("POST", path + "/lesson", R"({"minutes_max": 0})", 400);
    ask("POST", path + "/lesson", R"({"minutes": 3})", 400);
    ask("POST", path + "/try?version=0", teach::goods_jpeg(0, 9), 400);
    ask("POST", path + "/try?version=7", teach::goods_jpeg(0, 9), 404);
    ask("POST", path + "/pictures?class=7", teach::goods_jpeg(0, 9), 422);
    for (const char* const nowhere :
         {"/api/teach/collections/77", "/api/teach/collections/x", "/api/teach/collections/-1"})
        ask("GET", nowhere, "", 404);
    for (const char* const nowhere :
         {"/api/teach/classes/1", "/api/teach/classes/1.", "/api/teach/pictures/1.../etc",
          "/api/teach/versions/1.x", "/api/teach/versions/99999999999999999999.1", "/api/teach/lesson"})
        ask("DELETE", nowhere, "", 404);
}

TEST_F(TeachApi, TooLargeAPictureIsRefusedBeforeItIsRead) {
    const std::string id = fruit(1);
    TestClient client(site_.port());
    client.send("POST /api/teach/collections/" + id + "/pictures HTTP/1.1\r\nHost: t\r\n" +
                site_.headers_of(Role::kAdministrator) + "Content-Length: 40000000\r\n\r\n");
    EXPECT_EQ(client.head().status, 413);
}

TEST_F(TeachApi, IsForThoseWhoDrawAndMark) {
    const std::string id = fruit(1);
    for (const Role role : {Role::kAnalyst, Role::kGuard, Role::kStaff}) {
        EXPECT_EQ(site_.ask_as(role, "GET", "/api/teach").status, 403);
        EXPECT_EQ(site_.ask_as(role, "POST", "/api/teach/collections/" + id + "/lesson", "{}").status, 403);
    }
    EXPECT_EQ(site_.ask_as(Role::kManager, "GET", "/api/teach/collections/" + id).status, 200);
}

TEST_F(TeachApi, AShopWithoutGoodsSaysSo) {
    site_.services().school = nullptr;
    site_.start();
    site_.sign_in_users();
    EXPECT_EQ(ask("GET", "/api/teach", "", 409)["error"]["code"], "teach_off");
}

}  // namespace
}  // namespace vitrina::api
