#include "notify/nats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "notify/test_receivers.h"

namespace vitrina::notify {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const SendOptions kHere{Loopback::kAllowed, UtcTime()};
const Message kMessage{"alarm-7", "Queue", "Queue: 6 people", R"({"id":"alarm-7","text":"Очередь"})"};

Channel nats(std::uint16_t port) {
    Channel channel;
    channel.name = "bus";
    channel.kind = ChannelKind::kNats;
    channel.address = "nats://127.0.0.1:" + std::to_string(port);
    channel.to = "shop.alarms";
    return channel;
}

std::string why_not(const Channel& channel, const Message& message = kMessage) {
    const auto sent = send(channel, message, kHere);
    return sent ? "" : sent.error().message;
}

TEST(Nats, ASubjectGetsTheJsonWithItsId) {
    const TestNatsServer server;
    ASSERT_EQ(why_not(nats(server.port())), "");
    ASSERT_EQ(server.publications().size(), 1U);
    const TestPublication publication = server.publications()[0];
    EXPECT_EQ(publication.subject, "shop.alarms");
    EXPECT_EQ(publication.body, kMessage.json);
    EXPECT_EQ(publication.head, "NATS/1.0\r\nNats-Msg-Id: alarm-7\r\n\r\n");
    EXPECT_THAT(server.heard(), HasSubstr("PONG\n")) << "the server's question is answered";
    const auto introduction = nlohmann::json::parse(publication.introduction);
    EXPECT_EQ(introduction["verbose"], true);
    EXPECT_FALSE(introduction.contains("user"));
    EXPECT_FALSE(introduction.contains("auth_token"));
}

TEST(Nats, AnOldServerGetsItWithoutHeaders) {
    const TestNatsServer server(R"({"server_id":"old"})");
    ASSERT_EQ(why_not(nats(server.port())), "");
    ASSERT_EQ(server.publications().size(), 1U);
    EXPECT_EQ(server.publications()[0].head, "");
    EXPECT_EQ(server.publications()[0].body, kMessage.json);
}

TEST(Nats, AUserHasAPasswordAndATokenStandsAlone) {
    const TestNatsServer server;
    Channel channel = nats(server.port());
    channel.secret = "hidden";
    ASSERT_EQ(why_not(channel), "");
    channel.user = "shop";
    ASSERT_EQ(why_not(channel), "");
    ASSERT_EQ(server.publications().size(), 2U);
    const auto token = nlohmann::json::parse(server.publications()[0].introduction);
    EXPECT_EQ(token["auth_token"], "hidden");
    const auto user = nlohmann::json::parse(server.publications()[1].introduction);
    EXPECT_EQ(user["user"], "shop");
    EXPECT_EQ(user["pass"], "hidden");
    EXPECT_FALSE(user.contains("auth_token"));
}

TEST(Nats, WhatIsRefusedIsAnErrorWithoutTheServersWords) {
    TestNatsServer server;
    Channel channel = nats(server.port());
    channel.secret = "hidden";
    server.answer_with("-ERR 'Permissions Violation for Publish to \"shop.alarms\", hidden'");
    EXPECT_THAT(why_not(channel), HasSubstr("doesn't let this user publish there"));
    EXPECT_THAT(why_not(channel), Not(HasSubstr("hidden")));
    server.answer_with("-ERR 'Authorization Violation'");
    EXPECT_THAT(why_not(channel), HasSubstr("refuses the user"));
    server.answer_with("");
    EXPECT_THAT(why_not(channel), HasSubstr("doesn't say whether"));
    Message longer = kMessage;
    longer.json.assign(2'000'000, 'x');
    EXPECT_THAT(why_not(channel, longer), HasSubstr("no message that long"));
    EXPECT_THAT(server.publications(), IsEmpty());
}

TEST(Nats, WithoutTlsNothingIsSaidWhereItIsDemanded) {
    const TestNatsServer server;
    Channel channel = nats(server.port());
    channel.secret = "hidden";
    channel.address = "tls://127.0.0.1:" + std::to_string(server.port());
    EXPECT_THAT(why_not(channel), HasSubstr("127.0.0.1:" + std::to_string(server.port()) + ": "));
    EXPECT_THAT(server.publications(), IsEmpty());
    EXPECT_THAT(server.heard(), Not(HasSubstr("hidden")));
    const TestNatsServer demanding(R"({"tls_required":true})");
    Channel plain = nats(demanding.port());
    plain.secret = "hidden";
    EXPECT_NE(why_not(plain), "");
    EXPECT_THAT(demanding.heard(), Not(HasSubstr("hidden")));
}

TEST(Nats, OtherServersAndThisComputerAreNoReceivers) {
    const TestListener other(0, [](int) {});  // hangs up
    EXPECT_THAT(why_not(nats(other.port())), HasSubstr("the connection is lost"));
    const TestNatsServer strange("not JSON");
    EXPECT_THAT(why_not(nats(strange.port())), HasSubstr("is no NATS server"));
    const TestNatsServer server;
    EXPECT_FALSE(send(nats(server.port()), kMessage, {Loopback::kRefused, UtcTime()}));
    EXPECT_EQ(server.heard(), "");
}

}  // namespace
}  // namespace vitrina::notify
