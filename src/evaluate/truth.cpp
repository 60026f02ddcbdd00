#include "evaluate/truth.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "evaluate/cvat_file.h"

namespace vitrina::evaluate {
namespace {

// Classes of the MOT challenge (MOT16, arXiv 1603.00831) that a detector of people may rightly find: person
// on vehicle, static person, distractor, reflection.
constexpr std::array kNeutralClasses = {2, 7, 8, 12};

Result<Truth> truth_of_mot(std::string_view text, const std::string& name) {
    TRY_ASSIGN(const std::vector<MotRow> rows, parse_mot(text, name, MotKind::kTracks));
    Truth truth;
    truth.name = name;
    truth.boxes.reserve(rows.size());
    for (const MotRow& row : rows) {
        const TruthBox box{row.frame, row.id, row.box};
        const bool neutral =
            std::find(kNeutralClasses.begin(), kNeutralClasses.end(), row.label) != kNeutralClasses.end();
        if (row.score != 0)
            truth.boxes.push_back(box);
        else if (neutral)
            truth.neutral.push_back(box);
    }
    return truth;
}

/// Which file of a folder is the truth.
Result<std::filesystem::path> find_truth(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return path;
    for (const char* name : {"gt/gt.txt", "gt.txt", "annotations.xml"})
        if (std::filesystem::is_regular_file(path / name, ignored)) return path / name;
    return failed(path.string() + ": a folder without gt/gt.txt, gt.txt or annotations.xml");
}

}  // namespace

Result<Truth> parse_truth(std::string_view text, const std::string& name, const std::string& label) {
    std::string_view start = text;
    if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
    start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
    if (start.starts_with('<')) return parse_cvat(text, name, label);
    if (start.starts_with("PK\x03\x04"))
        return failed(name + ": is a zip archive; unpack it and give the folder");
    if (!label.empty()) return failed(name + ": a MOT challenge file has no labels to choose from");
    return truth_of_mot(text, name);
}

Result<Truth> load_truth(const std::filesystem::path& path, const std::string& label) {
    TRY_ASSIGN(const std::filesystem::path file, find_truth(path));
    TRY_ASSIGN(const std::string text, read_whole(file, kMotBytesMax));
    TRY_ASSIGN(Truth truth, parse_truth(text, file.string(), label));
    TRY_ASSIGN(const SequenceInfo info, load_sequence_info(file));
    if (!truth.frames) truth.frames = info.frames;
    if (!truth.width) truth.width = info.width;
    if (!truth.height) truth.height = info.height;
    truth.frame_rate = info.frame_rate;
    if (truth.frames && !truth.boxes.empty() && truth.boxes.back().frame >= *truth.frames)
        return failed(fmt::format("{}: a box in frame {}, but the sequence has {} frames (seqinfo.ini)",
                                  truth.name, truth.boxes.back().frame + 1, *truth.frames));
    return truth;
}

Result<void> check_same_video(const Truth& truth, const std::vector<MotRow>& tracks,
                              const std::string& tracks_name) {
    if (tracks.empty()) return {};
    const MotRow& last = tracks.back();
    if (truth.frames && last.frame >= *truth.frames)
        return failed(fmt::format(
            "{}: line {}: a box in frame {}, but {} is of a video of {} frames: the labels of another video?",
            tracks_name, last.line, last.frame + 1, truth.name, *truth.frames));
    if (!truth.width || !truth.height) return {};
    const auto outside = [&](const MotRow& row) {
        return row.box.x >= *truth.width || row.box.y >= *truth.height || row.box.right() <= 0 ||
               row.box.bottom() <= 0;
    };
    if (std::all_of(tracks.begin(), tracks.end(), outside))
        return failed(
            fmt::format("{}: every box is outside the picture of {} x {} pixels that {} was labelled on",
                        tracks_name, *truth.width, *truth.height, truth.name));
    return {};
}

}  // namespace vitrina::evaluate
