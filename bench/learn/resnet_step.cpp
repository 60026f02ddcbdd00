// A training step of ResNet-18 in mosaic and in libtorch 1.13, in one process, from the same weights and
// pictures:
//     resnet_step [--threads N] [--rounds N] [--losses N] [--batch N] [--px N] [--rate R]
// First the losses of so many steps are compared, then the two take turns and are timed: forward, loss,
// backward and SGD with momentum. libtorch runs both with its usual layout of pictures and with channels
// last; the quicker counts. How far libtorch's two are from each other is what rounding alone makes of the
// losses, which steps multiply.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "backend_choice.h"
#include "train/architectures.h"
#include "train/executor.h"
#include "train/loss.h"
#include "train/optimizer.h"
#include "train/random.h"

namespace {

using mosaic::train::Network;
using mosaic::train::Random;

constexpr std::int64_t kClasses = 10;
constexpr double kMomentum = 0.9;

struct Options {
    int threads = 2;
    int rounds = 15;
    int losses = 100;
    std::int64_t batch = 16;
    std::int64_t px = 128;
    double rate = 0.01;
};

struct Batch {
    std::vector<float> pictures;  // [batch, px, px, 3]
    std::vector<std::int64_t> labels;
};

// Waves, of which direction and length tell the class, in noise.
Batch make_batch(const Options& options, std::uint64_t step) {
    Random random(7, step + 1);
    Batch batch;
    batch.pictures.reserve(static_cast<std::size_t>(options.batch * options.px * options.px * 3));
    for (std::int64_t n = 0; n < options.batch; ++n) {
        const auto label = static_cast<std::int64_t>(random.below(kClasses));
        batch.labels.push_back(label);
        const double angle = static_cast<double>(label) * 0.31;
        const double length = 0.15 + 0.03 * static_cast<double>(label);
        const double phase = random.uniform(0.0, 6.28);
        for (std::int64_t y = 0; y < options.px; ++y) {
            for (std::int64_t x = 0; x < options.px; ++x) {
                const double along =
                    std::cos(angle) * static_cast<double>(x) + std::sin(angle) * static_cast<double>(y);
                const double wave = std::sin(along * length + phase);
                for (int c = 0; c < 3; ++c)
                    batch.pictures.push_back(static_cast<float>(wave + random.normal()));
            }
        }
    }
    return batch;
}

class Mosaic {
  public:
    Mosaic(Network& network, const Options& options) : options_(options) {
        auto made = mosaic::train::Executor::create(network, {options.threads, false, false});
        if (!made) throw std::runtime_error(made.error().message);
        executor_ = std::make_unique<mosaic::train::Executor>(std::move(*made));
        for (const auto id : executor_->learnt())
            slots_.push_back(
                {network.value(id).data->elements<float>(), executor_->gradient(id), false, 1.0F});
        mosaic::train::OptimizerOptions how;
        how.kind = mosaic::train::OptimizerKind::kSgd;
        how.momentum = kMomentum;
        how.weight_decay = 0.0;
        how.clip_norm = 0.0;
        optimizer_ = std::make_unique<mosaic::train::Optimizer>(how);
    }

    double step(const Batch& batch) {
        std::copy(batch.pictures.begin(), batch.pictures.end(), executor_->input(0).begin());
        const mosaic::train::Pass pass{true, ++steps_};
        std::vector<float> targets(batch.labels.size() * kClasses);
        for (std::size_t i = 0; i < batch.labels.size(); ++i)
            targets[i * kClasses + static_cast<std::size_t>(batch.labels[i])] = 1.0F;
        executor_->forward(pass);
        const double loss = mosaic::train::CrossEntropy{}(executor_->output(0), targets, kClasses,
                                                          executor_->output_gradient(0));
        const auto features = executor_->output_gradient(1);
        std::fill(features.begin(), features.end(), 0.0F);
        executor_->backward(pass);
        const mosaic::ThreadCount threads(options_.threads);
        optimizer_->step(slots_, options_.rate);
        return loss;
    }

  private:
    Options options_;
    std::unique_ptr<mosaic::train::Executor> executor_;
    std::unique_ptr<mosaic::train::Optimizer> optimizer_;
    std::vector<mosaic::train::Slot> slots_;
    std::uint64_t steps_ = 0;
};

// The same network with mosaic's weights, written as one would in PyTorch.
class Torch {
  public:
    Torch(const Network& network, const Options& options, bool channels_last)
        : options_(options),
          format_(channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous) {
        std::vector<torch::Tensor> learnt;
        for (const auto id : network.parameters()) {
            const auto& value = network.value(id);
            const auto sizes = value.shape.sizes();
            auto* data = const_cast<float*>(std::as_const(*value.data).elements<float>().data());
            torch::Tensor tensor =
                torch::from_blob(data, std::vector<std::int64_t>(sizes.begin(), sizes.end())).clone();
            // HWIO to OIHW.
            if (tensor.dim() == 4) tensor = tensor.permute({3, 2, 0, 1}).contiguous().contiguous(format_);
            const bool learns = value.role == mosaic::train::Role::kParameter;
            tensor.set_requires_grad(learns);
            tensors_[value.name] = tensor;
            if (learns) learnt.push_back(tensor);
        }
        optimizer_ = std::make_unique<torch::optim::SGD>(
            learnt, torch::optim::SGDOptions(options.rate).momentum(kMomentum));
    }

    double step(const Batch& batch) {
        auto* data = const_cast<float*>(batch.pictures.data());
        torch::Tensor x = torch::from_blob(data, {options_.batch, options_.px, options_.px, 3})
                              .permute({0, 3, 1, 2})
                              .contiguous(format_);
        const torch::Tensor labels = torch::tensor(batch.labels, torch::TensorOptions().dtype(torch::kInt64));
        optimizer_->zero_grad();
        const torch::Tensor loss = torch::nn::functional::cross_entropy(forward(x), labels);
        loss.backward();
        optimizer_->step();
        return loss.item<double>();
    }

  private:
    torch::Tensor conv_norm(const std::string& name, const torch::Tensor& x, std::int64_t stride) {
        const torch::Tensor& weights = tensors_.at(name + "/weights");
        const torch::Tensor y = torch::conv2d(x, weights, {}, stride, weights.size(2) / 2);
        return torch::batch_norm(y, tensors_.at(name + "/norm/scale"), tensors_.at(name + "/norm/shift"),
                                 tensors_.at(name + "/norm/mean"), tensors_.at(name + "/norm/variance"), true,
                                 0.1, 1e-5, false);
    }

    torch::Tensor forward(torch::Tensor x) {
        x = torch::relu(conv_norm("stem", x, 2));
        x = torch::max_pool2d(x, 3, 2, 1);
        for (int stage = 1; stage <= 4; ++stage) {
            for (int block = 1; block <= 2; ++block) {
                const std::string name = "stage" + std::to_string(stage) + "/" + std::to_string(block);
                const std::int64_t stride = stage > 1 && block == 1 ? 2 : 1;
                torch::Tensor y = torch::relu(conv_norm(name + "/a", x, stride));
                y = conv_norm(name + "/b", y, 1);
                if (tensors_.contains(name + "/short/weights")) x = conv_norm(name + "/short", x, stride);
                x = torch::relu(y + x);
            }
        }
        return torch::addmm(tensors_.at("logits/bias"), x.mean({2, 3}), tensors_.at("logits/weights"));
    }

    Options options_;
    torch::MemoryFormat format_;
    std::map<std::string, torch::Tensor> tensors_;
    std::unique_ptr<torch::optim::SGD> optimizer_;
};

Network make_network(const Options& options) {
    auto network = mosaic::train::make_architecture("resnet-18", {options.px, 3, kClasses, 1});
    if (!network) throw std::runtime_error(network.error().message);
    if (auto set = mosaic::train::set_batch(*network, options.batch); !set)
        throw std::runtime_error(set.error().message);
    return std::move(*network);
}

// How far two series of losses came apart.
class Apart {
  public:
    explicit Apart(const char* who) : who_(who) {}
    void add(int step, double one, double other) {
        if (std::abs(one - other) <= worst_) return;
        worst_ = std::abs(one - other);
        step_ = step;
    }
    void print() const { std::printf("%s differ by at most %.2g (step %d)\n", who_, worst_, step_); }

  private:
    const char* who_;
    double worst_ = 0.0;
    int step_ = 0;
};

void compare_losses(const Options& options) {
    Network network = make_network(options);
    Torch theirs(network, options, false);
    Torch last(network, options, true);
    Mosaic ours(network, options);
    Apart engines("losses of mosaic and libtorch");
    Apart layouts("losses of libtorch's two layouts");
    for (int i = 0; i < options.losses; ++i) {
        const Batch batch = make_batch(options, static_cast<std::uint64_t>(i));
        const double a = ours.step(batch);
        const double b = theirs.step(batch);
        const double c = last.step(batch);
        engines.add(i + 1, a, b);
        layouts.add(i + 1, b, c);
        if (i % 10 == 0 || i + 1 == options.losses)
            std::printf("step %3d  mosaic %.6f  libtorch %.6f  channels last %.6f\n", i + 1, a, b, c);
    }
    engines.print();
    layouts.print();
    std::fflush(stdout);
}

double median(std::vector<double> numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers[numbers.size() / 2];
}

void compare_times(const Options& options) {
    Network network = make_network(options);
    Torch usual(network, options, false);
    Torch last(network, options, true);
    Mosaic ours(network, options);
    const Batch batch = make_batch(options, 0);
    const std::vector<std::pair<const char*, std::function<double()>>> all = {
        {"mosaic", [&] { return ours.step(batch); }},
        {"libtorch", [&] { return usual.step(batch); }},
        {"libtorch, channels last", [&] { return last.step(batch); }}};
    std::vector<std::vector<double>> times(all.size());
    constexpr int kWarm = 2;
    for (int round = -kWarm; round < options.rounds; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto begin = std::chrono::steady_clock::now();
            all[i].second();
            const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
            if (round >= 0) times[i].push_back(taken.count());
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto [least, most] = std::minmax_element(times[i].begin(), times[i].end());
        std::printf("%-24s median %.1f ms, %.1f to %.1f\n", all[i].first, median(times[i]), *least, *most);
    }
    const std::size_t best = median(times[1]) < median(times[2]) ? 1 : 2;
    std::vector<double> ratios;
    for (std::size_t r = 0; r < times[0].size(); ++r)
        ratios.push_back(times[best][r] / times[0][r]);
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    std::printf("%s / mosaic: median %.2f, %.2f to %.2f in %d rounds, %d threads\n", all[best].first,
                median(ratios), *low, *high, options.rounds, options.threads);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    const std::map<std::string, std::function<void(const char*)>> known = {
        {"--threads", [&](const char* n) { options.threads = std::atoi(n); }},
        {"--rounds", [&](const char* n) { options.rounds = std::atoi(n); }},
        {"--losses", [&](const char* n) { options.losses = std::atoi(n); }},
        {"--batch", [&](const char* n) { options.batch = std::atoi(n); }},
        {"--px", [&](const char* n) { options.px = std::atoi(n); }},
        {"--rate", [&](const char* n) { options.rate = std::atof(n); }}};
    for (int i = 1; i + 1 < argc; i += 2) {
        const auto option = known.find(argv[i]);
        if (option == known.end()) {
            std::fprintf(stderr, "%s: unknown option %s\n", argv[0], argv[i]);
            return 2;
        }
        option->second(argv[i + 1]);
    }
    try {
        torch::set_num_threads(options.threads);
        torch::manual_seed(1);
        std::printf("libtorch with oneDNN: %s\n", at::globalContext().hasMKLDNN() ? "yes" : "no");
        if (options.losses > 0) compare_losses(options);
        if (options.rounds > 0) compare_times(options);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
