// Batches of pictures, drawn, augmented and laid out on threads of its own, ahead of the step that needs
// them. Which sample is in which batch and how it is changed depends on the seed, the epoch and the sample
// alone, not on threads.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "mosaic/dataset.h"
#include "train/augment.h"

namespace mosaic::train {

struct Batch {
    std::vector<float> pictures;  // [batch, height, width, channels]
    std::vector<float> targets;   // [batch, classes]
    std::vector<std::size_t> samples;
    std::vector<std::string> lost;  // why others than those drawn are in it
    std::string error;              // no picture could be read
};

struct LoaderOptions {
    View view;
    AugmentOptions augment;
    std::size_t batch = 32;
    std::size_t classes = 2;
    float label_smoothing = 0.0F;
    // Classes are drawn equally often, however many samples each has.
    bool balance = false;
    std::uint64_t seed = 1;
    int threads = 1;  // 0: in the calling thread
};

class Loader {
  public:
    // The dataset must be loaded and outlive the loader.
    Loader(const Dataset& data, const LoaderOptions& options);
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;
    ~Loader();

    // Batches of an epoch: whole ones; at least one.
    [[nodiscard]] std::size_t batches() const { return batches_; }
    // Starts with the first batch of an epoch.
    void begin(std::uint64_t epoch);
    // The next one, waiting for it. At most batches() times after begin().
    [[nodiscard]] Batch next();

  private:
    // Batches that are made ahead: enough to hide a slow one.
    static constexpr std::size_t kAheadMax = 4;

    [[nodiscard]] std::vector<std::size_t> order(std::uint64_t epoch) const;
    [[nodiscard]] Batch make(std::size_t index) const;
    void place(std::size_t drawn, std::size_t slot, Batch& batch) const;
    void work();
    void stop();

    const Dataset& data_;
    LoaderOptions options_;
    std::size_t batches_ = 1;
    std::uint64_t epoch_ = 0;
    std::vector<std::size_t> order_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Batch> ready_;  // by number modulo kAheadMax
    std::vector<bool> filled_;
    std::size_t taken_ = 0;    // batches handed out
    std::size_t started_ = 0;  // batches that a thread makes or has made
    bool stopping_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace mosaic::train
