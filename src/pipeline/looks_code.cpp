#include "pipeline/looks_code.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace vitrina::pipeline {
namespace {

constexpr std::size_t kHeadBytes = 4;  // width and count, two bytes each, the lower first
constexpr float kSteps = 32767;

void put(std::string& code, unsigned value) {
    code += static_cast<char>(value & 0xffU);
    code += static_cast<char>(value >> 8 & 0xffU);
}

unsigned get(std::string_view code, std::size_t at) {
    return static_cast<unsigned char>(code[at]) |
           static_cast<unsigned>(static_cast<unsigned char>(code[at + 1])) << 8U;
}

}  // namespace

std::string code_of(const std::vector<teach::Look>& looks) {
    const std::size_t width = looks.empty() ? 0 : looks.front().size();
    std::string code;
    code.reserve(kHeadBytes + 2 * width * looks.size());
    put(code, static_cast<unsigned>(width));
    put(code, static_cast<unsigned>(looks.size()));
    for (const teach::Look& look : looks)
        for (std::size_t i = 0; i < width; ++i) {
            const float value =
                i < look.size() && std::isfinite(look[i]) ? std::clamp(look[i], -1.0F, 1.0F) : 0;
            put(code, static_cast<unsigned>(static_cast<std::uint16_t>(std::lround(value * kSteps))));
        }
    return code;
}

std::optional<std::vector<teach::Look>> looks_from(std::string_view code) {
    if (code.size() < kHeadBytes) return std::nullopt;
    const std::size_t width = get(code, 0);
    const std::size_t count = get(code, 2);
    if (width == 0 || code.size() != kHeadBytes + 2 * width * count) return std::nullopt;
    std::vector<teach::Look> looks;
    looks.reserve(count);
    std::size_t at = kHeadBytes;
    for (std::size_t k = 0; k < count; ++k) {
        teach::Look& look = looks.emplace_back();
        look.reserve(width);
        for (std::size_t i = 0; i < width; ++i, at += 2)
            look.push_back(static_cast<float>(static_cast<std::int16_t>(get(code, at))) / kSteps);
    }
    return looks;
}

}  // namespace vitrina::pipeline
