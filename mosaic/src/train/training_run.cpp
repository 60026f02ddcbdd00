#include "train/training_run.h"

#include <algorithm>
#include <cmath>

#include "backend_choice.h"
#include "train/model_body.h"

namespace mosaic::train {

namespace {

LoaderOptions loader_options(const TrainOptions& options, const View& view, std::size_t classes) {
    LoaderOptions loading;
    loading.view = view;
    loading.augment = options.augment;
    loading.batch = static_cast<std::size_t>(options.batch);
    loading.classes = classes;
    loading.label_smoothing = static_cast<float>(options.label_smoothing);
    loading.balance = options.balance_classes;
    loading.seed = options.seed;
    loading.threads = options.loader_threads;
    return loading;
}

}  // namespace

Result<TrainingRun> TrainingRun::create(Network& network, const Dataset& train, const Dataset& held,
                                        const View& view, const TrainOptions& options) {
    MOSAIC_TRY_ASSIGN(Executor executor, Executor::create(network, {options.threads, false, false}));
    TrainingRun run(network, train, held, options, std::move(executor));
    run.view_ = view;
    run.loader_ = std::make_unique<Loader>(train, loader_options(options, view, train.classes().size()));
    return run;
}

TrainingRun::TrainingRun(Network& network, const Dataset& train, const Dataset& held,
                         const TrainOptions& options, Executor executor)
    : network_(&network),
      train_(&train),
      held_(&held),
      options_(options),
      executor_(std::make_unique<Executor>(std::move(executor))),
      slots_(slots_of(network, *executor_)),
      optimizer_(options.optimizer) {
    loss_.focal_gamma = static_cast<float>(options.focal_gamma);
}

double TrainingRun::step(const Batch& batch) {
    std::copy(batch.pictures.begin(), batch.pictures.end(), executor_->input(0).begin());
    const Pass pass{true, Random(options_.seed, steps_made_ + 1).next()};
    executor_->forward(pass);
    const double loss =
        loss_(executor_->output(0), batch.targets, train_->classes().size(), executor_->output_gradient(0));
    const auto features = executor_->output_gradient(1);
    std::fill(features.begin(), features.end(), 0.0F);
    executor_->backward(pass);
    const std::uint64_t steps = loader_->batches() * static_cast<std::uint64_t>(options_.epochs);
    const ThreadCount threads(options_.threads);
    optimizer_.step(slots_, scheduled_rate(options_.schedule, options_.learning_rate, steps_made_, steps));
    ++steps_made_;
    if (options_.average_decay > 0.0) average_into(average_, *network_, options_.average_decay, steps_made_);
    return loss;
}

// A loss that is no number, or far above what was usual, doesn't come back.
bool TrainingRun::diverges(double loss) {
    if (!std::isfinite(loss)) return true;
    if (usual_loss_ > 0.0 && loss > 10.0 * usual_loss_ + 10.0) return true;
    usual_loss_ = usual_loss_ > 0.0 ? 0.95 * usual_loss_ + 0.05 * loss : loss;
    return false;
}

double TrainingRun::seconds() const {
    return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

double TrainingRun::seconds_left() const {
    const std::uint64_t steps = loader_->batches() * static_cast<std::uint64_t>(options_.epochs);
    const auto made = static_cast<double>(steps_made_ - steps_before_);
    const double spent = std::chrono::duration<double>(Clock::now() - start_).count();
    const double left = made > 0.0 ? spent / made * static_cast<double>(steps - steps_made_) : 0.0;
    return options_.seconds_max > 0.0 ? std::min(left, std::max(options_.seconds_max - seconds(), 0.0))
                                      : left;
}

// Loss and accuracy on the held-back pictures, through the compiler, with the weights that would be kept.
Result<bool> TrainingRun::measure(Epoch& epoch) {
    if (held_->samples().empty()) return false;
    NetworkDescription description;
    description.view = view_;
    const auto body = make_network_body(description, *network_, options_.threads);
    const std::size_t classes = train_->classes().size();
    constexpr std::size_t kAtOnce = 64;
    std::size_t right = 0;
    std::size_t measured = 0;
    for (std::size_t first = 0; first < held_->samples().size(); first += kAtOnce) {
        std::vector<Picture> pictures;
        std::vector<std::size_t> labels;
        const std::size_t end = std::min(first + kAtOnce, held_->samples().size());
        pictures.reserve(end - first);
        labels.reserve(end - first);
        for (std::size_t i = first; i < end; ++i) {
            auto picture = held_->picture(i);
            if (!picture) {
                lost_.add({picture.error().message});
                continue;
            }
            pictures.push_back(std::move(*picture));
            labels.push_back(static_cast<std::size_t>(held_->samples()[i].label));
        }
        if (pictures.empty()) continue;
        measured += pictures.size();
        MOSAIC_TRY_ASSIGN(const auto outputs, body->run(pictures));
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto& logits = outputs[i].logits;
            std::vector<float> target(classes);
            target[labels[i]] = 1.0F;
            std::vector<float> unused(classes);
            epoch.held_loss += CrossEntropy{}(logits, target, classes, unused);
            const auto best = std::max_element(logits.begin(), logits.end()) - logits.begin();
            right += static_cast<std::size_t>(best) == labels[i] ? 1 : 0;
        }
    }
    if (measured == 0) return false;
    epoch.held_loss /= static_cast<double>(measured);
    epoch.held_accuracy = static_cast<double>(right) / static_cast<double>(measured);
    return true;
}

Result<TrainingRun::EpochEnd> TrainingRun::one_epoch(int number, const OnProgress& on_progress) {
    Epoch epoch;
    epoch.number = number;
    const std::size_t steps = loader_->batches();
    const auto report = [&](std::size_t made, double loss, const Epoch* finished) {
        if (!on_progress) return true;
        return on_progress({number, options_.epochs, made, steps, loss, seconds_left(), finished});
    };
    loader_->begin(static_cast<std::uint64_t>(number));
    for (std::size_t i = 0; i < steps; ++i) {
        const Batch batch = loader_->next();
        lost_.add(batch.lost);
        if (!batch.error.empty()) {
            if (result_.best_epoch == 0) return failure(batch.error);
            result_.notes.push_back(batch.error + "; the best weights before were kept");
            return EpochEnd{true, Stop::kUnreadable};
        }
        const double loss = step(batch);
        if (diverges(loss)) {
            result_.notes.push_back("the loss grew without bound in epoch " + std::to_string(number) +
                                    ", step " + std::to_string(i + 1) + " (" + std::to_string(loss) +
                                    "): the learning rate " + std::to_string(options_.learning_rate) +
                                    " is too high; the best weights before were kept");
            return EpochEnd{true, Stop::kDiverged};
        }
        epoch.train_loss += (loss - epoch.train_loss) / static_cast<double>(i + 1);
        if (!report(i + 1, epoch.train_loss, nullptr)) return EpochEnd{true, Stop::kCancelled};
        if (options_.seconds_max > 0.0 && seconds() > options_.seconds_max) {
            result_.notes.push_back("the time was up in epoch " + std::to_string(number) + " of " +
                                    std::to_string(options_.epochs) + ", after step " +
                                    std::to_string(i + 1) + " of " + std::to_string(steps));
            return EpochEnd{true, Stop::kTime};
        }
    }
    epoch.learning_rate = scheduled_rate(options_.schedule, options_.learning_rate, steps_made_ - 1,
                                         steps * static_cast<std::uint64_t>(options_.epochs));
    const Parameters now = copy_parameters(*network_);
    if (options_.average_decay > 0.0) put_parameters(average_, *network_);
    MOSAIC_TRY_ASSIGN(const bool measured, measure(epoch));
    const double score = measured ? -epoch.held_loss : -epoch.train_loss;
    // A loss of what was learnt from can't be compared with one of what wasn't.
    const bool comparable = measured || held_->samples().empty();
    if (comparable && std::isfinite(score) && (result_.best_epoch == 0 || score > best_score_)) {
        best_score_ = score;
        result_.best_epoch = number;
        best_ = copy_parameters(*network_);
    }
    put_parameters(now, *network_);
    epoch.seconds = seconds();
    result_.epochs.push_back(epoch);
    if (!report(steps, epoch.train_loss, &epoch)) return EpochEnd{true, Stop::kCancelled};
    const bool tired = options_.patience > 0 && number - result_.best_epoch >= options_.patience;
    if (tired) {
        result_.notes.push_back("ended after epoch " + std::to_string(number) + " of " +
                                std::to_string(options_.epochs) + ": none was better than epoch " +
                                std::to_string(result_.best_epoch));
    }
    return EpochEnd{tired, Stop::kPatience};
}

Result<TrainResult> TrainingRun::run(const OnProgress& on_progress) {
    start_ = Clock::now();
    average_ = copy_parameters(*network_);
    if (options_.resume && !options_.checkpoint.empty()) {
        MOSAIC_TRY_ASSIGN(const bool resumed, load_checkpoint());
        if (resumed) {
            result_.notes.push_back("went on after epoch " + std::to_string(result_.epochs.size()) + " of " +
                                    options_.checkpoint.string());
        }
    }
    for (int epoch = static_cast<int>(result_.epochs.size()) + 1; epoch <= options_.epochs; ++epoch) {
        MOSAIC_TRY_ASSIGN(const EpochEnd end, one_epoch(epoch, on_progress));
        if (end.stop) {
            result_.stop = end.why;
            break;
        }
        if (options_.checkpoint.empty()) continue;
        // Training that could go on isn't lost to a full disk; that it is full is said once.
        auto saved = save_checkpoint();
        if (!saved && (result_.notes.empty() || result_.notes.back() != saved.error().message))
            result_.notes.push_back(saved.error().message);
    }
    MOSAIC_TRY(finish());
    return std::move(result_);
}

Result<void> TrainingRun::finish() {
    if (result_.best_epoch > 0) {
        put_parameters(best_, *network_);
    } else if (result_.stop != Stop::kDiverged && options_.average_decay > 0.0) {
        put_parameters(average_, *network_);
    } else if (result_.stop == Stop::kDiverged) {
        return failure(result_.notes.back() +
                       "; there were none, because no epoch ended before: try a tenth");
    }
    lost_.note(result_.notes);
    return {};
}

}  // namespace mosaic::train
