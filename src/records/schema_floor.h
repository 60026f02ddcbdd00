// The step of the schema (schema.cpp) that brings who came in, as the floor plan knows it.
#pragma once

namespace vitrina::records {

/// Visitors whom the floor plan has seen come in: each once, however often somebody steps out and back.
inline constexpr const char* kPlanEntries = R"(
CREATE TABLE plan_entries (
    person INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX plan_entries_by_time ON plan_entries (at_ms);
)";

}  // namespace vitrina::records
