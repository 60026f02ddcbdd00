// How the floor is used: maps, departments, ways, what is wrong with the zoning; and two periods side by
// side.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/share_json.h"
#include "api/routes/space_filter.h"
#include "api/routes/span.h"
#include "api/routes/tables.h"
#include "api/shop_zone.h"
#include "domain/layout_file.h"
#include "pipeline/shop_clock.h"
#include "pipeline/space_query.h"
#include "report/comparison.h"
#include "report/sales.h"
#include "report/space_figures.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

/// Of a camera that is there; filled in but for the span.
Result<std::optional<pipeline::SpaceQuestion>> question_of(const std::string& camera,
                                                           const Services& services) {
    pipeline::SpaceQuestion question;
    question.camera = camera;
    if (auto layout = services.shop.layout(camera)) {
        question.layout = std::move(*layout);
        return question;
    }
    TRY_ASSIGN(auto saved, services.shop_records.layout_at(camera, services.now()));
    if (!saved) return std::optional<pipeline::SpaceQuestion>();
    question.layout = std::move(saved->layout);
    return question;
}

Result<void> set_span(pipeline::SpaceQuestion& question, const Span& span, const Services& services) {
    question.from = span.from;
    question.to = span.to;
    question.clock = services.zone->clock(span.from, span.to);
    TRY_ASSIGN(question.payers, services.matches.payers(question.camera, span.from, span.to));
    return {};
}

struct Asked {
    pipeline::SpaceQuestion question;
    pipeline::SpaceAnswer answer;
};

/// What the fields ask for, which are all read then.
tl::expected<Asked, HttpError> answer_of(QueryFields& fields, const Services& services) {
    const Span span = span_of(fields, services);
    const auto camera = fields.text("camera");
    if (!camera) fields.problem("camera", "is missing");
    if (span.to - span.from > kSpaceSpanMax)
        fields.problem("to", fmt::format("is more than {} days after \"from\"", kSpaceSpanMax.count()));
    const insight::SpaceFilter filter = space_filter_of(fields);
    const records::People people = people_of(fields, "customers");
    TRY(fields.done());
    TRY_ASSIGN(auto question, question_of(*camera, services));
    if (!question)
        return not_found(fmt::format("camera \"{}\" is not there, or gave no picture yet", *camera));
    question->filter = filter;
    question->people = people;
    TRY(set_span(*question, span, services));
    TRY_ASSIGN(auto answer, pipeline::space_of(services.paths, services.facts, *question));
    return Asked{std::move(*question), std::move(answer)};
}

/// What was sold meanwhile, by the planogram; nothing where there is none, or no till said anything.
Result<std::optional<report::Sales>> sales_of(const Asked& asked, const Services& services) {
    const pipeline::SpaceQuestion& question = asked.question;
    TRY_ASSIGN(const auto places, services.buyers.planogram());
    if (places.empty()) return std::optional<report::Sales>();
    TRY_ASSIGN(const auto rows, services.buyers.shelf_lines(question.from, question.to, question.people));
    std::set<std::string> stocked;
    for (const records::GoodsPlace& place : places)
        stocked.insert(place.shelf);
    std::vector<report::SoldLine> lines;
    for (const records::ShelfLine& row : rows)
        if (insight::is_in_hours(question.filter, question.clock, pipeline::from_utc(row.at)))
            lines.push_back({row.receipt, row.shelf, static_cast<double>(row.quantity_thousandths) / 1000,
                             row.amount_minor, row.is_sale});
    if (lines.empty()) return std::optional<report::Sales>();
    const Plan& plan = asked.answer.plan;
    return report::sales_of(plan, report::zones_of_fixtures(plan, asked.answer.space->raster()), lines,
                            stocked);
}

/// The figures, and what of them is not known.
Json figures_of(const Asked& asked, const std::optional<report::Sales>& sales) {
    const pipeline::SpaceAnswer& answer = asked.answer;
    Json json = report::space_json(answer.plan, *answer.space, answer.use, sales);
    if (!answer.knows_payers)
        for (Json& zone : json["zones"])
            zone["paid_later"] = nullptr;
    json["bounce"] = nullptr;
    if (answer.knows_entries)
        json["bounce"] = {{"entered", answer.use.entered},
                          {"bounced", answer.use.bounced},
                          {"share", share_of(answer.use.bounced, answer.use.entered)}};
    return json;
}

/// The maps, a line for each square in which somebody was.
std::string heat_table(const Json& heat) {
    std::string text = kUtf8Mark + csv_line({"x_m", "y_m", "presence_s", "standing_s", "touches", "entries"});
    const auto columns = heat["columns"].get<std::size_t>();
    const double cell = heat["cell_m"].get<double>();
    for (std::size_t i = 0; i < heat["presence_s"].size(); ++i) {
        if (heat["presence_s"][i].get<double>() <= 0) continue;
        text += csv_line({fmt::format("{:g}", (static_cast<double>(i % columns) + 0.5) * cell),
                          fmt::format("{:g}", (static_cast<double>(i / columns) + 0.5) * cell),
                          cell_of(heat["presence_s"][i]), cell_of(heat["standing_s"][i]),
                          cell_of(heat["touches"][i]), cell_of(heat["entries"][i])});
    }
    return text;
}

Json with_paths_joined(Json paths) {
    for (Json& path : paths) {
        std::string way;
        for (const Json& name : path["path"])
            way += (way.empty() ? "" : " > ") + name.get<std::string>();
        path["path"] = way;
    }
    return paths;
}

Json share_json(const report::Share& share) {
    const bool known = share.whole > 0;
    return {
        {"part", share.part},
        {"whole", share.whole},
        {"share", known ? Json(static_cast<double>(share.part) / static_cast<double>(share.whole)) : Json()}};
}

double rounded(double value) {
    return std::round(value * 1e5) / 1e5;
}

Json json_of(const report::ComparedZone& zone, const Plan& plan) {
    const report::Difference& difference = zone.difference;
    return {{"zone", plan.zones[zone.zone].name},
            {"what", to_text(zone.what)},
            {"before", share_json(zone.before)},
            {"after", share_json(zone.after)},
            {"difference", rounded(difference.difference)},
            {"low", rounded(difference.low)},
            {"high", rounded(difference.high)},
            {"p", rounded(difference.p)},
            {"significant", difference.significant}};
}

struct Compared {
    Span before;
    Span after;
    std::int64_t people_before = 0;
    std::int64_t people_after = 0;
    Json zones = Json::array();
};

tl::expected<Compared, HttpError> compared(const Request& request, const Services& services) {
    QueryFields fields(request);
    Compared result;
    const auto before_from = fields.instant("before_from");
    const auto before_to = fields.instant("before_to");
    if (!before_from) fields.problem("before_from", "is missing");
    if (!before_to) fields.problem("before_to", "is missing");
    if (before_from && before_to) {
        result.before = {*before_from, *before_to};
        if (*before_to <= *before_from) fields.problem("before_to", "is not after before_from=");
        if (*before_to - *before_from > kSpaceSpanMax)
            fields.problem("before_to",
                           fmt::format("is more than {} days after \"before_from\"", kSpaceSpanMax.count()));
    }
    auto after = answer_of(fields, services);
    if (!after) return tl::unexpected(std::move(after.error()));
    result.after = {after->question.from, after->question.to};
    pipeline::SpaceQuestion question = after->question;
    TRY(set_span(question, result.before, services));
    question.px_per_m = after->answer.px_per_m;  // one ruler for both
    TRY_ASSIGN(const auto before, pipeline::space_of(services.paths, services.facts, question));
    result.people_before = before.use.people;
    result.people_after = after->answer.use.people;
    for (const report::ComparedZone& zone :
         report::compare(after->answer.plan, before.use, after->answer.use))
        result.zones.push_back(json_of(zone, after->answer.plan));
    return result;
}

}  // namespace

Reply get_space(const Request& request, const Services& services) {
    QueryFields fields(request);
    auto asked = answer_of(fields, services);
    if (!asked) return tl::unexpected(std::move(asked.error()));
    const pipeline::SpaceAnswer& answer = asked->answer;
    Json json{{"camera", asked->question.camera},  {"from", to_text(asked->question.from)},
              {"to", to_text(asked->question.to)}, {"width_m", answer.plan.width_m},
              {"depth_m", answer.plan.depth_m},    {"px_per_m", answer.px_per_m}};
    TRY_ASSIGN(const auto sales, sales_of(*asked, services));
    TRY_ASSIGN(const std::string currency,
               services.buyers.currency(asked->question.from, asked->question.to));
    json.update(figures_of(*asked, sales));
    json["sales"] = nullptr;
    if (sales)
        json["sales"] = {{"receipts", sales->receipts},
                         {"amount_minor", sales->amount_minor},
                         {"unplaced", sales->unplaced},
                         {"currency", currency}};
    // What kind each is, so that a page tells departments from queues.
    const Layout& layout = asked->question.layout;
    for (std::size_t i = 0; i < json["zones"].size(); ++i)
        json["zones"][i]["kind"] = to_text(layout.zones[i].kind);
    json["report"] = report::space_report(answer.plan, answer.use, sales);
    return json_response(json);
}

Reply export_space(const Request& request, const Services& services) {
    QueryFields fields(request);
    const std::string table = fields.text("table").value_or("zones");
    const std::map<std::string, std::vector<std::string>> heads = {
        {"zones",
         {"zone", "passed", "stopped", "touched", "paid_later", "reach", "attraction", "holding_s",
          "presence_h", "bought", "bought_of_stopped"}},
        {"fixtures",
         {"fixture", "passed", "stopped", "touched", "standing_h", "receipts", "sold", "amount_minor"}},
        {"flows", {"from", "to", "people"}},
        {"paths", {"path", "people"}},
        {"dead_areas", {"x_m", "y_m", "width_m", "depth_m", "square_m"}},
        {"heat", {}}};
    const auto head = heads.find(table);
    if (head == heads.end()) fields.problem("table", "is zones, fixtures, flows, paths, dead_areas or heat");
    auto asked = answer_of(fields, services);
    if (!asked) return tl::unexpected(std::move(asked.error()));
    TRY_ASSIGN(const auto sales, sales_of(*asked, services));
    const Json json = figures_of(*asked, sales);
    const std::string name = fmt::format("space-{}.csv", table);
    if (table == "heat") return csv_response(name, heat_table(json["heat"]));
    return csv_response(
        name, table_of(table == "paths" ? with_paths_joined(json["paths"]) : json[table], head->second));
}

Reply compare_space(const Request& request, const Services& services) {
    auto result = compared(request, services);
    if (!result) return tl::unexpected(std::move(result.error()));
    const auto period = [](const Span& span, std::int64_t people) {
        return Json{{"from", to_text(span.from)}, {"to", to_text(span.to)}, {"people", people}};
    };
    return json_response({{"before", period(result->before, result->people_before)},
                          {"after", period(result->after, result->people_after)},
                          {"zones", std::move(result->zones)}});
}

Reply export_comparison(const Request& request, const Services& services) {
    auto result = compared(request, services);
    if (!result) return tl::unexpected(std::move(result.error()));
    Json rows = Json::array();
    for (const Json& zone : result->zones) {
        Json row{{"zone", zone["zone"]}, {"what", zone["what"]}};
        for (const char* when : {"before", "after"})
            for (const char* what : {"part", "whole", "share"})
                row[fmt::format("{}_{}", when, what)] = zone[when][what];
        for (const char* name : {"difference", "low", "high", "p", "significant"})
            row[name] = zone[name];
        rows.push_back(std::move(row));
    }
    return csv_response(
        "space-compared.csv",
        table_of(rows, {"zone", "what", "before_part", "before_whole", "before_share", "after_part",
                        "after_whole", "after_share", "difference", "low", "high", "p", "significant"}));
}

}  // namespace vitrina::api
