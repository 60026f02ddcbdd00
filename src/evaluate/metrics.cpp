#include "evaluate/metrics.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/assignment.h"

namespace vitrina::evaluate {
namespace {

// An overlap of exactly the threshold counts, whatever rounding does.
constexpr double kRounding = 1e-9;

double share(double part, double whole) {
    return part / std::max(1.0, whole);
}

/// How often each person and each track occurs, and each pair of them, as `weight` counts.
class PairCounts {
  public:
    explicit PairCounts(const Comparison& comparison)
        : truth_(comparison.truth_ids), result_(comparison.result_ids), columns_(comparison.result_ids) {}

    void add(int truth, int result, double weight) { pairs_[key(truth, result)] += weight; }
    [[nodiscard]] double of(int truth, int result) const {
        const auto found = pairs_.find(key(truth, result));
        return found == pairs_.end() ? 0 : found->second;
    }
    void count_boxes(const Comparison& comparison) {
        for (const ComparedFrame& frame : comparison.frames) {
            for (const int id : frame.truth)
                ++truth_[id];
            for (const int id : frame.result)
                ++result_[id];
        }
    }
    /// How well two identities fit over the whole time: their boxes together of all boxes of either.
    [[nodiscard]] double jaccard(int truth, int result, double together) const {
        return together / std::max(1e-12, truth_[truth] + result_[result] - together);
    }

    /// Calls f(truth, result, weight) for each pair that was added.
    template <typename F>
    void for_each(const F& f) const {
        for (const auto& [pair, weight] : pairs_)
            f(static_cast<int>(pair / columns_), static_cast<int>(pair % columns_), weight);
    }

  private:
    [[nodiscard]] std::int64_t key(int truth, int result) const { return truth * columns_ + result; }

    std::vector<double> truth_;
    std::vector<double> result_;
    std::int64_t columns_;
    std::unordered_map<std::int64_t, double> pairs_;
};

/// What is known of each person while the frames go by.
struct Followed {
    int last_track = kUnassigned;  // that he was matched with
    std::int64_t matched_in = -2;  // frame
    std::int64_t boxes = 0;
    std::int64_t matched = 0;
    std::int64_t runs = 0;  // of his frames, those without a match between
    bool in_run = false;
};

std::vector<int> match_clear(const ComparedFrame& frame, const std::vector<Followed>& people,
                             std::int64_t previous_frame) {
    // Whoever stays on his track goes before all others.
    constexpr double kKept = 1000;
    std::vector<Candidate> candidates;
    for (const Overlap& pair : frame.overlaps) {
        if (pair.iou < kOverlapMin - kRounding) continue;
        const Followed& person = people[frame.truth[pair.truth]];
        const bool kept =
            person.matched_in == previous_frame && person.last_track == frame.result[pair.result];
        candidates.push_back({pair.truth, pair.result, pair.iou + (kept ? kKept : 0)});
    }
    return assign(static_cast<int>(frame.truth.size()), static_cast<int>(frame.result.size()), candidates);
}

double overlap_of(const ComparedFrame& frame, int truth, int result) {
    for (const Overlap& pair : frame.overlaps)
        if (pair.truth == truth && pair.result == result) return pair.iou;
    return 0;
}

}  // namespace

ClearMot clear_mot(const Comparison& comparison) {
    ClearMot clear;
    std::vector<Followed> people(comparison.truth_ids);
    double overlap_sum = 0;
    std::int64_t previous_frame = -1;
    for (const ComparedFrame& frame : comparison.frames) {
        const std::vector<int> chosen = match_clear(frame, people, previous_frame);
        std::int64_t matched = 0;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            Followed& person = people[frame.truth[i]];
            ++person.boxes;
            const bool in_run = std::exchange(person.in_run, chosen[i] != kUnassigned);
            if (chosen[i] == kUnassigned) continue;
            if (!in_run) ++person.runs;
            const int track = frame.result[chosen[i]];
            ++matched;
            ++person.matched;
            overlap_sum += overlap_of(frame, static_cast<int>(i), chosen[i]);
            if (person.last_track != kUnassigned && person.last_track != track) ++clear.switches;
            person.last_track = track;
            person.matched_in = frame.frame;
        }
        clear.matched += matched;
        clear.missed += std::ssize(frame.truth) - matched;
        clear.false_boxes += std::ssize(frame.result) - matched;
        // A frame in which nothing can be matched breaks no pair, as in TrackEval.
        if (!frame.truth.empty() && !frame.result.empty()) previous_frame = frame.frame;
    }
    for (const Followed& person : people) {
        clear.fragmentations += std::max<std::int64_t>(0, person.runs - 1);
        const double tracked = static_cast<double>(person.matched) / static_cast<double>(person.boxes);
        constexpr double kMostly = 0.8;
        constexpr double kHardly = 0.2;
        if (tracked > kMostly)
            ++clear.mostly_tracked;
        else if (tracked >= kHardly)
            ++clear.partly_tracked;
        else
            ++clear.mostly_lost;
    }
    const auto errors = static_cast<double>(clear.missed + clear.false_boxes + clear.switches);
    const auto boxes = static_cast<double>(comparison.truth_boxes);
    clear.mota = share(boxes - errors, boxes);
    clear.motp = share(overlap_sum, static_cast<double>(clear.matched));
    return clear;
}

Identity identity(const Comparison& comparison) {
    PairCounts together(comparison);
    for (const ComparedFrame& frame : comparison.frames)
        for (const Overlap& pair : frame.overlaps)
            if (pair.iou >= kOverlapMin - kRounding)
                together.add(frame.truth[pair.truth], frame.result[pair.result], 1);
    // Each pair that is chosen saves a missed and a false box for each frame they are together.
    std::vector<Candidate> candidates;
    together.for_each([&](int truth, int result, double frames) {
        candidates.push_back({truth, result, frames});
    });
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.row != b.row ? a.row < b.row : a.column < b.column;
    });
    const std::vector<int> chosen = assign(comparison.truth_ids, comparison.result_ids, candidates);
    Identity identity;
    for (const Candidate& pair : candidates)
        if (chosen[pair.row] == pair.column) identity.matched += std::llround(pair.gain);
    identity.missed = comparison.truth_boxes - identity.matched;
    identity.false_boxes = comparison.result_boxes - identity.matched;
    const auto matched = static_cast<double>(identity.matched);
    identity.precision = share(matched, static_cast<double>(comparison.result_boxes));
    identity.recall = share(matched, static_cast<double>(comparison.truth_boxes));
    identity.idf1 = share(matched, static_cast<double>(comparison.truth_boxes + comparison.result_boxes) / 2);
    return identity;
}

namespace {

/// How well identities fit over the whole time, before any threshold: overlaps, each as its share of what
/// else either box overlaps.
PairCounts alignment_of(const Comparison& comparison) {
    PairCounts counts(comparison);
    counts.count_boxes(comparison);
    for (const ComparedFrame& frame : comparison.frames) {
        std::vector<double> of_truth(frame.truth.size(), 0.0);
        std::vector<double> of_result(frame.result.size(), 0.0);
        for (const Overlap& pair : frame.overlaps) {
            of_truth[pair.truth] += pair.iou;
            of_result[pair.result] += pair.iou;
        }
        for (const Overlap& pair : frame.overlaps)
            counts.add(frame.truth[pair.truth], frame.result[pair.result],
                       pair.iou / (of_truth[pair.truth] + of_result[pair.result] - pair.iou));
    }
    return counts;
}

struct Match {
    int truth = 0;  // identities
    int result = 0;
    double iou = 0;
};

/// One matching of each frame serves all alphas.
std::vector<Match> match_hota(const Comparison& comparison) {
    const PairCounts alignment = alignment_of(comparison);
    std::vector<Match> matches;
    matches.reserve(static_cast<std::size_t>(std::min(comparison.truth_boxes, comparison.result_boxes)));
    std::vector<Candidate> candidates;
    for (const ComparedFrame& frame : comparison.frames) {
        candidates.clear();
        candidates.reserve(frame.overlaps.size());
        for (const Overlap& pair : frame.overlaps) {
            const int truth = frame.truth[pair.truth];
            const int result = frame.result[pair.result];
            const double fit = alignment.jaccard(truth, result, alignment.of(truth, result));
            candidates.push_back({pair.truth, pair.result, fit * pair.iou});
        }
        const std::vector<int> chosen =
            assign(static_cast<int>(frame.truth.size()), static_cast<int>(frame.result.size()), candidates);
        for (std::size_t i = 0; i < chosen.size(); ++i)
            if (chosen[i] != kUnassigned)
                matches.push_back({frame.truth[i], frame.result[chosen[i]],
                                   overlap_of(frame, static_cast<int>(i), chosen[i])});
    }
    return matches;
}

HotaAt hota_at(double alpha, const Comparison& comparison, const std::vector<Match>& matches,
               PairCounts counts) {
    double matched = 0;
    double overlap_sum = 0;
    for (const Match& match : matches) {
        if (match.iou < alpha - kRounding) continue;
        counts.add(match.truth, match.result, 1);
        overlap_sum += match.iou;
        ++matched;
    }
    double association = 0;
    counts.for_each([&](int truth, int result, double together) {
        association += together * counts.jaccard(truth, result, together);
    });
    HotaAt at;
    at.alpha = alpha;
    at.detection =
        share(matched, static_cast<double>(comparison.truth_boxes + comparison.result_boxes) - matched);
    at.association = share(association, matched);
    at.localisation = matched > 0 ? overlap_sum / matched : 1;
    at.hota = std::sqrt(at.detection * at.association);
    return at;
}

}  // namespace

Hota hota(const Comparison& comparison) {
    const std::vector<Match> matches = match_hota(comparison);
    PairCounts counts(comparison);
    counts.count_boxes(comparison);
    Hota hota;
    for (int i = 0; i < kAlphas; ++i) {
        hota.at[i] = hota_at((i + 1) / static_cast<double>(kAlphas + 1), comparison, matches, counts);
        hota.mean.hota += hota.at[i].hota / kAlphas;
        hota.mean.detection += hota.at[i].detection / kAlphas;
        hota.mean.association += hota.at[i].association / kAlphas;
        hota.mean.localisation += hota.at[i].localisation / kAlphas;
    }
    return hota;
}

}  // namespace vitrina::evaluate
