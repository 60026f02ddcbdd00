#include "teach/learn_goods.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <mosaic/session.h>
#include <mosaic/train.h>

#include "teach/quantise_goods.h"
#include "teach/whole_file.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;
using mosaic::train::Dataset;

constexpr const char* kListFile = "pictures.jsonl";
// Of the shorter side of what is kept in memory: the networks look at 224 and 256.
constexpr std::int64_t kSidePx = 256;
constexpr std::size_t kMixupsShown = 20;
constexpr std::size_t kPicturesShown = 12;

tl::unexpected<Error> from_mosaic(const mosaic::Error& error) {
    return failed(error.message);
}

/// As many of each class as fit, the first that came: places in the lesson's examples.
std::vector<std::size_t> chosen_examples(const GoodsLesson& lesson) {
    std::map<std::string, std::vector<std::size_t>> by_class;
    for (std::size_t i = 0; i < lesson.examples.size(); ++i)
        by_class[lesson.examples[i].label].push_back(i);
    std::vector<std::size_t> chosen;
    for (std::size_t round = 0; chosen.size() < std::min(kLearntPicturesMax, lesson.examples.size()); ++round)
        for (const auto& [label, examples] : by_class)
            if (round < examples.size() && chosen.size() < kLearntPicturesMax)
                chosen.push_back(examples[round]);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

Result<Dataset> open_pictures(const GoodsLesson& lesson, GoodsVersion& version) {
    std::string list;
    const std::vector<std::size_t> chosen = chosen_examples(lesson);
    for (const std::size_t i : chosen)
        list +=
            nlohmann::json{{"path", lesson.examples[i].file.string()}, {"label", lesson.examples[i].label}}
                .dump() +
            "\n";
    if (chosen.size() < lesson.examples.size())
        version.notes.push_back(fmt::format("learnt from {} of {} pictures, as many of each class as fit",
                                            chosen.size(), lesson.examples.size()));
    TRY(write_whole(lesson.folder / kListFile, list));
    auto data = Dataset::open(lesson.folder / kListFile);
    if (!data) return from_mosaic(data.error());
    mosaic::train::LoadOptions loading;
    loading.side_px = kSidePx;
    if (auto loaded = data->load(loading); !loaded) return from_mosaic(loaded.error());
    for (const mosaic::train::DataProblem& problem : data->problems())
        version.notes.push_back(fmt::format("left out: {}: {}", problem.where, problem.what));
    return std::move(*data);
}

Share share_of(double value, const mosaic::train::Interval& interval) {
    return {value, interval.low, interval.high};
}

std::vector<Mixup> mixups_of(const mosaic::train::Evaluation& evaluation) {
    std::vector<Mixup> mixups;
    for (std::size_t truth = 0; truth < evaluation.confusion.size(); ++truth)
        for (std::size_t said = 0; said < evaluation.confusion.size(); ++said)
            if (truth != said && evaluation.confusion[truth][said] > 0)
                mixups.push_back({evaluation.classes[truth].name, evaluation.classes[said].name,
                                  evaluation.confusion[truth][said]});
    std::stable_sort(mixups.begin(), mixups.end(),
                     [](const Mixup& a, const Mixup& b) { return a.count > b.count; });
    if (mixups.size() > kMixupsShown) mixups.resize(kMixupsShown);
    return mixups;
}

/// What left-out pictures were told, and what that says.
struct LeftOut {
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
};

std::vector<TellingPicture> telling(const std::vector<std::size_t>& places, const LeftOut& left,
                                    const Dataset& data) {
    std::vector<TellingPicture> pictures;
    for (const std::size_t i : places) {
        if (pictures.size() == kPicturesShown) break;
        const auto& row = left.probabilities[i];
        const auto best = std::max_element(row.begin(), row.end());
        TellingPicture one;
        one.id = data.samples()[i].path.stem().string();
        one.truth = data.classes()[static_cast<std::size_t>(left.labels[i])];
        one.said = data.classes()[static_cast<std::size_t>(best - row.begin())];
        one.confidence = *best;
        pictures.push_back(std::move(one));
    }
    return pictures;
}

void describe_quality(const mosaic::train::Evaluation& evaluation, const LeftOut& left, const Dataset& data,
                      GoodsVersion& version) {
    version.accuracy = share_of(evaluation.accuracy, evaluation.accuracy_95);
    version.balanced_accuracy = share_of(evaluation.balanced_accuracy, evaluation.balanced_accuracy_95);
    version.mixups = mixups_of(evaluation);
    for (std::size_t c = 0; c < version.classes.size(); ++c) {
        version.classes[c].found = evaluation.classes[c].recall;
        version.classes[c].sure = evaluation.classes[c].precision;
    }
    version.most_confused = telling(evaluation.most_confused, left, data);
    version.least_certain = telling(evaluation.least_certain, left, data);
}

void note_small_classes(const std::vector<std::size_t>& counts, GoodsVersion& version) {
    const auto alone = std::count(counts.begin(), counts.end(), std::size_t{1});
    if (alone == 0 || !version.accuracy) return;
    version.notes.push_back(
        fmt::format("{} classes have one picture only: left out, nothing is left to know them by, and they "
                    "count as wrong",
                    alone));
}

void note_twins(const Dataset& data, GoodsVersion& version) {
    if (data.twins().empty() || !version.accuracy) return;
    version.notes.push_back(
        fmt::format("{} pairs of pictures show the same: the figures are better than they should be",
                    data.twins().size()));
}

Result<void> export_onnx(const mosaic::train::Model& model, const fs::path& path) {
    const auto graph = model.whole_graph();
    if (!graph) return from_mosaic(graph.error());
    mosaic::Options options;
    options.threads = 1;
    if (auto saved = graph->save_onnx(path, options); !saved) return from_mosaic(saved.error());
    return {};
}

/// Figures and report of pictures that were left out.
Result<void> evaluate_left_out(const GoodsLesson& lesson, const mosaic::train::HeadResult& result,
                               const Dataset& data, GoodsVersion& version) {
    LeftOut left{result.left_out, {}};
    left.labels.reserve(data.samples().size());
    for (const mosaic::train::Sample& sample : data.samples())
        left.labels.push_back(sample.label);
    const auto evaluation = mosaic::train::evaluate(left.probabilities, left.labels, data.classes());
    describe_quality(evaluation, left, data, version);
    const mosaic::train::ReportInput report{"What was learnt, on pictures left out of learning one at a time",
                                            result.model.describe(),
                                            &data,
                                            left.probabilities,
                                            &evaluation,
                                            {}};
    if (auto written = mosaic::train::write_report(lesson.folder / kReportFile, report); !written)
        return from_mosaic(written.error());
    return {};
}

}  // namespace

Result<GoodsVersion> learn_goods(const GoodsLesson& lesson, const OnLessonProgress& on_progress) {
    const auto begin = std::chrono::steady_clock::now();
    GoodsVersion version;
    TRY_ASSIGN(const Dataset data, open_pictures(lesson, version));
    version.fingerprint = data.fingerprint();
    version.pictures = data.samples().size();
    const std::vector<std::size_t> counts = data.counts();
    for (std::size_t c = 0; c < counts.size(); ++c)
        version.classes.push_back({data.classes()[c], counts[c], 0, 0});
    mosaic::train::HeadOptions options;
    options.backbones = lesson.networks;
    options.cache = lesson.cache;
    auto result = mosaic::train::train_head(data, options, on_progress);
    if (!result) return from_mosaic(result.error());
    version.network = result->trials.front().backbone.stem().string();
    for (const mosaic::train::HeadTrial& trial : result->trials)
        version.trials.push_back({trial.backbone.stem().string(), trial.accuracy});
    version.known_accepted = result->known_accepted;
    version.unknown_refused = result->unknown_refused;
    version.threshold = result->model.threshold();
    version.notes.insert(version.notes.end(), result->notes.begin(), result->notes.end());
    if (!result->left_out.empty()) TRY(evaluate_left_out(lesson, *result, data, version));
    note_small_classes(counts, version);
    note_twins(data, version);
    if (auto saved = result->model.save(lesson.folder / kModelFile); !saved)
        return from_mosaic(saved.error());
    TRY(export_onnx(result->model, lesson.folder / kOnnxFile));
    TRY(quantise_goods(result->model, data, lesson.folder, on_progress, version));
    std::error_code ignored;
    fs::remove(lesson.folder / kListFile, ignored);
    version.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return version;
}

}  // namespace vitrina::teach
