// What something brought beyond what was to be expected without it, with how sure that is. Two ways to know
// what was to be expected: the same hours of the same weekdays before, and people who were not addressed.
// What is estimated is the number truly brought, not its mean over worlds. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vitrina::report {

enum class Known : std::uint8_t {
    kYes,
    kTooShort,   // fewer than two weeks before to compare with
    kTooFew,     // too few cases to tell
    kNoControls  // nobody to compare with
};
/// "yes", "too_short", "too_few", "no_controls".
[[nodiscard]] std::string_view to_text(Known known);

struct Brought {
    Known known = Known::kTooFew;
    double observed = 0;
    double expected = 0;  // without it; what follows is 0 where nothing is known
    double brought = 0;   // observed less expected
    double low = 0;       // 95 % interval of it
    double high = 0;
};

/// A piece of the time of a campaign, of a day at most, and the same hours of the same weekday in weeks
/// before it, as many for each piece but for those on which the shop was closed. Days a week apart have one
/// past: they are one piece.
struct MatchedPiece {
    double during = 0;  // all such days together
    std::vector<double> before;
    double times = 1;  // how many days
};

/// Counts or sums. Their variance is taken to be in proportion to their mean, by a factor that the weeks
/// before tell; what makes a whole week busier than another is not in it.
[[nodiscard]] Brought brought_by_weekdays(std::span<const MatchedPiece> pieces);

/// What somebody did in a time before and during a campaign, as long for everybody.
struct Outcome {
    double before = 0;
    double during = 0;
    bool exposed = false;
};

/// Counts or sums. Whoever was exposed is taken to have gone on, without it, by the same factor as those who
/// were not: so it does no harm when those who come often anyway were rather chosen. It does when they were
/// chosen by `before` itself: who was chosen because he did little then does more afterwards without
/// anything.
[[nodiscard]] Brought brought_by_others(std::span<const Outcome> outcomes);

}  // namespace vitrina::report
