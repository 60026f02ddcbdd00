// Receipts of one till to the people who stood at it. A receipt is printed some seconds before its buyer
// leaves; how many, and how wrong the till's clock is, is learnt from the receipts and stays themselves: of
// all differences between a receipt and a stay's end the true ones are nearly alike, the others spread.
//
// Deterministic functions of what they are given, in whatever order it comes; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina::checkout {

/// A person's stay where buyers of the till stand.
struct TillStay {
    std::string id;  // of the visit
    PersonId person = 0;
    UtcTime begin;
    UtcTime end;
};

struct TillReceipt {
    std::int64_t number = 0;  // unique
    UtcTime at;               // by the till's clock
};

/// How a till's clock and habits were found to be.
struct TillClock {
    double leaves_s = 0;  // from the receipt's time to the moment its buyer leaves: habit and clock together
    double spread_s = 0;  // mean absolute difference from it
    std::int64_t pairs = 0;  // that it is learnt from
};

struct ReceiptMatch {
    std::int64_t receipt = 0;  // its number
    std::string stay;
    PersonId person = 0;
    double probability = 0;  // that it is this stay's
};

struct TillMatches {
    std::vector<ReceiptMatch> matches;  // by receipt; each receipt and each stay once at most
    std::optional<TillClock> clock;     // none: too few receipts to tell
};

struct MatchOptions {
    /// How wrong a clock may be, either way. A wider search finds false rhythms in quiet tills.
    std::chrono::seconds clock_error_max{600};
    /// Of buyers, who are seen at the till at all. Lower where the camera loses people.
    double seen = 0.97;
    /// What is known of the till from other days, for days with too few receipts.
    std::optional<TillClock> before;
};

/// The receipts and stays of a till on a day, or some such time.
[[nodiscard]] TillMatches match_receipts(std::span<const TillReceipt> receipts,
                                         std::span<const TillStay> stays, const MatchOptions& options = {});

}  // namespace vitrina::checkout
