// `vitrina calibrate`: fits a camera to people who walked through its picture, from files of tracks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "scene/calibrate.h"

namespace vitrina::app {

struct CalibrateRequest {
    std::vector<std::filesystem::path> tracks;  // MOT challenge, all of one camera that didn't move
    std::string picture;          // WIDTHxHEIGHT in pixels; empty: as seqinfo.ini beside the first file says
    double frame_rate = 0;        // 0: seqinfo.ini's, or kFrameRateAssumed
    double height_mean_m = 1.70;  // of the people
    double view_deg = 0;          // the lens's horizontal angle of view; 0: not known
    std::vector<double> place{0, 0};  // x and y where it hangs, metres of the plan
    double pan_deg = 0;               // where it looks, 0 to the right, 90 down the plan
};

/// Fails for a file that is none, where nobody knows how large the picture is, and where the people don't
/// tell enough.
[[nodiscard]] Result<scene::WalkerFit> fit_to_tracks(const CalibrateRequest& request);

/// Prints the calibration as JSON, as a camera of a plan has it (docs/layout.md), with how sure it is.
[[nodiscard]] Result<void> calibrate(const CalibrateRequest& request);

}  // namespace vitrina::app
