// What of a receipt is acceptable, whichever way it came. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/receipt.h"

namespace vitrina {

inline constexpr std::size_t kReceiptLinesMax = 1000;  // a full trolley is 200; 10 MB of items is no purchase
inline constexpr std::size_t kReceiptNameLengthMax = 200;          // code points: one line of a receipt
inline constexpr std::size_t kReceiptIdLengthMax = 64;             // code points: ids, tills, SKUs, cards
inline constexpr std::int64_t kMoneyMinorMax = 1'000'000'000'000;  // sums of a year fit into 64 bits
inline constexpr std::int64_t kQuantityThousandthsMax = 1'000'000'000;  // a million pieces
/// Clocks of tills go wrong by minutes; whoever is further ahead has the wrong day or zone.
inline constexpr std::chrono::minutes kReceiptFutureMax{10};

struct ReceiptProblem {
    enum class Code : std::uint8_t {
        kBadField,     // missing, too long, not UTF-8, out of range
        kFromFuture,   // by more than kReceiptFutureMax
        kTooOld,       // before the year 2000
        kNegative,     // a return has its own kind
        kWrongSum,     // the lines don't add up to the total
        kTooMany,      // more than kReceiptLinesMax lines
        kUnknownTill,  // told by the records
        kConflict,     // another receipt has this id; told by the records
    };
    Code code = Code::kBadField;
    std::string message;  // what and where, for people
};

/// "bad_field", "from_the_future", "too_old", "negative", "wrong_sum", "too_many_lines", "unknown_till",
/// "conflict".
[[nodiscard]] std::string_view to_text(ReceiptProblem::Code code);

/// The first thing that is wrong with a receipt that came at `now`, whatever the records say; none: it is
/// acceptable. The sum of lines may differ from the total by a minor unit a line, by rounding.
[[nodiscard]] std::optional<ReceiptProblem> problem_of(const Receipt& receipt, UtcTime now);

/// The same for a till: its id and name must be there, its camera and zone both or neither.
[[nodiscard]] std::optional<ReceiptProblem> problem_of(const Till& till);

/// The same for the same content, and only for that: 32 hex digits.
[[nodiscard]] std::string digest_of(const Receipt& receipt);

}  // namespace vitrina
