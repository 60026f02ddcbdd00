#include "domain/customer_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "domain/csv_rows.h"
#include "domain/receipt_rules.h"
#include "domain/table_text.h"
#include "domain/text.h"
#include "domain/text_encoding.h"

namespace vitrina {
namespace {

constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kPseudonymDigits = 32;

enum class Column : std::uint8_t {
    kCard,
    kSha256,
    kPseudonym,
    kExposed,
    kExposedAt,
    kConsent,
    kTime,
    kPage,
    kSku,
    kShelf,
    kSection,
    kName,
    kPrice,
};
constexpr std::size_t kColumns = 13;

/// As they may stand in the head, in lower case.
constexpr std::array<std::pair<std::string_view, Column>, 35> kNames = {{
    {"card", Column::kCard},
    {"карта", Column::kCard},
    {"номер карты", Column::kCard},
    {"card_sha256", Column::kSha256},
    {"sha256", Column::kSha256},
    {"хеш карты", Column::kSha256},
    {"customer", Column::kPseudonym},
    {"покупатель", Column::kPseudonym},
    {"exposed", Column::kExposed},
    {"показано", Column::kExposed},
    {"exposed_at", Column::kExposedAt},
    {"sent_at", Column::kExposedAt},
    {"время показа", Column::kExposedAt},
    {"consent", Column::kConsent},
    {"согласие", Column::kConsent},
    {"time", Column::kTime},
    {"at", Column::kTime},
    {"время", Column::kTime},
    {"page", Column::kPage},
    {"url", Column::kPage},
    {"страница", Column::kPage},
    {"sku", Column::kSku},
    {"goods", Column::kSku},
    {"артикул", Column::kSku},
    {"shelf", Column::kShelf},
    {"fixture", Column::kShelf},
    {"полка", Column::kShelf},
    {"стеллаж", Column::kShelf},
    {"место", Column::kShelf},
    {"section", Column::kSection},
    {"секция", Column::kSection},
    {"name", Column::kName},
    {"наименование", Column::kName},
    {"price", Column::kPrice},
    {"цена", Column::kPrice},
}};

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::optional<std::string> problem_of_text(const std::string& text, const char* what, std::size_t most) {
    const auto points = decode_utf8(text);
    if (!points) return fmt::format("the {} is not UTF-8", what);
    if (points->size() > most) return fmt::format("the {} is longer than {} characters", what, most);
    if (std::any_of(points->begin(), points->end(), [](char32_t c) { return c < ' ' || c == 0x7f; }))
        return fmt::format("the {} has control characters", what);
    return std::nullopt;
}

/// Rows of a table under a head that names its columns.
class Table {
  public:
    explicit Table(std::string_view text) : rows_(text) {}

    Result<void> read_head() {
        if (!rows_.next()) return rows_.broken() ? unended() : misconfigured("line 1: there is no head");
        return head_.read(rows_.fields(), kNames);
    }
    [[nodiscard]] bool has(Column column) const { return head_.has(column); }
    [[nodiscard]] Result<void> needs(Column column, const char* name) const {
        if (has(column)) return {};
        return misconfigured(fmt::format("line 1: there is no column \"{}\"", name));
    }
    [[nodiscard]] Result<void> needs_customer() const {
        if (customer_column()) return {};
        return misconfigured(
            "line 1: there is no column \"card\" (or \"card_sha256\", or \"customer\") that says who it is");
    }

    [[nodiscard]] bool next() { return rows_.next(); }
    [[nodiscard]] std::size_t line() const { return rows_.line(); }
    [[nodiscard]] const std::string& field(Column column) const {
        return head_.field(rows_.fields(), column);
    }
    [[nodiscard]] CustomerName customer() const {
        const Column column = customer_column().value_or(Column::kCard);
        const auto kind = column == Column::kCard     ? CustomerName::Kind::kCard
                          : column == Column::kSha256 ? CustomerName::Kind::kSha256
                                                      : CustomerName::Kind::kPseudonym;
        return {kind, field(column)};
    }
    [[nodiscard]] Result<void> ended() const { return rows_.broken() ? unended() : Result<void>(); }

  private:
    [[nodiscard]] std::optional<Column> customer_column() const {
        for (const Column column : {Column::kCard, Column::kSha256, Column::kPseudonym})
            if (has(column)) return column;
        return std::nullopt;
    }
    [[nodiscard]] Result<void> unended() const {
        return misconfigured(fmt::format("line {}: a quote has no end", rows_.line()));
    }

    CsvRows rows_;
    TableHead<Column, kColumns> head_;
};

/// `read` fills a row, or says what is wrong with it; `check` looks at the head.
template <typename Row, typename Check, typename Read>
Result<CustomerTable<Row>> parse(std::string_view bytes, const std::string& name, const Check& check,
                                 const Read& read) {
    if (bytes.size() > kCustomerTableBytesMax)
        return misconfigured(fmt::format("{}: is larger than {} MiB", name, kCustomerTableBytesMax >> 20U));
    auto text = to_utf8(bytes);
    if (!text) return with_context(name, std::move(text.error()));
    Table table(*text);
    auto head = table.read_head();
    if (head) head = check(table);
    if (!head) return with_context(name, std::move(head.error()));
    CustomerTable<Row> result;
    while (table.next()) {
        Row row;
        const std::optional<std::string> problem = read(table, row);
        if (!problem) {
            result.rows.push_back(std::move(row));
            continue;
        }
        ++result.problem_count;
        if (result.problems.size() < kReceiptTableProblemsMax)
            result.problems.push_back(fmt::format("line {}: {}", table.line(), *problem));
    }
    if (auto ended = table.ended(); !ended) return with_context(name, std::move(ended.error()));
    return result;
}

/// Nothing for an empty field; what is wrong where it is neither yes nor no.
std::optional<std::string> read_flag(const Table& table, Column column, const char* name,
                                     std::optional<bool>& flag) {
    const std::string text = lower_case(table.field(column));
    if (text.empty() || text == "unknown" || text == "неизвестно") return std::nullopt;
    const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
        return std::find(words.begin(), words.end(), text) != words.end();
    };
    if (is_one_of({"yes", "true", "1", "да"}))
        flag = true;
    else if (is_one_of({"no", "false", "0", "нет"}))
        flag = false;
    else
        return fmt::format("{} {}: is yes or no", name, shown_value(table.field(column)));
    return std::nullopt;
}

std::optional<std::string> read_audience(const Table& table, const InstantOf& instant_of, AudienceRow& row) {
    row.who = table.customer();
    if (auto problem = problem_of(row.who)) return problem;
    if (auto problem = read_flag(table, Column::kExposed, "exposed", row.exposed)) return problem;
    if (auto problem = read_flag(table, Column::kConsent, "consent", row.consents)) return problem;
    const std::string& when = table.field(Column::kExposedAt);
    if (when.empty()) return std::nullopt;
    const auto at = instant_of(when);
    if (!at) return fmt::format("exposed_at {}: {}", shown_value(when), at.error().message);
    if (row.exposed == false) return "exposed_at: is of somebody who was not exposed";
    row.exposed_at = *at;
    row.exposed = true;
    return std::nullopt;
}

std::optional<std::string> read_event(const Table& table, const InstantOf& instant_of, WebEventRow& row) {
    row.who = table.customer();
    if (auto problem = problem_of(row.who)) return problem;
    const std::string& when = table.field(Column::kTime);
    const auto at = instant_of(when);
    if (!at) return fmt::format("time {}: {}", shown_value(when), at.error().message);
    row.at = *at;
    row.page = table.field(Column::kPage);
    row.sku = table.field(Column::kSku);
    return problem_of(row);
}

std::optional<std::string> read_price(const Table& table, PlanogramRow& row) {
    const std::string& text = table.field(Column::kPrice);
    if (text.empty()) return std::nullopt;
    row.price_minor = parse_decimal(text, 2);
    if (!row.price_minor)
        return fmt::format("price {}: is no number with at most 2 decimals", shown_value(text));
    if (*row.price_minor < 0) return fmt::format("price {}: is below zero", shown_value(text));
    return std::nullopt;
}

std::optional<std::string> read_place(const Table& table, PlanogramRow& row) {
    row.sku = table.field(Column::kSku);
    row.shelf = table.field(Column::kShelf);
    row.section = table.field(Column::kSection);
    row.name = table.field(Column::kName);
    if (row.sku.empty()) return "the sku is missing";
    if (row.shelf.empty()) return "the shelf is missing";
    if (auto problem = problem_of_text(row.sku, "sku", kReceiptIdLengthMax)) return problem;
    if (auto problem = problem_of_text(row.shelf, "shelf", kReceiptIdLengthMax)) return problem;
    if (auto problem = problem_of_text(row.section, "section", kReceiptIdLengthMax)) return problem;
    if (auto problem = problem_of_text(row.name, "name", kReceiptNameLengthMax)) return problem;
    return read_price(table, row);
}

}  // namespace

std::optional<std::string> problem_of(const CustomerName& who) {
    if (who.text.empty()) return "it does not say who";
    if (who.kind == CustomerName::Kind::kSha256 && !is_hex(who.text, kSha256Digits))
        return fmt::format("card_sha256 {}: is not 64 hex digits", shown_value(who.text));
    if (who.kind == CustomerName::Kind::kPseudonym && !is_hex(who.text, kPseudonymDigits))
        return fmt::format("customer {}: is not 32 hex digits", shown_value(who.text));
    return problem_of_text(who.text, "card", kReceiptIdLengthMax);
}

std::optional<std::string> problem_of(const WebEventRow& event) {
    if (event.page.empty() && event.sku.empty()) return "there is neither page nor sku";
    if (auto problem = problem_of_text(event.page, "page", kWebPageLengthMax)) return problem;
    return problem_of_text(event.sku, "sku", kReceiptIdLengthMax);
}

Result<CustomerTable<AudienceRow>> parse_audience_table(std::string_view bytes, const std::string& name,
                                                        const InstantOf& instant_of) {
    return parse<AudienceRow>(
        bytes, name, [](const Table& table) { return table.needs_customer(); },
        [&](const Table& table, AudienceRow& row) { return read_audience(table, instant_of, row); });
}

Result<CustomerTable<WebEventRow>> parse_web_event_table(std::string_view bytes, const std::string& name,
                                                         const InstantOf& instant_of) {
    const auto check = [](const Table& table) -> Result<void> {
        TRY(table.needs_customer());
        TRY(table.needs(Column::kTime, "time"));
        if (table.has(Column::kPage) || table.has(Column::kSku)) return {};
        return misconfigured("line 1: there is neither a column \"page\" nor one \"sku\"");
    };
    return parse<WebEventRow>(bytes, name, check, [&](const Table& table, WebEventRow& row) {
        return read_event(table, instant_of, row);
    });
}

Result<CustomerTable<PlanogramRow>> parse_planogram_table(std::string_view bytes, const std::string& name) {
    const auto check = [](const Table& table) -> Result<void> {
        TRY(table.needs(Column::kSku, "sku"));
        return table.needs(Column::kShelf, "shelf");
    };
    std::map<std::string, std::pair<std::string, std::string>> places;
    return parse<PlanogramRow>(bytes, name, check, [&](const Table& table, PlanogramRow& row) {
        auto problem = read_place(table, row);
        if (problem) return problem;
        const auto [known, is_new] = places.try_emplace(row.sku, row.shelf, row.section);
        if (!is_new && known->second != std::pair(row.shelf, row.section))
            problem = fmt::format("sku {}: lies at shelf {} already, and is counted at one place",
                                  shown_value(row.sku), shown_value(known->second.first));
        return problem;
    });
}

}  // namespace vitrina
