#include "pipeline/alarm_message.h"

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/text.h"
#include "rules/sentence.h"

namespace vitrina::pipeline {
namespace {

/// As the alarm was told on the screen, in another language where the channel has one.
std::string text_of(const AlarmTeller& teller, const records::AlarmRecord& alarm, Language language) {
    const auto measure = rules::parse_measure(alarm.measure);
    if (language == Language::kEnglish || !measure) return alarm.text;
    std::string text = rules::sentence_of(
        {alarm.rule_name, *measure, alarm.camera, alarm.place, alarm.value, alarm.limit}, language);
    if (!alarm.open_till.empty() && alarm.open_at)
        text += "; " + rules::opening_text(alarm.open_till, teller.to_local(*alarm.open_at).minute, language);
    return text;
}

std::string shop_of(const AlarmTeller& teller, Language language) {
    if (!teller.simulated) return teller.shop;
    return teller.shop + (language == Language::kRussian ? " (симуляция)" : " (simulated)");
}

std::string prefix_of(const std::string& event, Language language) {
    if (event != "escalated") return "";
    return language == Language::kRussian ? "Никто не подтвердил: " : "Not acknowledged: ";
}

/// Where it is looked at, from the begin of the dashboard's address.
std::string page_of(const AlarmTeller& teller, const records::AlarmRecord& alarm) {
    if (!alarm.watch_match.empty()) return teller.path + "/watchlist?match=" + alarm.watch_match;
    return fmt::format("{}/alarms?alarm={}", teller.path, alarm.id);
}

std::string advice_json(const records::AlarmRecord& alarm) {
    if (alarm.open_till.empty() || !alarm.open_at) return "null";
    return fmt::format(R"({{"till":{},"open_at_ms":{}}})", json_quoted(alarm.open_till),
                       alarm.open_at->time_since_epoch().count());
}

}  // namespace

std::vector<records::Outgoing> messages_of(const AlarmTeller& teller, const records::AlarmRecord& alarm,
                                           const std::vector<std::int64_t>& channels,
                                           const std::string& event, UtcTime now) {
    const std::int64_t raised_ms = alarm.raised.time_since_epoch().count();
    const std::string key = hex_digest(
        fmt::format("{} {} {} {} {}", alarm.rule, alarm.camera, alarm.place, raised_ms, event), 12);
    std::vector<records::Outgoing> messages;
    messages.reserve(channels.size());
    for (const std::int64_t channel : channels) {
        const auto found = teller.languages.find(channel);
        const Language language = found == teller.languages.end() ? Language::kEnglish : found->second;
        const std::string shop = shop_of(teller, language);
        const std::string text = text_of(teller, alarm, language);
        records::Outgoing& message = messages.emplace_back();
        message.channel = channel;
        message.key = key;
        message.subject = fmt::format("[{}] {}{}", shop, prefix_of(event, language), alarm.rule_name);
        message.text = fmt::format("{}{}\n{}", prefix_of(event, language), text, shop);
        message.json = fmt::format(
            R"({{"id":"{}","event":"{}","shop":{},"alarm":{},"match":{},"page":{},"rule":{},"rule_name":{},)"
            R"("severity":"{}","measure":"{}","camera":{},"place":{},"value":{},"limit":{},"raised_ms":{},)"
            R"("advice":{},"text":{}}})",
            key, event, json_quoted(shop), alarm.id,
            alarm.watch_match.empty() ? "null" : json_quoted(alarm.watch_match),
            json_quoted(page_of(teller, alarm)), alarm.rule, json_quoted(alarm.rule_name), alarm.severity,
            alarm.measure, json_quoted(alarm.camera), json_quoted(alarm.place), alarm.value, alarm.limit,
            raised_ms, advice_json(alarm), json_quoted(text));
        message.created = now;
    }
    return messages;
}

}  // namespace vitrina::pipeline
