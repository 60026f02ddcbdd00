// What readers of tables share: names of columns, where these stand, and values as they are told. Pure
// functions and plain values; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/result.h"

namespace vitrina {

/// ASCII and Russian letters; nothing else stands in a head that we know. Text that is no UTF-8 stays.
[[nodiscard]] std::string lower_case(const std::string& text);

/// In quotes, its begin only when it is long: for messages.
[[nodiscard]] std::string shown_value(const std::string& text);

/// Where the columns of a table stand.
template <typename Column, std::size_t kColumns>
class TableHead {
  public:
    TableHead() { places_.fill(kNowhere); }

    /// From the table's first row. `names` are in lower case; what a program says besides is not ours.
    template <std::size_t kNames>
    [[nodiscard]] Result<void> read(const std::vector<std::string>& head,
                                    const std::array<std::pair<std::string_view, Column>, kNames>& names) {
        for (std::size_t i = 0; i < head.size(); ++i) {
            const std::string name = lower_case(head[i]);
            const auto* const found = std::find_if(names.begin(), names.end(),
                                                   [&](const auto& known) { return known.first == name; });
            if (found == names.end()) continue;
            std::size_t& place = places_.at(static_cast<std::size_t>(found->second));
            if (place != kNowhere)
                return misconfigured(
                    fmt::format("line 1: the columns {} and {} are both \"{}\"", place + 1, i + 1, name));
            place = i;
        }
        return {};
    }
    [[nodiscard]] bool has(Column column) const {
        return places_.at(static_cast<std::size_t>(column)) != kNowhere;
    }
    /// Empty where the row ends before it, and where there is no such column.
    [[nodiscard]] const std::string& field(const std::vector<std::string>& row, Column column) const {
        static const std::string kNothing;
        const std::size_t place = places_.at(static_cast<std::size_t>(column));
        return place < row.size() ? row[place] : kNothing;
    }

  private:
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

    std::array<std::size_t, kColumns> places_{};
};

}  // namespace vitrina
