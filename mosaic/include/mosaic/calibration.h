// What a network's values look like on the user's own inputs: what it takes to compute with bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <mosaic/error.h>
#include <mosaic/tensor.h>

namespace mosaic {

class Graph;
struct Options;

struct Calibration {
    struct Range {
        float low = 0, high = 0;
    };
    // By the name of the value after the compiler's passes.
    std::map<std::string, Range> ranges;
    // Layers that stay in float, by the name of the node, and why.
    std::map<std::string, std::string> kept;
    // The ratio of signal to noise that the worst output then has on the first few samples, in decibels: less
    // than was asked for where keeping as many layers as may be kept isn't enough. Infinite where nothing
    // differs, as on processors that compute in float. Empty: not known, as in files from before it was kept.
    std::optional<double> reached_db;

    [[nodiscard]] static Result<Calibration> load(const std::filesystem::path& path);
    [[nodiscard]] Result<void> save(const std::filesystem::path& path) const;
};

enum class RangeMethod : std::uint8_t {
    kLargest,     // all that was seen
    kPercentile,  // all but a few
    kEntropy,     // the cut that loses least information (Migacz, "8-bit inference with TensorRT", 2017)
    kLeastError,  // the cut with the least squared error
};

struct CalibrationOptions {
    RangeMethod method = RangeMethod::kPercentile;
    // kPercentile: the share of a value's elements that must lie within, in percent.
    double percentile = 99.99;
    // Layers are kept in float, the worst first, until every output of the network agrees with float to this
    // ratio of signal to noise, in decibels, on the samples.
    double signal_to_noise_db_min = 20.0;
    // At most this share of the layers, though; Calibration::reached_db tells whether that was enough.
    double kept_share_max = 0.5;
};

// `samples`: one list of inputs for each run, of the shapes that `options` compiles for. More samples take
// longer and cover more; a few dozen pictures of the user's own are usually enough. Errors: no samples, and
// those of Session::compile and Session::run.
[[nodiscard]] Result<Calibration> calibrate(const Graph& graph, const Options& options,
                                            std::span<const std::vector<TensorView>> samples,
                                            const CalibrationOptions& how = {});

// 10 log10(sum expected^2 / sum (expected - actual)^2); infinite if they are equal.
[[nodiscard]] double signal_to_noise_db(std::span<const float> expected, std::span<const float> actual);

}  // namespace mosaic
