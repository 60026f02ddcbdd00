#include "scene/appearance.h"

#include <algorithm>
#include <cmath>

namespace vitrina::scene {
namespace {

constexpr double kCameraKnown = 40;     // looks after which a camera's mean counts as much as not
constexpr double kSpreadLeast = 0.06;   // of similarities
constexpr double kStatisticsMax = 500;  // older comparisons fade

double length_of(const std::vector<float>& vector) {
    double sum = 0;
    for (const float value : vector)
        sum += double(value) * value;
    return std::sqrt(sum);
}

}  // namespace

void LooksMean::add(const Appearance& looks) {
    if (looks.vector.empty()) return;
    if (sum_.size() != looks.vector.size()) {  // another network from now on
        sum_.assign(looks.vector.size(), 0);
        weight_ = 0;
    }
    for (std::size_t i = 0; i < sum_.size(); ++i)
        sum_[i] += static_cast<float>(looks.weight) * looks.vector[i];
    weight_ += looks.weight;
}

void LooksMean::add(const LooksMean& other) {
    if (other.weight_ <= 0) return;
    Appearance mean{other.sum_, other.weight_};
    for (float& value : mean.vector)
        value = static_cast<float>(value / other.weight_);
    add(mean);
}

AppearanceModel::AppearanceModel(const AppearanceOptions& options)
    : options_(options),
      same_{options.prior_weight, options.same_mean, options.same_spread * options.same_spread},
      within_{options.prior_weight, (1 + options.same_mean) / 2, options.same_spread * options.same_spread},
      different_{options.prior_weight, options.different_mean,
                 options.different_spread * options.different_spread} {}

void AppearanceModel::see(int camera, const Appearance& looks) {
    cameras_[camera].add(looks);
}

std::vector<float> AppearanceModel::centered(const Looks& looks) const {
    std::vector<float> result;
    for (const auto& [camera, mean] : looks) {
        if (mean.weight() <= 0) continue;
        std::vector<float> one = mean.sum();
        for (float& value : one)
            value = static_cast<float>(value / mean.weight());
        const auto usual = cameras_.find(camera);
        if (usual != cameras_.end() && usual->second.sum().size() == one.size()) {
            const double weight = usual->second.weight();
            const auto by = static_cast<float>(weight / (weight + kCameraKnown) / weight);
            for (std::size_t i = 0; i < one.size(); ++i)
                one[i] -= by * usual->second.sum()[i];
        }
        const double length = length_of(one);
        if (length < 1e-9) continue;
        const auto by = static_cast<float>(std::min(mean.weight(), 5.0) / length);
        if (result.size() != one.size()) result.assign(one.size(), 0);
        for (std::size_t i = 0; i < one.size(); ++i)
            result[i] += by * one[i];
    }
    const double length = length_of(result);
    if (length < 1e-9) return {};
    for (float& value : result)
        value = static_cast<float>(value / length);
    return result;
}

double AppearanceModel::similarity(const Looks& a, const Looks& b) const {
    const std::vector<float> one = centered(a);
    const std::vector<float> other = centered(b);
    if (one.empty() || one.size() != other.size()) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        sum += double(one[i]) * other[i];
    return sum;
}

double AppearanceModel::evidence(double similarity) const {
    return evidence(similarity, same_);
}

double AppearanceModel::evidence_within(double similarity) const {
    return evidence(similarity, within_);
}

double AppearanceModel::evidence(double similarity, const Statistics& same) const {
    // More alike than one person usually is, or less than two are, says no more than that does.
    const double at = std::clamp(similarity, different_.mean, std::max(same.mean, different_.mean));
    const auto log_density = [&](const Statistics& statistics) {
        const double spread = std::max(kSpreadLeast, std::sqrt(statistics.square));
        const double away = (at - statistics.mean) / spread;
        return -away * away / 2 - std::log(spread);
    };
    return std::clamp(log_density(same) - log_density(different_), -options_.evidence_max,
                      options_.evidence_max);
}

void AppearanceModel::learn(double similarity, bool is_same) {
    learn(similarity, is_same ? same_ : different_);
}

void AppearanceModel::learn_within(double similarity) {
    learn(similarity, within_);
}

void AppearanceModel::learn(double similarity, Statistics& statistics) {
    statistics.weight = std::min(statistics.weight + 1, kStatisticsMax);
    const double away = similarity - statistics.mean;
    statistics.mean += away / statistics.weight;
    statistics.square += (away * (similarity - statistics.mean) - statistics.square) / statistics.weight;
}

}  // namespace vitrina::scene
