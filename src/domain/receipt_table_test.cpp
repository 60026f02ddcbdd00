#include "domain/receipt_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Whole seconds since 1970.
Result<UtcTime> seconds(std::string_view text) {
    const auto value = parse_decimal(text, 0);
    if (!value) return misconfigured("is no number of seconds");
    return UtcTime(std::chrono::seconds(*value));
}

Result<ReceiptTable> parse(std::string_view text) {
    return parse_receipt_table(text, "day.csv", seconds);
}

std::string error_of(std::string_view text) {
    const auto table = parse(text);
    return table ? "" : table.error().message;
}

TEST(ReceiptTable, ReceiptsOfSeveralLines) {
    const auto table = parse(
        "receipt,till,time,kind,card,total,sku,name,quantity,price,amount\n"
        "A1,1,100,,77,25.50,4601,\"Milk, whole\",2,8,16.00\n"
        "A2,2,90,return,,5,4603,\"The \"\"best\"\"\nbread\",1,5,5\n"
        "A1,1,100,sale,77,25.50,4602,Cheese,0.352,26.99,9.5\n");
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_THAT(table->problems, IsEmpty());
    ASSERT_EQ(table->receipts.size(), 2U);
    const Receipt& first = table->receipts[0].receipt;
    EXPECT_EQ(first.id, "A1");
    EXPECT_EQ(first.till, "1");
    EXPECT_EQ(first.card, "77");
    EXPECT_EQ(first.at, UtcTime(std::chrono::seconds(100)));
    EXPECT_EQ(first.total_minor, 2550);
    EXPECT_THAT(first.lines, ElementsAre(ReceiptLine{"4601", "Milk, whole", 2000, 800, 1600},
                                         ReceiptLine{"4602", "Cheese", 352, 2699, 950}));
    const Receipt& second = table->receipts[1].receipt;
    EXPECT_EQ(second.kind, ReceiptKind::kReturn);
    EXPECT_EQ(second.lines[0].name, "The \"best\"\nbread");
    EXPECT_EQ(table->receipts[1].line, 3U);
}

constexpr const char* kRussian =
    "Номер чека;Касса;Дата;Время;Артикул;Наименование;Количество;Цена;Сумма\r\n"
    "17;К1;1;00;4601;Молоко;1,000;1 234,50;1 234,50\r\n"
    "17;К1;1;00;4602;Сыр;0,352;25,71;9,05\r\n";

void expect_russian(const Result<ReceiptTable>& table) {
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_THAT(table->problems, IsEmpty());
    ASSERT_EQ(table->receipts.size(), 1U);
    const Receipt& receipt = table->receipts[0].receipt;
    EXPECT_EQ(receipt.till, "К1");
    EXPECT_EQ(receipt.at, UtcTime(std::chrono::seconds(100)));
    EXPECT_EQ(receipt.total_minor, 124'355);  // no column: what the lines add up to
    EXPECT_THAT(receipt.lines, ElementsAre(ReceiptLine{"4601", "Молоко", 1000, 123'450, 123'450},
                                           ReceiptLine{"4602", "Сыр", 352, 2571, 905}));
}

/// Only what stands in kRussian.
std::string windows_1251(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) {
            bytes += text[i];
            continue;
        }
        const unsigned point = (c & 0x1FU) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU);
        bytes += static_cast<char>(point - 0x0410U + 0xC0U);
    }
    return bytes;
}

std::string utf16(std::string_view text) {
    std::string bytes = "\xFF\xFE";
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned point = static_cast<unsigned char>(text[i]);
        if (point >= 0x80) point = (point & 0x1FU) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU);
        bytes += static_cast<char>(point & 0xFFU);
        bytes += static_cast<char>(point >> 8U);
    }
    return bytes;
}

TEST(ReceiptTable, ThreeEncodingsAndADecimalComma) {
    expect_russian(parse(kRussian));
    expect_russian(parse("\xEF\xBB\xBF" + std::string(kRussian)));
    expect_russian(parse(windows_1251(kRussian)));
    expect_russian(parse(utf16(kRussian)));
}

TEST(ReceiptTable, ABadRowTakesOnlyItsReceiptOut) {
    const auto table = parse(
        "receipt\ttill\ttime\tsku\tamount\n"
        "A\t1\t5\tx\t1\n"
        "B\t1\t5\tx\t1,234\n"
        "A\t1\t5\ty\t?\n"
        "A\t1\t5\tz\t1\n"
        "C\t1\tnoon\tz\t1\n"
        "D\t1\t5\tz\t\n"
        "\t\t\t\t\n"
        "\t1\t5\tz\t1\n"
        "E\t1\t5\tz\t1\n"
        "E\t2\t5\tz\t1\n"
        "F\t1\t5\tz\t2.50\n");
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ(table->receipts.size(), 1U);
    EXPECT_EQ(table->receipts[0].receipt.id, "F");
    EXPECT_EQ(table->receipts[0].receipt.total_minor, 250);
    EXPECT_EQ(table->problem_count, 6U);
    EXPECT_THAT(table->problems,
                ElementsAre("line 3: amount \"1,234\": is no number with at most 2 decimals",
                            "line 4: amount \"?\": is no number with at most 2 decimals",
                            "line 6: time \"noon\": is no number of seconds", "line 7: the amount is missing",
                            "line 9: the receipt's number is missing", HasSubstr("others than in line 10")));
}

TEST(ReceiptTable, WhatCantBeReadAtAllSaysWhy) {
    EXPECT_EQ(error_of(""), "day.csv: line 1: there is no head");
    EXPECT_EQ(error_of("receipt;till;time;sku\n"), "day.csv: line 1: there is no column \"amount\"");
    EXPECT_EQ(error_of("receipt;till;time;sku;amount;Чек\n"),
              "day.csv: line 1: the columns 1 and 6 are both \"чек\"");
    EXPECT_EQ(error_of("receipt;till;time;sku;amount\n1;1;1;\"x;1\n2;2"),
              "day.csv: line 2: a quote has no end");
}

TEST(ReceiptTable, ProblemsAreToldUpToALimit) {
    std::string text = "receipt;till;time;sku;amount\n";
    for (int i = 0; i < 500; ++i)
        text += "R" + std::to_string(i) + ";1;1;x;y\n";
    const auto table = parse(text);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->problem_count, 500U);
    EXPECT_EQ(table->problems.size(), kReceiptTableProblemsMax);
}

TEST(ReceiptTable, Decimals) {
    EXPECT_EQ(parse_decimal("12", 2), 1200);
    EXPECT_EQ(parse_decimal("12.5", 2), 1250);
    EXPECT_EQ(parse_decimal("12,50", 2), 1250);
    EXPECT_EQ(parse_decimal("1.234,56", 2), 123'456);
    EXPECT_EQ(parse_decimal("1,234,567.8", 2), 123'456'780);
    EXPECT_EQ(parse_decimal("1'234.50", 2), 123'450);
    EXPECT_EQ(parse_decimal("1\u00A0234\u202F567,5", 2), 123'456'750);
    EXPECT_EQ(parse_decimal("-3,5", 2), -350);
    EXPECT_EQ(parse_decimal("\u22123", 2), -300);
    EXPECT_EQ(parse_decimal("12.5000", 2), 1250);
    EXPECT_EQ(parse_decimal("0,352", 3), 352);
    for (const char* bad : {"", "-", ".", "1.", ".5", "1,234", "1.200", "12.5001", "1.2.3", "1,2,3",
                            "1.2,3.4", "1e5", "x", "1-2", "1234567890123456", "\xFF"})
        EXPECT_EQ(parse_decimal(bad, 2), std::nullopt) << bad;
}

}  // namespace
}  // namespace vitrina
