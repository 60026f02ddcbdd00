// Passwords to argon2id hashes and back to yes or no.
//
// Any thread may call anything. Each hash takes 64 MiB and about 0.2 s of a core, so only kHashesAtOnce are
// computed at a time and kHashesWaiting wait; whoever comes on top of that is told to try again: a flood of
// sign-ins costs neither memory nor all the cores.
#pragma once

#include <cstdint>
#include <string>

#include "api/accounts/refusal.h"
#include "base/mutex.h"

namespace vitrina::api {

/// Two leave room for the analysis on a small computer.
inline constexpr int kHashesAtOnce = 2;
/// They wait 1.6 s at most: longer, and people press the button again.
inline constexpr int kHashesWaiting = 16;

enum class PasswordCost : std::uint8_t {
    kInteractive,  // libsodium's limits for signing in: 64 MiB, two passes
    kMinimal,      // for tests
};

class PasswordHasher {
  public:
    explicit PasswordHasher(PasswordCost cost) : cost_(cost) {}

    /// The hash with its salt and cost, as text. Refuses with kBusy, or kFailed without memory.
    [[nodiscard]] Answer<std::string> hash(const std::string& password);
    /// Whether the hash is of this password. Refuses with kBusy.
    [[nodiscard]] Answer<bool> verify(const std::string& hash, const std::string& password);

  private:
    class Turn;
    /// Waits for one of the places; false when too many wait already.
    [[nodiscard]] bool take_place();
    void give_place_back();

    const PasswordCost cost_;
    Mutex mutex_;
    Condition place_free_;
    int computing_ GUARDED_BY(mutex_) = 0;
    int waiting_ GUARDED_BY(mutex_) = 0;
};

}  // namespace vitrina::api
