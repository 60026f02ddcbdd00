#include "teach/staff_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <mosaic/two_classes.h>

#include "base/interval.h"

namespace vitrina::teach {
namespace {

// Log-odds that behaviour adds, from reasoning: half a minute in the store room or behind the till is hardly
// ever a customer's, and few shop for more than an hour.
constexpr double kStaffPlaceEnoughS = 30;
constexpr double kStaffPlaceOdds = 6;
constexpr double kLongS = 3600;
constexpr double kLongOdds = 1;

double log_odds(double probability) {
    const double p = std::clamp(probability, 1e-6, 1 - 1e-6);
    return std::log(p / (1 - p));
}

/// Looks far apart in the order in which they came: neighbours are much the same.
std::vector<std::size_t> spread(std::size_t count, std::size_t wanted) {
    std::vector<std::size_t> places;
    places.reserve(std::min(count, wanted));
    if (count <= wanted) {
        for (std::size_t i = 0; i < count; ++i)
            places.push_back(i);
        return places;
    }
    for (std::size_t i = 0; i < wanted; ++i)
        places.push_back(i * (count - 1) / (wanted - 1));
    return places;
}

/// The newest of each class, kExamplesMax / 2 of it at least where there are as many.
std::vector<bool> chosen_of(std::span<const StaffExample> examples) {
    std::array<std::size_t, 2> count{};
    for (const StaffExample& example : examples)
        ++count.at(example.staff ? 1 : 0);
    constexpr std::size_t kHalf = StaffModel::kExamplesMax / 2;
    std::array<std::size_t, 2> room{};
    for (const std::size_t k : {0U, 1U})
        room.at(k) = std::min(count.at(k), StaffModel::kExamplesMax - std::min(kHalf, count.at(1 - k)));
    std::vector<bool> chosen(examples.size(), false);
    for (std::size_t i = examples.size(); i-- > 0;) {
        std::size_t& left = room.at(examples[i].staff ? 1 : 0);
        if (left == 0 || examples[i].looks.empty()) continue;
        --left;
        chosen[i] = true;
    }
    return chosen;
}

/// By example, the place of the first one of the same person.
std::vector<std::size_t> people_of(std::span<const StaffExample> examples) {
    std::map<std::pair<bool, std::string>, std::size_t> first;
    std::vector<std::size_t> people(examples.size());
    for (std::size_t i = 0; i < examples.size(); ++i)
        people[i] = examples[i].member.empty()
                        ? i
                        : first.try_emplace({examples[i].staff, examples[i].member}, i).first->second;
    return people;
}

}  // namespace

Rate rate_of(int right, int all) {
    Rate rate{right, all, 0, 0, 1};
    if (all <= 0) return rate;
    const ShareInterval interval = wilson95(right, all);
    rate.share = interval.share;
    rate.low = interval.low;
    rate.high = interval.high;
    return rate;
}

Result<StaffModel> StaffModel::train(std::span<const StaffExample> examples) {
    mosaic::train::TwoClassExamples rows;
    const std::vector<bool> chosen = chosen_of(examples);
    const std::vector<std::size_t> people = people_of(examples);
    for (std::size_t i = 0; i < examples.size(); ++i) {
        if (!chosen[i]) continue;
        const std::vector<Look>& looks = examples[i].looks;
        for (const std::size_t place : spread(looks.size(), kLooksMax)) {
            if (rows.width == 0) rows.width = looks[place].size();
            if (looks[place].size() != rows.width)
                return failed("descriptions of different kinds can't be learnt from together");
            rows.features.insert(rows.features.end(), looks[place].begin(), looks[place].end());
            rows.positive.push_back(examples[i].staff ? 1 : 0);
            rows.group.push_back(static_cast<std::int32_t>(people[i]));
        }
    }
    std::array<std::set<std::size_t>, 2> known;
    for (std::size_t i = 0; i < examples.size(); ++i)
        if (chosen[i]) known.at(examples[i].staff ? 1 : 0).insert(people[i]);
    if (known[0].size() < 2 || known[1].size() < 2)
        return failed(fmt::format(
            "two people of each are needed to learn from; there are {} of the staff (marks of one "
            "name are one person) and {} customers",
            known[1].size(), known[0].size()));
    auto head = mosaic::train::TwoClassHead::fit(rows);
    if (!head) return failed(head.error().message);
    StaffModel model(std::make_shared<const mosaic::train::TwoClassHead>(std::move(*head)));
    model.left_out_.assign(examples.size(), 0.5);
    std::array<int, 2> right{};
    std::array<int, 2> all{};
    for (const mosaic::train::LeftOut& left : model.head_->left_out()) {
        for (std::size_t i = 0; i < examples.size(); ++i)
            if (chosen[i] && people[i] == static_cast<std::size_t>(left.group))
                model.left_out_[i] = left.probability;
        const std::size_t of = left.positive ? 1 : 0;
        ++all.at(of);
        right.at(of) += (left.probability >= 0.5) == left.positive ? 1 : 0;
    }
    model.customers_let_be_ = rate_of(right[0], all[0]);
    model.staff_found_ = rate_of(right[1], all[1]);
    model.right_ = rate_of(right[0] + right[1], all[0] + all[1]);
    return model;
}

double StaffModel::staff_probability(std::span<const Look> looks) const {
    double sum = 0;
    std::size_t count = 0;
    for (const Look& look : looks) {
        if (look.size() != head_->width()) continue;
        sum += head_->score(look);
        ++count;
    }
    return count == 0 ? 0.5 : head_->probability(sum / static_cast<double>(count), count);
}

std::size_t StaffModel::width() const {
    return head_->width();
}

double with_behaviour(double staff_probability, const Behaviour& behaviour) {
    const double place = std::clamp(behaviour.staff_place_s / kStaffPlaceEnoughS, 0.0, 1.0);
    const double odds =
        log_odds(staff_probability) + kStaffPlaceOdds * place + (behaviour.seen_s >= kLongS ? kLongOdds : 0);
    return 1 / (1 + std::exp(-odds));
}

bool behaves_like_staff(const Behaviour& behaviour) {
    return behaviour.staff_place_s >= kStaffPlaceEnoughS;
}

void UniformWatch::see(double staff_probability) {
    seen_.push_back(staff_probability);
    if (seen_.size() > kKept) seen_.erase(seen_.begin());
}

bool UniformWatch::has_changed() const {
    if (seen_.size() < kNeeded) return false;
    const auto unlike = std::count_if(seen_.begin(), seen_.end(), [](double p) { return p < 0.5; });
    return 2 * static_cast<std::size_t>(unlike) > seen_.size();
}

}  // namespace vitrina::teach
