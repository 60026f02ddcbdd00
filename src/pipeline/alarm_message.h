// What is told of an alarm. Pure function; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "records/alarm_store.h"

namespace vitrina::pipeline {

/// A message for each channel. `event` is "raised" or "escalated"; docs/alarms.md explains the JSON.
[[nodiscard]] std::vector<records::Outgoing> messages_of(const std::string& shop,
                                                         const records::AlarmRecord& alarm,
                                                         const std::vector<std::int64_t>& channels,
                                                         const std::string& event, UtcTime now);

}  // namespace vitrina::pipeline
