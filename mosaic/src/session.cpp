#include "mosaic/session.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "backend_choice.h"
#include "compiler.h"
#include "invariant.h"
#include "lowering.h"

namespace mosaic {

namespace {

struct FreeAligned {
    void operator()(std::byte* memory) const {
        ::operator delete (memory, std::align_val_t{kAlignmentBytes});
    }
};
using Arena = std::unique_ptr<std::byte, FreeAligned>;

// Fails instead of throwing. Zeroed: padding of blocked layouts must not start as NaN.
Result<Arena> allocate(std::size_t bytes) {
    void* memory =
        ::operator new (std::max<std::size_t>(bytes, 1), std::align_val_t{kAlignmentBytes}, std::nothrow);
    if (memory == nullptr) return failure("no memory for " + std::to_string(bytes) + " bytes of values");
    std::fill_n(static_cast<std::byte*>(memory), bytes, std::byte{0});
    return Arena(static_cast<std::byte*>(memory));
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

class Session::Impl {
  public:
    static Result<std::unique_ptr<Impl>> create(const ir::Graph& graph, const Options& options) {
        auto impl = std::make_unique<Impl>();
        impl->threads_ = options.threads;
        MOSAIC_TRY_ASSIGN(Prepared prepared, prepare(graph, options));
        impl->pass_report_ = std::move(prepared.pass_report);
        impl->describe_values(prepared.graph);

        const ThreadCount thread_count(options.threads);
        const std::unique_ptr<BackendCompiler> backend = make_backend(options);
        Lowering lowering(prepared.graph, backend.get());
        MOSAIC_TRY(lowering.run());
        impl->backend_ = backend ? backend->describe() : "portable";
        impl->program_ = std::move(lowering.program());
        impl->input_buffers_ = lowering.input_buffers();
        impl->output_buffers_ = lowering.output_buffers();
        impl->program_.place_buffers();
        MOSAIC_TRY_ASSIGN(impl->arena_, allocate(impl->program_.memory().peak_bytes));
        impl->program_.bind(impl->arena_.get());
        return impl;
    }

    [[nodiscard]] std::span<const ValueInfo> inputs() const { return inputs_; }
    [[nodiscard]] std::span<const ValueInfo> outputs() const { return outputs_; }

    Result<void> bind(std::span<const TensorView> views) {
        if (views.size() != inputs_.size()) {
            return failure("the network has " + std::to_string(inputs_.size()) + " inputs, " +
                           std::to_string(views.size()) + " were given");
        }
        for (std::size_t i = 0; i < views.size(); ++i) {
            if (views[i].type() != inputs_[i].type || views[i].shape() != inputs_[i].shape) {
                return failure("input " + inputs_[i].name + " must be " +
                               std::string(to_string(inputs_[i].type)) + inputs_[i].shape.to_string() +
                               ", not " + std::string(to_string(views[i].type())) +
                               views[i].shape().to_string());
            }
        }
        for (std::size_t i = 0; i < views.size(); ++i) {
            program_.bind_input(input_buffers_[i], views[i].bytes().data());
        }
        return {};
    }

    Result<void> run(std::span<const TensorView> views) {
        MOSAIC_TRY(bind(views));
        const ThreadCount thread_count(threads_);
        program_.run();
        return {};
    }

    [[nodiscard]] TensorView output(std::size_t index) const {
        MOSAIC_ASSERT(index < outputs_.size());
        const BufferId buffer = output_buffers_[index];
        const ValueInfo& info = outputs_[index];
        const auto bytes =
            static_cast<std::size_t>(info.shape.element_count()) * bytes_per_element(info.type);
        return {info.type, info.shape, std::span(program_.address(buffer), bytes)};
    }

    [[nodiscard]] std::string describe_plan() const {
        const MemoryPlan& memory = program_.memory();
        std::string text = "backend: " + backend_ + "\nthreads: " + std::to_string(threads_) +
                           "\nactivations: " + std::to_string(memory.peak_bytes) + " bytes, lower bound " +
                           std::to_string(memory.lower_bound_bytes) +
                           "\nconstants: " + std::to_string(program_.constant_bytes()) + " bytes\n";
        for (const Step& step : program_.steps())
            text += step.op + " | " + step.kernel + " | " + step.node + "\n";
        return text;
    }

    [[nodiscard]] std::string describe_passes() const {
        std::string text;
        for (const std::string& line : pass_report_)
            text += line + "\n";
        return text;
    }

    Result<std::string> profile(std::span<const TensorView> views, int repeats) {
        MOSAIC_TRY(bind(views));
        const ThreadCount thread_count(threads_);
        const std::size_t count = program_.steps().size();
        std::vector<std::vector<double>> times(count);
        for (int repeat = 0; repeat < std::max(repeats, 1); ++repeat) {
            for (std::size_t i = 0; i < count; ++i) {
                const auto start = std::chrono::steady_clock::now();
                program_.run_step(i);
                const std::chrono::duration<double, std::milli> taken =
                    std::chrono::steady_clock::now() - start;
                times[i].push_back(taken.count());
            }
        }
        // By the shortest time: the median says more about what else the computer does.
        std::vector<std::pair<double, std::size_t>> order;
        double total_ms = 0;
        for (std::size_t i = 0; i < count; ++i) {
            order.emplace_back(*std::min_element(times[i].begin(), times[i].end()), i);
            total_ms += order.back().first;
        }
        std::sort(order.rbegin(), order.rend());
        std::string text =
            "total " + std::to_string(total_ms) + " ms, the sum of the shortest times of the steps\n";
        text += "shortest ms | median ms | step | kernel | node\n";
        for (const auto& [time_ms, index] : order) {
            const Step& step = program_.steps()[index];
            text += std::to_string(time_ms) + " | " + std::to_string(median(times[index])) + " | " + step.op +
                    " | " + step.kernel + " | " + step.node + "\n";
        }
        return text;
    }

  private:
    void describe_values(const ir::Graph& graph) {
        for (const ir::Input& input : graph.inputs) {
            const ir::Value& value = graph.value(input.value);
            inputs_.push_back({value.name, value.type, value.shape});
        }
        for (const ir::Output& output : graph.outputs) {
            const ir::Value& value = graph.value(output.value);
            outputs_.push_back({output.name, value.type, value.shape});
        }
    }

    int threads_ = 1;
    std::string backend_;
    std::vector<std::string> pass_report_;
    std::vector<ValueInfo> inputs_, outputs_;
    Program program_;
    std::vector<BufferId> input_buffers_, output_buffers_;
    Arena arena_;
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&& other) noexcept = default;
Session& Session::operator=(Session&& other) noexcept = default;
Session::~Session() = default;

Result<Session> Session::load(const std::filesystem::path& path, const Options& options) {
    MOSAIC_TRY_ASSIGN(const Graph graph, Graph::load_tfjs(path));
    auto session = compile(graph, options);
    if (!session) return failure(path.string() + ": " + session.error().message);
    return session;
}

Result<Session> Session::compile(const Graph& graph, const Options& options) {
    try {
        MOSAIC_TRY_ASSIGN(std::unique_ptr<Impl> impl, Impl::create(*graph.graph_, options));
        return Session(std::move(impl));
    } catch (const std::exception& exception) {  // from containers for lack of memory, or from oneDNN
        return failure(std::string("compilation failed: ") + exception.what());
    }
}

std::span<const ValueInfo> Session::inputs() const {
    return impl_->inputs();
}
std::span<const ValueInfo> Session::outputs() const {
    return impl_->outputs();
}

Result<void> Session::run(std::span<const TensorView> inputs) {
    try {
        return impl_->run(inputs);
    } catch (const std::exception& exception) {
        return failure(std::string("run failed: ") + exception.what());
    }
}

Result<void> Session::run(const TensorView& input) {
    return run(std::span(&input, 1));
}

TensorView Session::output(std::size_t index) const {
    return impl_->output(index);
}

Result<TensorView> Session::output(std::string_view name) const {
    const auto all = outputs();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].name == without_default_index(name)) return output(i);
    }
    return failure("the session computes no output " + std::string(name));
}

std::string Session::describe_plan() const {
    return impl_->describe_plan();
}
std::string Session::describe_passes() const {
    return impl_->describe_passes();
}

Result<std::string> Session::profile(std::span<const TensorView> inputs, int repeats) {
    try {
        return impl_->profile(inputs, repeats);
    } catch (const std::exception& exception) {
        return failure(std::string("run failed: ") + exception.what());
    }
}

}  // namespace mosaic
