// Facts on their way out, with an identity and a revision. Plain data; event_json.h writes the JSON form
// whose schemas are under docs/events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "domain/reach.h"
#include "domain/sighting.h"

namespace vitrina {

/// A person's stay in a zone.
struct Visit {
    PersonId person = 0;
    std::string zone;
    SourceTime begin;
    SourceTime end;
};

enum class Direction : std::uint8_t { kIn, kOut };

/// A person's feet went over a line.
struct Crossing {
    PersonId person = 0;
    std::string line;
    Direction direction = Direction::kIn;
    SourceTime at;
};

/// How many people are in a zone from this moment until the next such fact of the zone.
struct Occupancy {
    std::string zone;
    int people = 0;
    SourceTime at;
};

/// A person's hand was in a shelf.
struct Touch {
    PersonId person = 0;
    std::string shelf;
    std::string section;  // empty: the shelf is not divided, or the hand was in none of its sections
    Side hand = Side::kLeft;
    SourceTime begin;
    SourceTime end;
};

/// How many wait in a queue from this moment on, not those being served.
struct Queue {
    std::string queue;
    int length = 0;
    Duration wait{};  // what somebody who joins now may expect
    SourceTime at;
};

enum class WaitEnd : std::uint8_t {
    kServed,
    kAbandoned,  // left without being served
    kMoved,      // went over to another queue
};

/// A person's time in a queue, until served or gone.
struct Wait {
    PersonId person = 0;
    std::string queue;
    SourceTime begin;
    SourceTime end;
    WaitEnd outcome = WaitEnd::kServed;
};

/// A person stood at a till and was served.
struct Service {
    PersonId person = 0;
    std::string till;
    SourceTime begin;
    SourceTime end;
};

enum class WhoIs : std::uint8_t { kCustomer, kStaff };
enum class LabelBy : std::uint8_t {
    kModel,  // what it looks like
    kMark,   // somebody said so
};

/// What somebody's face says over a visit. One for each person; what is known better later is its next
/// revision.
struct Traits {
    PersonId person = 0;
    Sex sex = Sex::kUnknown;  // unknown: it can't be told
    int age = 0;              // years
    int age_low = 0;          // the true age lies between these in about four of five cases, bounds included
    int age_high = 0;
    SourceTime at;  // of the first look that counted
};

/// Whether a person works here. One for each person; what is known better later is its next revision.
struct Label {
    PersonId person = 0;
    WhoIs who = WhoIs::kCustomer;
    LabelBy by = LabelBy::kModel;
    SourceTime at;  // when the person was first seen
    std::int64_t
        member{};  // of staff whom somebody named: the number under which the name is sealed; 0: none
};

/// What somebody who works here does, by where he is and whether he moves. Talks are facts of their own, and
/// go on top.
enum class Activity : std::uint8_t {
    kTill,       // at a cashier's place
    kStockRoom,  // in a zone for staff only
    kFloor,      // anywhere else
    kIdle,       // there, and standing for longer than one looks round
};

/// A stretch of one person's work. Long ones are told in pieces, each from where the one before ended.
struct Work {
    PersonId person = 0;
    Activity activity = Activity::kFloor;
    std::string place;  // the till, or the zone for staff; empty of the others
    SourceTime begin;
    SourceTime end;
};

/// A customer stood at one place.
struct Stand {
    PersonId person = 0;
    std::string zone;  // a department, or another area; empty: in none
    SourceTime begin;
    SourceTime end;
};

/// Who went to whom: the one who stood there already was gone to.
enum class Approach : std::uint8_t { kStaff, kCustomer, kBoth };

/// A customer and somebody who works here stood face to face, as far as can be told from where they stood.
struct Talk {
    PersonId person = 0;  // the customer
    PersonId staff = 0;
    std::string zone;  // as of Stand
    Approach approach = Approach::kBoth;
    Duration wait{};  // how long the customer had stood there until staff came; none when he went to them
    double distance_m = 0;  // between the two, on the mean
    SourceTime begin;
    SourceTime end;
};

/// "female", "male", "unknown".
[[nodiscard]] constexpr std::string_view to_text(Sex sex) {
    if (sex == Sex::kUnknown) return "unknown";
    return sex == Sex::kFemale ? "female" : "male";
}
/// "customer", "staff".
[[nodiscard]] constexpr std::string_view to_text(WhoIs who) {
    return who == WhoIs::kStaff ? "staff" : "customer";
}
/// "model", "mark".
[[nodiscard]] constexpr std::string_view to_text(LabelBy by) {
    return by == LabelBy::kMark ? "mark" : "model";
}
/// "till", "stock_room", "floor", "idle".
[[nodiscard]] constexpr std::string_view to_text(Activity activity) {
    constexpr std::string_view kNames[] = {"till", "stock_room", "floor", "idle"};
    return kNames[static_cast<std::size_t>(activity)];
}
/// "staff", "customer", "both".
[[nodiscard]] constexpr std::string_view to_text(Approach approach) {
    constexpr std::string_view kNames[] = {"staff", "customer", "both"};
    return kNames[static_cast<std::size_t>(approach)];
}

using Fact =
    std::variant<Visit, Crossing, Occupancy, Touch, Queue, Wait, Service, Label, Work, Stand, Talk, Traits>;

struct Event {
    std::string id;    // the same input gives the same id; stable over revisions
    int revision = 1;  // grows when the fact is corrected
    std::string shop;
    std::string camera;
    std::string layout;     // version of the layout that the fact was computed with
    double confidence = 0;  // 0..1, see docs/events/README.md
    Fact fact;
};

/// An event of a live camera: its fact's times are on the camera's own clock, these are the world's.
struct LiveEvent {
    Event event;
    UtcTime begin;
    UtcTime end;  // equal to begin for what has no duration
};

/// Where facts go as they become known. Called from one thread.
class EventSink {
  public:
    EventSink() = default;
    EventSink(const EventSink&) = delete;
    EventSink& operator=(const EventSink&) = delete;
    virtual ~EventSink() = default;
    [[nodiscard]] virtual Result<void> accept(const Event& event) = 0;
};

}  // namespace vitrina
