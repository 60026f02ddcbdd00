// Descriptions of bodies as bytes, to be sealed and stored: 16-bit numbers with a head. Pure functions; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "teach/staff_model.h"

namespace vitrina::pipeline {

/// All of one width; values from -1 to 1, others are brought there.
[[nodiscard]] std::string code_of(const std::vector<teach::Look>& looks);
/// Nothing for bytes that are no such code.
[[nodiscard]] std::optional<std::vector<teach::Look>> looks_from(std::string_view code);

}  // namespace vitrina::pipeline
