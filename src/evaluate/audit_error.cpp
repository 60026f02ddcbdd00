#include "evaluate/audit_error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/interval.h"

namespace vitrina::evaluate {
namespace {

constexpr double kEscapes = 3;  // -log(1 / 20): expected events of which none is seen once in twenty times

double squared(double value) {
    return value * value;
}

}  // namespace

double student_t(double degrees) {
    // The exact ones where the series is not good enough.
    constexpr std::array kFew = {12.706, 4.303, 3.182, 2.776, 2.571};
    const double at = std::max(1.0, degrees);
    if (at <= kFew.size()) {
        const auto below = static_cast<std::size_t>(at) - 1;
        const std::size_t above = std::min(below + 1, kFew.size() - 1);
        const double share = at - std::floor(at);
        return kFew.at(below) + share * (kFew.at(above) - kFew.at(below));
    }
    return student95(at);
}

std::optional<CountError> count_error(double counted, std::span<const AuditStratum> strata) {
    CountError error;
    error.counted = counted;
    double correction = 0;
    double variance = 0;
    double degrees = 0;  // sum of squared variances, each divided by its degrees of freedom
    double unseen = 0;   // squares of what may have escaped
    for (const AuditStratum& stratum : strata) {
        const auto all = static_cast<double>(stratum.windows);
        if (stratum.windows <= 0) continue;
        if (stratum.differences.empty()) return std::nullopt;
        const auto n = static_cast<double>(stratum.differences.size());
        error.answered += static_cast<std::int64_t>(stratum.differences.size());
        const double mean = std::accumulate(stratum.differences.begin(), stratum.differences.end(), 0.0) / n;
        correction += all * mean;
        const double left = std::max(0.0, 1 - n / all);  // of the stratum, that nobody looked at
        double spread = 0;
        for (const double difference : stratum.differences)
            spread += squared(difference - mean);
        if (spread > 0) {
            const double of_stratum = squared(all) * left * spread / (n - 1) / n;
            variance += of_stratum;
            degrees += squared(of_stratum) / (n - 1);
        } else {
            unseen += squared(all * left * std::min(1.0, kEscapes / n));
        }
    }
    error.truth = std::max(0.0, counted + correction);
    const double t = degrees > 0 ? student_t(squared(variance) / degrees) : 0;
    const double half = std::sqrt(squared(t) * variance + unseen);
    error.truth_low = std::max(0.0, counted + correction - half);
    error.truth_high = std::max(0.0, counted + correction + half);
    if (error.truth > 0) error.share = (counted - error.truth) / error.truth;
    if (error.truth_low > 0) {
        error.share_low = (counted - error.truth_high) / error.truth_high;
        error.share_high = (counted - error.truth_low) / error.truth_low;
    }
    return error;
}

}  // namespace vitrina::evaluate
