#include "api/accounts/secret.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/accounts/names.h"

namespace vitrina::api {
namespace {

using testing::MatchesRegex;

TEST(Secret, KeysAreLongAndDifferent) {
    std::set<std::string> keys;
    for (int i = 0; i < 1000; ++i) {
        const std::string key = make_key();
        ASSERT_THAT(key, MatchesRegex("[A-Za-z0-9_-]+"));
        ASSERT_EQ(key.size(), 43U);  // 256 bits, six a character
        keys.insert(key);
    }
    EXPECT_EQ(keys.size(), 1000U);
}

TEST(Secret, HashIsBlake2b256) {
    // From the Python standard library: hashlib.blake2b(b"abc", digest_size=32).
    EXPECT_EQ(hash_of_key("abc"), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    EXPECT_EQ(hash_of_key("").size(), 64U);
}

TEST(Secret, TypedSecretsHaveGroupsWithoutLookAlikes) {
    std::set<char> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string secret = make_typed_secret(3);
        ASSERT_THAT(secret, MatchesRegex("[0-9A-HJKMNP-TV-Z]+-[0-9A-HJKMNP-TV-Z]+-[0-9A-HJKMNP-TV-Z]+"));
        ASSERT_EQ(secret.size(), 14U);
        seen.insert(secret.begin(), secret.end());
    }
    EXPECT_EQ(seen.size(), 33U) << "all 32 characters, and the dash";
}

TEST(Secret, TypedSecretsAreReadAsTheyWereMeant) {
    for (const auto* typed : {"K7QF-2M1A-0TRD", "k7qf2m1a0trd", " K7QF 2MIA OTRD ", "k7qf-2mla-otrd"})
        EXPECT_EQ(typed_secret_as_meant(typed), "K7QF2M1A0TRD") << typed;
    const std::string made = make_typed_secret(3);
    EXPECT_EQ(typed_secret_as_meant(typed_secret_as_meant(made)), typed_secret_as_meant(made));
}

TEST(Names, AreFolded) {
    EXPECT_EQ(folded("Anna"), "anna");
    EXPECT_EQ(folded("АННА Ёлкина"), "анна ёлкина");
    EXPECT_EQ(folded("Ærø 漢字 😀"), "ærø 漢字 😀");
    EXPECT_EQ(folded("\xff"), "\xff");
}

TEST(Names, AreOfCharactersThatAreSeen) {
    for (const auto* name : {"a", "Anna Petrova", "Анна", "o'neil", "漢字"})
        EXPECT_FALSE(check_name(name).has_value()) << name;
    const std::string longest(kNameLengthMax, 'a');
    EXPECT_FALSE(check_name(longest).has_value());
    for (const std::string& name :
         {std::string(), longest + "a", std::string(" anna"), std::string("anna "), std::string("an\nna"),
          std::string("an\0na", 5), std::string("an\x7fna"), std::string("anna\u202E"),
          std::string("an\u200Bna"), std::string("\xff")}) {
        const auto refusal = check_name(name);
        ASSERT_TRUE(refusal.has_value()) << name;
        EXPECT_EQ(refusal->code, RefusalCode::kUnsuitableName);
    }
}

TEST(Names, ForeignTextBecomesOneLine) {
    EXPECT_EQ(printable("10.0.0.7 Mozilla/5.0 (X11)"), "10.0.0.7 Mozilla/5.0 (X11)");
    EXPECT_EQ(printable("a\nb\x1b[31m\xff"), "a?b?[31m?");
    EXPECT_LE(printable(std::string(100'000, 'a')).size(), 200U);
}

}  // namespace
}  // namespace vitrina::api
