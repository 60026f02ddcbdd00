#include "pipeline/walker_looks.h"

#include <algorithm>
#include <cmath>

#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

double shared_area(const Box& a, const Box& b) {
    const double width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
    const double height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
    return width > 0 && height > 0 ? width * height : 0;
}

Point foot_of(const Box& box) {
    return {box.x + box.width / 2, box.bottom()};
}

std::size_t part_of(double share, std::size_t parts) {
    return static_cast<std::size_t>(std::clamp(share, 0.0, 1 - 1e-9) * static_cast<double>(parts));
}

}  // namespace

void WalkerLooks::add(SourceTime at, int width, int height, std::span<const WalkerBox> people) {
    if (width <= 0 || height <= 0) return;
    if (picture_.width != width || picture_.height != height || at < newest_) {
        *this = WalkerLooks();
        picture_ = {static_cast<double>(width), static_cast<double>(height)};
    }
    newest_ = at;
    for (std::size_t i = 0; i < people.size(); ++i) {
        const Box& box = people[i].box;
        if (people[i].score < kScoreMin || !is_whole(box)) continue;
        bool is_alone = true;
        for (std::size_t k = 0; k < people.size() && is_alone; ++k)
            is_alone = k == i || shared_area(box, people[k].box) <= kOverlapMax * box.width * box.height;
        const Point foot = foot_of(box);
        const auto [walk, is_new] = walks_.try_emplace(people[i].track, Walk{at, foot});
        walk->second.seen = at;
        if (is_new || !is_alone) continue;
        const Point& last = walk->second.last;
        if (std::hypot(foot.x - last.x, foot.y - last.y) < kStep * box.height) continue;
        walk->second.last = foot;
        keep(at, box);
    }
    std::erase_if(walks_, [&](const auto& walk) { return walk.second.seen < at - kForgotten; });
}

bool WalkerLooks::is_whole(const Box& box) const {
    if (!std::isfinite(box.x + box.y + box.width + box.height)) return false;
    if (box.height < kHeightMin || box.width <= 0 || box.height < kUpright * box.width) return false;
    const double beside = kEdge * picture_.width;
    const double above = kEdge * picture_.height;
    return box.x >= beside && box.right() <= picture_.width - beside && box.y >= above &&
           box.bottom() <= picture_.height - above;
}

void WalkerLooks::keep(SourceTime at, const Box& box) {
    const Point foot = foot_of(box);
    const std::size_t column = part_of(foot.x / picture_.width, kColumns);
    const std::size_t row = part_of(foot.y / picture_.height, kRows);
    std::deque<Kept>& part = parts_.at(row * kColumns + column);
    part.push_back({at, {foot, {foot.x, box.y}}});
    if (part.size() > kPerPart) part.pop_front();
}

std::vector<scene::WalkerLook> WalkerLooks::looks() const {
    std::vector<scene::WalkerLook> all;
    all.reserve(size());
    for (const std::deque<Kept>& part : parts_)
        for (const Kept& kept : part)
            if (kept.at >= newest_ - kKept) all.push_back(kept.look);
    return all;
}

std::size_t WalkerLooks::size() const {
    std::size_t count = 0;
    for (const std::deque<Kept>& part : parts_)
        count += static_cast<std::size_t>(std::count_if(
            part.begin(), part.end(), [&](const Kept& kept) { return kept.at >= newest_ - kKept; }));
    return count;
}

WalkerWatch::WalkerWatch(Shop& shop)
    : subscription_(shop.on_tracks([this](const std::shared_ptr<const LiveTracks>& tracks) {
          if (tracks) take(*tracks);
      })) {}

std::optional<WalkerWatch::Found> WalkerWatch::found(const std::string& camera) const {
    const MutexLock lock(mutex_);
    const auto known = cameras_.find(camera);
    if (known == cameras_.end()) return std::nullopt;
    return Found{known->second.picture(), known->second.looks()};
}

void WalkerWatch::take(const LiveTracks& tracks) {
    std::vector<WalkerBox> people;
    people.reserve(tracks.people.size());
    for (const LivePerson& person : tracks.people)
        people.push_back({person.person, person.box, person.score});
    const MutexLock lock(mutex_);
    if (!cameras_.contains(tracks.camera) && cameras_.size() >= kCamerasMax)
        cameras_.erase(std::min_element(cameras_.begin(), cameras_.end(), [](const auto& a, const auto& b) {
            return a.second.newest() < b.second.newest();
        }));  // a camera that is no more
    cameras_[tracks.camera].add(from_utc(tracks.at), tracks.width, tracks.height, people);
}

}  // namespace vitrina::pipeline
