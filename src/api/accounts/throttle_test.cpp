#include "api/accounts/throttle.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::api {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class ThrottleTest : public testing::Test {
  protected:
    /// How long a wrong attempt has to wait.
    seconds guess(const std::string& account, const std::string& address) {
        Throttle::Attempt attempt(throttle_, account, address, now_);
        if (!attempt.wait()) attempt.was_wrong();
        return attempt.wait().value_or(seconds(0));
    }
    seconds sign_in(const std::string& account, const std::string& address) {
        const Throttle::Attempt attempt(throttle_, account, address, now_);
        if (!attempt.wait()) throttle_.remember(account, address);
        return attempt.wait().value_or(seconds(0));
    }
    void use_up_free_attempts(const std::string& account, const std::string& address) {
        for (int i = 0; i < kFreeAttempts; ++i)
            ASSERT_EQ(guess(account, address), seconds(0)) << i;
    }

    UtcTime now_{milliseconds(1'795'000'000'000)};
    Throttle throttle_;
};

TEST_F(ThrottleTest, FiveAreFreeThenTheWaitDoublesToFiveMinutes) {
    use_up_free_attempts("anna", "10.0.0.7");
    for (const int expected : {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300}) {
        EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(expected));
        now_ += seconds(expected) - milliseconds(1);
        EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(1)) << "a millisecond is left";
        now_ += milliseconds(1);
        EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(0));
    }
}

TEST_F(ThrottleTest, KnockingWhileItWaitsDoesNotMakeItLonger) {
    use_up_free_attempts("anna", "10.0.0.7");
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(1));
    now_ += seconds(1);
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(0));
}

TEST_F(ThrottleTest, IsForgottenAfterAQuarterOfAnHour) {
    use_up_free_attempts("anna", "10.0.0.7");
    now_ += kForgottenAfter;
    use_up_free_attempts("anna", "10.0.0.7");
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(1));
}

TEST_F(ThrottleTest, OneAccountFromManyAddressesAndManyAccountsFromOne) {
    for (int i = 0; i < kFreeAttempts; ++i)
        EXPECT_EQ(guess("anna", "10.0.1." + std::to_string(i)), seconds(0));
    EXPECT_EQ(guess("anna", "10.0.1.200"), seconds(1));
    for (int i = 0; i < kFreeAttempts; ++i)
        EXPECT_EQ(guess("user" + std::to_string(i), "10.0.0.7"), seconds(0));
    EXPECT_EQ(guess("boris", "10.0.0.7"), seconds(1));
    EXPECT_EQ(guess("boris", "10.0.0.8"), seconds(0));
}

TEST_F(ThrottleTest, RightAndUnfinishedAttemptsDoNotCount) {
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(sign_in("anna", "10.0.0.7"), seconds(0));
        const Throttle::Attempt unfinished(throttle_, "boris", "10.0.0.7", now_);
        EXPECT_EQ(unfinished.wait(), std::nullopt);
    }
    use_up_free_attempts("anna", "10.0.0.7");
}

TEST_F(ThrottleTest, SigningInToOnesOwnAccountDoesNotPayForGuessingAtAnothers) {
    for (int i = 0; i < kFreeAttempts; ++i) {
        EXPECT_EQ(sign_in("mallory", "10.0.0.7"), seconds(0));
        EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(0));
    }
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(1));
}

TEST_F(ThrottleTest, StrangersDoNotKeepTheOwnerOut) {
    EXPECT_EQ(sign_in("anna", "10.0.0.7"), seconds(0));
    for (int i = 0; i < 100; ++i)
        static_cast<void>(guess("anna", "192.0.2." + std::to_string(i)));
    EXPECT_GT(guess("anna", "192.0.2.200"), seconds(0));
    EXPECT_EQ(sign_in("anna", "10.0.0.7"), seconds(0));
    use_up_free_attempts("anna", "10.0.0.7");
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(1)) << "guessing from a known place is slowed down too";
}

TEST_F(ThrottleTest, ManyAtOnceGainNothing) {
    std::atomic<int> allowed = 0;
    std::atomic<bool> go = false;
    std::vector<std::thread> threads;
    threads.reserve(32);
    for (int i = 0; i < 32; ++i) {
        threads.emplace_back([&] {
            while (!go)
                std::this_thread::yield();
            Throttle::Attempt attempt(throttle_, "anna", "10.0.0.7", now_);
            if (attempt.wait()) return;
            ++allowed;
            attempt.was_wrong();
        });
    }
    go = true;
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(allowed, kFreeAttempts);
}

TEST_F(ThrottleTest, AClockThatIsSetBackLocksNobodyOut) {
    use_up_free_attempts("anna", "10.0.0.7");
    now_ -= hours(1);
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(1));
    now_ += seconds(1);
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(0));
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(guess("anna", "10.0.0.7"));
        now_ += kWaitMax;
    }
    now_ -= hours(24 * 365);
    EXPECT_LE(guess("anna", "10.0.0.7"), kWaitMax);
    now_ += kWaitMax;
    EXPECT_EQ(guess("anna", "10.0.0.7"), seconds(0));
}

TEST_F(ThrottleTest, AnAttackerWithManyAddressesNeitherPushesACountOutNorLocksOthersOut) {
    use_up_free_attempts("anna", "10.0.0.7");
    // As many as can be checked until the first is forgotten: two at once, 0.2 s each.
    const int checked = static_cast<int>(kForgottenAfter / milliseconds(100));
    for (int i = 0; i < checked; ++i)
        static_cast<void>(guess("guess" + std::to_string(i), "192.0.2." + std::to_string(i)));
    EXPECT_EQ(guess("anna", "10.0.0.9"), seconds(1));
    int locked_out = 0;
    for (int i = 0; i < 1000; ++i)
        locked_out += sign_in("user" + std::to_string(i), "10.1.0." + std::to_string(i)) > seconds(0) ? 1 : 0;
    EXPECT_LT(locked_out, 10);
}

TEST_F(ThrottleTest, AnIpv6NetworkIsOneAddress) {
    for (int i = 0; i < kFreeAttempts; ++i)
        EXPECT_EQ(guess("user" + std::to_string(i), "2001:db8:1:2::" + std::to_string(i)), seconds(0));
    EXPECT_EQ(guess("boris", "2001:db8:1:2:ffff::1"), seconds(1));
    EXPECT_EQ(guess("boris", "2001:db8:1:3::1"), seconds(0));
}

TEST(NetworkOf, Addresses) {
    EXPECT_EQ(network_of("10.0.0.7"), "10.0.0.7");
    EXPECT_EQ(network_of("::ffff:10.0.0.7"), "10.0.0.7");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    EXPECT_EQ(network_of("::1"), "::");
    EXPECT_EQ(network_of("no address"), "no address");
}

}  // namespace
}  // namespace vitrina::api
