// A small TCP server inside a test. For tests only.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vitrina::video {

/// Listens on a free local port and hands each connection to `serve` on its own thread.
class Server {
  public:
    using Serve = std::function<void(int connection, const std::string& request)>;

    explicit Server(Serve serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, plain, length), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        EXPECT_EQ(::getsockname(listener_, plain, &length), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { accept_all(); });
    }

    ~Server() {
        stopping_.store(true);
        thread_.join();
        for (std::thread& worker : workers_)
            worker.join();
        ::close(listener_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] bool stopping() const { return stopping_.load(); }

    /// Waits until the test is over.
    void hold() const {
        while (!stopping())
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }

    /// Empty when the other side is gone or the test is over.
    [[nodiscard]] std::string read_request(int connection) const {
        std::string request;
        while (!stopping() && request.find("\r\n\r\n") == std::string::npos) {
            pollfd waiting{connection, POLLIN, 0};
            if (::poll(&waiting, 1, 10) <= 0) continue;
            std::array<char, 1024> bytes{};
            const ssize_t count = ::recv(connection, bytes.data(), bytes.size(), 0);
            if (count <= 0) return {};
            request.append(bytes.data(), static_cast<std::size_t>(count));
        }
        return request;
    }

  private:
    void accept_all() {
        while (!stopping()) {
            pollfd waiting{listener_, POLLIN, 0};
            if (::poll(&waiting, 1, 10) <= 0) continue;
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) continue;
            workers_.emplace_back([this, connection] {
                serve_(connection, read_request(connection));
                ::close(connection);
            });
        }
    }

    const Serve serve_;
    const int listener_;
    int port_ = 0;
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> workers_;
    std::thread thread_;
};

inline void send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace vitrina::video
