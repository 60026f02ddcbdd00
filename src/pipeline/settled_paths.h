// Holds the boxes of each track back until what comes after them tells how much of the person was in the
// picture: a track begins with a head at the picture's edge, and only later it is known how tall the person
// is. One thread at a time.
#pragma once

#include <map>
#include <vector>

#include "base/time.h"
#include "domain/track.h"
#include "track/edge.h"

namespace vitrina::pipeline {

struct SettledBox {
    TrackBox box;
    double visible = 1;  // share of the body that is in the picture, 0..1
};

class SettledPaths {
  public:
    /// A box is judged by those of its track up to this long before and after it: long enough for a person
    /// who comes in to be seen whole.
    static constexpr Duration kContext = std::chrono::seconds(10);
    /// No box is held back for longer than this after its time, unless its track stops getting boxes: then
    /// until end().
    static constexpr Duration kDelayMax = 2 * kContext;

    explicit SettledPaths(track::PictureSize picture) : picture_(picture) {}

    /// The next box of a track, in order of time within the track. Gives back what is settled by it, in
    /// order.
    [[nodiscard]] std::vector<SettledBox> add(const TrackBox& box);
    /// The rest of a track that gets no more boxes.
    [[nodiscard]] std::vector<SettledBox> end(TrackId track);

  private:
    struct Path {
        std::vector<TrackBox> boxes;
        std::size_t settled = 0;  // of them, given back already: kept to judge later ones
    };

    [[nodiscard]] std::vector<SettledBox> settle(Path& path, SourceTime until) const;

    track::PictureSize picture_;
    std::map<TrackId, Path> paths_;
};

}  // namespace vitrina::pipeline
