#include "domain/digest.h"

#include <array>

#include <sodium.h>

#include "base/result.h"

namespace vitrina {
namespace {

constexpr std::size_t kLengthMax = crypto_generichash_BYTES_MIN;  // BLAKE2b of 16 bytes, cut

}  // namespace

std::string hex_digest(std::string_view content, std::size_t length) {
    VITRINA_ASSERT(length >= 1 && length <= kLengthMax);
    static const bool kReady = sodium_init() >= 0;
    VITRINA_ASSERT(kReady);
    std::array<unsigned char, kLengthMax> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(content.data()),
                       content.size(), nullptr, 0);
    std::array<char, 2 * kLengthMax + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), length);
    return hex.data();
}

}  // namespace vitrina
