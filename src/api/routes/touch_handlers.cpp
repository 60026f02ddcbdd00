// Hands in shelves, as pages of a table and as one CSV file.
#include <limits>
#include <string>
#include <utility>

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

records::TouchFilter read_filter(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    records::TouchFilter filter;
    filter.from = span.from;
    filter.to = span.to;
    filter.camera = fields.text("camera");
    filter.shelf = fields.text("shelf");
    filter.person = fields.whole_number("person", 0, std::numeric_limits<std::int64_t>::max());
    filter.people = people_of(fields);
    const std::string sort = fields.text("sort").value_or("-begin");
    if (sort != "begin" && sort != "-begin") fields.problem("sort", "is begin or -begin");
    filter.descending = sort == "-begin";
    return filter;
}

double lasted_s(const records::TouchRow& touch) {
    return static_cast<double>((touch.end - touch.begin).count()) / 1000;
}

Json json_of(const records::TouchRow& touch) {
    Json goods = Json::array();
    for (const records::TouchedGoods& one : touch.goods)
        goods.push_back({{"sku", one.sku}, {"name", one.name}});
    return {{"id", touch.id},
            {"rev", touch.revision},
            {"camera", touch.camera},
            {"shelf", touch.shelf},
            {"section", touch.section},
            {"hand", touch.hand},
            {"person", touch.person},
            {"begin", to_text(touch.begin)},
            {"end", to_text(touch.end)},
            {"lasted_s", lasted_s(touch)},
            {"confidence", touch.confidence},
            {"layout", touch.layout},
            {"goods", std::move(goods)},
            {"goods_count", touch.goods_count},
            {"notes", json_of_notes(touch.notes)}};
}

/// SKUs with commas between, and how many more there are.
std::string words_of_goods(const records::TouchRow& touch) {
    std::string words;
    for (const records::TouchedGoods& one : touch.goods)
        words += (words.empty() ? "" : ", ") + one.sku;
    const std::int64_t more = touch.goods_count - std::ssize(touch.goods);
    return more > 0 ? fmt::format("{} +{}", words, more) : words;
}

std::string csv_row_of(const records::TouchRow& touch) {
    return csv_line({touch.id, std::to_string(touch.revision), touch.camera, touch.shelf, touch.section,
                     touch.hand, std::to_string(touch.person), to_text(touch.begin), to_text(touch.end),
                     fmt::format("{:.3f}", lasted_s(touch)), fmt::format("{:.3f}", touch.confidence),
                     touch.layout, words_of_goods(touch), touch.notes});
}

}  // namespace

Reply list_touches(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::TouchFilter filter = read_filter(fields, services);
    filter.offset = fields.whole_number("offset", 0, kOffsetMax).value_or(0);
    filter.limit = fields.whole_number("limit", 1, records::kTouchesAtOnceMax).value_or(filter.limit);
    TRY(fields.done());
    TRY_ASSIGN(const records::TouchPage page, services.facts.touches(filter));
    Json touches = Json::array();
    for (const records::TouchRow& touch : page.rows)
        touches.push_back(json_of(touch));
    return json_response({{"touches", std::move(touches)}, {"total", page.total}});
}

Reply export_touches(const Request& request, const Services& services) {
    QueryFields fields(request);
    records::TouchFilter filter = read_filter(fields, services);
    TRY(fields.done());
    FactTableForm<records::TouchFilter, records::TouchRow> form;
    form.head = {"id",    "rev", "camera",   "shelf",      "section", "hand",  "person",
                 "begin", "end", "lasted_s", "confidence", "layout",  "goods", "notes"};
    form.rows = [&facts = services.facts](const auto& wanted) { return facts.touch_rows(wanted); };
    form.line = csv_row_of;
    form.instant = &records::TouchRow::begin;
    return table_response("touches.csv", std::move(filter), std::move(form));
}

}  // namespace vitrina::api
