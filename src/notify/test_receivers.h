// Receivers for tests, on this computer: a web server, a NATS server and a mail server that take one
// connection after the other, remember what came, and can be told to fail. One thread each; any thread may
// ask.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace vitrina::notify {

/// Listens at a port of 127.0.0.1 and hands each connection to `serve`.
class TestListener {
  public:
    /// `port` 0: any that is free.
    TestListener(std::uint16_t port, std::function<void(int socket)> serve);
    ~TestListener();
    TestListener(const TestListener&) = delete;
    TestListener& operator=(const TestListener&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    int socket_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

struct TestRequest {
    std::string head;  // request line and headers
    std::string body;
};

/// Answers each POST with a status.
class TestWebServer {
  public:
    explicit TestWebServer(std::uint16_t port = 0);
    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
    void answer_with(int status);
    [[nodiscard]] std::vector<TestRequest> requests() const;
    /// Waits until so many have come, some seconds at most.
    [[nodiscard]] bool wait_for(std::size_t count) const;

  private:
    void serve(int socket);
    mutable Mutex mutex_;
    int status_ GUARDED_BY(mutex_) = 200;
    std::vector<TestRequest> requests_ GUARDED_BY(mutex_);
    TestListener listener_;
};

struct TestPublication {
    std::string introduction;  // the JSON of CONNECT
    std::string subject;
    std::string head;  // the message's headers
    std::string body;
};

/// A NATS server without TLS, as far as one publishes to it.
class TestNatsServer {
  public:
    /// What it says of itself, as JSON.
    explicit TestNatsServer(
        std::string info = R"({"server_id":"test","headers":true,"max_payload":1048576})");
    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
    /// Answers a publication with this line, "+OK" at first; empty: with nothing.
    void answer_with(const std::string& line);
    [[nodiscard]] std::vector<TestPublication> publications() const;
    /// All lines that were heard, publications' bodies left out.
    [[nodiscard]] std::string heard() const;

  private:
    void serve(int socket);
    const std::string info_;
    mutable Mutex mutex_;
    std::string answer_ GUARDED_BY(mutex_) = "+OK";
    std::string heard_ GUARDED_BY(mutex_);
    std::vector<TestPublication> publications_ GUARDED_BY(mutex_);
    TestListener listener_;
};

/// Takes mails without TLS; the whole talk of each connection.
class TestMailServer {
  public:
    explicit TestMailServer(std::uint16_t port = 0);
    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
    [[nodiscard]] std::vector<std::string> talks() const;

  private:
    void serve(int socket);
    mutable Mutex mutex_;
    std::vector<std::string> talks_ GUARDED_BY(mutex_);
    TestListener listener_;
};

}  // namespace vitrina::notify
