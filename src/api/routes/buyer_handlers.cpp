// Customers by their loyalty cards: figures of all and of segments, each one's history, and what was touched
// and not bought.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/receipt_json.h"
#include "api/routes/customer_figures.h"
#include "api/routes/handlers.h"
#include "api/routes/recognition_parts.h"
#include "api/routes/span.h"
#include "api/routes/tables.h"
#include "api/shop_zone.h"
#include "domain/customer_table.h"
#include "report/buyers.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

// Without from=: customers are known by what they did for long.
constexpr std::chrono::days kUsualSpan{365};
constexpr std::size_t kPeriodsMax = 400;
constexpr std::size_t kGoodsTold = 5;
constexpr std::int64_t kHistoryMax = 200;  // receipts

report::BuyersOptions options_of(const Services& services, const Span& span) {
    report::BuyersOptions options;
    options.now = span.to;
    options.clock = services.zone->clock(UtcTime(), span.to);
    return options;
}

struct Known {
    Span span;
    records::NameTable cards;
    std::vector<report::Purchase> ever;       // until the end of the span: who is new is told by all of them
    std::vector<report::Purchase> purchases;  // in the span
    report::Buyers buyers;
};

Result<Known> known_in(const Span& span, const Services& services) {
    Known known;
    known.span = span;
    TRY_ASSIGN(known.ever, purchases_of(services, {UtcTime(), span.to}, known.cards));
    std::copy_if(known.ever.begin(), known.ever.end(), std::back_inserter(known.purchases),
                 [&](const report::Purchase& purchase) { return purchase.at >= span.from; });
    report::BuyersOptions options = options_of(services, span);
    for (const report::Purchase& purchase : known.ever) {
        if (!purchase.is_sale) continue;
        const auto [first, is_new] = options.first_ever.try_emplace(purchase.customer, purchase.at);
        if (!is_new) first->second = std::min(first->second, purchase.at);
    }
    known.buyers = report::buyers_of(known.purchases, options);
    return known;
}

Json json_of(const report::SegmentFigures& figures) {
    Json hours = Json::array();
    for (const double share : figures.hours)
        hours.push_back(shown_share(share));
    Json weekdays = Json::array();
    for (const double share : figures.weekdays)
        weekdays.push_back(shown_share(share));
    return {{"customers", figures.customers},
            {"purchases", figures.purchases},
            {"spent_minor", figures.spent_minor},
            {"basket_minor", shown_share(figures.basket_minor)},
            {"gap_days", figures.gap_days > 0 ? Json(shown_share(figures.gap_days)) : Json()},
            {"days_since", figures.customers > 0 ? Json(shown_share(figures.days_since)) : Json()},
            {"hours", std::move(hours)},
            {"weekdays", std::move(weekdays)}};
}

Json json_of(const report::PeriodFigures& period) {
    return {{"from", to_text(period.from)},    {"to", to_text(period.to)},
            {"first_time", period.first_time}, {"returning", period.returning},
            {"purchases", period.purchases},   {"spent_minor", period.spent_minor}};
}

Json json_of(const report::Cohort& cohort) {
    return {{"month", fmt::format("{:04}-{:02}", cohort.year, cohort.month)},
            {"customers", cohort.customers},
            {"active", cohort.active}};
}

Json json_of(const report::CustomerFigures& customer, const records::NameTable& cards) {
    return {{"customer", cards.name(customer.customer)},
            {"segment", report::to_text(customer.segment)},
            {"first", to_text(customer.first)},
            {"last", to_text(customer.last)},
            {"purchases", customer.purchases},
            {"spent_minor", customer.spent_minor},
            {"gap_days", customer.gap_days > 0 ? Json(shown_share(customer.gap_days)) : Json()},
            {"recency", customer.recency},
            {"frequency", customer.frequency},
            {"value", customer.value}};
}

/// Segments with what is bought by each.
Result<Json> segments_of(const Known& known, const Services& services) {
    records::NameTable cards = known.cards;
    records::NameTable goods;
    TRY_ASSIGN(const auto lines, services.buyers.lines(known.span.from, known.span.to, cards, goods));
    std::vector<int> group_of(cards.size(), -1);
    for (const report::CustomerFigures& customer : known.buyers.customers)
        group_of[customer.customer] = static_cast<int>(customer.segment);
    auto shares = goods_by_group(lines, goods, group_of, report::kSegments, kGoodsTold);
    TRY(name_goods(services, shares));
    Json segments = Json::array();
    for (std::size_t i = 0; i < report::kSegments; ++i) {
        Json segment = {{"segment", report::to_text(known.buyers.segments[i].segment)}};
        segment.update(json_of(known.buyers.segments[i]));
        segment["goods"] = api::json_of(shares[i]);
        segments.push_back(std::move(segment));
    }
    return segments;
}

/// Cohorts as lines of equal length.
Json with_months_apart(const std::vector<report::Cohort>& cohorts, std::vector<std::string>& head) {
    std::size_t months = 0;
    for (const report::Cohort& cohort : cohorts)
        months = std::max(months, cohort.active.size());
    for (std::size_t i = 0; i < months; ++i)
        head.push_back(fmt::format("month_{}", i));
    Json rows = Json::array();
    for (const report::Cohort& cohort : cohorts) {
        Json row = json_of(cohort);
        for (std::size_t i = 0; i < cohort.active.size(); ++i)
            row[fmt::format("month_{}", i)] = cohort.active[i];
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string bucket_in(QueryFields& fields) {
    const std::string bucket = fields.text("bucket").value_or("week");
    if (bucket != "day" && bucket != "week" && bucket != "month")
        fields.problem("bucket", "is day, week or month");
    return bucket;
}

tl::expected<std::vector<report::PeriodFigures>, HttpError> periods_in(const Known& known,
                                                                       const std::string& bucket,
                                                                       const Services& services) {
    const std::vector<UtcTime> edges = edges_of(services, known.span, bucket, kPeriodsMax);
    if (edges.empty())
        return refuse({400, "bad_request", fmt::format("that is more than {} periods", kPeriodsMax)});
    return report::periods_of(known.ever, edges);
}

struct CustomersAsked {
    Span span;
    std::optional<report::Segment> segment;
    std::string sort;
};

CustomersAsked customers_asked(QueryFields& fields, const Services& services) {
    CustomersAsked asked;
    asked.span = span_of(fields, services, kUsualSpan);
    if (const auto name = fields.text("segment")) {
        asked.segment = report::segment_of(*name);
        if (!asked.segment) fields.problem("segment", "is new, best, loyal, occasional, at_risk or lost");
    }
    asked.sort = fields.text("sort").value_or("-spent");
    if (asked.sort != "-spent" && asked.sort != "-purchases" && asked.sort != "-last")
        fields.problem("sort", "is -spent, -purchases or -last");
    return asked;
}

/// Those who are asked for, in order.
std::vector<report::CustomerFigures> chosen(const CustomersAsked& asked, const report::Buyers& buyers) {
    std::vector<report::CustomerFigures> customers;
    std::copy_if(buyers.customers.begin(), buyers.customers.end(), std::back_inserter(customers),
                 [&](const auto& one) { return !asked.segment || one.segment == *asked.segment; });
    const auto key = [&](const report::CustomerFigures& one) {
        if (asked.sort == "-spent") return one.spent_minor;
        return asked.sort == "-purchases" ? one.purchases : std::int64_t{one.last.time_since_epoch().count()};
    };
    std::stable_sort(customers.begin(), customers.end(),
                     [&](const auto& a, const auto& b) { return key(a) > key(b); });
    return customers;
}

Json json_of(const std::vector<records::CustomerReceipt::Stay>& stays) {
    Json json = Json::array();
    for (const auto& stay : stays)
        json.push_back({{"place", stay.place}, {"begin", to_text(stay.begin)}, {"end", to_text(stay.end)}});
    return json;
}

Json json_of(const records::CustomerReceipt& one) {
    Json seen;
    if (one.person)
        seen = {{"person", *one.person},
                {"probability", shown_share(one.probability)},
                {"stays", json_of(one.stays)},
                {"touches", json_of(one.touches)}};
    return {{"receipt", to_json(one.receipt)}, {"seen", std::move(seen)}};
}

Json json_of(const records::ShelfTouched& shelf) {
    const bool placed = shelf.goods > 0;
    return {{"shelf", shelf.shelf},
            {"people", shelf.people},
            {"buyers", shelf.buyers},
            {"bought_there", placed ? Json(shelf.bought_there) : Json()},
            {"goods", shelf.goods}};
}

template <typename Rows>
Json array_of(const Rows& rows) {
    Json json = Json::array();
    for (const auto& row : rows)
        json.push_back(json_of(row));
    return json;
}

tl::expected<Json, HttpError> touched_in(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const records::People people = customers_with_traits(fields);
    TRY(fields.done());
    TRY_ASSIGN(const auto shelves, services.buyers.touched(span.from, span.to, people));
    return array_of(shelves);
}

}  // namespace

Reply get_buyers(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services, kUsualSpan);
    const std::string bucket = bucket_in(fields);
    TRY(fields.done());
    TRY_ASSIGN(const Known known, known_in(span, services));
    auto periods = periods_in(known, bucket, services);
    if (!periods) return tl::unexpected(std::move(periods.error()));
    TRY_ASSIGN(Json segments, segments_of(known, services));
    TRY_ASSIGN(const std::string currency, services.buyers.currency(span.from, span.to));
    TRY_ASSIGN(const std::int64_t sales, services.matches.sale_count(span.from, span.to));
    Json cells = Json::array();
    for (const auto& row : known.buyers.recency_by_frequency)
        cells.push_back(row);
    const auto with_card = std::count_if(known.purchases.begin(), known.purchases.end(),
                                         [](const auto& purchase) { return purchase.is_sale; });
    return json_response({{"from", to_text(span.from)},
                          {"to", to_text(span.to)},
                          {"currency", currency},
                          {"sales", sales},
                          {"sales_with_card", with_card},
                          {"long_days", shown_share(known.buyers.long_days)},
                          {"all", json_of(known.buyers.all)},
                          {"segments", std::move(segments)},
                          {"recency_by_frequency", std::move(cells)},
                          {"periods", array_of(*periods)},
                          {"cohorts", array_of(report::cohorts_of(known.ever, options_of(services, span)))}});
}

Reply export_buyers(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services, kUsualSpan);
    const std::string table = fields.text("table").value_or("segments");
    if (table != "segments" && table != "periods" && table != "cohorts")
        fields.problem("table", "is segments, periods or cohorts");
    const std::string bucket = bucket_in(fields);
    TRY(fields.done());
    TRY_ASSIGN(const Known known, known_in(span, services));
    const std::string name = fmt::format("buyers-{}.csv", table);
    if (table == "cohorts") {
        std::vector<std::string> head = {"month", "customers"};
        const auto cohorts = report::cohorts_of(known.ever, options_of(services, span));
        const Json rows = with_months_apart(cohorts, head);
        return csv_response(name, table_of(rows, head));
    }
    if (table == "periods") {
        auto periods = periods_in(known, bucket, services);
        if (!periods) return tl::unexpected(std::move(periods.error()));
        return csv_response(name, table_of(array_of(*periods), {"from", "to", "first_time", "returning",
                                                                "purchases", "spent_minor"}));
    }
    TRY_ASSIGN(const Json rows, segments_of(known, services));
    return csv_response(name, table_of(rows, {"segment", "customers", "purchases", "spent_minor",
                                              "basket_minor", "gap_days", "days_since"}));
}

Reply list_customers(const Request& request, const Services& services) {
    QueryFields fields(request);
    const CustomersAsked asked = customers_asked(fields, services);
    const CustomerPage page = page_of(fields);
    TRY(fields.done());
    TRY_ASSIGN(const Known known, known_in(asked.span, services));
    const auto customers = chosen(asked, known.buyers);
    Json list = Json::array();
    for (std::size_t i = page.offset; i < std::min(customers.size(), page.offset + page.limit); ++i)
        list.push_back(json_of(customers[i], known.cards));
    TRY_ASSIGN(const std::string currency, services.buyers.currency(asked.span.from, asked.span.to));
    return json_response(
        {{"currency", currency}, {"customers", std::move(list)}, {"total", customers.size()}});
}

Reply export_customers(const Request& request, const Services& services) {
    QueryFields fields(request);
    const CustomersAsked asked = customers_asked(fields, services);
    TRY(fields.done());
    TRY_ASSIGN(const Known known, known_in(asked.span, services));
    Json rows = Json::array();
    for (const report::CustomerFigures& customer : chosen(asked, known.buyers))
        rows.push_back(json_of(customer, known.cards));
    return csv_response("customers.csv",
                        table_of(rows, {"customer", "segment", "first", "last", "purchases", "spent_minor",
                                        "gap_days", "recency", "frequency", "value"}));
}

Reply get_customer(const Request& request, const Services& services) {
    QueryFields fields(request);
    const std::int64_t limit = fields.whole_number("limit", 1, kHistoryMax).value_or(kHistoryMax);
    TRY(fields.done());
    const std::string& id = request.parameter("id");
    TRY_ASSIGN(const auto history, services.buyers.history(id, limit));
    if (history.empty()) return not_found(fmt::format("customer \"{}\" is not there", id));
    // Not whose: the log keeps what it says, and a customer may be forgotten.
    if (services.recognition != nullptr)
        TRY(note_look(*services.recognition, request, "looked at the purchases of a customer"));
    return json_response({{"customer", id}, {"receipts", array_of(history)}});
}

Reply forget_customer(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    TRY_ASSIGN(const bool was_there, services.buyers.forget(id));
    if (!was_there) return not_found(fmt::format("customer \"{}\" is not there", id));
    return no_content();
}

Reply get_touched(const Request& request, const Services& services) {
    auto shelves = touched_in(request, services);
    if (!shelves) return tl::unexpected(std::move(shelves.error()));
    return json_response({{"shelves", std::move(*shelves)}});
}

Reply export_touched(const Request& request, const Services& services) {
    const auto shelves = touched_in(request, services);
    if (!shelves) return tl::unexpected(shelves.error());
    return csv_response("touched.csv",
                        table_of(*shelves, {"shelf", "people", "buyers", "bought_there", "goods"}));
}

Reply get_planogram(const Request&, const Services& services) {
    TRY_ASSIGN(const auto places, services.buyers.planogram());
    Json list = Json::array();
    for (const records::GoodsPlace& place : places)
        list.push_back({{"sku", place.sku},
                        {"shelf", place.shelf},
                        {"section", place.section},
                        {"name", place.name},
                        {"price_minor", place.price_minor ? Json(*place.price_minor) : Json()}});
    return json_response({{"places", std::move(list)}});
}

Reply save_planogram(const Request& request, const Services& services) {
    TRY_ASSIGN(const auto table, parse_planogram_table(request.body, "planogram"));
    std::vector<records::GoodsPlace> places;
    places.reserve(table.rows.size());
    for (const PlanogramRow& row : table.rows)
        places.push_back({row.sku, row.shelf, row.section, row.name, row.price_minor});
    if (places.empty() && table.problem_count > 0)
        return refuse({422, "unsuitable_table", "planogram: " + table.problems.front()});
    TRY(services.buyers.set_planogram(places));
    return json_response(
        {{"kept", places.size()}, {"refused", table.problem_count}, {"problems", table.problems}});
}

}  // namespace vitrina::api
