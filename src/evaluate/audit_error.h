// How wrong a count is, from the answers to some clips that were picked at random: the error of the whole
// count with its 95 % interval. Pure functions; any thread.
//
// The estimator. Time is cut into windows of one length. Windows are sorted into strata (whether the program
// saw somebody in them), and of each stratum h some n of its N are picked with equal chances and answered.
// With the mean difference e of answer and count in stratum h, the truth is estimated by the difference
// estimator T = X + sum N e, where X is the program's count of all windows (Cochran, Sampling Techniques,
// 3rd ed. 1977, section 7.9; Sarndal, Swensson and Wretman 1992, section 6.3), with the variance
// sum N^2 (1 - n / N) s^2 / n (Cochran, section 5.3) and Student's t at Satterthwaite's degrees of freedom
// (Cochran, 5.16). A stratum whose answers all differ from the count by the same has no s: there as many
// windows may be wrong by one as would escape n draws once in twenty times, 3 / n of them (Hanley and
// Lippman-Hand 1983).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vitrina::evaluate {

struct AuditStratum {
    std::int64_t windows = 0;         // all there were
    std::vector<double> differences;  // answer less count, of those that were answered; at most `windows`
};

struct CountError {
    double counted = 0;  // by the program, in all windows
    double truth = 0;    // estimated
    double truth_low = 0;
    double truth_high = 0;
    /// (counted - truth) / truth; nothing where the truth may be zero: a share of nothing.
    std::optional<double> share;
    std::optional<double> share_low;
    std::optional<double> share_high;
    std::int64_t answered = 0;
};

/// Nothing when a stratum that has windows has no answer: what happens there is not known at all.
[[nodiscard]] std::optional<CountError> count_error(double counted, std::span<const AuditStratum> strata);

/// Student's t that is exceeded with 2.5 %, of so many degrees of freedom, 1 and more; within 0.5 %.
[[nodiscard]] double student_t(double degrees);

}  // namespace vitrina::evaluate
