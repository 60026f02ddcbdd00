// What one network saw in one frame. Plain data.
#pragma once

#include "base/geometry.h"

namespace vitrina {

struct Detection {
    Box box;           // pixels of the frame; may reach over its edge
    double score = 0;  // the network's own confidence, 0..1
};

}  // namespace vitrina
