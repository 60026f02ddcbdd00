#include "notify/check.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "notify/nats.h"

namespace vitrina::notify {
namespace {

bool may_reach_v4(std::uint32_t host, Loopback loopback) {
    const std::uint32_t first = host >> 24U;
    if (first == 127) return loopback == Loopback::kAllowed;
    const bool link_local = host >> 16U == 0xA9FEU;  // 169.254
    return first != 0 && first < 224 && !link_local;
}

bool has_control(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

/// "SCHEME://HOST..." without user and password, of one of the schemes.
bool is_address(const std::string& address, std::initializer_list<std::string_view> schemes) {
    for (const std::string_view scheme : schemes) {
        if (!address.starts_with(scheme)) continue;
        const std::string_view rest = std::string_view(address).substr(scheme.size());
        const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
        return !host.empty() && host.front() != ':' && host.find_first_of("@ \\") == std::string_view::npos &&
               address.find(' ') == std::string::npos;
    }
    return false;
}

bool is_mailbox(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" <>\"@,", at + 1) == std::string_view::npos &&
           text.substr(0, at).find_first_of(" <>\",") == std::string_view::npos;
}

bool are_mailboxes(std::string_view text) {
    while (true) {
        const std::size_t comma = text.find(',');
        std::string_view one = text.substr(0, comma);
        while (one.starts_with(' '))
            one.remove_prefix(1);
        if (!is_mailbox(one)) return false;
        if (comma == std::string_view::npos) return true;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace

std::optional<std::string> problem_of(const Channel& channel) {
    if (channel.name.empty()) return "name: is missing";
    for (const auto& [name, text] : {std::pair<const char*, const std::string&>{"name", channel.name},
                                     {"address", channel.address},
                                     {"user", channel.user},
                                     {"from", channel.from},
                                     {"to", channel.to},
                                     {"secret", channel.secret}})
        if (text.size() > kFieldLengthMax || has_control(text))
            return std::string(name) + ": is too long, or has control characters";
    switch (channel.kind) {
        case ChannelKind::kWebhook:
            if (!is_address(channel.address, {"https://", "http://"}))
                return "address: must be https://HOST/PATH or http://HOST/PATH, without user and password";
            break;
        case ChannelKind::kEmail:
            if (!is_address(channel.address, {"smtps://", "smtp://"}))
                return "address: must be smtps://HOST:465 or smtp://HOST:587, without user and password";
            if (!is_mailbox(channel.from)) return "from: must be an e-mail address";
            if (!are_mailboxes(channel.to)) return "to: must be e-mail addresses with commas between";
            break;
        case ChannelKind::kTelegram:
            if (!is_address(channel.address, {"https://", "http://"}))
                return "address: must be https://api.telegram.org, or a bot API server of your own";
            if (channel.secret.empty() ||
                channel.secret.find_first_not_of(
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_-") != std::string::npos)
                return "secret: must be the bot's token, like 123456:ABC-def";
            if (channel.to.empty()) return "to: must be the chat, by its number or @name";
            break;
        case ChannelKind::kNats:
            if (!is_address(channel.address, {"nats://", "tls://"}))
                return "address: must be nats://HOST:4222 or tls://HOST:4222, without user and password";
            if (!is_nats_subject(channel.to))
                return "to: must be a subject to publish to, like shop.alarms, without wildcards";
            if (!channel.user.empty() && channel.secret.empty()) return "secret: must be the user's password";
            break;
    }
    return std::nullopt;
}

bool may_reach(const sockaddr& address, Loopback loopback) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        return may_reach_v4(ntohl(v4.sin_addr.s_addr), loopback);
    }
    if (address.sa_family != AF_INET6) return false;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    const in6_addr& host = v6.sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&host)) {
        std::uint32_t v4 = 0;
        std::memcpy(&v4, &host.s6_addr[12], sizeof v4);
        return may_reach_v4(ntohl(v4), loopback);
    }
    if (IN6_IS_ADDR_LOOPBACK(&host)) return loopback == Loopback::kAllowed;
    return !IN6_IS_ADDR_UNSPECIFIED(&host) && !IN6_IS_ADDR_MULTICAST(&host) && !IN6_IS_ADDR_LINKLOCAL(&host);
}

}  // namespace vitrina::notify
