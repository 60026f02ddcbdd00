#include "pipeline/face_traits.h"

#include <algorithm>
#include <cmath>

namespace vitrina::pipeline {
namespace {

// The network is surer than it is right: its log-odds are worth so much of what they say.
constexpr double kLogitScale = 0.7;
// And no single look says more than this.
constexpr double kLogitMax = 4;
// How alike looks at one face err: with this many looks tell as much as 1 / kAlike people would.
constexpr double kAlike = 0.6;
// Years. On one half of the people four of five ages were off by less than 6.2, which held for three of four
// of the other half; the photographs are of people from 19 to 48 in good light.
constexpr double kAgeOff = 8;

constexpr double kSexSurer = 0.1;
constexpr double kOlder = 3;

}  // namespace

bool FaceTraitsFusion::add(const FaceLook& look) {
    const double worth = look.quality.worth;
    if (!(worth >= kWorthMin) || !std::isfinite(look.female + look.age)) return false;
    constexpr double kLeast = 1e-6;
    const double female = std::clamp(look.female, kLeast, 1 - kLeast);
    ++looks_;
    worth_ += worth;
    worth_squared_ += worth * worth;
    logit_ += worth * std::clamp(std::log(female / (1 - female)), -kLogitMax, kLogitMax);
    age_ += worth * look.age;
    return true;
}

std::optional<FaceTraits> FaceTraitsFusion::traits() const {
    if (looks_ == 0) return std::nullopt;
    // Of so many equal looks it would be.
    const double count = worth_ * worth_ / worth_squared_;
    const double independent = count / (1 + kAlike * (count - 1));
    const double logit = kLogitScale * independent * logit_ / worth_;
    const double female = 1 / (1 + std::exp(-logit));
    FaceTraits traits;
    traits.looks = looks_;
    traits.sex_confidence = std::max(female, 1 - female);
    if (traits.sex_confidence >= kSexSure) traits.sex = female > 0.5 ? Sex::kFemale : Sex::kMale;
    traits.age = std::max(0.0, age_ / worth_);
    traits.age_low = std::max(0.0, traits.age - kAgeOff);
    traits.age_high = traits.age + kAgeOff;
    return traits;
}

bool is_news(const FaceTraits& told, const FaceTraits& known) {
    return told.sex != known.sex || std::abs(told.sex_confidence - known.sex_confidence) >= kSexSurer ||
           std::abs(told.age - known.age) >= kOlder;
}

}  // namespace vitrina::pipeline
