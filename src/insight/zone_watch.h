// One person and one zone: when a visit began and when it ended. Plain state, driven by Insight.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/sighting.h"
#include "insight/options.h"

namespace vitrina::insight {

/// A zone as ZoneWatch needs it: with the distance to its edge.
class ZoneShape {
  public:
    /// Edges that lie on the border of the ground, `width` by `height` in the layout's unit, are no edges:
    /// nobody can be seen beyond them, and feet that are cut off are clipped to it.
    ZoneShape(const Polygon& polygon, double width, double height, const Border& border);

    /// How far inside the zone a place is, in the layout's unit; negative outside. Cut off at -`care`: beyond
    /// it only that it is outside is told.
    [[nodiscard]] double depth(Point place, double care) const;

    /// Half the width of the edge for a person of this height.
    [[nodiscard]] double margin(double body_height, double edge_margin) const;

  private:
    struct Edge {
        Point from;
        Point to;
    };

    [[nodiscard]] double find_deepest() const;

    Polygon polygon_;
    std::vector<Edge> edges_;  // without those on the border of the ground
    Box bounds_;
    double deepest_ = 0;  // from the edge, of the place farthest from it
};

/// What became known of a stay in a zone.
struct ZoneChange {
    enum class Kind : std::uint8_t { kBegan, kEnded };
    Kind kind = Kind::kBegan;
    SourceTime begin;
    SourceTime end;         // of kEnded
    double confidence = 0;  // as far as known
};

/// A stay that is still going on.
struct OpenStay {
    SourceTime begin;
    SourceTime seen;        // the last sighting inside
    double confidence = 0;  // so far
};

class ZoneWatch {
  public:
    /// Someone who is inside already: the stay goes on.
    void resume(const OpenStay& stay);

    /// The stay, if it is believed.
    [[nodiscard]] std::optional<OpenStay> open() const;

    /// The next sighting of the person.
    [[nodiscard]] std::optional<ZoneChange> observe(const ZoneShape& shape, const Options& options,
                                                    const Sighting& sighting);

    /// Whether this sighting may begin or end a stay, or bring it nearer to that.
    [[nodiscard]] bool would_change(const ZoneShape& shape, const Options& options,
                                    const Sighting& sighting) const;

    /// The person is gone. Afterwards as new.
    [[nodiscard]] std::optional<ZoneChange> vanish(const Options& options);

    /// Nothing before this moment can change any more; empty when nothing is open.
    [[nodiscard]] std::optional<SourceTime> undecided_since(const Options& options) const;

  private:
    enum class State : std::uint8_t { kOutside, kMaybe, kInside };

    /// Scores of the sightings of a stay.
    struct Scores {
        double sum = 0;
        std::int64_t count = 0;
        void add(double score) { sum += score, ++count; }
        [[nodiscard]] double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
    };

    void start(const Sighting& sighting, bool deep);
    [[nodiscard]] std::optional<ZoneChange> maybe(const Options& options, const Sighting& sighting,
                                                  double depth, double margin);
    [[nodiscard]] std::optional<ZoneChange> inside(const Options& options, const Sighting& sighting,
                                                   double depth, double margin);
    [[nodiscard]] bool ends_at_edge(const Options& options) const;

    State state_ = State::kOutside;
    SourceTime begin_;
    SourceTime last_inside_;  // the last sighting inside the polygon
    SourceTime last_near_;    // the last one inside or on the edge
    std::optional<SourceTime> outside_since_;
    int measured_inside_ = 0;  // of kMaybe
    int measured_deep_ = 0;
    int measured_outside_ = 0;
    Scores scores_inside_;  // up to last_inside_
    Scores scores_near_;    // up to last_near_
};

}  // namespace vitrina::insight
