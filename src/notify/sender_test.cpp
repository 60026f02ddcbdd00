#include "notify/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "notify/test_receivers.h"

namespace vitrina::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

const SendOptions kHere{Loopback::kAllowed,
                        UtcTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27))};
const Message kMessage{"alarm-7", "Очередь: 6 человек", "Queue: 6 people at till 1.\nПозовите кассира.",
                       R"({"id":"alarm-7"})"};

Channel webhook(std::uint16_t port) {
    Channel channel;
    channel.name = "hook";
    channel.address = "http://127.0.0.1:" + std::to_string(port) + "/hook?key=private";
    channel.secret = "key";
    return channel;
}

TEST(Sender, SignsAsRfc4231Says) {
    EXPECT_EQ(signature_of("what do ya want for nothing?", "Jefe"),
              "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Sender, AWebhookGetsTheBodyAndItsSignature) {
    const TestWebServer server;
    const auto sent = send(webhook(server.port()), kMessage, kHere);
    ASSERT_TRUE(sent) << sent.error().message;
    ASSERT_EQ(server.requests().size(), 1U);
    const TestRequest request = server.requests()[0];
    EXPECT_THAT(request.head, HasSubstr("POST /hook?key=private HTTP/1.1\r\n"));
    EXPECT_THAT(request.head, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(request.head, HasSubstr("X-Vitrina-Id: alarm-7\r\n"));
    EXPECT_THAT(request.head,
                HasSubstr("X-Vitrina-Signature: " + signature_of(kMessage.json, "key") + "\r\n"));
    EXPECT_EQ(request.body, kMessage.json);
}

TEST(Sender, OnlyASuccessCountsAndRedirectionsAreNotFollowed) {
    TestWebServer server;
    for (const int status : {302, 400, 500}) {
        server.answer_with(status);
        const auto sent = send(webhook(server.port()), kMessage, kHere);
        ASSERT_FALSE(sent);
        EXPECT_THAT(sent.error().message, HasSubstr("status " + std::to_string(status)));
        EXPECT_THAT(sent.error().message, Not(HasSubstr("secret")));   // what the receiver said
        EXPECT_THAT(sent.error().message, Not(HasSubstr("private")));  // of the address
    }
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST(Sender, ThisComputerIsRefusedUnlessAllowed) {
    const TestWebServer server;
    for (const char* host : {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1"}) {
        Channel channel = webhook(server.port());
        channel.address = "http://" + std::string(host) + ":" + std::to_string(server.port()) + "/";
        EXPECT_FALSE(send(channel, kMessage, {Loopback::kRefused, kHere.now})) << host;
    }
    EXPECT_TRUE(server.requests().empty());
}

TEST(Sender, TelegramGetsItsTextAndTheErrorHidesTheToken) {
    TestWebServer server;
    Channel channel;
    channel.kind = ChannelKind::kTelegram;
    channel.address = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
    channel.secret = "123:ABC";
    channel.to = "@guards";
    ASSERT_TRUE(send(channel, kMessage, kHere));
    EXPECT_THAT(server.requests()[0].head, HasSubstr("POST /bot123:ABC/sendMessage HTTP/1.1"));
    const auto body = nlohmann::json::parse(server.requests()[0].body);
    EXPECT_EQ(body["chat_id"], "@guards");
    EXPECT_EQ(body["text"], kMessage.text);
    server.answer_with(401);
    EXPECT_THAT(send(channel, kMessage, kHere).error().message, Not(HasSubstr("ABC")));
    Message longer = kMessage;
    longer.text.clear();
    for (int i = 0; i < 3000; ++i)
        longer.text += "я";
    static_cast<void>(send(channel, longer, kHere));
    EXPECT_EQ(nlohmann::json::parse(server.requests()[2].body)["text"].get<std::string>().size(), 4000U);
}

Channel mail(std::uint16_t port) {
    Channel channel;
    channel.kind = ChannelKind::kEmail;
    channel.address = "smtp://127.0.0.1:" + std::to_string(port);
    channel.user = "shop";
    channel.secret = "pass";
    channel.from = "shop@example.com";
    channel.to = "ann@example.com, bob@example.com";
    channel.demand_tls = false;
    return channel;
}

TEST(Sender, AMailHasSubjectTextAndAllRecipients) {
    const TestMailServer server;
    const auto sent = send(mail(server.port()), kMessage, kHere);
    ASSERT_TRUE(sent) << sent.error().message;
    ASSERT_EQ(server.talks().size(), 1U);
    const std::string talk = server.talks()[0];
    EXPECT_THAT(talk, HasSubstr("MAIL FROM:<shop@example.com>"));
    EXPECT_THAT(talk, HasSubstr("RCPT TO:<ann@example.com>"));
    EXPECT_THAT(talk, HasSubstr("RCPT TO:<bob@example.com>"));
    EXPECT_THAT(talk, HasSubstr("Date: Fri, 27 Nov 2026 00:00:00 +0000\r\n"));
    EXPECT_THAT(talk, HasSubstr("Subject: =?UTF-8?B?0J7Rh9C10YDQtdC00Yw6IDYg0YfQtdC70L7QstC10Lo=?=\r\n"));
    EXPECT_THAT(talk, HasSubstr("\r\n\r\nUXVldWU6IDYgcGVvcGxlIGF0IHRpbGwgMS4"));
    EXPECT_THAT(talk, HasSubstr("AUTH PLAIN"));
}

TEST(Sender, AMailMayHaveAFile) {
    const TestMailServer server;
    Message message = kMessage;
    message.attachment = Attachment{"report-2026-11-23.pdf", "application/pdf", "%PDF-1.4"};
    const auto sent = send(mail(server.port()), message, kHere);
    ASSERT_TRUE(sent) << sent.error().message;
    const std::string talk = server.talks().at(0);
    const std::string head = "Content-Type: multipart/mixed; boundary=\"";
    const std::size_t at = talk.find(head);
    ASSERT_NE(at, std::string::npos) << talk;
    const std::size_t begin = at + head.size();
    const std::string boundary = talk.substr(begin, talk.find('"', begin) - begin);
    // The text, then the file, then the end.
    EXPECT_THAT(talk, HasSubstr("\r\n\r\n--" + boundary +
                                "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                "Content-Transfer-Encoding: base64\r\n\r\nUXVldWU6IDYg"));
    EXPECT_THAT(talk, HasSubstr("\r\n--" + boundary +
                                "\r\nContent-Type: application/pdf\r\n"
                                "Content-Disposition: attachment; filename=\"report-2026-11-23.pdf\"\r\n"
                                "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--" +
                                boundary + "--"));
}

TEST(Sender, AMailServerWithoutTlsGetsNothingWhereTlsIsDemanded) {
    const TestMailServer server;
    Channel channel = mail(server.port());
    channel.demand_tls = true;
    EXPECT_FALSE(send(channel, kMessage, kHere));
    EXPECT_TRUE(server.talks().empty());
}

TEST(Sender, NobodyThereIsAnErrorWithTheHost) {
    std::uint16_t port = 0;
    {
        const TestWebServer gone;
        port = gone.port();
    }
    const auto sent = send(webhook(port), kMessage, kHere);
    ASSERT_FALSE(sent);
    EXPECT_THAT(sent.error().message,
                HasSubstr("127.0.0.1:" + std::to_string(port) + ": can't be connected"));
}

}  // namespace
}  // namespace vitrina::notify
