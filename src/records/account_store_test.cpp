#include "records/account_store.h"

#include <gmock/gmock.h>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::HasSubstr;

UserRecord user_called(const std::string& name) {
    UserRecord user;
    user.name = name;
    user.password_hash = "$argon2id$" + name;
    user.role = "manager";
    user.language = "ru";
    user.created = at(5);
    return user;
}

TokenRecord token_of(std::int64_t user, const std::string& key) {
    TokenRecord token;
    token.user = user;
    token.name = "till";
    token.key_hash = key;
    token.scope = "read";
    token.created = at(1);
    return token;
}

class AccountStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        accounts_ = std::make_unique<AccountStore>(database_);
    }

    std::int64_t add(const std::string& name) {
        const auto id = accounts_->add_user(user_called(name));
        EXPECT_TRUE(id) << id.error().message;
        return id.value_or(0);
    }

    Result<void> add_session(std::int64_t user, const std::string& key, UtcTime expires = at(1000)) {
        return accounts_->add_session({.key_hash = key,
                                       .user = user,
                                       .forgery_token = "f-" + key,
                                       .created = at(1),
                                       .seen = at(2),
                                       .expires = expires,
                                       .client = "10.0.0.9, Firefox"});
    }

    std::unique_ptr<AccountStore> accounts_;
};

TEST_F(AccountStoreTest, KeepsUsers) {
    const std::int64_t id = add("anna");
    add("boris");
    const auto user = accounts_->user(id);
    ASSERT_TRUE(user && *user);
    EXPECT_EQ((*user)->name, "anna");
    EXPECT_EQ((*user)->password_hash, "$argon2id$anna");
    EXPECT_EQ((*user)->role, "manager");
    EXPECT_EQ((*user)->language, "ru");
    EXPECT_FALSE((*user)->disabled);
    EXPECT_EQ((*user)->created, at(5));
    EXPECT_EQ(accounts_->users()->size(), 2U);
    EXPECT_FALSE(accounts_->user(99).value());
}

TEST_F(AccountStoreTest, NamesAreComparedWithoutCaseInAnyAlphabet) {
    const std::int64_t id = add("Анна Ёлкина");
    const auto taken = accounts_->add_user(user_called("анна ёЛКИНА"));
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().message, HasSubstr("\"анна ёЛКИНА\" is taken"));
    const auto found = accounts_->user_named("АННА ЁЛКИНА");
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->id, id);
    EXPECT_EQ((*found)->name, "Анна Ёлкина");
    EXPECT_FALSE(accounts_->user_named("Анна").value());
    EXPECT_FALSE(accounts_->user_named("\xff").value());
}

TEST_F(AccountStoreTest, ANameIsText) {
    EXPECT_FALSE(accounts_->add_user(user_called("")));
    EXPECT_FALSE(accounts_->add_user(user_called("\xc3")));
    add("Robert'); DROP TABLE users;--");
    EXPECT_EQ(accounts_->users()->size(), 1U);
}

TEST_F(AccountStoreTest, ChangesAllButTheNameAndTheBeginning) {
    const std::int64_t id = add("anna");
    ASSERT_TRUE(accounts_->change_user({.id = id,
                                        .name = "boris",
                                        .password_hash = "new",
                                        .role = "guard",
                                        .language = "en",
                                        .disabled = true,
                                        .created = at(77)}));
    const auto user = accounts_->user(id);
    ASSERT_TRUE(user && *user);
    EXPECT_EQ((*user)->name, "anna");
    EXPECT_EQ((*user)->password_hash, "new");
    EXPECT_EQ((*user)->role, "guard");
    EXPECT_EQ((*user)->language, "en");
    EXPECT_TRUE((*user)->disabled);
    EXPECT_EQ((*user)->created, at(5));
    UserRecord unknown = user_called("anna");
    unknown.id = 99;
    EXPECT_FALSE(accounts_->change_user(unknown));
}

TEST_F(AccountStoreTest, ARemovedUserTakesSessionsAndTokensAlongAndLeavesTheNumber) {
    const std::int64_t id = add("anna");
    ASSERT_TRUE(add_session(id, "s"));
    ASSERT_TRUE(accounts_->add_token(token_of(id, "t")));
    ASSERT_TRUE(accounts_->remove_user(id));
    EXPECT_FALSE(accounts_->session("s").value());
    EXPECT_TRUE(accounts_->tokens()->empty());
    EXPECT_FALSE(accounts_->remove_user(id));
    EXPECT_NE(add("anna"), id);
}

TEST_F(AccountStoreTest, KeepsSessions) {
    const std::int64_t id = add("anna");
    ASSERT_TRUE(add_session(id, "s"));
    ASSERT_TRUE(accounts_->session_seen("s", at(9)));
    reopen();
    const auto session = AccountStore(database_).session("s");
    ASSERT_TRUE(session && *session);
    EXPECT_EQ((*session)->user, id);
    EXPECT_EQ((*session)->forgery_token, "f-s");
    EXPECT_EQ((*session)->created, at(1));
    EXPECT_EQ((*session)->seen, at(9));
    EXPECT_EQ((*session)->expires, at(1000));
    EXPECT_EQ((*session)->client, "10.0.0.9, Firefox");
    EXPECT_FALSE(accounts_->session("other").value());
}

TEST_F(AccountStoreTest, EndsSessions) {
    const std::int64_t anna = add("anna");
    const std::int64_t boris = add("boris");
    for (const char* key : {"a1", "a2", "a3"})
        ASSERT_TRUE(add_session(anna, key));
    ASSERT_TRUE(add_session(boris, "b1", at(10)));
    ASSERT_TRUE(add_session(boris, "b2", at(11)));
    ASSERT_TRUE(accounts_->end_session("a1"));
    EXPECT_FALSE(accounts_->session("a1").value());
    EXPECT_TRUE(accounts_->session("a2").value());
    ASSERT_TRUE(accounts_->end_sessions_of(anna));
    EXPECT_FALSE(accounts_->session("a2").value());
    EXPECT_FALSE(accounts_->session("a3").value());
    ASSERT_TRUE(accounts_->end_expired_sessions(at(10)));
    EXPECT_FALSE(accounts_->session("b1").value());
    EXPECT_TRUE(accounts_->session("b2").value());
}

TEST_F(AccountStoreTest, SessionsAndTokensAreOfUsers) {
    const auto session = add_session(7, "s");
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().message, "user 7 is not there");
    EXPECT_FALSE(accounts_->add_token(token_of(7, "t")));
}

TEST_F(AccountStoreTest, TwoSessionsOfOneKeyAreAnErrorThatNamesTheFile) {
    const std::int64_t id = add("anna");
    ASSERT_TRUE(add_session(id, "s"));
    const auto again = add_session(id, "s");
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr(file().string()));
}

TEST_F(AccountStoreTest, KeepsTokens) {
    const std::int64_t user = add("anna");
    TokenRecord limited = token_of(user, "t1");
    limited.expires = at(50);
    const auto first = accounts_->add_token(limited);
    const auto second = accounts_->add_token(token_of(user, "t2"));
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(accounts_->token_used(*first, at(7)));
    const auto token = accounts_->token("t1");
    ASSERT_TRUE(token && *token);
    EXPECT_EQ((*token)->id, *first);
    EXPECT_EQ((*token)->user, user);
    EXPECT_EQ((*token)->name, "till");
    EXPECT_EQ((*token)->scope, "read");
    EXPECT_EQ((*token)->created, at(1));
    EXPECT_EQ((*token)->expires, at(50));
    EXPECT_EQ((*token)->used, at(7));
    EXPECT_FALSE((*accounts_->token("t2"))->expires);
    EXPECT_FALSE((*accounts_->token("t2"))->used);
    ASSERT_TRUE(accounts_->remove_token(*first));
    EXPECT_FALSE(accounts_->token("t1").value());
    EXPECT_EQ(accounts_->tokens()->size(), 1U);
    EXPECT_FALSE(accounts_->remove_token(*first));
}

TEST_F(AccountStoreTest, KeepsSettings) {
    EXPECT_FALSE(accounts_->setting("shop").value());
    ASSERT_TRUE(accounts_->set_setting("shop", "Corner"));
    ASSERT_TRUE(accounts_->set_setting("shop", "Угол"));
    EXPECT_EQ(accounts_->setting("shop").value(), "Угол");
    ASSERT_TRUE(accounts_->remove_setting("shop"));
    EXPECT_FALSE(accounts_->setting("shop").value());
}

}  // namespace
}  // namespace vitrina::records
