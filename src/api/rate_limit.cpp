#include "api/rate_limit.h"

#include <algorithm>

namespace vitrina::api {

bool RateLimit::take(const std::string& address, Instant now) {
    const MutexLock lock(mutex_);
    if (!buckets_.contains(address) && buckets_.size() >= options_.addresses_max) make_room(now);
    Bucket& bucket = buckets_.try_emplace(address, Bucket{options_.burst, now}).first->second;
    bucket = {filled_tokens(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

double RateLimit::filled_tokens(const Bucket& bucket, Instant now) const {
    const double elapsed_s = std::max(0.0, std::chrono::duration<double>(now - bucket.filled).count());
    return std::min(options_.burst, bucket.tokens + elapsed_s * options_.requests_per_s);
}

void RateLimit::make_room(Instant now) {
    std::erase_if(buckets_,
                  [&](const auto& entry) { return filled_tokens(entry.second, now) >= options_.burst; });
    // So many addresses that all ask a lot: forgetting them costs each one burst, remembering more costs
    // memory without bound.
    if (buckets_.size() >= options_.addresses_max) buckets_.clear();
}

}  // namespace vitrina::api
