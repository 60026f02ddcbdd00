#include "notify/channel.h"

#include <algorithm>
#include <array>

namespace vitrina::notify {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"webhook", "email", "telegram", "nats"};

}  // namespace

std::string_view to_text(ChannelKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

std::string without_path(const std::string& address) {
    const std::size_t scheme = address.find("://");
    return address.substr(0, address.find_first_of("/?#", scheme == std::string::npos ? 0 : scheme + 3));
}

std::optional<ChannelKind> parse_channel_kind(std::string_view text) {
    const auto* const found = std::find(kKinds.begin(), kKinds.end(), text);
    if (found == kKinds.end()) return std::nullopt;
    return static_cast<ChannelKind>(found - kKinds.begin());
}

}  // namespace vitrina::notify
