#include "api/accounts/identity.h"

#include <gtest/gtest.h>

#include "api/accounts/identity_cache.h"
#include "api/accounts/refusal.h"

namespace vitrina::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr UtcTime kNow{milliseconds(1'795'000'000'000)};

Identity identity_of(std::int64_t user) {
    Identity identity;
    identity.user = user;
    identity.name = "anna";
    return identity;
}

TEST(Identity, RolesAndScopesAreWrittenAndRead) {
    for (const Role role : {Role::kAdministrator, Role::kManager, Role::kAnalyst, Role::kGuard, Role::kStaff})
        EXPECT_EQ(parse_role(to_text(role)), role);
    EXPECT_EQ(to_text(Role::kAdministrator), "administrator");
    EXPECT_EQ(to_text(Role::kStaff), "staff");
    for (const auto* text : {"", "Administrator", "admin", "administrator "})
        EXPECT_FALSE(parse_role(text).has_value()) << text;
    for (const Scope scope : {Scope::kRead, Scope::kWrite, Scope::kReceipts})
        EXPECT_EQ(parse_scope(to_text(scope)), scope);
    EXPECT_FALSE(parse_scope("all").has_value());
    EXPECT_TRUE(is_language("ru"));
    EXPECT_FALSE(is_language("xx"));
}

TEST(Identity, RefusalsHaveTheirCodes) {
    EXPECT_EQ(to_text(RefusalCode::kWrongCredentials), "wrong_credentials");
    EXPECT_EQ(to_text(RefusalCode::kPasswordHasName), "password_has_name");
    EXPECT_EQ(to_text(RefusalCode::kNotFound), "not_found");
    EXPECT_EQ(to_text(RefusalCode::kFailed), "failed");
}

TEST(Identity, KnowsItsForgeryToken) {
    Identity identity = identity_of(1);
    identity.forgery_token = "abc";
    EXPECT_TRUE(identity.forgery_token_is("abc"));
    for (const auto* other : {"", "ab", "abd", "abcd", "ABC"})
        EXPECT_FALSE(identity.forgery_token_is(other)) << other;
    identity.forgery_token.clear();  // of an API token
    EXPECT_FALSE(identity.forgery_token_is(""));
}

TEST(IdentityCache, BelievesForAWhile) {
    IdentityCache cache;
    EXPECT_FALSE(cache.find("key", kNow).has_value());
    cache.keep("key", identity_of(7), kNow, cache.generation());
    EXPECT_EQ(cache.find("key", kNow).value().user, 7);
    EXPECT_TRUE(cache.find("key", kNow + kIdentityAgeMax - milliseconds(1)).has_value());
    EXPECT_FALSE(cache.find("key", kNow + kIdentityAgeMax).has_value());
    EXPECT_FALSE(cache.find("key", kNow - milliseconds(1)).has_value()) << "the clock was set back";
}

TEST(IdentityCache, Forgets) {
    IdentityCache cache;
    cache.keep("a", identity_of(7), kNow, cache.generation());
    cache.keep("b", identity_of(7), kNow, cache.generation());
    cache.keep("c", identity_of(8), kNow, cache.generation());
    cache.forget_key("a");
    EXPECT_FALSE(cache.find("a", kNow).has_value());
    EXPECT_TRUE(cache.find("b", kNow).has_value());
    cache.forget_user(7);
    EXPECT_FALSE(cache.find("b", kNow).has_value());
    EXPECT_TRUE(cache.find("c", kNow).has_value());
}

TEST(IdentityCache, DropsWhatWasReadBeforeSomethingWasForgotten) {
    IdentityCache cache;
    const std::uint64_t before = cache.generation();
    cache.forget_user(7);  // signed out while another thread was reading the records
    cache.keep("key", identity_of(7), kNow, before);
    EXPECT_FALSE(cache.find("key", kNow).has_value());
}

TEST(IdentityCache, IsBounded) {
    IdentityCache cache;
    for (std::size_t i = 0; i < 3 * kIdentitiesMax; ++i) {
        cache.keep(std::to_string(i), identity_of(1), kNow, cache.generation());
        ASSERT_LE(cache.size(), kIdentitiesMax);
        ASSERT_TRUE(cache.find(std::to_string(i), kNow).has_value());
    }
}

}  // namespace
}  // namespace vitrina::api
