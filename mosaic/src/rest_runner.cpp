#include "rest_runner.h"

#include <algorithm>

#include "executable.h"

namespace mosaic {

namespace {

constexpr std::size_t kCompiledMax = 16;

// Most of what comes after a search is a few gathers over some boxes: not worth compiling for.
bool is_heavy(const ir::Graph& graph) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const ir::Node& node) {
        return std::holds_alternative<ir::Conv2d>(node.op) || std::holds_alternative<ir::MatMul>(node.op);
    });
}

void append(std::string& key, const Shape& shape) {
    key += shape.to_string();
}

}  // namespace

RestRunner::RestRunner(std::shared_ptr<const Continuation> rest, const Options& options,
                       std::vector<std::string> outputs)
    : rest_(std::move(rest)), options_(options) {
    options_.outputs = std::move(outputs);
    options_.input_shapes.clear();
    options_.precision = Precision::kFloat32;
    options_.calibration.reset();
}

RestRunner::~RestRunner() = default;

std::string RestRunner::key_of(std::span<const TensorView> reads) const {
    std::string key;
    for (std::size_t i = 0; i < reads.size(); ++i) {
        append(key, reads[i].shape());
        const auto bytes = reads[i].bytes();
        if (rest_->is_argument(i)) key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    for (const Tensor& found : found_)
        append(key, found.shape());
    return key;
}

Result<void> RestRunner::compile(std::span<const TensorView> reads, std::string key) {
    MOSAIC_TRY_ASSIGN(const ir::Graph graph, rest_->rest(reads, found_));
    Options options = options_;
    if (!is_heavy(graph)) options.backend = Backend::kPortable;
    MOSAIC_TRY_ASSIGN(Prepared prepared, prepare(graph, options));
    MOSAIC_TRY_ASSIGN(auto program, Executable::create(std::move(prepared), options));
    if (compiled_.size() == kCompiledMax) compiled_.pop_back();
    compiled_.insert(compiled_.begin(), Compiled{std::move(key), std::move(program)});
    return {};
}

Result<void> RestRunner::run(std::span<const TensorView> reads) {
    MOSAIC_TRY_ASSIGN(found_, rest_->search(reads));
    std::string key = key_of(reads);
    const auto known = std::find_if(compiled_.begin(), compiled_.end(),
                                    [&](const Compiled& compiled) { return compiled.key == key; });
    if (known == compiled_.end()) {
        MOSAIC_TRY(compile(reads, std::move(key)));
    } else {
        std::rotate(compiled_.begin(), known, known + 1);
    }
    std::vector<TensorView> inputs;
    inputs.reserve(reads.size() + found_.size());
    for (std::size_t i = 0; i < reads.size(); ++i) {
        if (!rest_->is_argument(i)) inputs.push_back(reads[i]);
    }
    for (const Tensor& found : found_)
        inputs.push_back(found.view());
    return compiled_.front().program->run(inputs);
}

}  // namespace mosaic
