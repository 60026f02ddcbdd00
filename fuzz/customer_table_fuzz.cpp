// Whatever bytes, in whatever encoding: a table about customers or an error. What was read is acceptable, and
// every text of it is UTF-8.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/customer_table.h"
#include "domain/text.h"

namespace {

using vitrina::decode_utf8;

vitrina::Result<vitrina::UtcTime> instant_of(std::string_view text) {
    const auto value = vitrina::parse_decimal(text, 3);
    if (!value) return vitrina::misconfigured("is no number");
    return vitrina::UtcTime(std::chrono::milliseconds(*value));
}

/// The rows; none where there was an error, which is looked at.
template <typename Row>
std::vector<Row> rows_of(const vitrina::Result<vitrina::CustomerTable<Row>>& table) {
    if (!table) {
        VITRINA_ASSERT(table.error().message.starts_with("fuzz: "));
        VITRINA_ASSERT(decode_utf8(table.error().message).has_value());
        return {};
    }
    VITRINA_ASSERT(table->problems.size() <= table->problem_count);
    for (const auto& problem : table->problems)
        VITRINA_ASSERT(problem.starts_with("line ") && decode_utf8(problem).has_value());
    return table->rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const auto& row : rows_of(vitrina::parse_audience_table(bytes, "fuzz", instant_of))) {
        VITRINA_ASSERT(!problem_of(row.who) && decode_utf8(row.who.text).has_value());
        VITRINA_ASSERT(!row.exposed_at || row.exposed == true);
    }
    for (const auto& row : rows_of(vitrina::parse_web_event_table(bytes, "fuzz", instant_of)))
        VITRINA_ASSERT(!problem_of(row.who) && !problem_of(row) && decode_utf8(row.page).has_value());
    for (const auto& row : rows_of(vitrina::parse_planogram_table(bytes, "fuzz")))
        VITRINA_ASSERT(!row.sku.empty() && !row.shelf.empty() && decode_utf8(row.shelf).has_value());
    return 0;
}
