// One picture of a camera or a file, as `video` hands it out. Plain data, owned by whoever holds it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace vitrina {

/// 8-bit RGB, interleaved, rows from the top without padding: rgb.size() == width * height * 3.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

struct Frame {
    std::int64_t index = 0;  // 0-based, counts every frame that the source gave
    SourceTime time;         // presentation time from the first frame; strictly grows
    Picture picture;
};

}  // namespace vitrina
