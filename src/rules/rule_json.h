// The JSON form of rules, as the records keep them and the API takes them (docs/alarms.md). Pure functions;
// any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "rules/rule.h"

namespace vitrina::rules {

/// Fails (kConfiguration) at the first field that is missing, wrong or unknown: "lasting_s: is a whole number
/// from 0 to 86400". The id is not in it.
[[nodiscard]] Result<Rule> parse_rule(std::string_view json);

/// Without the id.
[[nodiscard]] std::string to_json(const Rule& rule);

}  // namespace vitrina::rules
