#include "api/receipt_intake.h"

#include <cstddef>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/customer_names.h"

namespace vitrina::api {
namespace {

using records::ReceiptOutcome;

std::optional<ReceiptProblem> problem_of_outcome(ReceiptOutcome outcome, const Receipt& receipt) {
    using Code = ReceiptProblem::Code;
    if (outcome == ReceiptOutcome::kConflict)
        return ReceiptProblem{
            Code::kConflict,
            fmt::format("receipt \"{}\" is there already with another content; it stays", receipt.id)};
    if (outcome == ReceiptOutcome::kUnknownTill)
        return ReceiptProblem{
            Code::kUnknownTill,
            fmt::format("till \"{}\" is not known; add it (PUT /api/tills/...) and send the receipt again",
                        receipt.till)};
    return std::nullopt;
}

}  // namespace

Result<std::vector<TakenReceipt>> take_receipts(records::ReceiptStore& store, const privacy::Sealer& sealer,
                                                std::vector<Receipt> receipts, UtcTime now) {
    std::vector<TakenReceipt> taken(receipts.size());
    std::vector<Receipt> acceptable;
    std::vector<std::size_t> places;  // of these among all
    acceptable.reserve(receipts.size());
    places.reserve(receipts.size());
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        taken[i].problem = problem_of(receipts[i], now);
        if (taken[i].problem) continue;
        acceptable.push_back(std::move(receipts[i]));
        places.push_back(i);
    }
    const auto names = card_names_of(sealer, acceptable);
    for (Receipt& receipt : acceptable)
        if (!receipt.card.empty()) receipt.card = pseudonym_of_card(sealer, receipt.card);
    TRY_ASSIGN(const std::vector<ReceiptOutcome> outcomes, store.add(acceptable, now, names));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        taken[places[i]].added = outcomes[i] == ReceiptOutcome::kAdded;
        taken[places[i]].problem = problem_of_outcome(outcomes[i], acceptable[i]);
    }
    return taken;
}

}  // namespace vitrina::api
