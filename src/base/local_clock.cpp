#include "base/local_clock.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/result.h"

namespace vitrina {
namespace {

constexpr std::int64_t kWeekdays = 7;
constexpr std::int64_t kThursday = 3;  // 1970-01-01

}  // namespace

LocalClock::LocalClock(std::vector<Change> changes) : changes_(std::move(changes)) {
    VITRINA_ASSERT(!changes_.empty());
    VITRINA_ASSERT(std::is_sorted(changes_.begin(), changes_.end(),
                                  [](const Change& a, const Change& b) { return a.from < b.from; }));
}

Duration LocalClock::local(SourceTime at) const {
    const auto next = std::upper_bound(changes_.begin(), changes_.end(), at,
                                       [](SourceTime instant, const Change& c) { return instant < c.from; });
    return at.time_since_epoch() + (next == changes_.begin() ? next : next - 1)->ahead;
}

std::int64_t LocalClock::day(SourceTime at) const {
    return std::chrono::floor<std::chrono::days>(local(at)).count();
}

Duration LocalClock::of_day(SourceTime at) const {
    const Duration since = local(at);
    return since - std::chrono::floor<std::chrono::days>(since);
}

int LocalClock::weekday_of(std::int64_t day) {
    return static_cast<int>(((day + kThursday) % kWeekdays + kWeekdays) % kWeekdays);
}

}  // namespace vitrina
