// Audits of counts, at rest: which short windows of time were picked, of how many, and what people answered
// who looked at them; and what the records themselves count there. Pictures are not here. See database.h for
// threads and errors.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/database.h"

namespace vitrina::records {

/// Of an audit that somebody opens.
inline constexpr std::int64_t kAuditMinutesMin = 5;
inline constexpr std::int64_t kAuditMinutesMax = 7 * 24 * 60;
inline constexpr std::int64_t kAuditClipsMin = 3;
inline constexpr std::int64_t kAuditClipsMax = 60;
inline constexpr std::int64_t kAuditSeedMax = 1'000'000'000;

struct Audit {
    std::int64_t id = 0;  // 0: not saved yet
    UtcTime opened;
    std::string opened_by;
    UtcTime closes;
    std::optional<UtcTime> closed;
    std::int64_t seed = 1;
    int clips_max = 12;               // of each stratum
    std::chrono::seconds window{10};  // whole windows since 1970
    friend bool operator==(const Audit&, const Audit&) = default;
};

enum class AuditKind : std::uint8_t {
    kCrossing,  // of a line, in a window
    kStay,      // in a zone, at the end of a window
};

/// "crossing", "stay".
[[nodiscard]] std::string to_text(AuditKind kind);

/// Something that is counted.
struct AuditPlace {
    std::string camera;  // whose line or zone it is; may be kPlanCamera
    AuditKind kind = AuditKind::kCrossing;
    std::string place;
    friend auto operator<=>(const AuditPlace&, const AuditPlace&) = default;
};

struct AuditStratum {
    AuditPlace place;
    bool is_busy = false;  // somebody was counted in these windows
    std::int64_t windows = 0;
    UtcTime first;  // begin of the first window
    UtcTime last;   // end of the last
};

struct AuditAnswer {
    std::optional<int> in;   // of a stay: how many were there; nothing: not answered
    std::optional<int> out;  // of a crossing
    bool is_unclear = false;
    std::string by;
    std::optional<UtcTime> at;
    [[nodiscard]] bool is_given() const { return in.has_value() || is_unclear; }
};

struct AuditClip {
    std::int64_t id = 0;
    std::int64_t audit = 0;
    AuditPlace place;
    bool is_busy = false;
    double draw = 0;  // 0..1; the lowest of a stratum are picked
    UtcTime begin;    // of the window
    UtcTime end;
    std::string film;     // the camera that was filmed
    std::string drawing;  // opaque here
    int frames = 0;       // 0: the pictures are gone
    std::int64_t bytes = 0;
    AuditAnswer answer;
};

/// What the records count.
struct AuditedCount {
    std::int64_t in = 0;  // of a stay: people
    std::int64_t out = 0;
};

class AuditStore {
  public:
    explicit AuditStore(std::shared_ptr<Database> database);
    ~AuditStore();

    /// The new one's id; nothing when one is open already at its `opened`.
    [[nodiscard]] Result<std::optional<std::int64_t>> open(const Audit& audit);
    /// The newest first. Those whose time was over at `now` are closed.
    [[nodiscard]] Result<std::vector<Audit>> audits(UtcTime now);
    /// From now on no clip is picked. Whether it was open.
    [[nodiscard]] Result<bool> close(std::int64_t audit, UtcTime now);
    /// With all its clips and answers. Whether it was there.
    [[nodiscard]] Result<bool> remove(std::int64_t audit);

    struct Offer {
        std::optional<std::int64_t> kept;    // the clip's id, when the window was picked
        std::vector<std::int64_t> replaced;  // whose pictures are to go
    };
    /// A window of an open audit, which is picked when fewer than clips_max were or it has a lower draw than
    /// one of them. Windows that were offered before are passed over.
    [[nodiscard]] Result<Offer> offer(const Audit& audit, const AuditClip& window);
    /// Its pictures can't be kept, or are gone.
    [[nodiscard]] Result<void> lose(std::int64_t clip);
    [[nodiscard]] Result<std::vector<AuditStratum>> strata(std::int64_t audit) const;
    [[nodiscard]] Result<std::vector<AuditClip>> clips(std::int64_t audit) const;
    [[nodiscard]] Result<std::optional<AuditClip>> clip(std::int64_t clip) const;
    /// Of those whose pictures are there, of any audit.
    [[nodiscard]] Result<std::optional<AuditClip>> oldest_with_pictures() const;
    /// All clips together.
    [[nodiscard]] Result<std::int64_t> bytes() const;
    /// Whether the clip is there.
    [[nodiscard]] Result<bool> answer(std::int64_t clip, const AuditAnswer& answer);

    /// Crossings in [from, to).
    [[nodiscard]] Result<AuditedCount> crossings(const AuditPlace& place, UtcTime from, UtcTime to) const;
    /// People in the zone at the end of each window in (from, to], all together.
    [[nodiscard]] Result<AuditedCount> stays(const AuditPlace& place, UtcTime from, UtcTime to,
                                             std::chrono::seconds window) const;

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
