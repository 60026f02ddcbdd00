#include "api/accounts/secret.h"

#include <array>

#include <sodium.h>

#include "base/result.h"

namespace vitrina::api {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kHashBytes = 32;
constexpr int kGroupLength = 4;
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static_assert(kAlphabet.size() == 32);

void need_sodium() {
    static const bool kReady = sodium_init() >= 0;
    VITRINA_ASSERT(kReady);
}

}  // namespace

std::string make_key() {
    need_sodium();
    std::array<unsigned char, kKeyBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::array<char, sodium_base64_ENCODED_LEN(kKeyBytes, kVariant)> text{};
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
    return text.data();
}

std::string hash_of_key(std::string_view key) {
    need_sodium();
    std::array<unsigned char, kHashBytes> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(key.data()),
                       key.size(), nullptr, 0);
    std::array<char, 2 * kHashBytes + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

std::string make_typed_secret(int groups) {
    need_sodium();
    std::string text;
    for (int i = 0; i < groups * kGroupLength; ++i) {
        if (i > 0 && i % kGroupLength == 0) text += '-';
        text += kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
    }
    return text;
}

std::string typed_secret_as_meant(std::string_view typed) {
    std::string meant;
    for (char c : typed) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (c != '-' && c != ' ') meant += c;
    }
    return meant;
}

}  // namespace vitrina::api
