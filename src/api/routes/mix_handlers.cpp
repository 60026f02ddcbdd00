// Who came, by sex and age.
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "report/visitor_mix.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::days kSpanMax{400};

Json json_of(const report::TraitShare& share) {
    return {{"raw", share.raw}, {"share", share.share}, {"low", share.low}, {"high", share.high}};
}

}  // namespace

Reply get_visitor_mix(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const auto camera = fields.text("camera");
    const records::People people = people_of(fields);
    if (span.to - span.from > kSpanMax) fields.problem("to", "is more than 400 days after from=");
    TRY(fields.done());
    // Whoever passes several cameras has a face in each: people are those of one of them.
    TRY_ASSIGN(const auto cameras, services.facts.faces_by_camera(span.from, span.to, people));
    const std::optional<std::string> counted =
        camera || cameras.empty() ? camera : std::optional(cameras.front().camera);
    TRY_ASSIGN(const auto rows, services.facts.traits(span.from, span.to, counted, people));
    std::vector<report::SeenTraits> seen;
    seen.reserve(rows.size());
    for (const Traits& traits : rows)
        seen.push_back({traits.sex, traits.age});
    const report::VisitorMix mix = report::visitor_mix(seen);
    Json ages = Json::array();
    for (std::size_t i = 0; i < report::kAgeBands.size(); ++i) {
        Json age = json_of(mix.ages.at(i));
        age["from"] = report::kAgeBands.at(i).from;
        age["to"] = report::kAgeBands.at(i).to;
        ages.push_back(std::move(age));
    }
    return json_response({{"from", to_text(span.from)},
                          {"to", to_text(span.to)},
                          {"camera", counted ? Json(*counted) : Json()},
                          {"cameras", cameras.size()},
                          {"people", mix.people},
                          {"of_sex", mix.of_sex},
                          {"women", mix.of_sex > 0 ? json_of(mix.women) : Json()},
                          {"ages", mix.people > 0 ? std::move(ages) : Json::array()}});
}

}  // namespace vitrina::api
