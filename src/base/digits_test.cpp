#include "base/digits.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

TEST(Digits, AreReadOfExactlyThatLengthOrNotAtAll) {
    EXPECT_EQ(digits_at("2026-11-27", 0, 4), 2026);
    EXPECT_EQ(digits_at("2026-11-07", 8, 2), 7);
    EXPECT_EQ(digits_at("2026-1-07", 5, 2), -1) << "a sign is no digit";
    EXPECT_EQ(digits_at("12", 1, 2), -1) << "beyond the end";
    EXPECT_EQ(digits_at(" 2", 0, 2), -1);
}

}  // namespace
}  // namespace vitrina
