// What a till says of one purchase or one return. Plain data; receipt_rules.h says what is acceptable,
// receipt_table.h reads the CSV form, docs/receipts.md explains both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace vitrina {

enum class ReceiptKind : std::uint8_t {
    kSale,
    kReturn,  // goods back, money back; its sums are positive too
};

/// "sale", "return".
[[nodiscard]] constexpr std::string_view to_text(ReceiptKind kind) {
    return kind == ReceiptKind::kSale ? "sale" : "return";
}

/// Money is whole minor units (kopecks, cents) of the receipt's currency.
struct ReceiptLine {
    std::string sku;   // the shop's own number of the goods; what planograms and reports join by
    std::string name;  // for reading
    std::int64_t quantity_thousandths = 1000;  // pieces, kilograms, metres
    std::int64_t price_minor = 0;              // of one, before discounts
    std::int64_t amount_minor = 0;             // of the line, after discounts
    friend bool operator==(const ReceiptLine&, const ReceiptLine&) = default;
};

struct Receipt {
    std::string id;    // unique in the shop, for ever
    std::string till;  // as the shop calls it
    UtcTime at;        // by the till's own clock, which may be wrong
    ReceiptKind kind = ReceiptKind::kSale;
    std::string currency;  // "RUB"; empty: the shop's
    std::int64_t total_minor = 0;
    std::string card;  // of the loyalty programme: never the number itself once it is kept; empty: none
    std::vector<ReceiptLine> lines;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// Where those stand who pay at a till: a zone of a camera or of the floor plan.
struct Till {
    std::string id;    // as receipts name it
    std::string name;  // for reading
    std::string
        camera;  // whose zone it is; empty: no camera sees the till, its receipts stay without a person
    std::string zone;
    friend bool operator==(const Till&, const Till&) = default;
};

}  // namespace vitrina
