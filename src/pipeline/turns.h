// Whose picture the network looks at next: fair shares of the networks' time among all cameras. Pure
// functions over plain values; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/time.h"

namespace vitrina::pipeline {

/// A camera as it waits for its turn.
struct Turn {
    Duration period{};     // between two pictures that it is due, above zero
    SourceTime due;        // when the next is
    SourceTime last;       // when the last was taken
    bool has_new = false;  // a picture is there
    bool in_work = false;  // its last picture is still being looked at
    bool lively = false;   // people are there: as often as there is time left, up to twice the rate
};

/// The camera that is most overdue, in its own periods; when none is due, a lively one that has waited half a
/// period. Nothing when nobody's turn has come.
[[nodiscard]] std::optional<std::size_t> next_turn(std::span<const Turn> turns, SourceTime now);

/// When next_turn() may have another answer without a new picture. Empty: not before one comes.
[[nodiscard]] std::optional<SourceTime> next_change(std::span<const Turn> turns, SourceTime now);

/// When the turn after one at `now` is due: in step with the ones before, but nothing is caught up.
[[nodiscard]] SourceTime due_after(const Turn& turn, SourceTime now);

}  // namespace vitrina::pipeline
