// Which channels are acceptable, and where they may lead. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/socket.h>

#include "notify/channel.h"

namespace vitrina::notify {

inline constexpr std::size_t kFieldLengthMax = 500;  // bytes; addresses, names, tokens

/// This computer itself as a receiver: only where vitrina.yaml says so.
enum class Loopback : std::uint8_t { kRefused, kAllowed };

/// What is wrong with a channel, for people; none: it can be tried.
[[nodiscard]] std::optional<std::string> problem_of(const Channel& channel);

/// Whether a message may go to this address of the network, whatever its name was. Refused are this computer
/// (unless allowed), unspecified, multicast and link-local addresses: there are the services that clouds and
/// routers show only to their own (169.254.169.254). Other addresses of the shop's network are allowed: there
/// are its receivers.
[[nodiscard]] bool may_reach(const sockaddr& address, Loopback loopback);

}  // namespace vitrina::notify
