#include "privacy/person_key.h"

#include <algorithm>
#include <utility>

#include "privacy/sealing.h"

namespace vitrina::privacy {
namespace {

constexpr const char* kContext = "gallery person key";

}  // namespace

PersonKey::PersonKey(std::unique_ptr<HeldKey> key) : key_(std::move(key)) {}
PersonKey::~PersonKey() = default;
PersonKey::PersonKey(PersonKey&& other) noexcept = default;
PersonKey& PersonKey::operator=(PersonKey&& other) noexcept = default;

PersonKey PersonKey::make() {
    auto key = std::make_unique<HeldKey>();
    randombytes_buf(key->bytes.data(), key->bytes.size());
    return PersonKey(std::move(key));
}

Result<PersonKey> PersonKey::open(std::string_view sealed, const Sealer& master) {
    TRY_ASSIGN(std::string bytes, master.open_sealed(sealed, kContext));
    auto key = std::make_unique<HeldKey>();
    const bool fits = bytes.size() == key->bytes.size();
    if (fits) std::copy(bytes.begin(), bytes.end(), key->bytes.begin());
    sodium_memzero(bytes.data(), bytes.size());
    if (!fits) return failed("is not the key of a person");
    return PersonKey(std::move(key));
}

std::string PersonKey::sealed_by(const Sealer& master) const {
    return master.seal(
        std::string_view(reinterpret_cast<const char*>(key_->bytes.data()), key_->bytes.size()), kContext);
}

std::string PersonKey::seal(std::string_view secret, std::string_view context) const {
    return seal_with(key_->bytes, secret, context);
}

Result<std::string> PersonKey::unseal(std::string_view sealed, std::string_view context) const {
    return unseal_with(key_->bytes, sealed, context);
}

}  // namespace vitrina::privacy
