#include "scene/appearance.h"

#include <algorithm>
#include <cmath>

namespace vitrina::scene {
namespace {

constexpr double kCameraKnown = 12;     // people after whom a camera's mean counts as much as not
constexpr double kSpreadLeast = 0.05;   // of similarities
constexpr double kStatisticsMax = 500;  // older comparisons fade
constexpr double kLooksLeast = 1;       // looks that a mean takes
constexpr double kLooksSome = 3;        // looks that are more than a moment
constexpr double kLooksMany = 12;       // looks over seconds
constexpr double kCameraWeightMax = 5;  // looks after which one camera's says no more
// Comparisons from which on those of a network that nobody measured say something, and all that they can.
constexpr double kLearntLeast = 15;
constexpr double kLearntEnough = 60;

double length_of(const std::vector<float>& vector) {
    double sum = 0;
    for (const float value : vector)
        sum += double(value) * value;
    return std::sqrt(sum);
}

bool make_unit(std::vector<float>& vector) {
    const double length = length_of(vector);
    if (!(length > 1e-9)) return false;
    for (float& value : vector)
        value = static_cast<float>(value / length);
    return true;
}

}  // namespace

void LooksMean::add(const Appearance& looks) {
    const auto finite = [](float value) { return std::isfinite(value); };
    if (looks.vector.empty() || !(looks.weight > 0) ||
        !std::all_of(looks.vector.begin(), looks.vector.end(), finite))
        return;
    if (mean_.size() != looks.vector.size()) {  // another network from now on
        mean_.assign(looks.vector.size(), 0);
        weight_ = 0;
    }
    weight_ = std::min(weight_, kWeightMax) + looks.weight;
    const auto share = static_cast<float>(looks.weight / weight_);
    for (std::size_t i = 0; i < mean_.size(); ++i)
        mean_[i] += share * (looks.vector[i] - mean_[i]);
}

void LooksMean::add(const LooksMean& other) {
    if (other.weight_ > 0) add(Appearance{other.mean_, other.weight_});
}

AppearanceOptions appearance_of(const std::string& network) {
    AppearanceOptions options;
    // The defaults are of OSNet's kind of looks, which docs/simulation.md describes.
    options.is_measured = network.starts_with("osnet");
    if (!options.is_measured) options.prior_weight = 0;
    return options;
}

AppearanceModel::AppearanceModel(const AppearanceOptions& options) : options_(options) {
    const auto squared = [](double value) { return value * value; };
    const Statistics different = {options.prior_weight, 0, squared(options.different_spread)};
    const double square = squared(options.same_spread);
    for (const Likeness likeness : {Likeness::kCameras, Likeness::kCovered, Likeness::kCoveredElsewhere,
                                    Likeness::kMomentElsewhere, Likeness::kCamerasLong})
        pairs_[likeness] = {{options.prior_weight, options.same_mean, square}, different};
    for (const Likeness likeness : {Likeness::kMoment, Likeness::kAgain, Likeness::kAgainLong})
        pairs_[likeness] = {{options.prior_weight, (1 + options.same_mean) / 2, square}, different};
}

void AppearanceModel::see(int camera, const Appearance& looks) {
    cameras_[camera].add(looks);
    everywhere_.add(looks);
}

std::vector<float> AppearanceModel::centered(int camera, const std::vector<float>& looks) const {
    std::vector<float> result = looks;
    const auto take_off = [&](const LooksMean& usual, double share) {
        if (usual.mean().size() != result.size()) return;
        for (std::size_t i = 0; i < result.size(); ++i)
            result[i] -= static_cast<float>(share) * usual.mean()[i];
    };
    // What all cameras see stands in for what one does to everybody until that is known.
    const auto known = cameras_.find(camera);
    const double weight = known != cameras_.end() ? known->second.weight() : 0;
    const double share = weight / (weight + kCameraKnown);
    if (share > 0) take_off(known->second, share);
    const double others = everywhere_.weight() / (everywhere_.weight() + kCameraKnown);
    take_off(everywhere_, (1 - share) * others);
    if (!make_unit(result)) result.clear();
    return result;
}

std::vector<float> AppearanceModel::centered(const Looks& looks) const {
    std::vector<float> result;
    for (const auto& [camera, mean] : looks) {
        if (mean.weight() <= 0) continue;
        const std::vector<float> one = centered(camera, mean.mean());
        if (one.empty()) continue;
        if (result.size() != one.size()) result.assign(one.size(), 0);
        const auto by = static_cast<float>(std::min(mean.weight(), kCameraWeightMax));
        for (std::size_t i = 0; i < one.size(); ++i)
            result[i] += by * one[i];
    }
    if (!make_unit(result)) result.clear();
    return result;
}

double total_weight(const Looks& looks) {
    double sum = 0;
    for (const auto& [camera, mean] : looks)
        sum += mean.weight();
    return sum;
}

double similarity_of(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.empty() || a.size() != b.size()) return 0;
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

AppearanceModel::Comparison AppearanceModel::compare(const Looks& a, const Looks& b) const {
    double sum = 0;
    double weight = 0;
    double least = 0;  // of the two, of what is compared
    for (const auto& [camera, looks] : a) {
        const auto other = b.find(camera);
        if (other == b.end()) continue;
        const double known = std::min(looks.weight(), other->second.weight());
        const double both = std::min(known, kCameraWeightMax);
        if (both < kLooksLeast) continue;
        sum += both * similarity_of(centered(camera, looks.mean()), centered(camera, other->second.mean()));
        weight += both;
        least += known;
    }
    const auto kind = [&](Likeness moment, Likeness some, Likeness many) {
        return least < kLooksSome ? moment : (least < kLooksMany ? some : many);
    };
    if (weight > 0) return {sum / weight, kind(Likeness::kMoment, Likeness::kAgain, Likeness::kAgainLong)};
    least = std::min(total_weight(a), total_weight(b));
    return {similarity_of(centered(a), centered(b)),
            kind(Likeness::kMomentElsewhere, Likeness::kCameras, Likeness::kCamerasLong)};
}

double AppearanceModel::evidence(double similarity, Likeness likeness) const {
    const Pair& pair = pairs_.at(likeness);
    // More alike than one person usually is, or less than two are, says no more than that does.
    const double at =
        std::clamp(similarity, pair.different.mean, std::max(pair.same.mean, pair.different.mean));
    const auto density = [&](const Statistics& statistics) {
        const double spread = std::max(kSpreadLeast, std::sqrt(statistics.square));
        const double away = (at - statistics.mean) / spread;
        return std::exp(-away * away / 2) / spread;
    };
    const double same = density(pair.same);
    const double different = density(pair.different);
    return trust_in(pair) *
           (std::log((1 - options_.odd_share) * same + options_.odd_share * different) -
            std::log((1 - options_.doubles_share) * different + options_.doubles_share * same));
}

double AppearanceModel::trust_in(const Pair& pair) const {
    if (options_.is_measured) return 1;
    const double learnt = std::min(pair.same.learnt, pair.different.learnt);
    return std::clamp((learnt - kLearntLeast) / (kLearntEnough - kLearntLeast), 0.0, 1.0);
}

void AppearanceModel::learn_same(double similarity, Likeness likeness) {
    pairs_.at(likeness).same.learn(similarity);
}

void AppearanceModel::learn_different(double similarity, Likeness likeness) {
    pairs_.at(likeness).different.learn(similarity);
}

void AppearanceModel::Statistics::learn(double similarity) {
    ++learnt;
    weight = std::min(weight + 1, kStatisticsMax);
    const double away = similarity - mean;
    mean += away / weight;
    square += (away * (similarity - mean) - square) / weight;
}

}  // namespace vitrina::scene
