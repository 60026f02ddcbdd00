// Whatever bytes, in whatever encoding: a table of receipts or an error. What was read has sums that its
// lines add up to where no total stands, and every text of it is UTF-8.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/receipt_rules.h"
#include "domain/receipt_table.h"
#include "domain/text.h"

namespace {

vitrina::Result<vitrina::UtcTime> instant_of(std::string_view text) {
    const auto value = vitrina::parse_decimal(text, 3);
    if (!value) return vitrina::misconfigured("is no number");
    return vitrina::UtcTime(std::chrono::milliseconds(*value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    using vitrina::decode_utf8;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto table = vitrina::parse_receipt_table(bytes, "fuzz", instant_of);
    if (!table) {
        VITRINA_ASSERT(table.error().message.starts_with("fuzz: "));
        VITRINA_ASSERT(decode_utf8(table.error().message).has_value());
        return 0;
    }
    VITRINA_ASSERT(table->problems.size() <= table->problem_count);
    for (const auto& problem : table->problems)
        VITRINA_ASSERT(problem.starts_with("line ") && decode_utf8(problem).has_value());
    for (const auto& row : table->receipts) {
        VITRINA_ASSERT(!row.receipt.id.empty() && !row.receipt.lines.empty() && row.line > 1);
        for (const auto& line : row.receipt.lines)
            VITRINA_ASSERT(decode_utf8(line.sku).has_value() && decode_utf8(line.name).has_value());
        const auto problem = vitrina::problem_of(row.receipt, vitrina::UtcTime());
        VITRINA_ASSERT(!problem || decode_utf8(problem->message).has_value());
    }
    return 0;
}
