// What it added that some were treated and others were not, where nobody drew lots: that consultants spoke to
// some customers, that a campaign addressed some. Pure functions; any thread.
//
// Who is treated is not like who is not: whoever looks for long is found by a consultant more often, and buys
// more often anyway. So each one is compared only with those of his stratum (the same hours, the same
// department) who had been there as long as he when he was treated, and were not treated until then: those
// who left before that say nothing, and those who are treated later count until then as untreated. Treatment
// is taken to multiply what would have come of an occasion by one factor, which so solves one linear equation
// (g-estimation of a multiplicative structural mean model; Robins, Mark and Newey, Biometrics 48, 1992). The
// interval is of the sandwich kind over the occasions (Lin and Wei, JASA 84, 1989).
//
// It is right when, among those alike in stratum and time, treatment fell by chance. What nobody has seen and
// what makes both treatment and outcome likelier (somebody asks because he wants to buy) stays in the figure:
// say so beside it. Occasions of somebody after he was treated are to be left out. How often its intervals
// hold: docs/accuracy.md.
#pragma once

#include <cstdint>
#include <span>

namespace vitrina::report {

/// Something in which somebody was treated or not: a customer's stand at a shelf, a card holder's week.
struct Occasion {
    std::int64_t stratum = 0;  // what was alike before
    /// How long he was untreated: until he was treated, or until it ended. In one unit; the same for all
    /// where treatment comes at the begin.
    double until = 0;
    bool treated = false;
    double outcome = 0;  // 1 or 0: whether he bought; or what he spent. Not below 0
    /// Whose it is: occasions of one are not independent, and have one outcome. 0: nobody's else.
    std::int64_t whose = 0;
    /// He was treated after this one, in another.
    bool treated_later = false;
    /// What was less alike, and the stratum of all those whose own has too few untreated to say anything
    /// (below kUntreatedMin). No stratum's number; 0: none.
    std::int64_t wider = 0;
};

/// With 95 % confidence.
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

struct Effect {
    std::int64_t treated = 0;
    std::int64_t untreated = 0;
    std::int64_t compared = 0;  // treated people with somebody to be compared with
    bool is_known = false;      // enough of them; what follows is nothing otherwise
    double outcome = 0;         // of those, on the mean
    Estimate added;             // by the treatment, on the mean over them
    Estimate factor;            // by which it multiplies; its end may be infinite
    Estimate naive;             // treated less untreated, as if they were alike
};

inline constexpr std::int64_t kUntreatedMin = 2;
/// With fewer, or fewer of them of whom anything came, an interval of this kind doesn't hold.
inline constexpr std::int64_t kComparedMin = 30;
inline constexpr std::int64_t kOutcomesMin = 10;

[[nodiscard]] Effect effect_of(std::span<const Occasion> occasions);

}  // namespace vitrina::report
