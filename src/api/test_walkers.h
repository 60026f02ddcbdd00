// People who walk through a camera's picture, for tests of what is learnt from them.
#pragma once

#include <string>

#include "api/test_shop.h"
#include "domain/plan.h"

namespace vitrina::api {

/// The camera that sees them.
[[nodiscard]] CameraCalibration walked_camera();

/// Tells the shop some hundred pictures of them, one a second from `begin` on.
void walk_through(TestShop& shop, const std::string& camera, UtcTime begin);

}  // namespace vitrina::api
