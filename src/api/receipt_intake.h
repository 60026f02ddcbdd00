// The one way in for receipts, whether they come by HTTP or as files: checked, their cards made
// unrecognisable, kept. Any thread.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/receipt.h"
#include "domain/receipt_rules.h"
#include "privacy/sealer.h"
#include "records/receipt_store.h"

namespace vitrina::api {

struct TakenReceipt {
    bool added = false;                     // false without a problem: it was there already
    std::optional<ReceiptProblem> problem;  // why it was not kept
};

/// Keeps those that are acceptable, each for itself; what became of each. They are on the disk when this
/// returns. Fails when the records do: then none was kept.
[[nodiscard]] Result<std::vector<TakenReceipt>> take_receipts(records::ReceiptStore& store,
                                                              const privacy::Sealer& sealer,
                                                              std::vector<Receipt> receipts, UtcTime now);

}  // namespace vitrina::api
