// How somebody is told: a web address, e-mail, Telegram, NATS. Plain data; check.h says what is acceptable,
// sender.h sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/language.h"

namespace vitrina::notify {

enum class ChannelKind : std::uint8_t { kWebhook, kEmail, kTelegram, kNats };

/// "webhook", "email", "telegram", "nats".
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
    /// smtps://HOST:PORT (TLS). kTelegram: the bot API, https://api.telegram.org. kNats: nats://HOST:PORT
    /// (TLS where the server demands it), tls://HOST:PORT. Without user and password.
    std::string address;
    std::string user;  // kEmail, kNats
    std::string from;  // kEmail
    std::string to;    // kEmail: addresses with commas between. kTelegram: the chat. kNats: the subject
    /// kWebhook: key of the signature. kEmail: password. kTelegram: token of the bot. kNats: password of the
    /// user; a token where there is none.
    std::string secret;
    bool demand_tls = true;  // kEmail with smtp://: send nothing where the server has no STARTTLS
    Language language = Language::kEnglish;
    friend bool operator==(const Channel&, const Channel&) = default;
};

/// A file that goes with a message; only e-mails take it.
struct Attachment {
    std::string name;  // ASCII, without quotes
    std::string type;  // "application/pdf"
    std::string bytes;
};

/// What is told.
struct Message {
    std::string id;       // the same at each try, so that a receiver can tell repeats
    std::string subject;  // a line
    std::string text;
    std::string json;  // for programs
    std::optional<Attachment> attachment = {};
};

}  // namespace vitrina::notify
