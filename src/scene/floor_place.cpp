#include "scene/floor_place.h"

#include <algorithm>
#include <cmath>

namespace vitrina::scene {
namespace {

constexpr double kHiddenSigmas = 2.5;  // so much shorter than known, and something is hidden
constexpr int kKnownAfter = 10;        // looks after which a person's own height says that feet are hidden
constexpr double kEdgeShare = 0.01;    // of the picture's height: a box that ends there is cut
constexpr double kNearFixture = 0.3;   // m: the place is not so sure
constexpr double kHeightLeast = 0.8;   // m: lower is no person's height
constexpr double kHeightMost = 2.3;
constexpr double kLookSpread = 0.12;    // m, of one look: posture, and looks that resemble one another
constexpr double kSurestSpread = 0.03;  // m: however often somebody was seen

double squared(double value) {
    return value * value;
}

double spread_of(const Covariance& covariance) {
    return std::sqrt(std::max(covariance.xx, covariance.yy));
}

bool near(const Polygon& polygon, Point point, double reach) {
    if (contains(polygon, point)) return true;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const Point a = polygon[j];
        const Point along = {polygon[i].x - a.x, polygon[i].y - a.y};
        const double length = squared(along.x) + squared(along.y);
        const double share =
            length > 0 ? ((point.x - a.x) * along.x + (point.y - a.y) * along.y) / length : 0;
        const double at = std::clamp(share, 0.0, 1.0);
        if (std::hypot(point.x - a.x - at * along.x, point.y - a.y - at * along.y) <= reach) return true;
    }
    return false;
}

/// Whether the fixture hides the feet of somebody who stands at `place` from a lens this high above `lens`.
bool hides(const Fixture& fixture, Point lens, double lens_height_m, Point place) {
    const Polygon& polygon = fixture.polygon;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const auto share = crossing_of(lens, place, polygon[j], polygon[i]);
        if (share && lens_height_m * (1 - *share) <= fixture.height_m) return true;
    }
    return near(polygon, place, kNearFixture);
}

}  // namespace

double PlaceFinder::height_m() const {
    const double prior = 1 / squared(options_.height_spread_m);
    return (options_.height_m * prior + weighted_) / (prior + weight_);
}

double PlaceFinder::height_spread_m() const {
    const double prior = 1 / squared(options_.height_spread_m);
    return std::max(kSurestSpread, std::sqrt(1 / (prior + weight_)));
}

double PlaceFinder::height_at(Point place, const Box& box) const {
    // The height whose pixel is level with the box's top: monotonous, found by halving.
    const double top = box.y;
    double low = 0;
    double high = std::min(kHeightMost + 1, camera_->calibration().height_m * 3);
    const auto row = [&](double height) { return camera_->to_picture(place, height); };
    if (!row(low)) return 0;
    for (int i = 0; i < 24; ++i) {
        const double middle = (low + high) / 2;
        const auto pixel = row(middle);
        if (pixel && pixel->y > top)
            low = middle;
        else
            high = middle;
    }
    return low;
}

std::optional<FloorPlace> PlaceFinder::by_feet(const Box& box) const {
    const double noise = std::max(options_.noise_px_min, options_.foot_noise * box.height);
    const double side = std::max(options_.noise_px_min, options_.side_noise * box.height);
    const Point foot = box.foot();
    const auto place = camera_->to_plan(foot, 0);
    if (!place) return std::nullopt;
    auto covariance = camera_->spread(foot, 0, {squared(side), 0, squared(noise)});
    if (!covariance) return std::nullopt;
    const double error = squared(camera_->calibration().error_m);
    covariance->xx += error;
    covariance->yy += error;
    return FloorPlace{*place, *covariance, true};
}

std::optional<FloorPlace> PlaceFinder::by_head(const Box& box) const {
    const double noise = std::max(options_.noise_px_min, options_.head_noise * box.height);
    const double side = std::max(options_.noise_px_min, options_.side_noise * box.height);
    const Point head = {box.x + box.width / 2, box.y};
    const double height = height_m();
    const auto place = camera_->to_plan(head, height);
    const auto lower = camera_->to_plan(head, height - 0.05);
    if (!place || !lower) return std::nullopt;
    auto covariance = camera_->spread(head, height, {squared(side), 0, squared(noise)});
    if (!covariance) return std::nullopt;
    // How far the place moves for a person who is taller or shorter.
    const double sigmas = height_spread_m() / 0.05;
    const Point move = {(place->x - lower->x) * sigmas, (place->y - lower->y) * sigmas};
    const double error = squared(camera_->calibration().error_m);
    covariance->xx += move.x * move.x + error;
    covariance->xy += move.x * move.y;
    covariance->yy += move.y * move.y + error;
    return FloorPlace{*place, *covariance, false};
}

bool PlaceFinder::may_be_hidden(const Box& box, Point head) const {
    const CameraCalibration& camera = camera_->calibration();
    if (box.bottom() >= camera.height * (1 - kEdgeShare)) return true;
    if (seen_ >= kKnownAfter) return true;  // known to be taller than this
    return std::any_of(fixtures_.begin(), fixtures_.end(), [&](const Fixture& fixture) {
        return hides(fixture, camera.place, camera.height_m, head);
    });
}

void PlaceFinder::learn(double height_m, const Box& box) {
    if (height_m < kHeightLeast || height_m > kHeightMost) return;
    if (box.bottom() >= camera_->calibration().height * (1 - kEdgeShare) || box.y <= 1) return;
    // Looks of one person err alike: the more there are, the less each adds.
    const double weight = 1 / squared(kLookSpread) / (1 + 0.2 * seen_);
    weight_ += weight;
    weighted_ += weight * height_m;
    ++seen_;
}

std::optional<FloorPlace> PlaceFinder::find(const Box& box, bool measured) {
    const auto feet = by_feet(box);
    std::optional<FloorPlace> found = feet;
    const double height = feet ? height_at(feet->place, box) : 0;
    const bool is_short = height < height_m() - kHiddenSigmas * std::hypot(height_spread_m(), 0.08);
    if (is_short && box.y > 1) {
        const auto head = by_head(box);
        if (head && (!feet || may_be_hidden(box, head->place))) found = head;
    }
    if (found && found->feet_seen && measured) learn(height, box);
    if (found && spread_of(found->covariance) > options_.spread_m_max) return std::nullopt;
    return found;
}

}  // namespace vitrina::scene
