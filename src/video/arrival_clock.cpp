#include "video/arrival_clock.h"

#include <algorithm>
#include <vector>

namespace vitrina::video {
namespace {

/// A window of a camera of 50 pictures a second; of a faster one the window is shorter.
constexpr std::size_t kSamplesMax = 1'000;

/// What the first offset is, against which its movement is told: servers send their first seconds in a
/// burst.
constexpr Duration kSettling = std::chrono::seconds(5);

/// The least distance of two times.
constexpr Duration kLeastStep = std::chrono::milliseconds(1);

constexpr double kJitterShare = 0.95;

}  // namespace

SourceTime ArrivalClock::at(std::optional<Duration> timestamp, SourceTime arrival) {
    if (!timestamp || timestamp == newest_) return grown(arrival);
    if (is_reordered(*timestamp)) return SourceTime(std::max(*timestamp + offset_, Duration::zero()));

    const Duration lateness = arrival.time_since_epoch() - *timestamp;
    const bool was_set =
        newest_ && (*timestamp < *newest_ || (!samples_.empty() && lateness < least_lateness() - kJump));
    if (was_set) samples_.clear();
    const bool begins = samples_.empty();
    note({arrival, lateness});
    const Duration least = least_lateness();
    const bool is_far = least - offset_ > kJump;
    offset_ = begins || is_far ? least : std::min(least, offset_ + (*timestamp - *newest_) / kSlew);
    newest_ = timestamp;

    if (!settled_after_) settled_after_ = arrival + kSettling;
    if (arrival < *settled_after_) first_offset_ = least;
    if (rises()) return grown(arrival);
    return grown(std::min(SourceTime(*timestamp + offset_), arrival));
}

void ArrivalClock::begin_anew() {
    samples_.clear();
    newest_.reset();
    settled_after_.reset();
    reordered_ = 0;
    first_offset_ = Duration::zero();
}

bool ArrivalClock::is_reordered(Duration timestamp) {
    const bool reordered =
        newest_ && timestamp < *newest_ && *newest_ - timestamp < kJump && reordered_ < kReorderedMax;
    reordered_ = reordered ? reordered_ + 1 : 0;
    return reordered;
}

Duration ArrivalClock::least_lateness() const {
    return std::min_element(samples_.begin(), samples_.end(),
                            [](const Sample& a, const Sample& b) { return a.lateness < b.lateness; })
        ->lateness;
}

bool ArrivalClock::rises() const {
    const SourceTime first = samples_.front().arrival;
    const SourceTime last = samples_.back().arrival;
    if (last - first < 2 * kRiseSpan) return false;
    const auto later = [](const Sample& sample, SourceTime time) { return sample.arrival < time; };
    const auto early_end = std::lower_bound(samples_.begin(), samples_.end(), first + kRiseSpan, later);
    const auto late_begin = std::lower_bound(samples_.begin(), samples_.end(), last - kRiseSpan, later);
    // What was held up and comes all at once says nothing yet.
    if (last - late_begin->arrival < kRiseSpan / 2) return false;
    const auto less = [](const Sample& a, const Sample& b) { return a.lateness < b.lateness; };
    const Duration rise = std::min_element(late_begin, samples_.end(), less)->lateness -
                          std::min_element(samples_.begin(), early_end, less)->lateness;
    return rise > kRiseMin && to_seconds(rise) > kRiseSlope * to_seconds(last - first);
}

void ArrivalClock::note(Sample sample) {
    samples_.push_back(sample);
    while (samples_.size() > kSamplesMax || samples_.front().arrival < sample.arrival - kWindow)
        samples_.pop_front();
}

SourceTime ArrivalClock::grown(SourceTime time) {
    if (last_) time = std::max(time, *last_ + kLeastStep);
    last_ = time;
    return time;
}

Duration ArrivalClock::jitter() const {
    if (samples_.empty()) return {};
    std::vector<Duration> lateness;
    lateness.reserve(samples_.size());
    for (const Sample& sample : samples_)
        lateness.push_back(sample.lateness);
    const auto rank = static_cast<std::ptrdiff_t>(kJitterShare * static_cast<double>(lateness.size() - 1));
    std::nth_element(lateness.begin(), lateness.begin() + rank, lateness.end());
    return lateness[static_cast<std::size_t>(rank)] - least_lateness();
}

Duration ArrivalClock::clock_offset() const {
    return samples_.empty() ? Duration::zero() : first_offset_ - least_lateness();
}

}  // namespace vitrina::video
