#include "courtyard.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <random>

namespace vitrina::bench {
namespace {

/// The same numbers on every machine, which the standard's distributions do not promise.
class Random {
  public:
    explicit Random(std::uint32_t seed) : engine_(seed) {}
    double uniform(double low = 0, double high = 1) { return low + (high - low) * engine_() / 4294967296.0; }
    bool chance(double probability) { return uniform() < probability; }
    double normal(double deviation = 1) {
        const double radius = std::sqrt(-2 * std::log(uniform(1e-12, 1)));
        return deviation * radius * std::cos(uniform(0, 2 * std::numbers::pi));
    }

  private:
    std::mt19937 engine_;
};

/// A value that wanders about zero with deviation 1 and forgets itself with a time constant.
class Wander {
  public:
    explicit Wander(Random& random) : value_(random.normal()) {}
    double step(double dt_s, double memory_s, Random& random) {
        const double keep = std::exp(-dt_s / memory_s);
        value_ = keep * value_ + std::sqrt(1 - keep * keep) * random.normal();
        return value_;
    }

  private:
    double value_;
};

/// A camera that looks down at a floor: x to the right, y away from it, metres.
struct Camera {
    double width;
    double height;
    double focal;
    double above;  // metres
    double tilt;   // radians below the horizon

    [[nodiscard]] double depth(Point floor, double up) const {
        return floor.y * std::cos(tilt) + (above - up) * std::sin(tilt);
    }
    [[nodiscard]] Point project(Point floor, double up) const {
        const double z = std::max(0.3, depth(floor, up));
        const double down = (above - up) * std::cos(tilt) - floor.y * std::sin(tilt);
        return {width / 2 + focal * floor.x / z, height / 2 + focal * down / z};
    }
    /// The floor that is seen `row` pixels from above and `column` from the left.
    [[nodiscard]] Point floor_at(double column, double row) const {
        const double a = (row - height / 2) / focal;
        const double y =
            above * (std::cos(tilt) - a * std::sin(tilt)) / (a * std::cos(tilt) + std::sin(tilt));
        const double z = depth({0, y}, 0);
        return {(column - width / 2) / focal * z, y};
    }
};

struct Body {
    double tall = 1.7;  // metres
    double wide = 0.5;
};

Box box_of(const Camera& camera, Point floor, const Body& body, double swing) {
    const Point feet = camera.project(floor, 0);
    const Point head = camera.project(floor, body.tall);
    const double scale = camera.focal / camera.depth(floor, body.tall / 2);
    const double wide = body.wide * (1 + swing) * scale;
    return {(feet.x + head.x) / 2 - wide / 2, head.y, wide, feet.y - head.y};
}

struct Fixture {
    Box box;       // in the picture
    double y = 0;  // metres away: hides who is further
};

class Person {
  public:
    Person(int its_number, Point from, Random& random)
        : number(its_number),
          place(from),
          slow(random),
          left(random),
          right(random),
          top(random),
          bottom(random) {
        body = {random.uniform(1.55, 1.9), random.uniform(0.45, 0.6)};
        pace = std::clamp(1.25 + random.normal(0.2), 0.7, 1.8);
        logit = random.normal();
        phase = random.uniform(0, 6);
        for (float& value : look)
            value = static_cast<float>(random.normal());
        pose.reserve(kLooks);
        for (int i = 0; i < kLooks; ++i)
            pose.emplace_back(random);
    }

    int number;
    Point place;     // metres
    Point velocity;  // metres a second
    Point goal;
    double stands_s = 0;
    bool leaves = false;
    bool gone = false;
    int leader = -1;  // walks beside this one
    Point beside;
    Body body;
    double pace = 1.25;
    double phase = 0;
    double logit = 0;
    Look look{};
    Wander slow;
    Wander left, right, top, bottom;
    std::vector<Wander> pose;
};

class Courtyard {
  public:
    Courtyard(const CourtyardOptions& options, std::uint32_t seed) : options_(options), random_(seed) {
        camera_ = {options.width, options.height, options.width * random_.uniform(0.9, 1.4),
                   random_.uniform(3.5, 7), random_.uniform(0.25, 0.5)};
        for (int i = 0; i < options.fixtures; ++i) {
            const double wide = random_.uniform(0.03, 0.09) * options.width;
            const double bottom = random_.uniform(0.5, 0.9) * options.height;
            const double tall = random_.uniform(0.25, 0.45) * options.height;
            const double x = random_.uniform(0.2, 0.8) * options.width;
            fixtures_.push_back({{x, bottom - tall, wide, tall}, camera_.floor_at(x, bottom).y});
        }
        for (double left = options.noise.false_places; random_.chance(left); left -= 1)
            false_places_.push_back({place_in_picture(), random_.uniform(0.3, 0.9), Wander(random_)});
    }

    std::vector<View> run() {
        std::vector<View> views;
        const double dt_s = 1 / options_.fps;
        const int frames = static_cast<int>(options_.seconds * options_.fps);
        const int warm_up = static_cast<int>(15 * options_.fps);
        for (int frame = -warm_up; frame < frames; ++frame) {
            come(dt_s);
            for (Person& person : people_)
                walk(person, dt_s);
            std::erase_if(people_, [](const Person& person) { return person.gone; });
            if (frame >= 0) views.push_back(look(dt_s));
        }
        return views;
    }

  private:
    struct FalsePlace {
        Point floor;
        double shape;
        Wander wander;
    };
    struct Present {
        Person* person;
        Box whole;
        TrueBox truth;
    };

    Point place_in_picture() {
        return camera_.floor_at(random_.uniform(0.1, 0.9) * options_.width,
                                random_.uniform(0.35, 0.9) * options_.height);
    }
    Point place_outside() {
        // Left, right, or below the picture; far away above it.
        const double side = random_.uniform();
        if (side < 0.4)
            return camera_.floor_at(-0.1 * options_.width, random_.uniform(0.35, 1) * options_.height);
        if (side < 0.8)
            return camera_.floor_at(1.1 * options_.width, random_.uniform(0.35, 1) * options_.height);
        if (side < 0.9)
            return camera_.floor_at(random_.uniform(0.1, 0.9) * options_.width, 1.5 * options_.height);
        return camera_.floor_at(random_.uniform(0.1, 0.9) * options_.width, 0.12 * options_.height);
    }

    void come(double dt_s) {
        const double missing = options_.people - static_cast<double>(people_.size());
        if (missing <= 0 || !random_.chance(dt_s * missing * 0.5)) return;
        Person person(next_++, place_outside(), random_);
        person.goal = place_in_picture();
        const int leader = person.number;
        const Point from = person.place;
        people_.push_back(person);
        if (!random_.chance(options_.together / (2 - options_.together))) return;
        Person second(next_++, from, random_);
        second.leader = leader;
        const double angle = random_.uniform(0, 2 * std::numbers::pi);
        const double apart = random_.uniform(0.55, 0.9);
        second.beside = {apart * std::cos(angle), apart * std::sin(angle)};
        second.place = {from.x + second.beside.x, from.y + second.beside.y};
        people_.push_back(second);
    }

    const Person* find(int number) const {
        for (const Person& person : people_)
            if (person.number == number) return &person;
        return nullptr;
    }

    void walk(Person& person, double dt_s) {
        if (const Person* leader = person.leader >= 0 ? find(person.leader) : nullptr; leader != nullptr) {
            person.goal = {leader->place.x + person.beside.x, leader->place.y + person.beside.y};
            person.leaves = leader->leaves;
            person.stands_s = 0;
        } else if (person.leader >= 0) {
            person.leader = -1;
        }
        Point wanted{0, 0};
        const double way_x = person.goal.x - person.place.x;
        const double way_y = person.goal.y - person.place.y;
        const double way = std::hypot(way_x, way_y);
        if (person.stands_s > 0) {
            person.stands_s -= dt_s;
        } else if (person.leader < 0 && !person.leaves && random_.chance(dt_s * options_.turning)) {
            person.goal = place_in_picture();
        } else if (way < 0.5 && person.leader < 0) {
            if (person.leaves) {
                person.gone = true;
                return;
            }
            if (random_.chance(options_.standing)) person.stands_s = random_.uniform(1, 12);
            person.leaves = random_.chance(0.4);
            person.goal = person.leaves ? place_outside() : place_in_picture();
        } else {
            const double pace = person.leader < 0 ? person.pace : std::min(2.0, 1.5 * way);
            wanted = {way_x / std::max(way, 1e-6) * pace, way_y / std::max(way, 1e-6) * pace};
        }
        for (const Person& other : people_) {
            const double x = person.place.x - other.place.x;
            const double y = person.place.y - other.place.y;
            const double apart = std::hypot(x, y);
            constexpr double kRoom = 0.7;
            if (other.number == person.number || apart > kRoom || apart < 1e-6) continue;
            const double push = 2.5 * (kRoom - apart) / kRoom;
            wanted.x += push * x / apart;
            wanted.y += push * y / apart;
        }
        const double keep = std::exp(-dt_s / 0.4);
        person.velocity.x =
            keep * person.velocity.x + (1 - keep) * wanted.x + random_.normal(0.12) * std::sqrt(dt_s);
        person.velocity.y =
            keep * person.velocity.y + (1 - keep) * wanted.y + random_.normal(0.12) * std::sqrt(dt_s);
        person.place.x += person.velocity.x * dt_s;
        person.place.y += person.velocity.y * dt_s;
        person.phase += dt_s * 2 * std::numbers::pi * std::hypot(person.velocity.x, person.velocity.y) / 0.75;
        if (person.leaves && person.leader >= 0) {
            const Point at = camera_.project(person.place, 0.8);
            if (at.x < -60 || at.x > options_.width + 60) person.gone = true;
        }
    }

    std::vector<Present> present() {
        std::vector<Present> here;
        for (Person& person : people_) {
            if (person.place.y < 0.5) continue;
            const double walking = std::min(1.0, std::hypot(person.velocity.x, person.velocity.y));
            const double swing = 0.25 * walking * std::sin(person.phase);
            const Box whole = box_of(camera_, person.place, person.body, swing);
            const Box inside = clip(whole, options_.width, options_.height);
            if (inside.area() < 0.3 * whole.area() || whole.height < 24) continue;
            here.push_back({&person, whole, {person.number, inside, 1}});
        }
        for (Present& one : here)
            one.truth.visible = visible_share(one, here);
        return here;
    }

    /// Points of a body's outline in its box: narrower than the box at head and feet.
    bool hides(const Box& box, Point at) const {
        const double u = (at.x - box.center().x) / (box.width / 2);
        const double v = (at.y - box.y) / box.height;
        if (v < 0 || v > 1) return false;
        const double half = v < 0.15 ? 0.35 : v < 0.55 ? 0.8 : 0.65;
        return std::abs(u) < half;
    }

    double visible_share(const Present& one, const std::vector<Present>& all) const {
        constexpr int kColumns = 7;
        constexpr int kRows = 12;
        int body = 0;
        int open = 0;
        for (int row = 0; row < kRows; ++row)
            for (int column = 0; column < kColumns; ++column) {
                const Point at{one.whole.x + one.whole.width * (column + 0.5) / kColumns,
                               one.whole.y + one.whole.height * (row + 0.5) / kRows};
                if (!hides(one.whole, at)) continue;
                ++body;
                if (at.x < 0 || at.y < 0 || at.x > options_.width || at.y > options_.height) continue;
                bool hidden = false;
                for (const Present& other : all)
                    hidden = hidden || (&other != &one && other.person->place.y < one.person->place.y &&
                                        hides(other.whole, at));
                for (const Fixture& fixture : fixtures_)
                    hidden = hidden || (fixture.y < one.person->place.y && at.x > fixture.box.x &&
                                        at.x < fixture.box.right() && at.y > fixture.box.y &&
                                        at.y < fixture.box.bottom());
                open += hidden ? 0 : 1;
            }
        return static_cast<double>(open) / std::max(1, body);
    }

    Look seen_look(Person& person, double visible, const Look* front, double dt_s) {
        // Of somebody half hidden, part of what is seen is the one before him.
        constexpr double kFast = 0.2;
        Look look{};
        for (int i = 0; i < kLooks; ++i) {
            const double own = person.look[i] + options_.look_noise * person.pose[i].step(dt_s, 2, random_);
            const double mixed = front == nullptr ? own : visible * own + (1 - visible) * (*front)[i];
            look[i] = static_cast<float>(mixed + random_.normal(kFast));
        }
        return look;
    }

    View look(double dt_s) {
        const DetectorNoise& noise = options_.noise;
        const std::vector<Present> here = present();
        View view;
        for (const Present& one : here)
            view.truth.push_back(one.truth);
        for (const Present& one : here) {
            Person& person = *one.person;
            const double left = person.left.step(dt_s, 0.6, random_);
            const double right = person.right.step(dt_s, 0.6, random_);
            const double top = person.top.step(dt_s, 0.6, random_);
            const double bottom = person.bottom.step(dt_s, 0.6, random_);
            const double slow = person.slow.step(dt_s, 0.8, random_);
            const double small = std::min(0.0, std::log(one.whole.height / 60));
            const double logit = std::log(noise.score_mean / (1 - noise.score_mean)) +
                                 noise.score_person * person.logit + noise.score_slow * slow +
                                 random_.normal(noise.score_fast) + 1.5 * small -
                                 noise.score_hidden * (1 - one.truth.visible) * (1 - one.truth.visible) -
                                 1.0 * (1 - one.truth.visible);
            const Present* front = in_front(one, here);
            if (front != nullptr && merged(one, *front)) continue;
            const double score = 1 / (1 + std::exp(-logit));
            if (score < 0.1 || one.truth.visible < 0.12) continue;
            const double body = std::max(one.whole.height, 2 * one.whole.width);
            const double more = 1 + 1.5 * (1 - one.truth.visible);
            const auto off = [&](double wander) {
                return body * more * (noise.jitter_slow * wander + random_.normal(noise.jitter_fast));
            };
            const double x0 = one.whole.x + off(left) * 0.7;
            const double x1 = one.whole.right() + off(right) * 0.7;
            const double y0 = one.whole.y + off(top);
            const double y1 = one.whole.bottom() + off(bottom);
            Box box{x0, y0, std::max(4.0, x1 - x0), std::max(8.0, y1 - y0)};
            box = clip(box, options_.width, options_.height);
            if (box.area() <= 0) continue;
            const Look* cover = front != nullptr ? &front->person->look : nullptr;
            view.seen.push_back(
                {box, score, one.truth.person, seen_look(person, one.truth.visible, cover, dt_s)});
            if (random_.chance(noise.doubles)) {
                Box part = box;
                part.height *= random_.uniform(0.45, 0.7);
                view.seen.push_back(
                    {part, 0.1 + 0.4 * score * random_.uniform(), -1, seen_look(person, 1, nullptr, 0)});
            }
        }
        false_alarms(view, dt_s);
        std::stable_sort(view.seen.begin(), view.seen.end(),
                         [](const SeenBox& a, const SeenBox& b) { return a.score > b.score; });
        return view;
    }

    /// Who hides most of somebody.
    const Present* in_front(const Present& one, const std::vector<Present>& all) const {
        const Present* front = nullptr;
        double most = 0.15;
        for (const Present& other : all) {
            if (&other == &one || other.person->place.y >= one.person->place.y) continue;
            const double overlap = iou(other.whole, one.whole);
            if (overlap <= most) continue;
            most = overlap;
            front = &other;
        }
        return front;
    }

    /// A detector of peaks has one peak for both.
    bool merged(const Present& behind, const Present& front) {
        const double x = behind.whole.center().x - front.whole.center().x;
        const double y = behind.whole.center().y - front.whole.center().y;
        return std::abs(x) < options_.noise.merge_reach * front.whole.width &&
               std::abs(y) < options_.noise.merge_reach * front.whole.height;
    }

    void false_alarms(View& view, double dt_s) {
        const auto add = [&](Point floor, double shape, double score) {
            const Box box =
                clip(box_of(camera_, floor, {1.2 + 0.6 * shape, 0.3 + 0.5 * shape}, random_.normal(0.04)),
                     options_.width, options_.height);
            if (box.area() <= 0 || score < 0.1) return;
            Look look{};
            for (float& value : look)
                value = static_cast<float>(random_.normal());
            view.seen.push_back({box, std::min(score, 0.9), -1, look});
        };
        for (FalsePlace& place : false_places_)
            add(place.floor, place.shape,
                options_.noise.false_score + 0.05 * place.wander.step(dt_s, 2, random_));
        if (random_.chance(options_.noise.false_boxes))
            add(place_in_picture(), random_.uniform(), random_.uniform(0.1, 0.35));
    }

    CourtyardOptions options_;
    Random random_;
    Camera camera_{};
    std::vector<Fixture> fixtures_;
    std::vector<FalsePlace> false_places_;
    std::vector<Person> people_;
    int next_ = 1;
};

}  // namespace

std::vector<View> courtyard(const CourtyardOptions& options, std::uint32_t seed) {
    return Courtyard(options, seed).run();
}

}  // namespace vitrina::bench
