#include "scene/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <random>

#include <Eigen/LU>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scene/camera_fit.h"
#include "scene/camera_model.h"
#include "scene/homography.h"
#include "scene/least_squares.h"
#include "scene/point_checks.h"

namespace vitrina::scene {
namespace {

constexpr double kClickSpreadPx = 1.5;   // how well people click in the picture, at 1,000 px of width
constexpr double kClickSpreadM = 0.05;   // and on the plan
constexpr std::size_t kLensPoints = 8;   // from so many points on they say something of the lens too
constexpr double kBadM = 0.3;            // an error that is looked into
constexpr double kRefusedM = 0.5;        // and one with which a camera is no use
constexpr double kBetterBy = 4;          // a fit is better only if it is clearly better
constexpr double kErrorLeastM = 0.02;    // no calibration is surer than that
constexpr std::size_t kSubsetsAll = 10;  // of so many points each four are tried
constexpr int kDraws = 200;           // of more, four by chance: two in three that are right come up surely
constexpr std::size_t kNamedMax = 8;  // points that a message lists
constexpr std::array kFocals = {0.45, 0.7, 1.0, 1.5, 2.4};  // of the width, where fits begin

struct Fit {
    CameraCalibration camera;
    double cost = 0;
    bool found = false;
};

/// What a pixel's error means depends on how far away it is: a step of 5 cm is many pixels near by.
std::array<double, 2> weights(const CameraModel& begin, const PointPair& pair, double click_px) {
    const auto here = begin.to_picture(pair.place, 0);
    const auto right = begin.to_picture({pair.place.x + 0.05, pair.place.y}, 0);
    const auto below = begin.to_picture({pair.place.x, pair.place.y + 0.05}, 0);
    if (!here || !right || !below) return {1 / click_px, 1 / click_px};
    const double by = kClickSpreadM / 0.05;
    const double along_x = std::hypot(right->x - here->x, below->x - here->x) * by;
    const double along_y = std::hypot(right->y - here->y, below->y - here->y) * by;
    return {1 / std::hypot(click_px, along_x), 1 / std::hypot(click_px, along_y)};
}

Fit refine(const CameraCalibration& begin, std::span<const PointPair> points, const CameraHabits& known) {
    const CameraModel model(begin);
    const double click_px = kClickSpreadPx * std::max(0.5, begin.width / 1000);
    std::vector<std::array<double, 2>> weight;
    weight.reserve(points.size());
    for (const PointPair& pair : points)
        weight.push_back(weights(model, pair, click_px));
    const auto residuals = [&](std::span<const double> parameters, std::span<double> out) {
        const CameraModel camera(camera_of(parameters, begin));
        for (std::size_t i = 0; i < points.size(); ++i) {
            const auto pixel = camera.to_picture(points[i].place, 0);
            if (!pixel) return false;
            const double x = (pixel->x - points[i].pixel.x) * weight[i][0];
            const double y = (pixel->y - points[i].pixel.y) * weight[i][1];
            const double share = robust_share(x * x + y * y);
            out[2 * i] = x * share;
            out[2 * i + 1] = y * share;
        }
        habits(parameters, begin, known, out.subspan(2 * points.size()));
        return true;
    };
    const Minimum minimum = minimize(parameters_of(begin), 2 * points.size() + kHabitCount, residuals);
    Fit fit;
    if (!minimum.found) return fit;
    fit.camera = camera_of(minimum.parameters, begin);
    fit.cost = minimum.cost;
    fit.found = fit.camera.height_m > 0.3 && fit.camera.height_m < 40 && fit.camera.tilt_deg > -30 &&
                fit.camera.tilt_deg <= 90;
    return fit;
}

Fit fit_points(PictureSide picture, std::span<const PointPair> points, const CameraHabits& known) {
    CameraCalibration form;
    form.width = picture.width;
    form.height = picture.height;
    form.center = {picture.width / 2, picture.height / 2};
    form.k1 = known.k1;
    const double half_diagonal = std::hypot(picture.width, picture.height) / 2;
    std::vector<PointPair> straight(points.begin(), points.end());
    Point middle;
    for (PointPair& pair : straight) {
        pair.pixel = undistorted({pair.pixel.x - form.center.x, pair.pixel.y - form.center.y}, known.k1,
                                 half_diagonal);
        middle.x += pair.place.x / static_cast<double>(points.size());
        middle.y += pair.place.y / static_cast<double>(points.size());
    }
    Fit best;
    const auto homography = homography_of(straight);
    if (!homography) return best;
    for (const double focal : kFocals) {
        const auto begin = camera_of(*homography, focal * picture.width, middle, form);
        if (!begin) continue;
        const Fit fit = refine(*begin, points, known);
        if (fit.found && (!best.found || fit.cost < best.cost)) best = fit;
    }
    return best;
}

std::vector<double> errors_of(const CameraCalibration& camera, std::span<const PointPair> points) {
    const CameraModel model(camera);
    std::vector<double> errors;
    errors.reserve(points.size());
    for (const PointPair& pair : points) {
        const auto place = model.to_plan(pair.pixel, 0);
        errors.push_back(place ? std::hypot(place->x - pair.place.x, place->y - pair.place.y)
                               : CameraModel::kReachMax);
    }
    return errors;
}

double root_mean_square(const std::vector<double>& errors) {
    double sum = 0;
    for (const double error : errors)
        sum += error * error;
    return std::sqrt(sum / static_cast<double>(errors.size()));
}

/// A distance on the floor; beyond kReachMax none is measured.
std::string metres_text(double distance_m) {
    return distance_m >= CameraModel::kReachMax ? fmt::format("more than {:.0f} m", CameraModel::kReachMax)
                                                : fmt::format("{:.1f} m", distance_m);
}

/// How bad a fit is: what can't be fitted is worse than anything.
double badness(const Fit& fit, std::span<const PointPair> points) {
    return fit.found ? root_mean_square(errors_of(fit.camera, points)) : CameraModel::kReachMax;
}

struct Suspicion {
    std::string text;
    double badness = 0;  // without what is suspected
};

std::optional<Suspicion> swapped(PictureSide picture, std::span<const PointPair> points,
                                 const CameraHabits& known, double limit) {
    std::optional<Suspicion> best;
    std::vector<PointPair> changed(points.begin(), points.end());
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t j = i + 1; j < points.size(); ++j) {
            std::swap(changed[i].place, changed[j].place);
            const double left = badness(fit_points(picture, changed, known), changed);
            std::swap(changed[i].place, changed[j].place);
            if (left < limit && (!best || left < best->badness))
                best = Suspicion{fmt::format("points {} and {} look swapped: exchanged, the points fit to "
                                             "{:.0f} cm",
                                             i + 1, j + 1, 100 * left),
                                 left};
        }
    }
    return best;
}

std::optional<Suspicion> contradicting(PictureSide picture, std::span<const PointPair> points,
                                       const CameraHabits& known, double limit) {
    std::optional<Suspicion> best;
    if (points.size() <= kPairsMin) return best;
    for (std::size_t i = 0; i < points.size(); ++i) {
        std::vector<PointPair> others(points.begin(), points.end());
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        const Fit fit = fit_points(picture, others, known);
        const double left = badness(fit, others);
        if (!fit.found || left >= limit || (best && left >= best->badness)) continue;
        const double away = errors_of(fit.camera, {&points[i], 1}).front();
        best = Suspicion{fmt::format("point {} contradicts the others: they agree to {:.0f} cm, and it is "
                                     "{} from where they put it",
                                     i + 1, 100 * left, metres_text(away)),
                         left};
    }
    return best;
}

/// A camera that some of the points give.
struct Majority {
    std::vector<double> errors;  // of all points
    std::size_t agreeing = 0;    // points with a small one
    double spread_m = 0;         // of these, the root of their mean square
};

std::optional<Majority> agreement_with(const CameraCalibration& camera, std::span<const PointPair> points) {
    Majority one{errors_of(camera, points), 0, 0};
    std::vector<double> small;
    std::copy_if(one.errors.begin(), one.errors.end(), std::back_inserter(small),
                 [](double error) { return error < kBadM; });
    if (small.empty()) return std::nullopt;
    one.agreeing = small.size();
    one.spread_m = root_mean_square(small);
    return one;
}

/// Of the cameras that four of the points give, the one with which most of all agree (RANSAC, Fischler and
/// Bolles 1981); none where no four give any.
std::optional<Majority> majority_of(PictureSide picture, std::span<const PointPair> points,
                                    const CameraHabits& known) {
    std::optional<Majority> best;
    const auto fitted = [&](const std::vector<PointPair>& some) {
        const Fit fit = fit_points(picture, some, known);
        return fit.found ? agreement_with(fit.camera, points) : std::optional<Majority>();
    };
    const auto keep_better = [&](std::optional<Majority> one) {
        if (one && (!best || one->agreeing > best->agreeing ||
                    (one->agreeing == best->agreeing && one->spread_m < best->spread_m)))
            best = std::move(one);
    };
    const auto ask = [&](const std::array<std::size_t, kPairsMin>& four) {
        std::vector<PointPair> some;
        some.reserve(four.size());
        for (const std::size_t i : four)
            some.push_back(points[i]);
        keep_better(fitted(some));
    };
    // All that agree put the camera better than four of them.
    const auto refined = [&] {
        if (!best || best->agreeing <= kPairsMin) return;
        std::vector<PointPair> some;
        some.reserve(best->agreeing);
        for (std::size_t i = 0; i < points.size(); ++i)
            if (best->errors[i] < kBadM) some.push_back(points[i]);
        keep_better(fitted(some));
    };
    const std::size_t n = points.size();
    if (n <= kSubsetsAll) {
        for (std::size_t a = 0; a < n; ++a)
            for (std::size_t b = a + 1; b < n; ++b)
                for (std::size_t c = b + 1; c < n; ++c)
                    for (std::size_t d = c + 1; d < n; ++d)
                        ask({a, b, c, d});
        refined();
        return best;
    }
    std::mt19937 random(1);  // the same points get the same answer
    for (int draw = 0; draw < kDraws; ++draw) {
        std::array<std::size_t, kPairsMin> four{};
        for (std::size_t& i : four)
            i = random() % n;
        std::sort(four.begin(), four.end());
        if (std::adjacent_find(four.begin(), four.end()) == four.end()) ask(four);
    }
    refined();
    return best;
}

/// "points 2, 5 contradict": those that don't agree.
std::string others_contradict(const Majority& majority) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < majority.errors.size(); ++i)
        if (majority.errors[i] >= kBadM) numbers.push_back(i + 1);
    if (numbers.size() == 1) return fmt::format("point {} contradicts", numbers.front());
    const std::size_t more = numbers.size() - std::min(numbers.size(), kNamedMax);
    numbers.resize(numbers.size() - more);
    const std::string list = fmt::format("{}", fmt::join(numbers, ", "));
    return more > 0 ? fmt::format("points {} and {} more contradict", list, more)
                    : fmt::format("points {} contradict", list);
}

/// What no camera above the floor sees: the map from the floor to the picture needs none.
std::string why_no_camera(PictureSide picture, std::span<const PointPair> points, const CameraHabits& known) {
    const std::string none = "no camera above the floor sees these points so";
    const double half_diagonal = std::hypot(picture.width, picture.height) / 2;
    std::vector<PointPair> straight(points.begin(), points.end());
    for (PointPair& pair : straight)
        pair.pixel = undistorted({pair.pixel.x - picture.width / 2, pair.pixel.y - picture.height / 2},
                                 known.k1, half_diagonal);
    const auto homography = homography_of(straight);
    if (!homography) return none + ": is the plan mirrored, or are points swapped?";
    const Eigen::Matrix3d back = homography->inverse();
    std::vector<double> errors;
    errors.reserve(straight.size());
    for (const PointPair& pair : straight) {
        const Eigen::Vector3d place = back * Eigen::Vector3d(pair.pixel.x, pair.pixel.y, 1);
        const double error =
            std::hypot(place.x() / place.z() - pair.place.x, place.y() / place.z() - pair.place.y);
        errors.push_back(std::isfinite(error) ? std::min(error, CameraModel::kReachMax)
                                              : CameraModel::kReachMax);
    }
    const auto worst = std::max_element(errors.begin(), errors.end());
    if (*worst < kBadM) return none + ", though they agree with one another: is the plan mirrored?";
    return fmt::format("{}; point {} fits worst, by {}: is it on another spot, or is the plan mirrored?",
                       none, worst - errors.begin() + 1, metres_text(*worst));
}

std::string why_refused(PictureSide picture, std::span<const PointPair> points, const CameraHabits& known,
                        const Fit& fit) {
    const double limit = std::min(kRefusedM, badness(fit, points) / kBetterBy);
    const auto pair = swapped(picture, points, known, limit);
    const auto single = contradicting(picture, points, known, limit);
    // One point that is wrong is likelier than two, unless the two explain more.
    if (single && (!pair || single->badness < pair->badness / 2)) return single->text;
    if (pair) return pair->text;
    const auto majority =
        points.size() > kPairsMin ? majority_of(picture, points, known) : std::optional<Majority>();
    if (majority && 2 * majority->agreeing > points.size() && majority->agreeing < points.size()) {
        const auto worst = std::max_element(majority->errors.begin(), majority->errors.end());
        return fmt::format(
            "{} the others: {} of {} agree to {:.0f} cm; point {} fits worst, {} from where they put it",
            others_contradict(*majority), majority->agreeing, points.size(), 100 * majority->spread_m,
            worst - majority->errors.begin() + 1, metres_text(*worst));
    }
    if (!fit.found) return why_no_camera(picture, points, known);
    const std::vector<double> errors = errors_of(fit.camera, points);
    const auto worst = std::max_element(errors.begin(), errors.end());
    return fmt::format(
        "the points contradict one another by {}; point {} fits worst{}", metres_text(*worst),
        worst - errors.begin() + 1,
        points.size() == kPairsMin ? "; with a fifth point it can be told which is wrong" : "");
}

}  // namespace

Result<CalibrationFit> calibrate(PictureSide picture, std::span<const PointPair> points,
                                 std::span<const StraightLine> lines) {
    TRY(check_points(picture, points));
    TRY_ASSIGN(const double k1, distortion_of(picture, lines));
    CameraHabits known{k1, 0.004};
    if (lines.empty()) known.k1_spread = points.size() >= kLensPoints ? 0.05 : 0.001;
    const Fit fit = fit_points(picture, points, known);
    const std::vector<double> errors = fit.found ? errors_of(fit.camera, points)
                                                 : std::vector<double>(points.size(), CameraModel::kReachMax);
    const auto worst = std::max_element(errors.begin(), errors.end());
    const double extent = extent_of(points);
    if (!fit.found || *worst > std::max(kBadM, 0.05 * extent)) {
        const double left = badness(fit, points);
        const bool suspicious = !fit.found || left > std::max(kRefusedM, 0.05 * extent) ||
                                contradicting(picture, points, known, left / kBetterBy) ||
                                swapped(picture, points, known, left / kBetterBy);
        if (suspicious) return misconfigured(why_refused(picture, points, known, fit));
    }
    CalibrationFit result;
    result.calibration = fit.camera;
    result.error_m = root_mean_square(errors);
    result.worst = static_cast<std::size_t>(worst - errors.begin());
    result.errors.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        PointError error{errors[i], std::nullopt};
        if (points.size() > kPairsMin) {
            std::vector<PointPair> others(points.begin(), points.end());
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            const Fit without = fit_points(picture, others, known);
            if (without.found) error.left_out_m = errors_of(without.camera, {&points[i], 1}).front();
        }
        result.errors.push_back(error);
    }
    // Seven numbers were fitted: what is left of the points' freedom says how large errors really are.
    const double n = 2 * static_cast<double>(points.size());
    const double freedom = n > 8 ? std::sqrt(n / (n - 7)) : 2.5;
    result.calibration.error_m = std::max(kErrorLeastM, result.error_m / std::sqrt(2.0) * freedom);
    return result;
}

}  // namespace vitrina::scene
