// The shop's floor: what stands where, in metres, and where its cameras are. Plain data; plan_file.h reads
// and checks the JSON form. x grows to the right and y downwards, as the plan is drawn, from its upper left
// corner; height grows from the floor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "domain/layout.h"

namespace vitrina {

struct Wall {
    Point from;  // m
    Point to;
};

enum class DoorUse : std::uint8_t {
    kEntrance,  // visitors come and go
    kStaff,     // nobody who comes through it is a new visitor
    kInner,     // between two rooms of the shop: a gap in the walls
};

struct Door {
    std::string name;  // unique among doors
    Point from;        // m
    Point to;
    DoorUse use = DoorUse::kEntrance;
};

/// Shelves, tills, tables: nobody stands in them, and they hide what is behind them.
struct Fixture {
    std::string name;  // unique among fixtures
    Polygon polygon;   // m
    double height_m = 1.5;
};

/// How a picture and the floor belong together: a pinhole camera with radial distortion.
///
/// A point at picture radius r (pixels from `center`, in half diagonals of the picture) would stand at
/// r / (1 + k1 * r * r) without distortion; k1 < 0 where straight lines bend outwards (Fitzgibbon's division
/// model). `pan_deg` is where the camera looks on the plan, 0 to the right, 90 downwards; `tilt_deg` how far
/// below the horizon; `roll_deg` how far the camera is turned clockwise about its axis.
struct CameraCalibration {
    double width = 0;  // px, the picture that the numbers are for; other sizes are scaled
    double height = 0;
    double focal_px = 0;
    Point center;  // px
    double k1 = 0;
    Point place;          // m on the plan, below the lens
    double height_m = 0;  // of the lens
    double pan_deg = 0;
    double tilt_deg = 0;
    double roll_deg = 0;
    double error_m = 0;  // standard deviation on the floor, from how it was made
    friend bool operator==(const CameraCalibration&, const CameraCalibration&) = default;
};

/// Where a camera hangs that is not calibrated, and where it looks.
struct CameraStand {
    Point place;  // m
    double pan_deg = 0;
};

struct PlacedCamera {
    std::string camera;  // its id
    std::optional<CameraCalibration> calibration;
    std::optional<CameraStand> stand{};  // for reading: nothing is computed from it
};

struct Plan {
    std::string version;  // a name for this state of the plan; stands in each event
    double width_m = 0;
    double depth_m = 0;
    std::string drawing;         // a picture to see below it, by its id; may be empty
    Point drawing_at;            // m, its upper left corner; it may reach over the plan's edges
    double drawing_width_m = 0;  // 0: as wide as the plan
    std::vector<Zone> zones;     // m
    std::vector<Line> lines;     // m
    std::vector<Wall> walls;
    std::vector<Door> doors;
    std::vector<Fixture> fixtures;
    std::vector<PlacedCamera> cameras;
};

/// Facts of the plan's zones and lines name this in place of a camera; no camera has this id.
inline constexpr const char* kPlanCamera = "plan";
/// While no zone is drawn, the whole floor is one.
inline constexpr const char* kWholeFloor = "floor";

/// The plan as what insight watches: zones and lines in metres.
[[nodiscard]] inline Layout floor_layout(const Plan& plan) {
    return {plan.version, plan.width_m, plan.depth_m, plan.zones, plan.lines};
}

}  // namespace vitrina
