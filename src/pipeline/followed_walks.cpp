#include "pipeline/followed_walks.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrina::pipeline {
namespace {

// Stretches of one person that are remembered: what is older was settled long ago, and whatever comes of it
// is taken for wrong.
constexpr std::size_t kStretchesMax = 64;

}  // namespace

std::vector<char> follow(std::span<const OwnedPoint> points) {
    std::map<std::pair<scene::WalkId, PersonId>, std::int64_t> ends;  // of a walk as somebody's
    for (const OwnedPoint& point : points)
        if (point.person != 0) ends[{point.walk, point.person}] = point.tick;
    std::map<PersonId, scene::WalkId> followed;
    std::vector<char> counts(points.size(), 0);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const OwnedPoint& point = points[i];
        if (point.person == 0) continue;
        scene::WalkId& current = followed.try_emplace(point.person, point.walk).first->second;
        if (current != point.walk && point.tick <= ends.at({current, point.person})) continue;
        current = point.walk;
        counts[i] = 1;
    }
    return counts;
}

std::optional<std::int64_t> FollowedWalks::wrong_since(const Followed& followed, const OwnedPoint& point) {
    const auto after =
        std::upper_bound(followed.stretches.begin(), followed.stretches.end(), point.tick,
                         [](std::int64_t tick, const Stretch& stretch) { return tick < stretch.first; });
    if (after == followed.stretches.begin()) return point.tick;  // it began first
    const Stretch& during = *std::prev(after);
    if (point.tick > during.last) return point.tick;  // nothing else was there
    const bool began_first = point.tick == during.first && point.walk < during.walk;
    return began_first ? std::optional(point.tick) : std::nullopt;
}

FollowedWalks::Answer FollowedWalks::take(const OwnedPoint& point, const GoesOn& goes_on) {
    Followed& followed = people_[point.person];
    const auto begin = [&] {
        followed.waiting.clear();
        if (followed.stretches.size() >= kStretchesMax) followed.stretches.erase(followed.stretches.begin());
        followed.stretches.push_back({point.walk, point.tick, point.tick});
    };
    if (followed.stretches.empty()) {
        begin();
        return {true, std::nullopt};
    }
    Stretch& current = followed.stretches.back();
    if (current.walk == point.walk) {
        current.last = std::max(current.last, point.tick);
        followed.waiting.erase(followed.waiting.begin(), followed.waiting.upper_bound(current.last));
        return {true, std::nullopt};
    }
    // One that was left for another is there again: it never should have been left.
    for (const Stretch& stretch : followed.stretches)
        if (stretch.walk == point.walk) return {false, stretch.last + 1};
    if (point.tick <= current.last) return {false, wrong_since(followed, point)};
    if (goes_on(current.walk, point.person)) {
        followed.waiting.insert(point.tick);
        return {false, std::nullopt};
    }
    Answer answer{true, std::nullopt};
    if (!followed.waiting.empty() && *followed.waiting.begin() < point.tick)
        answer.wrong_since = *followed.waiting.begin();
    begin();
    return answer;
}

std::map<PersonId, std::int64_t> FollowedWalks::settle(const GoesOn& goes_on) {
    std::map<PersonId, std::int64_t> wrong;
    for (auto& [person, followed] : people_) {
        if (followed.waiting.empty() || goes_on(followed.stretches.back().walk, person)) continue;
        wrong.emplace(person, *followed.waiting.begin());
        followed.waiting.clear();
    }
    return wrong;
}

}  // namespace vitrina::pipeline
