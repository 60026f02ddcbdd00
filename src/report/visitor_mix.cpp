#include "report/visitor_mix.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

namespace vitrina::report {
namespace {

constexpr std::size_t kBands = kAgeBands.size();
using Bands = std::array<double, kBands>;
using Matrix = std::array<Bands, kBands>;  // [true][told]

constexpr int kAgeMax = 120;
// People of one band are spread over it evenly, and few are older than this.
constexpr double kOldest = 80;
constexpr int kRounds = 200;
constexpr int kDraws = 400;
constexpr double kHalfPerson = 0.5;
constexpr double kOutside = 0.025;  // of an interval, on each side

double normal_below(double value) {
    return 0.5 * std::erfc(-value / std::sqrt(2.0));
}

/// How likely somebody of a band is told to be of another.
Matrix ages_taken_for(const Confusion& confusion) {
    Matrix matrix{};
    for (std::size_t truth = 0; truth < kBands; ++truth) {
        const AgeBand& band = kAgeBands.at(truth);
        const double to = std::min<double>(band.to, std::max(kOldest, band.from + 1.0));
        int years = 0;
        for (int age = band.from; age <= to; ++age, ++years) {
            const auto below = [&](double bound) {
                return normal_below((bound - age - confusion.age_bias) / confusion.age_deviation);
            };
            for (std::size_t told = 0; told < kBands; ++told) {
                const double upper = told + 1 == kBands ? 1 : below(kAgeBands.at(told).to + 0.5);
                const double lower = told == 0 ? 0 : below(kAgeBands.at(told).from - 0.5);
                matrix.at(truth).at(told) += upper - lower;
            }
        }
        for (double& share : matrix.at(truth))
            share /= years;
    }
    return matrix;
}

/// The shares that most likely gave what was told: expectation and maximisation, which keeps them shares.
Bands unfolded(const Bands& told, const Matrix& matrix) {
    double all = 0;
    for (const double count : told)
        all += count;
    Bands shares;
    shares.fill(1.0 / kBands);
    if (all <= 0) return shares;
    for (int round = 0; round < kRounds; ++round) {
        Bands next{};
        for (std::size_t seen = 0; seen < kBands; ++seen) {
            double expected = 0;
            for (std::size_t truth = 0; truth < kBands; ++truth)
                expected += shares.at(truth) * matrix.at(truth).at(seen);
            if (expected <= 0) continue;
            for (std::size_t truth = 0; truth < kBands; ++truth)
                next.at(truth) +=
                    told.at(seen) / all * shares.at(truth) * matrix.at(truth).at(seen) / expected;
        }
        shares = next;
    }
    return shares;
}

std::size_t band_of(int age) {
    for (std::size_t i = 0; i + 1 < kBands; ++i)
        if (age <= kAgeBands.at(i).to) return i;
    return kBands - 1;
}

double corrected(double told, const Confusion& confusion) {
    const double power = confusion.women_right + confusion.men_right - 1;
    return power > 0 ? std::clamp((told - (1 - confusion.men_right)) / power, 0.0, 1.0) : 0.5;
}

void set_bounds(TraitShare& share, std::vector<double> draws) {
    std::sort(draws.begin(), draws.end());
    const auto at = [&](double part) {
        return draws[static_cast<std::size_t>(part * static_cast<double>(draws.size() - 1))];
    };
    share.low = std::min(share.share, at(kOutside));
    share.high = std::max(share.share, at(1 - kOutside));
}

// What another day with the same people could have told: each share drawn anew, from the same seed always.
// One half is added to each count, so that what was never seen is not certain never to come.
class Draws {
  public:
    explicit Draws(std::vector<double> counts) : counts_(std::move(counts)) {}

    /// As it could be, for all that was measured: shares of which one half was added to what was right and to
    /// what was not, and of errors that are normal.
    Confusion next(const Confusion& measured) {
        Confusion drawn = measured;
        drawn.women_right = share_like(measured.women_right, measured.women_tried);
        drawn.men_right = share_like(measured.men_right, measured.men_tried);
        if (measured.ages_tried < 2) return drawn;
        const double degrees = measured.ages_tried - 1;
        std::gamma_distribution<double> squares(degrees / 2, 2);
        drawn.age_deviation *= std::sqrt(degrees / squares(random_));
        std::normal_distribution<double> error(0, drawn.age_deviation / std::sqrt(measured.ages_tried));
        drawn.age_bias += error(random_);
        return drawn;
    }

    std::vector<double> next() {
        double sum = 0;
        std::vector<double> shares;
        shares.reserve(counts_.size());
        for (const double count : counts_) {
            std::gamma_distribution<double> gamma(count + 0.5);
            shares.push_back(gamma(random_));
            sum += shares.back();
        }
        for (double& share : shares)
            share /= sum;
        return shares;
    }

  private:
    double share_like(double right, int tried) {
        if (tried <= 0) return right;
        std::gamma_distribution<double> rights(std::max(kHalfPerson, right * (tried + 1)));
        std::gamma_distribution<double> wrongs(std::max(kHalfPerson, (1 - right) * (tried + 1)));
        const double drawn = rights(random_);
        return drawn / (drawn + wrongs(random_));
    }

    std::vector<double> counts_;
    std::mt19937 random_{1};
};

TraitShare women_of(double women, double men, const Confusion& confusion) {
    TraitShare share;
    if (women + men <= 0) return share;
    share.raw = women / (women + men);
    share.share = corrected(share.raw, confusion);
    Draws draws({women, men});
    std::vector<double> shares;
    shares.reserve(kDraws);
    for (int i = 0; i < kDraws; ++i) {
        const Confusion drawn = draws.next(confusion);
        shares.push_back(corrected(draws.next().at(0), drawn));
    }
    set_bounds(share, std::move(shares));
    return share;
}

}  // namespace

Confusion measured_confusion() {
    // docs/accuracy.md, "Faces". Of 27 people, women and men, none was taken for another sex, which may be
    // chance: half a person is added to both.
    constexpr int kPeople = 27;
    Confusion confusion;
    confusion.women_tried = confusion.men_tried = kPeople / 2;
    confusion.women_right = (confusion.women_tried + 0.5) / (confusion.women_tried + 1);
    confusion.men_right = (confusion.men_tried + 0.5) / (confusion.men_tried + 1);
    confusion.age_bias = 1.5;
    confusion.age_deviation = 5.1;
    confusion.ages_tried = kPeople;
    return confusion;
}

VisitorMix visitor_mix(std::span<const SeenTraits> seen) {
    return visitor_mix(seen, measured_confusion());
}

VisitorMix visitor_mix(std::span<const SeenTraits> seen, const Confusion& confusion) {
    VisitorMix mix;
    mix.people = static_cast<std::int64_t>(seen.size());
    double women = 0;
    double men = 0;
    Bands told{};
    for (const SeenTraits& person : seen) {
        women += person.sex == Sex::kFemale ? 1 : 0;
        men += person.sex == Sex::kMale ? 1 : 0;
        told.at(band_of(std::clamp(person.age, 0, kAgeMax))) += 1;
    }
    mix.of_sex = static_cast<std::int64_t>(women + men);
    mix.women = women_of(women, men, confusion);
    if (seen.empty()) return mix;
    const Matrix matrix = ages_taken_for(confusion);
    const Bands shares = unfolded(told, matrix);
    Draws draws({told.begin(), told.end()});
    std::array<std::vector<double>, kBands> drawn;
    for (std::vector<double>& band : drawn)
        band.reserve(kDraws);
    for (int i = 0; i < kDraws; ++i) {
        const Confusion drawn_confusion = draws.next(confusion);
        const std::vector<double> next = draws.next();
        Bands again{};
        std::copy(next.begin(), next.end(), again.begin());
        const Bands unfolded_again =
            unfolded(again, confusion.ages_tried > 0 ? ages_taken_for(drawn_confusion) : matrix);
        for (std::size_t band = 0; band < kBands; ++band)
            drawn.at(band).push_back(unfolded_again.at(band));
    }
    for (std::size_t band = 0; band < kBands; ++band) {
        mix.ages.at(band).raw = told.at(band) / static_cast<double>(seen.size());
        mix.ages.at(band).share = shares.at(band);
        set_bounds(mix.ages.at(band), std::move(drawn.at(band)));
    }
    return mix;
}

}  // namespace vitrina::report
