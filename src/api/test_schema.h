// Checks JSON against the part of JSON Schema that openapi.json uses. A keyword that it doesn't know is a
// problem: nothing is taken for checked that isn't. Pure functions.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vitrina::api {

/// What is wrong with `value`, with its place; empty when nothing is. `document` is where "$ref" leads.
[[nodiscard]] std::vector<std::string> schema_problems(const nlohmann::json& document,
                                                       const nlohmann::json& schema,
                                                       const nlohmann::json& value,
                                                       const std::string& place = "$");

}  // namespace vitrina::api
