#include "track/association.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "track/overlap.h"

namespace vitrina::track {
namespace {

/// The expectation's standard deviation, by which both boxes grow (buffered IoU, C-BIoU, arXiv 2211.14317):
/// at 25 frames a second it is next to nothing, at 2 a walking person's boxes need not touch. Bounded, or a
/// track that was lost for long would take anybody.
Point margin(const Target& target, double bodies_max) {
    const double most = bodies_max * body_length(target.filter().box());
    const Point deviation = target.filter().deviation();
    return {std::min(deviation.x, most), std::min(deviation.y, most)};
}

// Bounds of that margin in bodies. A step of half a second is 0.4.
constexpr double kMarginMax = 0.4;
// A lost track takes a weak detection, which near by is often clutter, only where it is expected; and so does
// one that was leaving with any detection, because near by others come in.
constexpr double kMarginLostSmall = 0.15;
// Somebody who comes back is as tall as before, if no edge cuts him.
constexpr double kHeightRatioLost = 0.6;
// Where a track was last seen: someone who stood still while hidden.
constexpr double kMarginLastSeen = 0.2;
// A pair that is where it should be and doesn't look like it is taken when there is nothing better.
constexpr double kUnlike = 1e-3;
// By looks alone: how far somebody may have walked, in bodies; what the looks must say, in overlap; and how
// much more at the end of that reach.
constexpr double kReachAtOnce = 0.5;
constexpr double kReachPerSecond = 0.8;
constexpr double kReachMax = 4;
constexpr double kLookAlone = 0.2;
constexpr double kFurther = 0.1;
// A track that was lost yields to one that was not, by this share of the overlap at the end of its patience.
constexpr double kLostYields = 0.3;

class Matcher {
  public:
    Matcher(std::span<const Target> targets, std::span<const Detection> detections, SourceTime now,
            const Options& options, PictureSize picture, const LookScale& scale)
        : targets_(targets),
          detections_(detections),
          now_(now),
          options_(options),
          picture_(picture),
          scale_(scale),
          matching_{std::vector<int>(targets.size(), kUnassigned),
                    std::vector<int>(detections.size(), kUnassigned)} {}

    Matching match() {
        match_confirmed();
        match_last_seen();
        match_by_look();
        match_tentative();
        return std::move(matching_);
    }

  private:
    /// Matches targets and detections that are still free and overlap by `overlap_min`. `overlap` is called
    /// with both and gives 0 for a pair that is not to be matched.
    template <typename Overlap>
    void stage(double overlap_min, const Overlap& overlap) {
        std::vector<Candidate> candidates;
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            if (matching_.detection_of[t] != kUnassigned) continue;
            for (std::size_t d = 0; d < detections_.size(); ++d) {
                if (matching_.target_of[d] != kUnassigned) continue;
                const double found = overlap(targets_[t], detections_[d]);
                if (found <= overlap_min) continue;
                const double gain = found - overlap_min + by_look(targets_[t], detections_[d]);
                if (gain > 0)
                    candidates.push_back({static_cast<int>(t), static_cast<int>(d), gain});
                else if (!targets_[t].lost())
                    candidates.push_back({static_cast<int>(t), static_cast<int>(d), kUnlike});
            }
        }
        take(candidates);
    }

    void take(const std::vector<Candidate>& candidates) {
        const std::vector<int> chosen =
            assign(static_cast<int>(targets_.size()), static_cast<int>(detections_.size()), candidates);
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            if (chosen[t] == kUnassigned) continue;
            matching_.detection_of[t] = chosen[t];
            matching_.target_of[chosen[t]] = static_cast<int>(t);
        }
    }

    /// ByteTrack's two stages, twice: first for detections that are where they are expected, or a track whose
    /// own detection is weak for a moment would jump to a confident one beside it.
    void match_confirmed() {
        const auto sure = [this](const Target& t, const Detection& d) {
            return confident(d) ? of_confirmed(t, d, kMarginMax) : 0.0;
        };
        const auto any = [this](const Target& t, const Detection& d) {
            return of_confirmed(t, d, kMarginLostSmall);
        };
        stage(options_.overlap_sure, sure);
        stage(options_.overlap_sure, any);
        stage(options_.overlap_confident, sure);
        stage(options_.overlap_weak, any);
    }

    /// Lost tracks once more where they were last seen (observation-centric recovery, OC-SORT, arXiv
    /// 2203.14360).
    void match_last_seen() {
        stage(options_.overlap_weak, [this](const Target& t, const Detection& d) {
            if (!t.confirmed() || !t.lost() || !confident(d) || !as_tall(t, d)) return 0.0;
            const double m = kMarginLastSeen * body_length(t.seen());
            return iou(grown(t.seen(), {m, m}), grown(d.box, {m, m}));
        });
    }

    /// What the looks say for the pair, in overlap; 0 when they are not known.
    [[nodiscard]] double by_look(const Target& target, const Detection& detection) const {
        const std::optional<double> distance = target.look_distance(detection.look);
        return distance ? scale_.says(*distance, options_.look_weight) : 0;
    }

    /// Lost tracks once more, wherever they may have walked, by their looks alone.
    void match_by_look() {
        std::vector<Candidate> candidates;
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            const Target& target = targets_[t];
            if (matching_.detection_of[t] != kUnassigned || !target.confirmed() || !target.lost()) continue;
            const double body = body_length(target.seen());
            const double reach =
                body *
                std::min(kReachMax, kReachAtOnce + kReachPerSecond * to_seconds(now_ - target.supported()));
            for (std::size_t d = 0; d < detections_.size(); ++d) {
                if (matching_.target_of[d] != kUnassigned || !confident(detections_[d])) continue;
                const double look = by_look(target, detections_[d]);
                if (look <= kLookAlone || !as_tall(target, detections_[d])) continue;
                const Point from = target.seen().center();
                const Point to = detections_[d].box.center();
                const double way = std::hypot(to.x - from.x, to.y - from.y) / reach;
                const double gain = look - kLookAlone - kFurther * way;
                if (way < 1 && gain > 0)
                    candidates.push_back({static_cast<int>(t), static_cast<int>(d), gain});
            }
        }
        take(candidates);
    }

    /// What confirmed tracks left goes to those that are not: the sure ones first again.
    void match_tentative() {
        stage(options_.overlap_confident, [this](const Target& t, const Detection& d) {
            return !t.confirmed() && confident(d) ? expected(t, d, kMarginMax) : 0.0;
        });
        stage(options_.overlap_weak, [](const Target& t, const Detection& d) {
            return t.confirmed() ? 0.0 : expected(t, d, kMarginMax);
        });
    }

    [[nodiscard]] double of_confirmed(const Target& target, const Detection& detection,
                                      double bodies_max_lost) const {
        if (!target.confirmed()) return 0;
        if (!target.lost()) return expected(target, detection, kMarginMax);
        if (!as_tall(target, detection)) return 0;
        const bool left = leaving(target.filter().box(), target.filter().velocity(), picture_);
        const double overlap = expected(target, detection, left ? kMarginLostSmall : bodies_max_lost);
        return overlap * (1 - kLostYields * std::min(1.0, target.impatience(now_, options_, picture_)));
    }

    [[nodiscard]] static double expected(const Target& target, const Detection& detection,
                                         double bodies_max) {
        const Point m = margin(target, bodies_max);
        return iou(grown(target.filter().box(), m), grown(detection.box, m));
    }

    [[nodiscard]] bool confident(const Detection& detection) const {
        return detection.score >= options_.score_confident;
    }

    [[nodiscard]] bool as_tall(const Target& target, const Detection& detection) const {
        const Box box = target.filter().box();
        if (cut_by_edge(box, picture_).vertical || cut_by_edge(detection.box, picture_).vertical) return true;
        const auto [low, high] = std::minmax(box.height, detection.box.height);
        return low >= kHeightRatioLost * high;
    }

    std::span<const Target> targets_;
    std::span<const Detection> detections_;
    SourceTime now_;
    const Options& options_;
    PictureSize picture_;
    const LookScale& scale_;
    Matching matching_;
};

}  // namespace

Matching match(std::span<const Target> targets, std::span<const Detection> detections, SourceTime now,
               const Options& options, PictureSize picture, const LookScale& scale) {
    return Matcher(targets, detections, now, options, picture, scale).match();
}

}  // namespace vitrina::track
