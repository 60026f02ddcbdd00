// Signing in, and how long that lasts.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "api/accounts/secret.h"
#include "api/accounts/test_accounts.h"

namespace vitrina::api {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using SessionsTest = AccountsTest;

TEST_F(SessionsTest, SigningInMakesASession) {
    const SignedIn first = set_up();
    const SignedIn second = sign_in("anna");
    EXPECT_NE(first.cookie_key, second.cookie_key);
    EXPECT_NE(first.identity.forgery_token, second.identity.forgery_token);
    const auto identity = accounts_->identify(second.cookie_key).value();
    ASSERT_TRUE(identity.has_value());
    EXPECT_EQ(identity->name, "anna");
    EXPECT_EQ(identity->how, Identity::How::kSession);
    EXPECT_EQ(identity->scope, Scope::kWrite);
    EXPECT_TRUE(identity->forgery_token_is(second.identity.forgery_token));
    EXPECT_FALSE(identity->forgery_token_is(first.identity.forgery_token));
    for (const std::string& wrong : {std::string(), std::string("x"), second.cookie_key + "x"})
        EXPECT_FALSE(is_signed_in(wrong));
    EXPECT_FALSE(is_on_disk(second.cookie_key));
    EXPECT_FALSE(is_on_disk(kPassword));
    EXPECT_TRUE(is_on_disk("signed in from 10.0.0.7"));
}

TEST_F(SessionsTest, ASessionOutlivesTheProcess) {
    const SignedIn anna = set_up();
    accounts_ = another_process();
    EXPECT_TRUE(is_signed_in(anna.cookie_key));
}

TEST_F(SessionsTest, WrongNamesAndPasswordsAreRefusedAlike) {
    set_up();
    const auto wrong_password = accounts_->sign_in("anna", kOtherPassword, here_);
    const auto unknown = accounts_->sign_in("my-secret-typed-as-name", kPassword, here_);
    EXPECT_EQ(code_of(wrong_password), RefusalCode::kWrongCredentials);
    EXPECT_EQ(code_of(unknown), RefusalCode::kWrongCredentials);
    EXPECT_EQ(wrong_password.error().message, unknown.error().message);
    EXPECT_TRUE(is_on_disk("sign-in failed from 10.0.0.7: wrong password"));
    EXPECT_TRUE(is_on_disk("sign-in failed from 10.0.0.7: unknown name"));
    EXPECT_FALSE(is_on_disk("my-secret-typed-as-name"));
    EXPECT_FALSE(is_on_disk(kOtherPassword));
}

TEST_F(SessionsTest, AnUnknownNameTakesAsLongAsAWrongPassword) {
    set_up();
    AccountOptions options;
    options.password_cost = PasswordCost::kInteractive;
    auto accounts = Accounts::create(
        *store_, [this] { return now_; }, options);
    ASSERT_TRUE(accounts.has_value());
    ASSERT_TRUE((*accounts)->reset_password("anna", kPassword).has_value());
    const auto duration = [&](const std::string& name) {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_FALSE((*accounts)->sign_in(name, kOtherPassword, {name, ""}).has_value());
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    const double known = std::min(duration("anna"), duration("anna"));
    const double unknown = std::min(duration("nobody"), duration("nobody"));
    EXPECT_GT(unknown, 0.5 * known);
    EXPECT_LT(unknown, 2 * known);
}

TEST_F(SessionsTest, GuessingAPasswordIsSlowedDown) {
    set_up();
    here_.address = "192.0.2.1";
    for (int i = 0; i < kFreeAttempts; ++i)
        EXPECT_EQ(sign_in_code("anna", kOtherPassword), RefusalCode::kWrongCredentials);
    const auto refused = accounts_->sign_in("ANNA", kPassword, here_);
    EXPECT_EQ(code_of(refused), RefusalCode::kTooOften);
    EXPECT_EQ(refused.error().retry_after, seconds(1));
    here_.address = "192.0.2.2";
    EXPECT_EQ(sign_in_code("anna", kPassword), RefusalCode::kTooOften) << "the account is guessed at";
    here_.address = "10.0.0.7";
    EXPECT_EQ(sign_in_code("anna", kPassword), std::nullopt) << "where she has signed in before";
    here_.address = "192.0.2.2";
    now_ += seconds(1);
    EXPECT_EQ(sign_in_code("anna", kPassword), std::nullopt);
}

TEST_F(SessionsTest, ASessionEndsAfterTwelveIdleHours) {
    const SignedIn anna = set_up();
    now_ += hours(12) - milliseconds(1);
    EXPECT_TRUE(is_signed_in(anna.cookie_key));
    now_ += hours(12) - milliseconds(1);
    EXPECT_TRUE(is_signed_in(anna.cookie_key)) << "it was used meanwhile";
    now_ += hours(12);
    EXPECT_FALSE(is_signed_in(anna.cookie_key));
}

TEST_F(SessionsTest, ASessionEndsAfterThirtyDaysInAnyCase) {
    const SignedIn anna = set_up();
    const UtcTime end = now_ + hours(24 * 30);
    for (; now_ < end; now_ += hours(6))
        ASSERT_TRUE(is_signed_in(anna.cookie_key));
    EXPECT_FALSE(is_signed_in(anna.cookie_key));
    sign_in("anna");  // clears away what has ended
    EXPECT_FALSE(is_signed_in(anna.cookie_key));
}

TEST_F(SessionsTest, UseIsWrittenOnceAMinute) {
    const SignedIn anna = set_up();
    const std::string key_hash = hash_of_key(anna.cookie_key);
    const UtcTime begin = now_;
    const auto seen = [&] { return store_->session(key_hash).value().value().seen; };
    for (int s = 0; s < 59; ++s) {
        now_ += seconds(1);
        ASSERT_TRUE(is_signed_in(anna.cookie_key));
        ASSERT_EQ(seen(), begin);
    }
    now_ += kIdentityAgeMax;
    ASSERT_TRUE(is_signed_in(anna.cookie_key));
    EXPECT_EQ(seen(), now_);
}

TEST_F(SessionsTest, SigningOutEndsThisSessionAndEverywhereAllOfThem) {
    const SignedIn first = set_up();
    const SignedIn second = sign_in("anna");
    const SignedIn third = sign_in("anna");
    ASSERT_TRUE(is_signed_in(first.cookie_key));
    ASSERT_TRUE(accounts_->sign_out(first.cookie_key).has_value());
    EXPECT_FALSE(is_signed_in(first.cookie_key));
    ASSERT_TRUE(is_signed_in(second.cookie_key));
    ASSERT_TRUE(accounts_->sign_out(first.cookie_key).has_value());
    ASSERT_TRUE(accounts_->sign_out_everywhere(second.identity).has_value());
    EXPECT_FALSE(is_signed_in(second.cookie_key));
    EXPECT_FALSE(is_signed_in(third.cookie_key));
}

TEST_F(SessionsTest, ANewPasswordEndsTheOtherSessions) {
    const SignedIn here = set_up();
    const SignedIn elsewhere = sign_in("anna");
    EXPECT_EQ(code_of(accounts_->change_password(here.identity, kOtherPassword, kOtherPassword, here_)),
              RefusalCode::kWrongCredentials);
    EXPECT_EQ(code_of(accounts_->change_password(here.identity, kPassword, "password123", here_)),
              RefusalCode::kPasswordCommon);
    EXPECT_TRUE(is_signed_in(elsewhere.cookie_key));

    const auto fresh = accounts_->change_password(here.identity, kPassword, kOtherPassword, here_);
    ASSERT_TRUE(fresh.has_value()) << fresh.error().message;
    EXPECT_TRUE(is_signed_in(fresh->cookie_key));
    EXPECT_FALSE(is_signed_in(here.cookie_key));
    EXPECT_FALSE(is_signed_in(elsewhere.cookie_key));
    EXPECT_EQ(sign_in_code("anna", kPassword), RefusalCode::kWrongCredentials);
    EXPECT_EQ(sign_in_code("anna", kOtherPassword), std::nullopt);
    EXPECT_TRUE(is_on_disk("changed the own password"));
    EXPECT_FALSE(is_on_disk(kOtherPassword));
}

TEST_F(SessionsTest, TheOldPasswordIsNotGuessedFromAStolenSession) {
    const SignedIn anna = set_up();
    for (int i = 0; i < kFreeAttempts; ++i)
        EXPECT_EQ(code_of(accounts_->change_password(anna.identity, kOtherPassword, kOtherPassword, here_)),
                  RefusalCode::kWrongCredentials);
    EXPECT_EQ(code_of(accounts_->change_password(anna.identity, kPassword, kOtherPassword, here_)),
              RefusalCode::kTooOften);
}

TEST_F(SessionsTest, WhatAnAdministratorChangesEndsSessions) {
    const Identity anna = set_up().identity;
    const User boris = add(anna, "boris", Role::kGuard);
    std::vector<UserChange> changes(3);
    changes[0].role = Role::kManager;
    changes[1].password = kOtherPassword;
    changes[2].disabled = true;
    std::string password = kPassword;
    for (const UserChange& change : changes) {
        const SignedIn session = sign_in("boris", password);
        ASSERT_TRUE(is_signed_in(session.cookie_key));
        ASSERT_TRUE(accounts_->change_user(anna, boris.id, change).has_value());
        EXPECT_FALSE(is_signed_in(session.cookie_key));
        password = change.password.value_or(password);
    }
    EXPECT_EQ(sign_in_code("boris", password), RefusalCode::kWrongCredentials) << "disabled";
}

TEST_F(SessionsTest, AChangedLanguageShowsAtOnceAndEndsNothing) {
    const SignedIn anna = set_up();
    ASSERT_TRUE(is_signed_in(anna.cookie_key));
    ASSERT_TRUE(accounts_->change_language(anna.identity, "ru").has_value());
    EXPECT_EQ(accounts_->identify(anna.cookie_key).value().value().language, "ru");
    EXPECT_EQ(code_of(accounts_->change_language(anna.identity, "xx")), RefusalCode::kUnsuitableValue);
}

TEST_F(SessionsTest, AClockThatIsSetBackAnHourLocksNobodyOut) {
    const SignedIn anna = set_up();
    now_ -= hours(1);
    EXPECT_TRUE(is_signed_in(anna.cookie_key));
    EXPECT_EQ(sign_in_code("anna", kPassword), std::nullopt);
    // From the new time on it lives as long as any other.
    now_ += hours(12) - milliseconds(1);
    EXPECT_TRUE(is_signed_in(anna.cookie_key));
    now_ += hours(12);
    EXPECT_FALSE(is_signed_in(anna.cookie_key));
}

TEST_F(SessionsTest, AClockThatJumpsAheadAnHourEndsNothingThatIsInUse) {
    const SignedIn anna = set_up();
    now_ += hours(1);
    EXPECT_TRUE(is_signed_in(anna.cookie_key));
    now_ -= hours(1);
    EXPECT_TRUE(is_signed_in(anna.cookie_key));
}

TEST_F(SessionsTest, ASessionFromAWrongFutureIsNotImmortal) {
    const UtcTime right_time = now_;
    now_ += hours(24 * 365 * 10);
    const SignedIn anna = set_up();
    ASSERT_TRUE(is_signed_in(anna.cookie_key));
    now_ = right_time;
    EXPECT_FALSE(is_signed_in(anna.cookie_key));
    EXPECT_EQ(sign_in_code("anna", kPassword), std::nullopt);
}

TEST_F(SessionsTest, NoSessionIsBornFromAPasswordThatIsBeingReplaced) {
    const Identity anna = set_up().identity;
    const User boris = add(anna, "boris", Role::kGuard);
    std::string password = kPassword;
    for (int round = 0; round < 20; ++round) {
        UserChange change;
        change.password = password == kPassword ? kOtherPassword : kPassword;
        std::vector<std::string> born(4);
        std::vector<std::thread> threads;
        threads.reserve(born.size());
        for (auto& key : born)
            threads.emplace_back([&] {
                if (auto session = accounts_->sign_in("boris", password, {"10.0.0.9", ""}))
                    key = session->cookie_key;
            });
        ASSERT_TRUE(accounts_->change_user(anna, boris.id, change).has_value());
        for (auto& thread : threads)
            thread.join();
        for (const auto& key : born)
            ASSERT_FALSE(!key.empty() && is_signed_in(key)) << round;
        password = *change.password;
        now_ += kForgottenAfter;
    }
}

TEST_F(SessionsTest, ManyThreadsSignInLookAndSignOut) {
    const Identity anna = set_up().identity;
    add(anna, "boris", Role::kGuard);
    std::atomic<int> mistakes = 0;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i) {
                const auto session = accounts_->sign_in("boris", kPassword, here_);
                if (!session || !accounts_->identify(session->cookie_key).value()) ++mistakes;
                if (!session || !accounts_->sign_out(session->cookie_key)) ++mistakes;
                if (session && accounts_->identify(session->cookie_key).value()) ++mistakes;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(mistakes, 0);
}

}  // namespace
}  // namespace vitrina::api
