// What a training run can be told. Plain values; the defaults are what works for a few hundred to a few
// hundred thousand pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mosaic::train {

enum class OptimizerKind : std::uint8_t { kSgd, kAdam, kAdamW };

struct OptimizerOptions {
    OptimizerKind kind = OptimizerKind::kAdamW;
    // Of SGD; beta1 of Adam.
    double momentum = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    bool nesterov = false;
    // Never applies to biases and to what normalises.
    double weight_decay = 0.01;
    // Gradients whose Euclidean norm over all parameters is above this are scaled down to it. 0: never.
    double clip_norm = 5.0;
};

enum class ScheduleKind : std::uint8_t { kConstant, kCosine, kStep };

struct ScheduleOptions {
    ScheduleKind kind = ScheduleKind::kCosine;
    // Part of all steps during which the rate rises from nothing.
    double warm_up = 0.05;
    // The last rate, as a part of the first. Cosine only.
    double floor = 0.01;
    // How often, and by what, the rate falls. Step only.
    int step_count = 3;
    double step_factor = 0.1;
};

// What happens to a picture before the network sees it, differently each time. Each number is the largest
// change; 0 leaves it out.
struct AugmentOptions {
    double shift = 0.0;  // of the picture's size
    double scale = 0.0;  // 0.2: between 1/1.2 and 1.2 times as large
    double rotation_deg = 0.0;
    double perspective = 0.0;  // how far corners move, of the picture's size
    bool flip = false;         // left and right
    double brightness = 0.0;   // of the full range
    double contrast = 0.0;     // 0.3: between 0.7 and 1.3 times
    double saturation = 0.0;   // as contrast
    double blur = 0.0;         // chance of a blur of three pixels
    double noise = 0.0;        // standard deviation, of the full range
    double cutout = 0.0;       // chance that a square of a quarter of the width is blanked
    double mix = 0.0;          // chance that two pictures and their labels are mixed
};

// Nothing; slight changes; for photographs of goods.
[[nodiscard]] AugmentOptions no_augmentation();
[[nodiscard]] AugmentOptions digit_augmentation();
[[nodiscard]] AugmentOptions photo_augmentation();

struct TrainOptions {
    // A name; choose_architecture() (mosaic/choose.h) finds one.
    std::string architecture = "small-cnn";
    // A network that others trained, to go on from instead: NAME.json (TensorFlow.js) or .onnx.
    std::filesystem::path backbone;
    // Part of its layers, counted from the end, that learn, and their part of the learning rate.
    double tuned = 0.3;
    double backbone_rate = 0.2;
    // Width and height of the network's input.
    std::int64_t image_px = 64;
    std::int64_t channels = 3;
    int epochs = 20;
    std::int64_t batch = 32;
    double learning_rate = 1e-3;
    OptimizerOptions optimizer;
    ScheduleOptions schedule;
    AugmentOptions augment;
    double label_smoothing = 0.05;
    double focal_gamma = 0.0;
    // Classes count the same however many pictures each has.
    bool balance_classes = true;
    // Of the moving average of weights that is kept as the result; 0: the last weights are.
    double average_decay = 0.99;
    // Epochs without improvement on the held-back pictures after which training ends; 0: never.
    int patience = 0;
    std::uint64_t seed = 1;
    int threads = 1;
    // Decode and augment ahead of the step on threads of their own; 0: in the step.
    int loader_threads = 1;
    // Seconds after which training ends with the best weights so far; 0: no limit.
    double seconds_max = 0.0;
    // Where to keep what is needed to go on: after every epoch, through a temporary file. Empty: nowhere.
    std::filesystem::path checkpoint;
    // Go on from that file if it is there.
    bool resume = false;
};

}  // namespace mosaic::train
