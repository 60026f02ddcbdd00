// The card holders of a simulated shop, how often each comes, whom a campaign addresses, and how many come at
// a moment. Immutable once made; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/behaviour.h"
#include "sim/random.h"

namespace vitrina::sim {

struct Arrival {
    std::int64_t customer = -1;  // a card holder's number; -1 for others
    int campaign = -1;           // that brought him
};

class Population {
  public:
    Population(const Behaviour& behaviour, std::uint64_t seed);

    /// Parties a second, campaigns included.
    [[nodiscard]] double rate(double at_s) const;
    /// A bound of rate() at any time.
    [[nodiscard]] double rate_max() const { return rate_max_; }
    [[nodiscard]] Arrival draw(double at_s, Random& random) const;

    /// Of all that card holders come anyway, how much is the audience's.
    [[nodiscard]] double audience_share(std::size_t campaign) const { return audiences_[campaign].share; }
    [[nodiscard]] bool addressed(std::size_t campaign, std::int64_t customer) const;
    [[nodiscard]] std::int64_t holders() const { return static_cast<std::int64_t>(cumulative_.size()); }

  private:
    struct Audience {
        std::vector<std::int64_t> members;
        std::vector<double> cumulative;  // of their visiting
        double share = 0;                // of all holders' visiting
        std::vector<char> is_member;
    };

    [[nodiscard]] double base_rate(double at_s) const;
    [[nodiscard]] bool runs(std::size_t campaign, double at_s) const;
    /// Parties more that campaigns bring, as a share of the base rate.
    [[nodiscard]] double brought(std::size_t campaign) const;

    const Behaviour* behaviour_;
    std::vector<double> cumulative_;  // of the holders' visiting
    std::vector<Audience> audiences_;
    double party_size_ = 1;
    double hours_sum_ = 0;
    double weekdays_mean_ = 1;
    double rate_max_ = 0;
};

}  // namespace vitrina::sim
