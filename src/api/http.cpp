#include "api/http.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vitrina::api {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 6> kMethods = {{{Method::kGet, "GET"},
                                                                          {Method::kHead, "HEAD"},
                                                                          {Method::kPost, "POST"},
                                                                          {Method::kPut, "PUT"},
                                                                          {Method::kPatch, "PATCH"},
                                                                          {Method::kDelete, "DELETE"}}};

constexpr std::string_view kDiskFull = "the disk is full";

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum class Plus : std::uint8_t { kIsPlus, kIsSpace };

Result<std::string> percent_decoded(std::string_view text, Plus plus) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return misconfigured("a % of the address is not followed by two hex digits");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == Plus::kIsSpace) {
            c = ' ';
        }
        if (is_control(c)) return misconfigured("the address has a control character in it");
        result += c;
    }
    return result;
}

template <typename Take>
void each_part(std::string_view text, char separator, Take take) {
    while (true) {
        const std::size_t end = text.find(separator);
        take(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

int status_of(RefusalCode code) {
    switch (code) {
        case RefusalCode::kWrongCredentials:
            return 401;
        case RefusalCode::kTooOften:
            return 429;
        case RefusalCode::kBusy:
            return 503;
        case RefusalCode::kUnsuitableName:
        case RefusalCode::kPasswordTooShort:
        case RefusalCode::kPasswordTooLong:
        case RefusalCode::kPasswordCommon:
        case RefusalCode::kPasswordHasName:
        case RefusalCode::kUnsuitableValue:
            return 422;
        case RefusalCode::kNameTaken:
        case RefusalCode::kLastAdministrator:
        case RefusalCode::kSetupDone:
            return 409;
        case RefusalCode::kNotFound:
            return 404;
        case RefusalCode::kFailed:
            return 500;
    }
    return 500;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 507:
            return "Insufficient Storage";
        default:
            return "Unknown";
    }
}

}  // namespace

Method parse_method(std::string_view text) {
    const auto* const found = std::find_if(kMethods.begin(), kMethods.end(),
                                           [&](const auto& entry) { return entry.second == text; });
    return found == kMethods.end() ? Method::kOther : found->first;
}

std::string_view to_text(Method method) {
    const auto* const found = std::find_if(kMethods.begin(), kMethods.end(),
                                           [&](const auto& entry) { return entry.first == method; });
    return found == kMethods.end() ? "OTHER" : found->second;
}

std::string_view Request::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string_view{} : found->second;
}

const std::string* Request::find_query(std::string_view name) const {
    const auto found =
        std::find_if(query.begin(), query.end(), [&](const auto& pair) { return pair.first == name; });
    return found == query.end() ? nullptr : &found->second;
}

std::string_view Request::cookie(std::string_view name) const {
    std::string_view value;
    each_part(header("cookie"), ';', [&](std::string_view part) {
        part = trimmed(part);
        if (value.empty() && part.starts_with(name) && part.substr(name.size()).starts_with('='))
            value = part.substr(name.size() + 1);
    });
    return value;
}

const std::string& Request::parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    VITRINA_ASSERT(found != parameters.end());
    return found->second;
}

std::string Request::shown_path() const {
    std::string result;
    for (const std::string& segment : path)
        result += "/" + segment;
    std::replace_if(result.begin(), result.end(), is_control, '?');
    return result;
}

Result<void> parse_target(std::string_view target, Request& request) {
    if (!target.starts_with('/')) return misconfigured("the address does not begin with /");
    target = target.substr(0, target.find('#'));
    const std::size_t question = target.find('?');
    std::string_view path = target.substr(0, question);
    path.remove_prefix(1);

    Result<void> result;
    const auto decoded = [&](std::string_view text, Plus plus) {
        auto value = percent_decoded(text, plus);
        if (value) return std::move(*value);
        if (result) result = tl::unexpected(value.error());
        return std::string();
    };
    each_part(path, '/',
              [&](std::string_view part) { request.path.push_back(decoded(part, Plus::kIsPlus)); });
    if (question == std::string_view::npos) return result;
    each_part(target.substr(question + 1), '&', [&](std::string_view part) {
        if (part.empty()) return;
        const std::size_t equals = part.find('=');
        request.query.emplace_back(
            decoded(part.substr(0, equals), Plus::kIsSpace),
            equals == std::string_view::npos ? "" : decoded(part.substr(equals + 1), Plus::kIsSpace));
    });
    return result;
}

HttpError::HttpError(Error error) : message(std::move(error.message)) {
    if (error.kind == ErrorKind::kConfiguration) {
        status = 400;
        code = "bad_request";
    } else if (message.find(kDiskFull) != std::string::npos) {
        status = 507;
        code = "disk_full";
    } else {
        code = "failed";
    }
}

HttpError::HttpError(Refusal refusal)
    : status(status_of(refusal.code)),
      code(to_text(refusal.code)),
      message(std::move(refusal.message)),
      retry_after(refusal.retry_after) {}

tl::unexpected<HttpError> not_found(std::string message) {
    return refuse({404, "not_found", std::move(message)});
}

Response json_response(const nlohmann::ordered_json& body, int status) {
    Response response;
    response.status = status;
    response.type = "application/json";
    response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

Response error_response(const HttpError& error) {
    nlohmann::ordered_json fields = {{"code", error.code}, {"message", error.message}};
    for (const auto& [name, value] : error.details)
        fields[name] = value;
    Response response = json_response({{"error", std::move(fields)}}, error.status);
    if (error.retry_after.count() > 0)
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after.count()));
    return response;
}

std::string head_text(const Response& response, bool keep_alive) {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", response.status,
                    reason_phrase(response.status), fmt::gmtime(std::chrono::system_clock::now()));
    if (!response.type.empty()) head += "Content-Type: " + response.type + "\r\n";
    for (const auto& [name, value] : response.headers)
        head += name + ": " + value + "\r\n";
    head += keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
    return head;
}

}  // namespace vitrina::api
