// Who counts: everybody, or only those who don't work here as far as is known. Plain values.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrina::records {

enum class People : std::uint8_t { kAll, kCustomers };

/// For a condition on rows of `facts`: not of somebody whose label says staff. Answered from an index.
inline constexpr std::string_view kNotOfStaff =
    " AND NOT EXISTS (SELECT 1 FROM facts AS label WHERE label.kind = 'label' AND label.retracted = 0 AND "
    "label.person = facts.person AND label.place = 'staff')";

[[nodiscard]] constexpr std::string_view only(People people) {
    return people == People::kCustomers ? kNotOfStaff : std::string_view();
}

}  // namespace vitrina::records
