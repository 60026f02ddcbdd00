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
#include <sys/socket.h>
#include <unistd.h>

#include "domain/digest.h"

namespace vitrina::notify {
namespace {

constexpr long kOk = 200;
constexpr long kRedirection = 300;
constexpr std::size_t kTelegramLengthMax = 4000;  // bytes; the service takes 4,096 characters

struct CurlEnd {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlEnd>;

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

// NOLINTBEGIN(cppcoreguidelines-pro-type-vararg,hicpp-vararg): libcurl's interface is like that
template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    static_cast<void>(curl_easy_setopt(curl, option, value));
}
// NOLINTEND(cppcoreguidelines-pro-type-vararg,hicpp-vararg)

/// Asked before each connection, with the address that the name turned out to have.
curl_socket_t open_socket(void* options, curlsocktype /*purpose*/, curl_sockaddr* address) {
    const auto* const send_options = static_cast<const SendOptions*>(options);
    if (!may_reach(address->addr, send_options->loopback)) return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Asked about once a second; anything but 0 ends the transfer.
int is_stopped(void* options, curl_off_t /*total*/, curl_off_t /*come*/, curl_off_t /*to_go*/,
               curl_off_t /*gone*/) {
    const auto* const stop = static_cast<const SendOptions*>(options)->stop;
    return stop != nullptr && stop->load() ? 1 : 0;
}

std::size_t forget(char* /*data*/, std::size_t size, std::size_t count, void* /*nobody*/) {
    return size * count;
}

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

/// Host and port of an address, for messages.
std::string shown(const Channel& channel) {
    const std::string address = without_path(channel.address);
    const std::size_t scheme = address.find("://");
    return scheme == std::string::npos ? address : address.substr(scheme + 3);
}

Result<Curl> begin(const SendOptions& options) {
    static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    Curl curl(kReady ? curl_easy_init() : nullptr);
    if (curl == nullptr) return failed("libcurl can't be used");
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(kSendTimeMax.count()));
    set(curl.get(), CURLOPT_CONNECTTIMEOUT, static_cast<long>(kConnectTimeMax.count()));
    set(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
    set(curl.get(), CURLOPT_PROXY, "");  // of the environment: the rules for addresses would not hold
    set(curl.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(curl.get(), CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(curl.get(), CURLOPT_OPENSOCKETDATA, &options);
    set(curl.get(), CURLOPT_WRITEFUNCTION, forget);
    set(curl.get(), CURLOPT_USERAGENT, "Vitrina");
    set(curl.get(), CURLOPT_NOPROGRESS, 0L);
    set(curl.get(), CURLOPT_XFERINFOFUNCTION, is_stopped);
    set(curl.get(), CURLOPT_XFERINFODATA, &options);
    return curl;
}

Result<void> perform(const Channel& channel, CURL* curl) {
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_COULDNT_CONNECT)
        return failed(
            fmt::format("{}: can't be connected, or is an address that may not be used (docs/alarms.md)",
                        shown(channel)));
    if (code != CURLE_OK) return failed(fmt::format("{}: {}", shown(channel), curl_easy_strerror(code)));
    return {};
}

Result<void> post(const Channel& channel, const std::string& address, const std::string& body,
                  const TextList& headers, const SendOptions& options) {
    TRY_ASSIGN(const Curl curl, begin(options));
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

std::string mail_of(const Channel& channel, const Message& message, UtcTime now) {
    const std::string host = channel.from.substr(channel.from.find('@') + 1);
    // Words of at most 75 characters (RFC 2047), each of whole characters.
    std::string subject;
    for (std::string rest = message.subject; !rest.empty();) {
        const std::string part = cut(rest, 45);
        subject += fmt::format("{}=?UTF-8?B?{}?=", subject.empty() ? "" : "\r\n ", base64(part));
        rest.erase(0, part.size());
    }
    std::string body = base64(message.text);
    for (std::size_t at = 76; at < body.size(); at += 78)
        body.insert(at, "\r\n");
    return fmt::format(
        "Date: {}\r\nFrom: <{}>\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
        "Auto-Submitted: auto-generated\r\n\r\n{}\r\n",
        mail_date(now), channel.from, channel.to, subject, hex_digest(message.id, 16), host, body);
}

Result<void> send_mail(const Channel& channel, const Message& message, const SendOptions& options) {
    TRY_ASSIGN(const Curl curl, begin(options));
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
    }
    return failed("an unknown kind of channel");
}

}  // namespace vitrina::notify
