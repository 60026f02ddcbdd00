#include "insight/line_watch.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"

namespace vitrina::insight {
namespace {

constexpr int kSightingsMin = 2;  // on a side, before anything is believed: one bad frame is nothing

double reach(Point end, double width, double height, const Border& border) {
    const bool inner = end.x > border.within && end.x < width - border.within && end.y > border.within &&
                       end.y < height - border.within;
    return inner ? 0 : border.reach;
}

}  // namespace

LineShape::LineShape(const Line& line, double width, double height, const Border& border) : from_(line.from) {
    const double length = std::hypot(line.to.x - line.from.x, line.to.y - line.from.y);
    VITRINA_ASSERT(length > 0);
    along_ = {(line.to.x - line.from.x) / length, (line.to.y - line.from.y) / length};
    begin_ = -reach(line.from, width, height, border);
    end_ = length + reach(line.to, width, height, border);
}

double LineShape::distance(Point place) const {
    return side_of(from_, {from_.x + along_.x, from_.y + along_.y}, place);
}

double LineShape::along(Point place) const {
    return (place.x - from_.x) * along_.x + (place.y - from_.y) * along_.y;
}

double LineShape::beyond_ends(Point place) const {
    const double at = along(place);
    return std::max({0.0, begin_ - at, at - end_});
}

std::optional<double> LineShape::crossed_at(Point a, Point b) const {
    const double before = distance(a);
    const double after = distance(b);
    if ((before < 0) == (after < 0)) return std::nullopt;
    const double share = before / (before - after);
    const Point place{a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
    if (const double at = along(place); at < begin_ || at > end_) return std::nullopt;
    return share;
}

std::optional<LineCrossing> LineWatch::observe(const LineShape& shape, const Options& options,
                                               const Sighting& sighting) {
    const double from_line = shape.distance(sighting.place);
    const Side side = from_line < 0 ? Side::kLeft : Side::kRight;
    const double distance = std::abs(from_line) / sighting.body_height;
    const bool turned = side != run_.side;
    if (has_last_) {
        if (const auto share = shape.crossed_at(last_.place, sighting.place)) {
            net_ += side == Side::kRight ? 1 : -1;
            crossed_at_ = last_.at + std::chrono::round<Duration>(*share * (sighting.at - last_.at));
            before_score_ = last_.score;
        }
    }
    if (turned) {
        run_ = Run{};
        run_.side = side;
        run_.begin = sighting.at;
    }
    run_.sightings += 1;
    run_.measured += sighting.score > 0 ? 1 : 0;
    run_.far_in_a_row = distance >= options.line_settle_distance ? run_.far_in_a_row + 1 : 0;
    run_.distance_sum += distance;
    run_.score_sum += sighting.score;
    last_ = sighting;
    has_last_ = true;
    return settled(options, sighting.at) ? settle() : std::nullopt;
}

bool LineWatch::would_change(const LineShape& shape, const Sighting& sighting) const {
    // The sides go on endlessly; who changes them far from the line goes nowhere through it.
    if (shape.beyond_ends(sighting.place) > sighting.body_height) return false;
    const Side side = shape.distance(sighting.place) < 0 ? Side::kLeft : Side::kRight;
    return home_ == Side::kNone || side != home_;
}

bool LineWatch::settled(const Options& options, SourceTime now) const {
    if (run_.measured < kSightingsMin) return false;
    if (home_ == Side::kNone) return true;  // where someone appears he is; a door may be right behind him
    const Duration stay = now - run_.begin;
    if (run_.far_in_a_row >= kSightingsMin && stay >= options.line_settle_quick) return true;
    return stay >= options.line_settle_time && run_.distance_sum >= options.line_jitter * run_.sightings;
}

std::optional<LineCrossing> LineWatch::settle() {
    std::optional<LineCrossing> crossing;
    // The sign tells a way through the line from one around its end, and from one around and back through it.
    const int expected = run_.side == Side::kRight ? 1 : -1;
    if (home_ != Side::kNone && home_ != run_.side && net_ * expected > 0)
        crossing = LineCrossing{run_.side == Side::kRight ? Direction::kIn : Direction::kOut, crossed_at_,
                                (before_score_ + run_.score_sum) / (1 + run_.sightings)};
    home_ = run_.side;
    net_ = 0;
    return crossing;
}

std::optional<LineCrossing> LineWatch::vanish() {
    // Whoever was seen beyond the line and then no more went on: doors are where pictures end.
    std::optional<LineCrossing> crossing;
    if (run_.measured >= kSightingsMin) crossing = settle();
    *this = LineWatch();
    return crossing;
}

}  // namespace vitrina::insight
