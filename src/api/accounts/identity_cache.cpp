#include "api/accounts/identity_cache.h"

namespace vitrina::api {

std::optional<Identity> IdentityCache::find(const std::string& key_hash, UtcTime now) {
    const MutexLock lock(mutex_);
    const auto found = entries_.find(key_hash);
    if (found == entries_.end()) return std::nullopt;
    const auto age = now - found->second.read;
    // A negative age: the clock was set back.
    if (age < age.zero() || age >= kIdentityAgeMax) return std::nullopt;
    return found->second.identity;
}

std::uint64_t IdentityCache::generation() {
    const MutexLock lock(mutex_);
    return generation_;
}

void IdentityCache::keep(const std::string& key_hash, const Identity& identity, UtcTime now,
                         std::uint64_t generation) {
    const MutexLock lock(mutex_);
    if (generation != generation_) return;
    if (entries_.size() >= kIdentitiesMax && !entries_.contains(key_hash)) entries_.clear();
    entries_[key_hash] = {identity, now};
}

void IdentityCache::forget_key(const std::string& key_hash) {
    const MutexLock lock(mutex_);
    ++generation_;
    entries_.erase(key_hash);
}

void IdentityCache::forget_user(std::int64_t user) {
    const MutexLock lock(mutex_);
    ++generation_;
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.identity.user == user; });
}

std::size_t IdentityCache::size() {
    const MutexLock lock(mutex_);
    return entries_.size();
}

}  // namespace vitrina::api
