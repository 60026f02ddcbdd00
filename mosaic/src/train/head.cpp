#include "train/head.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

#include "backend_choice.h"
#include "train/feature_cache.h"
#include "train/left_out.h"

namespace mosaic::train {

namespace {

constexpr std::array kStrengths = {0.003, 0.01, 0.03, 0.1, 0.3, 1.0};
constexpr double kStrengthOfOne = 0.1;  // where nothing can be cross-validated
constexpr const char* kCancelled = "cancelled";
constexpr std::size_t kRowsForViews = 2500;  // above it there are fewer views of each picture

// Not centred on the examples' mean: then each example would be minus the sum of the others, and what they
// are would tell what a left-out one is.
Head head_of(std::size_t width) {
    Head head;
    head.width = width;
    head.centre.assign(width, 0.0F);
    return head;
}

std::vector<float> probabilities_of(const std::vector<double>& scores, double temperature) {
    const double largest = *std::max_element(scores.begin(), scores.end());
    double total = 0.0;
    for (const double score : scores)
        total += std::exp((score - largest) / temperature);
    std::vector<float> probabilities(scores.size());
    for (std::size_t c = 0; c < scores.size(); ++c)
        probabilities[c] = static_cast<float>(std::exp((scores[c] - largest) / temperature) / total);
    return probabilities;
}

double cross_entropy(const LeftOutPictures& left, double temperature) {
    double loss = 0.0;
    for (std::size_t i = 0; i < left.scores.size(); ++i) {
        const auto& scores = left.scores[i];
        const double largest = *std::max_element(scores.begin(), scores.end());
        double total = 0.0;
        for (const double score : scores)
            total += std::exp((score - largest) / temperature);
        loss += std::log(total) - (scores[static_cast<std::size_t>(left.labels[i])] - largest) / temperature;
    }
    return loss / static_cast<double>(left.scores.size());
}

double best_temperature(const LeftOutPictures& left) {
    // From 0.005 up to 2 in steps of 15 %.
    constexpr int kSteps = 43;
    double best = 0.05;
    for (int step = 0; step < kSteps; ++step) {
        const double temperature = 0.005 * std::pow(1.15, step);
        if (cross_entropy(left, temperature) < cross_entropy(left, best)) best = temperature;
    }
    return best;
}

double accuracy_of(const LeftOutPictures& left) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < left.scores.size(); ++i) {
        const auto best = std::max_element(left.scores[i].begin(), left.scores[i].end());
        right += best - left.scores[i].begin() == left.labels[i] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(left.scores.size());
}

// The same with views instead of pictures left out: all that one picture a class allows.
Examples views_as_pictures(Examples examples) {
    for (std::size_t i = 0; i < examples.picture.size(); ++i)
        examples.picture[i] = i;
    return examples;
}

struct Chosen {
    HeadTrial trial;
    double temperature = 0.05;
};

// The number of maps and the strength that do best on pictures left out; the loss parts equals.
Result<Chosen> choose(const Examples& examples, const std::vector<std::size_t>& widths, std::size_t classes,
                      bool one_each, const OnHeadProgress& on_progress) {
    Chosen best;
    const Examples alone = one_each ? views_as_pictures(examples) : Examples{};
    const Examples& asked = one_each ? alone : examples;
    bool found = false;
    std::size_t width = 0;
    std::size_t step = 0;
    const std::size_t steps = one_each ? 1 : widths.size() * kStrengths.size();
    for (std::size_t maps = 1; maps <= widths.size(); ++maps) {
        width += widths[maps - 1];
        if (!Ridge::can_fit(examples.rows.count(), width)) break;
        const Head head = head_of(width);
        const Rows rows = centred(examples.rows, head);
        for (const double strength : kStrengths) {
            if (one_each && (strength != kStrengthOfOne || maps > 1)) continue;
            if (on_progress && !on_progress("choosing", step++, steps)) return failure(kCancelled);
            MOSAIC_TRY_ASSIGN(const Ridge ridge, Ridge::fit(rows, examples.label, classes, strength));
            const LeftOutPictures left = leave_pictures_out(ridge, rows, asked, classes);
            const double temperature = best_temperature(left);
            HeadTrial trial{
                {}, maps, strength, one_each ? 0.0 : accuracy_of(left), cross_entropy(left, temperature)};
            const bool better = trial.accuracy > best.trial.accuracy ||
                                (trial.accuracy == best.trial.accuracy && trial.loss < best.trial.loss);
            if (found && !better) continue;
            best = {trial, temperature};
            found = true;
        }
    }
    return best;
}

// Of many pictures fewer views: each costs a pass through the network, and the pictures tell enough.
int views_for(std::size_t pictures, int wanted) {
    int views = std::clamp(wanted, 1, Backbone::kViews);
    while (views > 1 && pictures * static_cast<std::size_t>(views) > kRowsForViews)
        --views;
    return views;
}

// Before features are computed, which takes minutes: what can't be solved afterwards.
Result<void> check_size(const std::filesystem::path& path, std::size_t rows, std::size_t width) {
    if (Ridge::can_fit(rows, width)) return {};
    return failure(path.string() + ": " + std::to_string(rows) + " views of pictures with " +
                   std::to_string(width) + " features each; of more than " + std::to_string(Ridge::kSideMax) +
                   " views at most " + std::to_string(Ridge::kSideMax) + " features can be learnt from");
}

// With half of the classes alone in their picture, leaving pictures out says nothing of them.
bool is_one_each(const std::vector<std::size_t>& counts) {
    const auto alone = std::count(counts.begin(), counts.end(), std::size_t{1});
    return static_cast<std::size_t>(alone) * 2 > counts.size();
}

Result<Examples> compute_examples(const Dataset& data, const std::filesystem::path& path, int views,
                                  const HeadOptions& options, const OnHeadProgress& on_progress) {
    const std::size_t count = data.samples().size();
    FeatureCache cache(options.cache, path);
    std::vector<std::vector<float>> features(count * static_cast<std::size_t>(views));
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::atomic<bool> stopped{false};
    std::mutex mutex;
    std::string error;
    const auto work = [&] {
        auto backbone = Backbone::open(path, 1);
        if (!backbone) {
            const std::lock_guard lock(mutex);
            error = backbone.error().message;
            return;
        }
        for (std::size_t i = next++; i < count && !stopped; i = next++) {
            auto picture = data.picture(i);
            for (int view = 0; view < views && picture; ++view) {
                auto& slot = features[i * static_cast<std::size_t>(views) + static_cast<std::size_t>(view)];
                if (cache.find(data, i, view, slot)) continue;
                auto made = backbone->features(*picture, view);
                if (made) {
                    slot = std::move(*made);
                    cache.add(data, i, view, slot);
                }
            }
            const std::lock_guard lock(mutex);
            if (!picture) error = picture.error().message;
            if (on_progress && !on_progress(path.filename().string(), ++done, count)) stopped = true;
        }
    };
    {
        std::vector<std::jthread> threads;
        threads.reserve(static_cast<std::size_t>(options.threads));
        for (int i = 1; i < options.threads; ++i)
            threads.emplace_back(work);
        work();
    }
    // Whatever stopped it: another try goes on from here.
    cache.save();
    if (stopped) return failure(kCancelled);
    if (!error.empty()) return failure(error);
    Examples examples;
    examples.rows.width = features[0].size();
    for (std::size_t i = 0; i < features.size(); ++i) {
        if (features[i].size() != examples.rows.width) return failure(path.string() + ": fails on a picture");
        examples.rows.elements.insert(examples.rows.elements.end(), features[i].begin(), features[i].end());
        examples.picture.push_back(i / static_cast<std::size_t>(views));
        examples.label.push_back(data.samples()[i / static_cast<std::size_t>(views)].label);
    }
    return examples;
}

Result<HeadResult> finish(Backbone backbone, Examples examples, const std::vector<std::string>& classes,
                          const Chosen& chosen, int views, bool one_each) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < chosen.trial.maps; ++i)
        width += backbone.widths()[i];
    Head head = head_of(width);
    head.strength = chosen.trial.strength;
    head.views = views;
    const Rows rows = centred(examples.rows, head);
    MOSAIC_TRY_ASSIGN(const Ridge ridge,
                      Ridge::fit(rows, examples.label, classes.size(), chosen.trial.strength));
    head.weights = ridge.weights(rows);
    auto impl = std::make_unique<Model::Impl>();
    impl->classes = classes;
    impl->temperature = chosen.temperature;
    impl->body = make_head_body(std::move(backbone), std::move(head), examples);
    HeadResult result{Model(std::move(impl)), {}, 0.0, 0.0, {}, {}};
    if (one_each) {
        result.notes.emplace_back("most classes have one picture only: nothing could be cross-validated");
        examples = views_as_pictures(std::move(examples));
    }
    const LeftOutPictures left = leave_pictures_out(ridge, rows, examples, classes.size());
    if (!one_each) {
        result.left_out.reserve(left.scores.size());
        for (const auto& scores : left.scores)
            result.left_out.push_back(probabilities_of(scores, chosen.temperature));
    }
    const NoneOfThese limit =
        choose_threshold(judge_pictures(ridge, rows, examples, left, classes.size(), chosen.temperature));
    result.model.set_threshold(limit.threshold);
    result.known_accepted = limit.known_accepted;
    result.unknown_refused = limit.unknown_refused;
    return result;
}

Result<void> check(const Dataset& data) {
    if (data.classes().size() < 2) {
        return failure("there is " + std::to_string(data.classes().size()) +
                       " class; telling apart needs at least two");
    }
    const auto counts = data.counts();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) return failure("class " + data.classes()[i] + " has no picture to learn from");
    }
    return {};
}

}  // namespace

Result<HeadResult> train_head(const Dataset& data, const HeadOptions& options,
                              const OnHeadProgress& on_progress) {
    MOSAIC_TRY(check(data));
    const ThreadCount threads(options.threads);
    const bool one_each = is_one_each(data.counts());
    const int views = views_for(data.samples().size(), options.views);
    struct Candidate {
        std::filesystem::path path;
        Examples examples;
        Chosen chosen;
    };
    std::vector<Candidate> candidates;
    std::vector<std::string> notes;
    const auto examples_of = [&](const Backbone& backbone) -> Result<Examples> {
        const std::size_t rows = data.samples().size() * static_cast<std::size_t>(views);
        MOSAIC_TRY(check_size(backbone.path(), rows, backbone.widths()[0]));
        return compute_examples(data, backbone.path(), views, options, on_progress);
    };
    for (const auto& path : options.backbones) {
        auto backbone = Backbone::open(path, 1);
        auto examples =
            backbone ? examples_of(*backbone) : Result<Examples>(tl::unexpected(backbone.error()));
        if (!examples) {
            if (examples.error().message == kCancelled) return tl::unexpected(examples.error());
            notes.push_back(examples.error().message);
            continue;
        }
        auto chosen = choose(*examples, backbone->widths(), data.classes().size(), one_each, on_progress);
        if (!chosen) return tl::unexpected(chosen.error());
        chosen->trial.backbone = path;
        candidates.push_back({path, std::move(*examples), *chosen});
        if (one_each) break;
    }
    if (candidates.empty()) return failure(notes.empty() ? "no backbone is given" : notes[0]);
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.chosen.trial.accuracy > b.chosen.trial.accuracy;
    });
    Candidate& best = candidates[0];
    MOSAIC_TRY_ASSIGN(Backbone backbone, Backbone::open(best.path, 1));
    MOSAIC_TRY_ASSIGN(HeadResult result, finish(std::move(backbone), std::move(best.examples), data.classes(),
                                                best.chosen, views, one_each));
    for (const Candidate& candidate : candidates)
        result.trials.push_back(candidate.chosen.trial);
    if (one_each && options.backbones.size() > 1)
        result.notes.push_back("the backbone is the first that works: " + best.path.filename().string());
    result.notes.insert(result.notes.end(), notes.begin(), notes.end());
    return result;
}

Result<HeadResult> extend_head(const Model& model, const Dataset& data, const HeadOptions& options,
                               const OnHeadProgress& on_progress) {
    const HeadParts parts = parts_of(*model.impl().body);
    if (parts.head == nullptr) return failure("only a head on a frozen network can be extended");
    if (data.samples().empty()) return failure("there are no new pictures");
    const ThreadCount threads(options.threads);
    MOSAIC_TRY_ASSIGN(Backbone backbone, Backbone::open(*parts.backbone, 1));
    const auto views = static_cast<std::size_t>(parts.head->views);
    MOSAIC_TRY(check_size(*parts.backbone, parts.examples->picture.size() + data.samples().size() * views,
                          parts.head->width));
    MOSAIC_TRY_ASSIGN(const Examples added,
                      compute_examples(data, *parts.backbone, parts.head->views, options, on_progress));
    std::vector<std::string> classes = model.classes();
    std::vector<std::int32_t> renumbered;
    renumbered.reserve(data.classes().size());
    for (const std::string& name : data.classes()) {
        const auto found = std::find(classes.begin(), classes.end(), name);
        renumbered.push_back(static_cast<std::int32_t>(found - classes.begin()));
        if (found == classes.end()) classes.push_back(name);
    }
    Examples all = *parts.examples;
    const std::size_t before = all.picture.empty() ? 0 : all.picture.back() + 1;
    all.rows.elements.insert(all.rows.elements.end(), added.rows.elements.begin(), added.rows.elements.end());
    for (std::size_t i = 0; i < added.label.size(); ++i) {
        all.picture.push_back(before + added.picture[i]);
        all.label.push_back(renumbered[static_cast<std::size_t>(added.label[i])]);
    }
    Chosen chosen;
    chosen.trial.backbone = *parts.backbone;
    chosen.trial.strength = parts.head->strength;
    std::size_t width = 0;
    for (chosen.trial.maps = 0; width < parts.head->width; ++chosen.trial.maps)
        width += backbone.widths()[chosen.trial.maps];
    std::vector<std::size_t> counts(classes.size());
    for (const auto& views_of_one : rows_by_picture(all))
        ++counts[static_cast<std::size_t>(all.label[views_of_one[0]])];
    const bool one_each = is_one_each(counts);
    const Rows rows = centred(all.rows, head_of(width));
    MOSAIC_TRY_ASSIGN(const Ridge ridge, Ridge::fit(rows, all.label, classes.size(), chosen.trial.strength));
    const LeftOutPictures left =
        leave_pictures_out(ridge, rows, one_each ? views_as_pictures(all) : all, classes.size());
    chosen.temperature = best_temperature(left);
    chosen.trial.accuracy = one_each ? 0.0 : accuracy_of(left);
    chosen.trial.loss = cross_entropy(left, chosen.temperature);
    MOSAIC_TRY_ASSIGN(HeadResult result, finish(std::move(backbone), std::move(all), classes, chosen,
                                                parts.head->views, one_each));
    result.trials.push_back(chosen.trial);
    return result;
}

}  // namespace mosaic::train
