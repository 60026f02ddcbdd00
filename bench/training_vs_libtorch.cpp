// A step of training in mosaic and in libtorch: the same network, weights, data and threads, in turns in one
// run. Prints the time of a step in both, and how far the losses come apart. training_vs_libtorch [--arch
// NAME] [--px N] [--batch N] [--steps N] [--threads N]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>

#include <torch/torch.h>

#include "backend_choice.h"
#include "train/architectures.h"
#include "train/executor.h"
#include "train/loss.h"
#include "train/optimizer.h"
#include "train/random.h"

namespace {

using namespace mosaic::train;
namespace ir = mosaic::ir;

struct Arguments {
    std::string architecture = "resnet-18";
    std::int64_t px = 128, batch = 16, steps = 20;
    int threads = 2;
};

constexpr std::int64_t kClasses = 10;
constexpr double kRate = 0.01;

mosaic::train::OptimizerOptions sgd() {
    OptimizerOptions options;
    options.kind = OptimizerKind::kSgd;
    options.weight_decay = 1e-4;
    options.clip_norm = 0.0;
    return options;
}

// The network run by libtorch, node by node, on its own copies of the parameters.
class Peer {
  public:
    explicit Peer(const Network& network) : network_(network) {
        std::vector<torch::Tensor> decaying;
        std::vector<torch::Tensor> others;
        for (const ValueId id : network.parameters()) {
            const Value& value = network.value(id);
            auto tensor = torch::empty(sizes_of(value.shape));
            const auto elements = std::as_const(*value.data).elements<float>();
            std::copy(elements.begin(), elements.end(), tensor.data_ptr<float>());
            if (value.shape.rank() == 4) tensor = tensor.permute({3, 2, 0, 1}).contiguous();
            if (value.role == Role::kParameter) {
                tensor.set_requires_grad(true);
                (value.decays ? decaying : others).push_back(tensor);
            }
            tensors_[id] = tensor;
        }
        const auto options = torch::optim::SGDOptions(kRate).momentum(0.9);
        const auto group = [&](const std::vector<torch::Tensor>& all, double decay) {
            return torch::optim::OptimizerParamGroup(
                all, std::make_unique<torch::optim::SGDOptions>(
                         torch::optim::SGDOptions(kRate).momentum(0.9).weight_decay(decay)));
        };
        optimizer_ = std::make_unique<torch::optim::SGD>(
            std::vector{group(decaying, 1e-4), group(others, 0.0)}, options);
    }

    double step(const std::vector<float>& pictures, const std::vector<std::int64_t>& labels) {
        const auto& shape = network_.value(network_.inputs[0]).shape;
        tensors_[network_.inputs[0]] = torch::from_blob(const_cast<float*>(pictures.data()), sizes_of(shape))
                                           .permute({0, 3, 1, 2})
                                           .contiguous();
        const auto target = torch::from_blob(const_cast<std::int64_t*>(labels.data()),
                                             {static_cast<std::int64_t>(labels.size())}, torch::kInt64);
        optimizer_->zero_grad();
        for (const Node& node : network_.nodes)
            run(node);
        auto loss = torch::nn::functional::cross_entropy(tensors_[network_.outputs[0]], target);
        loss.backward();
        optimizer_->step();
        return loss.item<double>();
    }

  private:
    static std::vector<std::int64_t> sizes_of(const mosaic::Shape& shape) {
        return {shape.sizes().begin(), shape.sizes().end()};
    }

    void run(const Node& node) {
        const auto x = [&](std::size_t i) { return tensors_[node.inputs[i]]; };
        torch::Tensor& y = tensors_[node.outputs[0]];
        if (const auto* norm = std::get_if<BatchNorm>(&node.op)) {
            y = torch::batch_norm(x(0), x(1), x(2), x(3), x(4), true, norm->momentum, norm->epsilon, false);
            if (norm->relu) y = torch::relu_(y);
            return;
        }
        const auto& op = std::get<ir::Op>(node.op);
        if (const auto* conv = std::get_if<ir::Conv2d>(&op)) {
            y = torch::conv2d(x(0), x(1), {}, {conv->stride_y, conv->stride_x},
                              {conv->padding.top, conv->padding.left});
        } else if (const auto* pool = std::get_if<ir::Pool>(&op)) {
            y = torch::max_pool2d(x(0), {pool->size_y, pool->size_x}, {pool->stride_y, pool->stride_x},
                                  {pool->padding.top, pool->padding.left});
        } else if (std::holds_alternative<ir::Activate>(op)) {
            y = torch::relu(x(0));
        } else if (std::holds_alternative<ir::Binary>(op)) {
            y = x(0) + x(1);
        } else if (std::holds_alternative<ir::Reduce>(op)) {
            y = x(0).mean({2, 3});
        } else if (std::holds_alternative<ir::MatMul>(op)) {
            y = torch::addmm(x(2), x(0), x(1));
        } else {
            throw std::runtime_error(std::string("no peer of ") + op_name(node.op));
        }
    }

    const Network& network_;
    std::map<ValueId, torch::Tensor> tensors_;
    std::unique_ptr<torch::optim::SGD> optimizer_;
};

class Own {
  public:
    Own(Network& network, Executor& executor, int threads)
        : executor_(executor), optimizer_(sgd()), threads_(threads) {
        for (const ValueId id : executor.learnt()) {
            Value& value = network.value(id);
            slots_.push_back({value.data->elements<float>(), executor.gradient(id), value.decays, 1.0F});
        }
    }

    double step(const std::vector<float>& pictures, const std::vector<std::int64_t>& labels) {
        std::copy(pictures.begin(), pictures.end(), executor_.input(0).begin());
        std::vector<float> targets(labels.size() * kClasses);
        for (std::size_t i = 0; i < labels.size(); ++i)
            targets[i * kClasses + static_cast<std::size_t>(labels[i])] = 1.0F;
        executor_.forward({true, 1});
        const double loss =
            CrossEntropy{}(executor_.output(0), targets, kClasses, executor_.output_gradient(0));
        executor_.backward({true, 1});
        const mosaic::ThreadCount threads(threads_);
        optimizer_.step(slots_, kRate);
        return loss;
    }

  private:
    Executor& executor_;
    Optimizer optimizer_;
    int threads_;
    std::vector<Slot> slots_;
};

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

template <typename Step>
double timed(std::vector<double>& times, Step step) {
    const auto start = std::chrono::steady_clock::now();
    const double loss = step();
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    return loss;
}

int run(const Arguments& arguments) {
    auto network = make_architecture(arguments.architecture, {arguments.px, 3, kClasses, 1});
    if (!network || !set_batch(*network, arguments.batch)) return 1;
    torch::set_num_threads(arguments.threads);
    Peer peer(*network);
    auto executor = Executor::create(*network, {arguments.threads, false, false});
    if (!executor) return 1;
    Own own(*network, *executor, arguments.threads);
    Random random(5);
    std::vector<double> own_ms;
    std::vector<double> peer_ms;
    std::vector<double> ratios;
    double apart = 0.0;
    for (std::int64_t i = 0; i < arguments.steps; ++i) {
        std::vector<std::int64_t> labels;
        std::vector<float> pictures;
        for (std::int64_t n = 0; n < arguments.batch; ++n) {
            labels.push_back(static_cast<std::int64_t>(random.below(kClasses)));
            // A pattern that depends on the label, and noise.
            const double wave = 0.02 * static_cast<double>(labels.back() + 1);
            for (std::int64_t k = 0; k < arguments.px * arguments.px * 3; ++k)
                pictures.push_back(
                    static_cast<float>(std::sin(wave * static_cast<double>(k)) + 0.5 * random.normal()));
        }
        const double ours = timed(own_ms, [&] { return own.step(pictures, labels); });
        const double theirs = timed(peer_ms, [&] { return peer.step(pictures, labels); });
        ratios.push_back(peer_ms.back() / own_ms.back());
        apart = std::max(apart, std::abs(ours - theirs));
        if (i < 3 || i + 1 == arguments.steps)
            std::printf("step %ld: loss %.6f and %.6f\n", i + 1, ours, theirs);
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf(
        "%s, batch %ld, %ldx%ld, %d threads, %ld steps: mosaic %.1f ms, libtorch %.1f ms, ratio %.2f "
        "(quarter to three quarters: %.2f to %.2f); losses apart by %.2g at most\n",
        arguments.architecture.c_str(), arguments.batch, arguments.px, arguments.px, arguments.threads,
        arguments.steps, median(own_ms), median(peer_ms), ratios[ratios.size() / 2],
        ratios[ratios.size() / 4], ratios[ratios.size() * 3 / 4], apart);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::int64_t number = std::atoll(argv[i + 1]);
        if (name == "--arch") arguments.architecture = argv[i + 1];
        if (name == "--px") arguments.px = number;
        if (name == "--batch") arguments.batch = number;
        if (name == "--steps") arguments.steps = number;
        if (name == "--threads") arguments.threads = static_cast<int>(number);
    }
    try {
        return run(arguments);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "training_vs_libtorch: %s\n", exception.what());
        return 1;
    }
}
