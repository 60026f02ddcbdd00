// What was learnt about goods once: how good it is, from pictures that were left out of learning, and what it
// was learnt from. Plain values, and their form as a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace vitrina::teach {

/// A share with its 95 % interval.
struct Share {
    double value = 0;
    double low = 0;
    double high = 1;
};

/// A network that was tried, and what it got right of pictures left out.
struct NetworkTrial {
    std::string network;
    double accuracy = 0;
};

struct ClassQuality {
    std::string name;
    std::size_t pictures = 0;
    double found = 0;  // of its pictures: recall
    double sure = 0;   // of what was called so: precision
};

/// Pictures of `truth` that were taken for `said`.
struct Mixup {
    std::string truth;
    std::string said;
    std::size_t count = 0;
};

/// A picture to look at: what it shows, what was said, how sure.
struct TellingPicture {
    std::string id;
    std::string truth;
    std::string said;
    double confidence = 0;
};

/// An exported network: what it tells right of the pictures that were compared, its file, its time for one.
struct ExportFigures {
    double accuracy = 0;
    std::uint64_t bytes = 0;
    double ms = 0;  // the median
};

/// The exported network with float and with bytes. The ranges of the bytes were taken from `calibrated`
/// pictures, and both looked at `compared` others. Both have learnt all of them: what counts is the
/// difference.
struct Quantised {
    std::size_t calibrated = 0;
    std::size_t compared = 0;
    std::size_t agreed = 0;  // of the compared: both said the same
    ExportFigures float32;
    ExportFigures int8;
};

struct GoodsVersion {
    std::int64_t number = 0;
    UtcTime learnt;
    std::string author;
    std::string fingerprint;  // of pictures and labels
    std::string network;      // whose features it stands on
    std::size_t pictures = 0;
    double seconds = 0;  // that learning took

    /// Missing where nothing could be left out: most classes have one picture.
    std::optional<Share> accuracy;
    std::optional<Share> balanced_accuracy;
    double known_accepted = 0;   // of pictures of known goods: not called "none of these"
    double unknown_refused = 0;  // of goods it was not taught: called "none of these"
    double threshold = 0;        // of the probability, below which it is none of these

    std::vector<NetworkTrial> trials;
    std::vector<ClassQuality> classes;
    std::vector<Mixup> mixups;                  // the most frequent first
    std::vector<TellingPicture> most_confused;  // wrong and sure of it
    std::vector<TellingPicture> least_certain;
    /// Missing where it couldn't be made, which a note explains, and in versions from before it was.
    std::optional<Quantised> quantised;
    std::vector<std::string> notes;  // what a person should know
};

[[nodiscard]] std::string to_json(const GoodsVersion& version);
[[nodiscard]] Result<GoodsVersion> parse_version(std::string_view text);

}  // namespace vitrina::teach
