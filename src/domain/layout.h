// Where things are in a camera's picture: zones, directed lines and shelves. Plain data; layout_file.h reads
// and checks the JSON form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/geometry.h"

namespace vitrina {

/// What a zone is for. Every zone has visits, whatever its kind.
enum class ZoneKind : std::uint8_t {
    kArea,
    kDepartment,  // a part of the shop that sells; between these people flow
    kQueue,       // where one waits for a till
    kService,     // where one stands while being served at a till
    kCashier,     // where the till's cashier stands
    kStaff,       // for staff only
};

struct Zone {
    std::string name;  // unique among zones
    Polygon polygon;   // pixels of the layout's picture
    ZoneKind kind = ZoneKind::kArea;
    // Of kQueue, kService and kCashier; empty for the others. The initialiser lets a zone be made without it.
    std::string till{};
};

/// A line that people cross. Going from its left to its right, seen by someone who stands at `from` and looks
/// to `to` in the picture, is "in"; the other way is "out".
struct Line {
    std::string name;  // unique among lines
    Point from;
    Point to;
};

/// Where goods are, in the camera's picture: hands that reach into it touch something. Other than zones,
/// shelves are drawn where they are seen, not on the floor.
struct Shelf {
    std::string name;  // unique among shelves
    Polygon polygon;
    std::vector<Zone> sections;  // parts of it, if it is divided; names unique within the shelf
};

struct Layout {
    std::string version;  // a name for this state of the layout; stands in each event
    double width = 0;     // the picture in whose pixels the corners are given; other sizes are scaled to it
    double height = 0;
    std::vector<Zone> zones;
    std::vector<Line> lines;
    std::vector<Shelf> shelves = {};
};

/// Without a layout the whole picture is the zone "picture".
[[nodiscard]] inline Layout whole_picture(double width, double height) {
    return {"picture", width, height, {{"picture", {{0, 0}, {width, 0}, {width, height}, {0, height}}}},
            {},        {}};
}

}  // namespace vitrina
