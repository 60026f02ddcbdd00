// Requests and answers as the routes see them, without sockets. Plain values and pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "api/accounts/identity.h"
#include "api/accounts/refusal.h"
#include "base/result.h"

namespace vitrina::api {

class Stream;

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOther };

[[nodiscard]] Method parse_method(std::string_view text);
[[nodiscard]] std::string_view to_text(Method method);

/// In the order in which they were given; a name may stand twice.
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
    Method method = Method::kGet;
    /// Decoded, between the slashes: "/api/cameras/a%2Fb" is {"api", "cameras", "a/b"}; "/" is {""}.
    std::vector<std::string> path;
    Pairs query;                                 // decoded
    std::map<std::string, std::string> headers;  // names in lower case; the first of each
    std::string body;
    std::string address;  // of the client: "10.0.0.7"
    bool secure = false;  // came over TLS

    // Filled in by the dispatcher.
    std::map<std::string, std::string> parameters;  // of the path
    std::optional<Identity> who;

    /// Fields of the query that were read before the handler that answers the rest: they are known to it.
    std::vector<std::string> read_fields = {};

    /// Empty when it is not there.
    [[nodiscard]] std::string_view header(const std::string& lower_case_name) const;
    [[nodiscard]] const std::string* find_query(std::string_view name) const;
    /// The value of a cookie; empty when it is not there.
    [[nodiscard]] std::string_view cookie(std::string_view name) const;
    /// A parameter of the route's pattern, which must have it.
    [[nodiscard]] const std::string& parameter(const std::string& name) const;
    /// The path for the log: without the query, control characters shown as "?".
    [[nodiscard]] std::string shown_path() const;
};

/// Path and query of a request line's target. Fails (kConfiguration) where it is not of the form
/// "/path?query", where percent signs are not followed by two hex digits, and for NUL or a control
/// character, encoded or not.
[[nodiscard]] Result<void> parse_target(std::string_view target, Request& request);

struct Response {
    int status = 200;
    std::string type;  // Content-Type; empty: no body
    std::string body;
    Pairs headers;
    /// What comes piece by piece instead of `body`.
    std::shared_ptr<Stream> stream;
    /// Asked now and then during a stream; it ends when the answer is false.
    std::function<bool()> still_allowed;
    /// Pattern of the route that answered, for the metrics; lives as long as the program.
    std::string_view route;
};

/// What is answered instead: `{"error": {"code": ..., "message": ...}}` and the details beside them.
struct HttpError {
    int status = 500;
    std::string code;
    std::string message;
    std::chrono::seconds retry_after{0};  // 0: not said
    Pairs details;                        // more fields of the error

    HttpError(int http_status, std::string error_code, std::string text, std::chrono::seconds retry = {})
        : status(http_status), code(std::move(error_code)), message(std::move(text)), retry_after(retry) {}
    /// kConfiguration is the client's mistake (400), kFailed ours (500, or 507 on a full disk), so that TRY
    /// works in handlers.
    HttpError(Error error);      // NOLINT(google-explicit-constructor)
    HttpError(Refusal refusal);  // NOLINT(google-explicit-constructor)
};

using Reply = tl::expected<Response, HttpError>;

[[nodiscard]] inline tl::unexpected<HttpError> refuse(HttpError error) {
    return tl::unexpected<HttpError>(std::move(error));
}
[[nodiscard]] tl::unexpected<HttpError> not_found(std::string message);

[[nodiscard]] Response json_response(const nlohmann::ordered_json& body, int status = 200);
[[nodiscard]] Response no_content();
[[nodiscard]] Response error_response(const HttpError& error);

/// Status line and headers, without how long the body is and without the empty line.
[[nodiscard]] std::string head_text(const Response& response, bool keep_alive);

}  // namespace vitrina::api
