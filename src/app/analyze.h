// `vitrina analyze`: a whole video in, its tracks and facts out.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

/// More detectors than this only wait for the decoder.
constexpr int kThreadsMax = 64;

struct AnalyzeRequest {
    std::string source;            // path or address
    std::filesystem::path out;     // folder
    std::filesystem::path layout;  // empty: the whole picture is one zone
    std::string shop = "shop";
    std::string camera;             // empty: the name of the file without its ending
    std::filesystem::path model;    // empty: the checked one of the cache
    int threads = 0;                // frames analysed at once; 0: one for each core
    std::filesystem::path timings;  // empty: not written
    bool poses = false;             // look at bodies, and write poses.jsonl
};

/// Runs the command. From here on SIGINT, SIGTERM and SIGHUP are a wish to stop (interrupt.h): before the
/// first frame nothing is written. Writes into `out` nothing that differs between two runs on one machine. An
/// error after frames were analysed leaves complete files of those frames.
[[nodiscard]] Result<void> analyze(const AnalyzeRequest& request);

}  // namespace vitrina::app
