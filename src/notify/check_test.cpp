#include "notify/check.h"

#include <cstring>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace vitrina::notify {
namespace {

using testing::HasSubstr;

bool may(const char* host, Loopback loopback = Loopback::kRefused) {
    sockaddr_storage storage{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        std::memcpy(&storage, &v4, sizeof v4);
    } else {
        EXPECT_EQ(::inet_pton(AF_INET6, host, &v6.sin6_addr), 1) << host;
        v6.sin6_family = AF_INET6;
        std::memcpy(&storage, &v6, sizeof v6);
    }
    return may_reach(reinterpret_cast<const sockaddr&>(storage), loopback);
}

TEST(Check, WhereMessagesMayGo) {
    for (const char* host :
         {"10.0.0.7", "192.168.1.2", "8.8.8.8", "fd00::7", "2001:db8::1", "::ffff:10.0.0.7"})
        EXPECT_TRUE(may(host)) << host;
    for (const char* host : {"169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1",
                             "::", "ff02::1", "::ffff:169.254.169.254"}) {
        EXPECT_FALSE(may(host)) << host;
        EXPECT_FALSE(may(host, Loopback::kAllowed)) << host;
    }
    for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_FALSE(may(host)) << host;
        EXPECT_TRUE(may(host, Loopback::kAllowed)) << host;
    }
}

std::string problem(ChannelKind kind, const std::string& address, const std::string& to = "a@b.c",
                    const std::string& secret = "1:A") {
    Channel channel;
    channel.name = "x";
    channel.kind = kind;
    channel.address = address;
    channel.from = "shop@b.c";
    channel.to = to;
    channel.secret = secret;
    return problem_of(channel).value_or("");
}

TEST(Check, Channels) {
    using enum ChannelKind;
    EXPECT_EQ(problem(kWebhook, "https://example.com/x"), "");
    EXPECT_EQ(problem(kWebhook, "http://10.0.0.7:9000"), "");
    for (const char* bad : {"", "ftp://a/", "file:///etc/passwd", "https://", "https://u:p@h/", "https://h /",
                            "gopher://h/", "https://:80/", "https://h\\@evil/"})
        EXPECT_THAT(problem(kWebhook, bad), HasSubstr("address:")) << bad;
    EXPECT_THAT(problem(kWebhook, "https://h/\r\nX: y"), HasSubstr("control characters"));
    EXPECT_EQ(problem(kEmail, "smtps://mail.example.com", "a@b.c, d@e.f"), "");
    EXPECT_THAT(problem(kEmail, "https://mail.example.com"), HasSubstr("smtp"));
    EXPECT_THAT(problem(kEmail, "smtp://h", "nobody"), HasSubstr("to:"));
    EXPECT_THAT(problem(kEmail, "smtp://h", "a@b.c,"), HasSubstr("to:"));
    EXPECT_THAT(problem(kEmail, "smtp://h", "a@b.c>\nRCPT"), HasSubstr("control"));
    EXPECT_EQ(problem(kTelegram, "https://api.telegram.org", "-100123"), "");
    EXPECT_THAT(problem(kTelegram, "https://api.telegram.org", "-1", "1:A/../x"), HasSubstr("secret:"));
    EXPECT_THAT(problem(kTelegram, "https://api.telegram.org", ""), HasSubstr("to:"));
    EXPECT_EQ(problem(kNats, "nats://10.0.0.7:4222", "shop.alarms"), "");
    EXPECT_EQ(problem(kNats, "tls://nats.example.com", "alarms"), "");
    EXPECT_THAT(problem(kNats, "https://h/", "alarms"), HasSubstr("nats://"));
    for (const char* bad : {"", "shop.*", "shop.>", "a b", ".a", "a.", "a..b", "$SYS.x"})
        EXPECT_THAT(problem(kNats, "nats://h", bad), HasSubstr("to:")) << bad;
    EXPECT_EQ(parse_channel_kind("nats"), kNats);
    EXPECT_THAT(problem(kWebhook, "https://h/" + std::string(600, 'x')), HasSubstr("too long"));
    EXPECT_EQ(parse_channel_kind(to_text(kTelegram)), kTelegram);
    EXPECT_EQ(parse_channel_kind("pigeon"), std::nullopt);
}

}  // namespace
}  // namespace vitrina::notify
