// The JSON form of a layout (docs/layout.md, docs/layout.schema.json): read and checked, and written. Pure
// functions but for load_layout(); any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/layout.h"

namespace vitrina {

// A layout is drawn by a person on a picture. Whatever is above these limits is a mistake or an attack, and
// each limit keeps one cost small: a person is tested against every corner in every frame.
inline constexpr std::size_t kLayoutBytesMax = 1U << 20U;  // 64 full zones with long names are 350 kB
inline constexpr std::size_t kLayoutDepthMax = 8;          // a layout nests seven deep
inline constexpr std::size_t kZonesMax = 64;               // more are not told apart by colour or by eye
inline constexpr std::size_t kLinesMax = 64;
inline constexpr std::size_t kShelvesMax = 64;
inline constexpr std::size_t kSectionsMax = 64;      // of one shelf
inline constexpr std::size_t kCornersMax = 256;      // of one zone: a smooth curve, drawn by hand
inline constexpr std::size_t kNameLengthMax = 64;    // code points: a table column, a legend
inline constexpr double kPictureSideMax = 16384;     // pixels; `video` bounds the area: 8192 x 8192
inline constexpr double kZoneAreaMin = 1;            // square pixels: below it no foot will ever be inside
inline constexpr double kLineLengthMin = 1;          // pixels: below it no path will ever cross
inline constexpr std::size_t kProblemsShownMax = 8;  // in one message; the rest are counted

/// The layout in `json`. Failure is kConfiguration: "NAME: WHERE: WHAT" with the place in the document
/// (`zones[1] "till"`, or line and column where it is not JSON), or all problems, one a line. `name` stands
/// for the document in messages.
[[nodiscard]] Result<Layout> parse_layout(std::string_view json, const std::string& name);

/// The layout in a file; a missing file or a directory is a kConfiguration error too.
[[nodiscard]] Result<Layout> load_layout(const std::filesystem::path& path);

/// "area", "department", "queue", "service", "cashier", "staff".
[[nodiscard]] std::string_view to_text(ZoneKind kind);

/// The JSON form, laid out for reading. parse_layout() of it gives the same layout.
[[nodiscard]] std::string to_json(const Layout& layout);

}  // namespace vitrina
