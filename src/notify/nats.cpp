#include "notify/nats.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "notify/transfer.h"

namespace vitrina::notify {
namespace {

constexpr std::size_t kLineMax = std::size_t{64} << 10U;  // of the server: its INFO names all of a cluster
constexpr int kStopAskedMs = 500;

struct SslContextEnd {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslEnd {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// Host and port of "SCHEME://HOST[:PORT]", the usual port where none is named.
struct NatsAddress {
    std::string host;  // without the brackets of an IPv6 address
    std::string authority;
};

NatsAddress address_in(const Channel& channel) {
    const std::string rest = shown(channel);
    const std::size_t bracket = rest.find(']');
    const std::size_t colon = rest.find(':', bracket == std::string::npos ? 0 : bracket);
    NatsAddress address{rest.substr(0, colon), rest};
    if (colon == std::string::npos) address.authority += fmt::format(":{}", kNatsPort);
    if (bracket != std::string::npos) address.host = rest.substr(1, bracket - 1);
    return address;
}

/// The connection, in the clear or not, with the time that is left for it. One thread.
class Wire {
  public:
    Wire(int socket, const SendOptions& options)
        : socket_(socket), stop_(options.stop), deadline_(std::chrono::steady_clock::now() + kSendTimeMax) {}

    /// From here on TLS, with a server that shows a certificate for this host.
    Result<void> secure(const std::string& host) {
        // What came in the clear could have been put there by anybody.
        if (!read_.empty()) return failed("speaks where TLS should begin");
        context_.reset(SSL_CTX_new(TLS_client_method()));
        if (context_ == nullptr || SSL_CTX_set_default_verify_paths(context_.get()) != 1)
            return failed("TLS can't be used");
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        ssl_.reset(SSL_new(context_.get()));
        if (ssl_ == nullptr) return failed("TLS can't be used");
        // The connection's bytes go through memory: a server that goes away is no signal to this program.
        in_ = BIO_new(BIO_s_mem());
        out_ = BIO_new(BIO_s_mem());
        SSL_set_bio(ssl_.get(), in_, out_);
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) != 1 &&
            (SSL_set1_host(ssl_.get(), host.c_str()) != 1 ||
             SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1))
            return failed("TLS: the host's name can't be checked");
        while (true) {
            ERR_clear_error();
            const int code = SSL_connect(ssl_.get());
            TRY(flush());
            if (code == 1) return {};
            if (SSL_get_error(ssl_.get(), code) != SSL_ERROR_WANT_READ) {
                const long verdict = SSL_get_verify_result(ssl_.get());
                return failed(verdict == X509_V_OK
                                  ? "TLS could not begin"
                                  : fmt::format("TLS: {}", X509_verify_cert_error_string(verdict)));
            }
            TRY(fill());
        }
    }

    Result<void> write(std::string_view text) {
        if (ssl_ == nullptr) return write_plain(text);
        ERR_clear_error();
        if (SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) <= 0)
            return failed("TLS: nothing can be sent");
        return flush();
    }

    /// The next line, without its end.
    Result<std::string> line() {
        std::size_t end = read_.find("\r\n");
        while (end == std::string::npos) {
            if (read_.size() > kLineMax) return failed("says what is no line of NATS");
            TRY(read_more());
            end = read_.find("\r\n");
        }
        std::string result = read_.substr(0, end);
        read_.erase(0, end + 2);
        return result;
    }

  private:
    using Piece = std::array<char, 4096>;

    Result<void> wait(short events) {
        while (std::chrono::steady_clock::now() < deadline_) {
            if (stop_ != nullptr && stop_->load()) return failed("was cut off");
            pollfd asked{.fd = socket_, .events = events, .revents = 0};
            const int ready = ::poll(&asked, 1, kStopAskedMs);
            if (ready > 0) return {};
            if (ready < 0 && errno != EINTR) return failed("the connection is lost");
        }
        return failed("doesn't answer in time");
    }

    Result<void> write_plain(std::string_view text) {
        while (!text.empty()) {
            TRY(wait(POLLOUT));
            const ssize_t count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count > 0)
                text.remove_prefix(static_cast<std::size_t>(count));
            else if (errno != EAGAIN && errno != EINTR)
                return failed("the connection is lost");
        }
        return {};
    }

    Result<std::size_t> read_plain(Piece& piece) {
        while (true) {
            TRY(wait(POLLIN));
            const ssize_t count = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
            if (count > 0) return static_cast<std::size_t>(count);
            if (count == 0 || (errno != EAGAIN && errno != EINTR)) return failed("the connection is lost");
        }
    }

    /// What TLS has to say goes out.
    Result<void> flush() {
        Piece piece{};
        for (int count = BIO_read(out_, piece.data(), static_cast<int>(piece.size())); count > 0;
             count = BIO_read(out_, piece.data(), static_cast<int>(piece.size())))
            TRY(write_plain({piece.data(), static_cast<std::size_t>(count)}));
        return {};
    }

    /// Bytes for TLS come in.
    Result<void> fill() {
        Piece piece{};
        TRY_ASSIGN(const std::size_t count, read_plain(piece));
        BIO_write(in_, piece.data(), static_cast<int>(count));
        return {};
    }

    Result<void> read_more() {
        Piece piece{};
        if (ssl_ == nullptr) {
            TRY_ASSIGN(const std::size_t count, read_plain(piece));
            read_.append(piece.data(), count);
            return {};
        }
        while (true) {
            ERR_clear_error();
            const int count = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
            TRY(flush());
            if (count > 0) {
                read_.append(piece.data(), static_cast<std::size_t>(count));
                return {};
            }
            if (SSL_get_error(ssl_.get(), count) != SSL_ERROR_WANT_READ)
                return failed("the connection is lost");
            TRY(fill());
        }
    }

    const int socket_;
    const std::atomic<bool>* const stop_;
    const std::chrono::steady_clock::time_point deadline_;
    std::unique_ptr<SSL_CTX, SslContextEnd> context_;
    std::unique_ptr<SSL, SslEnd> ssl_;  // null: in the clear
    BIO* in_ = nullptr;                 // the session's own
    BIO* out_ = nullptr;
    std::string read_;  // and not yet asked for
};

/// What the server says of itself first.
struct ServerInfo {
    bool demands_tls = false;
    bool takes_headers = false;
    std::size_t payload_max = std::size_t{1} << 20U;
};

Result<ServerInfo> greeted(Wire& wire) {
    TRY_ASSIGN(const std::string line, wire.line());
    constexpr std::string_view kInfo = "INFO ";
    const auto json = line.starts_with(kInfo)
                          ? nlohmann::json::parse(std::string_view(line).substr(kInfo.size()), nullptr, false)
                          : nlohmann::json();
    if (!json.is_object()) return failed("is no NATS server");
    const auto flag = [&](const char* name) {
        const auto found = json.find(name);
        return found != json.end() && found->is_boolean() && found->get<bool>();
    };
    ServerInfo info;
    info.demands_tls = flag("tls_required");
    info.takes_headers = flag("headers");
    if (const auto most = json.find("max_payload"); most != json.end() && most->is_number_unsigned())
        info.payload_max = most->get<std::size_t>();
    return info;
}

/// Whom it is: a user with a password, or a token, or nobody.
std::string introduction(const Channel& channel, const ServerInfo& info, bool is_secure) {
    nlohmann::json json = {{"verbose", true},   {"pedantic", false}, {"tls_required", is_secure},
                           {"name", "Vitrina"}, {"lang", "c++"},     {"version", "1"},
                           {"protocol", 0},     {"echo", false},     {"headers", info.takes_headers}};
    if (!channel.user.empty()) {
        json["user"] = channel.user;
        json["pass"] = channel.secret;
    } else if (!channel.secret.empty()) {
        json["auth_token"] = channel.secret;
    }
    return "CONNECT " + json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\r\n";
}

std::string publication(const Channel& channel, const Message& message, const ServerInfo& info) {
    const std::string& body = message.json;
    if (!info.takes_headers) return fmt::format("PUB {} {}\r\n{}\r\n", channel.to, body.size(), body);
    const std::string head = fmt::format("NATS/1.0\r\nNats-Msg-Id: {}\r\n\r\n", message.id);
    return fmt::format("HPUB {} {} {}\r\n{}{}\r\n", channel.to, head.size(), head.size() + body.size(), head,
                       body);
}

/// Why the server refuses, without its words: these may hold anything.
std::string refusal_of(std::string_view line) {
    if (line.find("Authorization") != std::string_view::npos ||
        line.find("Authentication") != std::string_view::npos)
        return "refuses the user, password or token";
    if (line.find("Permissions") != std::string_view::npos) return "doesn't let this user publish there";
    return "refuses the message";
}

/// Reads until `wanted` has come; whether there was a "+OK" before it, or it is one.
Result<bool> await(Wire& wire, std::string_view wanted) {
    bool was_taken = false;
    while (true) {
        TRY_ASSIGN(const std::string line, wire.line());
        if (line.starts_with("-ERR")) return failed(refusal_of(line));
        if (line == "PING") TRY(wire.write("PONG\r\n"));
        was_taken = was_taken || line == "+OK";
        if (line == wanted) return was_taken;
    }
}

Result<void> publish(Wire& wire, const Channel& channel, const Message& message) {
    TRY_ASSIGN(const ServerInfo info, greeted(wire));
    const bool is_secure = info.demands_tls || channel.address.starts_with("tls://");
    if (is_secure) TRY(wire.secure(address_in(channel).host));
    TRY(wire.write(introduction(channel, info, is_secure)));
    TRY(await(wire, "+OK"));
    if (message.json.size() > info.payload_max) return failed("takes no message that long");
    TRY(wire.write(publication(channel, message, info) + "PING\r\n"));
    TRY_ASSIGN(const bool was_taken, await(wire, "PONG"));
    return was_taken ? Result<void>() : failed("doesn't say whether it took the message");
}

}  // namespace

bool is_nats_subject(const std::string& subject) {
    if (subject.empty() || subject.front() == '.' || subject.back() == '.' || subject.front() == '$')
        return false;
    return subject.find("..") == std::string::npos && subject.find_first_of(" *>\t") == std::string::npos;
}

Result<void> send_nats(const Channel& channel, const Message& message, const SendOptions& options) {
    TRY_ASSIGN(const Curl curl, begin_transfer(options));
    const std::string url = "http://" + address_in(channel).authority;  // the connection alone
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "http");
    set(curl.get(), CURLOPT_URL, url.c_str());
    set(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
    TRY(perform(channel, curl.get()));
    curl_socket_t socket = CURL_SOCKET_BAD;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg,hicpp-vararg): libcurl's interface is like that
    if (curl_easy_getinfo(curl.get(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
        socket == CURL_SOCKET_BAD)
        return failed(fmt::format("{}: the connection is lost", shown(channel)));
    Wire wire(socket, options);
    auto done = publish(wire, channel, message);
    if (!done) return with_context(shown(channel), std::move(done).error());
    return {};
}

}  // namespace vitrina::notify
