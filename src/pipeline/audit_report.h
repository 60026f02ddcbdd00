// How wrong each audited count is, from the answers and from what the records count now. A function of the
// records; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluate/audit_error.h"
#include "records/audit_store.h"
#include "records/shop_store.h"

namespace vitrina::pipeline {

struct AuditedPlace {
    records::AuditPlace place;
    std::int64_t windows = 0;
    std::int64_t clips = 0;     // picked, with their pictures or answered
    std::int64_t answered = 0;  // with a number
    std::int64_t unclear = 0;
    /// It is drawn elsewhere now than when a clip was filmed, or not at all: what was answered says nothing
    /// of what is counted there now, and no error is told.
    bool is_outdated = false;
    /// Of crossings in, and out; of stays `in` is how many were there, all windows together. Nothing until a
    /// clip of each stratum is answered.
    std::optional<evaluate::CountError> in;
    std::optional<evaluate::CountError> out;
    /// What they come from.
    std::vector<evaluate::AuditStratum> answers_in{};
    std::vector<evaluate::AuditStratum> answers_out{};
};

/// How wrong the counts of all lines, or of all zones, of one camera are together.
struct AuditedCamera {
    std::string camera;
    records::AuditKind kind = records::AuditKind::kCrossing;
    std::int64_t places = 0;  // whose errors are known: the others are in no sum
    std::optional<evaluate::CountError> in;
    std::optional<evaluate::CountError> out;
};

/// `shop` says what is drawn at `now`.
[[nodiscard]] Result<std::vector<AuditedPlace>> audit_report(const records::AuditStore& audits,
                                                             const records::ShopStore& shop,
                                                             const records::Audit& audit, UtcTime now);

/// Clips of different places are picked independently, so their strata are those of one sum.
[[nodiscard]] std::vector<AuditedCamera> audit_by_camera(std::span<const AuditedPlace> places);

/// What the records count in a clip.
[[nodiscard]] Result<records::AuditedCount> counted_in(const records::AuditStore& audits,
                                                       const records::Audit& audit,
                                                       const records::AuditClip& clip);

}  // namespace vitrina::pipeline
