// How customers are called inside: by pseudonyms of their loyalty cards, so that the records tell nobody
// without the shop's key whose they are. Whoever sends hashes of cards is understood too. Any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/customer_table.h"
#include "domain/receipt.h"
#include "privacy/sealer.h"
#include "records/receipt_store.h"

namespace vitrina::api {

/// Of a card's number.
[[nodiscard]] std::string pseudonym_of_card(const privacy::Sealer& sealer, const std::string& card);

/// Of what problem_of() finds nothing wrong with. For a SHA-256 it is a pseudonym of that, until a receipt
/// with the card has come: records::ReceiptStore::add().
[[nodiscard]] std::string customer_called(const privacy::Sealer& sealer, const CustomerName& name);

/// What the SHA-256 of each card is, for those who send that; the cards are still plain.
[[nodiscard]] std::vector<records::CardName> card_names_of(const privacy::Sealer& sealer,
                                                           std::span<const Receipt> receipts);

}  // namespace vitrina::api
