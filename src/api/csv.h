// Tables for spreadsheets: RFC 4180, with what spreadsheets make of it in mind. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vitrina::api {

/// What the file begins with, so that spreadsheets take it for UTF-8.
inline constexpr const char* kUtf8Mark = "\xEF\xBB\xBF";

/// A line with its end. Text that a spreadsheet would compute as a formula gets an apostrophe in front; a
/// number stays one.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace vitrina::api
