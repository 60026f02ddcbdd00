// From the screen to the shop: what customers looked at online, and whether they bought in the shop then.
#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/customer_figures.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "api/routes/tables.h"
#include "report/online.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::days kUsualSpan{90};
constexpr std::int64_t kDaysMax = 60;
constexpr std::int64_t kDaysUsual = 7;
constexpr std::size_t kWhatsTold = 200;

struct What {
    std::string page;
    std::string sku;
    bool is_sold = false;  // to a customer with a card, in these days
};

struct Online {
    Span span;
    std::int64_t days = kDaysUsual;
    std::vector<What> whats;
    report::OnlineFigures figures;
};

/// Of whoever looked at one thing: goods where it says them, else the page.
std::string key_of(const records::WebEventRecord& event) {
    return event.sku.empty() ? "page " + event.page : "sku " + event.sku;
}

Result<Online> online_of(Online online, const Services& services) {
    const std::chrono::days within(online.days);
    records::NameTable customers;
    records::NameTable goods;
    TRY_ASSIGN(const auto events, services.campaigns.web_events(online.span.from, online.span.to));
    TRY_ASSIGN(const auto lines,
               services.buyers.lines(online.span.from, online.span.to + within, customers, goods));
    records::NameTable whats;
    std::vector<report::OnlineLook> looks;
    looks.reserve(events.size());
    for (const records::WebEventRecord& event : events) {
        const std::size_t what = whats.number_of(key_of(event));
        if (what == online.whats.size())
            online.whats.push_back({event.sku.empty() ? event.page : "", event.sku,
                                    !event.sku.empty() && goods.find(event.sku).has_value()});
        looks.push_back({customers.number_of(event.customer), event.at, what,
                         event.sku.empty() ? std::nullopt : goods.find(event.sku)});
    }
    std::vector<report::ShopLine> bought;
    bought.reserve(lines.size());
    for (const records::CardLine& line : lines)
        if (line.is_sale) bought.push_back({line.card, line.at, line.goods, line.amount_minor});
    online.figures = report::online_to_shop(looks, bought, whats.size(), within);
    return online;
}

tl::expected<Online, HttpError> asked(const Request& request, const Services& services) {
    QueryFields fields(request);
    Online online;
    online.span = span_of(fields, services, kUsualSpan);
    online.days = fields.whole_number("days", 1, kDaysMax).value_or(kDaysUsual);
    TRY(fields.done());
    TRY_ASSIGN(Online found, online_of(std::move(online), services));
    return found;
}

Json json_of(const report::OnlineSteps& steps) {
    return {{"looks", steps.looks},
            {"looked", steps.looked},
            {"in_shop", steps.in_shop},
            {"bought_same", steps.bought_same},
            {"amount_minor", steps.amount_minor},
            {"after_median_s", steps.after_median ? Json(steps.after_median->count()) : Json()}};
}

/// What most customers looked at first.
Result<Json> whats_of(const Online& online, const Services& services) {
    std::vector<std::size_t> order(online.whats.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return online.figures.whats[a].looked > online.figures.whats[b].looked;
    });
    if (order.size() > kWhatsTold) order.resize(kWhatsTold);
    std::vector<std::string> skus;
    for (const std::size_t what : order)
        // To look for the name of what was never sold would read all lines of all receipts.
        if (online.whats[what].is_sold) skus.push_back(online.whats[what].sku);
    TRY_ASSIGN(const auto names, services.buyers.names(skus));
    Json list = Json::array();
    for (const std::size_t what : order) {
        const auto name = names.find(online.whats[what].sku);
        Json one = {{"page", online.whats[what].page},
                    {"sku", online.whats[what].sku},
                    {"name", name == names.end() ? "" : name->second}};
        one.update(json_of(online.figures.whats[what]));
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

Reply get_online(const Request& request, const Services& services) {
    auto online = asked(request, services);
    if (!online) return tl::unexpected(std::move(online.error()));
    TRY_ASSIGN(Json whats, whats_of(*online, services));
    TRY_ASSIGN(const records::WebEventsKept kept, services.campaigns.web_events_kept());
    TRY_ASSIGN(const std::string currency, services.buyers.currency(online->span.from, online->span.to));
    return json_response({{"from", to_text(online->span.from)},
                          {"to", to_text(online->span.to)},
                          {"days", online->days},
                          {"currency", currency},
                          {"kept",
                           {{"events", kept.events},
                            {"customers", kept.customers},
                            {"first", kept.first ? Json(to_text(*kept.first)) : Json()},
                            {"last", kept.last ? Json(to_text(*kept.last)) : Json()}}},
                          {"all", json_of(online->figures.all)},
                          {"whats", std::move(whats)}});
}

Reply export_online(const Request& request, const Services& services) {
    auto online = asked(request, services);
    if (!online) return tl::unexpected(std::move(online.error()));
    TRY_ASSIGN(const Json rows, whats_of(*online, services));
    return csv_response("online.csv", table_of(rows, {"page", "sku", "name", "looks", "looked", "in_shop",
                                                      "bought_same", "amount_minor", "after_median_s"}));
}

}  // namespace vitrina::api
