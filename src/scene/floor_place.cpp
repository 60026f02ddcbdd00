#include "scene/floor_place.h"

#include <algorithm>
#include <cmath>

#include "scene/walk_filter.h"

namespace vitrina::scene {
namespace {

constexpr double kHiddenSigmas = 2;     // so far apart, and feet and head can't both be right
constexpr int kKnownAfter = 10;         // looks after which a person's own height says that feet are hidden
constexpr double kEdgeShare = 0.01;     // of the picture's height: a box that ends there is cut
constexpr double kSlack = 0.1;          // m: the places are not so sure
constexpr double kCoveredNoise = 0.25;  // of the box's height, where somebody stands before the feet
constexpr double kCoverShare = 0.3;     // of the box's width
constexpr double kPriorFades = 0.5;     // with each look
constexpr double kHeightLeast = 0.8;    // m: lower is no person's height
constexpr double kHeightMost = 2.3;
constexpr double kLookSpread = 0.12;    // m, of one look: posture, and looks that resemble one another
constexpr double kSurestSpread = 0.03;  // m: however often somebody was seen

double squared(double value) {
    return value * value;
}

double spread_of(const Covariance& covariance) {
    return std::sqrt(std::max(covariance.xx, covariance.yy));
}

/// Whether the fixture hides the feet of somebody who stands at `place` from a lens this high above `lens`.
bool hides(const Fixture& fixture, Point lens, double lens_height_m, Point place) {
    const Polygon& polygon = fixture.polygon;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const auto share = crossing_of(lens, place, polygon[j], polygon[i]);
        if (share && lens_height_m * (1 - *share) <= fixture.height_m + kSlack) return true;
    }
    return contains(polygon, place);
}

}  // namespace

double PlaceFinder::prior_weight() const {
    // Who was seen often is as tall as he was seen: a child is no adult however many adults there are.
    return 1 / squared(options_.height_spread_m) / (1 + kPriorFades * seen_);
}

double PlaceFinder::height_m() const {
    const double prior = prior_weight();
    return (options_.height_m * prior + weighted_) / (prior + weight_);
}

double PlaceFinder::height_spread_m() const {
    const double prior = prior_weight();
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

double PlaceFinder::lean(const Box& box) const {
    const auto place = camera_->to_plan(box.foot(), 0);
    if (!place) return 0;
    const auto head = camera_->to_picture(*place, height_m());
    return head ? std::clamp(head->x - box.foot().x, -box.width, box.width) : 0;
}

std::optional<FloorPlace> PlaceFinder::by_feet(const Box& box, bool covered) const {
    const double noise =
        std::max(options_.noise_px_min, (covered ? kCoveredNoise : options_.foot_noise) * box.height);
    const double side = std::max(options_.noise_px_min, options_.side_noise * box.height);
    const Point foot = {box.x + box.width / 2 - lean(box) / 2, box.bottom()};
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
    const Point head = {box.x + box.width / 2 + lean(box) / 2, box.y};
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

bool PlaceFinder::is_cut(const Box& box) const {
    return box.bottom() >= camera_->calibration().height * (1 - kEdgeShare);
}

bool PlaceFinder::is_out_of_sight(Point place) const {
    const CameraCalibration& camera = camera_->calibration();
    return std::any_of(fixtures_.begin(), fixtures_.end(), [&](const Fixture& fixture) {
        return hides(fixture, camera.place, camera.height_m, place);
    });
}

void PlaceFinder::learn(double height_m, const Box& box) {
    if (height_m < kHeightLeast || height_m > kHeightMost) return;
    if (is_cut(box) || box.y <= 1) return;
    // Looks of one person err alike: the more there are, the less each adds.
    const double weight = 1 / squared(kLookSpread) / (1 + 0.2 * seen_);
    weight_ += weight;
    weighted_ += weight * height_m;
    ++seen_;
}

std::optional<FloorPlace> PlaceFinder::find(const Box& box, bool measured, bool covered) {
    const auto feet = by_feet(box, covered);
    const auto head = box.y > 1 ? by_head(box) : std::nullopt;
    std::optional<FloorPlace> found = feet ? feet : head;
    // The lower edge of the box is no foot where a shelf stands between: it is the shelf's upper edge.
    const bool hidden =
        head && (is_cut(box) || is_out_of_sight(head->place) || (feet && is_out_of_sight(feet->place)));
    if (hidden) {
        found = head;
    } else if (feet && head) {
        const Separation apart = separation(feet->place, feet->covariance, head->place, head->covariance);
        const Point lens = camera_->calibration().place;
        const bool feet_are_further = std::hypot(feet->place.x - lens.x, feet->place.y - lens.y) >
                                      std::hypot(head->place.x - lens.x, head->place.y - lens.y);
        if (apart.squared < kHiddenSigmas * kHiddenSigmas) {
            const WalkState both =
                joined({feet->place, {}, feet->covariance}, {head->place, {}, head->covariance});
            found = FloorPlace{both.place, both.covariance, true};
        } else if (feet_are_further && (covered || seen_ >= kKnownAfter)) {
            found = head;
        }
    }
    if (feet && found->feet_seen && measured && !covered) learn(height_at(feet->place, box), box);
    if (found && spread_of(found->covariance) > options_.spread_m_max) return std::nullopt;
    return found;
}

bool is_covered(const Box& box, std::span<const Box> others) {
    return std::any_of(others.begin(), others.end(), [&](const Box& other) {
        const double common = std::min(box.right(), other.right()) - std::max(box.x, other.x);
        return other.bottom() > box.bottom() + 0.02 * box.height &&
               other.y < box.bottom() + 0.02 * box.height && common > kCoverShare * box.width;
    });
}

}  // namespace vitrina::scene
