// An event as columns of a table, and back. For this folder only. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"

namespace vitrina::records {

/// In the order of EventRow::fields(); `events` and `facts` both have them.
inline constexpr std::string_view kEventColumns =
    "id, revision, kind, shop, camera, layout, confidence, person, place, direction, people, "
    "source_begin_us, source_end_us, begin_ms, end_ms";

/// The notes of a row of such a table, as a column: what was wrong with its camera while it happened, and
/// whether it gave pictures at all ("silent"). What is of the floor plan is of all cameras that its plan has
/// calibrated; what is wrong on the plan alone says nothing of the camera's own. Whoever was seen within the
/// last two seconds before a camera fell silent was cut off by that.
inline constexpr std::string_view kNotesColumn =
    "COALESCE((SELECT GROUP_CONCAT(trouble) FROM (SELECT trouble FROM troubles WHERE troubles.camera IN "
    "(SELECT row.camera UNION ALL SELECT camera FROM plan_cameras WHERE version = row.layout) AND "
    "troubles.begin_ms <= row.end_ms AND (troubles.end_ms IS NULL OR troubles.end_ms >= row.begin_ms) "
    "AND (row.camera = 'plan' OR trouble NOT IN ('clock_apart', 'late')) UNION SELECT 'silent' FROM outages "
    "WHERE outages.camera IN (SELECT row.camera UNION ALL SELECT '' "
    "UNION ALL SELECT camera FROM plan_cameras WHERE version = row.layout) AND outages.begin_ms <= "
    "row.end_ms + 2000 AND (outages.end_ms IS NULL OR outages.end_ms >= row.begin_ms))), '')";

struct EventRow {
    std::string id;
    int revision = 0;
    std::string kind;
    std::string shop;
    std::string camera;
    std::string layout;
    double confidence = 0;
    std::optional<std::int64_t> person;
    std::string place;
    std::optional<std::string> direction;
    std::optional<int> people;
    std::int64_t source_begin_us = 0;
    std::int64_t source_end_us = 0;
    UtcTime begin;
    UtcTime end;

    [[nodiscard]] auto fields() {
        return std::tie(id, revision, kind, shop, camera, layout, confidence, person, place, direction,
                        people, source_begin_us, source_end_us, begin, end);
    }
};

/// Of "direction" of traits: the bounds of the age; zeros for another text.
[[nodiscard]] std::pair<int, int> age_bounds(std::string_view text);

/// Fails for an event that can't be one: see FactStore::append().
[[nodiscard]] Result<EventRow> to_row(const LiveEvent& event);

/// Fails for a row that this program has not written.
[[nodiscard]] Result<LiveEvent> to_event(const EventRow& row);

}  // namespace vitrina::records
