#include "sim/eye.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace vitrina::sim {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kBodyWidth = 0.5;      // m, shoulders and arms
constexpr double kAwayMax = 40;         // m: further people are dots
constexpr double kVisibleLeast = 0.05;  // below it nobody would call him seen
constexpr std::uint64_t kPeopleStream = 1U << 20U;

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

Box overlap(const Box& a, const Box& b) {
    const double x = std::max(a.x, b.x);
    const double y = std::max(a.y, b.y);
    return {x, y, std::max(0.0, std::min(a.right(), b.right()) - x),
            std::max(0.0, std::min(a.bottom(), b.bottom()) - y)};
}

void make_unit(std::vector<float>& vector) {
    double sum = 0;
    for (const float value : vector)
        sum += double(value) * value;
    const auto by = static_cast<float>(1 / std::sqrt(std::max(sum, 1e-12)));
    for (float& value : vector)
        value *= by;
}

std::vector<float> drawn(Random& random, int dimensions, double length) {
    std::vector<float> vector(static_cast<std::size_t>(dimensions));
    const double spread = length / std::sqrt(static_cast<double>(dimensions));
    for (float& value : vector)
        value = static_cast<float>(spread * random.normal());
    return vector;
}

}  // namespace

Eye::Eye(const Shop& shop, std::size_t camera, std::uint64_t seed)
    : shop_(shop),
      camera_(*shop.plan.cameras[camera].calibration),
      seed_(seed),
      random_(seed, 1000 + camera),
      tint_(drawn(random_, shop.eyes.looks.dimensions, shop.eyes.looks.camera)) {
    offset_s_ = shop.eyes.clocks.offset_ms_spread / 1000 * random_.normal();
    next_s_ = random_.unit() / shop.eyes.rate;
}

std::optional<Point> Eye::pixel_of(Point place, double height_m) const {
    const double pan = camera_.pan_deg * kDegree;
    const double tilt = camera_.tilt_deg * kDegree;
    const double roll = camera_.roll_deg * kDegree;
    const double east = place.x - camera_.place.x;
    const double south = place.y - camera_.place.y;
    const double up = height_m - camera_.height_m;
    // Turned by pan, then nodded by tilt, then rolled.
    const double forward = east * std::cos(pan) + south * std::sin(pan);
    const double sideways = -east * std::sin(pan) + south * std::cos(pan);
    const double depth = forward * std::cos(tilt) - up * std::sin(tilt);
    const double down = -forward * std::sin(tilt) - up * std::cos(tilt);
    if (depth < 0.05) return std::nullopt;
    const double x = camera_.focal_px / depth * (sideways * std::cos(roll) + down * std::sin(roll));
    const double y = camera_.focal_px / depth * (-sideways * std::sin(roll) + down * std::cos(roll));
    // The lens pulls r' so that r' / (1 + k1 r'^2) = r.
    const double half_diagonal = std::hypot(camera_.width, camera_.height) / 2;
    const double r = std::hypot(x, y) / half_diagonal;
    const double root = 1 - 4 * camera_.k1 * r * r;
    if (root < 0) return std::nullopt;
    const double by = 2 / (1 + std::sqrt(root));
    return Point{camera_.center.x + x * by, camera_.center.y + y * by};
}

double Eye::hidden_below(const Body& body) const {
    double hidden = 0;
    const auto hide = [&](Point a, Point b, double height_m) {
        const auto share = crossing_of(camera_.place, body.place, a, b);
        if (!share || *share < 1e-3) return;
        // A ray from the lens over the edge of what stands there meets the body at this height.
        hidden = std::max(hidden, camera_.height_m + (height_m - camera_.height_m) / *share);
    };
    for (const Fixture& fixture : shop_.plan.fixtures)
        for (std::size_t i = 0, j = fixture.polygon.size() - 1; i < fixture.polygon.size(); j = i++)
            hide(fixture.polygon[j], fixture.polygon[i], fixture.height_m);
    for (const Wall& wall : shop_.plan.walls) {
        const auto share = crossing_of(camera_.place, body.place, wall.from, wall.to);
        if (!share || *share < 1e-3 || *share > 1 - 1e-3) continue;
        const Point at = {camera_.place.x + *share * (body.place.x - camera_.place.x),
                          camera_.place.y + *share * (body.place.y - camera_.place.y)};
        const bool in_door =
            std::any_of(shop_.plan.doors.begin(), shop_.plan.doors.end(), [&](const Door& door) {
                return std::hypot(at.x - (door.from.x + door.to.x) / 2,
                                  at.y - (door.from.y + door.to.y) / 2) <
                       std::hypot(door.to.x - door.from.x, door.to.y - door.from.y) / 2;
            });
        if (!in_door) hidden = 100;
    }
    return hidden;
}

std::optional<Eye::Standing> Eye::stand(const Body& body) const {
    Standing person;
    person.body = body;
    person.away_m = std::hypot(body.place.x - camera_.place.x, body.place.y - camera_.place.y);
    const auto foot = pixel_of(body.place, 0);
    const auto head = pixel_of(body.place, body.height_m);
    if (!foot || !head || person.away_m > kAwayMax) return std::nullopt;
    const double slant = std::hypot(person.away_m, camera_.height_m - body.height_m / 2);
    const double width = kBodyWidth * camera_.focal_px / slant;
    const double top = std::min(foot->y, head->y);
    const double bottom = std::max(foot->y, head->y);
    // Seen from above a body is as deep as it is wide.
    const double depth = 0.3 * camera_.focal_px / slant * camera_.height_m / slant;
    const double middle = (foot->x + head->x) / 2;
    const double across = width + std::abs(foot->x - head->x);
    person.box = {middle - across / 2, top - depth / 4, across, bottom - top + depth / 4};
    person.hidden_m = hidden_below(body);
    if (person.hidden_m >= body.height_m) return std::nullopt;
    Box open = person.box;
    if (person.hidden_m > 0) {
        const auto edge = pixel_of(body.place, person.hidden_m);
        if (edge) open.height = std::clamp(edge->y - open.y, 0.0, open.height);
    }
    person.open = clip(open, camera_.width, camera_.height);
    person.visible = person.open.area() / person.box.area();
    if (person.visible < kVisibleLeast) return std::nullopt;
    return person;
}

std::vector<Eye::Standing> Eye::standing(std::span<const Body> bodies) const {
    std::vector<Standing> people;
    people.reserve(bodies.size());
    for (const Body& body : bodies)
        if (auto person = stand(body)) people.push_back(std::move(*person));
    std::sort(people.begin(), people.end(),
              [](const Standing& a, const Standing& b) { return a.away_m < b.away_m; });
    for (std::size_t i = 0; i < people.size(); ++i) {
        double open = 1;
        for (std::size_t j = 0; j < i; ++j) {
            const Box common = overlap(people[i].open, people[j].open);
            const double share = common.area() / std::max(1e-9, people[i].open.area());
            open *= 1 - std::min(1.0, share);
            // Who stands before him hides the feet: most of the width, from a row on to the bottom.
            if (common.area() > 0 && common.width > 0.6 * people[i].open.width &&
                common.bottom() > people[i].open.bottom() - 2 && common.height < 0.8 * people[i].open.height)
                people[i].covered_from =
                    people[i].covered_from > 0 ? std::min(people[i].covered_from, common.y) : common.y;
        }
        people[i].visible *= open;
    }
    return people;
}

std::vector<float> Eye::identity_of(std::int64_t person) const {
    const Looks& looks = shop_.eyes.looks;
    Random everybody(seed_, kPeopleStream);
    std::vector<float> result = drawn(everybody, looks.dimensions, looks.common);
    Random own(seed_, kPeopleStream + static_cast<std::uint64_t>(person));
    const std::vector<float> self = drawn(own, looks.dimensions, looks.person);
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] += self[i];
    return result;
}

std::vector<float> Eye::looks_of(std::int64_t person, double visible, Memory& memory, double seconds) {
    const Looks& looks = shop_.eyes.looks;
    if (memory.view.empty()) {
        memory.view = drawn(random_, looks.dimensions, looks.view);
        const std::vector<float> self = identity_of(person);
        for (std::size_t i = 0; i < self.size(); ++i)
            memory.view[i] += self[i] + tint_[i];
        memory.moment.resize(self.size());
    }
    std::vector<float> result = memory.view;
    // What hides a body is in its box too.
    const double spread =
        looks.moment * (1 + 2 * (1 - visible)) / std::sqrt(static_cast<double>(looks.dimensions));
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] +=
            static_cast<float>(spread * memory.moment[i].step(random_, seconds, looks.moment_memory_s));
    make_unit(result);
    return result;
}

std::optional<Seen> Eye::detect(const Standing& person, double now_s) {
    const Noise& noise = shop_.eyes.noise;
    Memory& memory = memories_[person.body.person];
    const double seconds = now_s - memory.last_s;
    memory.last_s = now_s;
    const double height = person.box.height;
    // All are drawn each time, so that a miss changes nothing for others.
    const double left = noise.left.spread * memory.left.step(random_, seconds, noise.left.memory_s) * height;
    const double right =
        noise.right.spread * memory.right.step(random_, seconds, noise.right.memory_s) * height;
    const double top = noise.top.spread * memory.top.step(random_, seconds, noise.top.memory_s) * height;
    const double bottom =
        noise.bottom.spread * memory.bottom.step(random_, seconds, noise.bottom.memory_s) * height;
    const double luck =
        std::erfc(memory.miss.step(random_, seconds, noise.miss_memory_s) / std::sqrt(2.0)) / 2;
    const double score = noise.score.mean - noise.score_hidden * (1 - person.visible) +
                         noise.score.spread * memory.score.step(random_, seconds, 1);
    const std::vector<float> looks = looks_of(person.body.person, person.visible, memory, seconds);
    const bool cut = random_.chance(noise.cut_by_people);
    const double found = (1 - noise.miss) *
                         logistic((height - noise.height_px_half) / noise.height_px_width) *
                         logistic((person.visible - noise.visible_half) / noise.visible_width);
    if (luck > found) return std::nullopt;
    Box box = person.open;
    if (person.covered_from > 0 && cut) box.height = std::max(1.0, person.covered_from - box.y);
    box = {box.x + left, box.y + top, std::max(2.0, box.width - left + right),
           std::max(2.0, box.height - top + bottom)};
    return Seen{
        {clip(box, camera_.width, camera_.height), std::clamp(score, 0.05, 0.99)}, person.body.person, looks};
}

void Eye::ghosts(double seconds, View& view) {
    const Noise& noise = shop_.eyes.noise;
    if (random_.chance(noise.false_per_minute * seconds / 60)) {
        const double height = camera_.height * (0.1 + 0.4 * random_.unit());
        Ghost ghost;
        ghost.box = {camera_.width * random_.unit() - height / 6,
                     camera_.height * (0.2 + 0.8 * random_.unit()) - height, height / 3, height};
        ghost.score = std::clamp(random_.of(noise.false_score), 0.05, 0.95);
        ghost.until_s = view.at_s + random_.exponential(noise.false_life_s);
        ghost.looks = drawn(random_, shop_.eyes.looks.dimensions, 1);
        make_unit(ghost.looks);
        ghosts_.push_back(std::move(ghost));
    }
    std::erase_if(ghosts_, [&](const Ghost& ghost) { return ghost.until_s < view.at_s; });
    for (const Ghost& ghost : ghosts_) {
        Box box = ghost.box;
        box.x += 0.02 * box.height * random_.normal();
        box.y += 0.02 * box.height * random_.normal();
        box = clip(box, camera_.width, camera_.height);
        if (box.area() > 0) view.seen.push_back({{box, ghost.score}, 0, ghost.looks});
    }
}

View Eye::look(std::span<const Body> bodies) {
    View view;
    view.frame = frame_++;
    view.at_s = next_s_;
    view.stamped_s = next_s_ + offset_s_ + shop_.eyes.clocks.jitter_ms / 1000 * random_.normal();
    for (const Standing& person : standing(bodies)) {
        view.truth.push_back({person.body.person, person.open, person.visible});
        if (auto seen = detect(person, next_s_)) view.seen.push_back(std::move(*seen));
    }
    ghosts(next_s_ - last_s_, view);
    last_s_ = next_s_;
    next_s_ += 1 / shop_.eyes.rate;
    return view;
}

}  // namespace vitrina::sim
