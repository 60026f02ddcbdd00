// The report of an evaluation as one HTML file.
#include <algorithm>
#include <fstream>

#include "mosaic/evaluation.h"
#include "train/augment.h"
#include "train/report_parts.h"

namespace mosaic::train {

namespace {

constexpr std::int64_t kThumbnailPx = 112;
// A matrix of more classes can't be read: only the pairs that are confused most are listed.
constexpr std::size_t kMatrixClassesMax = 60;
constexpr std::size_t kPairsMax = 40;

std::string learning_curves(std::span<const Epoch> epochs) {
    if (epochs.empty()) return "";
    Line train{"training loss", "#1f6fb2", {}};
    Line held{"held-back loss", "#c4502b", {}};
    Line accuracy{"", "#2b8a3e", {}};
    for (const Epoch& epoch : epochs) {
        train.points.push_back({static_cast<double>(epoch.number), epoch.train_loss});
        held.points.push_back({static_cast<double>(epoch.number), epoch.held_loss});
        accuracy.points.push_back({static_cast<double>(epoch.number), epoch.held_accuracy});
    }
    return "<h2>Learning</h2><div class='row'>" + chart("Loss by epoch", {train, held}, false) +
           chart("Accuracy on held-back pictures by epoch", {accuracy}, false) + "</div>";
}

std::string figures(const Evaluation& e) {
    const auto row = [](const std::string& name, const std::string& value) {
        return "<tr><th>" + name + "</th><td>" + value + "</td></tr>";
    };
    const auto with = [](double value, const Interval& interval) {
        return percent(value) + " (95 %: " + percent(interval.low) + " to " + percent(interval.high) + ")";
    };
    return "<table>" + row("Pictures", std::to_string(e.count)) +
           row("Accuracy", with(e.accuracy, e.accuracy_95)) +
           row("Balanced accuracy", with(e.balanced_accuracy, e.balanced_accuracy_95)) +
           row("Cross-entropy", number(e.loss, 4)) +
           row("Expected calibration error", percent(e.calibration_error)) +
           row("The same, scaled",
               percent(e.calibration_error_scaled) +
                   " with the temperature fitted on one half and measured on the other; " +
                   number(e.best_temperature, 2) + " fits all") +
           "</table>";
}

std::string class_table(const Evaluation& e) {
    std::string text =
        "<h2>By class</h2><table><tr><th>class</th><th>pictures</th><th>precision</th><th>recall</th>"
        "<th>ROC area</th><th>average precision</th></tr>";
    for (const ClassFigures& one : e.classes) {
        text += "<tr><td>" + escaped(one.name) + "</td><td>" + std::to_string(one.count) + "</td><td>" +
                percent(one.precision) + "</td><td>" + percent(one.recall) + "</td><td>" +
                number(one.roc_area, 3) + "</td><td>" + number(one.average_precision, 3) + "</td></tr>";
    }
    return text + "</table>";
}

std::string confused_pairs(const Evaluation& e) {
    struct Pair {
        std::size_t count, truth, said;
    };
    std::vector<Pair> pairs;
    for (std::size_t truth = 0; truth < e.classes.size(); ++truth) {
        for (std::size_t said = 0; said < e.classes.size(); ++said) {
            const std::size_t count = e.confusion[truth][said];
            if (truth != said && count > 0) pairs.push_back({count, truth, said});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair& a, const Pair& b) { return a.count > b.count; });
    const std::size_t shown = std::min(pairs.size(), kPairsMax);
    std::string text = "<h2>Confusion</h2><p>The most frequent " + std::to_string(shown) + " of " +
                       std::to_string(pairs.size()) +
                       " pairs that were confused.</p><table><tr><th>truth</th><th>said</th>"
                       "<th>pictures</th></tr>";
    for (std::size_t i = 0; i < shown; ++i) {
        text += "<tr><td>" + escaped(e.classes[pairs[i].truth].name) + "</td><td>" +
                escaped(e.classes[pairs[i].said].name) + "</td><td>" + std::to_string(pairs[i].count) +
                "</td></tr>";
    }
    return text + "</table>";
}

std::string confusion_matrix(const Evaluation& e) {
    if (e.classes.size() > kMatrixClassesMax) return confused_pairs(e);
    std::string text =
        "<h2>Confusion</h2><p>Rows are the truth, columns what was said.</p><table "
        "class='matrix'><tr><th></th>";
    for (std::size_t c = 0; c < e.classes.size(); ++c)
        text += "<th title='" + escaped(e.classes[c].name) + "'>" + std::to_string(c + 1) + "</th>";
    text += "</tr>";
    for (std::size_t truth = 0; truth < e.classes.size(); ++truth) {
        text += "<tr><th>" + std::to_string(truth + 1) + " " + escaped(e.classes[truth].name) + "</th>";
        for (std::size_t said = 0; said < e.classes.size(); ++said) {
            const std::size_t count = e.confusion[truth][said];
            const double part = static_cast<double>(count) /
                                static_cast<double>(std::max<std::size_t>(1, e.classes[truth].count));
            const std::string color = truth == said ? "43,138,62" : "196,80,43";
            text += "<td style='background:rgba(" + color + "," + number(part, 2) + ")'>" +
                    (count > 0 ? std::to_string(count) : "") + "</td>";
        }
        text += "</tr>";
    }
    return text + "</table>";
}

Result<std::string> pictures(const std::string& title, const std::vector<std::size_t>& indices,
                             const ReportInput& input) {
    if (indices.empty()) return std::string();
    std::string text = "<h2>" + escaped(title) + "</h2><div class='row'>";
    for (const std::size_t i : indices) {
        MOSAIC_TRY_ASSIGN(Picture picture, input.data->picture(i));
        picture = shrink_to_longer_side(std::move(picture), kThumbnailPx);
        const Sample& sample = input.data->samples()[i];
        const auto& row = input.probabilities[i];
        const auto best = std::max_element(row.begin(), row.end()) - row.begin();
        const auto& names = input.evaluation->classes;
        const std::string truth = names[static_cast<std::size_t>(sample.label)].name;
        MOSAIC_TRY_ASSIGN(const std::string shown, image(picture, sample.path.string()));
        text += "<figure class='picture'>" + shown + "<figcaption>" + escaped(truth) +
                (best == sample.label ? " (right"
                                      : " (said: " + escaped(names[static_cast<std::size_t>(best)].name)) +
                ", " + percent(row[static_cast<std::size_t>(best)]) + ")</figcaption></figure>";
    }
    return text + "</div>";
}

}  // namespace

Result<void> write_report(const std::filesystem::path& path, const ReportInput& input) {
    const Evaluation& e = *input.evaluation;
    MOSAIC_TRY_ASSIGN(const std::string confused, pictures("Wrong, and sure of it", e.most_confused, input));
    MOSAIC_TRY_ASSIGN(const std::string uncertain, pictures("Least certain", e.least_certain, input));
    std::ofstream file(path);
    file << page_start(input.title, input.model, input.data->fingerprint(), "") << figures(e)
         << learning_curves(input.epochs) << "<h2>Curves of all classes together</h2><div class='row'>"
         << chart("ROC: found by false alarms", {{"", "#1f6fb2", e.roc}}, true)
         << chart("Precision by recall", {{"", "#1f6fb2", e.precision_recall}}, true) << "</div>" << confused
         << uncertain << confusion_matrix(e) << class_table(e) << "</body></html>\n";
    file.close();
    if (!file) return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace mosaic::train
