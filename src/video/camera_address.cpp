#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "video/live_camera.h"

namespace vitrina::video {
namespace {

constexpr std::size_t kAddressMax = 2'000;
constexpr std::string_view kSchemeEnd = "://";
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kUsualPorts = {
    {{"rtsp", ":554"}, {"rtsps", ":322"}, {"http", ":80"}, {"https", ":443"}}};
constexpr std::string_view kBeginsWith =
    "the address of a camera begins with rtsp://, rtsps://, http:// or https://";

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kUnreserved = "-._~";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain =
            byte < 0x80 && (std::isalnum(byte) != 0 || kUnreserved.find(c) != kUnreserved.npos);
        encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return encoded;
}

/// The part between "://" and the path.
std::string_view authority_of(std::string_view address) {
    const std::size_t begin = address.find(kSchemeEnd) + kSchemeEnd.size();
    return address.substr(begin, address.find_first_of("/?#", begin) - begin);
}

bool is_port(std::string_view text) {
    constexpr int kPortMax = 65'535;
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= kPortMax;
}

/// What is wrong with "host", "host:port" or "[v6]:port"; empty when nothing is.
std::string wrong_host(std::string_view authority) {
    std::string_view host = authority;
    std::string_view rest;
    if (!host.empty() && host.front() == '[') {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos) return "the address in [ ] has no end";
        rest = host.substr(end + 1);
        host = host.substr(1, end - 1);
    } else if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
        rest = host.substr(colon);
        host = host.substr(0, colon);
    }
    if (host.empty()) return "it names no computer";
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
        return fmt::format("\"{}\" is not a port", rest.substr(rest.front() == ':' ? 1 : 0));
    return {};
}

}  // namespace

Result<std::string> check_camera_address(const std::string& address) {
    if (address.empty()) return misconfigured("the address is empty");
    if (address.size() > kAddressMax)
        return misconfigured(fmt::format("the address is longer than {} characters", kAddressMax));
    const auto is_strange = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; };
    if (std::any_of(address.begin(), address.end(), is_strange))
        return misconfigured("the address has blanks or control characters in it");
    // It refuses other schemes alone, and would offer files instead.
    const auto parsed = parse_address(address);
    if (!parsed)
        return misconfigured(
            fmt::format("{}; {}:// is not opened", kBeginsWith, address.substr(0, address.find(kSchemeEnd))));
    if (parsed->kind == AddressKind::kFile) return misconfigured(std::string(kBeginsWith));
    const std::string_view authority = authority_of(address);
    if (authority.find('@') != std::string_view::npos)
        return misconfigured("user and password are given beside the address, not in it");
    if (std::string wrong = wrong_host(authority); !wrong.empty())
        return misconfigured(fmt::format("{}: {}", parsed->shown, wrong));
    return address;
}

std::string receiver_and_path(const std::string& address) {
    const std::size_t scheme_end = address.find(kSchemeEnd);
    if (scheme_end == std::string::npos) return address;
    const auto in_small = [](std::string_view text) {
        std::string small(text);
        std::transform(small.begin(), small.end(), small.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return small;
    };
    const std::string scheme = in_small(std::string_view(address).substr(0, scheme_end));
    const std::string_view authority = authority_of(address);
    const std::size_t path = scheme_end + kSchemeEnd.size() + authority.size();
    std::string host = in_small(authority.substr(authority.rfind('@') + 1));  // npos + 1 is 0
    const std::size_t colon = host.find_last_of(":]");
    if (colon == std::string::npos || host[colon] != ':')
        for (const auto& [known, port] : kUsualPorts)
            if (known == scheme) host += port;
    const bool has_path = path < address.size() && address[path] == '/';
    return fmt::format("{}{}{}{}{}", scheme, kSchemeEnd, host, has_path ? "" : "/", address.substr(path));
}

std::string with_credentials(const std::string& address, const std::string& user,
                             const std::string& password) {
    const std::size_t scheme_end = address.find(kSchemeEnd);
    if (scheme_end == std::string::npos || (user.empty() && password.empty())) return address;
    const std::size_t host = scheme_end + kSchemeEnd.size();
    return fmt::format("{}{}:{}@{}", address.substr(0, host), percent_encoded(user),
                       percent_encoded(password), address.substr(host));
}

}  // namespace vitrina::video
