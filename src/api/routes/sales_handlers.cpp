// What sightings and receipts say together: conversion by hour or day, by department and by sex and age; and
// baskets.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/share_json.h"
#include "api/routes/span.h"
#include "api/shop_zone.h"
#include "records/match_store.h"
#include "report/visitor_mix.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBucketsMax = 800;  // a month of hours, two years of days
constexpr std::int64_t kGoodsMax = 500;
constexpr std::int64_t kGoodsUsual = 50;

/// Who could have bought: who came in, where a line counts that; else who was seen.
Json json_of(const records::SalesCount& count, bool by_entries) {
    const std::int64_t visitors = by_entries ? count.entries : count.people;
    return {{"from", to_text(count.from)},
            {"to", to_text(count.to)},
            {"visitors", visitors},
            {"sales", count.sales},
            {"returns", count.returns},
            {"matched", count.matched},
            {"sales_minor", count.sales_minor},
            {"returns_minor", count.returns_minor},
            {"lines", count.lines},
            {"conversion", share_of(count.sales, visitors)}};
}

/// Who of each sex and age bought: where faces said both, of people in pictures of tills, so that those who
/// are counted and those who bought are the same people.
Json groups_of(const std::vector<records::TraitsBuyers>& all) {
    Json groups = Json::array();
    for (const Sex sex : {Sex::kFemale, Sex::kMale})
        for (const report::AgeBand& band : report::kAgeBands) {
            std::int64_t people = 0;
            std::int64_t buyers = 0;
            for (const records::TraitsBuyers& one : all) {
                if (one.sex != sex || one.age < band.from || one.age > band.to) continue;
                people += one.people;
                buyers += one.buyers;
            }
            groups.push_back({{"sex", to_text(sex)},
                              {"age_from", band.from},
                              {"age_to", band.to},
                              {"people", people},
                              {"buyers", buyers},
                              {"conversion", share_of(buyers, people)}});
        }
    return groups;
}

}  // namespace

Reply get_conversion(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const std::string bucket = fields.text("bucket").value_or("hour");
    if (bucket != "hour" && bucket != "day") fields.problem("bucket", "is hour or day");
    TRY(fields.done());
    std::vector<UtcTime> edges = services.zone->edges(bucket == "hour" ? Bucket::kHour : Bucket::kDay,
                                                      span.from, span.to, kBucketsMax);
    if (edges.empty())
        return refuse({400, "bad_request", fmt::format("that is more than {} buckets", kBucketsMax)});
    edges.front() = span.from;
    edges.back() = std::max(span.to, *(edges.end() - 2));
    const auto floor = services.shop.floor();
    const std::vector<std::string> joined = floor ? floor->cameras : std::vector<std::string>();
    TRY_ASSIGN(const auto counts, services.matches.sales(edges, joined));
    const std::vector<UtcTime> whole = {span.from, span.to};
    TRY_ASSIGN(const auto total, services.matches.sales(whole, joined));
    TRY_ASSIGN(const auto zones, services.matches.buyers(span.from, span.to));
    TRY_ASSIGN(const auto by_traits, services.matches.buyers_by_traits(span.from, span.to));
    TRY_ASSIGN(const std::string currency, services.buyers.currency(span.from, span.to));
    const bool by_entries = total.front().entries > 0;
    Json buckets = Json::array();
    for (const records::SalesCount& count : counts)
        buckets.push_back(json_of(count, by_entries));
    Json departments = Json::array();
    for (const records::ZoneBuyers& zone : zones)
        departments.push_back({{"camera", zone.camera},
                               {"zone", zone.zone},
                               {"people", zone.people},
                               {"buyers", zone.buyers},
                               {"sales_minor", zone.sales_minor},
                               {"conversion", share_of(zone.buyers, zone.people)}});
    return json_response({{"visitors_are", by_entries ? "entries" : "people"},
                          {"currency", currency},
                          {"total", json_of(total.front(), by_entries)},
                          {"buckets", std::move(buckets)},
                          {"departments", std::move(departments)},
                          {"groups", groups_of(by_traits)}});
}

Reply get_goods(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const std::int64_t limit = fields.whole_number("limit", 1, kGoodsMax).value_or(kGoodsUsual);
    const records::People people = people_of(fields);
    TRY(fields.done());
    TRY_ASSIGN(const records::Baskets baskets, services.matches.baskets(span.from, span.to, limit, people));
    Json goods = Json::array();
    for (const records::GoodsCount& one : baskets.goods)
        goods.push_back({{"sku", one.sku},
                         {"name", one.name},
                         {"receipts", one.receipts},
                         {"quantity", static_cast<double>(one.quantity_thousandths) / 1000},
                         {"amount_minor", one.amount_minor}});
    Json pairs = Json::array();
    for (const records::GoodsPair& pair : baskets.pairs)
        pairs.push_back({{"first", pair.first},
                         {"second", pair.second},
                         {"receipts", pair.receipts},
                         {"lift", pair.lift}});
    return json_response(
        {{"sales", baskets.sales}, {"goods", std::move(goods)}, {"pairs", std::move(pairs)}});
}

}  // namespace vitrina::api
