// The loop of training: batches, steps, epochs, averages, checkpoints. One thread at a time.
#pragma once

#include <chrono>
#include <memory>

#include "mosaic/trainer.h"
#include "train/executor.h"
#include "train/loader.h"
#include "train/loss.h"
#include "train/lost_pictures.h"
#include "train/weights.h"

namespace mosaic::train {

class TrainingRun {
  public:
    // Borrows all. The network's batch is set; its outputs are logits and features.
    [[nodiscard]] static Result<TrainingRun> create(Network& network, const Dataset& train,
                                                    const Dataset& held, const View& view,
                                                    const TrainOptions& options);
    // Leaves the best weights in the network.
    [[nodiscard]] Result<TrainResult> run(const OnProgress& on_progress);

  private:
    using Clock = std::chrono::steady_clock;

    TrainingRun(Network& network, const Dataset& train, const Dataset& held, const TrainOptions& options,
                Executor executor);

    double step(const Batch& batch);
    struct EpochEnd {
        bool stop = false;
        Stop why = Stop::kDone;
    };
    [[nodiscard]] Result<EpochEnd> one_epoch(int epoch, const OnProgress& on_progress);
    [[nodiscard]] bool diverges(double loss);
    // False: there is nothing to measure with, or none of it can be read any more.
    [[nodiscard]] Result<bool> measure(Epoch& epoch);
    // What is put into the network at the end, and the last notes.
    [[nodiscard]] Result<void> finish();
    [[nodiscard]] double seconds() const;
    [[nodiscard]] double seconds_left() const;
    [[nodiscard]] Result<void> save_checkpoint() const;
    [[nodiscard]] Result<bool> load_checkpoint();
    [[nodiscard]] std::string identity() const;

    Network* network_;
    const Dataset* train_;
    const Dataset* held_;
    View view_;
    TrainOptions options_;
    std::unique_ptr<Executor> executor_;
    std::unique_ptr<Loader> loader_;
    std::vector<Slot> slots_;
    CrossEntropy loss_;
    Optimizer optimizer_;
    TrainResult result_;
    LostPictures lost_;
    Parameters average_, best_;
    double best_score_ = 0.0;
    double usual_loss_ = 0.0;  // moving average; 0: not yet
    std::uint64_t steps_made_ = 0, steps_before_ = 0;
    double seconds_before_ = 0.0;
    Clock::time_point start_;
};

}  // namespace mosaic::train
