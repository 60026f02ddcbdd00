#include "report/effect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/interval.h"

namespace vitrina::report {
namespace {

// Where fewer than these are untreated, one of them would stand for too many.
constexpr double kUntreatedShareMin = 0.05;

/// Somebody treated, and those at risk of it then: how many, and what came of them on the mean, of those who
/// are treated sooner or later and of the others apart.
struct Event {
    std::size_t who = 0;  // of the stratum
    double at = 0;
    double count = 0;
    double of_treated = 0;
    double of_others = 0;
};

/// The equation is of_others = (1 / factor) * excess.
struct Sums {
    double of_others = 0;
    double excess = 0;   // of the treated over the treated at risk
    double outcome = 0;  // of the treated
    std::int64_t compared = 0;
    std::int64_t outcomes = 0;  // that are not nothing
};

struct Solution {
    double shrink = 1;  // 1 / factor
    double excess = 0;
    double outcome = 0;  // of the compared, on the mean
    double compared = 0;
};

using Stratum = std::span<const Occasion>;

/// Sooner or later.
bool is_treated(const Occasion& occasion) {
    return occasion.treated || occasion.treated_later;
}

void widen(std::vector<Occasion>& occasions) {
    std::unordered_map<std::int64_t, std::int64_t> untreated;
    for (const Occasion& one : occasions)
        untreated[one.stratum] += is_treated(one) ? 0 : 1;
    for (Occasion& one : occasions)
        if (one.wider != 0 && untreated[one.stratum] < kUntreatedMin) one.stratum = one.wider;
}

/// Occasions of one stratum come by `until`, the longest first.
std::vector<Event> events_of(Stratum stratum) {
    std::vector<Event> events;
    double of_treated = 0;
    double of_others = 0;
    double treated = 0;
    for (std::size_t begin = 0; begin < stratum.size();) {
        // All that end at one moment are at risk at it.
        std::size_t end = begin;
        for (; end < stratum.size() && stratum[end].until == stratum[begin].until; ++end) {
            (is_treated(stratum[end]) ? of_treated : of_others) += stratum[end].outcome;
            treated += is_treated(stratum[end]) ? 1 : 0;
        }
        const auto count = static_cast<double>(end);
        for (std::size_t i = begin; i < end; ++i)
            if (stratum[i].treated && 1 - treated / count >= kUntreatedShareMin)
                events.push_back({i, stratum[i].until, count, of_treated / count, of_others / count});
        begin = end;
    }
    return events;
}

void add(Sums& sums, Stratum stratum, const std::vector<Event>& events) {
    for (const Event& event : events) {
        const double outcome = stratum[event.who].outcome;
        sums.of_others += event.of_others;
        sums.excess += outcome - event.of_treated;
        sums.outcome += outcome;
        ++sums.compared;
        sums.outcomes += outcome > 0 ? 1 : 0;
    }
}

/// Somebody may be treated in two places at once, and is one all the same.
std::int64_t people_of(const std::vector<Stratum>& strata, const std::vector<std::vector<Event>>& events) {
    std::set<std::int64_t> people;
    std::int64_t unknown = 0;
    for (std::size_t i = 0; i < strata.size(); ++i) {
        for (const Event& event : events[i]) {
            const std::int64_t whose = strata[i][event.who].whose;
            if (whose == 0) ++unknown;
            people.insert(whose);
        }
    }
    return unknown + static_cast<std::int64_t>(people.size() - people.count(0));
}

/// What somebody's occasions add to the estimates.
struct Part {
    std::int64_t whose = 0;
    double added = 0;
    double shrink = 0;
};

void add_parts(Stratum stratum, const std::vector<Event>& events, const Solution& solved,
               std::vector<Part>& parts) {
    const auto without = [&](const Occasion& one) {
        return one.outcome * (is_treated(one) ? solved.shrink : 1);
    };
    const auto mean = [&](const Event& event) { return event.of_others + solved.shrink * event.of_treated; };
    std::vector<char> is_compared(stratum.size(), 0);
    std::vector<double> own(stratum.size(), 0);
    // A mean that holds the one himself is nearer to him than to another: each difference is that much
    // larger.
    const auto grown = [](double count) { return std::sqrt(count / (count - 1)); };
    for (const Event& event : events) {
        own[event.who] += grown(event.count) * (without(stratum[event.who]) - mean(event));
        is_compared[event.who] = 1;
    }
    // Whoever was there for long was compared with all who were treated until then: the latest first.
    double weights = 0;
    double means = 0;
    auto event = events.rbegin();
    for (std::size_t i = stratum.size(); i-- > 0;) {
        for (; event != events.rend() && event->at <= stratum[i].until; ++event) {
            const double weight = grown(event->count) / event->count;
            weights += weight;
            means += weight * mean(*event);
        }
        const double shrink = (own[i] - (without(stratum[i]) * weights - means)) / solved.excess;
        double added = solved.outcome * shrink;
        if (is_compared[i] != 0)
            added += (1 - solved.shrink) * (stratum[i].outcome - solved.outcome) / solved.compared;
        parts.push_back({stratum[i].whose, added, shrink});
    }
}

/// As sums of squares of everybody's parts.
Part variances_of(std::vector<Part>& parts) {
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.whose < b.whose; });
    Part variances;
    for (std::size_t begin = 0; begin < parts.size();) {
        Part sum;
        std::size_t end = begin;
        for (; end < parts.size() && parts[end].whose == parts[begin].whose; ++end) {
            sum.added += parts[end].added;
            sum.shrink += parts[end].shrink;
            if (parts[end].whose == 0) break;  // one of nobody's
        }
        begin = std::max(end, begin + 1);
        variances.added += sum.added * sum.added;
        variances.shrink += sum.shrink * sum.shrink;
    }
    return variances;
}

/// One for each: treated or not, whenever that was; treated_later: by others, or where nothing was to be
/// seen.
std::vector<Occasion> persons_of(const std::vector<Occasion>& occasions) {
    std::vector<Occasion> persons(occasions);
    std::stable_sort(persons.begin(), persons.end(),
                     [](const Occasion& a, const Occasion& b) { return a.whose < b.whose; });
    std::size_t kept = 0;
    for (const Occasion& one : persons) {
        const bool is_same = kept > 0 && one.whose != 0 && persons[kept - 1].whose == one.whose;
        const bool treated = one.treated || (is_same && persons[kept - 1].treated);
        const bool treated_later = one.treated_later || (is_same && persons[kept - 1].treated_later);
        if (!is_same) ++kept;
        persons[kept - 1] = one;
        persons[kept - 1].treated = treated;
        persons[kept - 1].treated_later = treated_later;
    }
    persons.resize(kept);
    return persons;
}

struct Moments {
    double count = 0;
    double mean = 0;
    double variance = 0;  // of the mean
};

/// Who was treated only elsewhere is neither with nor without.
Moments moments_of(std::span<const Occasion> occasions, bool treated) {
    Moments moments;
    double sum = 0;
    double squares = 0;
    for (const Occasion& one : occasions) {
        if (treated ? !one.treated : is_treated(one)) continue;
        ++moments.count;
        sum += one.outcome;
        squares += one.outcome * one.outcome;
    }
    if (moments.count < 2) return moments;
    moments.mean = sum / moments.count;
    moments.variance = std::max(0.0, squares - sum * moments.mean) / (moments.count - 1) / moments.count;
    return moments;
}

double inverse(double value) {
    return value > 0 ? 1 / value : std::numeric_limits<double>::infinity();
}

Estimate around(double value, double error, double degrees) {
    const double half = student95(degrees) * error;
    return {value, value - half, value + half};
}

}  // namespace

Effect effect_of(std::span<const Occasion> occasions) {
    std::vector<Occasion> sorted(occasions.begin(), occasions.end());
    widen(sorted);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Occasion& a, const Occasion& b) {
        return a.stratum != b.stratum ? a.stratum < b.stratum : a.until > b.until;
    });
    std::vector<Stratum> strata;
    for (std::size_t begin = 0; begin < sorted.size();) {
        std::size_t end = begin;
        while (end < sorted.size() && sorted[end].stratum == sorted[begin].stratum)
            ++end;
        strata.push_back(std::span(sorted).subspan(begin, end - begin));
        begin = end;
    }
    const std::vector<Occasion> persons = persons_of(sorted);
    const Moments treated = moments_of(persons, true);
    const Moments untreated = moments_of(persons, false);
    Effect effect;
    effect.treated = static_cast<std::int64_t>(treated.count);
    effect.untreated = static_cast<std::int64_t>(untreated.count);
    std::vector<std::vector<Event>> events;
    events.reserve(strata.size());
    Sums sums;
    for (const Stratum& stratum : strata)
        add(sums, stratum, events.emplace_back(events_of(stratum)));
    effect.compared = people_of(strata, events);
    effect.is_known = effect.compared >= kComparedMin && effect.untreated >= kComparedMin &&
                      sums.outcomes >= kOutcomesMin && sums.excess > 0;
    if (!effect.is_known) return effect;
    const auto compared = static_cast<double>(sums.compared);
    const Solution solved{sums.of_others / sums.excess, sums.excess, sums.outcome / compared, compared};
    std::vector<Part> parts;
    parts.reserve(sorted.size());
    for (std::size_t i = 0; i < strata.size(); ++i)
        add_parts(strata[i], events[i], solved, parts);
    const Part variances = variances_of(parts);
    effect.outcome = solved.outcome;
    effect.added = around(solved.outcome * (1 - solved.shrink), std::sqrt(variances.added), compared - 1);
    const Estimate shrink = around(solved.shrink, std::sqrt(variances.shrink), compared - 1);
    effect.factor = {inverse(shrink.value), inverse(shrink.high), inverse(shrink.low)};
    effect.naive = around(treated.mean - untreated.mean, std::sqrt(treated.variance + untreated.variance),
                          std::min(treated.count, untreated.count) - 1);
    return effect;
}

}  // namespace vitrina::report
