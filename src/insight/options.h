// How insight decides. Every limit is a time or a share of the person's own height in the picture, so the
// same walk gives the same facts at any frame rate, picture size and distance from the camera. Plain values.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"
#include "insight/queue_watch.h"
#include "insight/staff_watch.h"

namespace vitrina::insight {

enum class Totals : std::uint8_t { kKept, kNone };

/// The border of the ground on which people are seen, in the unit of the layout: nobody is seen beyond it,
/// and feet that are cut off are clipped to it.
struct Border {
    double within = 0.5;  // what is this close to the border lies on it
    double reach = 1;     // the end of a line that lies on it reaches this much farther
};
inline constexpr Border kPictureBorder{0.5, 1};    // pixels
inline constexpr Border kPlanBorder{0.005, 0.01};  // metres: places on the plan are whole centimetres

struct Options {
    /// How far sightings of different people may be out of step: a late camera, a gap that is filled when the
    /// person is found again. Occupancy and queues are known this much later. Set it to what the source of
    /// the sightings promises; sightings that are later still are dropped.
    Duration lag = std::chrono::milliseconds(500);

    /// A visit ends when the person was seen outside for this long. Shorter steps out stay in the visit. Less
    /// than a second and someone who leans over an edge visits twice. Leave alone.
    Duration leave_after = std::chrono::milliseconds(1000);

    /// Someone unseen for this long is gone; until then a person found again inside was inside all the time.
    /// As long as someone stays behind a shelf or another person. Facts about people who vanish wait for it,
    /// unless person_left() says that there is nothing to wait for.
    Duration unseen_grace = std::chrono::milliseconds(5000);

    /// Someone of whom less than this share of the body is in the picture has not come into a zone yet, or
    /// has left it: where the feet are is a guess then. Lines are watched all the same, because a door is
    /// often at the picture's edge.
    double visible_min = 0.5;

    /// The shortest visit, from its first to its last sighting. Half a second is a fast walk through a zone
    /// of one body height; below it are passing shadows and boxes that jump.
    Duration visit_min = std::chrono::milliseconds(500);

    /// The fewest measured sightings of a visit (filled-in ones don't count): one bad frame, or two, is none.
    int visit_sightings_min = 3;

    /// Half the width of the edge of a zone, in body heights. Nobody enters or leaves by moving within it:
    /// boxes tremble by 2 or 3 % of their height. Narrow zones get a narrower edge.
    double edge_margin = 0.05;

    /// Of the ground that the layout is drawn on. On the floor plan kPlanBorder, else leave alone.
    Border border = kPictureBorder;

    /// A person who is this far beyond a line, in body heights (a short step), for `line_settle_quick`, has
    /// crossed it.
    double line_settle_distance = 0.25;
    Duration line_settle_quick = std::chrono::milliseconds(200);

    /// A person who stays beyond a line for this long has crossed it when he is, on the mean, at least
    /// `line_jitter` body heights away from it: more than a box trembles.
    Duration line_settle_time = std::chrono::milliseconds(1000);
    double line_jitter = 0.05;

    /// Queues at tills, where the layout has such zones.
    QueueOptions queues{};

    /// Staff and customers, where zones say what they are for and somebody is known to work there.
    StaffOptions staff{};

    /// What Insight::summary() tells grows with every visitor: kNone for a camera that never ends.
    Totals totals = Totals::kKept;
};

}  // namespace vitrina::insight
