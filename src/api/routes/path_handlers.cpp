// Where people were: their stored paths, to be drawn for a moment of the past.
#include <chrono>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "domain/plan.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

// An hour of a crowd is some megabytes.
constexpr std::chrono::hours kPathsSpanMax{2};

/// [seconds from `from`, x, y, height of the body], in shares of the picture's width or the plan's metres.
Json json_of(const PathPoint& point, UtcTime from, const PathScale& scale) {
    const Sighting sighting = sighting_of(0, point, scale);
    const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
    const auto at = UtcTime(kPathTick * point.tick) - from;
    return {std::chrono::duration<double>(at).count(), rounded(sighting.place.x), rounded(sighting.place.y),
            rounded(sighting.body_height)};
}

/// On the floor plan what is stored is walks: those of one person belong together, as is known now.
Json walks_of(const std::vector<records::PathPiece>& pieces, const std::vector<records::WalkOwner>& owners,
              const std::set<PersonId>& staff, UtcTime from) {
    std::map<std::int64_t, std::map<UtcTime, PersonId>> known;
    for (const records::WalkOwner& owner : owners)
        known[owner.walk][owner.since] = owner.person;
    Json list = Json::array();
    for (const records::PathPiece& piece : pieces) {
        std::map<PersonId, Json> parts;
        const auto& walk = known[piece.person];
        for (const PathPoint& point : piece.points) {
            const auto after = walk.upper_bound(UtcTime(kPathTick * point.tick));
            const PersonId person = after == walk.begin() ? 0 : std::prev(after)->second;
            if (person != 0 && !staff.contains(person))
                parts.try_emplace(person, Json::array())
                    .first->second.push_back(json_of(point, from, PathScale::of_plan()));
        }
        for (auto& [person, points] : parts)
            list.push_back({{"person", person}, {"points", std::move(points)}});
    }
    return list;
}

/// Of pieces of paths, or of who owns walks.
template <typename OfPerson>
std::vector<PersonId> persons_of(const std::vector<OfPerson>& list) {
    std::vector<PersonId> persons;
    persons.reserve(list.size());
    for (const OfPerson& entry : list)
        persons.push_back(entry.person);
    return persons;
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
    const bool is_plan = *camera == kPlanCamera;
    std::vector<records::WalkOwner> owners;
    if (is_plan) {
        TRY_ASSIGN(owners, services.paths.owners(spans));
    }
    TRY_ASSIGN(const std::set<PersonId> left_out,
               services.facts.left_out(is_plan ? persons_of(owners) : persons_of(pieces), people));
    Json list = Json::array();
    if (is_plan) {
        list = walks_of(pieces, owners, left_out, span.from);
    } else {
        for (const records::PathPiece& piece : pieces) {
            if (left_out.contains(piece.person)) continue;
            Json points = Json::array();
            for (const PathPoint& point : piece.points)
                points.push_back(json_of(point, span.from, PathScale::of_picture(1)));
            list.push_back({{"person", piece.person}, {"points", std::move(points)}});
        }
    }
    return json_response({{"from", to_text(span.from)}, {"paths", std::move(list)}});
}

}  // namespace vitrina::api
