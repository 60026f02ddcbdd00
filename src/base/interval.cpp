#include "base/interval.h"

#include <algorithm>
#include <cmath>

namespace vitrina {

ShareInterval wilson95(double part, double whole) {
    if (!(whole > 0)) return {};
    const double p = std::clamp(part / whole, 0.0, 1.0);
    const double z2 = kZ95 * kZ95 / whole;
    const double middle = (p + z2 / 2) / (1 + z2);
    const double half = kZ95 * std::sqrt(p * (1 - p) / whole + z2 / (4 * whole)) / (1 + z2);
    return {p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double student95(double degrees) {
    const double z = kZ95;
    const double z3 = z * z * z;
    const double z5 = z3 * z * z;
    const double z7 = z5 * z * z;
    const double d = std::max(1.0, degrees);
    return z + (z3 + z) / (4 * d) + (5 * z5 + 16 * z3 + 3 * z) / (96 * d * d) +
           (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * d * d * d);
}

}  // namespace vitrina
