#include "pipeline/space_query.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/polygon.h"
#include "domain/path.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

constexpr double kTallM = 1.7;
constexpr std::size_t kPiecesAtOnce = 500;
constexpr std::size_t kPiecesToMeasure = 200;
constexpr double kSideM = 100;         // of a picture at most, whatever people's heights say
constexpr std::size_t kZonesMax = 64;  // of insight::Space

using Spans = std::unordered_map<PersonId, std::deque<records::FactSpan>>;

Spans by_person(const std::vector<records::FactSpan>& spans) {
    Spans result;
    for (const records::FactSpan& span : spans)
        result[span.person].push_back(span);
    for (auto& [person, own] : result)
        std::sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return result;
}

/// Somebody who came in by a line.
struct Entrance {
    UtcTime in;  // the first time
    bool went_soon = false;
};
using Entrances = std::unordered_map<PersonId, Entrance>;

/// `crossings` by their instants. Who goes out and comes in again later did not bounce.
Entrances entrances_of(const std::vector<LiveEvent>& crossings) {
    Entrances entrances;
    for (const LiveEvent& event : crossings) {
        const auto* const crossing = std::get_if<Crossing>(&event.event.fact);
        if (crossing == nullptr) continue;
        if (crossing->direction == Direction::kIn) {
            const auto [entrance, is_new] = entrances.try_emplace(crossing->person, Entrance{event.begin});
            if (!is_new) entrance->second.went_soon = false;
            continue;
        }
        const auto known = entrances.find(crossing->person);
        if (known != entrances.end()) known->second.went_soon = event.begin - known->second.in < kBounceMax;
    }
    return entrances;
}

Plan plan_of(const Layout& layout, double px_per_m) {
    Plan plan;
    plan.version = layout.version;
    plan.width_m = layout.width / px_per_m;
    plan.depth_m = layout.height / px_per_m;
    plan.zones = layout.zones;
    if (plan.zones.size() > kZonesMax) plan.zones.resize(kZonesMax);
    for (Zone& zone : plan.zones)
        zone.polygon = scaled(zone.polygon, 1 / px_per_m);
    plan.fixtures.reserve(layout.shelves.size());
    for (const Shelf& shelf : layout.shelves)
        plan.fixtures.push_back({shelf.name, scaled(shelf.polygon, 1 / px_per_m), 1.5});
    return plan;
}

/// How many pixels of the layout's picture a metre is, by how tall people are in it.
Result<double> scale_of(const records::PathStore& paths, const std::vector<records::PathSpan>& spans,
                        const Layout& layout) {
    std::vector<double> heights;
    const std::size_t count = std::min(spans.size(), kPiecesToMeasure);
    TRY_ASSIGN(const auto pieces, paths.pieces(std::span(spans).first(count)));
    for (const records::PathPiece& piece : pieces)
        heights.push_back(sighting_of(piece.person, piece.points[piece.points.size() / 2],
                                      PathScale::of_picture(layout.width))
                              .body_height);
    if (heights.empty()) return layout.width / 10;
    const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
    std::nth_element(heights.begin(), middle, heights.end());
    return std::max({*middle / kTallM, layout.width / kSideM, layout.height / kSideM});
}

std::vector<PersonId> persons_of(const std::vector<records::PathPiece>& pieces) {
    std::vector<PersonId> persons;
    persons.reserve(pieces.size());
    for (const records::PathPiece& piece : pieces)
        persons.push_back(piece.person);
    return persons;
}

/// What was seen on the way, too: points may be a second apart.
void sightings_of(const records::PathPiece& piece, const PathScale& scale, std::vector<Sighting>& seen) {
    seen.clear();
    for (std::size_t i = 0; i < piece.points.size(); ++i) {
        if (i == 0)
            seen.push_back(sighting_of(piece.person, piece.points[0], scale));
        else
            sightings_between(piece.person, piece.points[i - 1], piece.points[i], scale, seen);
    }
}

/// Gives the points of one piece to the space, with what was touched and paid meanwhile.
class Feeder {
  public:
    Feeder(insight::Space& space, const Layout& layout, double px_per_m, Spans touches, Spans services,
           Entrances entrances)
        : space_(space),
          scale_(PathScale::of_picture(layout.width)),
          per_m_(px_per_m),
          touches_(std::move(touches)),
          services_(std::move(services)),
          entrances_(std::move(entrances)) {}

    void feed(const records::PathPiece& piece, UtcTime from, UtcTime to) {
        const auto touches = touches_.find(piece.person);
        const auto services = services_.find(piece.person);
        sightings_of(piece, scale_, seen_);
        for (const Sighting& seen : seen_) {
            const UtcTime at = to_utc(seen.at);
            if (at < from || at >= to) continue;
            Sighting sighting = seen;
            sighting.place = {sighting.place.x / per_m_, sighting.place.y / per_m_};
            sighting.body_height /= per_m_;
            if (touches != touches_.end()) sighting.labels.reaching = reaches(touches->second, at);
            space_.observe(sighting);
            while (services != services_.end() && !services->second.empty() &&
                   services->second.front().begin <= at) {
                space_.paid(piece.person);
                services->second.pop_front();
            }
        }
        const auto entrance = entrances_.find(piece.person);
        if (entrance != entrances_.end()) space_.entered(piece.person, entrance->second.went_soon);
        points_ += static_cast<std::int64_t>(piece.points.size());
    }
    [[nodiscard]] std::int64_t points() const { return points_; }

  private:
    /// Whether a touch began since this was last asked: each is one hand at a shelf.
    static bool reaches(std::deque<records::FactSpan>& touches, UtcTime at) {
        bool any = false;
        while (!touches.empty() && touches.front().begin <= at) {
            any = true;
            touches.pop_front();
        }
        return any;
    }

    insight::Space& space_;
    PathScale scale_;
    double per_m_;
    Spans touches_;
    Spans services_;
    Entrances entrances_;
    std::vector<Sighting> seen_;  // of one piece; kept for its room
    std::int64_t points_ = 0;
};

}  // namespace

Result<SpaceAnswer> space_of(const records::PathStore& paths, const records::FactStore& facts,
                             const SpaceQuestion& question) {
    SpaceAnswer answer;
    TRY_ASSIGN(const auto spans, paths.spans(question.camera, question.from, question.to));
    answer.px_per_m = question.px_per_m;
    if (answer.px_per_m <= 0) {
        TRY_ASSIGN(answer.px_per_m, scale_of(paths, spans, question.layout));
    }
    answer.plan = plan_of(question.layout, answer.px_per_m);
    insight::SpaceOptions options;
    options.clock = question.clock;
    options.filter = question.filter;
    answer.space = std::make_unique<insight::Space>(answer.plan, options);
    TRY_ASSIGN(const auto touches, facts.spans("touch", question.camera, question.from, question.to));
    TRY_ASSIGN(auto services, facts.spans("service", question.camera, question.from, question.to));
    services.insert(services.end(), question.payers.begin(), question.payers.end());
    TRY_ASSIGN(const auto crossings, facts.facts_of("crossing", question.camera, question.from, question.to));
    const auto& zones = question.layout.zones;
    answer.knows_payers = !services.empty() || std::any_of(zones.begin(), zones.end(), [](const Zone& zone) {
        return zone.kind == ZoneKind::kService;
    });
    answer.knows_entries = !question.layout.lines.empty();
    Feeder feeder(*answer.space, question.layout, answer.px_per_m, by_person(touches), by_person(services),
                  entrances_of(crossings));
    for (std::size_t begin = 0; begin < spans.size(); begin += kPiecesAtOnce) {
        const std::size_t count = std::min(kPiecesAtOnce, spans.size() - begin);
        TRY_ASSIGN(const auto pieces, paths.pieces(std::span(spans).subspan(begin, count)));
        // Pieces come by their begins: who was not seen for a while before this one has left.
        answer.space->advance(from_utc(spans[begin].begin));
        TRY_ASSIGN(const auto left_out, facts.left_out(persons_of(pieces), question.people));
        for (const records::PathPiece& piece : pieces)
            if (!left_out.contains(piece.person)) feeder.feed(piece, question.from, question.to);
    }
    answer.points = feeder.points();
    answer.use = answer.space->finish();
    return answer;
}

Result<insight::HeatMap> heat_of(const records::PathStore& paths, const records::FactStore& facts,
                                 const SpaceQuestion& question) {
    insight::HeatMap heat(question.layout.width, question.layout.height);
    TRY_ASSIGN(const auto spans, paths.spans(question.camera, question.from, question.to));
    const PathScale scale = PathScale::of_picture(question.layout.width);
    std::vector<Sighting> seen;
    for (std::size_t begin = 0; begin < spans.size(); begin += kPiecesAtOnce) {
        const std::size_t count = std::min(kPiecesAtOnce, spans.size() - begin);
        TRY_ASSIGN(const auto pieces, paths.pieces(std::span(spans).subspan(begin, count)));
        TRY_ASSIGN(const auto left_out, facts.left_out(persons_of(pieces), question.people));
        for (const records::PathPiece& piece : pieces) {
            if (left_out.contains(piece.person)) continue;
            sightings_of(piece, scale, seen);
            for (const Sighting& sighting : seen) {
                const UtcTime at = to_utc(sighting.at);
                if (at < question.from || at >= question.to ||
                    !insight::is_in_hours(question.filter, question.clock, sighting.at))
                    continue;
                heat.observe(sighting);
            }
        }
    }
    return heat;
}

}  // namespace vitrina::pipeline
