#include "api/server.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "api/stream.h"
#include "api/test_client.h"

namespace vitrina::api {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

/// Gives what the test pushes, until the test ends it.
class PushedStream final : public Stream {
  public:
    std::optional<HttpError> start(std::function<void()> wake) override {
        const MutexLock lock(mutex_);
        wake_ = std::move(wake);
        return std::nullopt;
    }
    Batch next() override {
        const MutexLock lock(mutex_);
        Batch batch;
        for (const std::string& text : texts_)
            batch.chunks.push_back(Chunk::of(text));
        taken_ += texts_.size();
        texts_.clear();
        batch.end = ended_;
        return batch;
    }
    Chunk heartbeat() const override { return Chunk::of(":\n\n"); }

    void push(std::string text) {
        std::function<void()> wake;
        {
            const MutexLock lock(mutex_);
            texts_.push_back(std::move(text));
            wake = wake_;
        }
        if (wake) wake();
    }
    void end() {
        {
            const MutexLock lock(mutex_);
            ended_ = true;
        }
        push("");
    }
    std::size_t taken() {
        const MutexLock lock(mutex_);
        return taken_;
    }

  private:
    Mutex mutex_;
    std::function<void()> wake_ GUARDED_BY(mutex_);
    std::vector<std::string> texts_ GUARDED_BY(mutex_);
    std::size_t taken_ GUARDED_BY(mutex_) = 0;
    bool ended_ GUARDED_BY(mutex_) = false;
};

/// Echoes what came; "/slow" takes 300 ms, "/stream" streams, "/me" has a session when a cookie comes.
class Echo final : public Responder {
  public:
    Plan plan(const Request& request) const override {
        Plan plan;
        plan.body_bytes_max = 1000;
        plan.cost = request.path.front() == "slow"     ? Cost::kSlow
                    : request.path.front() == "report" ? Cost::kReport
                                                       : Cost::kQuick;
        plan.key = request.cookie("session");
        plan.may_be_refused_early = request.path.front() == "members";
        return plan;
    }
    std::optional<Response> refuse_early(Request& request) const override {
        if (!request.cookie("session").empty()) return std::nullopt;
        return error_response({401, "not_signed_in", "sign in"});
    }
    Response answer(Request& request) const override {
        if (request.path.front() == "slow" || request.path.front() == "report")
            std::this_thread::sleep_for(milliseconds(300));
        Response response;
        response.type = "text/plain";
        response.body =
            std::string(to_text(request.method)) + " " + request.shown_path() + " " + request.body;
        if (!request.cookie("session").empty()) request.who = Identity();
        if (request.path.front() == "stream") {
            response.stream = stream;
            response.still_allowed = [this] { return allowed.load(); };
        }
        return response;
    }

    std::shared_ptr<PushedStream> stream = std::make_shared<PushedStream>();
    std::atomic<bool> allowed = true;
};

class ServerTest : public testing::Test {
  protected:
    ServerTest() {
        options_.port = 0;
        options_.limits.rate = {1e6, 1e6, 100};
    }

    std::uint16_t start() {
        auto server = Server::create(echo_, options_);
        EXPECT_TRUE(server.has_value()) << server.error().message;
        server_ = std::move(*server);
        return server_->port();
    }

    bool wait_for_connections(int count) const {
        for (int i = 0; i < 500 && server_->connections() != count; ++i)
            std::this_thread::sleep_for(milliseconds(10));
        return server_->connections() == count;
    }

    Echo echo_;
    ServerOptions options_;
    std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOneAfterTheOtherOnOneConnection) {
    TestClient client(start());
    EXPECT_EQ(client.request("GET", "/a").body, "GET /a ");
    EXPECT_EQ(client.request("POST", "/b?c=d", "", "text").body, "POST /b text");
    EXPECT_EQ(server_->connections(), 1);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    TestClient client(start());
    client.send(
        "GET /1 HTTP/1.1\r\nHost: t\r\n\r\nPOST /2 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nxyz"
        "GET /3 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.answer().body, "GET /1 ");
    EXPECT_EQ(client.answer().body, "POST /2 xyz");
    const TestAnswer last = client.answer();
    EXPECT_EQ(last.body, "GET /3 ");
    EXPECT_EQ(last.headers.at("connection"), "close");
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, HeadHasTheHeadOfGet) {
    TestClient client(start());
    const TestAnswer head = client.request("HEAD", "/a");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "8");  // "HEAD /a "
    EXPECT_EQ(client.request("GET", "/next").body, "GET /next ");
}

TEST_F(ServerTest, RefusesBodiesThatAreTooLarge) {
    const std::uint16_t port = start();
    TestClient client(port);
    EXPECT_EQ(client.request("POST", "/a", "", std::string(1001, 'x')).status, 413);
    EXPECT_TRUE(client.closed());
    TestClient chunked(port);
    chunked.send("POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
                 std::string(0x800, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(chunked.answer().status, 413);
}

TEST_F(ServerTest, AnHonestAnswerToAHundredMegabytes) {
    TestClient client(start());
    client.send("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 104857600\r\n\r\n");
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 100 && client.send(piece); ++i) {
    }
    EXPECT_EQ(client.answer().status, 413);
}

TEST_F(ServerTest, AsksWhoItIsBeforeALargeBodyIsRead) {
    const std::uint16_t port = start();
    TestClient stranger(port);
    stranger.send("POST /members HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n");
    EXPECT_EQ(stranger.answer().status, 401) << "though none of the body has come";
    EXPECT_TRUE(stranger.closed());
    TestClient waiting(port);
    waiting.send("POST /members HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
    EXPECT_EQ(waiting.answer().status, 401);
    TestClient member(port);
    EXPECT_EQ(member.request("POST", "/members", "Cookie: session=1\r\n", "text").body, "POST /members text");
}

TEST_F(ServerTest, BodiesThatArriveTogetherHaveABudget) {
    options_.limits.bodies_bytes_max = 2'000;
    const std::uint16_t port = start();
    const std::string head = "POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 900\r\n\r\n";
    TestClient first(port);
    TestClient second(port);
    first.send(head + "begin");
    second.send(head + "begin");
    std::this_thread::sleep_for(milliseconds(100));
    const TestAnswer third = TestClient(port).request("POST", "/a", "", std::string(900, 'x'));
    EXPECT_EQ(third.status, 503);
    EXPECT_TRUE(third.headers.contains("retry-after"));
    EXPECT_EQ(TestClient(port).request("GET", "/a").status, 200) << "what has no body is served";
    first.send(std::string(895, 'x'));
    EXPECT_EQ(first.answer().status, 200);
    EXPECT_EQ(TestClient(port).request("POST", "/a", "", std::string(900, 'x')).status, 200);
    second.close();
    ASSERT_TRUE(wait_for_connections(1));
    EXPECT_EQ(first.request("POST", "/a", "", std::string(1'000, 'x')).status, 200);
}

TEST_F(ServerTest, RefusesLargeHeads) {
    TestClient client(start());
    EXPECT_EQ(client.request("GET", "/a", "X: " + std::string(20'000, 'x') + "\r\n").status, 431);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, RefusesSlowRequests) {
    options_.limits.arrival_max = milliseconds(200);
    const std::uint16_t port = start();
    TestClient head(port);
    head.send("GET /a HTTP/1.1\r\nHo");
    EXPECT_EQ(head.answer().status, 408);
    EXPECT_TRUE(head.closed());

    TestClient body(port);
    body.send("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n123");
    EXPECT_EQ(body.answer().status, 408);

    // A byte now and then doesn't help.
    TestClient dripping(port);
    const auto began = Steady::now();
    for (const char c :
         std::string_view("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) {
        if (!dripping.send(std::string_view(&c, 1))) break;
        std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_EQ(dripping.answer().status, 408);
    EXPECT_LT(Steady::now() - began, milliseconds(4'000));
}

TEST_F(ServerTest, RefusesWhatIsNotHttp) {
    const std::uint16_t port = start();
    for (const char* text : {"\x16\x03\x01\x02\x00 hello\r\n\r\n", "GET /a\r\n\r\n", "GET /a HTTP/9\r\n\r\n",
                             "GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: t\r\n\r\n",
                             "GET a HTTP/1.1\r\nHost: t\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n",
                             "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                             "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
        TestClient client(port);
        client.send(text);
        EXPECT_EQ(client.answer().status, 400) << text;
    }
}

TEST_F(ServerTest, ContinuesWhenAsked) {
    TestClient client(start());
    client.send("POST /a HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    EXPECT_EQ(client.answer().body, "POST /a ok");
}

TEST_F(ServerTest, SlowWorkHoldsNobodyUp) {
    const std::uint16_t port = start();
    std::vector<std::unique_ptr<TestClient>> slow;
    for (int i = 0; i < 6; ++i) {
        slow.push_back(std::make_unique<TestClient>(port));
        slow.back()->send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
    }
    std::this_thread::sleep_for(milliseconds(50));
    const auto began = Steady::now();
    EXPECT_EQ(TestClient(port).request("GET", "/quick").status, 200);
    EXPECT_LT(Steady::now() - began, milliseconds(250));
    for (const auto& client : slow)
        EXPECT_EQ(client->answer().status, 200);
}

TEST_F(ServerTest, NobodyWhoSignsInWaitsForReports) {
    const std::uint16_t port = start();
    std::vector<std::unique_ptr<TestClient>> reports;
    for (int i = 0; i < 4; ++i) {
        reports.push_back(std::make_unique<TestClient>(port));
        reports.back()->send("GET /report HTTP/1.1\r\nHost: t\r\n\r\n");
    }
    std::this_thread::sleep_for(milliseconds(50));
    const auto began = Steady::now();
    EXPECT_EQ(TestClient(port).request("GET", "/slow").status, 200);
    EXPECT_LT(Steady::now() - began, milliseconds(550)) << "300 ms of its own";
    for (const auto& client : reports)
        EXPECT_EQ(client->answer().status, 200);
}

TEST_F(ServerTest, TooMuchSlowWorkIsRefused) {
    options_.limits.slow_requests_max = 1;
    const std::uint16_t port = start();
    TestClient first(port);
    first.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
    std::this_thread::sleep_for(milliseconds(50));
    const TestAnswer second = TestClient(port).request("GET", "/slow");
    EXPECT_EQ(second.status, 503);
    EXPECT_TRUE(second.headers.contains("retry-after"));
    EXPECT_EQ(first.answer().status, 200);
}

TEST_F(ServerTest, LimitsTheRateOfAnAddress) {
    options_.limits.rate = {0.001, 3, 100};
    TestClient client(start());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.request("GET", "/a").status, 200);
    EXPECT_EQ(client.request("GET", "/a").status, 429);
}

TEST_F(ServerTest, WhoIsSignedInHasARateOfHisOwn) {
    options_.limits.rate = {0.001, 3, 100};
    TestClient client(start());
    const auto ask = [&](const char* cookie) { return client.request("GET", "/a", cookie).status; };
    // The first is the address's, until it is known whose key it is.
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(ask("Cookie: session=1\r\n"), 200);
    EXPECT_EQ(ask("Cookie: session=1\r\n"), 429);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(ask("Cookie: session=2\r\n"), 200);
    EXPECT_EQ(ask(""), 200);
    EXPECT_EQ(ask(""), 429);
    EXPECT_EQ(ask("Cookie: session=2\r\n"), 429);
}

TEST_F(ServerTest, IdleConnectionsAreClosed) {
    options_.limits.idle_max = milliseconds(100);
    TestClient client(start());
    EXPECT_EQ(client.request("GET", "/a").status, 200);
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(ServerTest, AThousandIdleConnectionsLockNobodyOut) {
    options_.limits.probation = milliseconds(300);
    const std::uint16_t port = start();
    std::vector<std::unique_ptr<TestClient>> idle;
    for (int i = 0; i < 1000; ++i)
        idle.push_back(std::make_unique<TestClient>(port));
    ASSERT_TRUE(wait_for_connections(1000));
    // Whoever has a session comes through, other guests of this address don't.
    EXPECT_EQ(TestClient(port).request("GET", "/a", "Cookie: session=1\r\n").status, 200);
    EXPECT_EQ(TestClient(port).request("GET", "/a").status, 503);
    EXPECT_EQ(idle.back()->answer().status, 503);
    EXPECT_TRUE(wait_for_connections(200));
    idle.clear();
    EXPECT_TRUE(wait_for_connections(0));
    EXPECT_EQ(TestClient(port).request("GET", "/a").status, 200);
}

TEST_F(ServerTest, RefusesMoreConnectionsThanInAll) {
    options_.limits.connections_max = 2;
    const std::uint16_t port = start();
    TestClient first(port);
    TestClient second(port);
    ASSERT_TRUE(wait_for_connections(2));
    EXPECT_EQ(TestClient(port).answer().status, 503);
    first.close();
    ASSERT_TRUE(wait_for_connections(1));
    EXPECT_EQ(TestClient(port).request("GET", "/a").status, 200);
}

TEST_F(ServerTest, StreamsPiecesAsTheyCome) {
    TestClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
    echo_.stream->push("one");
    EXPECT_EQ(client.head().headers.at("transfer-encoding"), "chunked");
    EXPECT_NE(client.receive_until("one\r\n"), "");
    echo_.stream->push("two");
    EXPECT_NE(client.receive_until("two\r\n"), "");
    echo_.stream->end();
    EXPECT_NE(client.receive_until("0\r\n\r\n"), "");
}

TEST_F(ServerTest, SilentStreamsHaveAHeartbeat) {
    options_.limits.heartbeat = milliseconds(50);
    TestClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
    echo_.stream->push("one");
    EXPECT_NE(client.receive_until("one\r\n"), "");
    EXPECT_NE(client.receive_until(":\n\n"), "");
    EXPECT_NE(client.receive_until(":\n\n"), "");
}

TEST_F(ServerTest, AStreamWithoutAPieceIsRefused) {
    options_.limits.heartbeat = milliseconds(50);
    TestClient client(start());
    EXPECT_EQ(client.request("GET", "/stream").status, 503);
}

TEST_F(ServerTest, SeesReadersOfStreamsLeave) {
    TestClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
    echo_.stream->push("one");
    EXPECT_EQ(client.head().status, 200);
    EXPECT_EQ(server_->connections(), 1);
    const auto began = Steady::now();
    client.close();
    EXPECT_TRUE(wait_for_connections(0));
    EXPECT_LT(Steady::now() - began, milliseconds(500));
}

TEST_F(ServerTest, StreamsEndWhenTheyAreNotAllowedAnyMore) {
    options_.limits.permission_check = milliseconds(50);
    TestClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
    echo_.stream->push("one");
    EXPECT_EQ(client.head().status, 200);
    echo_.allowed = false;
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, ReadersThatTakeNothingAreLeft) {
    options_.limits.stall_max = milliseconds(300);
    TestClient client(start());
    client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
    echo_.stream->push("one");
    EXPECT_EQ(client.head().status, 200);
    // More than both computers keep on the way.
    for (int i = 0; i < 40; ++i)
        echo_.stream->push(std::string(1 << 20, 'x'));
    EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(ServerTest, StopsSoonWithStreamsAndIdleConnections) {
    const std::uint16_t port = start();
    TestClient streaming(port);
    streaming.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
    echo_.stream->push("one");
    EXPECT_EQ(streaming.head().status, 200);
    TestClient idle(port);
    TestClient working(port);
    working.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
    ASSERT_TRUE(wait_for_connections(3));
    std::this_thread::sleep_for(milliseconds(50));
    const auto began = Steady::now();
    server_.reset();
    EXPECT_LT(Steady::now() - began, milliseconds(2'000));
    EXPECT_EQ(working.answer().status, 200);
    EXPECT_TRUE(streaming.closed());
    EXPECT_TRUE(idle.closed());
}

TEST_F(ServerTest, SaysWhichPortIsInUse) {
    const std::uint16_t port = start();
    options_.port = port;
    const auto second = Server::create(echo_, options_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().message,
              "127.0.0.1 port " + std::to_string(port) + ": the port is in use by another program");
    options_.address = "shop";
    EXPECT_EQ(Server::create(echo_, options_).error().message, "shop: is not an IP address to listen at");
}

}  // namespace
}  // namespace vitrina::api
