// Alarms as they are raised, end and are acknowledged, for all who listen.
//
// Threads: any thread may call anything. Must outlive the server of its streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "api/stream.h"
#include "base/mutex.h"
#include "pipeline/alarm_watch.h"
#include "records/alarm_store.h"

namespace vitrina::api {

/// Kept for listeners that are slow; who falls further behind is told so, and reads the list.
inline constexpr std::size_t kAlarmsKept = 256;

class AlarmFeed {
  public:
    AlarmFeed(const records::AlarmStore& store, pipeline::AlarmWatch& watch);
    ~AlarmFeed();
    AlarmFeed(const AlarmFeed&) = delete;
    AlarmFeed& operator=(const AlarmFeed&) = delete;

    /// Server-sent events `alarm`, from now on; `gap` where some were not kept for a slow listener.
    [[nodiscard]] std::shared_ptr<Stream> listen();

  private:
    class Listener;
    void tell(std::int64_t alarm);

    const records::AlarmStore& store_;
    mutable Mutex mutex_;
    std::int64_t number_ GUARDED_BY(mutex_) = 0;
    std::deque<std::pair<std::int64_t, std::shared_ptr<const std::string>>> kept_ GUARDED_BY(mutex_);
    std::map<const Listener*, std::function<void()>> listeners_ GUARDED_BY(mutex_);
    std::shared_ptr<void> subscription_;
};

/// An alarm as the API shows it.
[[nodiscard]] std::string to_json(const records::AlarmRecord& alarm);

}  // namespace vitrina::api
