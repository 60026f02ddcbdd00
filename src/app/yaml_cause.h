// Why a text is not YAML, as far as the usual mistakes go: yaml-cpp tells what it met, which is often lines
// after what is missing, or nothing at all. Nothing of the text is shown, which may hold passwords. Pure
// functions; any thread. Private to the configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/yaml_tree.h"

namespace vitrina::app {

struct YamlCause {
    Place place;
    std::string words;
};

/// A bracket or a quote that begins and has no end, or one of another kind. To be asked only about text that
/// is refused: rare forms are taken for others.
[[nodiscard]] std::optional<YamlCause> unclosed_in(std::string_view text);

/// A text in quotes that begins at this place, as yaml-cpp gives it, and has no end: yaml-cpp takes it with
/// all that follows for whole.
[[nodiscard]] std::optional<YamlCause> unclosed_quote_at(Place place, std::string_view text);

/// What is wrong, and what would be right: by yaml-cpp's words, the place that it gives them, and the text
/// itself.
[[nodiscard]] YamlCause cause_of(std::string_view message, Place place, std::string_view text);

}  // namespace vitrina::app
