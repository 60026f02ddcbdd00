// Hands and shelves in, touches out. A deterministic function of the looks at people's bodies, taken in the
// order of time. Rules: src/insight/README.md.
//
// One thread at a time. Borrows the sink, which outlives it.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/reach.h"
#include "insight/insight.h"

namespace vitrina::insight {

/// Lengths are in torsos, shoulders to hips in the picture: the same reach gives the same facts at any
/// distance from the camera.
struct TouchOptions {
    /// A hand that is less sure than this is not seen at all. MoveNet's wrists of hidden arms stay below
    /// 0.15; those that are thin in the picture or seen against goods are often at 0.25.
    double score_min = 0.2;
    /// A hand reaches when its arm is raised by this much and it is this far from the trunk. Arms that hang
    /// or swing are raised by less than 35 degrees; hands before the belly, on a bag or on a trolley are
    /// nearer.
    double raised_min_deg = 45;
    double away_min = 0.65;
    /// A touch is believed after this many looks at the hand in the shelf, over this time: one wrong look, or
    /// two, is none.
    int looks_min = 3;
    Duration touch_min = std::chrono::milliseconds(300);
    /// It ends when the hand was seen elsewhere for this long. Shorter absences are the network's.
    Duration leave_after = std::chrono::milliseconds(500);
    /// Or when it was not seen for this long: somebody stands before it.
    Duration unseen_grace = std::chrono::seconds(3);
    /// A hand this near to where a touch was goes on with it, whichever side the network takes it for.
    /// Torsos.
    double same_place = 0.6;
};

class TouchWatch {
  public:
    /// `layout` is one that parse_layout() accepts.
    TouchWatch(Layout layout, EventIdentity identity, const TouchOptions& options, EventSink& sink);

    /// A look at somebody's body, not earlier than the one before it. Fails on numbers that are none and when
    /// the sink fails.
    [[nodiscard]] Result<void> observe(const Reach& reach);
    /// No more looks at this person will come.
    [[nodiscard]] Result<void> person_left(PersonId person);
    /// The clock: ends touches of hands that are not seen any more.
    [[nodiscard]] Result<void> advance(SourceTime now);
    /// Everything ends.
    [[nodiscard]] Result<void> finish();

  private:
    /// A hand in a shelf, believed or not yet.
    struct Contact {
        std::size_t shelf = 0;
        SourceTime begin;
        SourceTime last;                          // in the shelf
        std::optional<SourceTime> outside_since;  // seen elsewhere
        Point place;                              // of the hand, last
        int looks = 0;
        double score_sum = 0;
        std::array<double, 2> sides{};  // votes, by Side
        std::vector<double> sections;   // votes
    };

    [[nodiscard]] bool is_reaching(const Hand& hand) const;
    [[nodiscard]] std::optional<std::size_t> shelf_at(Point place) const;
    [[nodiscard]] bool takes(std::vector<Contact>& contacts, const Reach& reach, Side side);
    void add(Contact& contact, const Reach& reach, Side side) const;
    [[nodiscard]] Result<void> see_outside(PersonId person, std::vector<Contact>& contacts,
                                           const Reach& reach, const std::array<bool, 2>& taken);
    [[nodiscard]] Result<void> end(PersonId person, const Contact& contact);

    Layout layout_;
    EventIdentity identity_;
    TouchOptions options_;
    EventSink& sink_;
    std::map<PersonId, std::vector<Contact>> people_;  // ordered, so that facts are
};

}  // namespace vitrina::insight
