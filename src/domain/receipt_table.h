// The CSV form of receipts, as tills and office programs write it (docs/receipts.md): a head, then a row for
// each line of a receipt. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/receipt.h"

namespace vitrina {

inline constexpr std::size_t kReceiptTableBytesMax = std::size_t{64} << 20U;  // a year of a small shop
inline constexpr std::size_t kReceiptTableProblemsMax = 100;                  // told; the rest are counted

struct ReceiptTable {
    struct Row {
        Receipt receipt;
        std::size_t line = 0;  // of the file, where it begins, from 1
    };
    std::vector<Row> receipts;          // without those that have a problem
    std::vector<std::string> problems;  // "line 7: amount \"x\": is no number"
    std::size_t problem_count = 0;      // also those beyond kReceiptTableProblemsMax
};

/// An instant as it stands in a table: with its offset, or in the shop's local time.
using InstantOf = std::function<Result<UtcTime>(std::string_view)>;

/// Fails (kConfiguration, "NAME: line 1: WHAT") where nothing can be read: an unknown encoding, no head, a
/// column that is missing, a quote without end. A row that is wrong takes its whole receipt out, and no
/// other. What is acceptable of a receipt is not asked here (receipt_rules.h).
[[nodiscard]] Result<ReceiptTable> parse_receipt_table(std::string_view bytes, const std::string& name,
                                                       const InstantOf& instant_of);

/// A number with a decimal point or comma, in units of 10^-decimals: "1 234,50" with 2 is 123450. Groups may
/// be parted by blanks, apostrophes or the other mark. None where it is no number, is too large, or has more
/// decimals than there may be: three of money may be a thousand, so "1,234" is refused.
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals);

}  // namespace vitrina
