// Calibration from people who walked through: calibrate_by_walkers() of calibrate.h.
//
// A person of known height whose feet are at a pixel has his head at another; how the second moves with the
// first tells focal length, tilt, roll and how high the camera hangs in people's heights.
#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "scene/calibrate.h"
#include "scene/camera_fit.h"
#include "scene/camera_model.h"
#include "scene/least_squares.h"

namespace vitrina::scene {
namespace {

constexpr double kAgreesWithin = 3;              // standard deviations
constexpr double kAgreeShareMin = 0.5;           // of the looks: fewer, and it isn't a floor with people
constexpr std::array kFocals = {0.6, 0.9, 1.4};  // of the width, where fits begin
constexpr std::array kTilts = {10.0, 25.0, 45.0, 65.0};  // degrees
// Of the focal length: what lenses of shops have, in picture widths, and how sure a data sheet is. The
// spreads are of its logarithm.
constexpr double kFocalUsual = 0.9;
constexpr double kFocalUsualSpread = 0.5;
constexpr double kFocalKnownSpread = 0.03;
enum Free : std::size_t { kFocal, kHeight, kTiltOf, kRollOf, kFreeCount };

class WalkerProblem {
  public:
    WalkerProblem(PictureSide picture, std::vector<WalkerLook> looks, const WalkerOptions& options)
        : looks_(std::move(looks)), options_(options) {
        form_.width = picture.width;
        form_.height = picture.height;
        form_.center = {picture.width / 2, picture.height / 2};
        form_.k1 = options.k1;
    }

    [[nodiscard]] CameraCalibration camera(std::span<const double> free) const {
        CameraCalibration c = form_;
        c.focal_px = std::exp(free[kFocal]);
        c.height_m = std::exp(free[kHeight]);
        c.tilt_deg = free[kTiltOf];
        c.roll_deg = free[kRollOf];
        return c;
    }

    /// Where somebody of mean height with this look should have his head.
    [[nodiscard]] std::optional<Point> expected_head(const CameraModel& model, const WalkerLook& look) const {
        Point foot = look.foot;
        std::optional<Point> head;
        for (int round = 0; round < (options_.ends == WalkerEnds::kBox ? 2 : 1); ++round) {
            // Feet are on one side of the middle of a body's box, the head is on the other.
            if (head) foot.x = look.foot.x - (head->x - foot.x) / 2;
            const auto place = model.to_plan(foot, 0);
            head = place ? model.to_picture(*place, options_.height_mean_m) : std::nullopt;
            if (!head) return std::nullopt;
        }
        return head;
    }

    /// The distance of a head from where it should be, across the body and along it, in standard deviations.
    [[nodiscard]] std::optional<Point> miss(const CameraModel& model, const WalkerLook& look) const {
        const auto head = expected_head(model, look);
        if (!head) return std::nullopt;
        const bool is_box = options_.ends == WalkerEnds::kBox;
        const double size = is_box ? look.foot.y - look.head.y
                                   : std::hypot(look.head.x - look.foot.x, look.head.y - look.foot.y);
        const double expected =
            is_box ? look.foot.y - head->y : std::hypot(head->x - look.foot.x, head->y - look.foot.y);
        if (!(size > 0 && expected > 0)) return std::nullopt;
        const double spread =
            std::hypot(options_.height_spread_m / options_.height_mean_m, 1.5 * options_.noise);
        // Of logarithms, so that people twice as large and half as large are as wrong.
        const double along = std::log(expected / size) / spread;
        if (is_box) return Point{0, along};
        const double turn = (head->x - look.foot.x) / expected - (look.head.x - look.foot.x) / size;
        return Point{turn / (1.5 * options_.noise), along};
    }

    [[nodiscard]] Minimum minimum(const std::vector<double>& begin) const {
        return minimize(
            begin, 2 * looks_.size() + 2,
            [&](std::span<const double> free, std::span<double> out) { return residuals(free, out); });
    }

    [[nodiscard]] bool residuals(std::span<const double> free, std::span<double> out) const {
        const CameraModel model(camera(free));
        for (std::size_t i = 0; i < looks_.size(); ++i) {
            const Point away = miss(model, looks_[i]).value_or(Point{20, 20});
            const double share = robust_share(away.x * away.x + away.y * away.y);
            out[2 * i] = away.x * share;
            out[2 * i + 1] = away.y * share;
        }
        const double focal = options_.focal_px.value_or(kFocalUsual * form_.width);
        out[2 * looks_.size()] =
            (free[kFocal] - std::log(focal)) / (options_.focal_px ? kFocalKnownSpread : kFocalUsualSpread);
        out[2 * looks_.size() + 1] = free[kRollOf] / 5;
        return true;
    }

    /// Standard deviations of the free numbers, from how the residuals move with them.
    [[nodiscard]] std::array<double, kFreeCount> spreads(const std::vector<double>& at) const {
        const std::size_t count = 2 * looks_.size() + 2;
        Eigen::MatrixXd slopes(count, kFreeCount);
        std::vector<double> low(count);
        std::vector<double> high(count);
        for (std::size_t k = 0; k < kFreeCount; ++k) {
            std::vector<double> moved = at;
            const double step = k < kTiltOf ? 1e-4 : 1e-2;
            moved[k] = at[k] - step;
            (void)residuals(moved, low);
            moved[k] = at[k] + step;
            (void)residuals(moved, high);
            for (std::size_t i = 0; i < count; ++i)
                slopes(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) =
                    (high[i] - low[i]) / (2 * step);
        }
        const Eigen::MatrixXd covariance = (slopes.transpose() * slopes).inverse();
        std::array<double, kFreeCount> result{};
        for (std::size_t k = 0; k < kFreeCount; ++k) {
            const auto i = static_cast<Eigen::Index>(k);
            result[k] = std::sqrt(std::max(0.0, covariance(i, i)));
        }
        return result;
    }

    [[nodiscard]] const std::vector<WalkerLook>& looks() const { return looks_; }

    /// Near the picture's edges only short people are seen whole, as if everybody there were shorter: those
    /// looks go where a tall person's head would be outside.
    void leave_out_where_tall_are_cut(const CameraCalibration& camera) {
        const CameraModel model(camera);
        const double tall = options_.height_mean_m + 2.5 * options_.height_spread_m;
        std::erase_if(looks_, [&](const WalkerLook& look) {
            const auto place = model.to_plan(look.foot, 0);
            const auto head = place ? model.to_picture(*place, tall) : std::nullopt;
            return !head || head->y < 0 || head->x < 0 || head->x > form_.width;
        });
    }

  private:
    std::vector<WalkerLook> looks_;
    WalkerOptions options_;
    CameraCalibration form_;
};

std::vector<WalkerLook> thinned(std::span<const WalkerLook> looks) {
    std::vector<WalkerLook> result;
    const double step = std::max(1.0, static_cast<double>(looks.size()) / kLooksMax);
    result.reserve(kLooksMax);
    for (double at = 0; at < static_cast<double>(looks.size()); at += step) {
        const WalkerLook& look = looks[static_cast<std::size_t>(at)];
        if (std::hypot(look.head.x - look.foot.x, look.head.y - look.foot.y) > 8) result.push_back(look);
    }
    return result;
}

}  // namespace

Result<WalkerFit> calibrate_by_walkers(PictureSide picture, std::span<const WalkerLook> looks,
                                       const WalkerOptions& options) {
    WalkerProblem problem(picture, thinned(looks), options);
    if (problem.looks().size() < kLooksMin)
        return misconfigured(fmt::format("{} whole people are too few; at least {} looks are needed",
                                         problem.looks().size(), kLooksMin));
    Minimum best;
    for (const double focal : kFocals) {
        for (const double tilt : kTilts) {
            const Minimum minimum =
                problem.minimum({std::log(focal * picture.width), std::log(2.8), tilt, 0.0});
            if (minimum.found && (!best.found || minimum.cost < best.cost)) best = minimum;
        }
    }
    if (!best.found) return misconfigured("no camera above the floor would see people so");
    const std::size_t whole = problem.looks().size();
    problem.leave_out_where_tall_are_cut(problem.camera(best.parameters));
    if (problem.looks().size() < kLooksMin)
        return misconfigured(
            fmt::format("of {} people only {} are where the picture would show a tall one whole; "
                        "at least {} are needed",
                        whole, problem.looks().size(), kLooksMin));
    if (const Minimum again = problem.minimum(best.parameters); again.found) best = again;
    WalkerFit fit;
    fit.calibration = problem.camera(best.parameters);
    fit.calibration.place = options.place;
    fit.calibration.pan_deg = options.pan_deg;
    const CameraModel model(fit.calibration);
    std::vector<double> away_px;
    away_px.reserve(problem.looks().size());
    for (const WalkerLook& look : problem.looks()) {
        const auto miss = problem.miss(model, look);
        if (!miss || std::hypot(miss->x, miss->y) > kAgreesWithin) continue;
        ++fit.looks;
        const auto head = problem.expected_head(model, look);
        const double across = options.ends == WalkerEnds::kBox ? 0 : head->x - look.head.x;
        away_px.push_back(std::hypot(across, head->y - look.head.y));
    }
    if (static_cast<double>(fit.looks) < kAgreeShareMin * static_cast<double>(problem.looks().size()))
        return misconfigured(fmt::format("only {} of {} looks fit one floor with people of {:.2f} m on it",
                                         fit.looks, problem.looks().size(), options.height_mean_m));
    std::nth_element(away_px.begin(), away_px.begin() + static_cast<std::ptrdiff_t>(away_px.size() / 2),
                     away_px.end());
    fit.spread_px = away_px[away_px.size() / 2];
    const auto spreads = problem.spreads(best.parameters);
    fit.height_error = spreads[kHeight];
    fit.tilt_error_deg = spreads[kTiltOf];
    if (fit.height_error > 0.25 || fit.tilt_error_deg > 8)
        return misconfigured(fmt::format(
            "people don't tell enough: the height is sure to {:.0f} %, the tilt to {:.0f} degrees; "
            "were they all at one distance?",
            100 * fit.height_error, fit.tilt_error_deg));
    fit.calibration.error_m = std::max(0.05, fit.height_error * fit.calibration.height_m);
    return fit;
}

}  // namespace vitrina::scene
