// What one network saw in one frame. Plain data.
#pragma once

#include <vector>

#include "base/geometry.h"

namespace vitrina {

struct Detection {
    Box box;           // pixels of the frame; may reach over its edge
    double score = 0;  // the network's own confidence, 0..1
    /// What the person looks like: numbers that are near for the same person (root of the mean squared
    /// difference), of the same kind and number for all detections of a camera. Empty: not known.
    std::vector<float> look = {};
};

}  // namespace vitrina
