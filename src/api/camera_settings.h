// Cameras that were added in the browser, from their records to the settings that the shop runs with, and
// their secrets. Pure functions but for the sealer's key; any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "pipeline/shop.h"
#include "privacy/sealer.h"
#include "records/shop_store.h"

namespace vitrina::api {

struct CameraSecret {
    std::string user;
    std::string password;
};

/// Empty for a camera without user and password.
[[nodiscard]] std::string seal_secret(const privacy::Sealer& sealer, const std::string& camera,
                                      const CameraSecret& secret);
/// Fails when the key is not the one it was sealed with.
[[nodiscard]] Result<CameraSecret> open_secret(const privacy::Sealer& sealer,
                                               const records::CameraRecord& camera);

/// With the credentials in the addresses: never to be shown. Fails as open_secret().
[[nodiscard]] Result<pipeline::CameraSettings> settings_of(const privacy::Sealer& sealer,
                                                           const records::CameraRecord& camera);

}  // namespace vitrina::api
