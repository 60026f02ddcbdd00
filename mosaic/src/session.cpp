#include "mosaic/session.h"

#include <exception>

#include "executable.h"

namespace mosaic {

class Session::Impl {
  public:
    explicit Impl(std::unique_ptr<Executable> made) : executable(std::move(made)) {}

    std::unique_ptr<Executable> executable;
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&& other) noexcept = default;
Session& Session::operator=(Session&& other) noexcept = default;
Session::~Session() = default;

Result<Session> Session::load(const std::filesystem::path& path, const Options& options) {
    MOSAIC_TRY_ASSIGN(const Graph graph, Graph::load(path));
    auto session = compile(graph, options);
    if (!session) return failure(path.string() + ": " + session.error().message);
    return session;
}

Result<Session> Session::compile(const Graph& graph, const Options& options) {
    try {
        MOSAIC_TRY_ASSIGN(const ir::Graph source, graph.source_->instantiate(plain_names(options)));
        MOSAIC_TRY_ASSIGN(Prepared prepared, prepare(source, options));
        MOSAIC_TRY_ASSIGN(std::unique_ptr<Executable> made, Executable::create(std::move(prepared), options));
        return Session(std::make_unique<Impl>(std::move(made)));
    } catch (const std::exception& exception) {  // from containers for lack of memory, or from oneDNN
        return failure(std::string("compilation failed: ") + exception.what());
    }
}

std::string_view to_string(Precision precision) {
    switch (precision) {
        case Precision::kFloat32:
            return "fp32";
        case Precision::kBFloat16:
            return "bf16";
        case Precision::kInt8:
            return "int8";
    }
    return "";
}

std::span<const ValueInfo> Session::inputs() const {
    return impl_->executable->inputs();
}
std::span<const ValueInfo> Session::outputs() const {
    return impl_->executable->outputs();
}

Result<void> Session::run(std::span<const TensorView> inputs) {
    try {
        return impl_->executable->run(inputs);
    } catch (const std::exception& exception) {
        return failure(std::string("run failed: ") + exception.what());
    }
}

Result<void> Session::run(const TensorView& input) {
    return run(std::span(&input, 1));
}

TensorView Session::output(std::size_t index) const {
    return impl_->executable->output(index);
}

Result<TensorView> Session::output(std::string_view name) const {
    const auto all = outputs();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].name == without_default_index(name)) return output(i);
    }
    return failure("the session computes no output " + std::string(name));
}

std::string Session::describe_plan() const {
    return impl_->executable->describe_plan();
}
std::string Session::describe_passes() const {
    return impl_->executable->describe_passes();
}

Result<std::string> Session::profile(std::span<const TensorView> inputs, int repeats) {
    try {
        return impl_->executable->profile(inputs, repeats);
    } catch (const std::exception& exception) {
        return failure(std::string("run failed: ") + exception.what());
    }
}

}  // namespace mosaic
