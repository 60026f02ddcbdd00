#include <algorithm>
#include <cstdio>

#include "check.h"
#include "peer.h"

namespace mosaic::tools {

namespace {

Shape with_batch(const Shape& shape, std::int64_t batch) {
    Shape made = shape;
    std::vector<std::int64_t> sizes(shape.sizes().begin(), shape.sizes().end());
    if (!sizes.empty()) sizes[0] = batch;
    if (auto checked = Shape::create(sizes)) made = *checked;
    return made;
}

// `count` different inputs of one picture, one after another.
Result<Tensor> random_batch(const ValueInfo& one, std::int64_t count, const CheckOptions& options,
                            std::mt19937& random) {
    return random_tensor({one.name, one.type, with_batch(one.shape, count)}, options, random);
}

TensorView part_of(const TensorView& whole, const Shape& shape, std::size_t index) {
    const std::size_t bytes =
        static_cast<std::size_t>(shape.element_count()) * bytes_per_element(whole.type());
    return {whole.type(), shape, whole.bytes().subspan(index * bytes, bytes)};
}

// Outputs of several inputs, one after another, as the outputs of a batch.
class Expected {
  public:
    static Result<Expected> create(const Session& several) {
        Expected made;
        for (const ValueInfo& info : several.outputs()) {
            MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, info.shape));
            made.tensors_.push_back(std::move(tensor));
        }
        return made;
    }

    // Output `index` for one of `count` inputs.
    Result<void> set(const ValueInfo& info, std::size_t index, std::size_t picture, std::size_t count,
                     const TensorView& one) {
        const auto whole = tensors_[index].bytes();
        if (one.bytes().size() * count != whole.size()) {
            return failure("output " + info.name + " is " + info.shape.to_string() + " of the batch and " +
                           one.shape().to_string() + " of one");
        }
        std::copy(one.bytes().begin(), one.bytes().end(),
                  whole.subspan(picture * one.bytes().size()).begin());
        return {};
    }

    // Prints; whether all outputs are within the tolerance.
    [[nodiscard]] Result<bool> compare_all(const Session& several, float tolerance) const {
        bool good = true;
        for (std::size_t i = 0; i < tensors_.size(); ++i) {
            MOSAIC_TRY_ASSIGN(const bool same, compare(several.outputs()[i].name, several.output(i),
                                                       tensors_[i].view(), tolerance));
            good = good && same;
        }
        return good;
    }

  private:
    std::vector<Tensor> tensors_;
};

}  // namespace

Result<void> check_batch(const CheckOptions& options) {
    MOSAIC_TRY_ASSIGN(const Graph graph, Graph::load(options.model));
    MOSAIC_TRY_ASSIGN(Session one, Session::compile(graph, options.session));
    Options together = options.session;
    std::mt19937 random(options.seed);
    const auto count = static_cast<std::size_t>(options.batch);
    std::vector<Tensor> inputs;
    for (const ValueInfo& info : one.inputs()) {
        if (info.shape.rank() < 2 || info.shape[0] != 1)
            return failure("input " + info.name + " is no picture: " + info.shape.to_string());
        together.input_shapes[info.name] = with_batch(info.shape, options.batch);
        MOSAIC_TRY_ASSIGN(Tensor tensor, random_batch(info, options.batch, options, random));
        inputs.push_back(std::move(tensor));
    }
    MOSAIC_TRY_ASSIGN(Session several, Session::compile(graph, together));
    std::vector<TensorView> views;
    std::vector<std::vector<TensorView>> samples(count);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        views.push_back(inputs[i].view());
        for (std::size_t picture = 0; picture < count; ++picture)
            samples[picture].push_back(part_of(views[i], one.inputs()[i].shape, picture));
    }
    MOSAIC_TRY(several.run(views));
    std::printf("%s, %zu together and one by one\n", options.model.c_str(), count);
    MOSAIC_TRY_ASSIGN(Expected expected, Expected::create(several));
    for (std::size_t picture = 0; picture < count; ++picture) {
        MOSAIC_TRY(one.run(samples[picture]));
        for (std::size_t i = 0; i < one.outputs().size(); ++i)
            MOSAIC_TRY(expected.set(several.outputs()[i], i, picture, count, one.output(i)));
    }
    MOSAIC_TRY_ASSIGN(bool good, expected.compare_all(several, options.tolerance));
    if (!options.node_modules.empty()) {
        std::printf("  together, and in the peer one by one:\n");
        MOSAIC_TRY_ASSIGN(const Peer peer, Peer::create(options.node_modules));
        MOSAIC_TRY_ASSIGN(const auto results, peer.run(options.model, one, samples));
        for (std::size_t picture = 0; picture < count; ++picture) {
            for (std::size_t i = 0; i < results[picture].size(); ++i)
                MOSAIC_TRY(expected.set(several.outputs()[i], i, picture, count, results[picture][i].view()));
        }
        MOSAIC_TRY_ASSIGN(const bool agrees, expected.compare_all(several, options.tolerance));
        good = good && agrees;
    }
    if (!good) return failure("an output differs by more than " + std::to_string(options.tolerance));
    return {};
}

}  // namespace mosaic::tools
