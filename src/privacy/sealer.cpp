#include "privacy/sealer.h"

#include <array>
#include <utility>

#include <sodium.h>

#include "privacy/key_file.h"
#include "privacy/sealing.h"

namespace vitrina::privacy {
namespace {

const unsigned char* bytes_in(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct Sealer::Key : HeldKey {};

Sealer::Sealer(std::unique_ptr<Key> key) : key_(std::move(key)) {}
Sealer::~Sealer() = default;

Result<std::unique_ptr<Sealer>> Sealer::open(const std::filesystem::path& key_file, NoKey missing) {
    if (sodium_init() < 0) return failed("libsodium finds no source of randomness");
    auto key = std::make_unique<Key>();
    if (missing == NoKey::kIsMade) {
        TRY(read_or_make_key(key_file, key->bytes));
    } else {
        TRY(read_key_file(key_file, key->bytes));
    }
    return std::unique_ptr<Sealer>(new Sealer(std::move(key)));
}

std::string Sealer::seal(std::string_view secret, std::string_view context) const {
    return seal_with(key_->bytes, secret, context);
}

Result<std::string> Sealer::open_sealed(std::string_view sealed, std::string_view context) const {
    return unseal_with(key_->bytes, sealed, context);
}

std::string Sealer::pseudonym(std::string_view text, std::string_view context) const {
    // The length parts the two, so that no pair can pass for another.
    const std::string content =
        std::to_string(context.size()) + ":" + std::string(context) + std::string(text);
    std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
    crypto_generichash(hash.data(), hash.size(), bytes_in(content), content.size(), key_->bytes.data(),
                       key_->bytes.size());
    return hex_of(hash);
}

}  // namespace vitrina::privacy
