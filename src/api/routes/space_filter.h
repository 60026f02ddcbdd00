// Which hours and weekdays figures of the floor are asked of. Pure functions; any thread.
#pragma once

#include <chrono>

#include "api/fields.h"
#include "insight/space.h"

namespace vitrina::api {

/// What is computed from paths is asked of so long at most: a quarter of a year, some ten seconds of work.
inline constexpr std::chrono::days kSpaceSpanMax{93};

/// hours= and weekdays=, of the shop's clock; all without them.
[[nodiscard]] insight::SpaceFilter space_filter_of(QueryFields& fields);

}  // namespace vitrina::api
