#include "domain/text_encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using namespace std::string_literals;

TEST(TextEncoding, Utf8StaysAndLosesItsMark) {
    EXPECT_EQ(*to_utf8("Касса;1"), "Касса;1");
    EXPECT_EQ(*to_utf8("\xEF\xBB\xBFКасса"), "Касса");
    EXPECT_EQ(*to_utf8(""), "");
}

TEST(TextEncoding, Windows1251) {
    EXPECT_EQ(*to_utf8("\xCA\xE0\xF1\xF1\xE0 \xB9 1 \x97 \xA8\xB8 1\xA0"
                       "234\x88"),
              "Касса № 1 — Ёё 1\u00A0234€");
    EXPECT_EQ(*to_utf8("\xC0\xDF\xE0\xFF"), "АЯая");
    const auto bad = to_utf8("a\nb\x98\xC0");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "line 2: has a byte 0x98, which neither UTF-8 nor Windows-1251 has here");
}

TEST(TextEncoding, Utf16OfBothOrdersWithAndWithoutMark) {
    const std::string little = "\x1A\x04\x30\x04;\0\x31\0"s;  // Ка;1
    EXPECT_EQ(*to_utf8("\xFF\xFE" + little), "Ка;1");
    EXPECT_EQ(*to_utf8("\xFE\xFF\x04\x1A\x04\x30\0;\0\x31"s), "Ка;1");
    EXPECT_EQ(*to_utf8("i\0d\0;\0t\0i\0l\0l\0\n\0\x1A\x04"s), "id;till\nК");
    EXPECT_EQ(*to_utf8("\0i\0d\0;\0t\0i\0l\0l\0\n\x04\x1A"s), "id;till\nК");
    EXPECT_EQ(*to_utf8("\xFF\xFE\x3D\xD8\xD2\xDE"), "\U0001F6D2");
}

TEST(TextEncoding, Utf16ThatIsCutIsRefused) {
    EXPECT_THAT(to_utf8("\xFF\xFE\x1A").error().message, testing::HasSubstr("middle of a character"));
    EXPECT_THAT(to_utf8("\xFF\xFE\x3D\xD8"s).error().message, testing::HasSubstr("surrogate"));
    EXPECT_THAT(to_utf8("\xFF\xFE\x3D\xD8\x41\0"s).error().message, testing::HasSubstr("surrogate"));
    EXPECT_THAT(to_utf8("a\0\0b"s).error().message, testing::HasSubstr("zero byte"));
}

}  // namespace
}  // namespace vitrina
