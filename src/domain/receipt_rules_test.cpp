#include "domain/receipt_rules.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using testing::HasSubstr;
using Code = ReceiptProblem::Code;

constexpr UtcTime kNow(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));

Receipt good() {
    return {.id = "T1-000017",
            .till = "1",
            .at = kNow - std::chrono::minutes(5),
            .kind = ReceiptKind::kSale,
            .currency = "RUB",
            .total_minor = 25'050,
            .card = "",
            .lines = {{"4601", "Молоко", 2'000, 8'000, 16'000}, {"4602", "Сыр", 352, 25'710, 9'050}}};
}

std::string refusal(const Receipt& receipt) {
    const auto problem = problem_of(receipt, kNow);
    return problem ? std::string(to_text(problem->code)) + ": " + problem->message : "";
}

TEST(ReceiptRules, AGoodOneIsAcceptable) {
    EXPECT_EQ(refusal(good()), "");
    Receipt bare = good();
    bare.lines.clear();  // a till that tells sums only
    bare.currency.clear();
    EXPECT_EQ(refusal(bare), "");
}

TEST(ReceiptRules, FieldsAreChecked) {
    Receipt receipt = good();
    receipt.id.clear();
    EXPECT_EQ(refusal(receipt), "bad_field: id is missing");
    receipt = good();
    receipt.till = std::string(65, 'x');
    EXPECT_EQ(refusal(receipt), "bad_field: till has 65 characters, more than 64");
    receipt = good();
    receipt.lines[1].name = "a\xFF";
    EXPECT_EQ(refusal(receipt), "bad_field: lines[1].name is not UTF-8");
    receipt = good();
    receipt.card = "1\n2";
    EXPECT_EQ(refusal(receipt), "bad_field: card has control characters");
    receipt = good();
    receipt.currency = "rub";
    EXPECT_THAT(refusal(receipt), HasSubstr("three capital letters"));
    receipt = good();
    receipt.lines[0].quantity_thousandths = 0;
    EXPECT_EQ(refusal(receipt), "bad_field: lines[0].quantity is not above zero");
}

TEST(ReceiptRules, TheFutureIsRefusedBeyondWhatClocksDrift) {
    Receipt receipt = good();
    receipt.at = kNow + kReceiptFutureMax;
    EXPECT_EQ(refusal(receipt), "");
    receipt.at += std::chrono::milliseconds(1);
    EXPECT_THAT(refusal(receipt), HasSubstr("from_the_future: at is 600 s ahead"));
    receipt.at = UtcTime();
    EXPECT_THAT(refusal(receipt), HasSubstr("too_old"));
}

TEST(ReceiptRules, NegativeSumsAreReturnsOfTheirOwnKind) {
    Receipt receipt = good();
    receipt.total_minor = -1;
    EXPECT_THAT(refusal(receipt),
                HasSubstr("negative: total_minor is -1, below zero; a return is a receipt of"));
    receipt = good();
    receipt.lines[0].amount_minor = -5;
    EXPECT_THAT(refusal(receipt), HasSubstr("negative: lines[0].amount_minor"));
    receipt = good();
    receipt.kind = ReceiptKind::kReturn;
    EXPECT_EQ(refusal(receipt), "");
}

TEST(ReceiptRules, LinesAddUpButForRounding) {
    Receipt receipt = good();
    receipt.total_minor += 2;
    EXPECT_EQ(refusal(receipt), "");
    receipt.total_minor += 1;
    EXPECT_EQ(refusal(receipt), "wrong_sum: the lines add up to 25050, the total is 25053");
}

TEST(ReceiptRules, TenMegabytesOfItemsAreNoPurchase) {
    Receipt receipt = good();
    receipt.lines.assign(100'000, {"4601", "Молоко", 1'000, 0, 0});
    EXPECT_EQ(refusal(receipt), "too_many_lines: has 100000 lines, more than 1000");
    // Sums of extreme amounts stay within 64 bits.
    receipt.lines.assign(kReceiptLinesMax, {"4601", "", 1'000, 0, kMoneyMinorMax});
    EXPECT_THAT(refusal(receipt), HasSubstr("wrong_sum"));
}

TEST(ReceiptRules, DigestsTellEachFieldApart) {
    const std::string same = digest_of(good());
    EXPECT_EQ(same, digest_of(good()));
    for (const auto& change : std::vector<std::function<void(Receipt&)>>{
             [](Receipt& r) { r.till = "2"; }, [](Receipt& r) { r.at += std::chrono::milliseconds(1); },
             [](Receipt& r) { r.kind = ReceiptKind::kReturn; }, [](Receipt& r) { r.currency = "EUR"; },
             [](Receipt& r) { r.total_minor += 1; }, [](Receipt& r) { r.card = "7"; },
             [](Receipt& r) { r.lines[0].sku = "4602"; },
             [](Receipt& r) { std::swap(r.lines[0].sku, r.lines[0].name); },
             [](Receipt& r) { r.lines[1].quantity_thousandths += 1; },
             [](Receipt& r) { r.lines.pop_back(); }}) {
        Receipt other = good();
        change(other);
        EXPECT_NE(digest_of(other), same);
    }
}

TEST(ReceiptRules, TillsHaveBothCameraAndZoneOrNeither) {
    EXPECT_FALSE(problem_of(Till{"1", "Till 1", "door", "till"}));
    EXPECT_FALSE(problem_of(Till{"1", "Till 1", "", ""}));
    EXPECT_THAT(problem_of(Till{"1", "Till 1", "door", ""})->message, HasSubstr("belong together"));
    EXPECT_EQ(problem_of(Till{"", "Till", "", ""})->message, "id is missing");
}

}  // namespace
}  // namespace vitrina
