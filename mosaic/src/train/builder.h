// Puts a network together layer by layer, with weights drawn from a seed.
#pragma once

#include <string>
#include <utility>

#include "train/network.h"
#include "train/random.h"

namespace mosaic::train {

class Builder {
  public:
    // Goes on with the layers of `start`, if there are any.
    explicit Builder(std::uint64_t seed, Network start = {}) : network_(std::move(start)), random_(seed) {}

    [[nodiscard]] Network& network() { return network_; }
    // Ends the network: its outputs, and all shapes.
    [[nodiscard]] Result<Network> finish(std::vector<ValueId> outputs);

    ValueId input(const std::string& name, const Shape& shape);
    ValueId constant(const std::string& name, const Shape& shape, float number);
    ValueId node(const std::string& name, Op op, std::vector<ValueId> inputs);
    // Normal with the given deviation.
    ValueId weights(const std::string& name, const Shape& shape, double deviation, bool decays = true);
    ValueId filled(const std::string& name, const Shape& shape, float number);

    struct Convolution {
        std::int64_t channels = 0;  // of the output
        std::int64_t size = 3;
        std::int64_t stride = 1;
        bool bias = false;
    };
    // He et al., Delving deep into rectifiers (2015): deviation sqrt(2 / fan out). Padding as PyTorch's
    // size / 2.
    ValueId convolution(const std::string& name, ValueId x, const Convolution& options);
    ValueId depthwise(const std::string& name, ValueId x, std::int64_t size, std::int64_t stride);
    ValueId batch_norm(const std::string& name, ValueId x, bool relu);
    ValueId layer_norm(const std::string& name, ValueId x);
    ValueId activation(const std::string& name, ValueId x, ir::ActivationKind kind);
    ValueId add(const std::string& name, ValueId a, ValueId b);
    // [N,H,W,C] to [N,C].
    ValueId global_mean(const std::string& name, ValueId x);
    // [..,K] to [..,width].
    ValueId dense(const std::string& name, ValueId x, std::int64_t width, double deviation);
    ValueId dropout(const std::string& name, ValueId x, float rate);

    [[nodiscard]] const Shape& shape(ValueId id) const { return network_.value(id).shape; }
    // The first error of shapes so far.
    [[nodiscard]] const Result<void>& status() const { return status_; }

  private:
    ValueId keep(const std::string& name, Role role, const Shape& shape, bool decays);

    Network network_;
    Random random_;
    Result<void> status_;
};

}  // namespace mosaic::train
