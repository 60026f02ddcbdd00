#include "train_commands.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "box_commands.h"
#include "mosaic/train.h"
#include "npy.h"
#include "printing.h"

namespace mosaic::tools {

namespace {

using train::Dataset;

struct TrainArguments {
    std::vector<std::string> backbones;
    std::string data, held, extend, cache, report, out = "model.mosaic", augment = "photos",
                                                   optimizer = "adamw", schedule = "cosine";
    double held_part = 0.2;
    int views = 4;
    train::TrainOptions options;
    std::string checkpoint;
    bool grey = false;
    std::string task = "classes";
    BoxArguments boxes;
    double tune = 0.0;
    double choose_seconds = 120.0;
    bool rate_given = false, batch_given = false;
};

void print_data(const Dataset& data) {
    const auto counts = data.counts();
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    std::cout << data.samples().size() << " pictures of " << data.classes().size() << " classes";
    if (!counts.empty()) std::cout << ", " << *least << " to " << *most << " each";
    std::cout << ", fingerprint " << data.fingerprint() << '\n';
    print_problems(data);
    if (!data.twins().empty()) print_twins("pairs of twins", data.twins(), data, data);
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
            std::printf("\repoch %3d/%d %s loss %.4f  %.0f s left\033[K", progress.epoch, progress.epochs,
                        progress_bar(progress.step, progress.steps).c_str(), progress.loss,
                        progress.seconds_left);
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
        print_twins("pairs of twins across", all.twins_with(held), all, held);
        return Sets{std::move(all), std::move(held)};
    }
    const train::Split split = train::stratified_split(all, arguments.held_part, arguments.options.seed);
    std::cout << split.train.size() << " to learn from, " << split.held.size() << " held back\n";
    print_twins("pairs of twins across", train::twins_across(all, split), all, all);
    return Sets{all.subset(split.train), all.subset(split.held)};
}

void print_trials(const std::vector<train::HeadTrial>& trials) {
    for (const train::HeadTrial& trial : trials) {
        std::printf("%s: %.1f %% of pictures left out, loss %.3f (%zu maps, strength %g)\n",
                    trial.backbone.filename().c_str(), 100.0 * trial.accuracy, trial.loss, trial.maps,
                    trial.strength);
    }
}

// A head on a network that stays as it is.
Result<void> run_head(const TrainArguments& arguments) {
    MOSAIC_TRY_ASSIGN(Dataset data, Dataset::open(arguments.data));
    train::LoadOptions loading;
    loading.threads = arguments.options.threads;
    MOSAIC_TRY(data.load(loading));
    print_data(data);
    train::HeadOptions options;
    options.backbones.assign(arguments.backbones.begin(), arguments.backbones.end());
    options.views = arguments.views;
    options.threads = arguments.options.threads;
    options.cache = arguments.cache;
    LoopProgress line;
    const auto progress = [&](const std::string& what, std::size_t done, std::size_t all) {
        line.show(what, done, all);
        return true;
    };
    const auto solve = [&]() -> Result<train::HeadResult> {
        if (arguments.extend.empty()) return train::train_head(data, options, progress);
        MOSAIC_TRY_ASSIGN(const train::Model model, train::Model::load(arguments.extend));
        return train::extend_head(model, data, options, progress);
    };
    MOSAIC_TRY_ASSIGN(train::HeadResult result, solve());
    line.end();
    print_trials(result.trials);
    for (const std::string& note : result.notes)
        std::cout << "note: " << note << '\n';
    std::printf(
        "none of these below %.3f: %.1f %% of known pictures accepted, %.1f %% of unknown ones refused\n",
        result.model.threshold(), 100.0 * result.known_accepted, 100.0 * result.unknown_refused);
    MOSAIC_TRY(result.model.save(arguments.out));
    std::cout << result.model.describe() << ", in " << arguments.out << '\n';
    return {};
}

// What the kept weights make of the held-back pictures, and how learning went.
Result<void> report_run(const std::string& path, train::Trained& trained, const Dataset& held) {
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
    probabilities.reserve(held.samples().size());
    labels.reserve(held.samples().size());
    for (std::size_t i = 0; i < held.samples().size(); ++i) {
        MOSAIC_TRY_ASSIGN(const train::Picture picture, held.picture(i));
        MOSAIC_TRY_ASSIGN(auto prediction, trained.model.predict(picture));
        probabilities.push_back(std::move(prediction.probabilities));
        labels.push_back(held.samples()[i].label);
    }
    const train::Evaluation evaluation = train::evaluate(probabilities, labels, trained.model.classes());
    return train::write_report(path, {"Training", trained.model.describe(), &held, probabilities, &evaluation,
                                      trained.result.epochs});
}

// The table of what was tried; the choice goes into the options.
Result<void> choose_by_trying(const Dataset& data, TrainArguments& arguments) {
    train::ChooseOptions choosing;
    choosing.seconds = arguments.choose_seconds;
    const auto tell = [](const std::string& what) {
        std::cout << "trying " << what << std::endl;
        return true;
    };
    MOSAIC_TRY_ASSIGN(const train::ArchitectureChoice choice,
                      train::choose_architecture(data, arguments.options, choosing, tell));
    std::printf("%-17s %10s %10s %9s  %s\n", "architecture", "parameters", "ms/picture", "whole, s",
                "cross-validation");
    for (const train::ArchitectureTrial& trial : choice.trials) {
        std::printf("%-17s %10lld %10.2f %9.0f  ", trial.architecture.c_str(),
                    static_cast<long long>(trial.parameters), trial.ms_per_picture, trial.seconds_whole);
        if (trial.rounds > 0) {
            std::printf("%.1f %%, loss %.3f after %d epochs (round %d)", 100.0 * trial.accuracy, trial.loss,
                        trial.epochs, trial.rounds);
        }
        std::printf("%s%s\n", trial.rounds > 0 && !trial.left_out.empty() ? "; " : "",
                    trial.left_out.c_str());
    }
    std::printf("chosen in %.0f s: %s\n", choice.seconds, choice.architecture.c_str());
    arguments.options.architecture = choice.architecture;
    return {};
}

// What both tasks are told in the same words.
Result<void> run_boxes(TrainArguments& arguments) {
    const train::TrainOptions& general = arguments.options;
    train::BoxOptions& options = arguments.boxes.options;
    if (arguments.backbones.size() > 1) return failure("a detector is learnt on one --backbone");
    if (!arguments.backbones.empty()) options.backbone = arguments.backbones[0];
    if (general.architecture != train::TrainOptions().architecture)
        options.architecture = general.architecture;
    if (arguments.rate_given) options.learning_rate = general.learning_rate;
    if (arguments.augment == "none") options.augment = train::no_augmentation();
    if (arguments.batch_given) options.batch = general.batch;
    options.optimizer = general.optimizer;
    options.schedule = general.schedule;
    options.seed = general.seed;
    options.threads = general.threads;
    options.loader_threads = general.loader_threads;
    options.seconds_max = general.seconds_max;
    options.checkpoint = general.checkpoint;
    options.resume = general.resume;
    std::string out = arguments.out;
    if (out == TrainArguments().out) out = "boxes.onnx";
    return train_boxes(arguments.boxes, {arguments.data, arguments.held, out, arguments.report});
}

Result<void> run_train(TrainArguments& arguments) {
    if (arguments.task == "boxes") {
        MOSAIC_TRY(choose(arguments));
        return run_boxes(arguments);
    }
    const bool tunes = arguments.tune > 0.0;
    if (!tunes && (!arguments.backbones.empty() || !arguments.extend.empty())) return run_head(arguments);
    if (tunes) {
        if (arguments.backbones.size() != 1 || !arguments.extend.empty())
            return failure("--tune needs one --backbone to tune, and no --extend");
        arguments.options.backbone = arguments.backbones[0];
        arguments.options.tuned = arguments.tune;
    }
    MOSAIC_TRY(choose(arguments));
    MOSAIC_TRY_ASSIGN(const Sets sets, open_sets(arguments));
    if (!tunes && arguments.options.architecture == "auto")
        MOSAIC_TRY(choose_by_trying(sets.train, arguments));
    MOSAIC_TRY_ASSIGN(train::Trainer trainer,
                      train::Trainer::create(sets.train, sets.held, arguments.options));
    ProgressPrinter printer;
    MOSAIC_TRY_ASSIGN(train::Trained trained, trainer.run(std::ref(printer)));
    for (const std::string& note : trained.result.notes)
        std::cout << "note: " << note << '\n';
    // Before the report: what was learnt isn't lost to a picture or a page that fails.
    MOSAIC_TRY(trained.model.save(arguments.out));
    std::cout << "kept epoch " << trained.result.best_epoch << ": " << trained.model.describe() << ", in "
              << arguments.out << '\n';
    if (arguments.report.empty() || sets.held.samples().empty()) return {};
    return report_run(arguments.report, trained, sets.held);
}

Command add_train(CLI::App& app) {
    auto arguments = std::make_shared<TrainArguments>();
    train::TrainOptions& options = arguments->options;
    CLI::App* command = app.add_subcommand("train", "train a network on labelled pictures");
    command
        ->add_option("DATA", arguments->data, "folder of a folder for each class, or a list (.csv, .jsonl)")
        ->required();
    command
        ->add_option("--task", arguments->task,
                     "classes of pictures, or boxes on photographs (a folder of pictures with YOLO texts)")
        ->check(CLI::IsMember({"classes", "boxes"}));
    command->add_option("--held", arguments->held, "pictures to check with; else a part of DATA");
    command->add_option("--held-part", arguments->held_part, "that part")->check(CLI::Range(0.0, 0.9));
    command->add_option("--out", arguments->out, "where the model goes");
    command->add_option(
        "--backbone", arguments->backbones,
        "learn a head on this network (NAME.json), which stays as it is; of several, the best");
    command->add_option("--report", arguments->report,
                        "HTML file: learning curves, figures of held-back pictures");
    command->add_option("--extend", arguments->extend, "learn more pictures or classes than this head knows");
    command->add_option("--views", arguments->views, "views of each picture that a head learns from")
        ->check(CLI::Range(1, 4));
    command->add_option("--cache", arguments->cache, "folder for features of backbones");
    command->add_option("--arch", options.architecture,
                        "architecture; auto: the one that cross-validation likes best");
    command
        ->add_option("--choose-time", arguments->choose_seconds,
                     "seconds that --arch auto may take to choose")
        ->check(CLI::Range(1.0, 1e6));
    command
        ->add_option(
            "--tune", arguments->tune,
            "learn this part of the --backbone's layers too, from the end (0.3: the last blocks; 1: all)")
        ->check(CLI::Range(0.0, 1.0));
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
    add_box_options(*command, arguments->boxes);
    return {command, [arguments, command] {
                arguments->rate_given = command->count("--rate") > 0;
                arguments->batch_given = command->count("--batch") > 0;
                return run_train(*arguments);
            }};
}

struct EvaluateArguments {
    std::string model, data, report, out;
    int threads = 1;
    bool calibrate = false;
};

void print_evaluation(const train::Evaluation& e) {
    std::printf("accuracy %.2f %% (95 %%: %.2f to %.2f), balanced %.2f %% (%.2f to %.2f), of %zu pictures\n",
                100.0 * e.accuracy, 100.0 * e.accuracy_95.low, 100.0 * e.accuracy_95.high,
                100.0 * e.balanced_accuracy, 100.0 * e.balanced_accuracy_95.low,
                100.0 * e.balanced_accuracy_95.high, e.count);
    std::printf(
        "loss %.4f, calibration error %.2f %%; %.2f %% scaled, each half as the other would have it; "
        "temperature %.2f\n",
        e.loss, 100.0 * e.calibration_error, 100.0 * e.calibration_error_scaled, e.best_temperature);
}

Result<void> run_evaluate(const EvaluateArguments& arguments) {
    if (is_detector(arguments.model)) {
        return evaluate_detector(arguments.model, {arguments.data, "", "", arguments.report},
                                 arguments.threads);
    }
    MOSAIC_TRY_ASSIGN(train::Model model, train::Model::load(arguments.model, arguments.threads));
    MOSAIC_TRY_ASSIGN(Dataset data, Dataset::open(arguments.data));
    MOSAIC_TRY(data.match_classes(model.classes()));
    MOSAIC_TRY(data.load({}));
    print_data(data);
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
    std::size_t known = 0;
    LoopProgress line;
    probabilities.reserve(data.samples().size());
    labels.reserve(data.samples().size());
    for (std::size_t i = 0; i < data.samples().size(); ++i) {
        MOSAIC_TRY_ASSIGN(const train::Picture picture, data.picture(i));
        MOSAIC_TRY_ASSIGN(auto prediction, model.predict(picture));
        probabilities.push_back(std::move(prediction.probabilities));
        labels.push_back(data.samples()[i].label);
        known += prediction.known ? 1 : 0;
        line.show("evaluating", i + 1, data.samples().size());
    }
    const train::Evaluation evaluation = train::evaluate(probabilities, labels, model.classes());
    print_evaluation(evaluation);
    std::printf("accepted as known: %.1f %%\n",
                100.0 * static_cast<double>(known) / static_cast<double>(labels.size()));
    if (!arguments.report.empty()) {
        MOSAIC_TRY(train::write_report(
            arguments.report,
            {"Evaluation of " + arguments.model, model.describe(), &data, probabilities, &evaluation, {}}));
        std::cout << "report in " << arguments.report << '\n';
    }
    if (!arguments.calibrate) return {};
    model.set_temperature(model.temperature() * evaluation.best_temperature);
    return model.save(arguments.model);
}

Command add_evaluate(CLI::App& app) {
    auto arguments = std::make_shared<EvaluateArguments>();
    CLI::App* command = app.add_subcommand("evaluate", "measure a trained model on labelled pictures");
    command->add_option("MODEL", arguments->model, "what train wrote")->required();
    command->add_option("DATA", arguments->data, "folders of classes, or a list")->required();
    command->add_option("--report", arguments->report, "HTML file with figures, curves and pictures");
    command->add_flag("--calibrate", arguments->calibrate, "store the temperature that fits these pictures");
    command->add_option("--threads", arguments->threads)->check(CLI::Range(1, 1024));
    return {command, [arguments] { return run_evaluate(*arguments); }};
}

// One row of features for each picture, and a list of the pictures beside it.
Result<void> run_embed(const EvaluateArguments& arguments) {
    MOSAIC_TRY_ASSIGN(train::Model model, train::Model::load(arguments.model, arguments.threads));
    MOSAIC_TRY_ASSIGN(Dataset data, Dataset::open(arguments.data));
    MOSAIC_TRY(data.load({}));
    print_data(data);
    std::vector<float> rows;
    std::filesystem::path names = arguments.out;
    names.replace_extension(".txt");
    std::ofstream list(names);
    LoopProgress line;
    for (std::size_t i = 0; i < data.samples().size(); ++i) {
        MOSAIC_TRY_ASSIGN(const train::Picture picture, data.picture(i));
        MOSAIC_TRY_ASSIGN(const auto prediction, model.predict(picture));
        rows.insert(rows.end(), prediction.features.begin(), prediction.features.end());
        list << data.samples()[i].path.string() << '\n';
        line.show("embedding", i + 1, data.samples().size());
    }
    list.close();
    if (!list) return failure(names.string() + ": can't be written");
    const auto count = static_cast<std::int64_t>(data.samples().size());
    const auto width = static_cast<std::int64_t>(rows.size()) / count;
    MOSAIC_TRY(write_npy(arguments.out, TensorView(Shape{count, width}, std::span<const float>(rows))));
    std::cout << count << " rows of " << width << " features in " << arguments.out << ", their pictures in "
              << names.string() << '\n';
    return {};
}

Command add_embed(CLI::App& app) {
    auto arguments = std::make_shared<EvaluateArguments>();
    CLI::App* command = app.add_subcommand("embed", "features of pictures, as a trained model sees them");
    command->add_option("MODEL", arguments->model, "what train wrote")->required();
    command->add_option("DATA", arguments->data, "folders of classes, or a list")->required();
    command->add_option("--out", arguments->out, ".npy file")->required();
    command->add_option("--threads", arguments->threads)->check(CLI::Range(1, 1024));
    return {command, [arguments] { return run_embed(*arguments); }};
}

}  // namespace

std::vector<Command> add_train_commands(CLI::App& app) {
    return {add_train(app), add_evaluate(app), add_embed(app)};
}

}  // namespace mosaic::tools
