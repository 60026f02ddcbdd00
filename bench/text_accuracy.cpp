// How often is the price on a shelf label read? Finds lines of text in photographs of labels with PP-OCR's
// detection, reads them with its recognition, and counts the labels among whose numbers is the price that a
// table says (columns crop_name and gt_price). In two halves by name, so that the first may be calibrated on.
// The steps around the networks are Paddle's, but for boxes that stay upright.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "base/geometry.h"
#include "base/processor_time.h"
#include "judged_network.h"
#include "perceive/crop.h"
#include "video/source.h"

namespace {

using vitrina::Box;
using vitrina::Picture;
using vitrina::Result;

constexpr int kSide = 480;       // of the square that text is found in
constexpr int kLineHeight = 48;  // of a line that is read
constexpr int kLineLength = 320;
constexpr std::size_t kChannels = 3;

// A pixel becomes (pixel - mean) / deviation; blue, green, red.
struct Scaling {
    std::array<float, kChannels> mean;
    std::array<float, kChannels> deviation;
};
constexpr Scaling kOfDetection = {{123.675F, 116.28F, 103.53F}, {58.395F, 57.12F, 57.375F}};
constexpr Scaling kOfRecognition = {{127.5F, 127.5F, 127.5F}, {127.5F, 127.5F, 127.5F}};

struct Label {
    std::string name;
    std::string price;
};

/// Rows of RGB pixels.
struct Pixels {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

std::vector<std::string> cells_of(std::string line) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');)
        cells.push_back(std::move(cell));
    return cells;
}

Result<std::vector<Label>> read_table(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return vitrina::failed(path.string() + ": can't be read");
    const std::vector<std::string> head = cells_of(line);
    const auto column = [&](const char* name) {
        return static_cast<std::size_t>(std::find(head.begin(), head.end(), name) - head.begin());
    };
    const std::size_t name = column("crop_name");
    const std::size_t price = column("gt_price");
    if (name == head.size() || price == head.size())
        return vitrina::failed(path.string() + ": has no columns crop_name and gt_price");
    std::vector<Label> labels;
    while (std::getline(file, line)) {
        const std::vector<std::string> cells = cells_of(line);
        if (cells.size() > std::max(name, price)) labels.push_back({cells[name], cells[price]});
    }
    std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
    return labels;
}

/// A network of one picture, channels first.
class Network {
  public:
    static Result<Network> open(const std::filesystem::path& model, int height, int width,
                                judged::Precision precision, const std::string& calibration) {
        mosaic::Options options;
        const mosaic::Shape shape{1, static_cast<std::int64_t>(kChannels), height, width};
        options.input_shapes["x"] = shape;
        if (precision == judged::Precision::kBFloat16) options.precision = mosaic::Precision::kBFloat16;
        if (precision == judged::Precision::kInt8) {
            if (calibration.empty())
                return vitrina::failed("int8 needs --calibration and --line-calibration");
            auto ranges = mosaic::Calibration::load(calibration);
            if (!ranges) return vitrina::failed(ranges.error().message);
            options.precision = mosaic::Precision::kInt8;
            options.calibration = std::make_shared<const mosaic::Calibration>(std::move(*ranges));
        }
        auto session = mosaic::Session::load(model, options);
        if (!session) return vitrina::failed(session.error().message);
        return Network(std::move(*session), shape);
    }

    /// What is right of the picture, where it is narrower than the input, is 0. The output holds until the
    /// next run.
    Result<mosaic::TensorView> run(const Pixels& picture, const Scaling& scaling) {
        std::fill(input_.begin(), input_.end(), 0.0F);
        const auto width = static_cast<std::size_t>(shape_[3]);
        const std::size_t plane = width * static_cast<std::size_t>(shape_[2]);
        for (std::size_t i = 0; i < picture.rgb.size() / kChannels; ++i) {
            const std::size_t row = i / static_cast<std::size_t>(picture.width);
            const std::size_t at = row * width + i % static_cast<std::size_t>(picture.width);
            for (std::size_t channel = 0; channel < kChannels; ++channel) {
                const auto pixel = static_cast<float>(picture.rgb[kChannels * i + 2 - channel]);
                input_[channel * plane + at] =
                    (pixel - scaling.mean.at(channel)) / scaling.deviation.at(channel);
            }
        }
        if (auto done = session_.run(mosaic::TensorView(shape_, std::span<const float>(input_))); !done)
            return vitrina::failed(done.error().message);
        return session_.output(0);
    }

  private:
    Network(mosaic::Session session, const mosaic::Shape& shape)
        : session_(std::move(session)),
          shape_(shape),
          input_(static_cast<std::size_t>(shape.element_count())) {}

    mosaic::Session session_;
    mosaic::Shape shape_;
    std::vector<float> input_;
};

/// Cells of text that touch.
struct Area {
    int left = kSide;
    int top = kSide;
    int right = 0;
    int bottom = 0;
    int cells = 0;
    double sum = 0;  // of their probabilities
};

// Takes the area's cells away.
Area take_area(std::vector<float>& heat, int start, float least) {
    Area area;
    std::vector<int> waiting = {start};
    while (!waiting.empty()) {
        const int at = waiting.back();
        waiting.pop_back();
        float& cell = heat[static_cast<std::size_t>(at)];
        if (cell < least) continue;
        const int x = at % kSide;
        const int y = at / kSide;
        area.left = std::min(area.left, x);
        area.right = std::max(area.right, x + 1);
        area.top = std::min(area.top, y);
        area.bottom = std::max(area.bottom, y + 1);
        ++area.cells;
        area.sum += static_cast<double>(cell);
        cell = 0;
        if (x > 0) waiting.push_back(at - 1);
        if (x + 1 < kSide) waiting.push_back(at + 1);
        if (y > 0) waiting.push_back(at - kSide);
        if (y + 1 < kSide) waiting.push_back(at + kSide);
    }
    return area;
}

// Boxes of lines in the square. The network marks the middle of a line, so boxes grow by as much as it was
// taught to shrink them (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization",
// 2019).
std::vector<Box> lines_of(std::span<const float> probabilities) {
    constexpr float kText = 0.3F;
    constexpr double kSure = 0.6;
    constexpr double kGrown = 1.5;
    constexpr int kSideMin = 3;
    std::vector<float> heat(probabilities.begin(), probabilities.end());
    std::vector<Box> lines;
    for (int i = 0; i < kSide * kSide; ++i) {
        if (heat[static_cast<std::size_t>(i)] < kText) continue;
        const Area area = take_area(heat, i, kText);
        const double width = area.right - area.left;
        const double height = area.bottom - area.top;
        if (std::min(width, height) < kSideMin || area.sum < kSure * area.cells) continue;
        const double more = kGrown * width * height / (2 * (width + height));
        lines.push_back({area.left - more, area.top - more, width + 2 * more, height + 2 * more});
    }
    return lines;
}

// A part of the picture, scaled to the height of lines; linear, at the borders the nearest pixel.
Pixels cut_line(const Picture& picture, const Box& box) {
    const double wanted = std::round(kLineHeight * box.width / box.height);
    Pixels line{static_cast<int>(std::clamp(wanted, 1.0, double{kLineLength})), kLineHeight, {}};
    line.rgb.reserve(static_cast<std::size_t>(line.width) * kLineHeight * kChannels);
    const auto value = [&](int x, int y, std::size_t channel) {
        const auto column = static_cast<std::size_t>(std::clamp(x, 0, picture.width - 1));
        const auto row = static_cast<std::size_t>(std::clamp(y, 0, picture.height - 1));
        return static_cast<double>(
            picture.rgb[kChannels * (row * static_cast<std::size_t>(picture.width) + column) + channel]);
    };
    for (int row = 0; row < line.height; ++row) {
        const double y = box.y + (row + 0.5) * box.height / line.height - 0.5;
        const int above = static_cast<int>(std::floor(y));
        for (int column = 0; column < line.width; ++column) {
            const double x = box.x + (column + 0.5) * box.width / line.width - 0.5;
            const int before = static_cast<int>(std::floor(x));
            for (std::size_t channel = 0; channel < kChannels; ++channel) {
                const double upper =
                    std::lerp(value(before, above, channel), value(before + 1, above, channel), x - before);
                const double lower = std::lerp(value(before, above + 1, channel),
                                               value(before + 1, above + 1, channel), x - before);
                line.rgb.push_back(
                    static_cast<std::uint8_t>(std::lround(std::lerp(upper, lower, y - above))));
            }
        }
    }
    return line;
}

Result<std::vector<std::string>> read_characters(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::string> characters;
    for (std::string line; std::getline(file, line);)
        characters.push_back(std::move(line));
    if (characters.empty()) return vitrina::failed(path.string() + ": can't be read");
    characters.emplace_back(" ");
    return characters;
}

// The likeliest character of each column; class 0 is none, and a character that goes on is one.
std::string text_of(const mosaic::TensorView& output, const std::vector<std::string>& characters) {
    const auto classes = static_cast<std::ptrdiff_t>(output.shape()[2]);
    const auto values = output.elements<float>();
    std::string text;
    std::ptrdiff_t last = 0;
    for (auto column = values.begin(); column != values.end(); column += classes) {
        const std::ptrdiff_t best = std::max_element(column, column + classes) - column;
        if (best != last && best > 0) text += characters[static_cast<std::size_t>(best - 1)];
        last = best;
    }
    return text;
}

// Whole numbers: "129" is in "129 yen", not in "1299".
bool holds_number(const std::string& text, const std::string& number) {
    constexpr const char* kDigits = "0123456789";
    for (std::size_t at = text.find_first_of(kDigits); at != std::string::npos;) {
        const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
        if (text.compare(at, end - at, number) == 0) return true;
        at = text.find_first_of(kDigits, end);
    }
    return false;
}

Result<Picture> read_picture(const std::filesystem::path& path) {
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(path.string()));
    TRY_ASSIGN(auto frame, source->next());
    if (!frame) return vitrina::failed(path.string() + ": no picture");
    return std::move(frame->picture);
}

/// What the networks are shown of a label.
struct Shown {
    Pixels square;
    std::vector<Pixels> lines;
};

Result<Shown> look_at(const Picture& picture, Network& detection) {
    const vitrina::Point middle{picture.width / 2.0, picture.height / 2.0};
    const auto crop =
        vitrina::perceive::cut_square(picture, middle, std::max(picture.width, picture.height), kSide);
    Shown shown{{kSide, kSide, crop.rgb}, {}};
    TRY_ASSIGN(const mosaic::TensorView heat, detection.run(shown.square, kOfDetection));
    const auto probabilities = heat.elements<float>();
    if (probabilities.size() != static_cast<std::size_t>(kSide) * kSide)
        return vitrina::failed("the network doesn't say where in the picture text is");
    for (const Box& box : lines_of(probabilities)) {
        const vitrina::Point corner = crop.to_picture(box.x, box.y);
        shown.lines.push_back(
            cut_line(picture, {corner.x, corner.y, box.width * crop.step.x, box.height * crop.step.x}));
    }
    return shown;
}

struct Tally {
    int right = 0;
    int labels = 0;
    int lines = 0;
};

Result<void> write_crops(const Shown& shown, const std::string& name, const std::filesystem::path& folder) {
    constexpr std::uint8_t kMiddle = 128;  // what is right of a line is 0, once it is scaled
    TRY(judged::write_picture(folder / "detection" / (name + ".ppm"), kSide, kSide, shown.square.rgb));
    for (std::size_t i = 0; i < shown.lines.size(); ++i) {
        const Pixels& line = shown.lines[i];
        std::vector<std::uint8_t> rgb;
        const auto row_bytes = static_cast<std::ptrdiff_t>(line.width * kChannels);
        for (auto row = line.rgb.begin(); row != line.rgb.end(); row += row_bytes) {
            rgb.insert(rgb.end(), row, row + row_bytes);
            rgb.resize(rgb.size() + (kLineLength - static_cast<std::size_t>(line.width)) * kChannels,
                       kMiddle);
        }
        TRY(judged::write_picture(folder / "recognition" / fmt::format("{}_{:02}.ppm", name, i), kLineLength,
                                  kLineHeight, rgb));
    }
    return {};
}

Result<void> run(const judged::Arguments& arguments) {
    const std::filesystem::path models = arguments.plain[0];
    const std::filesystem::path folder = arguments.plain[2];
    const std::string crops = arguments.value("--crops");
    TRY_ASSIGN(const auto labels, read_table(arguments.plain[1]));
    TRY_ASSIGN(const auto characters, read_characters(models / "ppocr_keys_v1.txt"));
    TRY_ASSIGN(Network detection, Network::open(models / "ch_PP-OCRv4_det_infer.onnx", kSide, kSide,
                                                arguments.precision, arguments.calibration.string()));
    TRY_ASSIGN(Network recognition,
               Network::open(models / "ch_PP-OCRv4_rec_infer.onnx", kLineHeight, kLineLength,
                             arguments.precision, arguments.value("--line-calibration")));
    std::array<Tally, 2> halves;
    const auto begin = vitrina::thread_processor_time();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::size_t half = 2 * i < labels.size() ? 0 : 1;
        TRY_ASSIGN(const Picture picture, read_picture(folder / labels[i].name));
        TRY_ASSIGN(const Shown shown, look_at(picture, detection));
        if (!crops.empty()) {
            if (half == 0) TRY(write_crops(shown, std::filesystem::path(labels[i].name).stem(), crops));
            continue;
        }
        bool is_right = false;
        for (const Pixels& line : shown.lines) {
            TRY_ASSIGN(const mosaic::TensorView output, recognition.run(line, kOfRecognition));
            if (output.shape().rank() != 3 || output.shape()[2] != std::ssize(characters) + 1)
                return vitrina::failed("the network knows other characters than ppocr_keys_v1.txt");
            is_right = holds_number(text_of(output, characters), labels[i].price) || is_right;
        }
        Tally& tally = halves.at(half);
        ++tally.labels;
        tally.right += is_right ? 1 : 0;
        tally.lines += static_cast<int>(shown.lines.size());
    }
    if (!crops.empty()) return {};
    const std::chrono::duration<double, std::milli> taken = vitrina::thread_processor_time() - begin;
    fmt::print(
        "PP-OCR: prices read: first half {} of {}, other half {} of {}; lines found {} and {}; {:.1f} ms\n",
        halves[0].right, halves[0].labels, halves[1].right, halves[1].labels, halves[0].lines,
        halves[1].lines, taken.count() / static_cast<double>(std::max<std::size_t>(1, labels.size())));
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        constexpr std::size_t kPlain = 3;
        const auto arguments = judged::parse(argc, argv, {"--line-calibration", "--crops"});
        if (!arguments || arguments->plain.size() != kPlain) {
            fmt::print(
                stderr,
                "usage: text_accuracy MODELS TABLE.csv PICTURES [--crops FOLDER]\n"
                "       ... --precision fp32|bf16|int8 [--calibration FILE --line-calibration FILE]\n");
            return 2;
        }
        const auto done = run(*arguments);
        if (done) return 0;
        fmt::print(stderr, "text_accuracy: {}\n", done.error().message);
    } catch (const std::exception& exception) {  // no memory, a folder that is not there
        std::fprintf(stderr, "text_accuracy: %s\n", exception.what());
    }
    return 1;
}
