#include "train/head.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <thread>

#include "backend_choice.h"
#include "train/feature_cache.h"

namespace mosaic::train {

namespace {

constexpr std::array kStrengths = {0.003, 0.01, 0.03, 0.1, 0.3, 1.0};
constexpr double kStrengthOfOne = 0.1;  // where nothing can be cross-validated
constexpr const char* kCancelled = "cancelled";

// Rows of each picture.
std::vector<std::vector<std::size_t>> groups_of(const Examples& examples) {
    std::map<std::size_t, std::vector<std::size_t>> rows;
    for (std::size_t i = 0; i < examples.picture.size(); ++i)
        rows[examples.picture[i]].push_back(i);
    std::vector<std::vector<std::size_t>> groups;
    groups.reserve(rows.size());
    for (auto& [picture, group] : rows)
        groups.push_back(std::move(group));
    return groups;
}

// Not centred on the examples' mean: then each example would be minus the sum of the others, and what they
// are would tell what a left-out one is.
Head head_of(std::size_t width) {
    Head head;
    head.width = width;
    head.centre.assign(width, 0.0F);
    return head;
}

// Scores of pictures that were left out, the means of their views, as a model looks at a picture.
struct LeftOut {
    std::vector<std::vector<double>> scores;
    std::vector<std::int32_t> labels;
};

std::vector<double> mean_of_views(const std::vector<double>& scores, std::size_t views, std::size_t classes) {
    std::vector<double> mean(classes);
    for (std::size_t v = 0; v < views; ++v) {
        for (std::size_t c = 0; c < classes; ++c)
            mean[c] += scores[v * classes + c] / static_cast<double>(views);
    }
    return mean;
}

LeftOut leave_pictures_out(const Ridge& ridge, const Examples& examples, std::size_t classes) {
    LeftOut left;
    for (const auto& group : groups_of(examples)) {
        left.scores.push_back(mean_of_views(ridge.without(group), group.size(), classes));
        left.labels.push_back(examples.label[group[0]]);
    }
    return left;
}

double largest_probability(const std::vector<double>& scores, double temperature, std::int32_t except) {
    double largest = -1e300;
    for (std::size_t c = 0; c < scores.size(); ++c) {
        if (static_cast<std::int32_t>(c) != except) largest = std::max(largest, scores[c]);
    }
    double total = 0.0;
    for (std::size_t c = 0; c < scores.size(); ++c) {
        if (static_cast<std::int32_t>(c) != except) total += std::exp((scores[c] - largest) / temperature);
    }
    return 1.0 / total;
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

double cross_entropy(const LeftOut& left, double temperature) {
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

double best_temperature(const LeftOut& left) {
    double best = 0.05;
    for (double temperature = 0.005; temperature < 2.0; temperature *= 1.15) {
        if (cross_entropy(left, temperature) < cross_entropy(left, best)) best = temperature;
    }
    return best;
}

double accuracy_of(const LeftOut& left) {
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
    bool found = false;
    std::size_t width = 0;
    std::size_t step = 0;
    const std::size_t steps = one_each ? 1 : widths.size() * kStrengths.size();
    for (std::size_t maps = 1; maps <= widths.size(); ++maps) {
        width += widths[maps - 1];
        const Head head = head_of(width);
        const Rows rows = centred(examples.rows, head);
        for (const double strength : kStrengths) {
            if (one_each && (strength != kStrengthOfOne || maps > 1)) continue;
            if (on_progress && !on_progress("choosing", step++, steps)) return failure(kCancelled);
            MOSAIC_TRY_ASSIGN(const Ridge ridge, Ridge::fit(rows, examples.label, classes, strength));
            const LeftOut left =
                leave_pictures_out(ridge, one_each ? views_as_pictures(examples) : examples, classes);
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

// The probability below which a picture is none of these: half way between what known and unknown ones get,
// as whole classes left out tell.
void set_threshold(const Ridge& ridge, const Examples& examples, const LeftOut& left, std::size_t classes,
                   const Chosen& chosen, HeadResult& result) {
    std::map<std::int32_t, std::vector<std::size_t>> by_class;
    for (std::size_t i = 0; i < examples.label.size(); ++i)
        by_class[examples.label[i]].push_back(i);
    std::vector<double> unknown;
    for (const auto& [label, rows] : by_class) {
        const auto scores = ridge.without(rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::vector<double> one(scores.begin() + static_cast<std::ptrdiff_t>(i * classes),
                                          scores.begin() + static_cast<std::ptrdiff_t>((i + 1) * classes));
            unknown.push_back(largest_probability(one, chosen.temperature, label));
        }
    }
    std::vector<double> known;
    known.reserve(left.scores.size());
    for (const auto& scores : left.scores)
        known.push_back(largest_probability(scores, chosen.temperature, -1));
    const auto above = [](const std::vector<double>& all, double limit) {
        const auto count = std::count_if(all.begin(), all.end(), [&](double one) { return one >= limit; });
        return static_cast<double>(count) / static_cast<double>(all.size());
    };
    double best = -1.0;
    double threshold = 0.0;
    for (const double limit : known) {
        const double gain = above(known, limit) - above(unknown, limit);
        if (gain <= best) continue;
        best = gain;
        threshold = limit;
    }
    result.model.set_threshold(threshold);
    result.known_accepted = above(known, threshold);
    result.unknown_refused = 1.0 - above(unknown, threshold);
}

// Of many pictures, as many views as the solution can take.
int views_for(std::size_t pictures, int wanted) {
    int views = std::clamp(wanted, 1, Backbone::kViews);
    while (views > 1 && pictures * static_cast<std::size_t>(views) > Ridge::kRowsMax)
        --views;
    return views;
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
    if (stopped) return failure(kCancelled);
    if (!error.empty()) return failure(error);
    cache.save();
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
        result.notes.emplace_back(
            "a class has one picture only: nothing could be cross-validated, the first backbone was taken");
        examples = views_as_pictures(std::move(examples));
    }
    const LeftOut left = leave_pictures_out(ridge, examples, classes.size());
    if (!one_each) {
        result.left_out.reserve(left.scores.size());
        for (const auto& scores : left.scores)
            result.left_out.push_back(probabilities_of(scores, chosen.temperature));
    }
    set_threshold(ridge, examples, left, classes.size(), chosen, result);
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
    const auto counts = data.counts();
    // With half of the classes alone in their picture, leaving pictures out says nothing of them.
    const auto alone = std::count(counts.begin(), counts.end(), std::size_t{1});
    const bool one_each = static_cast<std::size_t>(alone) * 2 > counts.size();
    const int views = views_for(data.samples().size(), options.views);
    struct Candidate {
        std::filesystem::path path;
        Examples examples;
        Chosen chosen;
    };
    std::vector<Candidate> candidates;
    std::vector<std::string> notes;
    for (const auto& path : options.backbones) {
        auto backbone = Backbone::open(path, 1);
        auto examples = backbone ? compute_examples(data, path, views, options, on_progress)
                                 : Result<Examples>(tl::unexpected(backbone.error()));
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
    const Rows rows = centred(all.rows, head_of(width));
    MOSAIC_TRY_ASSIGN(const Ridge ridge, Ridge::fit(rows, all.label, classes.size(), chosen.trial.strength));
    const LeftOut left = leave_pictures_out(ridge, all, classes.size());
    chosen.temperature = best_temperature(left);
    chosen.trial.accuracy = accuracy_of(left);
    chosen.trial.loss = cross_entropy(left, chosen.temperature);
    MOSAIC_TRY_ASSIGN(HeadResult result,
                      finish(std::move(backbone), std::move(all), classes, chosen, parts.head->views, false));
    result.trials.push_back(chosen.trial);
    return result;
}

}  // namespace mosaic::train
