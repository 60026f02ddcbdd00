// What differs between two layouts: whose facts are to be computed again. Pure; any thread.
#pragma once

#include <set>
#include <string>

#include "domain/layout.h"

namespace vitrina::api {

/// Zones and lines that are in one of two layouts only, or elsewhere in the other.
[[nodiscard]] std::set<std::string> changed_places(const Layout& before, const Layout& after);

}  // namespace vitrina::api
