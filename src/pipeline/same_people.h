// Whom of the floor plan a camera's own track shows: the tracks of one camera and the boxes that the plan
// joins are of the same detections, so the boxes say it. What one colour means one person by, on pictures and
// on the plan. A deterministic function of what it takes; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/sighting.h"
#include "scene/floor_tracker.h"

namespace vitrina::pipeline {

/// A track in a picture; the box in pixels of the calibration's picture.
struct TrackInPicture {
    PersonId track = 0;
    Box box;
};

class SamePeople {
  public:
    static constexpr double kSameBox = 0.5;  // IoU
    static constexpr Duration kKept = std::chrono::seconds(10);

    void see(std::size_t camera, std::int64_t frame, SourceTime at, std::vector<TrackInPicture> tracks);
    void take(const scene::FloorOutput& output);
    /// Of tracks that were seen within kKept; camera, track and person.
    [[nodiscard]] std::vector<std::pair<std::pair<std::size_t, PersonId>, PersonId>> now() const;

  private:
    struct Picture {
        SourceTime at;
        std::vector<TrackInPicture> tracks;
    };
    struct Known {
        TrackletId tracklet = 0;
        SourceTime seen;
    };
    std::map<std::pair<std::size_t, std::int64_t>, Picture> pictures_;
    std::map<std::pair<std::size_t, PersonId>, Known> tracks_;
    std::map<TrackletId, std::map<SourceTime, PersonId>> owners_;
    SourceTime newest_{};
};

}  // namespace vitrina::pipeline
