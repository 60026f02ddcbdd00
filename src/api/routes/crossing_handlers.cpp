// Crossings of lines, as pages of a table and as one CSV file: what "came in" and "went out" are made of.
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

std::string text_of(Direction direction) {
    return direction == Direction::kIn ? "in" : "out";
}

records::CrossingFilter read_filter(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    records::CrossingFilter filter;
    filter.from = span.from;
    filter.to = span.to;
    filter.camera = fields.text("camera");
    filter.line = fields.text("line");
    if (const auto direction = fields.text("direction")) {
        if (*direction == "in" || *direction == "out")
            filter.direction = *direction == "in" ? Direction::kIn : Direction::kOut;
        else
            fields.problem("direction", "is in or out");
    }
    filter.people = people_of(fields);
    const std::string sort = fields.text("sort").value_or("-at");
    if (sort != "at" && sort != "-at") fields.problem("sort", "is at or -at");
    filter.descending = sort == "-at";
    return filter;
}

Json json_of(const records::CrossingRow& crossing) {
    return {{"id", crossing.id},          {"rev", crossing.revision},
            {"camera", crossing.camera},  {"line", crossing.line},
            {"person", crossing.person},  {"direction", text_of(crossing.direction)},
            {"at", to_text(crossing.at)}, {"confidence", crossing.confidence},
            {"layout", crossing.layout},  {"notes", json_of_notes(crossing.notes)}};
}

std::string csv_row_of(const records::CrossingRow& crossing) {
    return csv_line({crossing.id, std::to_string(crossing.revision), crossing.camera, crossing.line,
                     std::to_string(crossing.person), text_of(crossing.direction), to_text(crossing.at),
                     fmt::format("{:.3f}", crossing.confidence), crossing.layout, crossing.notes});
}

}  // namespace

Reply list_crossings(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::CrossingFilter filter = read_filter(fields, services);
    filter.offset = fields.whole_number("offset", 0, kOffsetMax).value_or(0);
    filter.limit = fields.whole_number("limit", 1, records::kCrossingsAtOnceMax).value_or(filter.limit);
    TRY(fields.done());
    TRY_ASSIGN(const records::CrossingPage page, services.facts.crossings(filter));
    Json crossings = Json::array();
    for (const records::CrossingRow& crossing : page.rows)
        crossings.push_back(json_of(crossing));
    return json_response({{"crossings", std::move(crossings)}, {"total", page.total}});
}

Reply export_crossings(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::CrossingFilter filter = read_filter(fields, services);
    TRY(fields.done());
    FactTableForm<records::CrossingFilter, records::CrossingRow> form;
    form.head = {"id", "rev", "camera", "line", "person", "direction", "at", "confidence", "layout", "notes"};
    form.rows = [&facts = services.facts](const auto& wanted) { return facts.crossing_rows(wanted); };
    form.line = csv_row_of;
    form.instant = &records::CrossingRow::at;
    return table_response("crossings.csv", std::move(filter), std::move(form));
}

}  // namespace vitrina::api
