// Secrets at rest: what is sealed can be read only with the key, which lies in a file of its own beside the
// database and is not in any backup of it. XChaCha20-Poly1305 of libsodium with a random nonce. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina::privacy {

/// Where there is no file with a key.
enum class NoKey : std::uint8_t {
    kIsMade,
    kFails,  // for what was sealed before: a new key would open nothing of it
};

class Sealer {
  public:
    /// Reads the key, or makes it (mode 0600). Fails when the file is not a key or can be read by others.
    [[nodiscard]] static Result<std::unique_ptr<Sealer>> open(const std::filesystem::path& key_file,
                                                              NoKey missing = NoKey::kIsMade);
    ~Sealer();
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

    /// Printable text (base64). `context` says what it is for, and must be the same to open it: what was
    /// sealed for one camera can't be passed off as another's.
    [[nodiscard]] std::string seal(std::string_view secret, std::string_view context) const;
    /// Fails for another key, another context and changed text.
    [[nodiscard]] Result<std::string> open_sealed(std::string_view sealed, std::string_view context) const;

    /// Stands for `text` wherever it comes again, and tells nobody without the key what it was: 32 hex
    /// digits, the same for the same text and context.
    [[nodiscard]] std::string pseudonym(std::string_view text, std::string_view context) const;

  private:
    struct Key;
    explicit Sealer(std::unique_ptr<Key> key);
    std::unique_ptr<Key> key_;
};

}  // namespace vitrina::privacy
