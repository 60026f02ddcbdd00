#include "api/reason_code.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vitrina::api {
namespace {

/// A part of the reason, and its code; the first that is found counts, so the more exact ones come first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kCodes = {{
    {"Vitrina did not run", "not_running"},
    {"401 Unauthorized", "wrong_credentials"},
    {"403 Forbidden", "forbidden"},
    {"404 Not Found", "wrong_path"},
    {"Connection refused", "connection_refused"},
    {"No route to host", "unreachable"},
    {"Network is unreachable", "unreachable"},
    {"Host is down", "unreachable"},
    {"Failed to resolve hostname", "unknown_host"},
    {"Name or service not known", "unknown_host"},
    {"no answer", "no_answer"},
    {"Connection timed out", "no_answer"},
    {"no picture within", "no_answer"},
    {"can be decoded", "not_decodable"},
    {"can't be decoded", "not_decodable"},
    {"the decoder of", "not_decodable"},
    {"no more pictures come", "no_picture"},
    {"no picture for", "no_picture"},
    {"the connection broke", "connection_lost"},
    {"the other side ended the connection", "connection_lost"},
    {"it ended before a picture came", "connection_lost"},
    {"Connection reset by peer", "connection_lost"},
    {"is not a video", "not_video"},
    {"Invalid data found", "not_video"},
    {"is a playlist or text", "not_video"},
    {"has no pictures", "not_video"},
    {"refers to another file or address", "not_video"},
    {"its index is missing", "not_video"},
    {"no such file", "no_file"},
    {"the file is empty", "no_file"},
}};

}  // namespace

std::string_view reason_code(std::string_view reason) {
    if (reason.empty()) return {};
    const auto* const found = std::find_if(kCodes.begin(), kCodes.end(), [&](const auto& code) {
        return reason.find(code.first) != std::string_view::npos;
    });
    return found == kCodes.end() ? "other" : found->second;
}

}  // namespace vitrina::api
