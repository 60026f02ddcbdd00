// `vitrina track`: the tracker alone, on a file of detections.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

struct TrackRequest {
    std::filesystem::path detections;  // MOT challenge: frame,-1,x,y,width,height,score
    std::filesystem::path out;         // MOT challenge: frame,id,x,y,width,height,score,-1,-1,-1
    bool smooth = false;               // after filling gaps, instead of what was known at each frame
    double frame_rate = 0;             // 0: seqinfo.ini's, or estimated
    std::string picture;  // WIDTHxHEIGHT in pixels; empty: seqinfo.ini's, or as far as boxes reach
};

/// Writes the tracks, and prints how long the tracker took, without reading and writing.
[[nodiscard]] Result<void> track_detections(const TrackRequest& request);

}  // namespace vitrina::app
