// What the server refuses of its own, before or instead of asking a route. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

#include "api/dispatcher.h"
#include "api/http.h"

namespace vitrina::api {

inline Response refusal(const HttpError& error, std::string_view route = {}) {
    Response response = error_response(error);
    response.route = route;
    add_security_headers(response, true);
    return response;
}

inline HttpError too_large(std::size_t bytes_max) {
    return {413, "too_large", fmt::format("the body is larger than {} KiB", bytes_max >> 10)};
}

inline HttpError too_often() {
    return {429, "too_many_requests",
            "more requests a second than this server takes from one session, or one address without",
            std::chrono::seconds(1)};
}

inline HttpError too_many_bodies() {
    return {503, "busy", "too many large requests at this moment; try again", std::chrono::seconds(2)};
}

inline HttpError too_many_guests() {
    return {503, "too_many_connections", "too many connections from this address without signing in",
            std::chrono::seconds(10)};
}

/// What is to be said of a request that can't be read; nothing where nobody is left to hear it.
inline std::optional<HttpError> why_broken(boost::system::error_code error, bool expired) {
    namespace http = boost::beast::http;
    if (expired) return HttpError(408, "too_slow", "the request took too long to arrive");
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return HttpError(431, "header_too_large", "the head of the request is too large");
    const bool is_nonsense = error.category() == http::make_error_code(http::error::bad_method).category() &&
                             error != http::error::end_of_stream && error != http::error::partial_message;
    if (!is_nonsense) return std::nullopt;
    return HttpError(400, "bad_request", "this is not a request of HTTP/1.1: " + error.message());
}

}  // namespace vitrina::api
