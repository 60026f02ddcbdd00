// summary.json and timings.json, and the few lines that a person reads on the terminal. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "insight/insight.h"
#include "video/source.h"

namespace vitrina::app {

struct FileChecksum {
    std::string name;
    std::string sha256;
};

/// What summary.json says. Nothing in it differs between two runs on one machine.
struct Summary {
    std::string source;  // name, without its folder
    video::SourceInfo info;
    video::SourceReport report;
    std::int64_t frames = 0;
    SourceTime end;
    std::string shop;
    std::string camera;
    std::string layout;  // version
    insight::Summary insight;
    std::string network;                           // name
    std::vector<FileChecksum> network_files;       // all that it was loaded from
    std::string detector;                          // settings and plan of kernels
    std::vector<FileChecksum> pose_network_files;  // empty: nobody looked at bodies
    std::string pose_estimator;
    std::vector<std::string> warnings;
    std::string incomplete;  // why not the whole source is in the result; empty when it is
};

[[nodiscard]] std::string to_json(const Summary& summary);

/// For a person: "6 people in 2 min 19 s of door.mp4", then a line for each zone and line.
[[nodiscard]] std::string to_text(const Summary& summary);

/// Where the time of a run went; processor seconds but for wall_s.
struct Timings {
    std::int64_t frames = 0;
    double wall_s = 0;  // from the first frame to the last file
    double decode_s = 0;
    double inference_s = 0;
    double tracking_s = 0;
    double poses_s = 0;
    double other_s = 0;
    double peak_memory_mb = 0;
};

[[nodiscard]] std::string to_json(const Timings& timings);

}  // namespace vitrina::app
