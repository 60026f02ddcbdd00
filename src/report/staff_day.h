// A day of those who work in a shop: who was there when, doing what, with how many customers, and how long
// these had waited. From facts (work, talks, stands: domain/event.h). Pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "domain/event.h"

namespace vitrina::report {

/// What somebody did: an activity, or a talk on top of any.
enum class Doing : std::uint8_t { kTill, kStockRoom, kFloor, kIdle, kTalking };
inline constexpr std::size_t kDoings = 5;
/// "till", "stock_room", "floor", "idle", "talking".
[[nodiscard]] std::string_view to_text(Doing doing);

/// Facts of some days, by their begins; those that lie outside a day are passed over.
struct StaffFacts {
    std::vector<LiveEvent> work;
    std::vector<LiveEvent> talks;
    std::vector<LiveEvent> stands;                     // of customers
    std::map<PersonId, std::int64_t> members;          // who works here; 0: nobody said who
    std::unordered_map<PersonId, std::int64_t> spent;  // by customers, in minor units of money
};

struct Stretch {
    UtcTime from;
    UtcTime to;
    Doing doing = Doing::kFloor;
    std::string place;
};

/// Out of sight or in a zone for staff alone for at least kBreakMin, between two times at work elsewhere. A
/// cashier who waits behind a door until a till opens is on a break by this.
struct Break {
    UtcTime from;
    UtcTime to;
};
inline constexpr std::chrono::minutes kBreakMin{10};
/// Longer is no break: who comes again after it works a second shift.
inline constexpr std::chrono::hours kBreakMax{6};

/// Of how many something is the middle. Nothing of none.
struct Spread {
    std::int64_t count = 0;
    Duration median{};
    Duration p90{};
};

struct Talks {
    std::int64_t talks = 0;
    std::int64_t by_staff = 0;     // staff came to the customer
    std::int64_t by_customer = 0;  // the customer came
    std::int64_t customers = 0;    // different ones
    std::int64_t buyers = 0;       // of them, whose receipt is known
    Spread length;
    Spread wait;  // of those to whom staff came
};

using Spent = std::array<Duration, kDoings>;

struct MemberDay {
    std::int64_t member = 0;   // 0: those whom nobody named, together
    std::int64_t numbers = 0;  // under which they were seen
    UtcTime arrived;
    UtcTime seen;  // last
    Spent spent{};
    Duration away{};                 // in a shift, out of sight; nothing of those without a name
    std::int64_t shifts = 0;         // likewise
    std::vector<Break> breaks;       // likewise
    std::vector<Stretch> stretches;  // likewise
    Talks talks;
};

struct StaffDay {
    UtcTime from;
    UtcTime to;
    std::vector<MemberDay> members;  // by number
    Spent spent{};                   // by all
    Talks talks;
    /// Customers who stood somewhere for at least kServedAfter, and those of them with whom anybody talked.
    std::int64_t customers = 0;
    std::int64_t served = 0;
};
inline constexpr std::chrono::seconds kServedAfter{15};

/// What began in [from, to). A member who is seen under several numbers at once is there once.
[[nodiscard]] StaffDay staff_day(const StaffFacts& facts, UtcTime from, UtcTime to);

}  // namespace vitrina::report
