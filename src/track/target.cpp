#include "track/target.h"

#include <algorithm>

namespace vitrina::track {

Target::Target(const Moment& moment, const Detection& detection, const Options& options,
               const MotionModel& motion)
    : filter_(detection.box, detection.score, motion),
      seen_(detection.box),
      score_(detection.score),
      usual_score_(detection.score),
      born_(moment.time),
      supported_(moment.time) {
    evidence_.see(detection.score, options.score_neutral, moment.news);
    if (!evidence_.none()) path_.hold(box_at(moment));
}

void Target::predict(const Moment& moment, const MotionModel& motion) {
    filter_.predict(moment.step, motion);
    evidence_.fade(moment.evidence_kept);
}

void Target::miss(const Moment& moment) {
    ++frames_unseen_;
    ++frames_unsupported_;
    filter_.stop_growing();
    path_.skip(moment.frame, moment.time);
    if (!confirmed()) evidence_.miss(moment.news);
}

bool Target::see_tentative(const Moment& moment, const Detection& detection, double score,
                           const Options& options, const MotionModel& motion) {
    correct(detection, motion);
    frames_unsupported_ = 0;
    supported_ = moment.time;
    usual_score_ += moment.score_smoothing * (detection.score - usual_score_);
    evidence_.see(score, options.score_neutral, moment.news);
    // What was before the evidence began is no part of the person: clutter in whose place one came to stand,
    // or the first sliver of a body at the edge.
    if (evidence_.none()) {
        path_.forget();
        born_ = moment.time;
        return false;
    }
    const bool convincing =
        evidence_.nats() >= options.confirm_evidence && evidence_.detections() >= options.confirm_detections;
    if (!convincing) path_.hold(box_at(moment));
    return convincing;
}

bool Target::see_confirmed(const Moment& moment, const Detection& detection, const Options& options,
                           const MotionModel& motion, PictureSize picture) {
    // Someone who leaves drags the track onto whatever stands at the edge, and is last seen as a sliver:
    // there a detection must come near the score that this person has had.
    constexpr double kShareOfUsual = 0.4;
    const Cut cut = cut_by_edge(detection.box, picture);
    const double least = cut.horizontal || cut.vertical
                             ? std::max(options.score_support, kShareOfUsual * usual_score_)
                             : options.score_support;
    correct(detection, motion);
    if (detection.score < least) {
        ++frames_unsupported_;
        path_.hold(box_at(moment));
        return false;
    }
    frames_unsupported_ = 0;
    supported_ = moment.time;
    usual_score_ += moment.score_smoothing * (detection.score - usual_score_);
    return true;
}

void Target::correct(const Detection& detection, const MotionModel& motion) {
    filter_.correct(detection.box, detection.score, motion);
    seen_ = detection.box;
    score_ = detection.score;
    frames_unseen_ = 0;
}

TrackBox Target::report(const Moment& moment, std::vector<TrackBox>& recovered) {
    const TrackBox now = box_at(moment);
    const std::vector<TrackBox> before = path_.release(now);
    recovered.insert(recovered.end(), before.begin(), before.end());
    return now;
}

TrackBox Target::box_at(const Moment& moment) const {
    return {id_, moment.frame, moment.time, filter_.box(), score_, true};
}

Duration Target::patience(const Options& options, PictureSize picture) const {
    if (!confirmed()) return options.patience_leaving;
    const Box box = filter_.box();
    if (leaving(box, filter_.velocity(), picture)) return options.patience_leaving;
    // A track is not looked for much longer than it was seen.
    const Duration known = std::max<Duration>(supported_ - born_, options.patience_leaving);
    const Cut cut = cut_by_edge(box, picture);
    return std::min(known, cut.horizontal || cut.vertical ? options.patience_at_edge : options.patience);
}

double Target::impatience(SourceTime now, const Options& options, PictureSize picture) const {
    return to_seconds(now - supported_) / to_seconds(patience(options, picture));
}

bool Target::over(SourceTime now, const Options& options, PictureSize picture) const {
    constexpr int kFramesAtLeast =
        2;  // a single missed frame never ends a track, however slow the frames come
    return frames_unsupported_ >= kFramesAtLeast && now - supported_ > patience(options, picture);
}

}  // namespace vitrina::track
