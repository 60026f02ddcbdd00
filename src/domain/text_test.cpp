#include "domain/text.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

TEST(Text, DecodesUtf8) {
    EXPECT_EQ(decode_utf8(""), U"");
    EXPECT_EQ(decode_utf8("Касса 1"), U"Касса 1");
    EXPECT_EQ(decode_utf8("\xF0\x9F\x9B\x92"), U"\U0001F6D2");
}

TEST(Text, RefusesWhatIsNotUtf8) {
    for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                            "\xF8\x88\x80\x80\x80", "a\xFF", "\xE2\x28\xA1"})
        EXPECT_EQ(decode_utf8(bad), std::nullopt);
}

TEST(Text, QuotesForJson) {
    EXPECT_EQ(json_quoted("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
    EXPECT_EQ(json_quoted("Касса"), "\"Касса\"");
    EXPECT_EQ(json_quoted("a\xFF"), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace vitrina
