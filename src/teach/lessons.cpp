#include "teach/lessons.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace vitrina::teach {
namespace {

double squared_distance(const Look& a, const Look& b) {
    double sum = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        sum += static_cast<double>(a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

}  // namespace

Look mean_of(const std::vector<Look>& looks) {
    if (looks.empty()) return {};
    Look mean(looks.front().size(), 0.0F);
    for (const Look& look : looks)
        for (std::size_t i = 0; i < std::min(mean.size(), look.size()); ++i)
            mean[i] += look[i] / static_cast<float>(looks.size());
    return mean;
}

void Lessons::add_staff(std::int64_t id, std::vector<Look> looks, std::string name) {
    staff_[id] = {std::move(looks), std::move(name)};
}

int Lessons::unnamed() const {
    return static_cast<int>(std::count_if(staff_.begin(), staff_.end(),
                                          [](const auto& member) { return member.second.name.empty(); }));
}

void Lessons::add_customers(std::int64_t id, int people, Look mean, std::vector<Person> members) {
    std::erase_if(waiting_, [&](Person person) {
        return std::find(members.begin(), members.end(), person) != members.end();
    });
    for (const Person member : members)
        if (gone_.erase(member) > 0) fresh_.erase(member);
    kept_[id] = {people, std::move(mean), std::move(members)};
}

void Lessons::add_customer(Person person, std::vector<Look> looks) {
    if (!fresh_.contains(person)) waiting_.push_back(person);
    gone_.erase(person);  // he is back
    fresh_[person] = std::move(looks);
}

std::optional<Lessons::Group> Lessons::next_group() const {
    if (waiting_.size() < kCustomersTogether) return std::nullopt;
    std::map<Person, Look> means;
    for (const Person person : waiting_)
        means[person] = mean_of(fresh_.at(person));
    const Look& first = means.at(waiting_.front());
    std::vector<Person> others(waiting_.begin() + 1, waiting_.end());
    std::stable_sort(others.begin(), others.end(), [&](Person a, Person b) {
        return squared_distance(means.at(a), first) < squared_distance(means.at(b), first);
    });
    Group group;
    group.members.push_back(waiting_.front());
    group.members.insert(group.members.end(), others.begin(), others.begin() + kCustomersTogether - 1);
    std::vector<Look> looks;
    looks.reserve(group.members.size());
    for (const Person member : group.members)
        looks.push_back(means.at(member));
    group.mean = mean_of(looks);
    return group;
}

std::int64_t Lessons::kept_with(Person person) const {
    for (const auto& [id, kept] : kept_)
        if (std::find(kept.members.begin(), kept.members.end(), person) != kept.members.end()) return id;
    return 0;
}

std::int64_t Lessons::take_back(Person person) {
    const std::int64_t removed = kept_with(person);
    if (removed != 0) {
        for (const Person member : kept_.at(removed).members)
            if (member != person && fresh_.contains(member)) waiting_.push_back(member);
        kept_.erase(removed);
    }
    fresh_.erase(person);
    std::erase(waiting_, person);
    gone_.erase(person);
    return removed;
}

void Lessons::let_go(Person person) {
    // Who waits for others to be averaged with stays in memory until there are some: without pictures
    // and times he is a description of clothes, and goes with their mean or when the program ends.
    if (std::find(waiting_.begin(), waiting_.end(), person) == waiting_.end())
        fresh_.erase(person);
    else
        gone_.insert(person);
}

bool Lessons::remove(std::int64_t id) {
    if (staff_.erase(id) > 0) return true;
    const auto kept = kept_.find(id);
    if (kept == kept_.end()) return false;
    for (const Person member : kept->second.members) {
        fresh_.erase(member);
        gone_.erase(member);
    }
    kept_.erase(kept);
    return true;
}

void Lessons::clear() {
    staff_.clear();
    kept_.clear();
    fresh_.clear();
    waiting_.clear();
    gone_.clear();
}

int Lessons::customers() const {
    int count = static_cast<int>(waiting_.size());
    for (const auto& [id, kept] : kept_)
        count += kept.people;
    return count;
}

std::vector<StaffExample> Lessons::examples() const {
    std::vector<StaffExample> examples;
    examples.reserve(staff_.size() + kept_.size() * kCustomersTogether + waiting_.size());
    for (const auto& [id, member] : staff_)
        examples.push_back({true, member.looks, member.name});
    for (const auto& [id, kept] : kept_) {
        const bool all_fresh =
            !kept.members.empty() && std::all_of(kept.members.begin(), kept.members.end(),
                                                 [&](Person member) { return fresh_.contains(member); });
        if (!all_fresh) {
            examples.push_back({false, {kept.mean}});
            continue;
        }
        for (const Person member : kept.members)
            examples.push_back({false, fresh_.at(member)});
    }
    for (const Person person : waiting_)
        examples.push_back({false, fresh_.at(person)});
    return examples;
}

}  // namespace vitrina::teach
