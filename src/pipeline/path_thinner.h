// Makes a person's sightings the points of a path: as few as keep the straight lines between them within the
// uncertainty of where he was, and one a second at least where he was seen. What it gives is stored, and is
// all that insight reads. A deterministic function of the sightings. One thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "domain/path.h"
#include "domain/sighting.h"

namespace vitrina::pipeline {

class PathThinner {
  public:
    /// How far a place may be from the line, in body heights: boxes tremble by 2 or 3 % of their height, and
    /// a zone's edge is 5 % wide (insight::Options::edge_margin).
    static constexpr double kUncertainty = 0.04;

    explicit PathThinner(PathScale scale) : scale_(scale) {}

    /// The next sighting of the person; earlier ones than the last are passed over. Appends the points that
    /// are settled by it.
    void see(const Sighting& sighting, std::vector<PathPoint>& points);
    /// No sighting that is older than `now` will come, or none at all: appends what waits, if it has waited
    /// for a second.
    void advance(SourceTime now, std::vector<PathPoint>& points);
    /// Appends what waits.
    void flush(std::vector<PathPoint>& points);
    /// Of the sightings to come.
    void change_scale(PathScale scale) { scale_ = scale; }

  private:
    [[nodiscard]] bool is_straight(const PathPoint& to) const;
    void keep(const PathPoint& point, std::vector<PathPoint>& points);

    PathScale scale_;
    std::optional<PathPoint> anchor_;  // the last that was given
    std::vector<PathPoint> waiting_;   // since then
};

}  // namespace vitrina::pipeline
