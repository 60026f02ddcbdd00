// What people labelled in a video: the truth that tracks are measured against. Plain data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/mot_file.h"

namespace vitrina::evaluate {

struct TruthBox {
    std::int64_t frame = 0;  // 0-based
    std::int64_t id = 0;     // once in a frame at most
    Box box;                 // pixels
};

struct Truth {
    std::string name;             // of the file, for messages
    std::vector<TruthBox> boxes;  // by frame
    std::vector<TruthBox>
        neutral;  // by frame: neither right nor wrong to report (people on posters, in cars)
    std::optional<std::int64_t> frames;  // how many the video has, where that is known
    std::int64_t first_frame = 0;        // of those that were labelled
    std::int64_t frame_step = 1;         // every how many frames were labelled; others are not judged
    std::optional<double> width;         // of the picture, pixels
    std::optional<double> height;
    std::optional<double> frame_rate;
};

/// Reads truth: a MOT challenge file (rows whose seventh column is 0 are not judged; of these, classes 2, 7,
/// 8 and 12 are neutral, as in the challenge), with seqinfo.ini beside it if there is one; a CVAT export
/// ("CVAT for video 1.1", annotations.xml); or a folder that holds gt/gt.txt, gt.txt or annotations.xml.
/// `label`: of a CVAT export only the tracks with this label; empty: all, or those of people if there are
/// others too. Fails with file, line and reason.
[[nodiscard]] Result<Truth> load_truth(const std::filesystem::path& path, const std::string& label);

/// The same for text. `text` is a CVAT export if it begins with '<'.
[[nodiscard]] Result<Truth> parse_truth(std::string_view text, const std::string& name,
                                        const std::string& label);

/// A mistake that makes every figure meaningless: tracks that go on after the video's end, boxes that are all
/// beyond its picture. `tracks_name` is for the message.
[[nodiscard]] Result<void> check_same_video(const Truth& truth, const std::vector<MotRow>& tracks,
                                            const std::string& tracks_name);

}  // namespace vitrina::evaluate
