#include "track/pose_filter.h"

#include <cmath>
#include <utility>

#include "base/result.h"

namespace vitrina::track {
namespace {

constexpr std::size_t kFirstPair = static_cast<std::size_t>(Joint::kLeftEye);
constexpr std::size_t kFirstLimb = static_cast<std::size_t>(Joint::kLeftShoulder);
constexpr double kScoreSeen = 0.3;  // MoveNet's own threshold for joints that are drawn
// The sides have changed places when that halves the way of all joints, and the way is no trembling.
constexpr double kSwapGain = 0.5;
constexpr double kSwapBodies = 0.03;

Pose with_sides_changed(Pose pose) {
    for (std::size_t i = kFirstPair; i < kJointCount; i += 2)
        std::swap(pose.joints[i], pose.joints[i + 1]);
    return pose;
}

}  // namespace

double PoseFilter::variance(double score, double body) const {
    const double doubt = 1 - score;
    const double deviation = body * (options_.noise_sure + options_.noise_weak * doubt * doubt);
    return deviation * deviation;
}

void PoseFilter::start(const Pose& seen, double body) {
    for (std::size_t i = 0; i < kJointCount; ++i) {
        const Keypoint& joint = seen.joints[i];
        const double doubt = variance(joint.score, body);
        const double speed = body * body;  // a body a second
        joints_[i] = {
            {joint.place.x, 0, doubt, 0, speed}, {joint.place.y, 0, doubt, 0, speed}, joint.score, false};
    }
    begun_ = true;
    swaps_ = 0;
}

Pose PoseFilter::sides_as_before(const Pose& seen, double body) {
    const Pose changed = with_sides_changed(seen);
    double way = 0;
    double way_changed = 0;
    int count = 0;
    for (std::size_t i = kFirstLimb; i < kJointCount; ++i) {
        const JointFilter& joint = joints_[i];
        if (joint.score < kScoreSeen || seen.joints[i].score < kScoreSeen) continue;
        const auto distance = [&](const Pose& pose) {
            const Point& place = pose.joints[i].place;
            return std::hypot(place.x - joint.x.position, place.y - joint.y.position);
        };
        way += distance(seen);
        way_changed += distance(changed);
        ++count;
    }
    const bool is_changed = count > 0 && way_changed < kSwapGain * way && way > kSwapBodies * body * count;
    if (!is_changed) {
        swaps_ = 0;
        return seen;
    }
    if (++swaps_ <= options_.swaps_max) return changed;
    start(seen, body);
    return seen;
}

void PoseFilter::correct(JointFilter& joint, const Keypoint& seen, double body) {
    const double noise = variance(seen.score, body);
    const double away_x = seen.place.x - joint.x.position;
    const double away_y = seen.place.y - joint.y.position;
    const double expected = (joint.x.var_position + joint.y.var_position) / 2 + noise;
    const bool far = away_x * away_x + away_y * away_y > options_.gate * options_.gate * expected;
    if (!far) {
        joint.x.correct(seen.place.x, noise);
        joint.y.correct(seen.place.y, noise);
    } else if (joint.doubted) {
        const double speed = body * body;
        joint.x = {seen.place.x, 0, noise, 0, speed};
        joint.y = {seen.place.y, 0, noise, 0, speed};
    }
    joint.doubted = far && !joint.doubted;
}

Pose PoseFilter::update(SourceTime time, const Pose& seen, double body) {
    VITRINA_ASSERT(body > 0);
    const double dt_s = to_seconds(time - time_);
    const bool is_new = !begun_ || time - time_ > options_.forget_after || dt_s <= 0;
    time_ = time;
    if (is_new) {
        start(seen, body);
        return seen;
    }
    const AxisFilter::Step step = AxisFilter::step(dt_s, to_seconds(options_.velocity_memory));
    const double density = options_.wander * options_.wander * body * body;
    for (JointFilter& joint : joints_) {
        joint.x.predict(step, density);
        joint.y.predict(step, density);
    }
    const Pose sided = sides_as_before(seen, body);
    const double share = 1 - std::exp(-dt_s / to_seconds(options_.score_memory));
    Pose result;
    for (std::size_t i = 0; i < kJointCount; ++i) {
        JointFilter& joint = joints_[i];
        correct(joint, sided.joints[i], body);
        joint.score += share * (sided.joints[i].score - joint.score);
        result.joints[i] = {{joint.x.position, joint.y.position}, joint.score};
    }
    return result;
}

}  // namespace vitrina::track
