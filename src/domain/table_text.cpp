#include "domain/table_text.h"

#include <cstddef>

#include "domain/text.h"
#include "domain/text_encoding.h"

namespace vitrina {
namespace {

constexpr std::size_t kShownCharactersMax = 40;  // characters of a value in a message

}  // namespace

std::string lower_case(const std::string& text) {
    const auto points = decode_utf8(text);
    if (!points) return text;
    std::string result;
    for (char32_t c : *points) {
        if ((c >= 'A' && c <= 'Z') || (c >= U'А' && c <= U'Я')) c += 0x20;
        if (c == U'Ё') c = U'ё';
        append_utf8(result, c);
    }
    return result;
}

std::string shown_value(const std::string& text) {
    const auto points = decode_utf8(text);
    if (!points || points->size() <= kShownCharactersMax) return json_quoted(text);
    std::string begin;
    for (const char32_t c : points->substr(0, kShownCharactersMax))
        append_utf8(begin, c);
    return json_quoted(begin + "…");
}

}  // namespace vitrina
