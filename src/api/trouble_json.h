// What is wrong with cameras, as JSON. Pure functions; any thread.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "domain/picture_trouble.h"
#include "records/fact_store.h"

namespace vitrina::api {

/// By how much a view has moved; null for other troubles, and when it is another view altogether.
[[nodiscard]] nlohmann::ordered_json json_of(const ViewMove& move);

/// ["moved", "blurred"]
[[nodiscard]] nlohmann::ordered_json json_of_notes(const records::Notes& notes);

}  // namespace vitrina::api
