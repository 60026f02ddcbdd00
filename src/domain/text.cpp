#include "domain/text.h"

#include <nlohmann/json.hpp>

namespace vitrina {
namespace {

/// The length of the sequence that a first byte announces; 0 when it can't be a first byte.
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80U) return 1;
    if (first >= 0xC2U && first <= 0xDFU) return 2;
    if (first >= 0xE0U && first <= 0xEFU) return 3;
    if (first >= 0xF0U && first <= 0xF4U) return 4;
    return 0;
}

bool is_scalar(char32_t point, std::size_t length) {
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point >= kSmallest[length] && point <= 0x10FFFF && !surrogate;
}

}  // namespace

std::optional<std::u32string> decode_utf8(std::string_view text) {
    std::u32string points;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = sequence_length(first);
        if (length == 0 || i + length > text.size()) return std::nullopt;
        char32_t point = length == 1 ? first : first & (0x7FU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80U) return std::nullopt;
            point = point << 6U | (next & 0x3FU);
        }
        if (!is_scalar(point, length)) return std::nullopt;
        points.push_back(point);
        i += length;
    }
    return points;
}

std::string json_quoted(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vitrina
