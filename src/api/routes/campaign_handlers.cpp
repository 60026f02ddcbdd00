// Campaigns, whom they addressed, and what was looked at online: in, and out again as they were kept. What
// campaigns brought is in campaign_effect_handlers.cpp.
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/customer_names.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/campaign_json.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "api/shop_zone.h"
#include "domain/customer_table.h"
#include "domain/receipt_rules.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kAreaLengthMax = 200;
constexpr std::size_t kCampaignsMax = 1000;
constexpr std::chrono::days kLengthMax{366};
constexpr std::size_t kEventsMax = 100'000;  // in one body of JSON

tl::unexpected<HttpError> no_such_campaign(const Request& request) {
    return not_found(fmt::format("campaign \"{}\" is not there", request.parameter("id")));
}

HttpError unsuitable(std::string what) {
    return {422, "unsuitable_campaign", std::move(what)};
}

tl::expected<records::CampaignRecord, HttpError> campaign_in(const Request& request,
                                                             const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    records::CampaignRecord campaign;
    campaign.name = fields.text("name");
    const std::string target = fields.text("target");
    campaign.area = fields.optional_text("area", kAreaLengthMax).value_or("");
    const auto begin = fields.optional_instant("begin");
    const auto end = fields.optional_instant("end");
    const nlohmann::json cost = fields.raw("cost_minor");
    TRY(fields.done());
    const auto known = records::campaign_target_of(target);
    if (!known) return refuse(unsuitable("\"target\" is list, area or everybody"));
    campaign.target = *known;
    if (campaign.target == records::CampaignTarget::kArea && campaign.area.empty())
        return refuse(unsuitable("\"area\" is missing: whose who live where?"));
    if (!begin || !end) return refuse(unsuitable("\"begin\" and \"end\" must be there"));
    if (*end <= *begin) return refuse(unsuitable("\"end\" is not after \"begin\""));
    if (*end - *begin > kLengthMax)
        return refuse(
            unsuitable(fmt::format("\"end\" is more than {} days after \"begin\"", kLengthMax.count())));
    campaign.begin = *begin;
    campaign.end = *end;
    if (!cost.is_null() && (!cost.is_number_integer() || cost.get<std::int64_t>() < 0 ||
                            cost.get<std::int64_t>() > kMoneyMinorMax))
        return refuse(unsuitable("\"cost_minor\" must be a whole number of minor units, not negative"));
    campaign.cost_minor = cost.is_null() ? 0 : cost.get<std::int64_t>();
    campaign.created = services.now();
    campaign.created_by = request.who ? request.who->name : "";
    return campaign;
}

Reply answer_with(const Services& services, std::int64_t id, int status) {
    TRY_ASSIGN(const auto kept, services.campaigns.campaign(id));
    if (!kept) return not_found(fmt::format("campaign \"{}\" is not there", id));
    return json_response(to_json(*kept), status);
}

InstantOf instants_of(const Services& services) {
    return [&services](std::string_view text) { return services.zone->instant_of(text); };
}

/// What became of a table.
template <typename Row>
Json outcome_of(const CustomerTable<Row>& table, std::int64_t kept) {
    return {{"kept", kept}, {"refused", table.problem_count}, {"problems", table.problems}};
}

records::AudienceRecord record_of(const AudienceRow& row, const Services& services, bool all_consent) {
    records::AudienceRecord record;
    record.customer = customer_called(services.sealer, row.who);
    record.exposure = !row.exposed ? "unknown" : *row.exposed ? "yes" : "no";
    record.exposed = row.exposed_at;
    record.consents = row.consents.value_or(all_consent);
    return record;
}

/// The events of a body of JSON, as the rows of a table.
Result<CustomerTable<WebEventRow>> events_of(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json list = fields.raw("events");
    TRY(fields.done());
    if (!list.is_array() || list.size() > kEventsMax)
        return misconfigured(fmt::format("\"events\" must be a list of at most {}", kEventsMax));
    CustomerTable<WebEventRow> table;
    const auto text_in = [](const nlohmann::json& item, const char* name) {
        const auto found = item.find(name);
        return found != item.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const auto read = [&](const nlohmann::json& item, WebEventRow& row) -> std::optional<std::string> {
        if (!item.is_object()) return "is no object";
        for (const auto& [kind, name] : {std::pair{CustomerName::Kind::kCard, "card"},
                                         {CustomerName::Kind::kSha256, "card_sha256"},
                                         {CustomerName::Kind::kPseudonym, "customer"}})
            if (item.contains(name)) row.who = {kind, text_in(item, name)};
        if (auto problem = problem_of(row.who)) return problem;
        const auto at = services.zone->instant_of(text_in(item, "at"));
        if (!at) return "at " + at.error().message;
        row.at = *at;
        row.page = text_in(item, "page");
        row.sku = text_in(item, "sku");
        return problem_of(row);
    };
    for (std::size_t i = 0; i < list.size(); ++i) {
        WebEventRow row;
        if (const auto problem = read(list[i], row)) {
            ++table.problem_count;
            if (table.problems.size() < kReceiptTableProblemsMax)
                table.problems.push_back(fmt::format("event {}: {}", i, *problem));
        } else {
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

}  // namespace

Reply list_campaigns(const Request&, const Services& services) {
    TRY_ASSIGN(const auto campaigns, services.campaigns.campaigns());
    Json list = Json::array();
    for (const records::CampaignRecord& campaign : campaigns)
        list.push_back(to_json(campaign));
    TRY_ASSIGN(const std::string currency,
               services.buyers.currency(services.now() - kLengthMax, services.now()));
    return json_response({{"currency", currency}, {"campaigns", std::move(list)}});
}

Reply add_campaign(const Request& request, const Services& services) {
    auto campaign = campaign_in(request, services);
    if (!campaign) return tl::unexpected(std::move(campaign.error()));
    TRY_ASSIGN(const auto known, services.campaigns.campaigns());
    if (known.size() >= kCampaignsMax)
        return refuse(
            {409, "too_many_campaigns",
             fmt::format("{} campaigns are the most there can be; remove old ones", kCampaignsMax)});
    TRY_ASSIGN(const std::int64_t id, services.campaigns.save(*campaign));
    return answer_with(services, id, 201);
}

Reply change_campaign(const Request& request, const Services& services) {
    auto campaign = campaign_in(request, services);
    if (!campaign) return tl::unexpected(std::move(campaign.error()));
    const auto id = id_of(request);
    if (!id) return no_such_campaign(request);
    campaign->id = *id;
    TRY_ASSIGN(const std::int64_t kept, services.campaigns.save(*campaign));
    if (kept == 0) return no_such_campaign(request);
    return answer_with(services, kept, 200);
}

Reply remove_campaign(const Request& request, const Services& services) {
    const auto id = id_of(request);
    TRY_ASSIGN(const bool was_there, id ? services.campaigns.remove(*id) : Result<bool>(false));
    if (!was_there) return no_such_campaign(request);
    return no_content();
}

Reply set_campaign_audience(const Request& request, const Services& services) {
    QueryFields fields(request);
    const std::string consent = fields.text("consent").value_or("column");
    if (consent != "column" && consent != "all")
        fields.problem("consent", "is column, where the table says who agreed, or all");
    TRY(fields.done());
    const auto id = id_of(request);
    if (!id) return no_such_campaign(request);
    TRY_ASSIGN(const auto table, parse_audience_table(request.body, "list", instants_of(services)));
    if (table.rows.empty())
        return refuse(
            {422, "unsuitable_table",
             table.problems.empty() ? "list: there is nobody in it" : "list: " + table.problems.front()});
    std::vector<records::AudienceRecord> audience;
    audience.reserve(table.rows.size());
    for (const AudienceRow& row : table.rows)
        audience.push_back(record_of(row, services, consent == "all"));
    TRY_ASSIGN(const bool was_there, services.campaigns.set_audience(*id, audience));
    if (!was_there) return no_such_campaign(request);
    TRY_ASSIGN(const auto kept, services.campaigns.campaign(*id));
    return json_response(outcome_of(table, kept ? kept->audience : 0));
}

Reply add_web_events(const Request& request, const Services& services) {
    const bool is_json = request.header("content-type").starts_with("application/json");
    TRY_ASSIGN(const auto table, is_json
                                     ? events_of(request, services)
                                     : parse_web_event_table(request.body, "events", instants_of(services)));
    std::vector<records::WebEventRecord> events;
    events.reserve(table.rows.size());
    for (const WebEventRow& row : table.rows)
        events.push_back({customer_called(services.sealer, row.who), row.at, row.page, row.sku});
    TRY_ASSIGN(const std::int64_t added, services.campaigns.add_web_events(events));
    Json json = outcome_of(table, added);
    json["known"] = static_cast<std::int64_t>(events.size()) - added;
    return json_response(json);
}

Reply remove_web_events(const Request&, const Services& services) {
    TRY(services.campaigns.remove_web_events());
    return no_content();
}

}  // namespace vitrina::api
