#include "train_commands.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "mosaic/train.h"

namespace mosaic::tool {

namespace {

using train::Dataset;

struct TrainArguments {
    std::string data, held, out = "model.mosaic", augment = "photos", optimizer = "adamw",
                            schedule = "cosine";
    double held_part = 0.2;
    train::TrainOptions options;
    std::string checkpoint;
    bool grey = false;
};

constexpr std::size_t kProblemsShown = 10;

void print_problems(const Dataset& data) {
    const auto& problems = data.problems();
    for (std::size_t i = 0; i < std::min(problems.size(), kProblemsShown); ++i)
        std::cout << "left out: " << problems[i].where << ": " << problems[i].what << '\n';
    if (problems.size() > kProblemsShown)
        std::cout << "left out: " << problems.size() - kProblemsShown << " more\n";
}

void print_data(const Dataset& data) {
    const auto counts = data.counts();
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    std::cout << data.samples().size() << " pictures of " << data.classes().size() << " classes";
    if (!counts.empty()) std::cout << ", " << *least << " to " << *most << " each";
    std::cout << ", fingerprint " << data.fingerprint() << '\n';
    print_problems(data);
    if (data.twins().empty()) return;
    const auto identical = std::count_if(data.twins().begin(), data.twins().end(),
                                         [](const train::Twins& twins) { return twins.identical; });
    const train::Twins& one = data.twins()[0];
    std::cout << data.twins().size() << " pairs of twins, " << identical << " of them the same file; such as "
              << data.samples()[one.first].path.string() << " and "
              << data.samples()[one.second].path.string() << '\n';
}

// A bar on a terminal; one line for each epoch anywhere.
class ProgressPrinter {
  public:
    bool operator()(const train::Progress& progress) {
        if (progress.finished != nullptr) {
            const train::Epoch& epoch = *progress.finished;
            std::printf(
                "%sepoch %3d/%d  loss %.4f  held-back loss %.4f  accuracy %.2f %%  rate %.2g  %.1f s\n",
                terminal_ ? "\r\033[K" : "", epoch.number, progress.epochs, epoch.train_loss, epoch.held_loss,
                100.0 * epoch.held_accuracy, epoch.learning_rate, epoch.seconds);
            std::fflush(stdout);
        } else if (terminal_) {
            constexpr std::size_t kWidth = 30;
            const std::size_t full = progress.step * kWidth / progress.steps;
            std::printf("\repoch %3d/%d [%s%s] loss %.4f  %.0f s left\033[K", progress.epoch, progress.epochs,
                        std::string(full, '#').c_str(), std::string(kWidth - full, '.').c_str(),
                        progress.loss, progress.seconds_left);
            std::fflush(stdout);
        }
        return true;
    }

  private:
    bool terminal_ = isatty(STDOUT_FILENO) != 0;
};

Result<void> choose(TrainArguments& arguments) {
    train::TrainOptions& options = arguments.options;
    if (arguments.augment == "none") options.augment = train::no_augmentation();
    if (arguments.augment == "digits") options.augment = train::digit_augmentation();
    if (arguments.augment == "photos") options.augment = train::photo_augmentation();
    if (arguments.optimizer == "sgd") options.optimizer.kind = train::OptimizerKind::kSgd;
    if (arguments.optimizer == "adam") options.optimizer.kind = train::OptimizerKind::kAdam;
    if (arguments.schedule == "constant") options.schedule.kind = train::ScheduleKind::kConstant;
    if (arguments.schedule == "step") options.schedule.kind = train::ScheduleKind::kStep;
    options.channels = arguments.grey ? 1 : 3;
    options.checkpoint = arguments.checkpoint;
    if (options.resume && arguments.checkpoint.empty()) return failure("--resume needs --checkpoint");
    return {};
}

// Pictures to learn from and pictures to check with.
struct Sets {
    Dataset train, held;
};

Result<Sets> open_sets(const TrainArguments& arguments) {
    train::LoadOptions loading;
    // A little more than the network sees, for crops.
    loading.side_px = arguments.options.image_px * 5 / 4;
    loading.threads = std::max(arguments.options.threads, 1);
    MOSAIC_TRY_ASSIGN(Dataset all, Dataset::open(arguments.data));
    MOSAIC_TRY(all.load(loading));
    print_data(all);
    if (!arguments.held.empty()) {
        MOSAIC_TRY_ASSIGN(Dataset held, Dataset::open(arguments.held));
        MOSAIC_TRY(held.match_classes(all.classes()));
        MOSAIC_TRY(held.load(loading));
        std::cout << "held back: ";
        print_data(held);
        return Sets{std::move(all), std::move(held)};
    }
    const train::Split split = train::stratified_split(all, arguments.held_part, arguments.options.seed);
    std::cout << split.train.size() << " to learn from, " << split.held.size() << " held back, "
              << train::twins_across(all, split) << " pairs of twins across\n";
    return Sets{all.subset(split.train), all.subset(split.held)};
}

Result<void> run_train(TrainArguments& arguments) {
    MOSAIC_TRY(choose(arguments));
    MOSAIC_TRY_ASSIGN(const Sets sets, open_sets(arguments));
    MOSAIC_TRY_ASSIGN(train::Trainer trainer,
                      train::Trainer::create(sets.train, sets.held, arguments.options));
    ProgressPrinter printer;
    MOSAIC_TRY_ASSIGN(train::Trained trained, trainer.run(std::ref(printer)));
    for (const std::string& note : trained.result.notes)
        std::cout << "note: " << note << '\n';
    MOSAIC_TRY(trained.model.save(arguments.out));
    std::cout << "kept epoch " << trained.result.best_epoch << ": " << trained.model.describe() << ", in "
              << arguments.out << '\n';
    return {};
}

Command add_train(CLI::App& app) {
    auto arguments = std::make_shared<TrainArguments>();
    train::TrainOptions& options = arguments->options;
    CLI::App* command = app.add_subcommand("train", "train a network on labelled pictures");
    command
        ->add_option("DATA", arguments->data, "folder of a folder for each class, or a list (.csv, .jsonl)")
        ->required();
    command->add_option("--held", arguments->held, "pictures to check with; else a part of DATA");
    command->add_option("--held-part", arguments->held_part, "that part")->check(CLI::Range(0.0, 0.9));
    command->add_option("--out", arguments->out, "where the model goes");
    command->add_option("--arch", options.architecture, "architecture");
    command->add_option("--size", options.image_px, "width and height of the network's input, pixels");
    command->add_flag("--grey", arguments->grey, "one channel");
    command->add_option("--epochs", options.epochs, "passes over the pictures")->check(CLI::Range(1, 100000));
    command->add_option("--batch", options.batch, "pictures a step")->check(CLI::Range(1, 4096));
    command->add_option("--rate", options.learning_rate, "learning rate");
    command->add_option("--optimizer", arguments->optimizer)->check(CLI::IsMember({"sgd", "adam", "adamw"}));
    command->add_option("--schedule", arguments->schedule)
        ->check(CLI::IsMember({"cosine", "step", "constant"}));
    command->add_option("--decay", options.optimizer.weight_decay, "weight decay");
    command->add_option("--clip", options.optimizer.clip_norm, "largest norm of the gradients; 0: any");
    command->add_option("--augment", arguments->augment)->check(CLI::IsMember({"none", "digits", "photos"}));
    command->add_option("--smoothing", options.label_smoothing, "label smoothing");
    command->add_option("--focal", options.focal_gamma, "gamma of the focal loss; 0: cross-entropy");
    command->add_option("--average", options.average_decay, "decay of the weights' moving average; 0: none");
    command->add_option("--patience", options.patience, "epochs without gain before it ends; 0: all");
    command->add_option("--seed", options.seed, "all that is drawn by lot follows from it");
    command->add_option("--threads", options.threads, "threads of a step")->check(CLI::Range(1, 1024));
    command->add_option("--loader-threads", options.loader_threads, "threads that prepare pictures")
        ->check(CLI::Range(0, 256));
    command->add_option("--time", options.seconds_max, "seconds after which it ends with the best so far");
    command->add_option("--checkpoint", arguments->checkpoint, "file kept after every epoch");
    command->add_flag("--resume", options.resume, "go on from the checkpoint");
    return {command, [arguments] { return run_train(*arguments); }};
}

}  // namespace

std::vector<Command> add_train_commands(CLI::App& app) {
    return {add_train(app)};
}

}  // namespace mosaic::tool
