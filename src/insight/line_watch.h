// One person and one line: when the feet went over it. Plain state, driven by Insight.
#pragma once

#include <cstdint>
#include <optional>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/sighting.h"
#include "insight/options.h"

namespace vitrina::insight {

/// A line as LineWatch needs it.
class LineShape {
  public:
    /// `from` and `to` are apart. An end on the border of the ground, `width` by `height` in the layout's
    /// unit, reaches a little beyond it: feet that are cut off are clipped to that border too.
    LineShape(const Line& line, double width, double height, const Border& border);

    /// From the line, in the layout's unit, drawn out endlessly: positive on its right side ("in").
    [[nodiscard]] double distance(Point place) const;

    /// The share (0..1) of the step a -> b at which it goes through the line between its ends; empty when it
    /// doesn't. A place exactly on the line counts as on its right.
    [[nodiscard]] std::optional<double> crossed_at(Point a, Point b) const;

    /// Along the line from its nearer end; 0 beside the line.
    [[nodiscard]] double beyond_ends(Point place) const;

  private:
    [[nodiscard]] double along(Point place) const;

    Point from_;
    Point along_;       // from -> to, of length 1
    double begin_ = 0;  // along the line, from `from`
    double end_ = 0;
};

struct LineCrossing {
    Direction direction = Direction::kIn;
    SourceTime at;
    double confidence = 0;
};

class LineWatch {
  public:
    /// The next sighting of the person.
    [[nodiscard]] std::optional<LineCrossing> observe(const LineShape& shape, const Options& options,
                                                      const Sighting& sighting);

    /// Whether this sighting may settle on which side he is, near enough to the line for it to matter.
    [[nodiscard]] bool would_change(const LineShape& shape, const Sighting& sighting) const;

    /// The person is gone. Afterwards as new.
    [[nodiscard]] std::optional<LineCrossing> vanish();

  private:
    enum class Side : std::int8_t { kNone = 0, kLeft = -1, kRight = 1 };

    /// The sightings since the person came to the side where he is.
    struct Run {
        Side side = Side::kNone;
        SourceTime begin;
        int sightings = 0;
        int measured = 0;
        int far_in_a_row = 0;     // the latest ones beyond the settle distance
        double distance_sum = 0;  // in body heights
        double score_sum = 0;
    };

    [[nodiscard]] bool settled(const Options& options, SourceTime now) const;
    [[nodiscard]] std::optional<LineCrossing> settle();

    Side home_ = Side::kNone;  // the side where the person was for sure
    int net_ = 0;              // ways through the line since then: to the right minus to the left
    Run run_;
    SourceTime crossed_at_;    // the latest way through the line
    double before_score_ = 0;  // of the last sighting before it
    bool has_last_ = false;
    Sighting last_;
};

}  // namespace vitrina::insight
