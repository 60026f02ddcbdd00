#include "notify/sender.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include "domain/digest.h"
#include "notify/nats.h"
#include "notify/transfer.h"

namespace vitrina::notify {
namespace {

constexpr long kOk = 200;
constexpr long kRedirection = 300;
constexpr std::size_t kTelegramLengthMax = 4000;  // bytes; the service takes 4,096 characters

struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A list of texts as libcurl wants it.
class TextList {
  public:
    void add(const std::string& text) {
        curl_slist* const longer = curl_slist_append(list_.get(), text.c_str());
        if (longer == nullptr) return;
        static_cast<void>(list_.release());
        list_.reset(longer);
    }
    [[nodiscard]] curl_slist* get() const { return list_.get(); }

  private:
    std::unique_ptr<curl_slist, ListEnd> list_;
};

struct Reading {
    std::string_view rest;
};

std::size_t read_some(char* buffer, std::size_t size, std::size_t count, void* from) {
    auto& rest = static_cast<Reading*>(from)->rest;
    const std::size_t bytes = std::min(rest.size(), size * count);
    std::memcpy(buffer, rest.data(), bytes);
    rest.remove_prefix(bytes);
    return bytes;
}

Result<void> post(const Channel& channel, const std::string& address, const std::string& body,
                  const TextList& headers, const SendOptions& options) {
    TRY_ASSIGN(const Curl curl, begin_transfer(options));
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl.get(), CURLOPT_URL, address.c_str());
    set(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    set(curl.get(), CURLOPT_POSTFIELDS, body.data());
    set(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    TRY(perform(channel, curl.get()));
    long status = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg,hicpp-vararg): libcurl's interface is like that
    static_cast<void>(curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status));
    if (status >= kOk && status < kRedirection) return {};
    return failed(fmt::format("{}: answered with status {}", shown(channel), status));
}

Result<void> send_webhook(const Channel& channel, const Message& message, const SendOptions& options) {
    TextList headers;
    headers.add("Content-Type: application/json");
    headers.add("Expect:");  // no question beforehand
    headers.add("X-Vitrina-Id: " + message.id);
    if (!channel.secret.empty())
        headers.add("X-Vitrina-Signature: " + signature_of(message.json, channel.secret));
    return post(channel, channel.address, message.json, headers, options);
}

/// At most so many bytes, without a character cut in the middle.
std::string cut(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0U) == 0x80U)
        --bytes_max;
    text.resize(bytes_max);
    return text;
}

Result<void> send_telegram(const Channel& channel, const Message& message, const SendOptions& options) {
    TextList headers;
    headers.add("Content-Type: application/json");
    headers.add("Expect:");
    const nlohmann::json body = {{"chat_id", channel.to}, {"text", cut(message.text, kTelegramLengthMax)}};
    std::string address = channel.address;
    while (address.ends_with('/'))
        address.pop_back();
    return post(channel, address + "/bot" + channel.secret + "/sendMessage",
                body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), headers, options);
}

std::string base64(std::string_view text) {
    std::string result(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(result.data(), result.size(), reinterpret_cast<const unsigned char*>(text.data()),
                      text.size(), sodium_base64_VARIANT_ORIGINAL);
    result.pop_back();  // the terminating zero
    return result;
}

/// RFC 5322's; the C library's depends on the locale.
std::string mail_date(UtcTime now) {
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                       kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                       kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

/// Head and body of a mail or of a part of one, in lines of 76 characters.
std::string part_of(const std::string& type, const std::string& more_head, std::string_view content) {
    constexpr std::size_t kLine = 76;
    const std::string body = base64(content);
    std::string part =
        fmt::format("Content-Type: {}\r\n{}Content-Transfer-Encoding: base64\r\n\r\n", type, more_head);
    part.reserve(part.size() + body.size() + body.size() / kLine * 2 + 4);
    for (std::size_t at = 0; at < body.size(); at += kLine)
        part.append(body, at, kLine).append("\r\n");
    return part;
}

std::string mail_of(const Channel& channel, const Message& message, UtcTime now) {
    const std::string host = channel.from.substr(channel.from.find('@') + 1);
    // Words of at most 75 characters (RFC 2047), each of whole characters.
    std::string subject;
    for (std::string rest = message.subject; !rest.empty();) {
        const std::string part = cut(rest, 45);
        subject += fmt::format("{}=?UTF-8?B?{}?=", subject.empty() ? "" : "\r\n ", base64(part));
        rest.erase(0, part.size());
    }
    const std::string id = hex_digest(message.id, 16);
    std::string parts = part_of("text/plain; charset=utf-8", "", message.text);
    if (message.attachment) {
        const std::string file =
            fmt::format("Content-Disposition: attachment; filename=\"{}\"\r\n", message.attachment->name);
        parts = fmt::format(
            "Content-Type: multipart/mixed; boundary=\"{0}\"\r\n\r\n--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n",
            "_" + id, parts, part_of(message.attachment->type, file, message.attachment->bytes));
    }
    return fmt::format(
        "Date: {}\r\nFrom: <{}>\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\nMIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-generated\r\n{}",
        mail_date(now), channel.from, channel.to, subject, id, host, parts);
}

Result<void> send_mail(const Channel& channel, const Message& message, const SendOptions& options) {
    TRY_ASSIGN(const Curl curl, begin_transfer(options));
    const std::string mail = mail_of(channel, message, options.now);
    Reading reading{mail};
    TextList recipients;
    for (std::size_t begin = 0; begin < channel.to.size();) {
        const std::size_t comma = std::min(channel.to.find(',', begin), channel.to.size());
        std::string one = channel.to.substr(begin, comma - begin);
        one.erase(0, one.find_first_not_of(' '));
        recipients.add("<" + one + ">");
        begin = comma + 1;
    }
    const std::string sender = "<" + channel.from + ">";
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(curl.get(), CURLOPT_URL, channel.address.c_str());
    set(curl.get(), CURLOPT_USE_SSL, static_cast<long>(channel.demand_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (!channel.user.empty()) {
        set(curl.get(), CURLOPT_USERNAME, channel.user.c_str());
        set(curl.get(), CURLOPT_PASSWORD, channel.secret.c_str());
    }
    set(curl.get(), CURLOPT_MAIL_FROM, sender.c_str());
    set(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
    set(curl.get(), CURLOPT_UPLOAD, 1L);
    set(curl.get(), CURLOPT_READFUNCTION, read_some);
    set(curl.get(), CURLOPT_READDATA, &reading);
    return perform(channel, curl.get());
}

}  // namespace

std::string signature_of(std::string_view body, std::string_view key) {
    crypto_auth_hmacsha256_state state;
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> hash{};
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(body.data()), body.size());
    crypto_auth_hmacsha256_final(&state, hash.data());
    std::string hex(2 * hash.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    hex.pop_back();  // the terminating zero
    return "sha256=" + hex;
}

Result<void> send(const Channel& channel, const Message& message, const SendOptions& options) {
    switch (channel.kind) {
        case ChannelKind::kWebhook:
            return send_webhook(channel, message, options);
        case ChannelKind::kEmail:
            return send_mail(channel, message, options);
        case ChannelKind::kTelegram:
            return send_telegram(channel, message, options);
        case ChannelKind::kNats:
            return send_nats(channel, message, options);
    }
    return failed("an unknown kind of channel");
}

}  // namespace vitrina::notify
