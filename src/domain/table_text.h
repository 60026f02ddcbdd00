// What readers of tables share: names of columns and values as they are told. Pure functions; any thread.
#pragma once

#include <string>

namespace vitrina {

/// ASCII and Russian letters; nothing else stands in a head that we know. Text that is no UTF-8 stays.
[[nodiscard]] std::string lower_case(const std::string& text);

/// In quotes, its begin only when it is long: for messages.
[[nodiscard]] std::string shown_value(const std::string& text);

}  // namespace vitrina
