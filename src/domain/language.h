// The languages in which people are told something. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vitrina {

enum class Language : std::uint8_t { kEnglish, kRussian };

/// "en", "ru".
[[nodiscard]] constexpr std::string_view to_text(Language language) {
    return language == Language::kRussian ? "ru" : "en";
}
[[nodiscard]] constexpr std::optional<Language> parse_language(std::string_view text) {
    if (text == "en") return Language::kEnglish;
    if (text == "ru") return Language::kRussian;
    return std::nullopt;
}

}  // namespace vitrina
