#include "track/tracker.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/result.h"
#include "track/association.h"
#include "track/edge.h"
#include "track/intake.h"
#include "track/overlap.h"
#include "track/target.h"

namespace vitrina::track {
namespace {

// Time over which the usual score of a track is taken.
constexpr double kUsualScoreMemorySeconds = 2;

// Time over which a look is taken: turning round takes a second or two.
constexpr double kLookMemorySeconds = 1.5;

}  // namespace

std::vector<TrackBox> Update::causal() const {
    std::vector<TrackBox> all = reported;
    all.insert(all.end(), expected.begin(), expected.end());
    std::sort(all.begin(), all.end(), [](const TrackBox& a, const TrackBox& b) { return a.track < b.track; });
    return all;
}

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
    void guess(const Moment& moment, Update& update) const;
    void remember(const Moment& moment, const std::vector<Detection>& detections, const Matching& matching);
    std::vector<TrackId> end_all();

    [[nodiscard]] Moment moment_at(std::int64_t frame, SourceTime time) const;
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
    LookScale look_scale;
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
    moment.look_share = 1 - std::exp(-dt_s / kLookMemorySeconds);
    moment.score_smoothing = 1 - std::exp(-dt_s / kUsualScoreMemorySeconds);
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
    const Matching matching = match(targets, detections, time, options, picture, look_scale);
    remember(moment, detections, matching);
    follow_confirmed(moment, detections, matching, update);
    follow_tentative(moment, detections, matching, update);
    guess(moment, update);
    bury(time, update);
    std::sort(update.reported.begin(), update.reported.end(),
              [](const TrackBox& a, const TrackBox& b) { return a.track < b.track; });
    return update;
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

/// Only clear and confident detections say what somebody looks like, and how far apart two people are.
void Tracker::Impl::remember(const Moment& moment, const std::vector<Detection>& detections,
                             const Matching& matching) {
    constexpr double kClear = 0.6;
    if (options.look_weight <= 0 ||
        std::all_of(detections.begin(), detections.end(), [](auto& one) { return one.look.empty(); }))
        return;
    const std::vector<double> clear = clear_shares(detections);
    for (std::size_t t = 0; t < matching.detection_of.size(); ++t) {
        const int d = matching.detection_of[t];
        if (d == kUnassigned || clear[d] < kClear || detections[d].score < options.score_confident) continue;
        for (std::size_t other = 0; other < t && targets[t].confirmed(); ++other)
            if (matching.detection_of[other] != kUnassigned && targets[other].confirmed())
                if (const auto distance = targets[other].look_distance(detections[d].look))
                    look_scale.see_two(*distance);
        targets[t].remember(detections[d].look, moment.look_share * clear[d] * detections[d].score);
    }
}

/// Whoever is not seen is told where he is expected: for longer when somebody else's box covers that place.
void Tracker::Impl::guess(const Moment& moment, Update& update) const {
    constexpr double kCovered = 0.4;
    for (const Target& target : targets) {
        if (!target.confirmed() || !target.unsupported()) continue;
        const Box box = target.filter().box();
        const bool behind = std::any_of(targets.begin(), targets.end(), [&](const Target& other) {
            return &other != &target && other.confirmed() && !other.unsupported() &&
                   other.filter().box().bottom() > box.bottom() - 0.1 * box.height &&
                   containment(box, other.filter().box()) >= kCovered;
        });
        const Duration limit = behind ? options.guess_behind : options.guess_unseen;
        if (moment.time - target.supported() > limit) continue;
        if (leaving(box, target.filter().velocity(), picture)) continue;
        update.expected.push_back(target.guess(moment));
    }
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
