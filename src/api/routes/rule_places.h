// Whether what a rule is about is there: its camera, and its zone, queue or shelf. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/services.h"
#include "rules/rule.h"

namespace vitrina::api {

/// What a rule names and the shop hasn't: such a rule never comes true.
struct MissingPlace {
    enum class What : std::uint8_t { kCamera, kPlace };
    What what = What::kCamera;
    std::string why;  // "place: \"til 1\" is no queue of camera \"hall\"; there are: till 1, till 2"
};
[[nodiscard]] std::optional<MissingPlace> missing_place(const rules::Rule& rule, const Services& services);

}  // namespace vitrina::api
