#include "privacy/sealing.h"

#include <vector>

namespace vitrina::privacy {
namespace {

static_assert(std::tuple_size_v<KeyBytes> == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kProofBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

using Bytes = std::vector<unsigned char>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_base64(const Bytes& bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), kBase64), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kBase64);
    text.pop_back();  // the terminating zero
    return text;
}

/// Empty when it is not base64.
Bytes from_base64(std::string_view text) {
    if (text.empty()) return {};
    Bytes bytes(text.size());
    std::size_t length = 0;
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                          kBase64) != 0)
        return {};
    bytes.resize(length);
    return bytes;
}

}  // namespace

std::string seal_with(const KeyBytes& key, std::string_view secret, std::string_view context) {
    // The nonce is long enough to be drawn at random each time.
    Bytes sealed(kNonceBytes + secret.size() + kProofBytes);
    randombytes_buf(sealed.data(), kNonceBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr, bytes_of(secret),
                                               secret.size(), bytes_of(context), context.size(), nullptr,
                                               sealed.data(), key.data());
    return to_base64(sealed);
}

Result<std::string> unseal_with(const KeyBytes& key, std::string_view sealed, std::string_view context) {
    const Bytes bytes = from_base64(sealed);
    if (bytes.size() < kNonceBytes + kProofBytes) return failed("is not a sealed secret, or was cut");
    std::string secret(bytes.size() - kNonceBytes - kProofBytes, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            reinterpret_cast<unsigned char*>(secret.data()), nullptr, nullptr, bytes.data() + kNonceBytes,
            bytes.size() - kNonceBytes, bytes_of(context), context.size(), bytes.data(), key.data()) != 0)
        return failed(
            "can't be unsealed: it was sealed with another key, for something else, or was changed");
    return secret;
}

std::string hex_of(std::span<const unsigned char> bytes) {
    std::string hex(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    hex.pop_back();  // the terminating zero
    return hex;
}

}  // namespace vitrina::privacy
