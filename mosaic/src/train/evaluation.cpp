#include "mosaic/evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "train/random.h"

namespace mosaic::train {

namespace {

using Probabilities = std::span<const std::vector<float>>;
using Labels = std::span<const std::int32_t>;

constexpr std::size_t kShown = 24;  // pictures in each list

std::size_t said(const std::vector<float>& probabilities) {
    return static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) -
                                    probabilities.begin());
}

std::vector<float> scaled(const std::vector<float>& probabilities, double temperature) {
    std::vector<float> result(probabilities.size());
    double total = 0.0;
    for (std::size_t c = 0; c < result.size(); ++c) {
        const double part = std::pow(std::max<double>(probabilities[c], 1e-12), 1.0 / temperature);
        result[c] = static_cast<float>(part);
        total += part;
    }
    for (float& one : result)
        one = static_cast<float>(one / total);
    return result;
}

double loss_of(Probabilities probabilities, Labels labels, double temperature) {
    double loss = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto row = scaled(probabilities[i], temperature);
        loss -= std::log(std::max<double>(row[static_cast<std::size_t>(labels[i])], 1e-12));
    }
    return loss / static_cast<double>(labels.size());
}

double calibration_error(Probabilities probabilities, Labels labels, double temperature) {
    struct Bin {
        double sure = 0.0, right = 0.0;
    };
    std::array<Bin, 15> bins{};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto row = scaled(probabilities[i], temperature);
        const std::size_t best = said(row);
        const auto at =
            std::min(bins.size() - 1, static_cast<std::size_t>(row[best] * static_cast<float>(bins.size())));
        bins[at].sure += row[best];
        bins[at].right += best == static_cast<std::size_t>(labels[i]) ? 1.0 : 0.0;
    }
    double error = 0.0;
    for (const Bin& bin : bins)
        error += std::abs(bin.sure - bin.right);
    return error / static_cast<double>(labels.size());
}

// Pictures with their labels, apart from the rest.
struct Half {
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
};

// Every second picture of each class.
std::array<Half, 2> halves_of(Probabilities probabilities, Labels labels) {
    std::vector<std::size_t> order(labels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return labels[a] < labels[b]; });
    std::array<Half, 2> halves;
    for (std::size_t i = 0; i < order.size(); ++i) {
        halves[i % 2].probabilities.push_back(probabilities[order[i]]);
        halves[i % 2].labels.push_back(labels[order[i]]);
    }
    return halves;
}

// What scaling would do for pictures that the temperature wasn't fitted on: each half with that of the other.
double scaled_calibration_error(Probabilities probabilities, Labels labels) {
    const auto halves = halves_of(probabilities, labels);
    if (halves[1].labels.empty()) return calibration_error(probabilities, labels, 1.0);
    double sum = 0.0;
    for (std::size_t i = 0; i < 2; ++i) {
        const Half& fitted = halves[i];
        const Half& measured = halves[1 - i];
        const double temperature = fit_temperature(fitted.probabilities, fitted.labels);
        sum += calibration_error(measured.probabilities, measured.labels, temperature) *
               static_cast<double>(measured.labels.size());
    }
    return sum / static_cast<double>(labels.size());
}

Interval wilson(double part, double count) {
    constexpr double kZ = 1.959964;
    const double scale = 1.0 + kZ * kZ / count;
    const double middle = (part + kZ * kZ / (2.0 * count)) / scale;
    const double reach =
        kZ / scale * std::sqrt(part * (1.0 - part) / count + kZ * kZ / (4.0 * count * count));
    return {std::max(0.0, middle - reach), std::min(1.0, middle + reach)};
}

// Mean over the classes that occur of the part that is right.
double balanced(Labels labels, const std::vector<bool>& right, std::span<const std::size_t> picked,
                std::size_t classes) {
    std::vector<double> count(classes);
    std::vector<double> hits(classes);
    for (const std::size_t i : picked) {
        const auto label = static_cast<std::size_t>(labels[i]);
        count[label] += 1.0;
        hits[label] += right[i] ? 1.0 : 0.0;
    }
    double sum = 0.0;
    double occurring = 0.0;
    for (std::size_t c = 0; c < classes; ++c) {
        if (count[c] == 0.0) continue;
        sum += hits[c] / count[c];
        occurring += 1.0;
    }
    return sum / std::max(occurring, 1.0);
}

Interval bootstrap(Labels labels, const std::vector<bool>& right, std::size_t classes) {
    constexpr std::size_t kDraws = 2000;
    Random random(20240601);
    std::vector<double> draws;
    draws.reserve(kDraws);
    std::vector<std::size_t> picked(labels.size());
    for (std::size_t draw = 0; draw < kDraws; ++draw) {
        for (std::size_t& one : picked)
            one = random.below(labels.size());
        draws.push_back(balanced(labels, right, picked, classes));
    }
    std::sort(draws.begin(), draws.end());
    return {draws[kDraws / 40], draws[kDraws - 1 - kDraws / 40]};
}

// Scores of one question (is it this class?) with the answers.
struct Answers {
    std::vector<std::pair<float, bool>> all;  // sorted: the surest first
    double positives = 0.0;

    void sort() {
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        positives = static_cast<double>(
            std::count_if(all.begin(), all.end(), [](const auto& one) { return one.second; }));
    }
};

struct Curves {
    std::vector<CurvePoint> roc, precision_recall;
    double roc_area = 0.0, average_precision = 0.0;
};

// Equal scores are one step: their order means nothing.
Curves curves_of(const Answers& answers) {
    Curves curves;
    const double negatives = static_cast<double>(answers.all.size()) - answers.positives;
    if (answers.positives == 0.0 || negatives == 0.0) return curves;
    double hits = 0.0;
    double alarms = 0.0;
    CurvePoint before;
    curves.roc.push_back(before);
    for (std::size_t i = 0; i < answers.all.size();) {
        const float score = answers.all[i].first;
        const double hits_before = hits;
        for (; i < answers.all.size() && answers.all[i].first == score; ++i)
            (answers.all[i].second ? hits : alarms) += 1.0;
        const CurvePoint now{alarms / negatives, hits / answers.positives};
        const double precision = hits / (hits + alarms);
        curves.roc_area += (now.x - before.x) * (now.y + before.y) / 2.0;
        curves.average_precision += (hits - hits_before) / answers.positives * precision;
        curves.roc.push_back(now);
        curves.precision_recall.push_back({now.y, precision});
        before = now;
    }
    return curves;
}

// So many that a drawn curve looks the same.
std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& points) {
    constexpr std::size_t kPointsMax = 400;
    if (points.size() <= kPointsMax) return points;
    std::vector<CurvePoint> some;
    some.reserve(kPointsMax);
    for (std::size_t i = 0; i < kPointsMax; ++i)
        some.push_back(points[i * (points.size() - 1) / (kPointsMax - 1)]);
    return some;
}

void count_classes(Probabilities probabilities, Labels labels, Evaluation& result) {
    const std::size_t classes = result.classes.size();
    Answers together;
    for (std::size_t c = 0; c < classes; ++c) {
        ClassFigures& figures = result.classes[c];
        Answers answers;
        for (std::size_t i = 0; i < labels.size(); ++i)
            answers.all.emplace_back(probabilities[i][c], static_cast<std::size_t>(labels[i]) == c);
        together.all.insert(together.all.end(), answers.all.begin(), answers.all.end());
        answers.sort();
        const Curves curves = curves_of(answers);
        figures.roc_area = curves.roc_area;
        figures.average_precision = curves.average_precision;
        std::size_t claimed = 0;
        for (std::size_t truth = 0; truth < classes; ++truth)
            claimed += result.confusion[truth][c];
        figures.count =
            std::accumulate(result.confusion[c].begin(), result.confusion[c].end(), std::size_t{0});
        const auto hits = static_cast<double>(result.confusion[c][c]);
        if (claimed > 0) figures.precision = hits / static_cast<double>(claimed);
        if (figures.count > 0) figures.recall = hits / static_cast<double>(figures.count);
    }
    together.sort();
    const Curves curves = curves_of(together);
    result.roc = thinned(curves.roc);
    result.precision_recall = thinned(curves.precision_recall);
}

void pick_examples(Probabilities probabilities, Labels labels, Evaluation& result) {
    std::vector<std::pair<float, std::size_t>> confused;
    std::vector<std::pair<float, std::size_t>> uncertain;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::size_t best = said(probabilities[i]);
        if (best != static_cast<std::size_t>(labels[i])) confused.emplace_back(-probabilities[i][best], i);
        uncertain.emplace_back(probabilities[i][best], i);
    }
    std::sort(confused.begin(), confused.end());
    std::sort(uncertain.begin(), uncertain.end());
    for (std::size_t i = 0; i < std::min(kShown, confused.size()); ++i)
        result.most_confused.push_back(confused[i].second);
    for (std::size_t i = 0; i < std::min(kShown, uncertain.size()); ++i)
        result.least_certain.push_back(uncertain[i].second);
}

}  // namespace

double fit_temperature(Probabilities probabilities, Labels labels) {
    double best = 1.0;
    double best_loss = loss_of(probabilities, labels, best);
    for (double temperature = 0.1; temperature < 10.0; temperature *= 1.05) {
        const double loss = loss_of(probabilities, labels, temperature);
        if (loss >= best_loss) continue;
        best = temperature;
        best_loss = loss;
    }
    return best;
}

Evaluation evaluate(Probabilities probabilities, Labels labels, const std::vector<std::string>& classes) {
    Evaluation result;
    result.count = labels.size();
    result.confusion.assign(classes.size(), std::vector<std::size_t>(classes.size()));
    for (const std::string& name : classes)
        result.classes.push_back({name, 0, 0.0, 0.0, 0.0, 0.0});
    std::vector<bool> right(labels.size());
    std::vector<std::size_t> all(labels.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::size_t best = said(probabilities[i]);
        const auto label = static_cast<std::size_t>(labels[i]);
        right[i] = best == label;
        ++result.confusion[label][best];
    }
    const auto count = static_cast<double>(labels.size());
    result.accuracy = static_cast<double>(std::count(right.begin(), right.end(), true)) / count;
    result.accuracy_95 = wilson(result.accuracy, count);
    result.balanced_accuracy = balanced(labels, right, all, classes.size());
    result.balanced_accuracy_95 = bootstrap(labels, right, classes.size());
    result.loss = loss_of(probabilities, labels, 1.0);
    result.calibration_error = calibration_error(probabilities, labels, 1.0);
    result.best_temperature = fit_temperature(probabilities, labels);
    result.calibration_error_scaled = scaled_calibration_error(probabilities, labels);
    count_classes(probabilities, labels, result);
    pick_examples(probabilities, labels, result);
    return result;
}

}  // namespace mosaic::train
