// Files of boxes know frames; everything else knows times. Pure functions.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/mot_file.h"
#include "evaluate/truth.h"

namespace vitrina::app {

[[nodiscard]] inline SourceTime instant_of_frame(std::int64_t frame, double frame_rate) {
    return SourceTime(Duration(std::llround(static_cast<double>(frame) * 1e6 / frame_rate)));
}

struct PixelSize {
    int width = 0;
    int height = 0;
};

/// Of "1280x720". Fails (kConfiguration) for what is no such thing, as a wrong --picture.
[[nodiscard]] Result<PixelSize> parse_pixel_size(const std::string& text);

struct FrameRate {
    double value = 0;  // frames a second
    std::string text;  // where it comes from, for the user
};

/// When nobody says how many frames a second there were: from how fast people walk, else kFrameRateAssumed.
constexpr double kFrameRateAssumed = 25;
[[nodiscard]] FrameRate guess_frame_rate(const std::vector<MotRow>& detections);
[[nodiscard]] FrameRate guess_frame_rate(const std::vector<evaluate::TruthBox>& truth);

}  // namespace vitrina::app
