// A tiny blocking HTTP client on a bare socket, for tests that say every byte themselves. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vitrina::api {

struct TestAnswer {
    int status = 0;                              // 0: the connection ended before a whole head had come
    std::map<std::string, std::string> headers;  // names in lower case; values of several joined by ", "
    std::string body;
};

class TestClient {
  public:
    explicit TestClient(std::uint16_t port);
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;
    ~TestClient();

    /// False when the other side does not take it any more.
    bool send(std::string_view bytes) const;
    /// What comes next, at most so much; empty at the end or after `patience`.
    std::string receive(std::size_t bytes_max = 65536);
    /// Reads until the text has come, and gives everything up to its end; empty when it doesn't come.
    std::string receive_until(std::string_view text);
    /// One answer. Of a HEAD request there is no body.
    TestAnswer answer(bool has_body = true);
    /// A request and its answer.
    TestAnswer request(std::string_view method, std::string_view target, std::string_view headers = "",
                       std::string_view body = "");
    /// Only the head of an answer; what follows is for receive_until().
    TestAnswer head();
    /// Whether the other side has closed, within `patience`.
    bool closed();
    /// Closes so that the other side sees it at once.
    void close();

    std::chrono::milliseconds patience{5'000};

  private:
    bool fill();

    int socket_;
    std::string buffer_;
};

}  // namespace vitrina::api
