// Tables about customers, as mailing programs, web shops and offices write them (docs/buyers.md): whom a
// campaign addressed, what was looked at online, where goods lie. CSV with a head; encodings and separators
// as of receipts. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/receipt_table.h"

namespace vitrina {

inline constexpr std::size_t kCustomerTableBytesMax = std::size_t{32} << 20U;  // half a million customers
inline constexpr std::size_t kWebPageLengthMax = 300;                          // code points

/// How a customer is named; which is told by the head of the column.
struct CustomerName {
    enum class Kind : std::uint8_t {
        kCard,       // the card's number itself
        kSha256,     // 64 hex digits, of it
        kPseudonym,  // 32 hex digits, as this program shows customers
    };
    Kind kind = Kind::kCard;
    std::string text;
};

struct AudienceRow {
    CustomerName who;
    std::optional<bool> exposed;  // whether he saw it; nothing: not known
    std::optional<UtcTime> exposed_at;
    std::optional<bool> consents;  // to being looked at alone; nothing: it does not say
};

struct WebEventRow {
    CustomerName who;
    UtcTime at;
    std::string page;  // page or goods, or both
    std::string sku;
};

struct PlanogramRow {
    std::string sku;
    std::string shelf;
    std::string section;                      // of the shelf; empty: anywhere on it
    std::string name;                         // what the goods are called; empty: it doesn't say
    std::optional<std::int64_t> price_minor;  // nothing: it doesn't say
};

template <typename Row>
struct CustomerTable {
    std::vector<Row> rows;              // without those that have a problem
    std::vector<std::string> problems;  // "line 7: ..."; kReceiptTableProblemsMax of them
    std::size_t problem_count = 0;      // also those beyond
};

/// Fail (kConfiguration, "NAME: line 1: WHAT") where nothing can be read: as parse_receipt_table().
[[nodiscard]] Result<CustomerTable<AudienceRow>> parse_audience_table(std::string_view bytes,
                                                                      const std::string& name,
                                                                      const InstantOf& instant_of);
[[nodiscard]] Result<CustomerTable<WebEventRow>> parse_web_event_table(std::string_view bytes,
                                                                       const std::string& name,
                                                                       const InstantOf& instant_of);
/// Goods lie at one place: a SKU that stands in the table again at another one is a problem of that line.
[[nodiscard]] Result<CustomerTable<PlanogramRow>> parse_planogram_table(std::string_view bytes,
                                                                        const std::string& name);

/// What is wrong with a name of this kind; nothing: it is one.
[[nodiscard]] std::optional<std::string> problem_of(const CustomerName& who);
/// The same for what was looked at: there must be a page or goods.
[[nodiscard]] std::optional<std::string> problem_of(const WebEventRow& event);

}  // namespace vitrina
