// How well boxes are found.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "mosaic/boxes.h"
#include "train/box_tiles.h"
#include "train/random.h"

namespace mosaic::train {

namespace {

// What was said, the surest first, and whether it was right.
struct Said {
    float score = 0.0F;
    bool right = false;
};

std::vector<Said> say(std::span<const BoxResult> results, std::span<const std::vector<bool>> right,
                      std::span<const std::size_t> chosen) {
    std::vector<Said> all;
    for (const std::size_t i : chosen) {
        for (std::size_t k = 0; k < results[i].found.size(); ++k)
            all.push_back({results[i].found[k].score, right[i][k]});
    }
    std::stable_sort(all.begin(), all.end(), [](const Said& a, const Said& b) { return a.score > b.score; });
    return all;
}

std::size_t count_truth(std::span<const BoxResult> results, std::span<const std::size_t> chosen) {
    std::size_t count = 0;
    for (const std::size_t i : chosen)
        count += results[i].truth.size();
    return count;
}

// Everingham et al., The Pascal VOC challenge (2010), as of 2010: the area under the curve whose precision at
// each recall is the best at that recall or beyond.
double area(std::span<const Said> said, std::size_t truth) {
    if (truth == 0) return 0.0;
    std::vector<double> precision(said.size());
    std::size_t right = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
        right += said[i].right ? 1 : 0;
        precision[i] = static_cast<double>(right) / static_cast<double>(i + 1);
    }
    double best = 0.0;
    double sum = 0.0;
    for (std::size_t i = said.size(); i-- > 0;) {
        best = std::max(best, precision[i]);
        if (said[i].right) sum += best;
    }
    return sum / static_cast<double>(truth);
}

std::vector<std::vector<bool>> match_all(std::span<const BoxResult> results, double overlap) {
    std::vector<std::vector<bool>> right;
    right.reserve(results.size());
    for (const BoxResult& result : results)
        right.push_back(match_boxes(result, overlap));
    return right;
}

Interval bootstrap(std::span<const BoxResult> results, std::span<const std::vector<bool>> right) {
    constexpr int kDraws = 2000;
    Random random(1);
    std::vector<double> areas;
    areas.reserve(kDraws);
    std::vector<std::size_t> chosen(results.size());
    for (int draw = 0; draw < kDraws; ++draw) {
        for (std::size_t& one : chosen)
            one = random.below(results.size());
        areas.push_back(area(say(results, right, chosen), count_truth(results, chosen)));
    }
    std::sort(areas.begin(), areas.end());
    return {areas[kDraws / 40], areas[kDraws - 1 - kDraws / 40]};
}

void find_threshold(std::span<const Said> said, BoxEvaluation& result) {
    const auto truth = static_cast<double>(std::max<std::size_t>(result.boxes, 1));
    double best = 0.0;
    double right = 0.0;
    for (std::size_t i = 0; i < said.size(); ++i) {
        right += said[i].right ? 1.0 : 0.0;
        const double precision = right / static_cast<double>(i + 1);
        const double recall = right / truth;
        result.precision_recall.push_back({recall, precision});
        // Equal scores are taken or left together.
        if (i + 1 < said.size() && said[i + 1].score == said[i].score) continue;
        const double mean = right > 0.0 ? 2.0 * precision * recall / (precision + recall) : 0.0;
        if (mean <= best) continue;
        best = mean;
        // Half way to the next: neither is on the edge.
        result.threshold = i + 1 < said.size() ? (said[i].score + said[i + 1].score) / 2.0F : said[i].score;
        result.precision = precision;
        result.recall = recall;
    }
}

}  // namespace

std::vector<bool> match_boxes(const BoxResult& result, double overlap_min) {
    std::vector<std::size_t> order(result.found.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return result.found[a].score > result.found[b].score;
    });
    std::vector<bool> right(result.found.size());
    std::vector<bool> taken(result.truth.size());
    for (const std::size_t i : order) {
        double best = overlap_min;
        std::size_t match = result.truth.size();
        for (std::size_t t = 0; t < result.truth.size(); ++t) {
            const double overlap = overlap_of(result.found[i], result.truth[t]);
            if (taken[t] || overlap < best) continue;
            best = overlap;
            match = t;
        }
        if (match == result.truth.size()) continue;
        taken[match] = true;
        right[i] = true;
    }
    return right;
}

BoxEvaluation evaluate_boxes(std::span<const BoxResult> results) {
    constexpr int kOverlaps = 10;
    BoxEvaluation evaluation;
    evaluation.photographs = results.size();
    std::vector<std::size_t> all(results.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    evaluation.boxes = count_truth(results, all);
    if (results.empty()) return evaluation;
    for (int i = 0; i < kOverlaps; ++i) {
        const auto right = match_all(results, 0.5 + 0.05 * i);
        const auto said = say(results, right, all);
        const double one = area(said, evaluation.boxes);
        evaluation.ap += one / kOverlaps;
        if (i == 5) evaluation.ap75 = one;
        if (i > 0) continue;
        evaluation.ap50 = one;
        evaluation.ap50_95 = bootstrap(results, right);
        find_threshold(said, evaluation);
    }
    return evaluation;
}

}  // namespace mosaic::train
