#include "teach/quantise_goods.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <mosaic/calibration.h>
#include <mosaic/session.h>

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;
using mosaic::TensorView;

// A few dozen are enough for ranges, and more take longer.
constexpr std::size_t kCalibratedMax = 32;
// So that it is a matter of seconds.
constexpr std::size_t kComparedMax = 128;

/// At most so many of the places first, first + 2, first + 4 ... below `count`, evenly.
std::vector<std::size_t> every_second(std::size_t first, std::size_t count, std::size_t most) {
    std::vector<std::size_t> all;
    for (std::size_t i = first; i < count; i += 2)
        all.push_back(i);
    if (all.size() <= most) return all;
    std::vector<std::size_t> some;
    some.reserve(most);
    for (std::size_t i = 0; i < most; ++i)
        some.push_back(all[i * all.size() / most]);
    return some;
}

/// The picture as the exported network reads it: [height, width, 3], all of it in whatever proportion, 0 to
/// 255, bilinear.
std::vector<float> stretched(const mosaic::train::Picture& picture, std::int64_t height, std::int64_t width) {
    const auto place = [](std::int64_t at, std::int64_t to, std::int64_t from) {
        const double scale = static_cast<double>(from) / static_cast<double>(to);
        return std::clamp((static_cast<double>(at) + 0.5) * scale - 0.5, 0.0, static_cast<double>(from - 1));
    };
    std::vector<float> pixels;
    pixels.reserve(static_cast<std::size_t>(height * width * 3));
    for (std::int64_t y = 0; y < height; ++y) {
        const double down = place(y, height, picture.height);
        const auto top = static_cast<std::int64_t>(down);
        const std::int64_t bottom = std::min(top + 1, picture.height - 1);
        for (std::int64_t x = 0; x < width; ++x) {
            const double across = place(x, width, picture.width);
            const auto left = static_cast<std::int64_t>(across);
            const std::int64_t right = std::min(left + 1, picture.width - 1);
            for (std::int64_t c = 0; c < 3; ++c) {
                const auto byte = [&](std::int64_t row, std::int64_t column) {
                    const std::int64_t at = (row * picture.width + column) * 3 + c;
                    return static_cast<double>(picture.rgb[static_cast<std::size_t>(at)]);
                };
                const double part = across - static_cast<double>(left);
                const double above = std::lerp(byte(top, left), byte(top, right), part);
                const double below = std::lerp(byte(bottom, left), byte(bottom, right), part);
                pixels.push_back(
                    static_cast<float>(std::lerp(above, below, down - static_cast<double>(top))));
            }
        }
    }
    return pixels;
}

/// A network that is asked about pictures, and what came of it.
class Asked {
  public:
    static mosaic::Result<Asked> create(const mosaic::Graph& graph, const mosaic::Options& options) {
        MOSAIC_TRY_ASSIGN(mosaic::Session session, mosaic::Session::compile(graph, options));
        if (session.inputs().size() != 1 || session.inputs()[0].shape.rank() != 4)
            return mosaic::failure("the network doesn't read one picture");
        return Asked(std::move(session));
    }
    [[nodiscard]] mosaic::Shape shape() const { return session_.inputs()[0].shape; }

    /// The class that it says, among those of the labels.
    mosaic::Result<std::size_t> ask(const std::vector<float>& pixels, std::size_t label) {
        const auto begin = std::chrono::steady_clock::now();
        MOSAIC_TRY(session_.run(TensorView(shape(), std::span<const float>(pixels))));
        const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
        times_ms_.push_back(taken.count());
        const TensorView output = session_.output(std::size_t{0});
        const auto row = output.elements<float>();
        const auto said = static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
        right_ += said == label ? 1 : 0;
        return said;
    }
    /// At least one picture was asked about.
    [[nodiscard]] ExportFigures figures(const fs::path& file) {
        const auto middle = times_ms_.begin() + static_cast<std::ptrdiff_t>(times_ms_.size() / 2);
        std::nth_element(times_ms_.begin(), middle, times_ms_.end());
        std::error_code error;
        const std::uintmax_t bytes = fs::file_size(file, error);
        return {static_cast<double>(right_) / static_cast<double>(times_ms_.size()), error ? 0 : bytes,
                *middle};
    }

  private:
    explicit Asked(mosaic::Session session) : session_(std::move(session)) {}

    mosaic::Session session_;
    std::vector<double> times_ms_;
    std::size_t right_ = 0;
};

using GoesOn = std::function<bool(std::size_t done, std::size_t all)>;

mosaic::Result<Quantised> compare(const mosaic::train::Model& model, const mosaic::train::Dataset& data,
                                  const fs::path& folder, const GoesOn& goes_on) {
    const auto for_ranges = every_second(0, data.samples().size(), kCalibratedMax);
    const auto others = every_second(1, data.samples().size(), kComparedMax);
    if (others.empty()) return mosaic::failure("there is one picture only");
    MOSAIC_TRY_ASSIGN(const mosaic::Graph graph, model.whole_graph());
    mosaic::Options options;
    options.threads = 1;
    MOSAIC_TRY_ASSIGN(Asked in_float, Asked::create(graph, options));
    const mosaic::Shape shape = in_float.shape();
    const auto pixels_of = [&](std::size_t sample) -> mosaic::Result<std::vector<float>> {
        MOSAIC_TRY_ASSIGN(const mosaic::train::Picture picture, data.picture(sample));
        return stretched(picture, shape[1], shape[2]);
    };
    std::vector<std::vector<float>> seen;
    std::vector<std::vector<TensorView>> samples;
    seen.reserve(for_ranges.size());
    samples.reserve(for_ranges.size());
    for (const std::size_t sample : for_ranges) {
        MOSAIC_TRY_ASSIGN(std::vector<float> pixels, pixels_of(sample));
        seen.push_back(std::move(pixels));
        samples.push_back({TensorView(shape, std::span<const float>(seen.back()))});
    }
    if (!goes_on(0, others.size())) return mosaic::failure("cancelled");
    MOSAIC_TRY_ASSIGN(mosaic::Calibration ranges, mosaic::calibrate(graph, options, samples));
    options.precision = mosaic::Precision::kInt8;
    options.calibration = std::make_shared<const mosaic::Calibration>(std::move(ranges));
    MOSAIC_TRY(graph.save_onnx(folder / kInt8OnnxFile, options));
    MOSAIC_TRY_ASSIGN(Asked in_bytes, Asked::create(graph, options));
    Quantised made;
    made.calibrated = for_ranges.size();
    for (const std::size_t sample : others) {
        MOSAIC_TRY_ASSIGN(const std::vector<float> pixels, pixels_of(sample));
        const auto label = static_cast<std::size_t>(data.samples()[sample].label);
        MOSAIC_TRY_ASSIGN(const std::size_t before, in_float.ask(pixels, label));
        MOSAIC_TRY_ASSIGN(const std::size_t after, in_bytes.ask(pixels, label));
        made.agreed += before == after ? 1 : 0;
        if (!goes_on(++made.compared, others.size())) return mosaic::failure("cancelled");
    }
    made.float32 = in_float.figures(folder / kOnnxFile);
    made.int8 = in_bytes.figures(folder / kInt8OnnxFile);
    return made;
}

}  // namespace

Result<void> quantise_goods(const mosaic::train::Model& model, const mosaic::train::Dataset& data,
                            const fs::path& folder, const OnLessonProgress& on_progress,
                            GoodsVersion& version) {
    bool ended = false;
    const auto made = compare(model, data, folder, [&](std::size_t done, std::size_t all) {
        ended = on_progress && !on_progress(kQuantisingStep, done, all);
        return !ended;
    });
    if (ended) return failed("cancelled");
    if (made) {
        version.quantised = *made;
        return {};
    }
    std::error_code ignored;
    fs::remove(folder / kInt8OnnxFile, ignored);
    version.notes.push_back(fmt::format("there is no network with bytes: {}", made.error().message));
    return {};
}

}  // namespace vitrina::teach
