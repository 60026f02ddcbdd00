// The table of all routes, as docs/api.md and openapi.json describe them.
#pragma once

#include "api/router.h"

namespace vitrina::api {

[[nodiscard]] Router all_routes();

}  // namespace vitrina::api
