#include "train/left_out.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace mosaic::train {

namespace {

// Of the views that begin at `first`.
std::vector<double> mean_of_views(const std::vector<double>& scores, std::size_t first, std::size_t views,
                                  std::size_t classes) {
    std::vector<double> mean(classes);
    for (std::size_t v = first; v < first + views; ++v) {
        for (std::size_t c = 0; c < classes; ++c)
            mean[c] += scores[v * classes + c] / static_cast<double>(views);
    }
    return mean;
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

// Where accepting and refusing go best together, of all but those that `skip` names. The highest first.
template <typename Skip>
double best_limit(const std::vector<Judged>& sorted, Skip skip) {
    double known_count = 0.0;
    double unknown_count = 0.0;
    for (const Judged& one : sorted) {
        if (!skip(one)) (one.known ? known_count : unknown_count) += 1.0;
    }
    double known = 0.0;
    double unknown = 0.0;
    double best = 0.0;
    double limit = 0.0;
    double last = -1.0;  // none yet
    const auto consider = [&](double below) {
        const double gain = known / std::max(known_count, 1.0) - unknown / std::max(unknown_count, 1.0);
        if (gain <= best) return;
        best = gain;
        limit = 0.5 * (last + below);
    };
    for (const Judged& one : sorted) {
        if (skip(one)) continue;
        if (last >= 0.0 && one.probability < last) consider(one.probability);
        (one.known ? known : unknown) += 1.0;
        last = one.probability;
    }
    if (last >= 0.0) consider(last);
    return limit;
}

}  // namespace

std::vector<std::vector<std::size_t>> rows_by_picture(const Examples& examples) {
    std::map<std::size_t, std::vector<std::size_t>> rows;
    for (std::size_t i = 0; i < examples.picture.size(); ++i)
        rows[examples.picture[i]].push_back(i);
    std::vector<std::vector<std::size_t>> groups;
    groups.reserve(rows.size());
    for (auto& [picture, group] : rows)
        groups.push_back(std::move(group));
    return groups;
}

LeftOutPictures leave_pictures_out(const Ridge& ridge, const Rows& rows, const Examples& examples,
                                   std::size_t classes) {
    LeftOutPictures left;
    for (const auto& group : rows_by_picture(examples)) {
        left.scores.push_back(mean_of_views(ridge.without(rows, group), 0, group.size(), classes));
        left.labels.push_back(examples.label[group[0]]);
    }
    return left;
}

std::vector<Judged> judge_pictures(const Ridge& ridge, const Rows& rows, const Examples& examples,
                                   const LeftOutPictures& left, std::size_t classes, double temperature) {
    const auto pictures = rows_by_picture(examples);
    std::vector<Judged> judged;
    std::map<std::int32_t, std::vector<std::size_t>> of_class;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        of_class[left.labels[i]].push_back(i);
        judged.push_back({largest_probability(left.scores[i], temperature, -1), true, i, left.labels[i]});
    }
    for (const auto& [label, members] : of_class) {
        std::vector<std::size_t> group;
        for (const std::size_t i : members)
            group.insert(group.end(), pictures[i].begin(), pictures[i].end());
        const auto scores = ridge.without(rows, group);
        std::size_t first = 0;
        for (const std::size_t i : members) {
            const std::size_t views = pictures[i].size();
            const auto mean = mean_of_views(scores, first, views, classes);
            judged.push_back({largest_probability(mean, temperature, label), false, i, label});
            first += views;
        }
    }
    return judged;
}

NoneOfThese choose_threshold(std::vector<Judged> judged) {
    std::sort(judged.begin(), judged.end(),
              [](const Judged& a, const Judged& b) { return a.probability > b.probability; });
    NoneOfThese chosen;
    chosen.threshold = best_limit(judged, [](const Judged& /*one*/) { return false; });
    std::map<std::int32_t, double> without_class;
    double known = 0.0;
    double unknown = 0.0;
    for (const Judged& one : judged) {
        if (one.known) {
            const double limit =
                best_limit(judged, [&](const Judged& other) { return other.picture == one.picture; });
            chosen.known_accepted += one.probability >= limit ? 1.0 : 0.0;
            known += 1.0;
            continue;
        }
        const auto [limit, is_new] = without_class.try_emplace(one.label, 0.0);
        if (is_new) {
            limit->second = best_limit(judged, [&](const Judged& other) { return other.label == one.label; });
        }
        chosen.unknown_refused += one.probability < limit->second ? 1.0 : 0.0;
        unknown += 1.0;
    }
    chosen.known_accepted /= std::max(known, 1.0);
    chosen.unknown_refused /= std::max(unknown, 1.0);
    return chosen;
}

}  // namespace mosaic::train
