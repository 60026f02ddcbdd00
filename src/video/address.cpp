#include "video/address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace vitrina::video {
namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr std::string_view kHidden = "***";
/// Where a URL ends inside a line of text.
constexpr std::string_view kUrlStops = " \t\r\n\"'<>";

constexpr std::array<std::pair<std::string_view, AddressKind>, 4> kSchemes = {{
    {"http", AddressKind::kHttp},
    {"https", AddressKind::kHttp},
    {"rtsp", AddressKind::kRtsp},
    {"rtsps", AddressKind::kRtsp},
}};

bool is_scheme_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

/// The scheme at the beginning of `text`, in small letters; empty when it has none.
std::string scheme_of(std::string_view text) {
    const std::size_t end = text.find(kSchemeEnd);
    if (end == std::string_view::npos || end == 0) return {};
    std::string scheme(text.substr(0, end));
    if (!std::all_of(scheme.begin(), scheme.end(), is_scheme_character)) return {};
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return scheme;
}

/// Where a password begins in the path, as of cameras that take "/user=admin_password=1234_channel=1.sdp";
/// the path's length where none does.
std::size_t secret_in_path(std::string_view path) {
    std::string lower(path);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::size_t secret = path.size();
    for (const std::string_view name : {"password=", "passwd=", "pass=", "pwd="})
        if (const std::size_t at = lower.find(name); at != std::string::npos)
            secret = std::min(secret, at + name.size());
    return secret;
}

/// What follows "://" of one URL, hidden where it may be secret. A password may hold an unescaped '/', '?' or
/// '@', so everything up to the last '@' goes.
std::string redacted_rest(std::string_view rest) {
    std::string shown;
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        shown = fmt::format("{}@", kHidden);
        rest = rest.substr(at + 1);
    }
    const std::size_t query = rest.find('?');
    const std::string_view path = rest.substr(0, query);
    const std::size_t secret = secret_in_path(path);
    shown += path.substr(0, secret);
    if (secret != path.size()) return shown + std::string(kHidden);
    if (query != std::string_view::npos) shown += fmt::format("?{}", kHidden);
    return shown;
}

}  // namespace

Result<Address> parse_address(const std::string& text) {
    if (text.empty()) return misconfigured("the address of the source is empty");
    const std::string scheme = scheme_of(text);
    if (scheme.empty()) return Address{AddressKind::kFile, text, text};
    for (const auto& [name, kind] : kSchemes)
        if (name == scheme) return Address{kind, text, redacted(text)};
    return misconfigured(fmt::format(
        "{}: sources are files or rtsp://, rtsps://, http://, https:// addresses; {}:// is not opened",
        redacted(text), scheme));
}

std::string redacted(std::string_view text) {
    std::string result;
    while (true) {
        const std::size_t scheme_end = text.find(kSchemeEnd);
        if (scheme_end == std::string_view::npos) break;
        const std::size_t begin = scheme_end + kSchemeEnd.size();
        const std::size_t end = std::min(text.find_first_of(kUrlStops, begin), text.size());
        result += text.substr(0, begin);
        result += redacted_rest(text.substr(begin, end - begin));
        text = text.substr(end);
    }
    return result += text;
}

}  // namespace vitrina::video
