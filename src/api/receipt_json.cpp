#include "api/receipt_json.h"

#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/instant.h"

namespace vitrina::api {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

constexpr double kThousandthsMax = 9e15;  // of a quantity; what is too much is told by receipt_rules.h

/// The fields of one object; the first mistake counts.
class Reader {
  public:
    Reader(const json& object, std::string prefix) : object_(object), prefix_(std::move(prefix)) {
        if (!object.is_object()) problem_ = (prefix_.empty() ? "a receipt" : prefix_) + " must be an object";
    }

    std::string text(const char* name) {
        const json* const value = find(name);
        if (value == nullptr) return {};
        if (value->is_string()) return value->get<std::string>();
        problem(name, "must be text");
        return {};
    }

    std::int64_t whole(const char* name, std::int64_t otherwise) {
        const json* const value = find(name);
        if (value == nullptr) return otherwise;
        constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (value->is_number_unsigned() && value->get<std::uint64_t>() > kMax)
            problem(name, "is too large");
        else if (value->is_number_integer())
            return value->get<std::int64_t>();
        else
            problem(name, "must be a whole number of minor units, like 1250 for 12.50");
        return otherwise;
    }

    std::int64_t thousandths(const char* name) {
        const json* const value = find(name);
        if (value == nullptr) return 1000;
        if (!value->is_number()) {
            problem(name, "must be a number");
            return 1000;
        }
        const double wanted = value->get<double>() * 1000;
        if (!(std::abs(wanted) < kThousandthsMax)) {
            problem(name, "is too large");
            return 1000;
        }
        const auto result = static_cast<std::int64_t>(std::llround(wanted));
        if (std::abs(wanted - static_cast<double>(result)) > 1e-3) problem(name, "has more than 3 decimals");
        return result;
    }

    const json* list(const char* name) {
        const json* const value = find(name);
        if (value == nullptr || value->is_array()) return value;
        problem(name, "must be a list");
        return nullptr;
    }

    void need(const char* name) {
        if (!problem_ && !object_.contains(name)) problem(name, "is missing");
    }
    void problem(const std::string& name, const std::string& what) {
        if (!problem_) problem_ = prefix_ + (prefix_.empty() ? "" : ".") + name + ": " + what;
    }
    [[nodiscard]] Result<void> done() {
        if (!problem_)
            for (const auto& [name, value] : object_.items())
                if (!known_.contains(name)) problem(name, "there is no such field");
        if (problem_) return misconfigured(*problem_);
        return {};
    }

  private:
    const json* find(const char* name) {
        known_.insert(name);
        if (problem_) return nullptr;
        const auto found = object_.find(name);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }

    const json& object_;
    std::string prefix_;
    std::set<std::string> known_;
    std::optional<std::string> problem_;
};

Result<ReceiptLine> line_of(const json& object, std::size_t number) {
    Reader reader(object, fmt::format("lines[{}]", number));
    ReceiptLine line;
    for (const char* const name : {"sku", "amount_minor"})
        reader.need(name);
    line.sku = reader.text("sku");
    line.name = reader.text("name");
    line.quantity_thousandths = reader.thousandths("quantity");
    line.amount_minor = reader.whole("amount_minor", 0);
    line.price_minor = reader.whole("price_minor", line.amount_minor);
    TRY(reader.done());
    return line;
}

}  // namespace

Result<Receipt> receipt_of(const json& object) {
    Reader reader(object, "");
    Receipt receipt;
    for (const char* const name : {"id", "till", "at", "total_minor"})
        reader.need(name);
    receipt.id = reader.text("id");
    receipt.till = reader.text("till");
    const auto at = parse_instant(reader.text("at"));
    if (at)
        receipt.at = *at;
    else
        reader.problem("at", at.error().message);
    const std::string kind = reader.text("kind");
    if (kind == to_text(ReceiptKind::kReturn))
        receipt.kind = ReceiptKind::kReturn;
    else if (!kind.empty() && kind != to_text(ReceiptKind::kSale))
        reader.problem("kind", "is sale or return");
    receipt.currency = reader.text("currency");
    receipt.total_minor = reader.whole("total_minor", 0);
    receipt.card = reader.text("card");
    const json* const lines = reader.list("lines");
    TRY(reader.done());
    if (lines == nullptr) return receipt;
    receipt.lines.reserve(lines->size());
    for (std::size_t i = 0; i < lines->size(); ++i) {
        TRY_ASSIGN(ReceiptLine line, line_of((*lines)[i], i));
        receipt.lines.push_back(std::move(line));
    }
    return receipt;
}

Json to_json(const Receipt& receipt) {
    Json lines = Json::array();
    for (const ReceiptLine& line : receipt.lines)
        lines.push_back({{"sku", line.sku},
                         {"name", line.name},
                         {"quantity", static_cast<double>(line.quantity_thousandths) / 1000},
                         {"price_minor", line.price_minor},
                         {"amount_minor", line.amount_minor}});
    return {{"id", receipt.id},
            {"till", receipt.till},
            {"at", to_text(receipt.at)},
            {"kind", to_text(receipt.kind)},
            {"currency", receipt.currency},
            {"total_minor", receipt.total_minor},
            {"card", receipt.card},
            {"lines", std::move(lines)}};
}

Json to_json(const records::ReceiptRow& row) {
    return {{"id", row.id},
            {"till", row.till},
            {"at", to_text(row.at)},
            {"kind", to_text(row.kind)},
            {"currency", row.currency},
            {"total_minor", row.total_minor},
            {"card", row.card},
            {"line_count", row.line_count},
            {"received", to_text(row.received)}};
}

}  // namespace vitrina::api
