// Sends a message over a channel, with libcurl. Any thread; a call takes as long as the receiver does, at
// most kSendTimeMax.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "notify/channel.h"
#include "notify/check.h"

namespace vitrina::notify {

inline constexpr std::chrono::seconds kSendTimeMax{15};
inline constexpr std::chrono::seconds kConnectTimeMax{5};

/// The value of the header X-Vitrina-Signature: "sha256=" and the HMAC-SHA256 of the body in hex.
[[nodiscard]] std::string signature_of(std::string_view body, std::string_view key);

struct SendOptions {
    Loopback loopback = Loopback::kRefused;
    UtcTime now;                              // stands in e-mails
    const std::atomic<bool>* stop = nullptr;  // once true, the call ends within about a second
};

/// Returns when the receiver has taken it: webhooks and Telegram with a status of 2xx, mail servers with the
/// end of the message. Nothing follows a redirection. The error says which receiver and why, and never a
/// secret or what the receiver answered.
[[nodiscard]] Result<void> send(const Channel& channel, const Message& message, const SendOptions& options);

}  // namespace vitrina::notify
