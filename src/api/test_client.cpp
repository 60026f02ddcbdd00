#include "api/test_client.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vitrina::api {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

}  // namespace

TestClient::TestClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

TestClient::~TestClient() {
    close();
}

void TestClient::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

bool TestClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool TestClient::fill() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char bytes[65536];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string TestClient::receive(std::size_t bytes_max) {
    if (buffer_.empty() && !fill()) return {};
    std::string result = buffer_.substr(0, bytes_max);
    buffer_.erase(0, result.size());
    return result;
}

std::string TestClient::receive_until(std::string_view text) {
    std::size_t at = 0;
    while ((at = buffer_.find(text)) == std::string::npos)
        if (!fill()) return {};
    std::string result = buffer_.substr(0, at + text.size());
    buffer_.erase(0, result.size());
    return result;
}

TestAnswer TestClient::head() {
    TestAnswer answer;
    const std::string text = receive_until("\r\n\r\n");
    if (!text.starts_with("HTTP/1.1 ")) return answer;
    answer.status = std::stoi(text.substr(9, 3));
    std::size_t at = text.find("\r\n") + 2;
    while (at + 2 < text.size()) {
        const std::size_t end = text.find("\r\n", at);
        const std::size_t colon = text.find(": ", at);
        std::string& value = answer.headers[lower(text.substr(at, colon - at))];
        value += (value.empty() ? "" : ", ") + text.substr(colon + 2, end - colon - 2);
        at = end + 2;
    }
    return answer;
}

TestAnswer TestClient::answer(bool has_body) {
    TestAnswer answer = head();
    if (!has_body || answer.status == 204 || answer.status == 304) return answer;
    if (answer.headers.contains("content-length")) {
        const auto length = static_cast<std::size_t>(std::stoul(answer.headers["content-length"]));
        while (buffer_.size() < length && fill()) {
        }
        answer.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
    } else if (answer.headers["transfer-encoding"] == "chunked") {
        while (true) {
            const std::string size = receive_until("\r\n");
            if (size.empty()) break;
            const auto length = static_cast<std::size_t>(std::stoul(size, nullptr, 16));
            while (buffer_.size() < length + 2 && fill()) {
            }
            answer.body += buffer_.substr(0, length);
            buffer_.erase(0, length + 2);
            if (length == 0) break;
        }
    }
    return answer;
}

TestAnswer TestClient::request(std::string_view method, std::string_view target, std::string_view headers,
                               std::string_view body) {
    std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" +
                       std::string(headers);
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    send(text + "\r\n" + std::string(body));
    return answer(method != "HEAD");
}

bool TestClient::closed() {
    buffer_.clear();
    pollfd waiting{socket_, POLLIN, 0};
    while (::poll(&waiting, 1, static_cast<int>(patience.count())) > 0) {
        char bytes[4096];
        if (::recv(socket_, bytes, sizeof bytes, 0) <= 0) return true;
    }
    return false;
}

}  // namespace vitrina::api
