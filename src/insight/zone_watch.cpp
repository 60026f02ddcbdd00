#include "insight/zone_watch.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/polygon.h"

namespace vitrina::insight {
namespace {

constexpr int kDeepestGrid = 32;  // places tried on each side of a zone's box to find its deepest one
constexpr double kMarginOfDeepest = 0.25;  // a narrow zone still has a middle: half of it is no edge

bool on_border(Point a, Point b, double width, double height, double within) {
    const auto both = [within](double p, double q, double border) {
        return std::abs(p - border) <= within && std::abs(q - border) <= within;
    };
    return both(a.x, b.x, 0) || both(a.x, b.x, width) || both(a.y, b.y, 0) || both(a.y, b.y, height);
}

double distance_to(Point from, Point to, Point place) {
    const Point way{to.x - from.x, to.y - from.y};
    const double length = way.x * way.x + way.y * way.y;
    const double along = ((place.x - from.x) * way.x + (place.y - from.y) * way.y) / length;
    const double share = std::clamp(along, 0.0, 1.0);
    return std::hypot(place.x - from.x - share * way.x, place.y - from.y - share * way.y);
}

}  // namespace

ZoneShape::ZoneShape(const Polygon& polygon, double width, double height, const Border& border)
    : polygon_(polygon), bounds_(bounds_of(polygon)) {
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++)
        if (!on_border(polygon[j], polygon[i], width, height, border.within))
            edges_.push_back({polygon[j], polygon[i]});
    deepest_ = find_deepest();
}

double ZoneShape::find_deepest() const {
    if (edges_.empty()) return std::numeric_limits<double>::infinity();
    double deepest = 0;
    for (int row = 0; row < kDeepestGrid; ++row)
        for (int column = 0; column < kDeepestGrid; ++column)
            deepest = std::max(deepest, depth({bounds_.x + (column + 0.5) / kDeepestGrid * bounds_.width,
                                               bounds_.y + (row + 0.5) / kDeepestGrid * bounds_.height},
                                              0));
    return deepest;
}

double ZoneShape::depth(Point place, double care) const {
    if (place.x < bounds_.x - care || place.x > bounds_.right() + care || place.y < bounds_.y - care ||
        place.y > bounds_.bottom() + care)
        return -std::numeric_limits<double>::infinity();
    double distance = std::numeric_limits<double>::infinity();
    for (const Edge& edge : edges_)
        distance = std::min(distance, distance_to(edge.from, edge.to, place));
    return contains(polygon_, place) ? distance : -distance;
}

double ZoneShape::margin(double body_height, double edge_margin) const {
    return std::min(body_height * edge_margin, deepest_ * kMarginOfDeepest);
}

void ZoneWatch::start(const Sighting& sighting, bool deep) {
    *this = ZoneWatch();
    state_ = State::kMaybe;
    begin_ = sighting.at;
    last_inside_ = sighting.at;
    last_near_ = sighting.at;
    measured_inside_ = sighting.score > 0 ? 1 : 0;
    measured_deep_ = deep ? measured_inside_ : 0;
    scores_inside_.add(sighting.score);
    scores_near_ = scores_inside_;
}

void ZoneWatch::resume(const OpenStay& stay) {
    *this = ZoneWatch();
    state_ = State::kInside;
    begin_ = stay.begin;
    last_inside_ = stay.seen;
    last_near_ = stay.seen;
    scores_inside_.add(stay.confidence);
    scores_near_ = scores_inside_;
}

std::optional<OpenStay> ZoneWatch::open() const {
    if (state_ != State::kInside) return std::nullopt;
    return OpenStay{begin_, last_inside_, scores_inside_.mean()};
}

std::optional<ZoneChange> ZoneWatch::observe(const ZoneShape& shape, const Options& options,
                                             const Sighting& sighting) {
    const double margin = shape.margin(sighting.body_height, options.edge_margin);
    const double depth = shape.depth(sighting.place, margin);
    switch (state_) {
        case State::kOutside:
            if (depth >= 0) start(sighting, depth >= margin);
            return std::nullopt;
        case State::kMaybe:
            return maybe(options, sighting, depth, margin);
        case State::kInside:
            return inside(options, sighting, depth, margin);
    }
    return std::nullopt;
}

bool ZoneWatch::would_change(const ZoneShape& shape, const Options& options, const Sighting& sighting) const {
    if (sighting.visible < options.visible_min) return false;
    const double margin = shape.margin(sighting.body_height, options.edge_margin);
    const double depth = shape.depth(sighting.place, margin);
    // Who stands on the edge for longer is not believed there, however many places are kept of him.
    if (state_ == State::kMaybe) return sighting.at - begin_ < options.leave_after || depth >= margin;
    return state_ == State::kOutside ? depth >= 0 : depth < -margin;
}

std::optional<ZoneChange> ZoneWatch::maybe(const Options& options, const Sighting& sighting, double depth,
                                           double margin) {
    const int measured = sighting.score > 0 ? 1 : 0;
    if (depth < 0) {
        measured_outside_ += measured;
        if (!outside_since_) outside_since_ = sighting.at;
        if (sighting.at - *outside_since_ >= options.leave_after) *this = ZoneWatch();
        return std::nullopt;
    }
    // Someone who stands on the edge is not yet inside. When he goes in later, the visit begins then. And
    // what can't make up its mind for so long is judged anew: the occupancy of others waits for it.
    const Duration age = sighting.at - begin_;
    const bool only_edge = measured_deep_ == 0 && age > options.leave_after;
    const bool was_bad_frame = measured_outside_ > 0 && measured_outside_ >= measured_inside_;
    if (only_edge || was_bad_frame || age > options.unseen_grace + options.leave_after) {
        start(sighting, depth >= margin);
        return std::nullopt;
    }
    outside_since_.reset();
    last_inside_ = sighting.at;
    last_near_ = sighting.at;
    measured_inside_ += measured;
    measured_deep_ += depth >= margin ? measured : 0;
    scores_inside_.add(sighting.score);
    scores_near_ = scores_inside_;
    const bool deep_enough = measured_deep_ >= std::min(2, options.visit_sightings_min);
    if (age < options.visit_min || measured_inside_ < options.visit_sightings_min || !deep_enough)
        return std::nullopt;
    state_ = State::kInside;
    return ZoneChange{ZoneChange::Kind::kBegan, begin_, {}, scores_inside_.mean()};
}

std::optional<ZoneChange> ZoneWatch::inside(const Options& options, const Sighting& sighting, double depth,
                                            double margin) {
    if (depth >= -margin) {
        outside_since_.reset();
        last_near_ = sighting.at;
        scores_near_.add(sighting.score);
        if (depth < 0) return std::nullopt;
        last_inside_ = sighting.at;
        scores_inside_ = scores_near_;
        return std::nullopt;
    }
    if (!outside_since_) outside_since_ = sighting.at;
    if (sighting.at - *outside_since_ < options.leave_after) return std::nullopt;
    return vanish(options);
}

bool ZoneWatch::ends_at_edge(const Options& options) const {
    return last_near_ - last_inside_ >= options.leave_after;
}

std::optional<ZoneChange> ZoneWatch::vanish(const Options& options) {
    std::optional<ZoneChange> change;
    // A walk through the edge ends where the zone does; someone who stood on it was there until he went.
    if (state_ == State::kInside)
        change = ends_at_edge(options)
                     ? ZoneChange{ZoneChange::Kind::kEnded, begin_, last_near_, scores_near_.mean()}
                     : ZoneChange{ZoneChange::Kind::kEnded, begin_, last_inside_, scores_inside_.mean()};
    *this = ZoneWatch();
    return change;
}

std::optional<SourceTime> ZoneWatch::undecided_since(const Options& options) const {
    switch (state_) {
        case State::kOutside:
            return std::nullopt;
        case State::kMaybe:
            return begin_;
        case State::kInside:
            return ends_at_edge(options) ? last_near_ : last_inside_;
    }
    return std::nullopt;
}

}  // namespace vitrina::insight
