#include "api/server.h"

#include <future>
#include <thread>

#include <fmt/format.h>

#include "api/connection.h"
#include "api/network.h"
#include "base/thread_name.h"

namespace vitrina::api {
namespace {

constexpr std::chrono::milliseconds kStopMax{1'500};
constexpr std::chrono::milliseconds kAcceptPause{100};  // when there are no descriptors left

Result<Tcp::endpoint> parse_endpoint(const std::string& address, std::uint16_t port) {
    ErrorCode error;
    const auto ip = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
    if (error) return misconfigured(fmt::format("{}: is not an IP address to listen at", address));
    return Tcp::endpoint(ip, port);
}

Result<void> listen(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint) {
    const std::string where = fmt::format("{} port {}", endpoint.address().to_string(), endpoint.port());
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error && endpoint.address() == asio::ip::address(asio::ip::address_v6::any()))
        acceptor.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    if (error == asio::error::address_in_use)
        return misconfigured(where + ": the port is in use by another program");
    if (error == asio::error::access_denied)
        return misconfigured(where + ": ports below 1024 are not allowed to this user");
    return misconfigured(where + ": can't be listened at: " + error.message());
}

Result<std::unique_ptr<asio::ssl::context>> make_tls(const TlsFiles& files) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    using Options = asio::ssl::context;
    ErrorCode error;
    context->set_options(Options::default_workarounds | Options::no_sslv2 | Options::no_sslv3 |
                             Options::no_tlsv1 | Options::no_tlsv1_1 | Options::no_compression,
                         error);
    context->use_certificate_chain_file(files.certificate.string(), error);
    if (error)
        return misconfigured(fmt::format("{}: is not a certificate in PEM form: {}",
                                         files.certificate.string(), error.message()));
    context->use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
    if (error)
        return misconfigured(fmt::format("{}: is not the key of {}: {}", files.key.string(),
                                         files.certificate.string(), error.message()));
    return context;
}

std::string shown(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

}  // namespace

class Server::Impl {
  public:
    Impl(const Responder& responder, const ServerOptions& options, std::unique_ptr<asio::ssl::context> tls)
        : tls_(std::move(tls)), network_(responder, options), acceptor_(network_.io) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    ~Impl() {
        if (!thread_.joinable()) return;
        std::promise<void> quiet;
        asio::co_spawn(network_.io, stop(quiet), asio::detached);
        quiet.get_future().wait();
        network_.quick.stop();
        network_.slow.stop();
        network_.reports.stop();
        network_.quick.join();
        network_.slow.join();
        network_.reports.join();
        network_.io.stop();
        thread_.join();
    }

    Result<void> start() {
        TRY_ASSIGN(const Tcp::endpoint endpoint,
                   parse_endpoint(network_.options.address, network_.options.port));
        TRY(listen(acceptor_, endpoint));
        port_ = acceptor_.local_endpoint().port();
        asio::co_spawn(network_.io, accept(), asio::detached);
        thread_ = std::thread([this] {
            name_thread("http");
            network_.io.run();
        });
        return {};
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int connections() const { return network_.connection_count; }

  private:
    asio::awaitable<void> accept() {
        while (acceptor_.is_open()) {
            ErrorCode error;
            Tcp::socket socket(network_.io);
            co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
            if (!error) {
                take(std::move(socket));
            } else if (acceptor_.is_open()) {
                asio::steady_timer pause(network_.io, kAcceptPause);
                co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            }
        }
    }

    void take(Tcp::socket socket) {
        ErrorCode error;
        const auto peer = socket.remote_endpoint(error);
        if (error || network_.stopping) return;
        socket.set_option(Tcp::no_delay(true), error);
        if (network_.connection_count >= network_.options.limits.connections_max) return refuse(socket);
        std::string address = shown(peer.address());
        if (tls_)
            run(std::make_shared<Connection<TlsStream>>(network_, TlsStream(std::move(socket), *tls_),
                                                        std::move(address)));
        else
            run(std::make_shared<Connection<Tcp::socket>>(network_, std::move(socket), std::move(address)));
    }

    template <typename AnyConnection>
    void run(const std::shared_ptr<AnyConnection>& connection) {
        asio::co_spawn(
            network_.io, [connection] { return connection->run(); }, asio::detached);
    }

    /// Says so at once, as far as the client's window takes it; over TLS that would cost more than serving.
    void refuse(Tcp::socket& socket) const {
        if (tls_) return;
        const Response response = error_response({503, "too_many_connections", "too many connections"});
        const std::string text = fmt::format(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: {}\r\nContent-Length: {}\r\nRetry-After: "
            "10\r\nConnection: close\r\n\r\n{}",
            response.type, response.body.size(), response.body);
        ErrorCode ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(text), ignored);
        socket.shutdown(Tcp::socket::shutdown_send, ignored);
    }

    asio::awaitable<void> stop(std::promise<void>& quiet) {
        network_.stopping = true;
        ErrorCode ignored;
        acceptor_.close(ignored);
        for (Closable* const connection : network_.connections)
            connection->stop();
        asio::steady_timer step(network_.io);
        const auto end = std::chrono::steady_clock::now() + kStopMax;
        while (!network_.connections.empty() && std::chrono::steady_clock::now() < end) {
            step.expires_after(std::chrono::milliseconds(5));
            co_await step.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        quiet.set_value();
    }

    const std::unique_ptr<asio::ssl::context> tls_;
    Network network_;
    Tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::create(const Responder& responder, const ServerOptions& options) {
    std::unique_ptr<asio::ssl::context> tls;
    if (options.tls) {
        TRY_ASSIGN(tls, make_tls(*options.tls));
    }
    auto impl = std::make_unique<Impl>(responder, options, std::move(tls));
    TRY(impl->start());
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
    return impl_->port();
}

int Server::connections() const {
    return impl_->connections();
}

}  // namespace vitrina::api
