#include "domain/customer_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// "12" is twelve seconds after 1970.
Result<UtcTime> seconds(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return misconfigured("is no number");
    return UtcTime(std::chrono::seconds(std::stoll(std::string(text))));
}

TEST(AudienceTable, SaysWhoAndWhetherHeSawIt) {
    const auto table = parse_audience_table(
        "Card;Name;exposed;sent_at;consent\n77;Anna;yes;12;yes\n78;Ben;no;;no\n79;;;;\n80;;;15;\n",
        "list.csv", seconds);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_THAT(table->rows, SizeIs(4));
    EXPECT_THAT(table->problems, IsEmpty());
    EXPECT_EQ(table->rows[0].who.text, "77");
    EXPECT_EQ(table->rows[0].exposed, true);
    EXPECT_EQ(table->rows[0].exposed_at, UtcTime(std::chrono::seconds(12)));
    EXPECT_EQ(table->rows[0].consents, true);
    EXPECT_EQ(table->rows[1].exposed, false);
    EXPECT_EQ(table->rows[1].consents, false);
    EXPECT_FALSE(table->rows[2].exposed.has_value());
    EXPECT_FALSE(table->rows[2].consents.has_value());
    EXPECT_EQ(table->rows[3].exposed, true) << "whom it was sent to at a time saw it";
}

TEST(AudienceTable, NamesCustomersInThreeWays) {
    const std::string hash(64, 'A');
    const auto hashed = parse_audience_table("card_sha256\n" + hash + "\nabc\n", "x", seconds);
    ASSERT_TRUE(hashed);
    ASSERT_THAT(hashed->rows, SizeIs(1));
    EXPECT_EQ(hashed->rows[0].who.kind, CustomerName::Kind::kSha256);
    EXPECT_THAT(hashed->problems,
                ElementsAre(HasSubstr("line 3: card_sha256 \"abc\": is not 64 hex digits")));
    const auto ours = parse_audience_table("customer\n" + std::string(32, '0') + "\n", "x", seconds);
    ASSERT_TRUE(ours);
    EXPECT_EQ(ours->rows[0].who.kind, CustomerName::Kind::kPseudonym);
}

TEST(AudienceTable, ReadsWhatOfficesWrite) {
    // "карта;согласие" and "7;да" as Windows-1251, then as UTF-16 with its mark.
    const std::string cyrillic = "\xEA\xE0\xF0\xF2\xE0;\xF1\xEE\xE3\xEB\xE0\xF1\xE8\xE5\r\n7;\xE4\xE0\r\n";
    const auto windows = parse_audience_table(cyrillic, "x", seconds);
    ASSERT_TRUE(windows) << windows.error().message;
    ASSERT_THAT(windows->rows, SizeIs(1));
    EXPECT_EQ(windows->rows[0].consents, true);
    std::string wide("\xFF\xFE", 2);
    for (const char c : std::string("card\n8\n"))
        wide += std::string(1, c) + std::string(1, '\0');
    const auto utf16 = parse_audience_table(wide, "x", seconds);
    ASSERT_TRUE(utf16) << utf16.error().message;
    EXPECT_EQ(utf16->rows[0].who.text, "8");
}

TEST(AudienceTable, SaysWhatIsWrongAndWhere) {
    const auto message = [](std::string_view text) {
        const auto table = parse_audience_table(text, "list.csv", seconds);
        return table ? "fine" : table.error().message;
    };
    EXPECT_THAT(message(""), HasSubstr("list.csv: line 1: there is no head"));
    EXPECT_THAT(message("name\nAnna\n"), HasSubstr("there is no column \"card\""));
    EXPECT_THAT(message("card,card\n1,2\n"), HasSubstr("both \"card\""));
    EXPECT_THAT(message("card\n\"7\n"), HasSubstr("a quote has no end"));
    EXPECT_THAT(message("\"card"), HasSubstr("a quote has no end"));
    EXPECT_THAT(message(std::string("\xFF\xFE\x41", 3)), HasSubstr("list.csv"));
    const auto rows = parse_audience_table(
        "card,exposed,exposed_at,consent\n,yes,,\n1,maybe,,\n2,no,5,\n3,,never,\n4,,,perhaps\n5,yes,,\n", "x",
        seconds);
    ASSERT_TRUE(rows);
    EXPECT_THAT(rows->rows, SizeIs(1));
    EXPECT_THAT(rows->problems,
                ElementsAre("line 2: it does not say who", HasSubstr("line 3: exposed \"maybe\""),
                            HasSubstr("line 4: exposed_at"), HasSubstr("line 5: exposed_at \"never\""),
                            HasSubstr("line 6: consent")));
    std::string many = "card,exposed\n";
    for (int i = 0; i < 200; ++i)
        many += "1,maybe\n";
    const auto counted = parse_audience_table(many, "x", seconds);
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->problem_count, 200U);
    EXPECT_THAT(counted->problems, SizeIs(kReceiptTableProblemsMax));
}

TEST(WebEventTable, SaysWhatWasLookedAt) {
    const auto table = parse_web_event_table("customer,at,url,sku\n" + std::string(32, 'a') + ",5,/tools,\n" +
                                                 std::string(32, 'b') + ",6,,4601\n" + std::string(32, 'c') +
                                                 ",7,,\n" + std::string(32, 'd') + ",later,/,\n",
                                             "x", seconds);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_THAT(table->rows, SizeIs(2));
    EXPECT_EQ(table->rows[0].page, "/tools");
    EXPECT_EQ(table->rows[1].sku, "4601");
    EXPECT_THAT(table->problems,
                ElementsAre("line 4: there is neither page nor sku", HasSubstr("line 5: time")));
    EXPECT_FALSE(parse_web_event_table("card,time\n1,2\n", "x", seconds));
    EXPECT_FALSE(parse_web_event_table("card,page\n1,2\n", "x", seconds));
}

TEST(PlanogramTable, SaysWhereGoodsLie) {
    const auto table = parse_planogram_table("sku\tfixture\n4601\tdairy\n4602\t\n\tdairy\n", "x");
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_THAT(table->rows, SizeIs(1));
    EXPECT_EQ(table->rows[0].shelf, "dairy");
    EXPECT_THAT(table->problems, ElementsAre("line 3: the shelf is missing", "line 4: the sku is missing"));
    EXPECT_FALSE(parse_planogram_table("sku\n1\n", "x"));
}

TEST(PlanogramTable, SaysWhereOnTheShelfAndWhatGoodsAre) {
    const auto table = parse_planogram_table(
        "Артикул;Полка;Секция;Наименование;Цена\n4601;молочная;верх;Молоко 1 л;1 089,90\n4602;молочная;;;\n"
        "4603;молочная;низ;Кефир;дорого\n4604;молочная;низ;Кефир;-1\n4601;бакалея;;Молоко 1 л;\n"
        "4602;молочная;;;12\n",
        "x");
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_THAT(table->rows, SizeIs(3));
    EXPECT_EQ(table->rows[0].section, "верх");
    EXPECT_EQ(table->rows[0].name, "Молоко 1 л");
    EXPECT_EQ(table->rows[0].price_minor, 108'990);
    EXPECT_EQ(table->rows[1].section, "");
    EXPECT_EQ(table->rows[1].price_minor, std::nullopt);
    EXPECT_EQ(table->rows[2].price_minor, 1200) << "the same place again is no contradiction";
    EXPECT_THAT(table->problems,
                ElementsAre("line 4: price \"дорого\": is no number with at most 2 decimals",
                            "line 5: price \"-1\": is below zero",
                            "line 6: sku \"4601\": lies at shelf \"молочная\" already, and is counted at one "
                            "place"));
}

}  // namespace
}  // namespace vitrina
