// The small parts: requests, instants, fields, tables, rates.
#include "api/http.h"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/rate_limit.h"
#include "api/router.h"

namespace vitrina::api {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Http, TargetsAreTakenApart) {
    Request request;
    ASSERT_TRUE(parse_target("/a%2Fb/c+d?x=1&y=a+b%26c&z&=", request).has_value());
    EXPECT_THAT(request.path, ElementsAre("a/b", "c+d"));
    EXPECT_THAT(request.query, ElementsAre(Pair("x", "1"), Pair("y", "a b&c"), Pair("z", ""), Pair("", "")));
    for (const char* wrong : {"", "a", "*", "http://a/", "/%", "/%1", "/%g1", "/a%00", "/a?b=%0a", "/%7f"}) {
        Request other;
        EXPECT_FALSE(parse_target(wrong, other).has_value()) << wrong;
    }
}

TEST(Http, CookiesAreFoundByTheirWholeName) {
    Request request;
    request.headers["cookie"] = "xkey=1; key2=2;key=3; key=4";
    EXPECT_EQ(request.cookie("key"), "3");
    EXPECT_EQ(request.cookie("ke"), "");
}

TEST(Router, FindsTheRouteOrSaysWhatWouldBe) {
    const Router router({{Method::kPost, "/a/test", {}, Effect::kReads, nullptr},
                         {Method::kGet, "/a/{id}", {}, Effect::kReads, nullptr},
                         {Method::kPut, "/a/{id}", {}, Effect::kReads, nullptr}});
    EXPECT_EQ(router.match(Method::kPost, {"a", "test"}).route, router.routes().data());
    const auto head = router.match(Method::kHead, {"a", "b/c"});
    EXPECT_EQ(head.route, router.routes().data() + 1);
    EXPECT_EQ(head.parameters.at("id"), "b/c");
    EXPECT_EQ(router.match(Method::kDelete, {"a", "b"}).allowed, "GET, HEAD, PUT");
    for (const auto& path : {std::vector<std::string>{"a"}, {"a", ""}, {"a", "b", "c"}, {""}, {"b", "c"}})
        EXPECT_EQ(router.match(Method::kGet, path).route, nullptr);
}

TEST(Instant, ThereAndBack) {
    for (const char* text : {"2026-11-23T17:18:39.123Z", "1970-01-01T00:00:00.000Z",
                             "2024-02-29T23:59:59.999Z", "9999-12-31T23:59:59.999Z"})
        EXPECT_EQ(to_text(*parse_instant(text)), text);
    EXPECT_EQ(to_text(*parse_instant("2026-11-23T17:18:39+03:00")), "2026-11-23T14:18:39.000Z");
    EXPECT_EQ(to_text(*parse_instant("2026-11-23t17:18:39.1239999-00:30")), "2026-11-23T17:48:39.123Z");
    for (const char* wrong : {"", "yesterday", "2026-11-23", "2026-11-23T17:18:39", "2026-02-29T00:00:00Z",
                              "2026-13-01T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T23:59:60Z",
                              "2026-11-23T17:18:39.Z", "2026-11-23T17:18:39Zx", "1969-12-31T23:59:59Z",
                              "2026-11-23T17:18:39+24:00", "-026-11-23T17:18:39Z"})
        EXPECT_FALSE(parse_instant(wrong).has_value()) << wrong;
}

TEST(Csv, IsSafeInSpreadsheets) {
    EXPECT_EQ(csv_line({"a", "", "b c"}), "a,,b c\r\n");
    EXPECT_EQ(csv_line({"say \"hi\"", "a,b", "a\nb"}), "\"say \"\"hi\"\"\",\"a,b\",\"a\nb\"\r\n");
    EXPECT_EQ(csv_line({"=1+1", "+cmd", "@x", "-x", "\tx"}), "'=1+1,'+cmd,'@x,'-x,'\tx\r\n");
    EXPECT_EQ(csv_line({"=a,\"b\""}), "\"'=a,\"\"b\"\"\"\r\n");
    EXPECT_EQ(csv_line({"-1.5", "12"}), "-1.5,12\r\n");
}

TEST(RateLimit, ABurstAndThenTheRate) {
    using std::chrono::milliseconds;
    RateLimit limit({10, 5, 100});
    const RateLimit::Instant start{};
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(limit.take("a", start));
    EXPECT_FALSE(limit.take("a", start));
    EXPECT_TRUE(limit.take("b", start));
    EXPECT_FALSE(limit.take("a", start + milliseconds(99)));
    EXPECT_TRUE(limit.take("a", start + milliseconds(100)));
    EXPECT_FALSE(limit.take("a", start + milliseconds(100)));
    int taken = 0;
    for (int i = 0; i < 10; ++i)
        taken += limit.take("a", start + std::chrono::hours(1)) ? 1 : 0;
    EXPECT_EQ(taken, 5);
}

TEST(RateLimit, RemembersThoseWhoAskMuchWhenThereAreMany) {
    RateLimit limit({1, 2, 3});
    const RateLimit::Instant start{};
    EXPECT_TRUE(limit.take("busy", start));
    EXPECT_TRUE(limit.take("busy", start));
    EXPECT_TRUE(limit.take("a", start - std::chrono::seconds(10)));
    EXPECT_TRUE(limit.take("b", start - std::chrono::seconds(10)));
    EXPECT_TRUE(limit.take("c", start));  // takes the place of a and b, who are full again
    EXPECT_FALSE(limit.take("busy", start));
}

Request json_request(const std::string& body) {
    Request request;
    request.headers["content-type"] = "application/json; charset=utf-8";
    request.body = body;
    return request;
}

TEST(Fields, SayWhatIsWrong) {
    const auto problem = [](const std::string& body) {
        auto fields = BodyFields::of(json_request(body));
        if (!fields) return fields.error().message;
        static_cast<void>(fields->text("name"));
        static_cast<void>(fields->optional_flag("udp"));
        const auto done = fields->done();
        return done ? std::string() : done.error().message;
    };
    EXPECT_EQ(problem(R"({"name": "a", "udp": false})"), "");
    EXPECT_EQ(problem("{}"), "\"name\" is missing");
    EXPECT_EQ(problem(R"({"name": ""})"), "\"name\" is empty");
    EXPECT_EQ(problem(R"({"name": null})"), "\"name\" must be text");
    EXPECT_EQ(problem(R"({"name": "a\nb"})"), "\"name\" has a control character in it");
    EXPECT_EQ(problem(R"({"name": ")" + std::string(65, 'a') + "\"}"),
              "\"name\" is longer than 64 characters");
    EXPECT_EQ(problem(R"({"name": "a", "udp": 1})"), "\"udp\" must be true or false");
    EXPECT_EQ(problem(R"({"name": "a", "x": 1})"), "unknown field \"x\"; known are name, udp");
    EXPECT_EQ(problem("[1]"), "the body must be a JSON object");
    EXPECT_EQ(problem("{\"a\": \"\xFF\"}"), "the body is not JSON: mistake at byte 8");
    EXPECT_EQ(problem(R"({"a": 1, "a": 2})"), "the body: the key \"a\" stands twice in one object");
    EXPECT_EQ(problem(std::string(100'000, '[')), "the body: nested deeper than 8 levels");
}

}  // namespace
}  // namespace vitrina::api
