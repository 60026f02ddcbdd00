// The report of a detector as one HTML file.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include "mosaic/boxes.h"
#include "train/augment.h"
#include "train/report_parts.h"

namespace mosaic::train {

namespace {

constexpr std::int64_t kShownPx = 560;
constexpr std::size_t kPhotographsMax = 60;

struct Color {
    std::array<std::uint8_t, 3> rgb;
};
constexpr Color kRight{{43, 200, 80}};
constexpr Color kWrong{{230, 60, 40}};
constexpr Color kMissed{{255, 200, 0}};

void draw(Picture& picture, const FoundBox& box, double zoom, const Color& color) {
    const auto place = [&](float at, std::int64_t size) {
        return std::clamp<std::int64_t>(std::llround(at * zoom), 0, size - 1);
    };
    const std::int64_t left = place(box.left, picture.width);
    const std::int64_t right = place(box.right, picture.width);
    const std::int64_t top = place(box.top, picture.height);
    const std::int64_t bottom = place(box.bottom, picture.height);
    const auto paint = [&](std::int64_t x, std::int64_t y) {
        std::copy(color.rgb.begin(), color.rgb.end(),
                  picture.rgb.begin() + static_cast<std::ptrdiff_t>((y * picture.width + x) * 3));
    };
    for (std::int64_t x = left; x <= right; ++x) {
        for (const std::int64_t y : {top, std::min(top + 1, bottom), bottom, std::max(bottom - 1, top)})
            paint(x, y);
    }
    for (std::int64_t y = top; y <= bottom; ++y) {
        for (const std::int64_t x : {left, std::min(left + 1, right), right, std::max(right - 1, left)})
            paint(x, y);
    }
}

std::string figures(const BoxEvaluation& e) {
    const auto row = [](const std::string& name, const std::string& value) {
        return "<tr><th>" + name + "</th><td>" + value + "</td></tr>";
    };
    return "<table>" +
           row("Photographs, boxes", std::to_string(e.photographs) + ", " + std::to_string(e.boxes)) +
           row("AP50", number(e.ap50, 3) + " (95 %: " + number(e.ap50_95.low, 3) + " to " +
                           number(e.ap50_95.high, 3) + ", over photographs)") +
           row("AP75", number(e.ap75, 3)) + row("AP, mean of 50 to 95", number(e.ap, 3)) +
           row("At score " + number(e.threshold, 2),
               "precision " + percent(e.precision) + ", recall " + percent(e.recall)) +
           "</table>";
}

Result<std::string> photograph(const BoxReport& report, std::size_t index) {
    MOSAIC_TRY_ASSIGN(const Picture picture, report.data->picture(index));
    Picture shown = shrink_to_longer_side(picture, kShownPx);
    const double zoom = static_cast<double>(shown.width) / static_cast<double>(picture.width);
    BoxResult result = report.results[index];
    std::erase_if(result.found,
                  [&](const FoundBox& box) { return box.score < report.evaluation->threshold; });
    const std::vector<bool> right = match_boxes(result, 0.5);
    // The truths that nothing matches: what is matched when the roles are changed is found.
    const std::vector<bool> found = match_boxes({result.truth, result.found}, 0.5);
    for (std::size_t t = 0; t < result.truth.size(); ++t) {
        if (!found[t]) draw(shown, result.truth[t], zoom, kMissed);
    }
    for (std::size_t i = 0; i < result.found.size(); ++i)
        draw(shown, result.found[i], zoom, right[i] ? kRight : kWrong);
    const auto hits = static_cast<std::size_t>(std::count(right.begin(), right.end(), true));
    const std::string path = report.data->samples()[index].path.filename().string();
    MOSAIC_TRY_ASSIGN(const std::string drawn, image(shown, path));
    return "<figure class='photo'>" + drawn + "<figcaption>" + escaped(path) + ": " + std::to_string(hits) +
           " of " + std::to_string(result.truth.size()) + ", " + std::to_string(right.size() - hits) +
           " wrong</figcaption></figure>";
}

std::string curves(const BoxReport& report) {
    constexpr std::array kColors = {"#1f6fb2", "#c4502b", "#2b8a3e", "#8a4fb0", "#b08a1f"};
    constexpr double kPointSteps = 20.0;
    std::vector<Line> losses;
    for (std::size_t fold = 0; fold < report.losses.size(); ++fold) {
        Line line{report.losses.size() > 1 ? "fold " + std::to_string(fold + 1) : "",
                  kColors[fold % kColors.size()],
                  {}};
        for (std::size_t i = 0; i < report.losses[fold].size(); ++i)
            line.points.push_back({kPointSteps * static_cast<double>(i + 1), report.losses[fold][i]});
        losses.push_back(std::move(line));
    }
    std::string text = "<div class='row'>";
    if (!losses.empty()) text += chart("Training loss by step", losses, false);
    return text + chart("Precision by recall", {{"", "#1f6fb2", report.evaluation->precision_recall}}, true) +
           "</div>";
}

}  // namespace

Result<void> write_box_report(const std::filesystem::path& path, const BoxReport& report) {
    std::string photographs;
    const std::size_t count = std::min(report.results.size(), kPhotographsMax);
    for (std::size_t i = 0; i < count; ++i) {
        MOSAIC_TRY_ASSIGN(const std::string one, photograph(report, i));
        photographs += one;
    }
    std::ofstream file(path);
    file << page_start(report.title, report.model, report.data->fingerprint(),
                       "<style>.photo{width:auto;max-width:560px}.photo img{max-width:100%}</style>")
         << figures(*report.evaluation) << "<h2>Learning and finding</h2>" << curves(report)
         << "<h2>Photographs</h2><p>Green: found. Red: found where nothing is. Yellow: missed.";
    if (count < report.results.size())
        file << " The first " << count << " of " << report.results.size() << ".";
    file << "</p><div class='row'>" << photographs << "</div></body></html>\n";
    file.close();
    if (!file) return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace mosaic::train
