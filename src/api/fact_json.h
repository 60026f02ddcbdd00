// Facts as they go out over HTTP: the JSON of docs/events with instants of the world's clock. Pure functions;
// any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "records/fact_store.h"

namespace vitrina::api {

enum class FactsTold : std::uint8_t { kAll, kWithoutStaff };

/// Whether without_staff() leaves anything out of it.
[[nodiscard]] bool tells_of_staff(const Fact& fact);

/// What those may know who are not to see who of the staff does what: nothing of work and talks, and labels
/// without who it is.
[[nodiscard]] std::optional<records::LoggedEvent> without_staff(const records::LoggedEvent& entry);

/// One line without its end.
[[nodiscard]] std::string to_json(const records::LoggedEvent& entry);

/// As a server-sent event `fact`, whose id is the sequence; only the id where nothing of it is told.
[[nodiscard]] std::string to_sse(const records::LoggedEvent& entry, FactsTold told = FactsTold::kAll);

}  // namespace vitrina::api
