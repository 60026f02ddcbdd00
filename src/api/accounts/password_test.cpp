#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/accounts/password_hasher.h"
#include "api/accounts/password_rules.h"

namespace vitrina::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::optional<RefusalCode> code_of(const std::string& name, const std::string& password) {
    const auto refusal = check_new_password(name, password);
    return refusal ? std::optional(refusal->code) : std::nullopt;
}

TEST(PasswordRules, TakesWhatIsHardToGuess) {
    for (const auto* password : {"correct horse battery staple", "kettle-frost-41", "жёлтый чайник у окна",
                                 "xT9#vw2!Lq", "K7QF-2MXA-9TRD", "my password is a turtle",
                                 "漢字仮名交文例題十個", "2027 was the year of the heron"})
        EXPECT_EQ(code_of("anna", password), std::nullopt) << password;
}

TEST(PasswordRules, CountsCharactersNotBytes) {
    EXPECT_EQ(code_of("anna", "kettle-41"), RefusalCode::kPasswordTooShort);
    EXPECT_EQ(code_of("anna", "чайник-41"), RefusalCode::kPasswordTooShort);
    EXPECT_EQ(code_of("anna", ""), RefusalCode::kPasswordTooShort);
    std::string longest;
    while (longest.size() < kPasswordLengthMax)
        longest += "heron!7w";
    ASSERT_EQ(longest.size(), kPasswordLengthMax);
    EXPECT_EQ(code_of("anna", longest), std::nullopt);
    EXPECT_EQ(code_of("anna", longest + "x"), RefusalCode::kPasswordTooLong);
    EXPECT_EQ(code_of("anna", "kettle-frost-\xff"), RefusalCode::kUnsuitableValue);
}

TEST(PasswordRules, RefusesWhatGuessersTryFirst) {
    for (const auto* password :
         {"password123",  "Password2027!", "P@ssw0rd123",   "passwordpassword", "administrator1",
          "Admin12345!",  "qwertyuiop",    "qwerty12345",   "1234567890",       "0987654321",
          "1q2w3e4r5t",   "1qaz2wsx3edc",  "aaaaaaaaaa",    "abababababab",     "abcdefghijkl",
          "iloveyou2027", "vitrina2027",   "Vitrina-shop1", "йцукенгшщз",       "пароль12345",
          "Пароль!2027",  "приветпривет",  "letmein12345",  "111222333444"})
        EXPECT_EQ(code_of("anna", password), RefusalCode::kPasswordCommon) << password;
}

TEST(PasswordRules, RefusesTheNameInside) {
    EXPECT_EQ(code_of("anna", "xkANNAfrost41"), RefusalCode::kPasswordHasName);
    EXPECT_EQ(code_of("Anna Petrova", "petrova-frost-41"), RefusalCode::kPasswordHasName);
    EXPECT_EQ(code_of("Анна", "чайник-анна-41"), RefusalCode::kPasswordHasName);
    EXPECT_EQ(code_of("an", "another frosty day"), std::nullopt) << "two letters stand in many words";
}

TEST(PasswordRules, SaysWhyAndNotWhat) {
    const auto refusal = check_new_password("anna", "password123");
    ASSERT_TRUE(refusal.has_value());
    EXPECT_THAT(refusal->message, HasSubstr("common word"));
    EXPECT_THAT(refusal->message, testing::Not(HasSubstr("password123")));
}

TEST(PasswordHasher, VerifiesItsHash) {
    PasswordHasher hasher(PasswordCost::kMinimal);
    const std::string hash = hasher.hash("kettle-frost-41").value();
    EXPECT_TRUE(hasher.verify(hash, "kettle-frost-41").value());
    EXPECT_FALSE(hasher.verify(hash, "kettle-frost-42").value());
    EXPECT_FALSE(hasher.verify(hash, "").value());
    EXPECT_NE(hasher.hash("kettle-frost-41").value(), hash) << "the salt is new each time";
    EXPECT_FALSE(hasher.verify("no hash at all", "kettle-frost-41").value());
}

TEST(PasswordHasher, CostsWhatItShould) {
    PasswordHasher hasher(PasswordCost::kInteractive);
    const std::string hash = hasher.hash("kettle-frost-41").value();
    EXPECT_THAT(hash, StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
    EXPECT_TRUE(hasher.verify(hash, "kettle-frost-41").value());
}

TEST(PasswordHasher, TurnsAFloodAway) {
    PasswordHasher hasher(PasswordCost::kInteractive);
    constexpr int kFlood = 3 * (kHashesAtOnce + kHashesWaiting);
    std::atomic<int> done = 0;
    std::atomic<int> busy = 0;
    std::atomic<int> other = 0;
    std::vector<std::thread> threads;
    threads.reserve(kFlood);
    for (int i = 0; i < kFlood; ++i) {
        threads.emplace_back([&] {
            const auto hash = hasher.hash("kettle-frost-41");
            if (hash) {
                ++done;
            } else if (hash.error().code == RefusalCode::kBusy &&
                       hash.error().retry_after > std::chrono::seconds(0)) {
                ++busy;
            } else {
                ++other;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_GE(done, kHashesAtOnce + kHashesWaiting);
    EXPECT_GT(busy, 0);
    EXPECT_EQ(other, 0);
    EXPECT_EQ(done + busy, kFlood);
    EXPECT_TRUE(hasher.hash("kettle-frost-41").has_value()) << "all places were given back";
}

}  // namespace
}  // namespace vitrina::api
