// A detector of things of one kind, learnt from boxes drawn on photographs: the centre of each thing is a
// peak of a heat map, its size and place are read off there (Zhou et al., Objects as points, 2019).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <mosaic/dataset.h>
#include <mosaic/evaluation.h>
#include <mosaic/train_options.h>
#include <mosaic/trainer.h>

namespace mosaic::train {

// In pixels of the picture; left and top are below right and bottom.
struct FoundBox {
    float left = 0.0F, top = 0.0F, right = 0.0F, bottom = 0.0F;
    float score = 0.0F;
};

// Colours, small turns, mirror images and sizes of shelf photographs.
[[nodiscard]] AugmentOptions box_augmentation();

struct BoxOptions {
    // A network whose feature maps are learnt from: NAME.json (TensorFlow.js) or .onnx. Empty:
    // `architecture`, from nothing.
    std::filesystem::path backbone;
    std::string architecture = "mobilenet-small";
    // Part of the backbone's layers, counted from the picture, that stay as they are; the rest is tuned at
    // `backbone_rate` of the learning rate.
    double frozen = 0.4;
    double backbone_rate = 0.3;
    // Photographs are brought to the size at which the median box has this side, sqrt(width * height),
    // pixels.
    double box_px = 40.0;
    // Square parts of photographs that are learnt from: multiples of 32 pixels.
    std::int64_t crop_px = 320;
    // Largest square that is looked at at once; larger photographs are looked at in overlapping tiles.
    // Pixels.
    std::int64_t tile_px_max = 640;
    int steps = 360;
    std::int64_t batch = 4;
    double learning_rate = 2e-3;
    OptimizerOptions optimizer;
    ScheduleOptions schedule;
    AugmentOptions augment = box_augmentation();
    double average_decay = 0.98;
    std::uint64_t seed = 1;
    int threads = 1;
    int loader_threads = 1;
    // Seconds after which learning ends with the weights so far; 0: no limit.
    double seconds_max = 0.0;
    // Where to keep what is needed to go on, every twenty steps. Empty: nowhere.
    std::filesystem::path checkpoint;
    bool resume = false;
};

// A detector, compiled for tiles of one size. One thread at a time.
class BoxDetector {
  public:
    // `path` is the .onnx file that save() wrote; NAME.boxes.json lies beside it. Errors name the file.
    [[nodiscard]] static Result<BoxDetector> load(const std::filesystem::path& path, int threads = 1);
    // The network with its decoding as ONNX, and NAME.boxes.json with what it needs to be used. Through files
    // beside them: on failure what was there stays.
    [[nodiscard]] Result<void> save(const std::filesystem::path& path) const;

    BoxDetector(BoxDetector&& other) noexcept;
    BoxDetector& operator=(BoxDetector&& other) noexcept;
    BoxDetector(const BoxDetector&) = delete;
    BoxDetector& operator=(const BoxDetector&) = delete;
    ~BoxDetector();

    // Everything whose score is at least `score_min`, the surest first, no two of which overlap by half.
    [[nodiscard]] Result<std::vector<FoundBox>> find(const Picture& picture, float score_min);
    // With threshold() as the least score.
    [[nodiscard]] Result<std::vector<FoundBox>> find(const Picture& picture);

    // The score that cross-validation found best, or 0.3.
    [[nodiscard]] float threshold() const;
    void set_threshold(float threshold);
    // One line: body, size of its input, parameters.
    [[nodiscard]] std::string describe() const;

    class Impl;
    explicit BoxDetector(std::unique_ptr<Impl> impl);

  private:
    std::unique_ptr<Impl> impl_;
};

struct BoxProgress {
    std::size_t step = 0, steps = 1;
    double loss = 0.0;  // moving average
    double seconds_left = 0.0;
};
// False: stop as soon as possible and keep the weights so far.
using OnBoxProgress = std::function<bool(const BoxProgress&)>;

struct BoxTrained {
    BoxDetector detector;
    std::vector<double> losses;  // means of twenty steps each
    Stop stop = Stop::kDone;
    double seconds = 0.0;
    std::vector<std::string> notes;
};

// What photographs must be loaded with for `options`.
[[nodiscard]] LoadOptions box_loading(const Dataset& data, const BoxOptions& options);

// The dataset (of Dataset::from_yolo) must be loaded with box_loading(). Boxes of all labels are one kind.
// Errors: no box at all, a backbone without usable maps, options out of range.
[[nodiscard]] Result<BoxTrained> train_boxes(const Dataset& data, const BoxOptions& options,
                                             const OnBoxProgress& on_progress = {});

// What was found on one photograph and what is there, both in its pixels.
struct BoxResult {
    std::vector<FoundBox> found;
    std::vector<FoundBox> truth;  // scores don't matter
};

struct BoxEvaluation {
    std::size_t photographs = 0, boxes = 0;
    // Area under precision over recall, boxes that overlap the truth by half (intersection over union).
    double ap50 = 0.0;
    Interval ap50_95;  // bootstrap over photographs
    double ap75 = 0.0;
    double ap = 0.0;         // mean over overlaps of 0.50, 0.55, ... 0.95
    float threshold = 0.3F;  // where precision and recall have the greatest harmonic mean, and both there
    double precision = 0.0, recall = 0.0;
    std::vector<CurvePoint> precision_recall;
};
[[nodiscard]] BoxEvaluation evaluate_boxes(std::span<const BoxResult> results);
// Which of `found` are right, each truth once, in the order of their scores.
[[nodiscard]] std::vector<bool> match_boxes(const BoxResult& result, double overlap_min);

// The detector over the dataset's photographs.
[[nodiscard]] Result<std::vector<BoxResult>> find_boxes(BoxDetector& detector, const Dataset& data);

struct BoxReport {
    std::string title, model;
    const Dataset* data = nullptr;
    std::span<const BoxResult> results;  // of data's photographs, in their order
    const BoxEvaluation* evaluation = nullptr;
    std::vector<std::vector<double>> losses;  // one curve for each fold
};
// One HTML file: figures, curves, photographs with what was found, missed and wrong. No script, no network.
[[nodiscard]] Result<void> write_box_report(const std::filesystem::path& path, const BoxReport& report);

}  // namespace mosaic::train
