// Batches gathered across callers: threads that each have one picture at a time share runs of several, which
// a network works through quicker than one after another. Any number of threads may use a Batcher at the same
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <mosaic/error.h>
#include <mosaic/graph.h>
#include <mosaic/session.h>
#include <mosaic/tensor.h>

namespace mosaic {

struct BatcherOptions {
    // Pictures of a run, at most. Each of the sizes 1, 2, 4 ... up to it is compiled when first needed; a run
    // of three is one of four.
    std::int64_t batch_max = 8;
    // How long a caller waits for others. While a run is under way the next batch gathers anyway.
    std::chrono::microseconds wait_max{2000};
    // For one picture: the first size of each input must be 1.
    Options session;
};

class Batcher {
  public:
    // Errors: those of Session::compile for one picture and for batch_max, a network whose results don't have
    // the batch first, options out of range.
    [[nodiscard]] static Result<Batcher> create(const Graph& graph, const BatcherOptions& options = {});

    Batcher(Batcher&& other) noexcept;
    Batcher& operator=(Batcher&& other) noexcept;
    Batcher(const Batcher&) = delete;
    Batcher& operator=(const Batcher&) = delete;
    // No thread may be in run().
    ~Batcher();

    // Of one picture.
    [[nodiscard]] std::span<const ValueInfo> inputs() const;
    [[nodiscard]] std::span<const ValueInfo> outputs() const;

    // Runs the network on one picture, together with those that other threads bring meanwhile, and returns
    // its results in the order of outputs(). Blocks until they are there. Errors: inputs of other types or
    // shapes (of this caller only), and what made the run fail (of all of its callers).
    [[nodiscard]] Result<std::vector<Tensor>> run(std::span<const TensorView> inputs);

    struct Counts {
        std::uint64_t pictures = 0, runs = 0;
    };
    [[nodiscard]] Counts counts() const;

  private:
    class Impl;
    explicit Batcher(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace mosaic
