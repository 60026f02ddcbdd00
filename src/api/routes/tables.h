// Answers that are small tables: rows of JSON objects as CSV. Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/http.h"

namespace vitrina::api {

/// A value as it stands in a cell; nothing for null.
[[nodiscard]] std::string cell_of(const nlohmann::ordered_json& value);
/// Objects as lines, their fields by the names of the head.
[[nodiscard]] std::string table_of(const nlohmann::ordered_json& rows, const std::vector<std::string>& head);
/// A file of that name.
[[nodiscard]] Response csv_response(const std::string& name, std::string text);

}  // namespace vitrina::api
