// The JSON form of events: one object, one line; schemas and the meaning of each field in docs/events. Pure
// functions; any thread. Nothing depends on the locale: the same event is the same bytes everywhere.
#pragma once

#include <string>
#include <string_view>

#include "domain/event.h"

namespace vitrina {

/// Grows when a field changes its meaning or goes; a new field does not change it.
inline constexpr int kEventSchemaVersion = 1;

/// "visit", "crossing", "occupancy", "touch", "queue", "wait", "service", "label", "work", "stand", "talk",
/// "traits".
[[nodiscard]] std::string_view kind_of(const Fact& fact);

/// The members "shelf" and, where there is one, "section".
[[nodiscard]] std::string shelf_json(const Touch& touch);
/// The member "member" with a comma after it; nothing where it is not known.
[[nodiscard]] std::string member_json(const Label& label);
/// All members but times.
[[nodiscard]] std::string work_json(const Work& work);
[[nodiscard]] std::string stand_json(const Stand& stand);
[[nodiscard]] std::string talk_json(const Talk& talk);
/// Of somebody's sex and age, likewise.
[[nodiscard]] std::string traits_json(const Traits& traits);

/// One line, without the line's end. Times are seconds from the start of the source with three decimals. A
/// name that is not UTF-8 gets U+FFFD in place of the bad bytes.
[[nodiscard]] std::string to_json_line(const Event& event);

/// KIND-16 hex digits, from the shop, the camera and what makes the fact this fact and no other: the person,
/// the zone or line and the begin (to the millisecond). An end that is corrected later, a better confidence
/// or a redrawn layout leave it as it is.
[[nodiscard]] std::string event_id(std::string_view shop, std::string_view camera, const Fact& fact);

}  // namespace vitrina
