#include "api/accounts/names.h"

#include <algorithm>
#include <clocale>
#include <cwctype>
#include <utility>

#include <fmt/format.h>

#include "base/result.h"
#include "domain/text.h"

namespace vitrina::api {
namespace {

constexpr std::size_t kPrintableMax = 160;

char32_t folded_letter(char32_t c) {
    // Of its own, so that nobody's setlocale() changes it; the records compare names in the same way.
    static const locale_t kUnicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    VITRINA_ASSERT(kUnicode != nullptr);
    return static_cast<char32_t>(::towlower_l(static_cast<std::wint_t>(c), kUnicode));
}

void append_utf8(std::string& text, char32_t c) {
    const auto tail = [c](unsigned shift) { return static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += {static_cast<char>(0xC0U | c >> 6U), tail(0)};
    } else if (c < 0x10000) {
        text += {static_cast<char>(0xE0U | c >> 12U), tail(6), tail(0)};
    } else {
        text += {static_cast<char>(0xF0U | c >> 18U), tail(12), tail(6), tail(0)};
    }
}

bool is_control(char32_t c) {
    const bool bidi = (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
                      (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || bidi;  // the latter make one name look like another
}

}  // namespace

std::u32string folded(std::u32string text) {
    std::transform(text.begin(), text.end(), text.begin(), folded_letter);
    return text;
}

std::string folded(std::string_view text) {
    const auto points = decode_utf8(text);
    if (!points) return std::string(text);
    std::string result;
    for (const char32_t c : *points)
        append_utf8(result, folded_letter(c));
    return result;
}

std::optional<Refusal> check_name(const std::string& name) {
    const auto unsuitable = [](std::string why) {
        return Refusal(RefusalCode::kUnsuitableName, "the name " + std::move(why));
    };
    const auto points = decode_utf8(name);
    if (!points) return unsuitable("is not UTF-8 text");
    if (points->empty()) return unsuitable("is empty");
    if (points->size() > kNameLengthMax)
        return unsuitable(fmt::format("is longer than {} characters", kNameLengthMax));
    if (points->front() == U' ' || points->back() == U' ') return unsuitable("begins or ends with a blank");
    if (std::any_of(points->begin(), points->end(), is_control))
        return unsuitable("has characters in it that can't be seen");
    return std::nullopt;
}

std::string printable(std::string_view text) {
    std::string result(text.substr(0, kPrintableMax));
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return result;
}

}  // namespace vitrina::api
