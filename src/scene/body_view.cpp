#include "scene/body_view.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitrina::scene {
namespace {

constexpr double kBodyWidth = 0.5;    // m, shoulders and arms
constexpr double kHeightPxMin = 12;   // smaller people are dots
constexpr double kStep = 0.02;        // m, for slopes
constexpr double kHeightLeast = 1.0;  // m: whose feet would be so far up that he is shorter, are not his feet
constexpr double kHeightMost = 2.1;
constexpr double kOdd = 0.03;     // share of boxes that err much more than usual
constexpr double kOddSpread = 3;  // so many times
// Share of boxes that end above the feet.
constexpr double kCutCovered = 0.5;
constexpr double kCutHidden = 0.3;
constexpr double kCutOpen = 0.03;
constexpr double kTooLong = 0.05;    // of these, the share that end below the feet
constexpr double kEdgeNoise = 0.06;  // of the height: where a fixture ends the box
constexpr double kHereMin = 1e-3;    // share of the way: what stands at the lens or at the body hides nothing

double squared(double value) {
    return value * value;
}

double times(const Slope& a, const BodyFilter::Spread& spread, const Slope& b) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            sum += a[i] * spread[i][j] * b[j];
    return sum;
}

using Matrix = std::array<Slope, 3>;

double determinant(const Matrix& m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

std::optional<Matrix> inverse(const Matrix& m) {
    const double det = determinant(m);
    if (!(std::abs(det) > 1e-9)) return std::nullopt;
    Matrix result{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            const std::size_t a = (j + 1) % 3;
            const std::size_t b = (j + 2) % 3;
            const std::size_t c = (i + 1) % 3;
            const std::size_t d = (i + 2) % 3;
            result[i][j] = (m[a][c] * m[b][d] - m[a][d] * m[b][c]) / det;
        }
    return result;
}

bool in_door(const Door& door, Point at) {
    return std::hypot(at.x - (door.from.x + door.to.x) / 2, at.y - (door.from.y + door.to.y) / 2) <
           std::hypot(door.to.x - door.from.x, door.to.y - door.from.y) / 2;
}

}  // namespace

BodyCamera::BodyCamera(const CameraCalibration& calibration, const Plan& plan, const BodyOptions& options)
    : model_(calibration), options_(options), walls_(plan.walls), doors_(plan.doors) {
    const double error = calibration.error_m > 0 ? calibration.error_m : options.bias_unknown_m;
    bias_squared_ = squared(error) + squared(options.bias_m);
    for (const Fixture& fixture : plan.fixtures) {
        // Nearer than somebody a pixel high, and in front of the lens.
        const bool near = std::any_of(fixture.polygon.begin(), fixture.polygon.end(), [&](Point corner) {
            return std::hypot(corner.x - calibration.place.x, corner.y - calibration.place.y) <
                   calibration.focal_px * kHeightMost / kHeightPxMin;
        });
        const bool ahead = std::any_of(fixture.polygon.begin(), fixture.polygon.end(), [&](Point corner) {
            return model_.to_picture(corner, fixture.height_m).has_value();
        });
        if (near && ahead) fixtures_.push_back(fixture);
    }
}

BodyCamera::Noise BodyCamera::noise_of(double height_px) const {
    const auto of = [&](double share) { return squared(std::max(options_.noise_px_min, share * height_px)); };
    return {of(options_.side_noise), of(options_.head_noise), of(options_.foot_noise)};
}

std::optional<Box> BodyCamera::whole_box(Point place, double height_m) const {
    const auto foot = model_.to_picture(place, 0);
    const auto head = model_.to_picture(place, height_m);
    if (!foot || !head) return std::nullopt;
    const CameraCalibration& camera = model_.calibration();
    const double away = std::hypot(place.x - camera.place.x, place.y - camera.place.y);
    const double slant = std::hypot(away, camera.height_m - height_m / 2);
    const double across = kBodyWidth * camera.focal_px / std::max(0.3, slant) + std::abs(foot->x - head->x);
    const double top = std::min(foot->y, head->y);
    return Box{(foot->x + head->x - across) / 2, top, across,
               std::max(1.0, std::max(foot->y, head->y) - top)};
}

double BodyCamera::hidden_below(Point place) const {
    const CameraCalibration& camera = model_.calibration();
    double hidden = 0;
    for (const Fixture& fixture : fixtures_) {
        const Polygon& polygon = fixture.polygon;
        for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
            const auto share = crossing_of(camera.place, place, polygon[j], polygon[i]);
            if (!share || *share < kHereMin) continue;
            hidden = std::max(hidden, camera.height_m + (fixture.height_m - camera.height_m) / *share);
        }
    }
    return hidden;
}

bool BodyCamera::wall_before(Point place) const {
    const Point lens = model_.calibration().place;
    return std::any_of(walls_.begin(), walls_.end(), [&](const Wall& wall) {
        const auto share = crossing_of(lens, place, wall.from, wall.to);
        if (!share || *share < kHereMin || *share > 1 - kHereMin) return false;
        const Point at = {lens.x + *share * (place.x - lens.x), lens.y + *share * (place.y - lens.y)};
        return std::none_of(doors_.begin(), doors_.end(),
                            [&](const Door& door) { return in_door(door, at); });
    });
}

std::optional<BodyView> BodyCamera::view(Point place, double height_m) const {
    const auto whole = whole_box(place, height_m);
    if (!whole || whole->height < kHeightPxMin) return std::nullopt;
    const CameraCalibration& camera = model_.calibration();
    if (clip(*whole, camera.width, camera.height).area() <= 0 || wall_before(place)) return std::nullopt;
    BodyView view;
    view.whole = *whole;
    view.hidden_m = hidden_below(place);
    if (view.hidden_m >= height_m) return std::nullopt;
    Box open = *whole;
    if (view.hidden_m > 0) {
        view.on_feet = false;
        if (const auto edge = model_.to_picture(place, view.hidden_m))
            open.height = std::clamp(edge->y - open.y, 0.0, open.height);
    }
    view.open = clip(open, camera.width, camera.height);
    view.visible = view.open.area() / std::max(1.0, whole->area());
    const auto by_x = whole_box({place.x + kStep, place.y}, height_m);
    const auto by_y = whole_box({place.x, place.y + kStep}, height_m);
    const auto by_height = whole_box(place, height_m + kStep);
    if (!by_x || !by_y || !by_height) return std::nullopt;
    const std::array<const Box*, 3> moved = {&*by_x, &*by_y, &*by_height};
    for (std::size_t i = 0; i < 3; ++i) {
        view.slopes[0][i] = (moved[i]->center().x - whole->center().x) / kStep;
        view.slopes[1][i] = (moved[i]->y - whole->y) / kStep;
        view.slopes[2][i] = (moved[i]->bottom() - whole->bottom()) / kStep;
    }
    return view;
}

double BodyCamera::bias(const Slope& slope) const {
    return bias_squared_ * (squared(slope[0]) + squared(slope[1]));
}

std::optional<Point> BodyCamera::feet(const Box& box) const {
    if (cut_below(box) || cut_beside(box)) return std::nullopt;
    return model_.to_plan({box.center().x, box.bottom()}, 0);
}

bool BodyCamera::cut_below(const Box& box) const {
    return box.bottom() >= model_.calibration().height - kEdgePx;
}

bool BodyCamera::cut_beside(const Box& box) const {
    return box.x <= kEdgePx || box.right() >= model_.calibration().width - kEdgePx;
}

BodyFit BodyCamera::fit(const BodyFilter& body, const BodyView& view, const Box& box, double time_error_s,
                        bool covered) const {
    const double height_px = std::max(box.height, view.open.height);
    const Noise noise = noise_of(std::max(box.height, view.whole.height));
    BodyFilter::Spread spread = body.spread();
    const double error = bias_squared_ + squared(time_error_s * body.speed_m_s());
    spread[0][0] += error;
    spread[1][1] += error;
    // The covariance of middle, top and bottom, taken apart by Cholesky: each is then judged by what those
    // before it leave open.
    const auto common = [&](std::size_t i, std::size_t j) {
        return times(view.slopes[i], spread, view.slopes[j]);
    };
    const double beside = cut_beside(box) ? squared(view.whole.width / 2) : 0;
    const double l00 = std::sqrt(common(0, 0) + noise.side + beside);
    const double l10 = common(1, 0) / l00;
    const double l11 = std::sqrt(std::max(noise.head / 2, common(1, 1) + noise.head - squared(l10)));
    const double l20 = common(2, 0) / l00;
    const double l21 = (common(2, 1) - l20 * l10) / l11;
    const double l22 =
        std::sqrt(std::max(noise.foot / 2, common(2, 2) + noise.foot - squared(l20) - squared(l21)));
    const double e0 = (box.center().x - view.open.center().x) / l00;
    const double e1 = (box.y - view.open.y - l10 * e0) / l11;
    const double two_pi = 2 * std::numbers::pi;
    const double head = std::exp(-(squared(e0) + squared(e1)) / 2) / (two_pi * l00 * l11);
    const double odd = std::exp(-(squared(e0) + squared(e1)) / 2 / squared(kOddSpread)) /
                       (two_pi * l00 * l11 * squared(kOddSpread));
    // The lower edge: his feet, or where something begins that hides them.
    const double away = box.bottom() - view.open.bottom();
    const bool hidden = !view.on_feet;
    const double expected = hidden ? 0 : l20 * e0 + l21 * e1;
    const double deviation = hidden ? std::hypot(kEdgeNoise * height_px, l22) : l22;
    const double feet =
        std::exp(-squared((away - expected) / deviation) / 2) / (std::sqrt(two_pi) * deviation);
    const double cut = covered ? kCutCovered : (hidden ? kCutHidden : kCutOpen);
    const double elsewhere = (away < 0 ? 1 : kTooLong) / std::max(1.0, height_px);
    const double on_feet = (1 - cut) * feet;
    // Somebody else may stand anywhere near and be as tall as people are.
    const double area =
        std::abs(view.slopes[0][0] * view.slopes[1][1] - view.slopes[0][1] * view.slopes[1][0]);
    const double volume = std::abs(determinant(view.slopes));
    const double usual = 1 / (std::sqrt(2 * two_pi) * options_.height_spread_m);
    const double other = (1 - cut) * (hidden ? feet / std::max(1.0, area) : usual / std::max(1.0, volume)) +
                         cut * elsewhere / std::max(1.0, area);
    BodyFit fit;
    fit.evidence = std::log((1 - kOdd) * head + kOdd * odd + 1e-30) +
                   std::log(on_feet + cut * elsewhere + 1e-30) - std::log(other + 1e-30);
    fit.on_feet = !hidden && !cut_below(box) && on_feet > cut * elsewhere;
    return fit;
}

void BodyCamera::see(BodyFilter& body, const BodyView& view, const Box& box, const BodyFit& fit,
                     double time_error_s) const {
    const BodyFilter from = body;
    const Noise noise = noise_of(std::max(box.height, view.whole.height));
    const double late = squared(time_error_s * from.speed_m_s());
    const auto variance = [&](std::size_t i, double own) {
        const Slope& slope = view.slopes[i];
        // Errors last for some pictures: one is worth half.
        return 2 * own + bias(slope) + late * (squared(slope[0]) + squared(slope[1]));
    };
    const double beside = cut_beside(box) ? squared(view.whole.width / 2) : 0;
    body.see(from, view.slopes[0], box.center().x - view.open.center().x, variance(0, noise.side + beside));
    if (!cut_above(box)) body.see(from, view.slopes[1], box.y - view.whole.y, variance(1, noise.head));
    if (fit.on_feet)
        body.see(from, view.slopes[2], box.bottom() - view.whole.bottom(), variance(2, noise.foot));
}

std::optional<BodyFilter> BodyCamera::begin_at(SourceTime at, Point guess, double height_m, const Box& box,
                                               bool on_feet) const {
    Point place = guess;
    double height = height_m;
    std::optional<Matrix> back;
    constexpr int kRounds = 4;
    for (int i = 0; i < kRounds; ++i) {
        const auto seen = view(place, height);
        if (!seen) return std::nullopt;
        const Slope third = on_feet ? seen->slopes[2] : Slope{0, 0, 1};
        back = inverse({seen->slopes[0], seen->slopes[1], third});
        if (!back) return std::nullopt;
        const Slope error = {box.center().x - seen->whole.center().x, box.y - seen->whole.y,
                             on_feet ? box.bottom() - seen->whole.bottom() : height_m - height};
        Slope step{};
        for (std::size_t k = 0; k < 3; ++k)
            for (std::size_t j = 0; j < 3; ++j)
                step[k] += (*back)[k][j] * error[j];
        const double far = std::hypot(step[0], step[1]);
        const double by = far > 1 ? 1 / far : 1;
        place = {place.x + by * step[0], place.y + by * step[1]};
        height = std::clamp(height + by * step[2], 0.5, kHeightMost + 0.5);
    }
    const Noise noise = noise_of(box.height);
    const Slope own = {noise.side + (cut_beside(box) ? squared(box.width / 2) : 0), noise.head,
                       on_feet ? noise.foot : squared(options_.height_spread_m)};
    BodyFilter::Spread spread{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k)
                spread[i][j] += (*back)[i][k] * own[k] * (*back)[j][k];
    spread[0][0] += bias_squared_;
    spread[1][1] += bias_squared_;
    return BodyFilter(at, place, height, spread);
}

std::optional<BodyFilter> BodyCamera::begin(SourceTime at, const Box& box, bool covered) const {
    const double usual = options_.height_m;
    if (!cut_below(box) && !cut_above(box)) {
        if (const auto guess = model_.to_plan(box.foot(), 0)) {
            auto body = begin_at(at, *guess, usual, box, true);
            const double least = covered ? usual - 2 * options_.height_spread_m : kHeightLeast;
            if (body && hidden_below(body->place()) <= 0 && body->height_m() > least &&
                body->height_m() < kHeightMost) {
                const BodyFilter from = *body;
                body->see(from, {0, 0, 1}, usual - from.height_m(), squared(options_.height_spread_m));
                return body;
            }
        }
    }
    if (cut_above(box)) {
        // Neither feet nor head need be seen: near the lens, where the box ends.
        const auto guess = model_.to_plan(box.foot(), 0);
        if (!guess || cut_below(box)) return std::nullopt;
        const auto covariance =
            model_.spread(box.foot(), 0, {noise_of(box.height).side, 0, noise_of(box.height).foot});
        if (!covariance) return std::nullopt;
        return BodyFilter(at, *guess, usual,
                          {{{covariance->xx + bias_squared_, covariance->xy, 0},
                            {covariance->xy, covariance->yy + bias_squared_, 0},
                            {0, 0, squared(options_.height_spread_m)}}});
    }
    const auto guess = model_.to_plan({box.center().x, box.y}, usual);
    return guess ? begin_at(at, *guess, usual, box, false) : std::nullopt;
}

Box BodyCamera::completed(const BodyFilter& body, const Box& box) const {
    const auto seen = view(body.place(), body.height_m());
    if (!seen || seen->open.bottom() <= box.bottom()) return box;
    Box whole = box;
    whole.height = seen->open.bottom() - box.y;
    return whole;
}

}  // namespace vitrina::scene
