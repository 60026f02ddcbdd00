// The step of the schema (schema.cpp) that brings what is done about alarms, and what is told of queues.
#pragma once

namespace vitrina::records {

/// What was done about alarms, which till a forecast wanted open, in which language channels are told, and
/// the last thing that was said of each queue.
inline constexpr const char* kAlarmNotes = R"(
CREATE TABLE alarm_notes (                  -- what somebody did about it, in the order in which it was told
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    alarm  INTEGER NOT NULL REFERENCES alarms ON DELETE CASCADE,
    at_ms  INTEGER NOT NULL,
    who    TEXT NOT NULL,
    text   TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_notes_by_alarm ON alarm_notes (alarm);
INSERT INTO alarm_notes (alarm, at_ms, who, text)
    SELECT id, acknowledged_ms, acknowledged_by, note FROM alarms
    WHERE note <> '' AND acknowledged_ms IS NOT NULL ORDER BY id;
ALTER TABLE alarms ADD COLUMN open_till TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN open_at_ms INTEGER;
ALTER TABLE alarms ADD COLUMN watch_match TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
CREATE INDEX queues_by_place ON facts (camera, place, end_ms) WHERE kind = 'queue' AND retracted = 0;
)";

}  // namespace vitrina::records
