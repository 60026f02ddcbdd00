#include "mosaic/choose.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "mosaic/trainer.h"
#include "train/architectures.h"
#include "train/executor.h"
#include "train/loss.h"

namespace mosaic::train {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Milliseconds of a picture in a training step: the quicker of two after one that warms up, or the first of
// them if `seconds` are up by then.
Result<double> cost_of(Network& network, std::int64_t batch, std::size_t classes, int threads,
                       double seconds) {
    const auto start = Clock::now();
    MOSAIC_TRY(set_batch(network, batch));
    MOSAIC_TRY_ASSIGN(Executor executor, Executor::create(network, {threads, false, false}));
    std::fill(executor.input(0).begin(), executor.input(0).end(), 0.1F);
    std::vector<float> targets(static_cast<std::size_t>(batch) * classes);
    for (std::size_t i = 0; i < targets.size(); i += classes)
        targets[i] = 1.0F;
    double best = 0.0;
    for (int i = 0; i < 3; ++i) {
        const auto begin = Clock::now();
        executor.forward({true, 1});
        static_cast<void>(CrossEntropy{}(executor.output(0), targets, classes, executor.output_gradient(0)));
        const auto features = executor.output_gradient(1);
        std::fill(features.begin(), features.end(), 0.0F);
        executor.backward({true, 1});
        const double taken = since(begin);
        if (i == 1 || (i > 1 && taken < best)) best = taken;
        if (i == 1 && since(start) > seconds) break;
    }
    return 1000.0 * best / static_cast<double>(batch);
}

// The optimiser, the loader and measuring come on top of the network's own time.
constexpr double kOverhead = 1.3;
// Of the time to choose in, what measuring the costs may take: the rest is for trying.
constexpr double kMeasuring = 0.25;

class Chooser {
  public:
    Chooser(const Dataset& data, const TrainOptions& options, const ChooseOptions& choosing,
            const OnChoice& on_choice)
        : data_(data), options_(options), choosing_(choosing), on_choice_(on_choice) {
        folds_ = stratified_folds(data, static_cast<std::size_t>(choosing.folds), options.seed);
    }

    Result<ArchitectureChoice> run() {
        std::vector<std::string> names = choosing_.architectures;
        if (names.empty()) names.assign(architectures().begin(), architectures().end());
        // What is cheap is measured before the time for it is up.
        const auto dear = [](const std::string& name) {
            return std::find(architectures().begin(), architectures().end(), name) - architectures().begin();
        };
        std::stable_sort(names.begin(), names.end(),
                         [&](const std::string& a, const std::string& b) { return dear(a) < dear(b); });
        for (const std::string& name : names)
            MOSAIC_TRY(measure(name));
        std::vector<std::size_t> going = affordable();
        if (going.empty()) return failure("no architecture can be tried in the time: " + reasons());
        const int rounds = rounds_of(going.size());
        for (int round = 0; round < rounds && going.size() > 1; ++round) {
            const double now = since(start_);
            const double end = now + (choosing_.seconds - now) / static_cast<double>(rounds - round);
            for (std::size_t i = 0; i < going.size(); ++i)
                MOSAIC_TRY(try_out(trials_[going[i]], round + 1, share_until(end, going.size() - i)));
            std::stable_sort(going.begin(), going.end(),
                             [&](std::size_t a, std::size_t b) { return trials_[a].loss < trials_[b].loss; });
            const bool last = round + 1 == rounds;
            const std::size_t kept = last ? 1 : (going.size() + 1) / 2;
            for (std::size_t i = kept; i < going.size(); ++i)
                trials_[going[i]].left_out = "others were better in round " + std::to_string(round + 1);
            going.resize(kept);
        }
        ArchitectureChoice choice;
        choice.architecture = trials_[going[0]].architecture;
        std::stable_sort(trials_.begin(), trials_.end(),
                         [&](const ArchitectureTrial& a, const ArchitectureTrial& b) {
                             const bool chosen_a = a.architecture == choice.architecture;
                             const bool chosen_b = b.architecture == choice.architecture;
                             if (chosen_a != chosen_b) return chosen_a;
                             if (a.rounds != b.rounds) return a.rounds > b.rounds;
                             if (a.rounds > 0) return a.loss < b.loss;
                             const bool measured_a = a.ms_per_picture > 0.0;
                             const bool measured_b = b.ms_per_picture > 0.0;
                             if (measured_a != measured_b) return measured_a;
                             return a.ms_per_picture < b.ms_per_picture;
                         });
        choice.trials = std::move(trials_);
        choice.seconds = since(start_);
        return choice;
    }

  private:
    [[nodiscard]] Result<void> tell(const std::string& what) const {
        if (on_choice_ && !on_choice_(what)) return failure("cancelled");
        return {};
    }

    // Rounds of equal length until one is left of so many.
    [[nodiscard]] static int rounds_of(std::size_t count) {
        int rounds = 1;
        for (std::size_t left = count; left > 2; left = (left + 1) / 2)
            ++rounds;
        return rounds;
    }

    // Of the time until `end`, what each of `parts` may take. Never nothing: that would be no limit.
    [[nodiscard]] double share_until(double end, std::size_t parts) const {
        constexpr double kSecondsMin = 1e-3;
        return std::max((end - since(start_)) / static_cast<double>(parts), kSecondsMin);
    }

    // The first is measured in any case.
    Result<void> measure(const std::string& name) {
        const double left = kMeasuring * choosing_.seconds - since(start_);
        if (!trials_.empty() && left <= 0.0) {
            trials_.emplace_back();
            trials_.back().architecture = name;
            trials_.back().left_out = "not measured in time";
            return {};
        }
        MOSAIC_TRY(tell(name + ": what it costs"));
        const auto classes = static_cast<std::int64_t>(data_.classes().size());
        MOSAIC_TRY_ASSIGN(Network network, make_architecture(name, {options_.image_px, options_.channels,
                                                                    classes, options_.seed}));
        ArchitectureTrial trial;
        trial.architecture = name;
        trial.parameters = network.parameter_count();
        MOSAIC_TRY_ASSIGN(trial.ms_per_picture,
                          cost_of(network, options_.batch, data_.classes().size(), options_.threads, left));
        trial.seconds_whole = epoch_seconds(trial, data_.samples().size()) * options_.epochs;
        trials_.push_back(std::move(trial));
        return {};
    }

    [[nodiscard]] static double epoch_seconds(const ArchitectureTrial& trial, std::size_t pictures) {
        return kOverhead * trial.ms_per_picture * static_cast<double>(pictures) / 1000.0;
    }
    // Of one fold.
    [[nodiscard]] double fold_epoch_seconds(const ArchitectureTrial& trial) const {
        return epoch_seconds(trial, folds_[0].train.size());
    }

    // Those that could be trained in the time for training and tried for an epoch in a fair share of the time
    // for choosing; the dearest go first until the shares are large enough.
    std::vector<std::size_t> affordable() {
        std::vector<std::size_t> going;
        for (std::size_t i = 0; i < trials_.size(); ++i) {
            if (!trials_[i].left_out.empty()) continue;
            if (options_.seconds_max > 0.0 && trials_[i].seconds_whole > options_.seconds_max) {
                trials_[i].left_out = "training would take longer than the time for it";
            } else {
                going.push_back(i);
            }
        }
        std::stable_sort(going.begin(), going.end(), [&](std::size_t a, std::size_t b) {
            return trials_[a].ms_per_picture < trials_[b].ms_per_picture;
        });
        while (!going.empty()) {
            double needed = 0.0;
            for (const std::size_t i : going)
                needed += fold_epoch_seconds(trials_[i]) * static_cast<double>(folds_.size());
            // An epoch says nothing of small sets, but more don't fit; a little less than the first round, so
            // that it isn't cut off when it takes longer than thought.
            const double parts = rounds_of(going.size()) + 1.0;
            if (needed <= (choosing_.seconds - since(start_)) / parts) break;
            trials_[going.back()].left_out = "an epoch takes too long for the time to choose in";
            going.pop_back();
        }
        return going;
    }

    [[nodiscard]] std::string reasons() const {
        std::string text;
        for (const ArchitectureTrial& trial : trials_)
            text += (text.empty() ? "" : "; ") + trial.architecture + ": " + trial.left_out;
        return text;
    }

    Result<void> try_out(ArchitectureTrial& trial, int round, double seconds) {
        const double end = since(start_) + seconds;
        const double fold_seconds = seconds / static_cast<double>(folds_.size());
        TrainOptions options = options_;
        options.architecture = trial.architecture;
        options.epochs =
            std::clamp(static_cast<int>(fold_seconds / fold_epoch_seconds(trial)), 1, options_.epochs);
        options.checkpoint.clear();
        options.resume = false;
        trial.rounds = round;
        trial.epochs = options.epochs;
        trial.accuracy = trial.loss = 0.0;
        std::size_t measured = 0;
        for (std::size_t fold = 0; fold < folds_.size(); ++fold) {
            MOSAIC_TRY(tell("round " + std::to_string(round) + ", " + trial.architecture + ": fold " +
                            std::to_string(fold + 1) + " of " + std::to_string(folds_.size()) + ", " +
                            std::to_string(options.epochs) + " epochs"));
            const Dataset train = data_.subset(folds_[fold].train);
            const Dataset held = data_.subset(folds_[fold].held);
            if (held.samples().empty()) continue;
            options.seconds_max = share_until(end, folds_.size() - fold);
            MOSAIC_TRY_ASSIGN(Trainer trainer, Trainer::create(train, held, options));
            const auto trained = trainer.run({});
            // One that diverges at once has lost.
            if (!trained || trained->result.best_epoch == 0) {
                trial.loss += kLost;
                ++measured;
                continue;
            }
            const auto best = static_cast<std::size_t>(trained->result.best_epoch - 1);
            trial.accuracy += trained->result.epochs[best].held_accuracy;
            trial.loss += trained->result.epochs[best].held_loss;
            ++measured;
        }
        if (measured == 0) return failure("no class has two pictures: nothing can be cross-validated");
        trial.accuracy /= static_cast<double>(measured);
        trial.loss /= static_cast<double>(measured);
        return {};
    }

    static constexpr double kLost = 1e6;

    const Dataset& data_;
    const TrainOptions& options_;
    const ChooseOptions& choosing_;
    const OnChoice& on_choice_;
    std::vector<Split> folds_;
    std::vector<ArchitectureTrial> trials_;
    Clock::time_point start_ = Clock::now();
};

}  // namespace

Result<ArchitectureChoice> choose_architecture(const Dataset& data, const TrainOptions& options,
                                               const ChooseOptions& choosing, const OnChoice& on_choice) {
    if (data.classes().size() < 2) return failure("there is one class; telling apart needs at least two");
    if (choosing.folds < 2) return failure("cross-validation needs at least two folds");
    if (!(choosing.seconds > 0.0)) return failure("the time to choose in must be above 0");
    const auto counts = data.counts();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] < 2)
            return failure("class " + data.classes()[i] +
                           " has fewer than two pictures: nothing can be cross-validated");
    }
    TrainOptions own = options;
    own.batch =
        std::clamp<std::int64_t>(options.batch, 1, static_cast<std::int64_t>(data.samples().size()) / 2);
    return Chooser(data, own, choosing, on_choice).run();
}

}  // namespace mosaic::train
