#include "check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include "npy.h"
#include "peer.h"

namespace mosaic::tools {

Result<Tensor> random_tensor(const ValueInfo& info, const CheckOptions& options, std::mt19937& random) {
    constexpr std::int32_t kPixelMax = 255;
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, info.shape));
    std::uniform_real_distribution<float> floats(options.low, options.high);
    std::uniform_int_distribution<std::int32_t> integers(0, kPixelMax);
    if (info.type == DataType::kFloat32) {
        for (float& element : tensor.elements<float>())
            element = floats(random);
    } else if (info.type == DataType::kInt32) {
        for (std::int32_t& element : tensor.elements<std::int32_t>())
            element = integers(random);
    } else {
        for (std::uint8_t& element : tensor.elements<std::uint8_t>())
            element = static_cast<std::uint8_t>(integers(random) % 2);
    }
    return tensor;
}

namespace {

struct Difference {
    double worst = 0;       // |a - b| / max(1, |b|)
    double of_largest = 0;  // largest |a - b| / largest |b|
    std::size_t at = 0;
    double actual = 0, expected = 0;
};

template <typename T>
Difference difference(std::span<const T> actual, std::span<const T> expected) {
    Difference found;
    double largest = 0, apart = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const auto a = static_cast<double>(actual[i]);
        const auto b = static_cast<double>(expected[i]);
        if (a == b || (std::isnan(a) && std::isnan(b))) continue;
        double relative = std::abs(a - b) / std::max(1.0, std::abs(b));
        if (std::isnan(relative)) relative = std::numeric_limits<double>::infinity();
        apart = std::max(apart, std::abs(a - b));
        if (relative > found.worst) found = {relative, 0, i, a, b};
    }
    for (const T element : expected)
        largest = std::max(largest, std::abs(static_cast<double>(element)));
    found.of_largest = largest > 0 ? apart / largest : apart;
    return found;
}

}  // namespace

Result<bool> compare(const std::string& name, const TensorView& actual, const TensorView& expected,
                     float tolerance) {
    const std::string what = std::string(to_string(actual.type())) + actual.shape().to_string();
    if (actual.type() != expected.type() || actual.shape() != expected.shape()) {
        std::printf("  %s: %s instead of %s%s\n", name.c_str(), what.c_str(),
                    std::string(to_string(expected.type())).c_str(), expected.shape().to_string().c_str());
        return false;
    }
    Difference found;
    if (actual.type() == DataType::kFloat32) {
        found = difference(actual.elements<float>(), expected.elements<float>());
    } else if (actual.type() == DataType::kInt32) {
        found = difference(actual.elements<std::int32_t>(), expected.elements<std::int32_t>());
    } else {
        found = difference(actual.elements<std::uint8_t>(), expected.elements<std::uint8_t>());
    }
    const bool good = found.worst <= static_cast<double>(tolerance);
    std::printf("  %s %s: worst %.3g (%.3g of the largest)%s", name.c_str(), what.c_str(), found.worst,
                found.of_largest, good ? "\n" : "");
    if (!good) std::printf(", at %zu %.7g instead of %.7g\n", found.at, found.actual, found.expected);
    return good;
}

namespace {

class Check {
  public:
    Check(const CheckOptions& options, const Peer& peer) : options_(options), peer_(peer) {}

    Result<void> run() {
        MOSAIC_TRY_ASSIGN(const Graph graph, Graph::load(options_.model));
        MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph, options_.session));
        MOSAIC_TRY(make_inputs(session));
        MOSAIC_TRY(session.run(views_));
        MOSAIC_TRY_ASSIGN(const auto expected, peer_.run(options_.model, session, {views_}));
        std::printf("%s\n", options_.model.c_str());
        MOSAIC_TRY(compare_all(session, expected[0]));
        if (options_.exports) MOSAIC_TRY(check_export(graph, session));
        if (!good_) return failure("an output differs by more than " + std::to_string(options_.tolerance));
        return {};
    }

  private:
    Result<void> make_inputs(const Session& session) {
        std::mt19937 random(options_.seed);
        const auto infos = session.inputs();
        if (!options_.inputs.empty() && options_.inputs.size() != infos.size())
            return failure("the network has " + std::to_string(infos.size()) + " inputs");
        tensors_.reserve(infos.size());
        for (std::size_t i = 0; i < infos.size(); ++i) {
            Result<Tensor> tensor = options_.inputs.empty() ? random_tensor(infos[i], options_, random)
                                                            : read_npy(options_.inputs[i]);
            if (!tensor) return tl::unexpected(tensor.error());
            tensors_.push_back(std::move(*tensor));
            views_.push_back(tensors_.back().view());
        }
        return {};
    }

    Result<void> compare_all(const Session& session, const std::vector<Tensor>& expected) {
        for (std::size_t i = 0; i < session.outputs().size(); ++i) {
            MOSAIC_TRY_ASSIGN(const bool good, compare(session.outputs()[i].name, session.output(i),
                                                       expected[i].view(), options_.tolerance));
            good_ = good_ && good;
        }
        return {};
    }

    // The network as ONNX: in ONNX Runtime, and imported again.
    Result<void> check_export(const Graph& graph, const Session& session) {
        const auto varies = [](const ValueInfo& info) { return info.varies; };
        if (std::any_of(session.outputs().begin(), session.outputs().end(), varies)) {
            std::printf("  not exported: how much it holds depends on the data\n");
            return {};
        }
        const std::filesystem::path path = peer_.file("exported.onnx");
        MOSAIC_TRY(graph.save_onnx(path, options_.session));
        MOSAIC_TRY_ASSIGN(const auto expected, peer_.run(path, session, {views_}));
        std::printf("  exported, in ONNX Runtime:\n");
        MOSAIC_TRY(compare_all(session, expected[0]));
        Options again_options;
        again_options.threads = options_.session.threads;
        MOSAIC_TRY_ASSIGN(Session again, Session::load(path, again_options));
        MOSAIC_TRY(again.run(views_));
        std::printf("  exported and imported again:\n");
        return compare_all(again, expected[0]);
    }

    const CheckOptions& options_;
    const Peer& peer_;
    std::vector<Tensor> tensors_;
    std::vector<TensorView> views_;
    bool good_ = true;
};

}  // namespace

Result<void> check(const CheckOptions& options) {
    if (options.batch > 0) return check_batch(options);
    MOSAIC_TRY_ASSIGN(const Peer peer, Peer::create(options.node_modules));
    return Check(options, peer).run();
}

}  // namespace mosaic::tools
