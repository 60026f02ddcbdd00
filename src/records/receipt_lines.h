// The lines of a receipt. For this folder only; see connection.h for threads and errors.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/receipt.h"
#include "records/connection.h"

namespace vitrina::records {

/// In their order; `receipt` is the number of its row.
[[nodiscard]] inline std::vector<ReceiptLine> lines_of(Connection& connection, std::int64_t receipt) {
    Query query = connection.query(
        "SELECT sku, name, quantity_thousandths, price_minor, amount_minor FROM receipt_lines "
        "WHERE receipt = ? ORDER BY line");
    query.bind(receipt);
    std::vector<ReceiptLine> lines;
    while (query.step()) {
        ReceiptLine& line = lines.emplace_back();
        query.read(line.sku, line.name, line.quantity_thousandths, line.price_minor, line.amount_minor);
    }
    return lines;
}

}  // namespace vitrina::records
