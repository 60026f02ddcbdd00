#include "track/tracker.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/result.h"
#include "track/assignment.h"
#include "track/intake.h"
#include "track/overlap.h"
#include "track/target.h"

namespace vitrina::track {
namespace {

/// Which detection each target has in a frame, and the other way round.
struct Matching {
    std::vector<int> detection_of;  // by target, kUnassigned: none
    std::vector<int> target_of;     // by detection, kUnassigned: none
};

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
// A track that was lost yields to one that was not, by this share of the overlap at the end of its patience.
constexpr double kLostYields = 0.3;
// Time over which the usual score of a track is taken.
constexpr double kUsualScoreMemory_s = 2;

}  // namespace

struct Tracker::Impl {
    Impl(const Options& given, double picture_width, double picture_height)
        : options(given),
          motion{.wander = given.velocity_wander,
                 .memory_s = to_seconds(given.velocity_memory),
                 .noise = given.detection_noise},
          picture{picture_width, picture_height} {
        VITRINA_ASSERT(picture_width > 0 && picture_height > 0);
    }

    Update update(std::int64_t frame, SourceTime time, std::span<const Detection> given);
    std::vector<TrackId> end_all();

    [[nodiscard]] Moment moment_at(std::int64_t frame, SourceTime time) const;
    [[nodiscard]] Matching match(const std::vector<Detection>& detections, SourceTime now) const;
    template <typename Overlap>
    void match_stage(Matching& matching, const std::vector<Detection>& detections, double overlap_min,
                     Overlap&& overlap) const;
    void follow_confirmed(const Moment& moment, const std::vector<Detection>& detections,
                          const Matching& matching, Update& update);
    void follow_tentative(const Moment& moment, const std::vector<Detection>& detections,
                          const Matching& matching, Update& update);
    [[nodiscard]] double own_score(std::size_t detection, const std::vector<Detection>& detections,
                                   const Matching& matching) const;
    void bury(SourceTime now, Update& update);

    Options options;
    MotionModel motion;
    PictureSize picture;
    std::vector<Target> targets;
    std::optional<SourceTime> last_time;
    TrackId tracks = 0;
};

Moment Tracker::Impl::moment_at(std::int64_t frame, SourceTime time) const {
    Moment moment{.frame = frame, .time = time, .step = {}};
    if (!last_time) return moment;
    const double dt_s = to_seconds(time - *last_time);
    moment.step = BoxFilter::step(dt_s, motion);
    moment.news = std::min(1.0, dt_s / to_seconds(options.evidence_step));
    moment.evidence_kept = std::exp(-dt_s / to_seconds(options.evidence_memory));
    moment.score_smoothing = 1 - std::exp(-dt_s / kUsualScoreMemory_s);
    return moment;
}

Update Tracker::Impl::update(std::int64_t frame, SourceTime time, std::span<const Detection> given) {
    Update update;
    if (last_time && time <= *last_time) return update;
    // Nobody knows what happened in a hole of the source longer than a track is looked for.
    if (last_time && time - *last_time > options.patience) {
        update.ended = end_all();
        last_time.reset();
    }
    const std::vector<Detection> detections =
        usable(given, picture.width, picture.height, options.score_min, options.overlap_duplicate);
    const Moment moment = moment_at(frame, time);
    last_time = time;
    for (Target& target : targets)
        target.predict(moment, motion);
    const Matching matching = match(detections, time);
    follow_confirmed(moment, detections, matching, update);
    follow_tentative(moment, detections, matching, update);
    bury(time, update);
    std::sort(update.reported.begin(), update.reported.end(),
              [](const TrackBox& a, const TrackBox& b) { return a.track < b.track; });
    return update;
}

/// Matches targets and detections that are still free and overlap by `overlap_min`. `overlap` is called with
/// both and gives 0 for a pair that is not to be matched.
template <typename Overlap>
void Tracker::Impl::match_stage(Matching& matching, const std::vector<Detection>& detections,
                                double overlap_min, Overlap&& overlap) const {
    std::vector<Candidate> candidates;
    for (std::size_t t = 0; t < targets.size(); ++t) {
        if (matching.detection_of[t] != kUnassigned) continue;
        for (std::size_t d = 0; d < detections.size(); ++d) {
            if (matching.target_of[d] != kUnassigned) continue;
            const double gain = overlap(targets[t], detections[d]) - overlap_min;
            if (gain > 0) candidates.push_back({static_cast<int>(t), static_cast<int>(d), gain});
        }
    }
    const std::vector<int> chosen =
        assign(static_cast<int>(targets.size()), static_cast<int>(detections.size()), candidates);
    for (std::size_t t = 0; t < targets.size(); ++t) {
        if (chosen[t] == kUnassigned) continue;
        matching.detection_of[t] = chosen[t];
        matching.target_of[chosen[t]] = static_cast<int>(t);
    }
}

Matching Tracker::Impl::match(const std::vector<Detection>& detections, SourceTime now) const {
    Matching matching{std::vector<int>(targets.size(), kUnassigned),
                      std::vector<int>(detections.size(), kUnassigned)};
    const auto confident = [&](const Detection& d) { return d.score >= options.score_confident; };
    const auto expected = [](const Target& target, const Detection& detection, double bodies_max) {
        const Point m = margin(target, bodies_max);
        return iou(grown(target.filter().box(), m), grown(detection.box, m));
    };
    const auto similar = [&](const Target& target, const Detection& detection) {
        const Box box = target.filter().box();
        if (cut_by_edge(box, picture).vertical || cut_by_edge(detection.box, picture).vertical) return true;
        const auto [low, high] = std::minmax(box.height, detection.box.height);
        return low >= kHeightRatioLost * high;
    };
    const auto of_confirmed = [&](const Target& t, const Detection& d, double bodies_max_lost) {
        if (!t.confirmed()) return 0.0;
        if (!t.lost()) return expected(t, d, kMarginMax);
        if (!similar(t, d)) return 0.0;
        const bool left = leaving(t.filter().box(), t.filter().velocity(), picture);
        const double overlap = expected(t, d, left ? kMarginLostSmall : bodies_max_lost);
        return overlap * (1 - kLostYields * std::min(1.0, t.impatience(now, options, picture)));
    };
    const auto sure_of_confirmed = [&](const Target& t, const Detection& d) {
        return confident(d) ? of_confirmed(t, d, kMarginMax) : 0.0;
    };
    const auto any_of_confirmed = [&](const Target& t, const Detection& d) {
        return of_confirmed(t, d, kMarginLostSmall);
    };
    // ByteTrack's two stages for confirmed tracks, twice: first for detections that are where they are
    // expected, or a track whose own detection is weak for a moment would jump to a confident one beside it.
    match_stage(matching, detections, options.overlap_sure, sure_of_confirmed);
    match_stage(matching, detections, options.overlap_sure, any_of_confirmed);
    match_stage(matching, detections, options.overlap_confident, sure_of_confirmed);
    match_stage(matching, detections, options.overlap_weak, any_of_confirmed);
    // Lost tracks once more where they were last seen (observation-centric recovery, OC-SORT, arXiv
    // 2203.14360).
    match_stage(matching, detections, options.overlap_weak, [&](const Target& t, const Detection& d) {
        if (!t.confirmed() || !t.lost() || !confident(d) || !similar(t, d)) return 0.0;
        const double m = kMarginLastSeen * body_length(t.seen());
        return iou(grown(t.seen(), {m, m}), grown(d.box, {m, m}));
    });
    // What confirmed tracks left goes to those that are not: the sure ones first again.
    match_stage(matching, detections, options.overlap_confident, [&](const Target& t, const Detection& d) {
        return !t.confirmed() && confident(d) ? expected(t, d, kMarginMax) : 0.0;
    });
    match_stage(matching, detections, options.overlap_weak, [&](const Target& t, const Detection& d) {
        return t.confirmed() ? 0.0 : expected(t, d, kMarginMax);
    });
    return matching;
}

void Tracker::Impl::follow_confirmed(const Moment& moment, const std::vector<Detection>& detections,
                                     const Matching& matching, Update& update) {
    for (std::size_t t = 0; t < targets.size(); ++t) {
        Target& target = targets[t];
        if (!target.confirmed()) continue;
        const int d = matching.detection_of[t];
        if (d == kUnassigned)
            target.miss(moment);
        else if (target.see_confirmed(moment, detections[d], options, motion, picture))
            update.reported.push_back(target.report(moment, update.recovered));
    }
}

/// A detection's score less what confirmed tracks and stronger detections explain of its box.
double Tracker::Impl::own_score(std::size_t detection, const std::vector<Detection>& detections,
                                const Matching& matching) const {
    const Detection& own = detections[detection];
    double score = own.score;
    for (std::size_t d = 0; d < detections.size(); ++d) {
        const int t = matching.target_of[d];
        const bool of_confirmed = t != kUnassigned && targets[t].confirmed();
        if (of_confirmed || d < detection)  // strongest first
            score = std::min(score, discounted(own.score, own.box, detections[d].box));
    }
    return score;
}

void Tracker::Impl::follow_tentative(const Moment& moment, const std::vector<Detection>& detections,
                                     const Matching& matching, Update& update) {
    std::vector<double> scores(detections.size(), 0.0);
    for (std::size_t d = 0; d < detections.size(); ++d) {
        const int t = matching.target_of[d];
        if (t == kUnassigned || !targets[t].confirmed()) scores[d] = own_score(d, detections, matching);
    }
    for (std::size_t t = 0; t < matching.detection_of.size(); ++t) {
        Target& target = targets[t];
        if (target.confirmed()) continue;
        const int d = matching.detection_of[t];
        if (d == kUnassigned) {
            target.miss(moment);
            continue;
        }
        if (!target.see_tentative(moment, detections[d], scores[d], options, motion)) continue;
        target.confirm(++tracks);
        update.reported.push_back(target.report(moment, update.recovered));
    }
    for (std::size_t d = 0; d < detections.size(); ++d)
        if (matching.target_of[d] == kUnassigned && scores[d] >= options.score_min)
            targets.emplace_back(moment, Detection{detections[d].box, scores[d]}, options, motion);
}

void Tracker::Impl::bury(SourceTime now, Update& update) {
    std::erase_if(targets, [&](const Target& target) {
        if (!target.over(now, options, picture)) return false;
        if (target.confirmed()) update.ended.push_back(target.id());
        return true;
    });
}

std::vector<TrackId> Tracker::Impl::end_all() {
    std::vector<TrackId> ended;
    for (const Target& target : targets)
        if (target.confirmed()) ended.push_back(target.id());
    targets.clear();
    std::sort(ended.begin(), ended.end());
    return ended;
}

Tracker::Tracker(const Options& options, double picture_width, double picture_height)
    : impl_(std::make_unique<Impl>(options, picture_width, picture_height)) {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

Update Tracker::update(std::int64_t frame, SourceTime time, std::span<const Detection> detections) {
    return impl_->update(frame, time, detections);
}

std::vector<TrackId> Tracker::finish() {
    std::vector<TrackId> ended = impl_->end_all();
    impl_->last_time.reset();
    return ended;
}

}  // namespace vitrina::track
