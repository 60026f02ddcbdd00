// Setting up, users, tokens. Sessions: sessions_test.cpp.
#include "api/accounts/accounts.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "api/accounts/test_accounts.h"

namespace vitrina::api {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::MatchesRegex;

TEST_F(AccountsTest, TheSetupTokenMakesTheAdministratorOnce) {
    EXPECT_TRUE(accounts_->setup_needed().value());
    const std::string token = accounts_->begin_setup().value().value();
    EXPECT_THAT(token, MatchesRegex("....-....-...."));
    const auto signed_in = accounts_->set_up(token, "anna", kPassword, "ru", here_);
    ASSERT_TRUE(signed_in.has_value()) << signed_in.error().message;
    EXPECT_EQ(signed_in->identity.name, "anna");
    EXPECT_EQ(signed_in->identity.role, Role::kAdministrator);
    EXPECT_EQ(signed_in->identity.language, "ru");
    EXPECT_TRUE(is_signed_in(signed_in->cookie_key));

    EXPECT_FALSE(accounts_->setup_needed().value());
    EXPECT_EQ(code_of(accounts_->set_up(token, "eve", kPassword, "en", here_)), RefusalCode::kSetupDone);
    EXPECT_FALSE(accounts_->begin_setup().value().has_value());
    EXPECT_FALSE(is_on_disk(token));
    EXPECT_TRUE(is_on_disk("became the first administrator, from 10.0.0.7"));
}

TEST_F(AccountsTest, TheSetupTokenMayBeTypedCarelessly) {
    std::string token = accounts_->begin_setup().value().value();
    token.erase(std::remove(token.begin(), token.end(), '-'), token.end());
    std::transform(token.begin(), token.end(), token.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_TRUE(accounts_->set_up(token, "anna", kPassword, "en", here_).has_value());
}

TEST_F(AccountsTest, NobodyIsSetUpWithoutTheToken) {
    EXPECT_EQ(code_of(accounts_->set_up("", "eve", kPassword, "en", here_)), RefusalCode::kSetupDone)
        << "none was made yet";
    const std::string old_token = accounts_->begin_setup().value().value();
    const std::string token = accounts_->begin_setup().value().value();
    EXPECT_NE(token, old_token);
    for (const std::string& wrong : {std::string(), old_token, std::string("AAAA-AAAA-AAAA")})
        EXPECT_EQ(code_of(accounts_->set_up(wrong, "eve", kPassword, "en", here_)),
                  RefusalCode::kWrongCredentials);
    EXPECT_TRUE(accounts_->setup_needed().value());
    EXPECT_TRUE(accounts_->users().value().empty());
    EXPECT_TRUE(is_on_disk("wrong setup token from 10.0.0.7"));
}

TEST_F(AccountsTest, GuessingTheSetupTokenIsSlowedDown) {
    const std::string token = accounts_->begin_setup().value().value();
    for (int i = 0; i < kFreeAttempts; ++i)
        EXPECT_EQ(code_of(accounts_->set_up("AAAA-AAAA-AAAA", "eve", kPassword, "en", here_)),
                  RefusalCode::kWrongCredentials);
    const auto refused = accounts_->set_up(token, "anna", kPassword, "en", here_);
    EXPECT_EQ(code_of(refused), RefusalCode::kTooOften);
    EXPECT_EQ(refused.error().retry_after, seconds(1));
    EXPECT_TRUE(accounts_->set_up(token, "anna", kPassword, "en", {"10.0.0.8", ""}).has_value());
}

TEST_F(AccountsTest, AnUnsuitableAdministratorIsRefusedAndTheTokenStaysValid) {
    const std::string token = accounts_->begin_setup().value().value();
    for (int i = 0; i < 2 * kFreeAttempts; ++i)  // these are not guesses
        EXPECT_EQ(code_of(accounts_->set_up(token, "anna", "password123", "en", here_)),
                  RefusalCode::kPasswordCommon);
    EXPECT_EQ(code_of(accounts_->set_up(token, " anna", kPassword, "en", here_)),
              RefusalCode::kUnsuitableName);
    EXPECT_EQ(code_of(accounts_->set_up(token, "anna", kPassword, "xx", here_)),
              RefusalCode::kUnsuitableValue);
    EXPECT_TRUE(accounts_->set_up(token, "anna", kPassword, "en", here_).has_value());
}

TEST_F(AccountsTest, ManyWhoSetUpAtOnceMakeOneAdministrator) {
    const std::string token = accounts_->begin_setup().value().value();
    std::atomic<int> made = 0;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            if (accounts_->set_up(token, "user" + std::to_string(i), kPassword, "en", here_)) ++made;
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(made, 1);
    EXPECT_EQ(accounts_->users().value().size(), 1U);
}

TEST_F(AccountsTest, UsersAreAddedChangedAndRemoved) {
    const Identity anna = set_up().identity;
    const User boris = add(anna, "Борис", Role::kGuard);
    EXPECT_EQ(boris.created, now_);
    EXPECT_EQ(accounts_->users().value().size(), 2U);

    UserChange change;
    change.role = Role::kManager;
    change.language = "ru";
    const auto changed = accounts_->change_user(anna, boris.id, change);
    ASSERT_TRUE(changed.has_value());
    EXPECT_EQ(changed->role, Role::kManager);
    EXPECT_EQ(changed->language, "ru");
    EXPECT_EQ(sign_in("борис").identity.role, Role::kManager) << "names are compared without case";

    EXPECT_TRUE(accounts_->remove_user(anna, boris.id).has_value());
    EXPECT_EQ(sign_in_code("Борис", kPassword), RefusalCode::kWrongCredentials);
    EXPECT_EQ(code_of(accounts_->remove_user(anna, boris.id)), RefusalCode::kNotFound);
    EXPECT_EQ(code_of(accounts_->change_user(anna, boris.id, change)), RefusalCode::kNotFound);
    for (const auto* line :
         {"added user Борис, guard", "changed user Борис: role manager, language ru", "removed user Борис"})
        EXPECT_TRUE(is_on_disk(line)) << line;
}

TEST_F(AccountsTest, UnsuitableUsersAreRefused) {
    const Identity anna = set_up().identity;
    EXPECT_EQ(code_of(accounts_->add_user(anna, {"ANNA", kPassword, Role::kStaff, "en"})),
              RefusalCode::kNameTaken);
    EXPECT_EQ(code_of(accounts_->add_user(anna, {"", kPassword, Role::kStaff, "en"})),
              RefusalCode::kUnsuitableName);
    EXPECT_EQ(code_of(accounts_->add_user(anna, {"boris", "short", Role::kStaff, "en"})),
              RefusalCode::kPasswordTooShort);
    EXPECT_EQ(code_of(accounts_->add_user(anna, {"boris", "boris-frost-41", Role::kStaff, "en"})),
              RefusalCode::kPasswordHasName);
    EXPECT_EQ(code_of(accounts_->add_user(anna, {"boris", kPassword, Role::kStaff, "xx"})),
              RefusalCode::kUnsuitableValue);
    EXPECT_EQ(accounts_->users().value().size(), 1U);
}

TEST_F(AccountsTest, TheLastAdministratorStays) {
    const Identity anna = set_up().identity;
    UserChange demoted;
    demoted.role = Role::kManager;
    UserChange disabled;
    disabled.disabled = true;
    const auto expect_stays = [&] {
        EXPECT_EQ(code_of(accounts_->change_user(anna, anna.user, demoted)), RefusalCode::kLastAdministrator);
        EXPECT_EQ(code_of(accounts_->change_user(anna, anna.user, disabled)),
                  RefusalCode::kLastAdministrator);
        EXPECT_EQ(code_of(accounts_->remove_user(anna, anna.user)), RefusalCode::kLastAdministrator);
    };
    expect_stays();
    const User boris = add(anna, "boris", Role::kAdministrator);
    ASSERT_TRUE(accounts_->change_user(anna, boris.id, disabled).has_value());
    expect_stays();  // a disabled one doesn't count
    disabled.disabled = false;
    ASSERT_TRUE(accounts_->change_user(anna, boris.id, disabled).has_value());
    EXPECT_TRUE(accounts_->remove_user(anna, anna.user).has_value());
}

TEST_F(AccountsTest, TwoAdministratorsDoNotRemoveEachOtherAtOnce) {
    const Identity anna = set_up().identity;
    for (int round = 0; round < 20; ++round) {
        const auto boris = accounts_->add_user(
            anna, {"boris" + std::to_string(round), kPassword, Role::kAdministrator, "en"});
        ASSERT_TRUE(boris.has_value());
        UserChange demoted;
        demoted.role = Role::kStaff;
        std::thread one([&] { static_cast<void>(accounts_->change_user(anna, boris->id, demoted)); });
        std::thread other([&] { static_cast<void>(accounts_->change_user(anna, anna.user, demoted)); });
        one.join();
        other.join();
        ASSERT_FALSE(accounts_->setup_needed().value()) << "no administrator is left";
        UserChange promoted;
        promoted.role = Role::kAdministrator;
        ASSERT_TRUE(accounts_->change_user(anna, anna.user, promoted).has_value());
        static_cast<void>(accounts_->remove_user(anna, boris->id));
    }
}

TEST_F(AccountsTest, TokensIdentifyTheirUserWithTheirScope) {
    const Identity anna = set_up().identity;
    const auto made = accounts_->make_token(anna, {"till", Scope::kRead, now_ + hours(1)});
    ASSERT_TRUE(made.has_value());
    EXPECT_THAT(made->key, MatchesRegex("vit_[A-Za-z0-9_-]+"));
    EXPECT_EQ(made->key.size(), 4U + 43U);
    EXPECT_FALSE(is_on_disk(made->key));
    EXPECT_TRUE(is_on_disk("made token till, read"));

    const auto identity = accounts_->identify_token(made->key).value();
    ASSERT_TRUE(identity.has_value());
    EXPECT_EQ(identity->user, anna.user);
    EXPECT_EQ(identity->how, Identity::How::kToken);
    EXPECT_EQ(identity->scope, Scope::kRead);
    EXPECT_EQ(identity->role, Role::kAdministrator);
    EXPECT_EQ(identity->forgery_token, "");
    for (const std::string& wrong :
         {std::string(), std::string("vit_"), made->key.substr(4), made->key + "x"})
        EXPECT_FALSE(accounts_->identify_token(wrong).value().has_value()) << wrong;

    now_ += hours(1);
    EXPECT_FALSE(accounts_->identify_token(made->key).value().has_value()) << "expired";
}

TEST_F(AccountsTest, TokensAreListedWithTheirLastUseAndRemoved) {
    const Identity anna = set_up().identity;
    const auto made = accounts_->make_token(anna, {"till", Scope::kWrite, std::nullopt});
    ASSERT_TRUE(made.has_value());
    ASSERT_EQ(accounts_->tokens().value().size(), 1U);
    EXPECT_FALSE(accounts_->tokens().value().front().used.has_value());
    ASSERT_TRUE(accounts_->identify_token(made->key).value().has_value());
    const UtcTime first_use = now_;
    EXPECT_EQ(accounts_->tokens().value().front().used, first_use);
    now_ += seconds(30);
    ASSERT_TRUE(accounts_->identify_token(made->key).value().has_value());
    EXPECT_EQ(accounts_->tokens().value().front().used, first_use) << "written once a minute";
    now_ += seconds(30);
    ASSERT_TRUE(accounts_->identify_token(made->key).value().has_value());
    EXPECT_EQ(accounts_->tokens().value().front().used, now_);

    EXPECT_TRUE(accounts_->remove_token(anna, made->token.id).has_value());
    EXPECT_FALSE(accounts_->identify_token(made->key).value().has_value());
    EXPECT_EQ(code_of(accounts_->remove_token(anna, made->token.id)), RefusalCode::kNotFound);
}

TEST_F(AccountsTest, ATokenMakesNoneThatOutlivesIt) {
    const Identity anna = set_up().identity;
    const auto first = accounts_->make_token(anna, {"day", Scope::kWrite, now_ + hours(24)});
    ASSERT_TRUE(first.has_value());
    const Identity by = accounts_->identify_token(first->key).value().value();
    EXPECT_EQ(accounts_->make_token(by, {"ever", Scope::kWrite, std::nullopt})->token.expires,
              now_ + hours(24));
    EXPECT_EQ(accounts_->make_token(by, {"year", Scope::kWrite, now_ + hours(9000)})->token.expires,
              now_ + hours(24));
    EXPECT_EQ(accounts_->make_token(by, {"hour", Scope::kRead, now_ + hours(1)})->token.expires,
              now_ + hours(1));
}

TEST_F(AccountsTest, UnsuitableTokensAreRefused) {
    const Identity anna = set_up().identity;
    EXPECT_EQ(code_of(accounts_->make_token(anna, {"", Scope::kRead, std::nullopt})),
              RefusalCode::kUnsuitableName);
    EXPECT_EQ(code_of(accounts_->make_token(anna, {"till", Scope::kRead, now_})),
              RefusalCode::kUnsuitableValue);
}

TEST_F(AccountsTest, TokensEndWithTheirUser) {
    const Identity anna = set_up().identity;
    add(anna, "boris", Role::kAnalyst);
    const Identity boris = sign_in("boris").identity;
    const auto made = accounts_->make_token(boris, {"report", Scope::kRead, std::nullopt});
    ASSERT_TRUE(made.has_value());
    ASSERT_TRUE(accounts_->identify_token(made->key).value().has_value());
    UserChange change;
    change.disabled = true;
    ASSERT_TRUE(accounts_->change_user(anna, boris.user, change).has_value());
    EXPECT_FALSE(accounts_->identify_token(made->key).value().has_value());
    change.disabled = false;
    ASSERT_TRUE(accounts_->change_user(anna, boris.user, change).has_value());
    EXPECT_TRUE(accounts_->identify_token(made->key).value().has_value());
    ASSERT_TRUE(accounts_->remove_user(anna, boris.user).has_value());
    EXPECT_FALSE(accounts_->identify_token(made->key).value().has_value());
    EXPECT_TRUE(accounts_->tokens().value().empty());
}

TEST_F(AccountsTest, APasswordIsResetOnTheMachine) {
    const SignedIn anna = set_up();
    const auto machine = another_process();
    const std::string password = machine->reset_password("Anna", std::nullopt).value();
    EXPECT_THAT(password, MatchesRegex("....-....-....-...."));
    EXPECT_EQ(sign_in_code("anna", kPassword), RefusalCode::kWrongCredentials);
    EXPECT_EQ(sign_in_code("anna", password), std::nullopt);
    EXPECT_EQ(machine->reset_password("anna", kOtherPassword).value(), kOtherPassword);
    EXPECT_EQ(sign_in_code("anna", kOtherPassword), std::nullopt);

    EXPECT_EQ(code_of(machine->reset_password("anna", "password123")), RefusalCode::kPasswordCommon);
    EXPECT_EQ(code_of(machine->reset_password("eve", std::nullopt)), RefusalCode::kNotFound);
    EXPECT_FALSE(is_on_disk(password));

    now_ += kIdentityAgeMax;  // by when the server looks into the records again
    EXPECT_FALSE(is_signed_in(anna.cookie_key));
}

}  // namespace
}  // namespace vitrina::api
