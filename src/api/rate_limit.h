// How often one client address may ask: a bucket of tokens for each, in a table of fixed size. Any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/mutex.h"

namespace vitrina::api {

struct RateOptions {
    double requests_per_s = 20;  // a dashboard asks for some pictures a second
    double burst = 100;          // loading the dashboard with its parts
    /// Addresses remembered. When there are more, those whose buckets are full again go first, then all.
    std::size_t addresses_max = 4096;
};

class RateLimit {
  public:
    using Instant = std::chrono::steady_clock::time_point;

    explicit RateLimit(const RateOptions& options) : options_(options) {}

    /// Takes a token of the address; false when there is none.
    [[nodiscard]] bool take(const std::string& address, Instant now);

  private:
    struct Bucket {
        double tokens = 0;
        Instant filled;
    };
    [[nodiscard]] double filled_tokens(const Bucket& bucket, Instant now) const;
    void make_room(Instant now) REQUIRES(mutex_);

    const RateOptions options_;
    Mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::api
