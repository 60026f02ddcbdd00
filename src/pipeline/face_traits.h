// Sex and age of one person, from all looks at his face together: better looks count more, and many looks
// less than as many people, for they err alike. The constants are measured: bench/face_accuracy.cpp,
// docs/accuracy.md. Plain value.
#pragma once

#include <optional>

#include "domain/face_look.h"
#include "domain/sighting.h"

namespace vitrina::pipeline {

/// What looks at a face say together.
struct FaceTraits {
    Sex sex = Sex::kUnknown;    // unknown: less sure than kSexSure
    double sex_confidence = 0;  // 0.5..1
    double age = 0;             // years
    double age_low = 0;         // the true age lies between the bounds in about four of five cases
    double age_high = 0;
    int looks = 0;  // that counted
};

class FaceTraitsFusion {
  public:
    /// Looks of less worth don't count.
    static constexpr double kWorthMin = 0.15;
    /// A sex that is less probable is not said.
    static constexpr double kSexSure = 0.7;

    /// False when it doesn't count.
    bool add(const FaceLook& look);
    /// Nothing before a look counted.
    [[nodiscard]] std::optional<FaceTraits> traits() const;

  private:
    int looks_ = 0;
    double worth_ = 0;  // sums over looks
    double worth_squared_ = 0;
    double logit_ = 0;  // times worth; of female
    double age_ = 0;
};

/// Whether what is known now differs enough from what was told to be told again.
[[nodiscard]] bool is_news(const FaceTraits& told, const FaceTraits& known);

}  // namespace vitrina::pipeline
