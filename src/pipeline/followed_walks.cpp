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

bool FollowedWalks::take(Followed& followed, const OwnedPoint& point, bool current_goes_on,
                         std::optional<std::int64_t>& wrong) {
    if (!followed.stretches.empty()) {
        Stretch& current = followed.stretches.back();
        if (current.walk == point.walk) {
            current.last = std::max(current.last, point.tick);
            followed.waiting.erase(followed.waiting.begin(),
                                   followed.waiting.lower_bound({current.last + 1, 0}));
            return true;
        }
        // One that was left for another is there again: it never should have been left.
        for (const Stretch& stretch : followed.stretches)
            if (stretch.walk == point.walk) {
                wrong = stretch.last + 1;
                return false;
            }
        if (point.tick <= current.last) {
            wrong = wrong_since(followed, point);
            return false;
        }
        if (current_goes_on) {
            followed.waiting.emplace(point.tick, point.walk);
            return false;
        }
        if (!followed.waiting.empty() && *followed.waiting.begin() < std::pair(point.tick, point.walk))
            wrong = followed.waiting.begin()->first;
    }
    followed.waiting.erase(followed.waiting.begin(), followed.waiting.lower_bound({point.tick + 1, 0}));
    if (followed.stretches.size() >= kStretchesMax) followed.stretches.erase(followed.stretches.begin());
    followed.stretches.push_back({point.walk, point.tick, point.tick});
    return true;
}

FollowedWalks::Answer FollowedWalks::take(std::span<const OwnedPoint> points, const GoesOn& goes_on) {
    std::map<std::pair<scene::WalkId, PersonId>, std::int64_t> ends;  // in these points
    for (const OwnedPoint& point : points)
        ends[{point.walk, point.person}] = point.tick;
    Answer answer;
    answer.counts.reserve(points.size());
    const auto is_wrong = [&](PersonId person, std::int64_t since) {
        const auto known = answer.wrong_since.try_emplace(person, since).first;
        known->second = std::min(known->second, since);
    };
    for (const OwnedPoint& point : points) {
        Followed& followed = people_[point.person];
        bool current_goes_on = false;
        if (!followed.stretches.empty() && followed.stretches.back().walk != point.walk) {
            const scene::WalkId current = followed.stretches.back().walk;
            const auto end = ends.find({current, point.person});
            current_goes_on =
                (end != ends.end() && end->second >= point.tick) || goes_on(current, point.person);
        }
        std::optional<std::int64_t> wrong;
        answer.counts.push_back(take(followed, point, current_goes_on, wrong) ? 1 : 0);
        if (wrong) is_wrong(point.person, *wrong);
    }
    // Nobody goes on who was waited for.
    for (auto& [person, followed] : people_) {
        if (followed.waiting.empty() || goes_on(followed.stretches.back().walk, person)) continue;
        is_wrong(person, followed.waiting.begin()->first);
        followed.waiting.clear();
    }
    return answer;
}

}  // namespace vitrina::pipeline
