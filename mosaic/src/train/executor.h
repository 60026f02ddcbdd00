// Runs a network forwards and backwards for one batch size. It owns the activations and the gradients;
// parameters are those of the network, which it borrows. Used by one thread at a time; its own threads are
// those of ExecutorOptions.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "train/kernel.h"

namespace mosaic::train {

struct ExecutorOptions {
    int threads = 1;
    // The readable kernels only: to compare with.
    bool portable = false;
    // Also the gradients of the network's inputs.
    bool input_gradients = false;
};

class Executor {
  public:
    // The network's shapes must have been inferred for the batch size wanted, and stay so. Its parameters may
    // change between runs, not move. Errors: not enough memory.
    [[nodiscard]] static Result<Executor> create(Network& network, const ExecutorOptions& options);

    // Elements of an input, to be written before forward.
    [[nodiscard]] std::span<float> input(std::size_t index);
    [[nodiscard]] std::span<const float> output(std::size_t index) const;
    // To be written between forward and backward.
    [[nodiscard]] std::span<float> output_gradient(std::size_t index);

    void forward(const Pass& pass);
    void backward(const Pass& pass);

    // Of a value whose gradient is wanted: a trainable parameter, or an input if asked for. Otherwise empty.
    [[nodiscard]] std::span<float> gradient(ValueId id);
    // Trainable parameters.
    [[nodiscard]] const std::vector<ValueId>& learnt() const { return learnt_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    struct Step {
        Site site;
        std::unique_ptr<Kernel> kernel;
        bool backward = false;
        // Gradients that are made apart and then added, because another step writes the same one first.
        struct Sum {
            float* apart = nullptr;
            float* total = nullptr;
            std::int64_t count = 0;
        };
        std::vector<Sum> sums;
    };

    Executor(Network& network, const ExecutorOptions& options) : network_(&network), options_(options) {}

    Result<void> allocate();
    void find_wanted();
    Result<void> make_steps();
    Result<void> connect_gradients();
    Result<float*> make_gradient(ValueId id);

    Network* network_;
    ExecutorOptions options_;
    std::vector<std::shared_ptr<Tensor>> memory_;     // of each value
    std::vector<std::unique_ptr<Tensor>> gradients_;  // of each value; null: not wanted
    std::vector<std::unique_ptr<Tensor>> extra_;
    std::vector<bool> wanted_;
    std::vector<ValueId> learnt_;
    std::vector<Step> steps_;
    std::vector<ValueId> unwritten_;  // gradients that no step writes
    std::uint64_t bytes_ = 0;
};

}  // namespace mosaic::train
