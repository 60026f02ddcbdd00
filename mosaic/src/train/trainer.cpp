#include "mosaic/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include "train/imported_body.h"
#include "train/model_body.h"
#include "train/training_run.h"

namespace mosaic::train {

namespace {

Result<void> check(const Dataset& train, const Dataset& held, const TrainOptions& options) {
    if (train.classes().size() < 2) {
        return failure("there is " + std::to_string(train.classes().size()) +
                       " class; telling apart needs at least two");
    }
    if (!held.samples().empty() && held.classes() != train.classes()) {
        return failure("the held-back pictures have other classes than the training pictures");
    }
    const auto counts = train.counts();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) return failure("class " + train.classes()[i] + " has no picture to learn from");
    }
    const auto outside = [](double number, double low, double high) {
        return !(number >= low && number <= high);
    };
    if (outside(options.learning_rate, 1e-9, 1e3)) return failure("learning_rate must be above 0");
    if (options.epochs < 1 || options.batch < 1) return failure("epochs and batch must be at least 1");
    if (options.channels != 1 && options.channels != 3) return failure("channels must be 1 or 3");
    if (options.threads < 1 || options.loader_threads < 0) return failure("threads must be at least 1");
    if (outside(options.label_smoothing, 0.0, 0.9)) return failure("label_smoothing must be from 0 to 0.9");
    if (outside(options.tuned, 0.0, 1.0)) return failure("tuned must be from 0 to 1");
    if (outside(options.average_decay, 0.0, 0.99999)) return failure("average_decay must be below 1");
    return {};
}

}  // namespace

class Trainer::Impl {
  public:
    Impl(const Dataset& train, const Dataset& held, const TrainOptions& options)
        : train_(train), held_(held), options_(options) {}

    Result<void> prepare() {
        // Batches larger than the set would only repeat it.
        const auto count = static_cast<std::int64_t>(train_.samples().size());
        options_.batch = std::clamp<std::int64_t>(options_.batch, 1, std::max<std::int64_t>(count, 2));
        description_.architecture = options_.architecture;
        description_.options = {options_.image_px, options_.channels,
                                static_cast<std::int64_t>(train_.classes().size()), options_.seed};
        description_.backbone = options_.backbone;
        std::vector<ValueId> body;
        MOSAIC_TRY_ASSIGN(network_, make_network(description_, &body));
        freeze(network_, body, 1.0 - options_.tuned, options_.backbone_rate);
        return set_batch(network_, options_.batch);
    }

    Result<Trained> run(const OnProgress& on_progress) {
        MOSAIC_TRY_ASSIGN(TrainingRun training,
                          TrainingRun::create(network_, train_, held_, description_.view, options_));
        MOSAIC_TRY_ASSIGN(TrainResult result, training.run(on_progress));
        auto impl = std::make_unique<Model::Impl>();
        impl->classes = train_.classes();
        impl->body = make_network_body(description_, std::move(network_), options_.threads);
        return Trained{Model(std::move(impl)), std::move(result)};
    }

  private:
    const Dataset& train_;
    const Dataset& held_;
    TrainOptions options_;
    NetworkDescription description_;
    Network network_;
};

Trainer::Trainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trainer::Trainer(Trainer&& other) noexcept = default;
Trainer& Trainer::operator=(Trainer&& other) noexcept = default;
Trainer::~Trainer() = default;

Result<Trainer> Trainer::create(const Dataset& train, const Dataset& held, const TrainOptions& options) {
    MOSAIC_TRY(check(train, held, options));
    auto impl = std::make_unique<Impl>(train, held, options);
    MOSAIC_TRY(impl->prepare());
    return Trainer(std::move(impl));
}

Result<Trained> Trainer::run(const OnProgress& on_progress) {
    return impl_->run(on_progress);
}

}  // namespace mosaic::train
