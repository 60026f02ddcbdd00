// Facts as they go out over HTTP: the JSON of docs/events with instants of the world's clock. Pure functions;
// any thread.
#pragma once

#include <string>

#include "records/fact_store.h"

namespace vitrina::api {

/// One line without its end.
[[nodiscard]] std::string to_json(const records::LoggedEvent& entry);

/// As a server-sent event `fact`, whose id is the sequence.
[[nodiscard]] std::string to_sse(const records::LoggedEvent& entry);

}  // namespace vitrina::api
