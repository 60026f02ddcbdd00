// Identities by the hash of their key, for the requests that follow each other: each is believed for
// kIdentityAgeMax and then read again, so that what another process changed is noticed. Any thread may call
// anything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "api/accounts/identity.h"
#include "base/mutex.h"
#include "base/time.h"

namespace vitrina::api {

inline constexpr std::chrono::seconds kIdentityAgeMax{5};
/// About 2 MB; three times the connections that the server accepts. When it is full it is emptied: reading
/// one again costs two look-ups in the records.
inline constexpr std::size_t kIdentitiesMax = 4096;

class IdentityCache {
  public:
    [[nodiscard]] std::optional<Identity> find(const std::string& key_hash, UtcTime now);

    /// What must be asked before the records are read: keep() drops an identity that was read before
    /// something was forgotten, because it may be what was forgotten.
    [[nodiscard]] std::uint64_t generation();
    void keep(const std::string& key_hash, const Identity& identity, UtcTime now, std::uint64_t generation);

    /// After the records were changed.
    void forget_key(const std::string& key_hash);
    void forget_user(std::int64_t user);

    [[nodiscard]] std::size_t size();

  private:
    struct Entry {
        Identity identity;
        UtcTime read;
    };

    Mutex mutex_;
    std::unordered_map<std::string, Entry> entries_ GUARDED_BY(mutex_);
    std::uint64_t generation_ GUARDED_BY(mutex_) = 0;
};

}  // namespace vitrina::api
