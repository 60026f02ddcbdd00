// Who and when is counted, out of the command line. Pure function; any thread.
#pragma once

#include "app/insight.h"
#include "base/result.h"
#include "insight/space.h"

namespace vitrina::app {

/// Fails (kConfiguration) with the option and what is wrong with it.
[[nodiscard]] Result<insight::SpaceFilter> space_filter_of(const InsightRequest& request);

}  // namespace vitrina::app
