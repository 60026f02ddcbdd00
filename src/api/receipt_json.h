// The JSON form of receipts (docs/receipts.md). Pure functions; any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "domain/receipt.h"
#include "records/receipt_store.h"

namespace vitrina::api {

/// Fails (kConfiguration) at a field that is missing, of another type or unknown: "lines[2].sku: must be
/// text". What is acceptable otherwise is not asked here (domain/receipt_rules.h).
[[nodiscard]] Result<Receipt> receipt_of(const nlohmann::json& json);

[[nodiscard]] nlohmann::ordered_json to_json(const Receipt& receipt);
[[nodiscard]] nlohmann::ordered_json to_json(const records::ReceiptRow& row);

}  // namespace vitrina::api
