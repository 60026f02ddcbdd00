// How often the intervals of report/effect.h hold what they should, on occasions whose truth is known, made
// up from a seed. Several worlds, 1,000 seeds each; beside the estimate the naive one, and two that know what
// nobody could: the same estimate with the customers' keenness for a stratum, and one that knows everybody's
// chance to buy without having been spoken to.
//
//     effect_accuracy [SEEDS]
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "report/effect.h"

namespace {

using vitrina::report::Effect;
using vitrina::report::effect_of;
using vitrina::report::Estimate;
using vitrina::report::Occasion;

struct World {
    std::string name;
    int occasions = 3000;
    int days = 1;           // six a week; more buy on the last of them, and are spoken to less
    double raises = 1.6;    // the chance to buy, by being spoken to
    double approaches = 1;  // how often consultants approach, against the usual
    double hidden = 0;      // keenness that shows in nothing but asking and buying
};

constexpr int kHours = 12;
constexpr int kDepartments = 6;
constexpr double kLogDwell = 0.6;
constexpr double kKeen = 0.4;
constexpr double kApproachAfterS = 15;
constexpr int kKeenBins = 10;
constexpr int kDaysOfWeek = 6;
constexpr double kBusyBuys = 2;  // times as often
constexpr double kBusySpoken = 0.25;

struct Made {
    std::vector<Occasion> occasions;
    std::vector<Occasion> with_keenness;  // the same, by what is behind
    double truth = 0;                     // what was added to those who were spoken to
    Estimate knowing;                     // every chance
};

double uniform(std::mt19937_64& random) {
    return (static_cast<double>(random() >> 11U) + 0.5) * 0x1p-53;
}

double normal(std::mt19937_64& random) {
    return std::sqrt(-2 * std::log(uniform(random))) * std::cos(6.283185307179586 * uniform(random));
}

int bin_of(double keenness) {
    const double share = 0.5 * std::erfc(-keenness / std::sqrt(2.0));
    return std::min(kKeenBins - 1, static_cast<int>(share * kKeenBins));
}

Made make(const World& world, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Made made;
    double added = 0;
    std::vector<double> beyond;  // of the treated: what came, less their chance without
    for (int i = 0; i < world.occasions; ++i) {
        const auto hour = static_cast<int>(random() % kHours);
        const auto department = static_cast<int>(random() % kDepartments);
        const int day = world.days > 1 ? static_cast<int>(random() % static_cast<unsigned>(world.days)) : 0;
        const bool busy = day % kDaysOfWeek == kDaysOfWeek - 1;
        const double keen = normal(random);
        const double hidden = normal(random);
        const double stays_s = (15 + 6 * department) * std::exp(kLogDwell * normal(random) + kKeen * keen);
        const double chance = std::min(
            0.6, (busy ? kBusyBuys : 1) * (0.12 + 0.05 * department + 0.02 * std::abs(hour - kHours / 2)) *
                     std::exp(kKeen * keen + world.hidden * hidden));
        const double rate = 0.004 * world.approaches * (busy ? kBusySpoken : 1) * (1 + hour % 4) *
                            (1 + 0.3 * department) * std::exp(world.hidden * hidden);
        const double approached_s = kApproachAfterS - std::log(uniform(random)) / rate;
        const bool treated = approached_s < stays_s;
        const double with = treated ? std::min(1.0, chance * world.raises) : chance;
        const double outcome = uniform(random) < with ? 1 : 0;
        const auto cell_of = [&](int of) { return (of * kHours + hour) * kDepartments + department; };
        const int cell = cell_of(day % kDaysOfWeek);
        made.occasions.push_back(
            {cell_of(day), treated ? approached_s : stays_s, treated, outcome, 0, false, -1 - cell});
        // Who knows keenness needs no time: given it, staying and buying have nothing to do with one another.
        // But who stays for long is approached more often, and only those who can be are alike.
        const int behind =
            (cell * kKeenBins + bin_of(keen)) * kKeenBins + (world.hidden > 0 ? bin_of(hidden) : 0);
        made.with_keenness.push_back({behind, 0, treated, outcome, 0, false});
        if (!treated) continue;
        added += with - chance;
        beyond.push_back(outcome - chance);
    }
    const auto count = static_cast<double>(beyond.size());
    made.truth = added / count;
    double mean = 0;
    for (const double one : beyond)
        mean += one / count;
    double squares = 0;
    for (const double one : beyond)
        squares += (one - mean) * (one - mean);
    const double half = 1.96 * std::sqrt(squares) / count;
    made.knowing = {mean, mean - half, mean + half};
    return made;
}

bool holds(const Estimate& estimate, double truth) {
    return estimate.low <= truth && truth <= estimate.high;
}

double width(const Estimate& estimate) {
    return estimate.high - estimate.low;
}

void try_world(const World& world, int seeds) {
    int known = 0;
    int held = 0;
    int naive_held = 0;
    double error = 0;
    double naive_error = 0;
    double truth = 0;
    double own_width = 0;
    double keenness_width = 0;
    double chances_width = 0;
    std::int64_t compared = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const Made made = make(world, static_cast<std::uint64_t>(seed));
        const Effect effect = effect_of(made.occasions);
        const Effect with_keenness = effect_of(made.with_keenness);
        if (!effect.is_known || !with_keenness.is_known) continue;
        ++known;
        held += holds(effect.added, made.truth) ? 1 : 0;
        naive_held += holds(effect.naive, made.truth) ? 1 : 0;
        error += effect.added.value - made.truth;
        naive_error += effect.naive.value - made.truth;
        truth += made.truth;
        own_width += width(effect.added);
        keenness_width += width(with_keenness.added);
        chances_width += width(made.knowing);
        compared += effect.compared;
    }
    const double n = std::max(1, known);
    fmt::print(
        "{:<28} {:>6} {:>6.0f} {:>8.3f} {:>8.3f} {:>8.1f} {:>8.3f} {:>8.1f} {:>8.3f} {:>8.2f} {:>8.2f}\n",
        world.name, known, static_cast<double>(compared) / n, truth / n, error / n, 100 * held / n,
        naive_error / n, 100 * naive_held / n, own_width / n, own_width / keenness_width,
        own_width / chances_width);
}

}  // namespace

int main(int argc, char** argv) {
    const int seeds = argc > 1 ? std::atoi(argv[1]) : 1000;
    fmt::print("{:<28} {:>6} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "world", "seeds",
               "spoken", "truth", "error", "held %", "naive", "held %", "width", "/keen", "/chance");
    const World worlds[] = {{"usual"},
                            {"no effect", 3000, 1, 1},
                            {"strong effect", 3000, 1, 2},
                            {"few approaches", 3000, 1, 1.6, 0.3},
                            {"many approaches", 3000, 1, 1.6, 2},
                            {"a quarter of the occasions", 750, 1, 1.6, 1},
                            {"ten times the occasions", 30000, 1, 1.6, 1},
                            {"keenness that nobody sees", 3000, 1, 1.6, 1, 0.4},
                            {"busy days, 24 of them", 30000, 24, 1.6, 1, 0},
                            {"busy days, no effect", 30000, 24, 1, 1, 0},
                            {"busy days, few occasions", 3000, 24, 1.6, 1, 0}};
    for (const World& world : worlds)
        try_world(world, seeds);
}
