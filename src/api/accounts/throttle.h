// Guessing, slowed down: by account and by client address. The first kFreeAttempts are free, then the wait
// doubles from one second to kWaitMax; everything is forgotten kForgottenAfter the last attempt.
//
// An attempt counts from its begin, so that a thousand at once gain nothing, and is taken back when it was
// right. An attempt that has to wait is not counted: whoever keeps knocking doesn't lock the owner out for
// longer. Whoever signed in from an address before is asked only for that address's sake: strangers who guess
// at his account from elsewhere don't keep him out.
//
// Memory is fixed: counters lie in tables at a keyed hash of account or address, and nothing is ever pushed
// out. Two that share a counter share their waits; that takes so many failures that the cost of checking
// passwords (PasswordHasher) doesn't allow it in kForgottenAfter. A client with IPv6 has 2^64 addresses: its
// network (/64) is counted.
//
// Clock: when it jumps back, waits begin anew, and none is longer than kWaitMax; when it jumps ahead, they
// end. Any thread may call anything.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/time.h"

namespace vitrina::api {

inline constexpr int kFreeAttempts = 5;
inline constexpr std::chrono::seconds kWaitMin{1};
inline constexpr std::chrono::seconds kWaitMax{300};
inline constexpr std::chrono::minutes kForgottenAfter{15};
static_assert(kForgottenAfter > kWaitMax, "or waiting would clear the count");

/// 256 KiB a table, and more counters than passwords can be checked in kForgottenAfter.
inline constexpr std::size_t kCounters = std::size_t{1} << 14;
/// Accounts times the places from which they are used.
inline constexpr std::size_t kKnownPlaces = std::size_t{1} << 10;

class Throttle {
  public:
    Throttle();

    /// Attempts of one account or address. Guarded by the throttle's mutex.
    struct Counter {
        UtcTime last;
        int attempts = 0;
    };

    /// One attempt, from its begin to what came of it. Unless it is said to be wrong it is taken back: it was
    /// right, or came to nothing.
    class Attempt {
      public:
        /// `account` is empty where there is none yet; it is taken as it is, so fold its case before.
        Attempt(Throttle& throttle, const std::string& account, const std::string& address, UtcTime now);
        ~Attempt();
        Attempt(const Attempt&) = delete;
        Attempt& operator=(const Attempt&) = delete;

        /// How long to wait before it is allowed; nothing when it is allowed now.
        [[nodiscard]] std::optional<std::chrono::seconds> wait() const;
        void was_wrong() { begun_.counters.clear(); }

      private:
        friend class Throttle;
        struct Begun {
            std::chrono::seconds wait{0};
            std::vector<Counter*> counters;  // to be taken back
        };

        Throttle& throttle_;
        Begun begun_;
    };

    /// Somebody signed in to the account from there.
    void remember(const std::string& account, const std::string& address);

  private:
    using Table = std::vector<Counter>;

    [[nodiscard]] Attempt::Begun begin(const std::string& account, const std::string& network, UtcTime now);
    void take_back(const std::vector<Counter*>& counters);

    [[nodiscard]] std::uint64_t keyed_hash(const std::string& text) const;
    [[nodiscard]] std::uint64_t place(const std::string& account, const std::string& network) const;
    /// Those that an attempt counts in: of the network, and of the account unless it is known there.
    [[nodiscard]] std::vector<Counter*> counters(const std::string& account, const std::string& network)
        REQUIRES(mutex_);

    std::array<unsigned char, 16> key_{};  // of the hash: nobody can aim at another's counter
    Mutex mutex_;
    Table accounts_ GUARDED_BY(mutex_);
    Table addresses_ GUARDED_BY(mutex_);
    std::vector<std::uint64_t> known_places_ GUARDED_BY(mutex_);
};

/// An IPv4 address, also one mapped into IPv6, as it is; of an IPv6 address its /64; other text as it is.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace vitrina::api
