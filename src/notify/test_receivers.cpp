#include "notify/test_receivers.h"

#include <array>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vitrina::notify {
namespace {

void say(int socket, std::string_view text) {
    static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
}

/// Reads until `end` stands in it; false when the other side has gone.
bool read_until(int socket, std::string& buffer, std::string_view end) {
    while (buffer.find(end) == std::string::npos) {
        std::array<char, 4096> piece{};
        const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
        if (count <= 0) return false;
        buffer.append(piece.data(), static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

TestListener::TestListener(std::uint16_t port, std::function<void(int)> serve) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, 16) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::runtime_error("no port to listen at");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([socket = socket_, serve = std::move(serve)] {
        while (true) {
            const int connection = ::accept(socket, nullptr, nullptr);
            if (connection < 0) return;
            const timeval patience{.tv_sec = 5, .tv_usec = 0};
            ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            serve(connection);
            ::close(connection);
        }
    });
}

TestListener::~TestListener() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
}

TestWebServer::TestWebServer(std::uint16_t port) : listener_(port, [this](int socket) { serve(socket); }) {}

void TestWebServer::answer_with(int status) {
    const MutexLock lock(mutex_);
    status_ = status;
}

std::vector<TestRequest> TestWebServer::requests() const {
    const MutexLock lock(mutex_);
    return requests_;
}

bool TestWebServer::wait_for(std::size_t count) const {
    for (int i = 0; i < 1000 && requests().size() < count; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return requests().size() >= count;
}

void TestWebServer::serve(int socket) {
    std::string text;
    if (!read_until(socket, text, "\r\n\r\n")) return;
    const std::size_t head = text.find("\r\n\r\n") + 4;
    const std::size_t at = text.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    while (text.size() < head + length) {
        std::array<char, 4096> piece{};
        const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
        if (count <= 0) return;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
    int status = 0;
    {
        const MutexLock lock(mutex_);
        requests_.push_back({text.substr(0, head), text.substr(head)});
        status = status_;
    }
    say(socket,
        "HTTP/1.1 " + std::to_string(status) +
            " X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret");
}

TestNatsServer::TestNatsServer(std::string info)
    : info_(std::move(info)), listener_(0, [this](int socket) { serve(socket); }) {}

void TestNatsServer::answer_with(const std::string& line) {
    const MutexLock lock(mutex_);
    answer_ = line;
}

std::vector<TestPublication> TestNatsServer::publications() const {
    const MutexLock lock(mutex_);
    return publications_;
}

std::string TestNatsServer::heard() const {
    const MutexLock lock(mutex_);
    return heard_;
}

void TestNatsServer::serve(int socket) {
    say(socket, "INFO " + info_ + "\r\nPING\r\n");
    TestPublication publication;
    std::string text;
    while (read_until(socket, text, "\r\n")) {
        const std::string line = text.substr(0, text.find("\r\n"));
        text.erase(0, line.size() + 2);
        const MutexLock lock(mutex_);
        heard_ += line + "\n";
        std::istringstream words(line);
        std::string verb;
        words >> verb;
        if (verb == "CONNECT") {
            publication.introduction = line.substr(verb.size() + 1);
            say(socket, "+OK\r\n");
        } else if (verb == "PING") {
            say(socket, "PONG\r\n");
        } else if (verb == "PUB" || verb == "HPUB") {
            std::size_t head = 0;
            std::size_t whole = 0;
            words >> publication.subject;
            if (verb == "HPUB") words >> head;
            words >> whole;
            while (text.size() < whole + 2) {
                std::array<char, 4096> piece{};
                const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
                if (count <= 0) return;
                text.append(piece.data(), static_cast<std::size_t>(count));
            }
            publication.head = text.substr(0, head);
            publication.body = text.substr(head, whole - head);
            text.erase(0, whole + 2);
            if (answer_ == "+OK") publications_.push_back(publication);
            if (!answer_.empty()) say(socket, answer_ + "\r\n");
        }
    }
}

TestMailServer::TestMailServer(std::uint16_t port) : listener_(port, [this](int socket) { serve(socket); }) {}

std::vector<std::string> TestMailServer::talks() const {
    const MutexLock lock(mutex_);
    return talks_;
}

void TestMailServer::serve(int socket) {
    say(socket, "220 test\r\n");
    std::string talk;
    std::string line;
    while (read_until(socket, line, "\r\n")) {
        const std::string command = line.substr(0, line.find("\r\n"));
        line.erase(0, command.size() + 2);
        talk += command + "\n";
        if (command == "DATA") {
            say(socket, "354 go on\r\n");
            if (!read_until(socket, line, "\r\n.\r\n")) return;
            const std::size_t end = line.find("\r\n.\r\n");
            talk += line.substr(0, end) + "\n";
            line.erase(0, end + 5);
            const MutexLock lock(mutex_);
            talks_.push_back(talk);
        }
        if (command.starts_with("EHLO"))
            say(socket, "250-test\r\n250 AUTH PLAIN\r\n");
        else if (command == "AUTH PLAIN") {
            say(socket, "334 \r\n");
            if (!read_until(socket, line, "\r\n")) return;
            line.erase(0, line.find("\r\n") + 2);
            say(socket, "235 welcome\r\n");
        } else if (command.starts_with("AUTH"))
            say(socket, "235 welcome\r\n");
        else if (command == "QUIT") {
            say(socket, "221 bye\r\n");
            return;
        } else
            say(socket, "250 fine\r\n");
    }
}

}  // namespace vitrina::notify
