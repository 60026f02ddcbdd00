#include "scene/clock_offsets.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

namespace vitrina::scene {
namespace {

constexpr double kKeptS = 2.5;          // of a body's looks
constexpr double kGapMaxS = 0.7;        // between two looks that a place is taken between
constexpr double kVelocityOverS = 0.8;  // at least: of two places the errors are small then
constexpr double kSpeedMin = 0.4;       // m/s: who stands says nothing of clocks
constexpr double kSpeedMax = 3.0;
constexpr double kApartMaxM = 2.0;    // further apart are two bodies
constexpr double kLooksOfMoment = 8;  // that share one error: a second and a half of one person
constexpr double kNoiseLeastM = 0.03;
// (m/s)^2, of velocities: less of it is noise, and who walk one way can't tell clocks from calibrations.
constexpr double kSpreadLeast = 0.15;
constexpr double kBeliefS = 0.3;  // standard deviation of an offset before anything is known
constexpr Duration kSolveEvery = std::chrono::seconds(5);

double dot(Point a, Point b) {
    return a.x * b.x + a.y * b.y;
}

Point minus(Point a, Point b) {
    return {a.x - b.x, a.y - b.y};
}

}  // namespace

void ClockOffsets::Pair::add(Point v, Point d) {
    const double keep = std::exp2(-1 / kMemoryLooks);
    const auto fade = [&](double& sum, double value) { sum = sum * keep + value; };
    fade(weight, 1);
    fade(velocity.x, v.x);
    fade(velocity.y, v.y);
    fade(apart.x, d.x);
    fade(apart.y, d.y);
    fade(velocity_squared, dot(v, v));
    fade(apart_squared, dot(d, d));
    fade(together, dot(v, d));
}

std::pair<double, double> ClockOffsets::Pair::difference() const {
    constexpr double kUnknown = std::numeric_limits<double>::infinity();
    if (weight < 2 * kLooksOfMoment) return {0, kUnknown};
    // Of velocities and differences about their means: what a calibration does to all is in the mean.
    const double spread = velocity_squared / weight - dot(velocity, velocity) / (weight * weight);
    const double common = together / weight - dot(velocity, apart) / (weight * weight);
    const double noise = apart_squared / weight - dot(apart, apart) / (weight * weight);
    if (!(spread > kSpreadLeast)) return {0, kUnknown};
    const double slope = common / spread;
    const double rest = std::max(kNoiseLeastM * kNoiseLeastM, (noise - slope * common) / 2);  // of one axis
    return {slope, std::sqrt(rest / (spread * weight / kLooksOfMoment))};
}

void ClockOffsets::see(std::size_t camera, std::int64_t body, SourceTime stamped, Point feet) {
    auto& cameras = bodies_[body];
    std::deque<Look>& own = cameras[camera];
    if (!own.empty() && stamped <= own.back().at) own.clear();  // its clock was set back
    own.push_back({stamped, feet});
    while (to_seconds(stamped - own.front().at) > kKeptS)
        own.pop_front();
    for (const auto& [other, looks] : cameras)
        if (other != camera) compare(camera, own, other, looks);
}

void ClockOffsets::compare(std::size_t camera, const std::deque<Look>& own, std::size_t other,
                           const std::deque<Look>& others) {
    if (own.size() < 2) return;
    const Look& newest = own.back();
    const Look& before = own[own.size() - 2];
    const double step = to_seconds(newest.at - before.at);
    if (step > kGapMaxS) return;
    const auto earlier = std::find_if(own.rbegin(), own.rend(), [&](const Look& look) {
        return to_seconds(newest.at - look.at) >= kVelocityOverS;
    });
    if (earlier == own.rend()) return;
    const double over = to_seconds(newest.at - earlier->at);
    const Point way = minus(newest.feet, earlier->feet);
    const Point velocity = {way.x / over, way.y / over};
    const double speed = std::hypot(velocity.x, velocity.y);
    if (speed < kSpeedMin || speed > kSpeedMax) return;
    for (const Look& look : others) {
        if (look.at <= before.at || look.at > newest.at) continue;
        const double share = to_seconds(look.at - before.at) / step;
        const Point here = {before.feet.x + share * (newest.feet.x - before.feet.x),
                            before.feet.y + share * (newest.feet.y - before.feet.y)};
        const Point apart = minus(look.feet, here);  // v (o_camera - o_other)
        if (std::hypot(apart.x, apart.y) > kApartMaxM) continue;
        const bool in_order = camera < other;
        pairs_[std::minmax(camera, other)].add(velocity, in_order ? apart : Point{-apart.x, -apart.y});
    }
}

void ClockOffsets::solve() {
    std::map<std::size_t, Eigen::Index> index;
    std::map<std::size_t, double> errors;
    struct Equation {
        std::size_t a;
        std::size_t b;
        double difference;
        double weight;
    };
    std::vector<Equation> equations;
    equations.reserve(pairs_.size());
    for (const auto& [cameras, pair] : pairs_) {
        const auto [difference, error] = pair.difference();
        if (!(error < kErrorMaxS) || std::abs(difference) > kOffsetMaxS) continue;
        for (const std::size_t camera : {cameras.first, cameras.second}) {
            index.try_emplace(camera, static_cast<Eigen::Index>(index.size()));
            const auto known = errors.try_emplace(camera, error).first;
            known->second = std::min(known->second, error);
        }
        equations.push_back({cameras.first, cameras.second, difference, 1 / (error * error)});
    }
    const auto size = static_cast<Eigen::Index>(index.size());
    Eigen::MatrixXd normal = Eigen::MatrixXd::Identity(size, size) / (kBeliefS * kBeliefS);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
    for (const Equation& equation : equations) {
        const Eigen::Index a = index.at(equation.a);
        const Eigen::Index b = index.at(equation.b);
        normal(a, a) += equation.weight;
        normal(b, b) += equation.weight;
        normal(a, b) -= equation.weight;
        normal(b, a) -= equation.weight;
        right(a) += equation.weight * equation.difference;
        right(b) -= equation.weight * equation.difference;
    }
    known_.clear();
    if (size == 0) return;
    const Eigen::VectorXd offsets = normal.ldlt().solve(right);
    for (const auto& [camera, place] : index)
        known_[camera] = {camera, offsets(place), errors.at(camera)};
}

void ClockOffsets::advance(SourceTime now) {
    if (solved_ == SourceTime{} || now < solved_ || now - solved_ >= kSolveEvery) {
        solved_ = now;
        solve();
    }
    const double passed = advanced_ == SourceTime{} ? 0 : std::clamp(to_seconds(now - advanced_), 0.0, 1.0);
    advanced_ = now;
    for (const auto& [camera, offset] : known_) {
        double& applied = applied_s_[camera];
        applied += std::clamp(offset.offset_s - applied, -kSlewSS * passed, kSlewSS * passed);
    }
}

Duration ClockOffsets::offset(std::size_t camera) const {
    const auto applied = applied_s_.find(camera);
    return applied == applied_s_.end() ? Duration(0) : from_seconds(applied->second);
}

Duration ClockOffsets::lag() const {
    double most = 0;
    for (const auto& [camera, applied] : applied_s_)
        most = std::max(most, applied);
    return from_seconds(most);
}

std::vector<ClockOffsets::Offset> ClockOffsets::known() const {
    std::vector<Offset> all;
    all.reserve(known_.size());
    for (const auto& [camera, offset] : known_)
        all.push_back(offset);
    return all;
}

}  // namespace vitrina::scene
