#include "peers.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>

#include "base/assignment.h"

namespace vitrina::bench {
namespace {

/// Place and velocity along one axis; all three peers' filters fall into such pairs.
struct Axis {
    double p = 0, v = 0;
    double pp = 0, pv = 0, vv = 0;
    void predict(double noise_p, double noise_v) {
        p += v;
        pp += 2 * pv + vv + noise_p;
        pv += vv;
        vv += noise_v;
    }
    void correct(double z, double r) {
        const double s = pp + r;
        const double kp = pp / s;
        const double kv = pv / s;
        const double off = z - p;
        p += kp * off;
        v += kv * off;
        vv -= kv * pv;
        pv *= 1 - kp;
        pp *= 1 - kp;
    }
};

/// SORT's filter: centre, area, and a shape that does not change.
struct AreaFilter {
    Axis x, y, area;
    double shape = 0;
    double shape_var = 10;

    explicit AreaFilter(const Box& box) {
        constexpr double kPlace = 10;
        constexpr double kSpeed = 10'000;
        for (Axis* axis : {&x, &y, &area}) {
            axis->pp = kPlace;
            axis->vv = kSpeed;
        }
        x.p = box.center().x;
        y.p = box.center().y;
        area.p = box.area();
        shape = box.width / box.height;
    }
    void predict() {
        if (area.p + area.v <= 0) area.v = 0;
        x.predict(1, 0.01);
        y.predict(1, 0.01);
        area.predict(1, 0.0001);
        shape_var += 1;
    }
    void correct(const Box& box) {
        x.correct(box.center().x, 1);
        y.correct(box.center().y, 1);
        area.correct(box.area(), 10);
        const double gain = shape_var / (shape_var + 10);
        shape += gain * (box.width / box.height - shape);
        shape_var *= 1 - gain;
    }
    [[nodiscard]] Box box() const {
        const double wide = std::sqrt(std::max(1e-6, area.p * shape));
        const double tall = std::max(1e-6, area.p) / wide;
        return {x.p - wide / 2, y.p - tall / 2, wide, tall};
    }
};

/// Pairs with the greatest sum of `gain`, of those with an overlap of at least `overlap_min`.
template <typename Overlap, typename Gain>
std::vector<int> match(std::size_t rows, std::size_t columns, double overlap_min, const Overlap& overlap,
                       const Gain& gain) {
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            if (overlap(i, j) >= overlap_min)
                candidates.push_back({static_cast<int>(i), static_cast<int>(j), gain(i, j)});
    return assign(static_cast<int>(rows), static_cast<int>(columns), candidates);
}

std::vector<SeenBox> at_least(const std::vector<SeenBox>& seen, double score_min) {
    std::vector<SeenBox> kept;
    for (const SeenBox& box : seen)
        if (box.score >= score_min) kept.push_back(box);
    return kept;
}

class Sort final : public Peer {
  public:
    explicit Sort(double score_min) : score_min_(score_min) {}

    std::vector<PeerBox> update(const std::vector<SeenBox>& given) override {
        constexpr double kOverlap = 0.3;
        constexpr int kAge = 1;
        constexpr int kHits = 3;
        ++frame_;
        const std::vector<SeenBox> seen = at_least(given, score_min_);
        for (Target& target : targets_) {
            target.filter.predict();
            if (target.unseen > 0) target.streak = 0;
            ++target.unseen;
        }
        const auto overlap = [&](std::size_t t, std::size_t d) {
            return iou(targets_[t].filter.box(), seen[d].box);
        };
        const std::vector<int> chosen = match(targets_.size(), seen.size(), kOverlap, overlap, overlap);
        std::vector<bool> taken(seen.size(), false);
        for (std::size_t t = 0; t < chosen.size(); ++t) {
            if (chosen[t] == kUnassigned) continue;
            taken[chosen[t]] = true;
            targets_[t].filter.correct(seen[chosen[t]].box);
            targets_[t].unseen = 0;
            ++targets_[t].streak;
            targets_[t].score = seen[chosen[t]].score;
        }
        for (std::size_t d = 0; d < seen.size(); ++d)
            if (!taken[d]) targets_.push_back({next_++, AreaFilter(seen[d].box), 0, 0, seen[d].score});
        std::vector<PeerBox> told;
        for (const Target& target : targets_)
            if (target.unseen == 0 && (target.streak >= kHits || frame_ <= kHits))
                told.push_back({target.id, target.filter.box(), target.score});
        std::erase_if(targets_, [](const Target& target) { return target.unseen > kAge; });
        return told;
    }

  private:
    struct Target {
        std::int64_t id;
        AreaFilter filter;
        int unseen;
        int streak;
        double score;
    };
    double score_min_;
    std::vector<Target> targets_;
    std::int64_t next_ = 1;
    int frame_ = 0;
};

class OcSort final : public Peer {
  public:
    explicit OcSort(double score_min) : score_min_(score_min) {}

    std::vector<PeerBox> update(const std::vector<SeenBox>& given) override {
        constexpr int kAge = 30;
        constexpr int kHits = 3;
        ++frame_;
        const std::vector<SeenBox> seen = at_least(given, score_min_);
        for (Target& target : targets_) {
            target.filter.predict();
            ++target.age;
            if (target.unseen > 0) target.streak = 0;
            ++target.unseen;
        }
        std::vector<bool> taken(seen.size(), false);
        std::vector<bool> found(targets_.size(), false);
        use(seen, match_expected(seen), taken, found);
        use(seen, match_last_seen(seen, taken, found), taken, found);
        for (std::size_t d = 0; d < seen.size(); ++d) {
            if (taken[d]) continue;
            targets_.emplace_back(next_++, seen[d]);
        }
        std::vector<PeerBox> told;
        for (const Target& target : targets_)
            if (target.unseen == 0 && (target.streak >= kHits || frame_ <= kHits))
                told.push_back({target.id, target.last, target.score});
        std::erase_if(targets_, [](const Target& target) { return target.unseen > kAge; });
        return told;
    }

  private:
    static constexpr double kOverlap = 0.3;
    static constexpr double kInertia = 0.2;
    static constexpr int kDelta = 3;

    struct Target {
        Target(std::int64_t number, const SeenBox& seen)
            : id(number), filter(seen.box), frozen(filter), last(seen.box), score(seen.score) {}
        std::int64_t id;
        AreaFilter filter;
        AreaFilter frozen;      // as it was after the last observation
        Box last;               // the last observation
        bool observed = false;  // the first box is no observation to OC-SORT
        std::map<int, Box> observations;
        std::optional<Point> direction;
        int age = 0;
        int unseen = 0;
        int streak = 0;
        double score = 0;
    };

    static Point direction_of(const Box& from, const Box& to) {
        const double x = to.center().x - from.center().x;
        const double y = to.center().y - from.center().y;
        const double length = std::hypot(x, y) + 1e-6;
        return {x / length, y / length};
    }

    static const Box* earlier(const Target& target) {
        for (int back = kDelta; back > 0; --back)
            if (const auto found = target.observations.find(target.age - back);
                found != target.observations.end())
                return &found->second;
        return target.observations.empty() ? nullptr : &target.observations.rbegin()->second;
    }

    std::vector<int> match_expected(const std::vector<SeenBox>& seen) const {
        const auto overlap = [&](std::size_t t, std::size_t d) {
            return iou(targets_[t].filter.box(), seen[d].box);
        };
        const auto gain = [&](std::size_t t, std::size_t d) {
            const Target& target = targets_[t];
            double inertia = 0;
            if (const Box* before = earlier(target); before != nullptr && target.direction) {
                const Point to = direction_of(*before, seen[d].box);
                const double cosine =
                    std::clamp(to.x * target.direction->x + to.y * target.direction->y, -1.0, 1.0);
                inertia = (std::numbers::pi / 2 - std::abs(std::acos(cosine))) / std::numbers::pi * kInertia *
                          seen[d].score;
            }
            return std::max(1e-6, overlap(t, d) + inertia);
        };
        return match(targets_.size(), seen.size(), kOverlap, overlap, gain);
    }

    std::vector<int> match_last_seen(const std::vector<SeenBox>& seen, const std::vector<bool>& taken,
                                     const std::vector<bool>& found) const {
        const auto overlap = [&](std::size_t t, std::size_t d) {
            return taken[d] || found[t] ? 0.0 : iou(targets_[t].last, seen[d].box);
        };
        return match(targets_.size(), seen.size(), kOverlap, overlap, overlap);
    }

    void use(const std::vector<SeenBox>& seen, const std::vector<int>& chosen, std::vector<bool>& taken,
             std::vector<bool>& found) {
        for (std::size_t t = 0; t < chosen.size(); ++t) {
            if (chosen[t] == kUnassigned) continue;
            taken[chosen[t]] = true;
            found[t] = true;
            observe(targets_[t], seen[chosen[t]]);
        }
    }

    static void observe(Target& target, const SeenBox& seen) {
        if (const Box* before = earlier(target)) target.direction = direction_of(*before, seen.box);
        // Observation-centric re-update: the filter goes back and follows a straight line to here.
        if (target.unseen > 1 && target.observed) {
            target.filter = target.frozen;
            for (int step = 1; step < target.unseen; ++step) {
                const double share = static_cast<double>(step) / target.unseen;
                const auto mix = [share](double a, double b) { return a + (b - a) * share; };
                target.filter.predict();
                target.filter.correct({mix(target.last.x, seen.box.x), mix(target.last.y, seen.box.y),
                                       mix(target.last.width, seen.box.width),
                                       mix(target.last.height, seen.box.height)});
            }
            target.filter.predict();
        }
        target.filter.correct(seen.box);
        target.frozen = target.filter;
        target.last = seen.box;
        target.observed = true;
        target.observations[target.age] = seen.box;
        while (target.observations.size() > kDelta + 2)
            target.observations.erase(target.observations.begin());
        target.unseen = 0;
        ++target.streak;
        target.score = seen.score;
    }

    double score_min_;
    std::vector<Target> targets_;
    std::int64_t next_ = 1;
    int frame_ = 0;
};

/// ByteTrack's filter: centre, shape and height, with noise in heights.
struct HeightFilter {
    Axis x, y, shape, height;
    static constexpr double kPlace = 1.0 / 20;
    static constexpr double kSpeed = 1.0 / 160;

    explicit HeightFilter(const Box& box) {
        const double tall = box.height;
        const auto square = [](double value) { return value * value; };
        for (Axis* axis : {&x, &y, &height}) {
            axis->pp = square(2 * kPlace * tall);
            axis->vv = square(10 * kSpeed * tall);
        }
        shape.pp = square(1e-2);
        shape.vv = square(1e-5);
        x.p = box.center().x;
        y.p = box.center().y;
        shape.p = box.width / tall;
        height.p = tall;
    }
    void predict() {
        const double place = kPlace * height.p;
        const double speed = kSpeed * height.p;
        for (Axis* axis : {&x, &y, &height})
            axis->predict(place * place, speed * speed);
        shape.predict(1e-4, 1e-10);
    }
    void correct(const Box& box) {
        const double place = kPlace * height.p;
        x.correct(box.center().x, place * place);
        y.correct(box.center().y, place * place);
        shape.correct(box.width / box.height, 1e-2);
        height.correct(box.height, place * place);
    }
    [[nodiscard]] Box box() const {
        const double wide = shape.p * height.p;
        return {x.p - wide / 2, y.p - height.p / 2, wide, height.p};
    }
};

class ByteTrack final : public Peer {
  public:
    std::vector<PeerBox> update(const std::vector<SeenBox>& given) override {
        constexpr double kHigh = 0.5;
        constexpr double kNew = 0.6;
        constexpr double kLow = 0.1;
        constexpr int kBuffer = 30;
        ++frame_;
        std::vector<SeenBox> high;
        std::vector<SeenBox> low;
        for (const SeenBox& box : given) {
            if (box.score >= kHigh)
                high.push_back(box);
            else if (box.score > kLow)
                low.push_back(box);
        }
        for (Target& target : targets_) {
            if (target.lost) target.filter.height.v = 0;
            target.filter.predict();
            target.found = false;
        }
        std::vector<bool> high_taken(high.size(), false);
        std::vector<bool> low_taken(low.size(), false);
        stage(high, high_taken, 1 - 0.8, [](const Target& t) { return t.active; });
        stage(low, low_taken, 1 - 0.5, [](const Target& t) { return t.active && !t.lost; });
        for (Target& target : targets_)
            if (target.active && !target.found) target.lost = true;
        stage(high, high_taken, 1 - 0.7, [](const Target& t) { return !t.active; });
        std::erase_if(targets_, [&](const Target& target) {
            return (!target.active && !target.found) || (target.lost && frame_ - target.seen > kBuffer);
        });
        for (std::size_t d = 0; d < high.size(); ++d)
            if (!high_taken[d] && high[d].score >= kNew)
                targets_.push_back({next_++, HeightFilter(high[d].box), high[d].score, frame_, frame_,
                                    frame_ == 1, false, true});
        remove_doubles();
        std::vector<PeerBox> told;
        for (const Target& target : targets_)
            if (target.active && !target.lost) told.push_back({target.id, target.filter.box(), target.score});
        return told;
    }

  private:
    struct Target {
        std::int64_t id;
        HeightFilter filter;
        double score;
        int seen;
        int born;
        bool active;
        bool lost;
        bool found;
    };

    template <typename Which>
    void stage(const std::vector<SeenBox>& seen, std::vector<bool>& taken, double overlap_min,
               const Which& which) {
        const auto overlap = [&](std::size_t t, std::size_t d) {
            const Target& target = targets_[t];
            return taken[d] || target.found || !which(target) ? 0.0 : iou(target.filter.box(), seen[d].box);
        };
        const std::vector<int> chosen = match(targets_.size(), seen.size(), overlap_min, overlap, overlap);
        for (std::size_t t = 0; t < chosen.size(); ++t) {
            if (chosen[t] == kUnassigned) continue;
            Target& target = targets_[t];
            taken[chosen[t]] = true;
            target.filter.correct(seen[chosen[t]].box);
            target.score = seen[chosen[t]].score;
            target.seen = frame_;
            target.found = target.active = true;
            target.lost = false;
        }
    }

    void remove_doubles() {
        constexpr double kSame = 0.85;
        std::vector<bool> doubled(targets_.size(), false);
        for (std::size_t i = 0; i < targets_.size(); ++i)
            for (std::size_t j = 0; j < targets_.size(); ++j) {
                if (!targets_[i].active || targets_[i].lost || !targets_[j].lost) continue;
                if (iou(targets_[i].filter.box(), targets_[j].filter.box()) <= kSame) continue;
                const bool keep_first =
                    targets_[i].seen - targets_[i].born > targets_[j].seen - targets_[j].born;
                doubled[keep_first ? j : i] = true;
            }
        std::size_t place = 0;
        std::erase_if(targets_, [&](const Target& /*target*/) { return doubled[place++]; });
    }

    std::vector<Target> targets_;
    std::int64_t next_ = 1;
    int frame_ = 0;
};

class Oracle final : public Peer {
  public:
    explicit Oracle(double score_min) : score_min_(score_min) {}
    std::vector<PeerBox> update(const std::vector<SeenBox>& seen) override {
        std::vector<PeerBox> told;
        for (const SeenBox& box : seen)
            if (box.person >= 0 && box.score >= score_min_) told.push_back({box.person, box.box, box.score});
        return told;
    }

  private:
    double score_min_;
};

}  // namespace

std::unique_ptr<Peer> make_sort(double score_min) {
    return std::make_unique<Sort>(score_min);
}
std::unique_ptr<Peer> make_bytetrack() {
    return std::make_unique<ByteTrack>();
}
std::unique_ptr<Peer> make_ocsort(double score_min) {
    return std::make_unique<OcSort>(score_min);
}
std::unique_ptr<Peer> make_oracle(double score_min) {
    return std::make_unique<Oracle>(score_min);
}

}  // namespace vitrina::bench
