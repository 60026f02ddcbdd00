// A shop's accounts on a database of their own, with a clock that the test turns. One thread, but for
// `accounts`.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "api/accounts/accounts.h"
#include "records/account_store.h"
#include "records/database.h"

namespace vitrina::api {

inline constexpr const char* kPassword = "kettle-frost-41";
inline constexpr const char* kOtherPassword = "heron-on-the-lake";

class AccountsTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "accounts-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        records::DatabaseOptions options;
        options.reserve_bytes = 0;
        auto database = records::Database::open(folder_ / "vitrina.db", options);
        ASSERT_TRUE(database.has_value()) << database.error().message;
        store_ = std::make_unique<records::AccountStore>(*database);
        accounts_ = another_process();
    }
    void TearDown() override {
        accounts_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// Accounts over the same records, with nothing in memory.
    [[nodiscard]] std::unique_ptr<Accounts> another_process() {
        AccountOptions options;
        options.password_cost = PasswordCost::kMinimal;
        auto accounts = Accounts::create(
            *store_, [this] { return now_; }, options);
        EXPECT_TRUE(accounts.has_value());
        return *std::move(accounts);
    }

    /// The administrator "anna", signed in.
    SignedIn set_up() {
        const auto token = accounts_->begin_setup();
        EXPECT_TRUE(token.has_value() && token->has_value());
        auto signed_in = accounts_->set_up(token->value(), "anna", kPassword, "en", here_);
        EXPECT_TRUE(signed_in.has_value()) << signed_in.error().message;
        return *std::move(signed_in);
    }
    User add(const Identity& by, const std::string& name, Role role) {
        const auto user = accounts_->add_user(by, {name, kPassword, role, "en"});
        EXPECT_TRUE(user.has_value()) << user.error().message;
        return *user;
    }
    SignedIn sign_in(const std::string& name, const std::string& password = kPassword) {
        auto signed_in = accounts_->sign_in(name, password, here_);
        EXPECT_TRUE(signed_in.has_value()) << signed_in.error().message;
        return *std::move(signed_in);
    }
    /// Nothing when it succeeded.
    template <typename T>
    static std::optional<RefusalCode> code_of(const Answer<T>& answer) {
        return answer ? std::nullopt : std::optional(answer.error().code);
    }
    std::optional<RefusalCode> sign_in_code(const std::string& name, const std::string& password) {
        return code_of(accounts_->sign_in(name, password, here_));
    }
    [[nodiscard]] bool is_signed_in(const std::string& cookie_key) {
        const auto identity = accounts_->identify(cookie_key);
        EXPECT_TRUE(identity.has_value());
        return identity->has_value();
    }
    /// Whether the text lies anywhere in the database's files.
    [[nodiscard]] bool is_on_disk(const std::string& text) const {
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string content{std::istreambuf_iterator<char>(file), {}};
            if (content.find(text) != std::string::npos) return true;
        }
        return false;
    }

    std::filesystem::path folder_;
    UtcTime now_{std::chrono::milliseconds(1'795'000'000'000)};
    Client here_{"10.0.0.7", "Firefox"};
    std::unique_ptr<records::AccountStore> store_;
    std::unique_ptr<Accounts> accounts_;
};

}  // namespace vitrina::api
