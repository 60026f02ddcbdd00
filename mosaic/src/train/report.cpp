// The report of an evaluation as one HTML file.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

#include "mosaic/evaluation.h"
#include "train/augment.h"
#include "train/picture_file.h"

namespace mosaic::train {

namespace {

constexpr std::int64_t kThumbnailPx = 112;
// A matrix of more classes can't be read: only the pairs that are confused are listed.
constexpr std::size_t kMatrixClassesMax = 60;

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '&':
                safe += "&amp;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string number(double value, int decimals) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}
std::string percent(double part) {
    return number(100.0 * part, 1) + " %";
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k)
            word = word << 8U | (i + k < bytes.size() ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? kDigits[word >> (18U - 6U * k) & 63U] : '=';
    }
    return text;
}

struct Line {
    std::string name, color;
    std::vector<CurvePoint> points;
};

// Lines over x and y ranges that hold all of them; y begins at 0.
std::string chart(const std::string& title, const std::vector<Line>& lines, bool unit) {
    constexpr double kWidth = 360.0;
    constexpr double kHeight = 220.0;
    constexpr double kEdge = 36.0;
    double right = unit ? 1.0 : 1e-9;
    double top = unit ? 1.0 : 1e-9;
    double left = unit ? 0.0 : 1e9;
    for (const Line& line : lines) {
        for (const CurvePoint& point : line.points) {
            right = std::max(right, point.x);
            left = std::min(left, point.x);
            top = std::max(top, point.y);
        }
    }
    if (right <= left) right = left + 1.0;
    const auto x_of = [&](double x) { return kEdge + (x - left) / (right - left) * (kWidth - kEdge - 8.0); };
    const auto y_of = [&](double y) { return kHeight - 24.0 - y / top * (kHeight - 44.0); };
    std::string svg = "<figure><figcaption>" + escaped(title) + "</figcaption><svg viewBox='0 0 " +
                      number(kWidth, 0) + " " + number(kHeight, 0) + "'>";
    for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const std::string y = number(y_of(part * top), 1);
        svg += "<line class='grid' x1='" + number(kEdge, 0) + "' x2='" + number(kWidth - 8.0, 0) + "' y1='" +
               y + "' y2='" + y + "'/><text x='" + number(kEdge - 4.0, 0) + "' y='" + y +
               "' text-anchor='end' dy='3'>" + number(part * top, 2) + "</text>";
    }
    svg += "<text x='" + number(kEdge, 0) + "' y='" + number(kHeight - 8.0, 0) + "'>" +
           number(left, unit ? 1 : 0) + "</text><text x='" + number(kWidth - 8.0, 0) + "' y='" +
           number(kHeight - 8.0, 0) + "' text-anchor='end'>" + number(right, unit ? 1 : 0) + "</text>";
    double label = 14.0;
    for (const Line& line : lines) {
        svg += "<polyline fill='none' stroke='" + line.color + "' stroke-width='1.5' points='";
        for (const CurvePoint& point : line.points)
            svg += number(x_of(point.x), 1) + "," + number(y_of(point.y), 1) + " ";
        svg += "'/>";
        if (!line.name.empty()) {
            svg += "<text x='" + number(kWidth - 12.0, 0) + "' y='" + number(label, 0) +
                   "' text-anchor='end' fill='" + line.color + "'>" + escaped(line.name) + "</text>";
            label += 12.0;
        }
    }
    return svg + "</svg></figure>";
}

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
           row("Expected calibration error", percent(e.calibration_error) + ", " +
                                                 percent(e.calibration_error_scaled) + " at temperature " +
                                                 number(e.best_temperature, 2)) +
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

std::string confusion_matrix(const Evaluation& e) {
    if (e.classes.size() > kMatrixClassesMax) return "";
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
        const std::int64_t longer = std::max(picture.width, picture.height);
        if (longer > kThumbnailPx) {
            picture = shrink(picture, std::max<std::int64_t>(1, picture.width * kThumbnailPx / longer),
                             std::max<std::int64_t>(1, picture.height * kThumbnailPx / longer));
        }
        MOSAIC_TRY_ASSIGN(const auto bytes, encode_png(picture));
        const Sample& sample = input.data->samples()[i];
        const auto& row = input.probabilities[i];
        const auto best = std::max_element(row.begin(), row.end()) - row.begin();
        const auto& names = input.evaluation->classes;
        const std::string truth = names[static_cast<std::size_t>(sample.label)].name;
        text += "<figure class='picture'><img alt='' title='" + escaped(sample.path.string()) +
                "' src='data:image/png;base64," + base64(bytes) + "'><figcaption>" + escaped(truth) +
                (best == sample.label ? " (right"
                                      : " (said: " + escaped(names[static_cast<std::size_t>(best)].name)) +
                ", " + percent(row[static_cast<std::size_t>(best)]) + ")</figcaption></figure>";
    }
    return text + "</div>";
}

constexpr const char* kHead = R"(<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1100px;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse}
th,td{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}
.matrix{display:block;overflow-x:auto}.matrix th,.matrix td{padding:.1rem .3rem;font-size:.75rem;white-space:nowrap}
.row{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:360px}figcaption{font-size:.8rem}
svg text{font-size:9px;fill:#555}.grid{stroke:#e5e5e5}.picture{width:124px}.picture img{max-width:112px;max-height:112px}
</style>)";

}  // namespace

Result<void> write_report(const std::filesystem::path& path, const ReportInput& input) {
    const Evaluation& e = *input.evaluation;
    MOSAIC_TRY_ASSIGN(const std::string confused, pictures("Wrong, and sure of it", e.most_confused, input));
    MOSAIC_TRY_ASSIGN(const std::string uncertain, pictures("Least certain", e.least_certain, input));
    std::ofstream file(path);
    file << kHead << "<title>" << escaped(input.title) << "</title></head><body><h1>" << escaped(input.title)
         << "</h1><p>" << escaped(input.model) << ". Data: " << input.data->fingerprint() << ".</p>"
         << figures(e) << learning_curves(input.epochs)
         << "<h2>Curves of all classes together</h2><div class='row'>"
         << chart("ROC: found by false alarms", {{"", "#1f6fb2", e.roc}}, true)
         << chart("Precision by recall", {{"", "#1f6fb2", e.precision_recall}}, true) << "</div>" << confused
         << uncertain << confusion_matrix(e) << class_table(e) << "</body></html>\n";
    file.close();
    if (!file) return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace mosaic::train
