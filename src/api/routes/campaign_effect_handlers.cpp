// What campaigns brought, and what became of each customer who agreed to be looked at.
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/campaign_effect.h"
#include "api/routes/campaign_json.h"
#include "api/routes/customer_figures.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "api/routes/tables.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const report::Brought& brought) {
    const bool known = brought.known == report::Known::kYes;
    const auto value = [&](double number) { return known ? Json(shown_share(number)) : Json(); };
    return {{"known", report::to_text(brought.known)},
            {"observed", shown_share(brought.observed)},
            {"expected", value(brought.expected)},
            {"brought", value(brought.brought)},
            {"low", value(brought.low)},
            {"high", value(brought.high)}};
}

Json json_of(const report::CampaignFigures& figures) {
    return {{"addressed", figures.addressed},
            {"exposed", figures.exposed},
            {"held_back", figures.held_back},
            {"buyers", figures.buyers},
            {"controls", report::to_text(figures.controls)},
            {"control_customers", figures.control_customers},
            {"new_customers", figures.new_customers},
            {"compared_with", report::to_text(figures.compared_with)},
            {"chosen_by_purchases", figures.chosen_by_purchases},
            {"purchases", json_of(figures.purchases)},
            {"spent_minor", json_of(figures.spent_minor)},
            {"after_median_s", figures.after_median ? Json(figures.after_median->count()) : Json()}};
}

/// For each unit of money spent so many came in beyond what was expected.
Json return_json(const CampaignEffect& effect, std::int64_t cost_minor) {
    const bool by_customers = effect.customers && effect.customers->spent_minor.known == report::Known::kYes;
    const report::Brought& money = by_customers ? effect.customers->spent_minor : effect.sales_minor;
    if (cost_minor <= 0 || money.known != report::Known::kYes) return nullptr;
    const auto cost = static_cast<double>(cost_minor);
    return {{"basis", by_customers ? "customers" : "sales"},
            {"value", shown_share(money.brought / cost)},
            {"low", shown_share(money.low / cost)},
            {"high", shown_share(money.high / cost)}};
}

Json json_of(const report::CampaignCustomer& customer, const records::NameTable& cards) {
    const bool bought = customer.bought.has_value();
    return {{"customer", cards.name(customer.customer)},
            {"exposed", report::to_text(customer.exposure)},
            // Whoever shows no card comes and goes unknown.
            {"visited", bought ? "yes" : "unknown"},
            {"bought", bought ? "yes" : "unknown"},
            {"bought_at", bought ? Json(to_text(*customer.bought)) : Json()},
            {"after_s", customer.after ? Json(customer.after->count()) : Json()},
            {"purchases", customer.purchases},
            {"spent_minor", customer.spent_minor}};
}

struct Asked {
    records::CampaignRecord campaign;
    std::optional<CampaignEffect> effect;
};

tl::expected<Asked, HttpError> asked(const Request& request, const Services& services,
                                     EffectParts parts = EffectParts::kAll) {
    const auto id = id_of(request);
    TRY_ASSIGN(auto campaign, id ? services.campaigns.campaign(*id)
                                 : Result<std::optional<records::CampaignRecord>>(std::nullopt));
    if (!campaign) return not_found(fmt::format("campaign \"{}\" is not there", request.parameter("id")));
    TRY_ASSIGN(auto effect, effect_of(*campaign, services, parts));
    return Asked{std::move(*campaign), std::move(effect)};
}

Json customers_of(const Asked& asked, std::size_t from, std::size_t count) {
    Json list = Json::array();
    if (!asked.effect || !asked.effect->customers) return list;
    const auto& customers = asked.effect->customers->customers;
    for (std::size_t i = from; i < customers.size() && i - from < count; ++i)
        list.push_back(json_of(customers[i], asked.effect->cards));
    return list;
}

}  // namespace

Reply get_campaign_effect(const Request& request, const Services& services) {
    auto found = asked(request, services);
    if (!found) return tl::unexpected(std::move(found.error()));
    Json json = {{"campaign", to_json(found->campaign)}, {"effect", nullptr}};
    TRY_ASSIGN(const std::string currency,
               services.buyers.currency(found->campaign.begin, found->campaign.end));
    json["currency"] = currency;
    if (!found->effect) return json_response(json);
    const CampaignEffect& effect = *found->effect;
    json["effect"] = {{"until", to_text(effect.until)},
                      {"is_over", effect.until == found->campaign.end},
                      {"weeks_before", effect.weeks},
                      {"visitors_are", effect.visitors_are_entries ? "entries" : "people"},
                      {"visitors", json_of(effect.visitors)},
                      {"sales", json_of(effect.sales)},
                      {"sales_minor", json_of(effect.sales_minor)},
                      {"customers", effect.customers ? json_of(*effect.customers) : Json()},
                      {"return_on_spend", return_json(effect, found->campaign.cost_minor)},
                      {"goods", json_of(effect.goods)}};
    return json_response(json);
}

Reply export_campaign_effect(const Request& request, const Services& services) {
    auto found = asked(request, services);
    if (!found) return tl::unexpected(std::move(found.error()));
    Json rows = Json::array();
    const auto add = [&](const char* what, const report::Brought& brought) {
        Json row = {{"what", what}};
        row.update(json_of(brought));
        rows.push_back(std::move(row));
    };
    if (found->effect) {
        add("visitors", found->effect->visitors);
        add("sales", found->effect->sales);
        add("sales_minor", found->effect->sales_minor);
        if (found->effect->customers) {
            add("purchases_of_customers", found->effect->customers->purchases);
            add("spent_minor_by_customers", found->effect->customers->spent_minor);
        }
    }
    return csv_response("campaign.csv",
                        table_of(rows, {"what", "known", "observed", "expected", "brought", "low", "high"}));
}

Reply list_campaign_customers(const Request& request, const Services& services) {
    QueryFields fields(request);
    const CustomerPage page = page_of(fields);
    TRY(fields.done());
    auto found = asked(request, services, EffectParts::kCustomers);
    if (!found) return tl::unexpected(std::move(found.error()));
    const std::size_t total =
        found->effect && found->effect->customers ? found->effect->customers->customers.size() : 0;
    return json_response({{"customers", customers_of(*found, page.offset, page.limit)}, {"total", total}});
}

Reply export_campaign_customers(const Request& request, const Services& services) {
    auto found = asked(request, services, EffectParts::kCustomers);
    if (!found) return tl::unexpected(std::move(found.error()));
    return csv_response("campaign-customers.csv",
                        table_of(customers_of(*found, 0, static_cast<std::size_t>(-1)),
                                 {"customer", "exposed", "visited", "bought", "bought_at", "after_s",
                                  "purchases", "spent_minor"}));
}

}  // namespace vitrina::api
