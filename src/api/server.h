// HTTP/1.1 over TCP or TLS: connections, their limits, and streams without end.
//
// Threads: one thread serves all connections; two do the quick work of requests, two the slow and one reports
// (see Cost), so that neither streams nor quick requests wait for a password to be checked, nor that for a
// year of figures. create() and the destructor
// are called by one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http.h"
#include "api/rate_limit.h"
#include "api/responder.h"
#include "base/result.h"

namespace vitrina::api {

/// PEM files.
struct TlsFiles {
    std::filesystem::path certificate;  // with its chain
    std::filesystem::path key;
};

/// What one client may cost. Leave alone but in tests; docs/api.md tells them.
struct ServerLimits {
    std::size_t header_bytes_max = std::size_t{16} << 10;
    std::chrono::milliseconds arrival_max{10'000};  // of a whole request, from its first byte
    std::chrono::milliseconds idle_max{60'000};     // between requests
    /// A reader that takes nothing for so long has gone, or holds memory for nothing.
    std::chrono::milliseconds stall_max{15'000};
    std::chrono::milliseconds heartbeat{15'000};         // of streams that have nothing to say
    std::chrono::milliseconds permission_check{30'000};  // how often a stream's reader is asked who he is
    RateOptions rate;
    /// Of all requests that arrive or are answered at one time; what comes above is told to come back.
    std::size_t bodies_bytes_max = std::size_t{64} << 20;
    int connections_max = 1200;  // 1,000 open pages, and whoever comes beside them
    /// Of one address, whose owner has not signed in. What comes above must sign in at once, or goes.
    int guests_max = 200;
    std::chrono::milliseconds probation{2'000};  // how soon
    int slow_requests_max = 32;  // that wait or work, and as many reports; more are told to come back
};
static_assert(kBodyBytesMax <= kLayoutBodyBytesMax);
static_assert(kReceiptsBodyBytesMax <= ServerLimits{}.bodies_bytes_max);

/// What a request came to; for the log and the metrics.
struct RequestReport {
    Method method = Method::kGet;
    std::string path;        // without the query
    std::string_view route;  // pattern; "" when it never came so far
    int status = 0;
    std::chrono::microseconds took{};  // until the answer, or the beginning of a stream, was sent
    std::string address;               // of the client
};

struct ServerOptions {
    std::string address = "127.0.0.1";  // to listen at; "0.0.0.0" and "::" for everybody
    std::uint16_t port = 8080;          // 0: any that is free
    std::optional<TlsFiles> tls;
    ServerLimits limits;
    std::function<void(const RequestReport&)> report;  // called by the network thread; must return soon
};

class Server {
  public:
    /// Listens and serves. Fails (kConfiguration) for an address that isn't one of this computer, a port that
    /// is in use or not allowed, and a certificate or key that can't be used. `responder` must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<Server>> create(const Responder& responder,
                                                                const ServerOptions& options);
    /// Stops: requests in hand are answered, streams end. Within 2 s, but for a camera that is being tested.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] int connections() const;

  private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::api
