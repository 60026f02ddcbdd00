#include "box_commands.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "printing.h"

namespace mosaic::tools {

namespace {

using train::Dataset;

// Of photographs: their boxes are drawn here, not counted by classes.
void print_photographs(const Dataset& data) {
    std::size_t boxes = 0;
    std::size_t empty = 0;
    for (const train::Sample& sample : data.samples()) {
        boxes += sample.boxes.size();
        empty += sample.boxes.empty() ? 1 : 0;
    }
    std::cout << data.samples().size() << " photographs, " << boxes << " boxes, " << empty
              << " photographs without any, fingerprint " << data.fingerprint() << '\n';
    print_problems(data);
    if (!data.twins().empty()) std::cout << data.twins().size() << " pairs of photographs show the same\n";
}

Result<Dataset> open_photographs(const std::string& path, const train::BoxOptions& options) {
    MOSAIC_TRY_ASSIGN(Dataset data, Dataset::from_yolo(path));
    MOSAIC_TRY(data.load(train::box_loading(data, options)));
    print_photographs(data);
    return data;
}

void print_evaluation(const char* what, const train::BoxEvaluation& e) {
    std::printf(
        "%s: AP50 %.3f (95 %%: %.3f to %.3f), AP75 %.3f, AP %.3f; at score %.2f precision %.3f, recall %.3f; "
        "%zu photographs, %zu boxes\n",
        what, e.ap50, e.ap50_95.low, e.ap50_95.high, e.ap75, e.ap, static_cast<double>(e.threshold),
        e.precision, e.recall, e.photographs, e.boxes);
    std::fflush(stdout);
}

Result<train::BoxTrained> learn(const std::string& what, const Dataset& data,
                                const train::BoxOptions& options) {
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    const auto progress = [&](const train::BoxProgress& now) {
        constexpr std::size_t kEvery = 20;
        if (terminal) {
            std::printf("\r%s %s loss %.3f  %.0f s left\033[K%s", what.c_str(),
                        progress_bar(now.step, now.steps).c_str(), now.loss, now.seconds_left,
                        now.step == now.steps ? "\n" : "");
        } else if (now.step % kEvery == 0) {
            std::printf("%s  step %zu/%zu  loss %.3f  %.0f s left\n", what.c_str(), now.step, now.steps,
                        now.loss, now.seconds_left);
        }
        std::fflush(stdout);
        return true;
    };
    MOSAIC_TRY_ASSIGN(train::BoxTrained trained, train::train_boxes(data, options, progress));
    for (const std::string& note : trained.notes)
        std::cout << "note: " << note << '\n';
    return trained;
}

std::filesystem::path checkpoint_of(const train::BoxOptions& options, const std::string& what) {
    if (options.checkpoint.empty()) return {};
    return options.checkpoint.string() + "." + what;
}

struct Validation {
    std::vector<train::BoxResult> results;  // of the photographs, in their order
    std::vector<std::vector<double>> losses;
    std::vector<std::size_t> photographs;
};

Result<Validation> cross_validate(const Dataset& data, const BoxArguments& arguments, double seconds_each) {
    const auto folds = static_cast<std::size_t>(arguments.folds);
    if (data.samples().size() < folds) {
        return failure("there are " + std::to_string(data.samples().size()) + " photographs for " +
                       std::to_string(folds) + " folds");
    }
    const auto splits = train::stratified_folds(data, folds, arguments.options.seed);
    Validation all;
    std::vector<std::pair<std::size_t, train::BoxResult>> found;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        const std::string name = "fold " + std::to_string(fold + 1) + "/" + std::to_string(folds);
        train::BoxOptions options = arguments.options;
        options.checkpoint = checkpoint_of(options, "fold" + std::to_string(fold + 1));
        options.seconds_max = seconds_each;
        if (splits[fold].held.empty()) continue;
        MOSAIC_TRY_ASSIGN(train::BoxTrained trained, learn(name, data.subset(splits[fold].train), options));
        MOSAIC_TRY_ASSIGN(auto results, train::find_boxes(trained.detector, data.subset(splits[fold].held)));
        print_evaluation((name + ", " + std::to_string(std::lround(trained.seconds)) + " s").c_str(),
                         train::evaluate_boxes(results));
        for (std::size_t i = 0; i < results.size(); ++i)
            found.emplace_back(splits[fold].held[i], std::move(results[i]));
        all.losses.push_back(std::move(trained.losses));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [index, result] : found) {
        all.photographs.push_back(index);
        all.results.push_back(std::move(result));
    }
    return all;
}

}  // namespace

void add_box_options(CLI::App& command, BoxArguments& arguments) {
    train::BoxOptions& options = arguments.options;
    const char* group = "Boxes (--task boxes)";
    command.add_option("--folds", arguments.folds, "parts that are held back in turn to measure; 0: none")
        ->check(CLI::Range(0, 1000))
        ->group(group);
    command.add_flag("--only-folds", arguments.only_folds, "measure, and learn no model from all")
        ->group(group);
    command.add_option("--steps", options.steps, "steps of learning")
        ->check(CLI::Range(1, 1000000))
        ->group(group);
    command.add_option("--frozen", options.frozen, "part of the backbone's layers that stays as it is")
        ->check(CLI::Range(0.0, 1.0))
        ->group(group);
    command.add_option("--backbone-rate", options.backbone_rate, "of the learning rate, for the rest of it")
        ->check(CLI::Range(0.0, 10.0))
        ->group(group);
    command.add_option("--box-px", options.box_px, "photographs are brought to where boxes have this side")
        ->check(CLI::Range(8.0, 256.0))
        ->group(group);
    command.add_option("--crop", options.crop_px, "side of the parts that are learnt from, pixels")
        ->check(CLI::Range(64, 2048))
        ->group(group);
    command.add_option("--tile", options.tile_px_max, "largest square that is looked at at once, pixels")
        ->check(CLI::Range(64, 2048))
        ->group(group);
}

Result<void> train_boxes(const BoxArguments& arguments, const BoxFiles& files) {
    const train::BoxOptions& options = arguments.options;
    MOSAIC_TRY_ASSIGN(const Dataset data, open_photographs(files.data, options));
    const bool folded = arguments.folds > 1 && files.held.empty();
    const int runs = (folded ? arguments.folds : 0) + (arguments.only_folds ? 0 : 1);
    const double seconds_each = options.seconds_max / std::max(runs, 1);
    Validation validation;
    Dataset shown = data.subset({});
    if (folded) {
        MOSAIC_TRY_ASSIGN(validation, cross_validate(data, arguments, seconds_each));
        shown = data.subset(validation.photographs);
    }
    train::BoxEvaluation evaluation = train::evaluate_boxes(validation.results);
    if (folded) print_evaluation("cross-validation", evaluation);
    std::string described =
        options.backbone.empty() ? options.architecture : options.backbone.stem().string();
    if (!arguments.only_folds) {
        train::BoxOptions whole = options;
        whole.checkpoint = checkpoint_of(options, "all");
        whole.seconds_max = seconds_each;
        MOSAIC_TRY_ASSIGN(train::BoxTrained trained, learn("all", data, whole));
        if (!files.held.empty()) {
            MOSAIC_TRY_ASSIGN(shown, open_photographs(files.held, options));
            MOSAIC_TRY_ASSIGN(validation.results, train::find_boxes(trained.detector, shown));
            evaluation = train::evaluate_boxes(validation.results);
            print_evaluation("held back", evaluation);
            validation.losses = {trained.losses};
        }
        if (evaluation.boxes > 0) trained.detector.set_threshold(evaluation.threshold);
        MOSAIC_TRY(trained.detector.save(files.out));
        described = trained.detector.describe();
        std::cout << described << ", in " << files.out << '\n';
    }
    if (files.report.empty() || evaluation.photographs == 0) return {};
    MOSAIC_TRY(train::write_box_report(
        files.report, {folded ? "Cross-validation of a detector" : "Detector", described, &shown,
                       validation.results, &evaluation, validation.losses}));
    std::cout << "report in " << files.report << '\n';
    return {};
}

bool is_detector(const std::string& model) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::path(model).replace_extension(".boxes.json"), error);
}

Result<void> evaluate_detector(const std::string& model, const BoxFiles& files, int threads) {
    MOSAIC_TRY_ASSIGN(train::BoxDetector detector, train::BoxDetector::load(model, threads));
    train::BoxOptions options;
    options.threads = threads;
    MOSAIC_TRY_ASSIGN(const Dataset data, open_photographs(files.data, options));
    MOSAIC_TRY_ASSIGN(const auto results, train::find_boxes(detector, data));
    train::BoxEvaluation evaluation = train::evaluate_boxes(results);
    print_evaluation("best threshold here", evaluation);
    if (files.report.empty()) return {};
    MOSAIC_TRY(train::write_box_report(
        files.report, {"Evaluation of " + model, detector.describe(), &data, results, &evaluation, {}}));
    std::cout << "report in " << files.report << '\n';
    return {};
}

}  // namespace mosaic::tools
