// 95 % intervals.
#pragma once

namespace vitrina {

/// Of the normal distribution, two-sided.
inline constexpr double kZ95 = 1.959964;

struct ShareInterval {
    double share = 0;  // 0 to 1
    double low = 0;
    double high = 1;
};

/// Of a share `part` of `whole` (Wilson, Probable inference, the law of succession, 1927). `part` is 0 to
/// `whole`, and is taken for the nearer of them otherwise; of nothing the share is 0, between 0 and 1.
[[nodiscard]] ShareInterval wilson95(double part, double whole);

/// Student's t, two-sided, by its expansion around the normal one (Abramowitz and Stegun, 26.7.5): right to 1
/// % for three degrees of freedom and more; fewer are taken for one.
[[nodiscard]] double student95(double degrees);

}  // namespace vitrina
