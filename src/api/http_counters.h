// How often each route was asked, and what it answered. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"

namespace vitrina::api {

class HttpCounters {
  public:
    using Key = std::pair<std::string, int>;  // route and status

    /// `route` is a pattern of the table, never what a client wrote: there are few of them.
    void count(std::string_view route, int status) {
        const MutexLock lock(mutex_);
        ++counts_[Key(route, status)];
    }
    [[nodiscard]] std::map<Key, std::int64_t> counts() const {
        const MutexLock lock(mutex_);
        return counts_;
    }

  private:
    mutable Mutex mutex_;
    std::map<Key, std::int64_t> counts_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::api
