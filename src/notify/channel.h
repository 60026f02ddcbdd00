// How somebody is told: a web address, e-mail, Telegram. Plain data; check.h says what is acceptable,
// sender.h sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrina::notify {

enum class ChannelKind : std::uint8_t { kWebhook, kEmail, kTelegram };

/// "webhook", "email", "telegram".
[[nodiscard]] std::string_view to_text(ChannelKind kind);
[[nodiscard]] std::optional<ChannelKind> parse_channel_kind(std::string_view text);

/// An address up to its path: what stands after that may be secret.
[[nodiscard]] std::string without_path(const std::string& address);

struct Channel {
    std::int64_t id = 0;
    std::string name;
    ChannelKind kind = ChannelKind::kWebhook;
    bool enabled = true;
    /// kWebhook: where to POST. kEmail: smtp://HOST:PORT (STARTTLS where the server has it),
    /// smtps://HOST:PORT (TLS). kTelegram: the bot API, https://api.telegram.org. Without user and password.
    std::string address;
    std::string user;        // kEmail
    std::string from;        // kEmail
    std::string to;          // kEmail: addresses with commas between. kTelegram: the chat
    std::string secret;      // kWebhook: key of the signature. kEmail: password. kTelegram: token of the bot
    bool demand_tls = true;  // kEmail with smtp://: send nothing where the server has no STARTTLS
    friend bool operator==(const Channel&, const Channel&) = default;
};

/// What is told.
struct Message {
    std::string id;       // the same at each try, so that a receiver can tell repeats
    std::string subject;  // a line
    std::string text;
    std::string json;  // for programs
};

}  // namespace vitrina::notify
