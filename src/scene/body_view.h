// What a camera should see of somebody who stands at a place, and what a box that it saw says of him: by feet
// and head, or by the head alone where the feet are hidden by a fixture, by people or by the picture's edge.
// Immutable after it was made; any thread.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "domain/plan.h"
#include "scene/body_filter.h"
#include "scene/camera_model.h"

namespace vitrina::scene {

struct BodyOptions {
    /// Standard deviation of where a box ends, as a share of its height: what detectors do on real pictures
    /// (scripts/fit_noise.sh measures it), and twice, because their errors last for some pictures. Leave
    /// alone unless the detector is another.
    double foot_noise = 0.02;
    double side_noise = 0.015;
    double head_noise = 0.015;
    double noise_px_min = 1.0;
    /// How tall people are before anything is known of this one.
    double height_m = 1.70;
    double height_spread_m = 0.11;
    /// What no camera's calibration is better than, m.
    double bias_m = 0.05;
    /// Of a camera whose calibration doesn't say how good it is.
    double bias_unknown_m = 0.15;
};

struct BodyView {
    Box whole;                      // px; may reach over the picture's edge
    Box open;                       // what fixtures and the picture's edge leave of it
    double visible = 0;             // open / whole, 0..1
    bool on_feet = true;            // no fixture hides the feet
    double hidden_m = 0;            // up to this height, by fixtures
    std::array<Slope, 3> slopes{};  // of the whole box's middle, top and bottom
};

/// How well a box and somebody who is expected in the picture fit together.
struct BodyFit {
    /// Log of how much likelier the box's middle, top and bottom are for him than for anybody else of usual
    /// height, of whom there is one on each square metre.
    double evidence = 0;
    bool on_feet = true;  // the box ends at his feet, not where something begins that hides them
};

class BodyCamera {
  public:
    BodyCamera(const CameraCalibration& calibration, const Plan& plan, const BodyOptions& options);

    /// Empty when nothing of him is in the picture, or something hides all of him.
    [[nodiscard]] std::optional<BodyView> view(Point place, double height_m) const;

    /// `body` at the moment of the picture, seen as `view`. `covered`: others stand before him.
    [[nodiscard]] BodyFit fit(const BodyFilter& body, const BodyView& view, const Box& box,
                              double time_error_s, bool covered) const;
    void see(BodyFilter& body, const BodyView& view, const Box& box, const BodyFit& fit,
             double time_error_s) const;
    /// Somebody new who is seen so; empty where nobody can stand.
    [[nodiscard]] std::optional<BodyFilter> begin(SourceTime at, const Box& box, bool covered) const;
    /// The box of his whole body as far as only people hide it: what `box`, which ends where somebody begins,
    /// shows of him.
    [[nodiscard]] Box completed(const BodyFilter& body, const Box& box) const;

    /// Where the lower edge of a box is on the floor; empty where it is not of feet, or too far away.
    [[nodiscard]] std::optional<Point> feet(const Box& box) const;

    [[nodiscard]] const CameraCalibration& calibration() const { return model_.calibration(); }

  private:
    struct Noise {
        double side = 0;  // px^2
        double head = 0;
        double foot = 0;
    };
    [[nodiscard]] Noise noise_of(double height_px) const;
    [[nodiscard]] std::optional<Box> whole_box(Point place, double height_m) const;
    [[nodiscard]] double hidden_below(Point place) const;
    [[nodiscard]] bool wall_before(Point place) const;
    [[nodiscard]] double bias(const Slope& slope) const;
    [[nodiscard]] bool cut_above(const Box& box) const { return box.y <= kEdgePx; }
    [[nodiscard]] bool cut_below(const Box& box) const;
    [[nodiscard]] bool cut_beside(const Box& box) const;
    [[nodiscard]] std::optional<BodyFilter> begin_at(SourceTime at, Point guess, double height_m,
                                                     const Box& box, bool on_feet) const;

    static constexpr double kEdgePx = 2;

    CameraModel model_;
    BodyOptions options_;
    std::vector<Fixture> fixtures_;  // those that may hide somebody
    std::vector<Wall> walls_;
    std::vector<Door> doors_;
    double bias_squared_ = 0;  // m^2
};

}  // namespace vitrina::scene
