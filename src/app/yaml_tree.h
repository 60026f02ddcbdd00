// YAML as a tree whose every key and value knows its place in the file, read from yaml-cpp's events: its own
// tree keeps one of two equal keys in silence, and forgets where a missing value should have been. Only what
// a configuration needs: one document of maps, lists and text; no anchors, aliases or tags. Text is as it was
// written: nothing is taken for a number, a date or a truth here. Pure function; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vitrina::app {

/// A configuration is a few kilobytes and four levels deep; what is beyond these is a mistake or an attack.
inline constexpr std::size_t kYamlBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kYamlDepthMax = 16;
inline constexpr std::size_t kYamlValuesMax = 20'000;

/// From 1, as editors count; the column in characters.
struct Place {
    int line = 1;
    int column = 1;
};

struct YamlEntry;

struct YamlValue {
    enum class Kind : std::uint8_t { kNothing, kText, kList, kMap };

    Kind kind = Kind::kNothing;
    Place place;
    std::string text;                // of kText
    std::vector<YamlValue> items;    // of kList
    std::vector<YamlEntry> entries;  // of kMap, as they stand: a key may be there twice
};

struct YamlEntry {
    std::string key;
    Place place;  // of the key
    YamlValue value;
};

/// Errors: "name:line:column: what". They show nothing of the text, which may hold passwords.
[[nodiscard]] Result<YamlValue> parse_yaml(std::string_view text, const std::string& name);

}  // namespace vitrina::app
