// What is left of a network where something depends on a run: on how much a search finds, or on numbers that
// are sizes further on. The graph before it computes what it reads, as hidden outputs; for what comes out the
// rest is built, compiled and run (rest_runner.h). Immutable; any number of threads may use one.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ir.h"

namespace mosaic {

class Continuation {
  public:
    Continuation() = default;
    Continuation(const Continuation&) = delete;
    Continuation& operator=(const Continuation&) = delete;
    virtual ~Continuation() = default;

    // The results of the network that it makes.
    [[nodiscard]] virtual const std::vector<std::string>& outputs() const = 0;
    // How many of the graph's values it reads: its hidden outputs.
    [[nodiscard]] virtual std::size_t read_count() const = 0;
    // Whether the rest depends on that value's numbers, not only on its shape.
    [[nodiscard]] virtual bool is_argument(std::size_t index) const = 0;
    // What the searches find in the values.
    [[nodiscard]] virtual Result<std::vector<Tensor>> search(std::span<const TensorView> reads) const = 0;
    // The network from there on. Its inputs are the values that aren't arguments, then what was found.
    [[nodiscard]] virtual Result<ir::Graph> rest(std::span<const TensorView> reads,
                                                 std::span<const Tensor> found) const = 0;
};

}  // namespace mosaic
