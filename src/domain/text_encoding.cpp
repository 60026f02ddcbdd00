#include "domain/text_encoding.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "domain/text.h"

namespace vitrina {
namespace {

// Windows-1251 from 0x80 to 0xBF; from 0xC0 on it is А to я in order. 0: no character.
constexpr std::array<char16_t, 64> kWindows1251 = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0,      0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleMark = "\xFF\xFE";
constexpr std::string_view kBigMark = "\xFE\xFF";

enum class Order : std::uint8_t { kLittle, kBig };

unsigned byte_at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

Result<std::string> from_utf16(std::string_view bytes, Order order) {
    std::string text;
    text.reserve(bytes.size());
    std::size_t line = 1;
    const auto wrong = [&](const char* what) {
        return misconfigured(fmt::format("line {}: is UTF-16 and {}", line, what));
    };
    const auto unit_at = [&](std::size_t i) -> char32_t {
        const unsigned first = byte_at(bytes, i);
        const unsigned second = byte_at(bytes, i + 1);
        return order == Order::kLittle ? first | second << 8U : first << 8U | second;
    };
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        if (i + 1 == bytes.size()) return wrong("ends in the middle of a character");
        char32_t point = unit_at(i);
        if (point >= 0xD800 && point <= 0xDFFF) {
            const char32_t low = i + 3 < bytes.size() ? unit_at(i + 2) : 0;
            if (point > 0xDBFF || low < 0xDC00 || low > 0xDFFF) return wrong("has half of a surrogate pair");
            point = 0x10000U + ((point - 0xD800U) << 10U) + (low - 0xDC00U);
            i += 2;
        }
        if (point == '\n') ++line;
        append_utf8(text, point);
    }
    return text;
}

Result<std::string> from_windows_1251(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    std::size_t line = 1;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned byte = byte_at(bytes, i);
        char32_t point = byte;
        if (byte >= 0xC0)
            point = 0x0410U + (byte - 0xC0U);
        else if (byte >= 0x80)
            point = kWindows1251.at(byte - 0x80U);
        if (point == 0)
            return misconfigured(fmt::format(
                "line {}: has a byte 0x{:02X}, which neither UTF-8 nor Windows-1251 has here", line, byte));
        if (point == '\n') ++line;
        append_utf8(text, point);
    }
    return text;
}

/// Text without a mark that has a zero in the second (first) byte of its first characters.
bool looks_like_utf16(std::string_view bytes, Order order) {
    const std::size_t count = std::min<std::size_t>(bytes.size() / 2, 8);
    if (count == 0) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const bool zero_first = bytes[2 * i] == '\0';
        const bool zero_second = bytes[2 * i + 1] == '\0';
        if (zero_first == zero_second || zero_first != (order == Order::kBig)) return false;
    }
    return true;
}

}  // namespace

void append_utf8(std::string& text, char32_t point) {
    const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (point >> shift & 0x3FU)); };
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xC0U | point >> 6U);
        tail(0);
    } else if (point < 0x10000) {
        text += static_cast<char>(0xE0U | point >> 12U);
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xF0U | point >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
}

Result<std::string> to_utf8(std::string_view bytes) {
    if (bytes.starts_with(kLittleMark)) return from_utf16(bytes.substr(2), Order::kLittle);
    if (bytes.starts_with(kBigMark)) return from_utf16(bytes.substr(2), Order::kBig);
    for (const Order order : {Order::kLittle, Order::kBig})
        if (looks_like_utf16(bytes, order)) return from_utf16(bytes, order);
    if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
    if (bytes.find('\0') != std::string_view::npos)
        return misconfigured("has a zero byte: it is no text that is known here");
    if (decode_utf8(bytes)) return std::string(bytes);
    return from_windows_1251(bytes);
}

}  // namespace vitrina
