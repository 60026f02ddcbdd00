// Trains a network on a dataset. Everything follows from the options' seed: the same data, options, build and
// machine give the same bits, also when a run is interrupted and resumed from its checkpoint.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <mosaic/dataset.h>
#include <mosaic/model.h>
#include <mosaic/train_options.h>

namespace mosaic::train {

// One pass over the training pictures.
struct Epoch {
    int number = 1;
    double train_loss = 0.0;
    double held_loss = 0.0;      // with the averaged weights; 0 without held-back pictures
    double held_accuracy = 0.0;  // as well
    double learning_rate = 0.0;  // of the last step
    double seconds = 0.0;        // since the start, resumed time included
};

// kUnreadable: no picture could be read any more.
enum class Stop : std::uint8_t { kDone, kPatience, kTime, kDiverged, kCancelled, kUnreadable };

struct TrainResult {
    std::vector<Epoch> epochs;
    int best_epoch = 0;  // 1 is the first; 0: none ended
    Stop stop = Stop::kDone;
    // What a person should know: why it ended early, what was wrong with a checkpoint, which pictures could
    // no longer be read.
    std::vector<std::string> notes;
};

struct Progress {
    int epoch = 1, epochs = 1;
    std::size_t step = 0, steps = 1;  // of the epoch
    double loss = 0.0;                // mean of this epoch so far
    double seconds_left = 0.0;
    const Epoch* finished = nullptr;  // set after each epoch
};
// False: stop as soon as possible and keep the best weights.
using OnProgress = std::function<bool(const Progress&)>;

struct Trained {
    Model model;
    TrainResult result;
};

class Trainer {
  public:
    // Borrows both datasets, which must be loaded; `held` may be empty. Errors: fewer than two classes, a
    // class without a picture, classes that differ, an unknown architecture, options out of range.
    [[nodiscard]] static Result<Trainer> create(const Dataset& train, const Dataset& held,
                                                const TrainOptions& options);

    Trainer(Trainer&& other) noexcept;
    Trainer& operator=(Trainer&& other) noexcept;
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;
    ~Trainer();

    // Once. A diverging run is no error: it ends with the best weights so far, and says so. Nor are pictures
    // that have gone since they were loaded: others take their place.
    [[nodiscard]] Result<Trained> run(const OnProgress& on_progress);

  private:
    class Impl;
    explicit Trainer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mosaic::train
