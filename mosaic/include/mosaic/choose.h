// Which architecture suits a dataset, found by trying: what each costs is measured, then cross-validation
// decides among those that can be afforded, half of them going on with twice the time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <mosaic/dataset.h>
#include <mosaic/train_options.h>

namespace mosaic::train {

struct ChooseOptions {
    // For choosing alone; training with the choice comes on top. A quarter of it at most goes into measuring
    // what each costs. Seconds.
    double seconds = 120.0;
    // Empty: all.
    std::vector<std::string> architectures;
    int folds = 2;
};

struct ArchitectureTrial {
    std::string architecture;
    std::int64_t parameters = 0;
    double ms_per_picture = 0.0;  // of a training step; 0: not measured, as are the next
    double seconds_whole = 0.0;   // what training with all epochs would take, estimated
    int rounds = 0;               // that it took part in
    int epochs = 0;               // of its last round
    double accuracy = 0.0;        // of held-back pictures in its last round, the mean over folds
    double loss = 0.0;
    std::string left_out;  // why it was not tried, or why no further
};

struct ArchitectureChoice {
    std::string architecture;
    std::vector<ArchitectureTrial> trials;  // the choice first, then by how far they came
    double seconds = 0.0;
};

// Tells what is being tried. False: stop, which is an error, "cancelled".
using OnChoice = std::function<bool(const std::string& what)>;

// `options` are those of the training to come; with seconds_max, what can't be trained in it is left out. The
// dataset must be loaded. What is chosen depends on how fast the computer is. Errors: those of Trainer;
// nothing can be tried in the time.
[[nodiscard]] Result<ArchitectureChoice> choose_architecture(const Dataset& data, const TrainOptions& options,
                                                             const ChooseOptions& choosing,
                                                             const OnChoice& on_choice = {});

}  // namespace mosaic::train
