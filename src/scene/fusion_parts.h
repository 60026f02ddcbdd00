// What fusion.cpp remembers: pieces of tracklets and people. Private to this folder. Plain data.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "scene/appearance.h"
#include "scene/fusion.h"
#include "scene/walk_filter.h"

namespace vitrina::scene {

using PieceId = std::int64_t;

/// How a piece without an owner agrees with somebody who is seen by others at the same time.
struct Agreement {
    double weight = 0;    // s, fading
    double evidence = 0;  // weighted sum of the log likelihood ratios of the places
    SourceTime since;
    SourceTime last;

    [[nodiscard]] double mean() const { return weight > 0 ? evidence / weight : 0; }
};

struct Piece {
    PieceId id = 0;
    TrackletId tracklet = 0;
    int camera = 0;
    SourceTime since;
    SourceTime last;
    SourceTime last_measured;
    int measured = 0;
    bool ended = false;
    WalkFilter filter;
    Point first_place;
    Looks looks;
    LooksMean recent;  // the newest ones, not in `looks` yet
    SourceTime recent_since;
    double score = 0;  // of the last sighting
    Duration time_error{};
    PersonId person = 0;  // 0: nobody yet
    int revision = 0;
    std::map<PersonId, Agreement> agreements;
    SourceTime disagrees_since;  // the others of its person have been elsewhere
    double disagreement_s = 0;   // for so long

    explicit Piece(const PlanSighting& first) : filter(first) {}
};

enum class Presence : std::uint8_t { kSeen, kLost, kOut };

struct Person {
    PersonId id = 0;
    std::set<PieceId> pieces;  // live ones
    SourceTime born;
    SourceTime last;  // seen
    WalkState state;  // at `last`
    Presence presence = Presence::kSeen;
    bool from_entrance = false;
    bool from_staff_door = false;
    Looks looks;                     // of pieces that have ended
    std::vector<Belonging> history;  // told so far, for when he turns out to be somebody else
    SourceTime next_reunion;         // when to ask again whether he is somebody else
    Point first_place;
    Covariance first_spread;
    std::map<PersonId, Agreement> agreements;  // with people who may be the same
};

}  // namespace vitrina::scene
