// What of a shop can be audited: its lines and zones, and which camera shows each of them where. Pure
// functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/layout.h"
#include "domain/plan.h"
#include "records/audit_store.h"

namespace vitrina::pipeline {

/// What is drawn into the pictures of a clip; points in shares of the picture's width and height.
struct AuditDrawing {
    std::vector<Point> points;      // of a line two, of a zone its corners
    std::optional<Point> in_arrow;  // of a line: from its middle to here is "in"
};

struct FilmedPlace {
    records::AuditPlace place;
    std::string film;  // the camera whose pictures show it; empty: none does
    AuditDrawing drawing;
};

/// Of a camera's own layout.
[[nodiscard]] std::vector<FilmedPlace> places_of(const std::string& camera, const Layout& layout);
/// Of the floor plan, as its nearest calibrated camera shows each.
[[nodiscard]] std::vector<FilmedPlace> places_of(const Plan& plan);

/// As it is stored and given to pages: {"points": [[x, y], ...], "in": [x, y]}.
[[nodiscard]] std::string to_json(const AuditDrawing& drawing);

}  // namespace vitrina::pipeline
