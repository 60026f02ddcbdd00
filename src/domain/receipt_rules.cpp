#include "domain/receipt_rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/text.h"

namespace vitrina {
namespace {

using Code = ReceiptProblem::Code;
using Problem = std::optional<ReceiptProblem>;

constexpr std::array<std::string_view, 8> kCodes = {"bad_field",    "from_the_future", "too_old",
                                                    "negative",     "wrong_sum",       "too_many_lines",
                                                    "unknown_till", "conflict"};
constexpr std::size_t kCurrencyLength = 3;  // ISO 4217

Problem bad(std::string message) {
    return ReceiptProblem{Code::kBadField, std::move(message)};
}

enum class May : std::uint8_t { kBeEmpty, kNotBeEmpty };

Problem problem_of_text(const std::string& text, const std::string& where, May may,
                        std::size_t length_max = kReceiptIdLengthMax) {
    if (text.empty()) return may == May::kBeEmpty ? Problem() : bad(where + " is missing");
    const auto points = decode_utf8(text);
    if (!points) return bad(where + " is not UTF-8");
    if (points->size() > length_max)
        return bad(fmt::format("{} has {} characters, more than {}", where, points->size(), length_max));
    if (std::any_of(points->begin(), points->end(), [](char32_t c) { return c < 0x20 || c == 0x7F; }))
        return bad(where + " has control characters");
    return {};
}

Problem problem_of_money(std::int64_t minor, const std::string& where) {
    if (minor < 0)
        return ReceiptProblem{Code::kNegative,
                              fmt::format("{} is {}, below zero; a return is a receipt of the kind "
                                          "\"return\" with sums above zero",
                                          where, minor)};
    if (minor > kMoneyMinorMax)
        return bad(fmt::format("{} is {}, more than {}", where, minor, kMoneyMinorMax));
    return {};
}

Problem problem_of_line(const ReceiptLine& line, std::size_t number) {
    const auto where = [&](const char* field) { return fmt::format("lines[{}].{}", number, field); };
    if (auto problem = problem_of_text(line.sku, where("sku"), May::kNotBeEmpty)) return problem;
    if (auto problem = problem_of_text(line.name, where("name"), May::kBeEmpty, kReceiptNameLengthMax))
        return problem;
    if (line.quantity_thousandths <= 0)
        return ReceiptProblem{line.quantity_thousandths < 0 ? Code::kNegative : Code::kBadField,
                              where("quantity") + " is not above zero"};
    if (line.quantity_thousandths > kQuantityThousandthsMax)
        return bad(fmt::format("{} is more than {}", where("quantity"), kQuantityThousandthsMax / 1000));
    if (auto problem = problem_of_money(line.price_minor, where("price_minor"))) return problem;
    return problem_of_money(line.amount_minor, where("amount_minor"));
}

Problem problem_of_lines(const Receipt& receipt) {
    if (receipt.lines.size() > kReceiptLinesMax)
        return ReceiptProblem{Code::kTooMany, fmt::format("has {} lines, more than {}", receipt.lines.size(),
                                                          kReceiptLinesMax)};
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < receipt.lines.size(); ++i) {
        if (auto problem = problem_of_line(receipt.lines[i], i)) return problem;
        sum += receipt.lines[i].amount_minor;
    }
    if (!receipt.lines.empty() &&
        std::abs(sum - receipt.total_minor) > static_cast<std::int64_t>(receipt.lines.size()))
        return ReceiptProblem{Code::kWrongSum, fmt::format("the lines add up to {}, the total is {}", sum,
                                                           receipt.total_minor)};
    return {};
}

Problem problem_of_instant(UtcTime at, UtcTime now) {
    constexpr UtcTime kFirst(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1));
    if (at < kFirst) return ReceiptProblem{Code::kTooOld, "at is before the year 2000: the till's clock?"};
    if (at <= now + kReceiptFutureMax) return {};
    return ReceiptProblem{
        Code::kFromFuture,
        fmt::format("at is {} s ahead of this computer's clock, more than {} s: the till's clock or zone?",
                    std::chrono::duration_cast<std::chrono::seconds>(at - now).count(),
                    std::chrono::seconds(kReceiptFutureMax).count())};
}

}  // namespace

std::string_view to_text(Code code) {
    return kCodes.at(static_cast<std::size_t>(code));
}

Problem problem_of(const Receipt& receipt, UtcTime now) {
    if (auto problem = problem_of_text(receipt.id, "id", May::kNotBeEmpty)) return problem;
    if (auto problem = problem_of_text(receipt.till, "till", May::kNotBeEmpty)) return problem;
    if (auto problem = problem_of_text(receipt.card, "card", May::kBeEmpty)) return problem;
    if (!receipt.currency.empty() && (receipt.currency.size() != kCurrencyLength ||
                                      !std::all_of(receipt.currency.begin(), receipt.currency.end(),
                                                   [](char c) { return c >= 'A' && c <= 'Z'; })))
        return bad("currency is not three capital letters like RUB");
    if (auto problem = problem_of_instant(receipt.at, now)) return problem;
    if (auto problem = problem_of_money(receipt.total_minor, "total_minor")) return problem;
    return problem_of_lines(receipt);
}

Problem problem_of(const Till& till) {
    if (auto problem = problem_of_text(till.id, "id", May::kNotBeEmpty)) return problem;
    if (auto problem = problem_of_text(till.name, "name", May::kNotBeEmpty)) return problem;
    if (auto problem = problem_of_text(till.camera, "camera", May::kBeEmpty)) return problem;
    if (auto problem = problem_of_text(till.zone, "zone", May::kBeEmpty)) return problem;
    if (till.camera.empty() != till.zone.empty())
        return bad("camera and zone belong together: give both or neither");
    return {};
}

std::string digest_of(const Receipt& receipt) {
    // Lengths stand before texts, so that no content can pass for another's.
    std::string content;
    const auto add = [&content](const std::string& text) {
        content += fmt::format("{}:{} ", text.size(), text);
    };
    add(receipt.till);
    content += fmt::format("{} {} {} ", receipt.at.time_since_epoch().count(), to_text(receipt.kind),
                           receipt.total_minor);
    add(receipt.currency);
    add(receipt.card);
    for (const ReceiptLine& line : receipt.lines) {
        add(line.sku);
        add(line.name);
        content += fmt::format("{} {} {} ", line.quantity_thousandths, line.price_minor, line.amount_minor);
    }
    return hex_digest(content, 16);
}

}  // namespace vitrina
