// The loop of learning boxes: batches, steps, averages, checkpoints. One thread at a time.
#pragma once

#include <chrono>
#include <memory>

#include "mosaic/boxes.h"
#include "train/box_loader.h"
#include "train/box_network.h"
#include "train/lost_pictures.h"
#include "train/weights.h"

namespace mosaic::train {

// What follows from the boxes of a dataset.
struct BoxScale {
    double area_side_px = 640.0;  // that photographs are brought to: sqrt(width * height)
    double largest_px = 80.0;     // side of nearly all boxes then
    std::int64_t tile_px = 640;
};
[[nodiscard]] double box_area_side(const Dataset& data, const BoxOptions& options);
// Looks at every photograph, which should be loaded.
[[nodiscard]] BoxScale box_scale(const Dataset& data, const BoxOptions& options);

class BoxTraining {
  public:
    // Borrows the dataset.
    [[nodiscard]] static Result<BoxTraining> create(const Dataset& data, const BoxOptions& options,
                                                    const BoxScale& scale);
    // Leaves what was learnt in network().
    [[nodiscard]] Result<void> run(const OnBoxProgress& on_progress);

    [[nodiscard]] const Network& network() const { return made_->network; }
    [[nodiscard]] const Normalisation& normalisation() const { return made_->normalisation; }
    [[nodiscard]] const std::string& description() const { return made_->description; }
    [[nodiscard]] const std::vector<double>& losses() const { return losses_; }
    [[nodiscard]] Stop stop() const { return stop_; }
    [[nodiscard]] double seconds() const;
    [[nodiscard]] std::vector<std::string>& notes() { return notes_; }

  private:
    using Clock = std::chrono::steady_clock;

    BoxTraining() = default;
    Result<double> step();
    [[nodiscard]] std::string identity() const;
    [[nodiscard]] Result<void> save_checkpoint() const;
    [[nodiscard]] Result<void> load_checkpoint();

    const Dataset* data_ = nullptr;
    BoxOptions options_;
    std::unique_ptr<BoxNetwork> made_;
    std::unique_ptr<Executor> executor_;
    std::unique_ptr<BoxLoader> loader_;
    std::unique_ptr<Optimizer> optimizer_;
    std::vector<Slot> slots_;
    Parameters average_;
    std::uint64_t steps_ = 0;
    std::vector<double> losses_;
    double part_ = 0.0, usual_ = 0.0;  // sum since the last of losses_; moving average
    Stop stop_ = Stop::kDone;
    LostPictures lost_;
    std::vector<std::string> notes_;
    double seconds_before_ = 0.0;
    Clock::time_point start_;
};

}  // namespace mosaic::train
