// A picture of a camera with whoever its network saw in it, for who keeps film of it. Plain data; the picture
// is shared and never changes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/frame.h"

namespace vitrina::pipeline {

struct FilmFrame {
    std::string camera;
    UtcTime at;
    std::shared_ptr<const Frame> frame;
    std::vector<Box> bodies;  // pixels; of tracks and of detections, however unsure
};

}  // namespace vitrina::pipeline
