// How the floor is used: maps, departments, ways, what is wrong with the zoning; and two periods side by
// side.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/csv.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "api/routes/tables.h"
#include "api/shop_zone.h"
#include "domain/layout_file.h"
#include "pipeline/space_query.h"
#include "report/comparison.h"
#include "report/space_figures.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::days kSpaceSpanMax{93};  // a quarter of a year: some ten seconds of work
constexpr int kHours = 24;
constexpr int kWeekdays = 7;

/// "9-12,17" as bits, of numbers from `least` to `most`; nothing for what is none.
std::optional<std::uint32_t> bits_of(std::string_view text, int least, int most) {
    const auto number = [&](std::string_view part) {
        int value = -1;
        const auto read = std::from_chars(part.data(), part.data() + part.size(), value);
        const bool fits = read.ec == std::errc() && read.ptr == part.data() + part.size();
        return fits && value >= least && value <= most ? value : -1;
    };
    std::uint32_t bits = 0;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view part = text.substr(0, comma);
        const std::size_t dash = part.find('-');
        const int from = number(part.substr(0, dash));
        const int to = dash == std::string_view::npos ? from : number(part.substr(dash + 1));
        if (from < 0 || to < from) return std::nullopt;
        for (int value = from; value <= to; ++value)
            bits |= std::uint32_t{1} << static_cast<unsigned>(value - least);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return bits == 0 ? std::nullopt : std::optional(bits);
}

insight::SpaceFilter read_filter(QueryFields& fields) {
    insight::SpaceFilter filter;
    if (const auto hours = fields.text("hours")) {
        const auto bits = bits_of(*hours, 0, kHours - 1);
        if (!bits) fields.problem("hours", "are hours of the day, 0 to 23, and spans of them, like 9-12,17");
        filter.hours = bits.value_or(filter.hours);
    }
    if (const auto weekdays = fields.text("weekdays")) {
        const auto bits = bits_of(*weekdays, 1, kWeekdays);
        if (!bits)
            fields.problem("weekdays", "are numbers from 1, Monday, to 7, and spans of them, like 1-5");
        filter.weekdays = bits.value_or(filter.weekdays);
    }
    return filter;
}

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

void set_span(pipeline::SpaceQuestion& question, const Span& span, const Services& services) {
    question.from = span.from;
    question.to = span.to;
    question.clock = services.zone->clock(span.from, span.to);
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
    const insight::SpaceFilter filter = read_filter(fields);
    TRY(fields.done());
    TRY_ASSIGN(auto question, question_of(*camera, services));
    if (!question)
        return not_found(fmt::format("camera \"{}\" is not there, or gave no picture yet", *camera));
    question->filter = filter;
    set_span(*question, span, services);
    TRY_ASSIGN(auto answer, pipeline::space_of(services.paths, services.facts, *question));
    return Asked{std::move(*question), std::move(answer)};
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
    set_span(question, result.before, services);
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
    json.update(report::space_json(answer.plan, *answer.space, answer.use, std::nullopt));
    // What kind each is, so that a page tells departments from queues.
    const Layout& layout = asked->question.layout;
    for (std::size_t i = 0; i < json["zones"].size(); ++i)
        json["zones"][i]["kind"] = to_text(layout.zones[i].kind);
    json["report"] = report::space_report(answer.plan, answer.use, std::nullopt);
    return json_response(json);
}

Reply export_space(const Request& request, const Services& services) {
    QueryFields fields(request);
    const std::string table = fields.text("table").value_or("zones");
    const std::map<std::string, std::vector<std::string>> heads = {
        {"zones",
         {"zone", "passed", "stopped", "touched", "paid_later", "reach", "attraction", "holding_s",
          "presence_h"}},
        {"fixtures", {"fixture", "passed", "stopped", "touched", "standing_h"}},
        {"flows", {"from", "to", "people"}},
        {"paths", {"path", "people"}},
        {"dead_areas", {"x_m", "y_m", "width_m", "depth_m", "square_m"}},
        {"heat", {}}};
    const auto head = heads.find(table);
    if (head == heads.end()) fields.problem("table", "is zones, fixtures, flows, paths, dead_areas or heat");
    auto asked = answer_of(fields, services);
    if (!asked) return tl::unexpected(std::move(asked.error()));
    const Json json =
        report::space_json(asked->answer.plan, *asked->answer.space, asked->answer.use, std::nullopt);
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
