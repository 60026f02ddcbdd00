// A message for a subject of a NATS server, by the core protocol. Used by sender.h; the same rules hold.
#pragma once

#include "base/result.h"
#include "notify/channel.h"
#include "notify/sender.h"

namespace vitrina::notify {

inline constexpr int kNatsPort = 4222;  // where the address names none

/// Publishes the message's JSON, with its id in the header Nats-Msg-Id where the server takes headers, by
/// which JetStream knows a repeated one. Returns when the server has said that it took it; whether anybody
/// has subscribed to the subject is not known. TLS where the server demands it, and always with tls://.
[[nodiscard]] Result<void> send_nats(const Channel& channel, const Message& message,
                                     const SendOptions& options);

/// Whether it can be published to: words with dots between, without wildcards.
[[nodiscard]] bool is_nats_subject(const std::string& subject);

}  // namespace vitrina::notify
