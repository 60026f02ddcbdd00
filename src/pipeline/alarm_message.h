// What is told of an alarm. Pure function; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/language.h"
#include "records/alarm_store.h"
#include "rules/engine.h"

namespace vitrina::pipeline {

/// Who tells it, and how.
struct AlarmTeller {
    std::string shop;  // its name
    bool simulated = false;
    std::string path;  // before all addresses of the shop: "", or "/simulated"
    rules::Engine::ToLocal to_local;
    std::map<std::int64_t, Language> languages;  // of channels; English of others
};

/// A message for each channel. `event` is "raised" or "escalated"; docs/alarms.md explains the JSON.
[[nodiscard]] std::vector<records::Outgoing> messages_of(const AlarmTeller& teller,
                                                         const records::AlarmRecord& alarm,
                                                         const std::vector<std::int64_t>& channels,
                                                         const std::string& event, UtcTime now);

}  // namespace vitrina::pipeline
