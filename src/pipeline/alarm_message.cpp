#include "pipeline/alarm_message.h"

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/text.h"

namespace vitrina::pipeline {

std::vector<records::Outgoing> messages_of(const std::string& shop, const records::AlarmRecord& alarm,
                                           const std::vector<std::int64_t>& channels,
                                           const std::string& event, UtcTime now) {
    const std::int64_t raised_ms = alarm.raised.time_since_epoch().count();
    // The alarm's number is not known before it is kept; rule, place and instant tell it apart as well.
    const std::string key = hex_digest(
        fmt::format("{} {} {} {} {}", alarm.rule, alarm.camera, alarm.place, raised_ms, event), 12);
    const std::string json = fmt::format(
        R"({{"id":"{}","event":"{}","shop":{},"rule":{},"rule_name":{},"severity":"{}","measure":"{}",)"
        R"("camera":{},"place":{},"value":{},"limit":{},"raised_ms":{},"text":{}}})",
        key, event, json_quoted(shop), alarm.rule, json_quoted(alarm.rule_name), alarm.severity,
        alarm.measure, json_quoted(alarm.camera), json_quoted(alarm.place), alarm.value, alarm.limit,
        raised_ms, json_quoted(alarm.text));
    const std::string prefix = event == "escalated" ? "Not acknowledged: " : "";
    std::vector<records::Outgoing> messages;
    messages.reserve(channels.size());
    for (const std::int64_t channel : channels) {
        records::Outgoing& message = messages.emplace_back();
        message.channel = channel;
        message.key = key;
        message.subject = fmt::format("[{}] {}{}", shop, prefix, alarm.rule_name);
        message.text = fmt::format("{}{}\n{}", prefix, alarm.text, shop);
        message.json = json;
        message.created = now;
    }
    return messages;
}

}  // namespace vitrina::pipeline
