// Receipts of the tills at rest, and the tills themselves. See database.h for threads and errors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/receipt.h"
#include "records/database.h"

namespace vitrina::records {

struct ReceiptFilter {
    UtcTime from;  // receipts at or after it, by the till's clock
    UtcTime to;    // and before it
    std::optional<std::string> till;
    std::optional<ReceiptKind> kind;
    bool descending = true;  // the newest first
    std::int64_t offset = 0;
    std::int64_t limit = 100;  // at most kReceiptsAtOnceMax
};
inline constexpr std::int64_t kReceiptsAtOnceMax = 1000;

/// A receipt without its lines.
struct ReceiptRow {
    std::string id;
    std::string till;
    UtcTime at;
    ReceiptKind kind = ReceiptKind::kSale;
    std::string currency;
    std::int64_t total_minor = 0;
    std::string card;
    std::int64_t line_count = 0;
    UtcTime received;
};

struct ReceiptPage {
    std::vector<ReceiptRow> rows;
    std::int64_t total = 0;  // that match, whatever the limit
};

/// What became of a receipt that was to be added.
enum class ReceiptOutcome : std::uint8_t {
    kAdded,
    kKnown,        // it was there already, the same
    kConflict,     // another one of this id is there, which stays
    kUnknownTill,  // there is no such till
};

/// Another name of a card.
struct CardName {
    std::string name;
    std::string card;  // as it stands in receipts
};

class ReceiptStore {
  public:
    explicit ReceiptStore(std::shared_ptr<Database> database);
    ~ReceiptStore();

    [[nodiscard]] Result<std::vector<Till>> tills() const;
    /// Adds or replaces the till of this id.
    [[nodiscard]] Result<void> save_till(const Till& till);
    /// Its receipts stay. Whether it was there.
    [[nodiscard]] Result<bool> remove_till(const std::string& id);

    /// Adds receipts that problem_of() finds nothing wrong with, each for itself, in one transaction that is
    /// on the disk when this returns: an outcome for each. The same again changes nothing, so a sender may
    /// repeat what he is not sure of. `names` are how others call cards, each as a pseudonym of that: those
    /// of receipts that were added are kept.
    [[nodiscard]] Result<std::vector<ReceiptOutcome>> add(std::span<const Receipt> receipts, UtcTime now,
                                                          std::span<const CardName> names = {});

    [[nodiscard]] Result<std::optional<Receipt>> receipt(const std::string& id) const;
    [[nodiscard]] Result<ReceiptPage> receipts(const ReceiptFilter& filter) const;
    /// The rows of such a page alone.
    [[nodiscard]] Result<std::vector<ReceiptRow>> receipt_rows(const ReceiptFilter& filter) const;

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
