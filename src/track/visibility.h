// How much of a person is inside the picture, told from the boxes of the smoothed path. For whoever decides
// when a person has come and gone (insight): a track begins with a head at the picture's edge and ends with a
// heel. Pure function.
#pragma once

#include <span>
#include <vector>

#include "domain/track.h"
#include "track/edge.h"

namespace vitrina::track {

/// For each box of one track's path, which is sorted by time, the share (0..1) of the whole body's box that
/// is inside the picture.
///
/// A box clear of all edges is whole: 1. One at an edge is compared with the whole boxes nearest in time: at
/// the lower edge its height with theirs, and, because the person may have come nearer since, with the height
/// that its width would have with their proportions; the geometric mean of both counts. At the sides the same
/// with width and height exchanged. A person who was never whole is compared with the most that was seen of
/// him. What hides a body inside the picture, a shelf or another person, is not judged.
[[nodiscard]] std::vector<double> visible_shares(std::span<const TrackBox> path, PictureSize picture);

}  // namespace vitrina::track
