// Alarms, the rules that raise them, and the channels that tell of them.
#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/alarm_feed.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "api/routes/rule_places.h"
#include "notify/delivery.h"
#include "rules/rule_json.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::days kListedFor{7};   // without from=
constexpr std::size_t kNoteLengthMax = 500;  // characters: what somebody did

tl::unexpected<HttpError> no_such(const char* what, const Request& request) {
    return not_found(fmt::format("{} \"{}\" is not there", what, request.parameter("id")));
}

Response raw_json(std::string body) {
    Response response;
    response.type = "application/json";
    response.body = std::move(body);
    return response;
}

Json json_of(const records::RuleRecord& record, const Services& services) {
    Json json = {{"id", record.id}, {"gone", nullptr}};
    json.update(Json::parse(record.json, nullptr, false));
    const auto rule = rules::parse_rule(record.json);
    const auto missing = rule ? missing_place(*rule, services) : std::nullopt;
    if (missing) json["gone"] = missing->what == MissingPlace::What::kCamera ? "camera" : "place";
    return json;
}

/// A rule of the body whose channels are there.
tl::expected<rules::Rule, HttpError> rule_in(const Request& request, const Services& services) {
    TRY_ASSIGN(const nlohmann::json body, parse_body(request));
    const auto rule = rules::parse_rule(body.dump());
    if (!rule) return refuse({422, "unsuitable_rule", rule.error().message});
    TRY_ASSIGN(const auto channels, services.alarms.channels());
    for (const auto* const list : {&rule->channels, &rule->escalate_to})
        for (const std::int64_t id : *list)
            if (std::none_of(channels.begin(), channels.end(),
                             [&](const auto& known) { return known.id == id; }))
                return refuse({422, "unsuitable_rule", fmt::format("channel {} is not there", id)});
    // One that is switched off may be about what has gone, so that it can be kept for when it comes back.
    if (rule->enabled)
        if (const auto missing = missing_place(*rule, services))
            return refuse({422, "unsuitable_rule", missing->why});
    return *rule;
}

Reply save(const Request& request, const Services& services, std::int64_t id, int status) {
    auto rule = rule_in(request, services);
    if (!rule) return tl::unexpected(rule.error());
    if (id == 0) {
        TRY_ASSIGN(const auto known, services.alarms.rules());
        if (known.size() >= rules::kRulesMax)
            return refuse(
                {409, "too_many_rules", fmt::format("{} rules are the most there can be", rules::kRulesMax)});
    }
    records::RuleRecord record{id, rules::to_json(*rule)};
    TRY_ASSIGN(record.id, services.alarms.save_rule(record));
    if (record.id == 0) return no_such("rule", request);
    TRY(services.alarm_watch.reload());
    return json_response(json_of(record, services), status);
}

Json json_of(const records::ChannelRecord& channel, const records::ChannelHealth& health) {
    Json json = {{"id", channel.id},
                 {"name", channel.name},
                 {"kind", channel.kind},
                 {"enabled", channel.enabled},
                 {"address", channel.address},
                 {"user", channel.user},
                 {"from", channel.sender},
                 {"to", channel.recipient},
                 {"demand_tls", channel.demand_tls},
                 {"language", channel.language},
                 {"has_secret", !channel.sealed_secret.empty()},
                 {"waiting", health.waiting},
                 {"given_up", health.given_up},
                 {"last_sent", nullptr},
                 {"last_error", health.last_error}};
    if (health.last_sent) json["last_sent"] = to_text(*health.last_sent);
    return json;
}

Result<std::optional<records::ChannelRecord>> channel_with(const Services& services, std::int64_t id) {
    TRY_ASSIGN(const auto channels, services.alarms.channels());
    const auto found =
        std::find_if(channels.begin(), channels.end(), [&](const auto& one) { return one.id == id; });
    return found == channels.end() ? std::nullopt : std::optional(*found);
}

Reply answer_with(const Services& services, std::int64_t id, int status) {
    TRY_ASSIGN(const auto record, channel_with(services, id));
    TRY_ASSIGN(const auto all, services.alarms.channel_health(services.now()));
    const auto health =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.channel == id; });
    if (!record || health == all.end()) return not_found(fmt::format("channel {} is not there", id));
    return json_response(json_of(*record, *health), status);
}

/// The channel of the body. A secret that is not given stays, but not for another kind or address.
tl::expected<notify::Channel, HttpError> channel_in(const Request& request, const Services& services,
                                                    const std::optional<records::ChannelRecord>& before) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    notify::Channel channel;
    channel.id = before ? before->id : 0;
    channel.name = fields.text("name");
    const std::string kind_name = fields.text("kind");
    channel.enabled = fields.optional_flag("enabled").value_or(true);
    channel.address = fields.text("address", notify::kFieldLengthMax);
    channel.user = fields.optional_text("user", notify::kFieldLengthMax).value_or("");
    channel.from = fields.optional_text("from", notify::kFieldLengthMax).value_or("");
    channel.to = fields.optional_text("to", notify::kFieldLengthMax).value_or("");
    channel.demand_tls = fields.optional_flag("demand_tls").value_or(true);
    const std::string language_name =
        fields.optional_text("language").value_or(before ? before->language : request.who->language);
    const auto secret = fields.optional_text("secret", notify::kFieldLengthMax);
    TRY(fields.done());
    const auto kind = notify::parse_channel_kind(kind_name);
    if (!kind) return refuse({422, "unsuitable_channel", "kind: is webhook, email, telegram or nats"});
    channel.kind = *kind;
    const auto language = parse_language(language_name);
    if (!language) return refuse({422, "unsuitable_channel", "language: is en or ru"});
    channel.language = *language;
    if (secret) {
        channel.secret = *secret;
    } else if (before && !before->sealed_secret.empty()) {
        if (before->kind != kind_name || before->address != channel.address)
            return refuse(
                {422, "secret_needed", "the secret is kept for the address it was given for; give it again"});
        TRY_ASSIGN(const notify::Channel known, notify::channel_of(*before, services.sealer));
        channel.secret = known.secret;
    }
    if (const auto problem = notify::problem_of(channel))
        return refuse({422, "unsuitable_channel", *problem});
    return channel;
}

Reply save_channel(const Request& request, const Services& services,
                   const std::optional<records::ChannelRecord>& before, int status) {
    auto channel = channel_in(request, services, before);
    if (!channel) return tl::unexpected(channel.error());
    TRY_ASSIGN(const std::int64_t id,
               services.alarms.save_channel(notify::record_of(*channel, services.sealer)));
    TRY(services.delivery.reload());
    TRY(services.alarm_watch.reload());
    return answer_with(services, id, status);
}

}  // namespace

Reply list_alarms(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::AlarmFilter filter;
    filter.to = fields.instant("to").value_or(services.now() + std::chrono::hours(1));
    filter.from = fields.instant("from").value_or(filter.to - kListedFor);
    filter.unacknowledged_only = fields.whole_number("unacknowledged", 0, 1).value_or(0) == 1;
    filter.limit = fields.whole_number("limit", 1, records::kAlarmsAtOnceMax).value_or(filter.limit);
    TRY(fields.done());
    TRY_ASSIGN(const auto alarms, services.alarms.alarms(filter));
    std::string list;
    for (const records::AlarmRecord& alarm : alarms)
        list += (list.empty() ? "" : ",") + to_json(alarm);
    return raw_json(fmt::format(R"({{"alarms":[{}]}})", list));
}

namespace {

/// Why the alarm takes no more notes; none: it takes one.
std::optional<HttpError> full_of_notes(const records::AlarmRecord& alarm) {
    if (alarm.notes.size() < records::kAlarmNotesMax) return std::nullopt;
    return HttpError{409, "too_many_notes",
                     fmt::format("an alarm takes at most {} notes", records::kAlarmNotesMax)};
}

}  // namespace

Reply acknowledge_alarm(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("alarm", request);
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const std::string note = fields.optional_text("note", kNoteLengthMax).value_or("");
    TRY(fields.done());
    TRY_ASSIGN(const auto before, services.alarms.alarm(*id));
    if (!before) return no_such("alarm", request);
    if (!note.empty())
        if (auto full = full_of_notes(*before)) return refuse(std::move(*full));
    TRY_ASSIGN(const bool is_there, services.alarm_watch.acknowledge(*id, request.who->name, note));
    if (!is_there) return no_such("alarm", request);
    TRY_ASSIGN(const auto alarm, services.alarms.alarm(*id));
    if (!alarm) return no_such("alarm", request);
    return raw_json(to_json(*alarm));
}

Reply add_alarm_note(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("alarm", request);
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const std::string text = fields.text("text", kNoteLengthMax);
    TRY(fields.done());
    TRY_ASSIGN(const auto before, services.alarms.alarm(*id));
    if (!before) return no_such("alarm", request);
    if (auto full = full_of_notes(*before)) return refuse(std::move(*full));
    TRY_ASSIGN(const bool is_there, services.alarm_watch.add_note(*id, request.who->name, text));
    if (!is_there) return no_such("alarm", request);
    TRY_ASSIGN(const auto alarm, services.alarms.alarm(*id));
    if (!alarm) return no_such("alarm", request);
    return raw_json(to_json(*alarm));
}

Reply listen_to_alarms(const Request& /*request*/, const Services& services) {
    Response response;
    response.type = "text/event-stream";
    response.headers.emplace_back("X-Accel-Buffering", "no");  // of proxies: events are to come at once
    response.stream = services.alarm_feed->listen();
    return response;
}

Reply list_rules(const Request& /*request*/, const Services& services) {
    TRY_ASSIGN(const auto records, services.alarms.rules());
    Json list = Json::array();
    for (const records::RuleRecord& record : records)
        list.push_back(json_of(record, services));
    return json_response({{"rules", std::move(list)}});
}

Reply add_rule(const Request& request, const Services& services) {
    return save(request, services, 0, 201);
}

Reply change_rule(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("rule", request);
    return save(request, services, *id, 200);
}

Reply remove_rule(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("rule", request);
    TRY_ASSIGN(const bool was_there, services.alarms.remove_rule(*id));
    if (!was_there) return no_such("rule", request);
    TRY(services.alarm_watch.reload());
    return no_content();
}

Reply list_channels(const Request& request, const Services& services) {
    TRY_ASSIGN(const auto channels, services.alarms.channels());
    TRY_ASSIGN(const auto health, services.alarms.channel_health(services.now()));
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(channels.size(), health.size()); ++i) {
        Json json = json_of(channels[i], health[i]);
        if (request.who->role != Role::kAdministrator)
            json["address"] = notify::without_path(channels[i].address);
        list.push_back(std::move(json));
    }
    return json_response({{"channels", std::move(list)}});
}

Reply add_channel(const Request& request, const Services& services) {
    TRY_ASSIGN(const auto channels, services.alarms.channels());
    if (channels.size() >= rules::kChannelsMax)
        return refuse({409, "too_many_channels",
                       fmt::format("{} channels are the most there can be", rules::kChannelsMax)});
    return save_channel(request, services, std::nullopt, 201);
}

Reply change_channel(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("channel", request);
    TRY_ASSIGN(const auto before, channel_with(services, *id));
    if (!before) return no_such("channel", request);
    return save_channel(request, services, before, 200);
}

Reply remove_channel(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("channel", request);
    TRY_ASSIGN(const bool was_there, services.alarms.remove_channel(*id));
    if (!was_there) return no_such("channel", request);
    // Or the rules that name it could not be saved any more.
    TRY_ASSIGN(const auto rule_records, services.alarms.rules());
    for (const records::RuleRecord& record : rule_records) {
        auto rule = rules::parse_rule(record.json);
        if (!rule || std::erase(rule->channels, *id) + std::erase(rule->escalate_to, *id) == 0) continue;
        TRY(services.alarms.save_rule({record.id, rules::to_json(*rule)}));
    }
    TRY(services.alarm_watch.reload());
    TRY(services.delivery.reload());
    return no_content();
}

Reply test_channel(const Request& request, const Services& services) {
    const auto id = id_of(request);
    if (!id) return no_such("channel", request);
    TRY_ASSIGN(const auto before, channel_with(services, *id));
    if (!before) return no_such("channel", request);
    if (!before->enabled) return refuse({409, "channel_disabled", "the channel is switched off"});
    const UtcTime now = services.now();
    const bool is_russian = parse_language(before->language) == Language::kRussian;
    const std::string simulated = is_russian ? " (симуляция)" : " (simulated)";
    const std::string shop = services.shop_name + (services.simulation ? simulated : "");
    records::Outgoing message;
    message.channel = *id;
    message.key = fmt::format("test-{}-{}", *id, now.time_since_epoch().count());
    message.subject = fmt::format("[{}] {}", shop, is_russian ? "Проверка" : "Test");
    const std::string& who = request.who->name;
    message.text = is_russian ? fmt::format("Проверка канала {}, её начал {}.\n{}", before->name, who, shop)
                              : fmt::format("A test of channel {}, by {}.\n{}", before->name, who, shop);
    message.json = nlohmann::json({{"id", message.key}, {"event", "test"}, {"shop", shop}}).dump();
    message.created = now;
    TRY(services.alarms.post(message));
    services.delivery.poke();
    return no_content();
}

}  // namespace vitrina::api
