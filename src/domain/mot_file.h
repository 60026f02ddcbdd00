// The text form of detections and tracks that the MOT challenge uses: one box a line, frame,id,x,y,width,
// height,score,... with frames counted from 1; and seqinfo.ini beside it. Pure functions but for those that
// load; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"

namespace vitrina {

inline constexpr std::size_t kMotBytesMax = std::size_t{1} << 30U;  // a week of a busy camera is 300 MB
inline constexpr std::int64_t kMotFrameMax = 100'000'000;           // 46 days at 25 frames a second
inline constexpr double kMotCoordinateMax = 1e6;                    // pixels; cameras have 16,000 at most

/// One line.
struct MotRow {
    std::int64_t frame = 0;  // 0-based
    std::int64_t id = -1;    // of the track; -1 for a detection
    Box box;                 // pixels
    double score = 1;  // 0..1 for detections; of truth, 0 means "not to be judged". 1 where it is not given
    int label = -1;    // of truth, what it is: 1 a person on foot, ...; -1 where it is not given
    int line = 0;      // in the file, from 1
};

enum class MotKind : std::uint8_t {
    kDetections,  // ids are not looked at; scores 0..1
    kTracks,      // results or truth: each id once in a frame at most
};

/// The rows of `text` by frame, those of one frame in the order of the text. Numbers are separated by commas,
/// blanks or tabs; six columns at least. Fails (kFailed) at the first line that is wrong: "NAME: line 7:
/// WHAT". Lines without text are passed over.
[[nodiscard]] Result<std::vector<MotRow>> parse_mot(std::string_view text, const std::string& name,
                                                    MotKind kind);
[[nodiscard]] Result<std::vector<MotRow>> load_mot(const std::filesystem::path& path, MotKind kind);

/// What seqinfo.ini tells of a sequence.
struct SequenceInfo {
    std::optional<double> frame_rate;    // above zero
    std::optional<std::int64_t> frames;  // above zero
    std::optional<double> width;         // pixels, above zero
    std::optional<double> height;
};

/// Fails on a value that is no positive number. What it doesn't know it passes over.
[[nodiscard]] Result<SequenceInfo> parse_sequence_info(std::string_view text, const std::string& name);

/// From seqinfo.ini beside a file of the sequence, or in the folder above (SEQUENCE/gt/gt.txt); nothing where
/// there is none.
[[nodiscard]] Result<SequenceInfo> load_sequence_info(const std::filesystem::path& beside);

/// A whole file of at most `bytes_max`. Fails with its name and the reason.
[[nodiscard]] Result<std::string> read_whole(const std::filesystem::path& path, std::size_t bytes_max);

}  // namespace vitrina
