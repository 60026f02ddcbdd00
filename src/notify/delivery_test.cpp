// Receivers that die and come back, and a program that does.
#include "notify/delivery.h"

#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/test_receivers.h"

namespace vitrina::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class DeliveryTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "delivery-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        auto sealer = privacy::Sealer::open(folder_ / "key");
        ASSERT_TRUE(sealer);
        sealer_ = std::move(*sealer);
        open();
    }
    void TearDown() override {
        delivery_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database) << database.error().message;
        store_ = std::make_unique<records::AlarmStore>(*database);
    }
    void start() {
        Delivery::Options options;
        options.loopback = Loopback::kAllowed;
        options.now = utc_now;
        options.log = [this](const std::string& line) {
            const MutexLock lock(mutex_);
            log_ += line + "\n";
        };
        options.send = send;
        delivery_ = std::make_unique<Delivery>(*store_, *sealer_, std::move(options));
        ASSERT_TRUE(delivery_->reload());
    }
    std::int64_t add_webhook(std::uint16_t port) const {
        Channel channel;
        channel.name = "hook";
        channel.address = "http://127.0.0.1:" + std::to_string(port) + "/";
        channel.secret = "key";
        return *store_->save_channel(record_of(channel, *sealer_));
    }
    void post(std::int64_t channel, const std::string& key) const {
        records::Outgoing message;
        message.channel = channel;
        message.key = key;
        message.json = "{}";
        message.created = utc_now();
        ASSERT_TRUE(store_->post(message));
        if (delivery_) delivery_->poke();
    }
    [[nodiscard]] bool all_sent() const {
        for (int i = 0; i < 1000; ++i) {
            const auto health = store_->channel_health(utc_now());
            bool waits = false;
            for (const auto& channel : *health)
                waits = waits || channel.waiting > 0;
            if (!waits) return true;
            std::this_thread::sleep_for(milliseconds(10));
        }
        return false;
    }
    [[nodiscard]] std::string log() const {
        const MutexLock lock(mutex_);
        return log_;
    }

    std::filesystem::path folder_;
    std::unique_ptr<privacy::Sealer> sealer_;
    std::unique_ptr<records::AlarmStore> store_;
    mutable Mutex mutex_;
    std::string log_ GUARDED_BY(mutex_);
    std::unique_ptr<Delivery> delivery_;
};

TEST_F(DeliveryTest, WhatIsPostedArrivesAtOnceAndOnce) {
    const TestWebServer server;
    const std::int64_t channel = add_webhook(server.port());
    start();
    const auto began = std::chrono::steady_clock::now();
    post(channel, "a");
    ASSERT_TRUE(server.wait_for(1));
    EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(1));
    EXPECT_TRUE(all_sent());
    post(channel, "b");
    ASSERT_TRUE(server.wait_for(2));
    EXPECT_TRUE(all_sent());
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(DeliveryTest, AReceiverThatDiesGetsEverythingWhenItComesBack) {
    std::uint16_t port = 0;
    std::int64_t channel = 0;
    {
        const TestWebServer first;
        port = first.port();
        channel = add_webhook(port);
        start();
        post(channel, "a");
        ASSERT_TRUE(first.wait_for(1));
        ASSERT_TRUE(all_sent());
    }
    post(channel, "b");
    post(channel, "c");
    for (int i = 0; i < 500 && log().empty(); ++i)
        std::this_thread::sleep_for(milliseconds(10));
    EXPECT_THAT(log(), HasSubstr("channel \"hook\": 127.0.0.1:"));
    const TestWebServer second(port);
    ASSERT_TRUE(second.wait_for(2));
    EXPECT_TRUE(all_sent());
    std::set<std::string> ids;
    for (const TestRequest& request : second.requests()) {
        const std::size_t at = request.head.find("X-Vitrina-Id: ");
        ids.insert(request.head.substr(at + 14, 1));
    }
    EXPECT_EQ(ids, (std::set<std::string>{"b", "c"}));
    EXPECT_THAT(log(), HasSubstr("delivers again"));
}

TEST_F(DeliveryTest, ARestartLosesNothing) {
    TestWebServer server;
    server.answer_with(503);
    const std::int64_t channel = add_webhook(server.port());
    start();
    post(channel, "a");
    ASSERT_TRUE(server.wait_for(1));
    delivery_.reset();
    post(channel, "b");
    store_.reset();
    open();
    server.answer_with(200);
    start();
    EXPECT_TRUE(all_sent());
    EXPECT_GE(server.requests().size(), 3U);
}

TEST_F(DeliveryTest, ADeadReceiverHoldsNobodyUp) {
    const TestListener silent(0, [](int) { std::this_thread::sleep_for(seconds(2)); });  // says nothing
    const TestWebServer server;
    const std::int64_t dead = add_webhook(silent.port());
    const std::int64_t well = add_webhook(server.port());
    start();
    post(dead, "a");
    post(well, "b");
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(server.wait_for(1));
    EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(1));
    ASSERT_TRUE(store_->remove_channel(dead));
    ASSERT_TRUE(delivery_->reload());
}

TEST_F(DeliveryTest, AChangedChannelIsUsedFromThenOn) {
    const TestWebServer first;
    const TestWebServer second;
    const std::int64_t id = add_webhook(first.port());
    start();
    Channel channel;
    channel.id = id;
    channel.name = "hook";
    channel.address = "http://127.0.0.1:" + std::to_string(second.port()) + "/";
    ASSERT_TRUE(store_->save_channel(record_of(channel, *sealer_)));
    ASSERT_TRUE(delivery_->reload());
    post(id, "a");
    ASSERT_TRUE(second.wait_for(1));
    EXPECT_TRUE(first.requests().empty());
    channel.enabled = false;
    ASSERT_TRUE(store_->save_channel(record_of(channel, *sealer_)));
    ASSERT_TRUE(delivery_->reload());
    post(id, "b");
    EXPECT_EQ(store_->channel_health(utc_now())->at(0).waiting, 1);
}

TEST_F(DeliveryTest, ASecretCantBeSentElsewhere) {
    Channel channel;
    channel.name = "hook";
    channel.address = "https://example.com/";
    channel.secret = "key";
    records::ChannelRecord record = record_of(channel, *sealer_);
    EXPECT_EQ(channel_of(record, *sealer_)->secret, "key");
    EXPECT_EQ(record.sealed_secret.find("key"), std::string::npos);
    record.address = "https://elsewhere.example.com/";
    EXPECT_FALSE(channel_of(record, *sealer_));
}

TEST(Delivery, PausesGrowToTenMinutes) {
    EXPECT_EQ(pause_after(1), seconds(1));
    EXPECT_EQ(pause_after(2), seconds(2));
    EXPECT_EQ(pause_after(5), seconds(16));
    EXPECT_EQ(pause_after(11), seconds(600));
    EXPECT_EQ(pause_after(1'000'000), seconds(600));
}

}  // namespace
}  // namespace vitrina::notify
