// How wrong each audited count is, from the answers and from what the records count now. A function of the
// records; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "evaluate/audit_error.h"
#include "records/audit_store.h"

namespace vitrina::pipeline {

struct AuditedPlace {
    records::AuditPlace place;
    std::int64_t windows = 0;
    std::int64_t clips = 0;     // picked, with their pictures or answered
    std::int64_t answered = 0;  // with a number
    std::int64_t unclear = 0;
    /// Of crossings in, and out; of stays `in` is how many were there, all windows together. Nothing until a
    /// clip of each stratum is answered.
    std::optional<evaluate::CountError> in;
    std::optional<evaluate::CountError> out;
};

[[nodiscard]] Result<std::vector<AuditedPlace>> audit_report(const records::AuditStore& audits,
                                                             const records::Audit& audit);

/// What the records count in a clip.
[[nodiscard]] Result<records::AuditedCount> counted_in(const records::AuditStore& audits,
                                                       const records::Audit& audit,
                                                       const records::AuditClip& clip);

}  // namespace vitrina::pipeline
