#include "track/evidence.h"

#include <algorithm>
#include <cmath>

namespace vitrina::track {
namespace {

double log_odds(double probability) {
    constexpr double kSurest = 0.98;  // one frame never decides, whatever the network claims
    const double p = std::clamp(probability, 1 - kSurest, kSurest);
    return std::log(p / (1 - p));
}

}  // namespace

void Evidence::see(double score, double score_neutral, double weight) {
    ++detections_;
    add(weight * (log_odds(score) - log_odds(score_neutral)));
}

void Evidence::miss(double weight) {
    // A person whom the detector hardly sees is found in four frames of ten; clutter almost never.
    constexpr double kDetectionProbability = 0.4;
    add(weight * std::log(1 - kDetectionProbability));
}

void Evidence::add(double nats) {
    nats_ = std::max(0.0, nats_ + nats);
    if (nats_ <= 0) detections_ = 0;
}

}  // namespace vitrina::track
