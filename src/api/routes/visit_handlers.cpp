// Visits, as pages of a table and as one CSV file.
#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/fact_table.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "api/trouble_json.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using Order = records::VisitFilter::Order;

constexpr double kDwellMaxS = 1e9;

constexpr std::array<std::pair<std::string_view, Order>, 8> kOrders = {{{"begin", Order::kBegin},
                                                                        {"end", Order::kEnd},
                                                                        {"dwell", Order::kDwell},
                                                                        {"dwell_s", Order::kDwell},
                                                                        {"zone", Order::kZone},
                                                                        {"camera", Order::kCamera},
                                                                        {"person", Order::kPerson},
                                                                        {"confidence", Order::kConfidence}}};

double dwell_s(const records::VisitRow& visit) {
    return static_cast<double>((visit.end - visit.begin).count()) / 1000;
}

void read_order(QueryFields& fields, records::VisitFilter& filter) {
    const std::string sort = fields.text("sort").value_or("-begin");
    filter.descending = sort.starts_with('-');
    const std::string_view name = std::string_view(sort).substr(filter.descending ? 1 : 0);
    const auto* const found =
        std::find_if(kOrders.begin(), kOrders.end(), [&](const auto& order) { return order.first == name; });
    if (found != kOrders.end())
        filter.order = found->second;
    else
        fields.problem("sort",
                       "is begin, end, dwell, zone, camera, person or confidence, or one with - before");
}

records::VisitFilter read_filter(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    records::VisitFilter filter;
    filter.from = span.from;
    filter.to = span.to;
    filter.camera = fields.text("camera");
    filter.zone = fields.text("zone");
    filter.person = fields.whole_number("person", 0, std::numeric_limits<std::int64_t>::max());
    filter.dwell_ms_min =
        static_cast<std::int64_t>(fields.number("min_dwell_s", 0, kDwellMaxS).value_or(0) * 1000);
    filter.people = people_of(fields);
    read_order(fields, filter);
    return filter;
}

Json json_of(const records::VisitRow& visit) {
    return {{"id", visit.id},
            {"rev", visit.revision},
            {"camera", visit.camera},
            {"zone", visit.zone},
            {"person", visit.person},
            {"begin", to_text(visit.begin)},
            {"end", to_text(visit.end)},
            {"dwell_s", dwell_s(visit)},
            {"confidence", visit.confidence},
            {"layout", visit.layout},
            {"label", visit.label.empty() ? Json() : Json(visit.label)},
            {"label_confidence", visit.label.empty() ? Json() : Json(visit.label_confidence)},
            {"sex", visit.sex.empty() ? Json() : Json(visit.sex)},
            {"sex_confidence", visit.sex.empty() ? Json() : Json(visit.sex_confidence)},
            {"age", visit.sex.empty() ? Json() : Json(visit.age)},
            {"age_low", visit.sex.empty() ? Json() : Json(visit.age_low)},
            {"age_high", visit.sex.empty() ? Json() : Json(visit.age_high)},
            {"notes", json_of_notes(visit.notes)}};
}

std::string csv_row_of(const records::VisitRow& visit) {
    return csv_line({visit.id, std::to_string(visit.revision), visit.camera, visit.zone,
                     std::to_string(visit.person), to_text(visit.begin), to_text(visit.end),
                     fmt::format("{:.3f}", dwell_s(visit)), fmt::format("{:.3f}", visit.confidence),
                     visit.layout, visit.notes, visit.label, visit.sex,
                     visit.sex.empty() ? "" : std::to_string(visit.age_low),
                     visit.sex.empty() ? "" : std::to_string(visit.age_high)});
}

}  // namespace

Reply list_visits(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::VisitFilter filter = read_filter(fields, services);
    filter.offset = fields.whole_number("offset", 0, kOffsetMax).value_or(0);
    filter.limit = fields.whole_number("limit", 1, records::kVisitsAtOnceMax).value_or(filter.limit);
    TRY(fields.done());
    TRY_ASSIGN(const records::VisitPage page, services.facts.visits(filter));
    Json visits = Json::array();
    for (const records::VisitRow& visit : page.rows)
        visits.push_back(json_of(visit));
    return json_response({{"visits", std::move(visits)}, {"total", page.total}});
}

Reply export_visits(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::VisitFilter filter = read_filter(fields, services);
    TRY(fields.done());
    if (filter.order != Order::kBegin) {
        filter.order = Order::kBegin;
        filter.descending = false;
    }
    FactTableForm<records::VisitFilter, records::VisitRow> form;
    form.head = {"id",         "rev",    "camera", "zone",  "person", "begin",   "end",     "dwell_s",
                 "confidence", "layout", "notes",  "label", "sex",    "age_low", "age_high"};
    form.rows = [&facts = services.facts](const auto& wanted) { return facts.visit_rows(wanted); };
    form.line = csv_row_of;
    form.instant = &records::VisitRow::begin;
    return table_response("visits.csv", std::move(filter), std::move(form));
}

}  // namespace vitrina::api
