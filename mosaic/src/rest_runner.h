// Runs what is left of a network once a run has shown the sizes in it: continuation.h. What was compiled for
// some sizes is kept for the next run that has them; other sizes are compiled then, which takes memory and
// time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "continuation.h"
#include "mosaic/session.h"

namespace mosaic {

class Executable;

class RestRunner {
  public:
    // `outputs`: those of rest.outputs() that are wanted.
    RestRunner(std::shared_ptr<const Continuation> rest, const Options& options,
               std::vector<std::string> outputs);
    RestRunner(const RestRunner&) = delete;
    RestRunner& operator=(const RestRunner&) = delete;
    ~RestRunner();

    // `reads`: the graph's hidden outputs.
    [[nodiscard]] Result<void> run(std::span<const TensorView> reads);
    [[nodiscard]] bool has_run() const { return !compiled_.empty(); }
    // After a run that succeeded: its results, in the order of `outputs`.
    [[nodiscard]] const Executable& made() const { return *compiled_.front().program; }

  private:
    struct Compiled {
        std::string key;
        std::unique_ptr<Executable> program;
    };

    [[nodiscard]] std::string key_of(std::span<const TensorView> reads) const;
    [[nodiscard]] Result<void> compile(std::span<const TensorView> reads, std::string key);

    std::shared_ptr<const Continuation> rest_;
    Options options_;
    std::vector<Tensor> found_;
    std::vector<Compiled> compiled_;  // the one of the last run first
};

}  // namespace mosaic
