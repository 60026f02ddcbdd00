#include "domain/receipt_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "domain/csv_rows.h"
#include "domain/table_text.h"
#include "domain/text.h"
#include "domain/text_encoding.h"

namespace vitrina {
namespace {

enum class Column : std::uint8_t {
    kReceipt,
    kTill,
    kDate,
    kTime,
    kKind,
    kCurrency,
    kCard,
    kTotal,
    kSku,
    kName,
    kQuantity,
    kPrice,
    kAmount,
};
constexpr std::size_t kColumns = 13;

/// As they may stand in the head, in lower case.
constexpr std::array<std::pair<std::string_view, Column>, 33> kNames = {{
    {"receipt", Column::kReceipt},
    {"receipt_id", Column::kReceipt},
    {"id", Column::kReceipt},
    {"чек", Column::kReceipt},
    {"номер чека", Column::kReceipt},
    {"till", Column::kTill},
    {"касса", Column::kTill},
    {"date", Column::kDate},
    {"дата", Column::kDate},
    {"time", Column::kTime},
    {"at", Column::kTime},
    {"время", Column::kTime},
    {"дата и время", Column::kTime},
    {"kind", Column::kKind},
    {"тип", Column::kKind},
    {"currency", Column::kCurrency},
    {"валюта", Column::kCurrency},
    {"card", Column::kCard},
    {"карта", Column::kCard},
    {"total", Column::kTotal},
    {"итого", Column::kTotal},
    {"sku", Column::kSku},
    {"артикул", Column::kSku},
    {"name", Column::kName},
    {"наименование", Column::kName},
    {"товар", Column::kName},
    {"quantity", Column::kQuantity},
    {"количество", Column::kQuantity},
    {"кол-во", Column::kQuantity},
    {"price", Column::kPrice},
    {"цена", Column::kPrice},
    {"amount", Column::kAmount},
    {"сумма", Column::kAmount},
}};

class TableReader {
  public:
    TableReader(std::string_view text, const InstantOf& instant_of) : rows_(text), instant_of_(instant_of) {}

    Result<ReceiptTable> read() {
        if (!rows_.next()) return rows_.broken() ? unended() : misconfigured("line 1: there is no head");
        TRY(read_head());
        while (rows_.next())
            read_row();
        if (rows_.broken()) return unended();
        finish();
        return std::move(table_);
    }

  private:
    [[nodiscard]] tl::unexpected<Error> unended() const {
        return misconfigured(fmt::format("line {}: a quote has no end", rows_.line()));
    }

    Result<void> read_head() {
        TRY(head_.read(rows_.fields(), kNames));
        for (const auto& [column, name] : {std::pair{Column::kReceipt, "receipt"},
                                           {Column::kTill, "till"},
                                           {Column::kTime, "time"},
                                           {Column::kSku, "sku"},
                                           {Column::kAmount, "amount"}})
            if (!has(column)) return misconfigured(fmt::format("line 1: there is no column \"{}\"", name));
        return {};
    }

    [[nodiscard]] bool has(Column column) const { return head_.has(column); }
    [[nodiscard]] const std::string& field(Column column) const {
        return head_.field(rows_.fields(), column);
    }

    void read_row() {
        const std::string& id = field(Column::kReceipt);
        if (id.empty()) return problem("", "the receipt's number is missing");
        if (dropped_.contains(id)) return;
        Receipt read;
        read.id = id;
        if (auto wrong = read_receipt(read)) return problem(id, *wrong);
        const auto [found, is_new] = numbers_.emplace(id, table_.receipts.size());
        if (is_new) {
            table_.receipts.push_back({std::move(read), rows_.line()});
            return;
        }
        Receipt& known = table_.receipts[found->second].receipt;
        const std::vector<ReceiptLine> line = std::exchange(read.lines, {});
        std::vector<ReceiptLine> lines = std::exchange(known.lines, {});
        const std::int64_t sum = known.total_minor;
        if (!has(Column::kTotal)) read.total_minor = sum;
        const bool same = known == read;
        known.lines = std::move(lines);
        if (!same)
            return problem(id, fmt::format("till, time, kind, card, currency or total of receipt {} are "
                                           "others than in line {}",
                                           shown_value(id), table_.receipts[found->second].line));
        known.lines.insert(known.lines.end(), line.begin(), line.end());
        if (!has(Column::kTotal)) known.total_minor += line.front().amount_minor;
    }

    /// What stands in this row, with its one line; or what is wrong.
    std::optional<std::string> read_receipt(Receipt& receipt) {
        receipt.till = field(Column::kTill);
        receipt.card = field(Column::kCard);
        receipt.currency = field(Column::kCurrency);
        std::string when = field(Column::kTime);
        if (has(Column::kDate)) when = field(Column::kDate) + " " + when;
        const auto at = instant_of_(when);
        if (!at) return fmt::format("time {}: {}", shown_value(when), at.error().message);
        receipt.at = *at;
        const std::string kind = lower_case(field(Column::kKind));
        if (kind == "return" || kind == "возврат")
            receipt.kind = ReceiptKind::kReturn;
        else if (!kind.empty() && kind != "sale" && kind != "продажа")
            return fmt::format("kind {}: is sale or return", shown_value(kind));

        ReceiptLine line;
        line.sku = field(Column::kSku);
        line.name = field(Column::kName);
        if (auto wrong = read_number(Column::kQuantity, "quantity", 3, line.quantity_thousandths))
            return wrong;
        if (field(Column::kAmount).empty()) return "the amount is missing";
        if (auto wrong = read_number(Column::kAmount, "amount", 2, line.amount_minor)) return wrong;
        line.price_minor = line.amount_minor;
        if (auto wrong = read_number(Column::kPrice, "price", 2, line.price_minor)) return wrong;
        receipt.total_minor = line.amount_minor;
        receipt.lines.push_back(std::move(line));
        return read_number(Column::kTotal, "total", 2, receipt.total_minor);
    }

    /// An empty field leaves the number as it is.
    std::optional<std::string> read_number(Column column, const char* name, int decimals,
                                           std::int64_t& number) const {
        const std::string& text = field(column);
        if (text.empty()) return std::nullopt;
        const auto value = parse_decimal(text, decimals);
        if (!value)
            return fmt::format("{} {}: is no number with at most {} decimals", name, shown_value(text),
                               decimals);
        number = *value;
        return std::nullopt;
    }

    void problem(const std::string& id, const std::string& what) {
        if (!id.empty()) dropped_.insert(id);
        ++table_.problem_count;
        if (table_.problems.size() < kReceiptTableProblemsMax)
            table_.problems.push_back(fmt::format("line {}: {}", rows_.line(), what));
    }

    void finish() {
        std::erase_if(table_.receipts, [&](const auto& row) { return dropped_.contains(row.receipt.id); });
    }

    CsvRows rows_;
    const InstantOf& instant_of_;
    TableHead<Column, kColumns> head_;
    ReceiptTable table_;
    std::map<std::string, std::size_t> numbers_;  // places in the table, by id
    std::set<std::string> dropped_;               // receipts with a problem
};

/// Takes away what parts groups of digits, and gives the place of the decimal mark; nothing where the text
/// can't be a number.
std::optional<std::string> digits_and_mark(std::string_view text) {
    const auto points = decode_utf8(text);
    if (!points) return std::nullopt;
    const std::size_t mark = points->find_last_of(U".,");
    std::string plain;
    for (std::size_t i = 0; i < points->size(); ++i) {
        const char32_t c = (*points)[i];
        const bool is_sign = i == 0 && (c == '-' || c == U'\u2212');
        if (is_sign)
            plain += '-';
        else if (i == mark)
            plain += '.';
        else if (c >= '0' && c <= '9')
            plain += static_cast<char>(c);
        else if (c == '.' || c == ',') {
            if (c == (*points)[mark] || i > mark) return std::nullopt;  // twice the same: no decimal mark
        } else if (c != ' ' && c != '\'' && c != U'\u00A0' && c != U'\u2009' && c != U'\u202F')
            return std::nullopt;
    }
    return plain;
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals) {
    constexpr std::size_t kDigitsMax = 15;  // below 2^63 with three decimals
    const auto plain = digits_and_mark(text);
    if (!plain) return std::nullopt;
    std::string_view rest = *plain;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    const std::size_t mark = std::min(rest.find('.'), rest.size());
    std::string whole(rest.substr(0, mark));
    std::string fraction(mark < rest.size() ? rest.substr(mark + 1) : std::string_view());
    if (whole.empty() || (mark < rest.size() && fraction.empty())) return std::nullopt;
    const auto allowed = static_cast<std::size_t>(decimals);
    // "12.5000" is what a database writes; "1,200" may be a thousand and two hundred.
    if (fraction.size() > allowed + 1)
        while (fraction.size() > allowed && fraction.back() == '0')
            fraction.pop_back();
    if (fraction.size() > allowed || whole.size() > kDigitsMax) return std::nullopt;
    fraction.resize(allowed, '0');
    std::int64_t value = 0;
    for (const char digit : whole + fraction)
        value = value * 10 + (digit - '0');
    return negative ? -value : value;
}

Result<ReceiptTable> parse_receipt_table(std::string_view bytes, const std::string& name,
                                         const InstantOf& instant_of) {
    if (bytes.size() > kReceiptTableBytesMax)
        return misconfigured(fmt::format("{}: is larger than {} MiB", name, kReceiptTableBytesMax >> 20U));
    auto text = to_utf8(bytes);
    if (!text) return with_context(name, std::move(text.error()));
    auto table = TableReader(*text, instant_of).read();
    if (!table) return with_context(name, std::move(table.error()));
    return table;
}

}  // namespace vitrina
