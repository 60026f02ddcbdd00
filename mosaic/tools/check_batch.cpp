#include <algorithm>
#include <cstdio>

#include "check.h"

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

}  // namespace

Result<void> check_batch(const CheckOptions& options) {
    MOSAIC_TRY_ASSIGN(const Graph graph, Graph::load(options.model));
    MOSAIC_TRY_ASSIGN(Session one, Session::compile(graph, options.session));
    Options together = options.session;
    std::mt19937 random(options.seed);
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
    views.reserve(inputs.size());
    for (const Tensor& input : inputs)
        views.push_back(input.view());
    MOSAIC_TRY(several.run(views));
    std::printf("%s, %lld together and one by one\n", options.model.c_str(),
                static_cast<long long>(options.batch));
    std::vector<Tensor> expected;
    for (const ValueInfo& info : several.outputs()) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, info.shape));
        expected.push_back(std::move(tensor));
    }
    for (std::int64_t picture = 0; picture < options.batch; ++picture) {
        std::vector<TensorView> own;
        for (std::size_t i = 0; i < views.size(); ++i)
            own.push_back(part_of(views[i], one.inputs()[i].shape, static_cast<std::size_t>(picture)));
        MOSAIC_TRY(one.run(own));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto bytes = one.output(i).bytes();
            if (bytes.size() * static_cast<std::size_t>(options.batch) != expected[i].bytes().size())
                return failure("output " + one.outputs()[i].name + " is " +
                               several.outputs()[i].shape.to_string() + " of the batch and " +
                               one.outputs()[i].shape.to_string() + " of one");
            std::copy(bytes.begin(), bytes.end(),
                      expected[i].bytes().subspan(static_cast<std::size_t>(picture) * bytes.size()).begin());
        }
    }
    bool good = true;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        MOSAIC_TRY_ASSIGN(const bool same, compare(several.outputs()[i].name, several.output(i),
                                                   expected[i].view(), options.tolerance));
        good = good && same;
    }
    if (!good) return failure("an output differs by more than " + std::to_string(options.tolerance));
    return {};
}

}  // namespace mosaic::tools
