// How everything is sealed here: XChaCha20-Poly1305 of libsodium with a random nonce, as base64; and bytes as
// hex digits. Private to this folder. Pure functions but for the randomness; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <sodium.h>

#include "base/result.h"
#include "privacy/key_file.h"

namespace vitrina::privacy {

/// A key that doesn't stay in memory.
struct HeldKey {
    HeldKey() = default;
    ~HeldKey() { sodium_memzero(bytes.data(), bytes.size()); }
    HeldKey(const HeldKey&) = delete;
    HeldKey& operator=(const HeldKey&) = delete;

    KeyBytes bytes{};
};

[[nodiscard]] std::string seal_with(const KeyBytes& key, std::string_view secret, std::string_view context);
/// Fails for another key, another context and changed text.
[[nodiscard]] Result<std::string> unseal_with(const KeyBytes& key, std::string_view sealed,
                                              std::string_view context);

/// In lower case.
[[nodiscard]] std::string hex_of(std::span<const unsigned char> bytes);

}  // namespace vitrina::privacy
