#include "sim/population.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vitrina::sim {
namespace {

constexpr double kFamilySize = 3.5;  // two grown-ups, one or two children

std::size_t pick(const std::vector<double>& cumulative, Random& random) {
    const double at = random.unit() * cumulative.back();
    const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), at);
    return std::min(static_cast<std::size_t>(found - cumulative.begin()), cumulative.size() - 1);
}

}  // namespace

Population::Population(const Behaviour& behaviour, std::uint64_t seed) : behaviour_(&behaviour) {
    Random random(seed, 7);
    const Arrivals& arrivals = behaviour.arrivals;
    party_size_ = 1 + arrivals.pair_share + arrivals.family_share * (kFamilySize - 1);
    hours_sum_ = std::accumulate(arrivals.hours.begin(), arrivals.hours.end(), 0.0);
    weekdays_mean_ = std::accumulate(arrivals.weekdays.begin(), arrivals.weekdays.end(), 0.0) / kWeekdays;
    // How often people come differs much: exponential.
    double sum = 0;
    cumulative_.reserve(static_cast<std::size_t>(behaviour.loyalty.holders));
    for (int i = 0; i < behaviour.loyalty.holders; ++i)
        cumulative_.push_back(sum += random.exponential(1));
    for (const Campaign& campaign : behaviour.campaigns) {
        Audience& audience = audiences_.emplace_back();
        audience.is_member.assign(cumulative_.size(), 0);
        double visiting = 0;
        for (std::size_t i = 0; i < cumulative_.size(); ++i) {
            const double weight = cumulative_[i] - (i == 0 ? 0 : cumulative_[i - 1]);
            const double chance =
                campaign.audience_share * std::exp(campaign.frequent_bias * (std::min(weight, 3.0) - 1));
            if (!random.chance(std::min(1.0, chance))) continue;
            audience.members.push_back(static_cast<std::int64_t>(i));
            audience.cumulative.push_back(visiting += weight);
            audience.is_member[i] = 1;
        }
        audience.share = sum > 0 ? visiting / sum : 0;
    }
    const double peak_hour = *std::max_element(arrivals.hours.begin(), arrivals.hours.end());
    const double peak_day = *std::max_element(arrivals.weekdays.begin(), arrivals.weekdays.end());
    double more = 1;
    for (std::size_t i = 0; i < audiences_.size(); ++i)
        more += brought(i);
    if (hours_sum_ > 0 && weekdays_mean_ > 0)
        rate_max_ = arrivals.visits_per_day / party_size_ * peak_hour / hours_sum_ / kHourS * peak_day /
                    weekdays_mean_ * more;
}

double Population::base_rate(double at_s) const {
    const Arrivals& arrivals = behaviour_->arrivals;
    if (hours_sum_ <= 0 || weekdays_mean_ <= 0 || at_s < 0 || at_s >= behaviour_->days * kDayS) return 0;
    const auto day = static_cast<int>(at_s / kDayS);
    const auto hour = static_cast<std::size_t>((at_s - day * kDayS) / kHourS);
    const auto weekday = static_cast<std::size_t>((behaviour_->weekday + day) % kWeekdays);
    return arrivals.visits_per_day / party_size_ *
           arrivals.hours.at(std::min<std::size_t>(hour, kHours - 1)) / hours_sum_ / kHourS *
           arrivals.weekdays.at(weekday) / weekdays_mean_;
}

bool Population::runs(std::size_t campaign, double at_s) const {
    const Campaign& it = behaviour_->campaigns[campaign];
    const double from = (it.from_day - 1) * kDayS;
    return at_s >= from && at_s < from + it.days * kDayS;
}

double Population::brought(std::size_t campaign) const {
    return behaviour_->loyalty.visits_share * audiences_[campaign].share *
           behaviour_->campaigns[campaign].brings;
}

double Population::rate(double at_s) const {
    double more = 1;
    for (std::size_t i = 0; i < audiences_.size(); ++i)
        if (runs(i, at_s)) more += brought(i);
    return base_rate(at_s) * more;
}

Arrival Population::draw(double at_s, Random& random) const {
    double whole = 1;
    for (std::size_t i = 0; i < audiences_.size(); ++i)
        if (runs(i, at_s)) whole += brought(i);
    double at = random.unit() * whole;
    for (std::size_t i = 0; i < audiences_.size(); ++i) {
        if (!runs(i, at_s)) continue;
        if (at < brought(i))
            return {audiences_[i].members[pick(audiences_[i].cumulative, random)], static_cast<int>(i)};
        at -= brought(i);
    }
    if (!cumulative_.empty() && random.chance(behaviour_->loyalty.visits_share))
        return {static_cast<std::int64_t>(pick(cumulative_, random)), -1};
    return {};
}

bool Population::addressed(std::size_t campaign, std::int64_t customer) const {
    return audiences_[campaign].is_member[static_cast<std::size_t>(customer)] != 0;
}

}  // namespace vitrina::sim
