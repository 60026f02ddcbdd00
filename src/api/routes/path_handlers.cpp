// Where people were: their stored paths, to be drawn for a moment of the past.
#include <chrono>
#include <cmath>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

// An hour of a crowd is some megabytes.
constexpr std::chrono::hours kPathsSpanMax{2};

/// [seconds from `from`, x, y, height of the body], in shares of the picture's width.
Json json_of(const PathPoint& point, UtcTime from) {
    const Sighting sighting = sighting_of(0, point, PathScale::of_picture(1));
    const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
    const auto at = UtcTime(kPathTick * point.tick) - from;
    return {std::chrono::duration<double>(at).count(), rounded(sighting.place.x), rounded(sighting.place.y),
            rounded(sighting.body_height)};
}

}  // namespace

Reply get_paths(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const auto camera = fields.text("camera");
    if (!camera) fields.problem("camera", "is missing");
    if (span.to - span.from > kPathsSpanMax)
        fields.problem("to", fmt::format("is more than {} h after \"from\"", kPathsSpanMax.count()));
    const records::People people = people_of(fields);
    TRY(fields.done());
    TRY_ASSIGN(const auto spans, services.paths.spans(*camera, span.from, span.to));
    TRY_ASSIGN(const auto pieces, services.paths.pieces(spans));
    std::set<PersonId> staff;
    if (people == records::People::kCustomers) {
        std::vector<PersonId> persons;
        persons.reserve(pieces.size());
        for (const records::PathPiece& piece : pieces)
            persons.push_back(piece.person);
        TRY_ASSIGN(staff, services.facts.staff_among(persons));
    }
    Json list = Json::array();
    for (const records::PathPiece& piece : pieces) {
        if (staff.contains(piece.person)) continue;
        Json points = Json::array();
        for (const PathPoint& point : piece.points)
            points.push_back(json_of(point, span.from));
        list.push_back({{"person", piece.person}, {"points", std::move(points)}});
    }
    return json_response({{"from", to_text(span.from)}, {"paths", std::move(list)}});
}

}  // namespace vitrina::api
