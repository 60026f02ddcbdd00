// Cameras that were added in the browser, from their records to the settings that the shop runs with, and
// what is secret of them: user and password, and what stands in the address where the camera takes them
// there. Pure functions but for the sealer's key; any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "pipeline/shop.h"
#include "privacy/sealer.h"
#include "records/shop_store.h"

namespace vitrina::api {

/// What a camera is reached with, whole: never to be shown or logged.
struct CameraAccess {
    std::string address;       // without user and password, but with its query
    std::string view_address;  // of the main stream; empty: the same
    std::string user;
    std::string password;
};

/// Puts it into the record of this id: the addresses as they may be shown, and whole in the sealed secret
/// where that hides something. A camera with nothing to hide has no secret.
void seal_access(const privacy::Sealer& sealer, const CameraAccess& access, records::CameraRecord& camera);
/// Fails when the key is not the one it was sealed with.
[[nodiscard]] Result<CameraAccess> open_access(const privacy::Sealer& sealer,
                                               const records::CameraRecord& camera);
/// Whether a part of an address is hidden in it.
[[nodiscard]] bool is_hidden(const std::string& address);

/// With the credentials in the addresses: never to be shown. `rate`: detections a second that it is due.
/// Fails as open_access().
[[nodiscard]] Result<pipeline::CameraSettings> settings_of(const privacy::Sealer& sealer,
                                                           const records::CameraRecord& camera, double rate);
/// Of a camera for which that fails: it stands among the others, paused, so that what is lost can be given
/// again.
[[nodiscard]] pipeline::CameraSettings settings_without_secret(const records::CameraRecord& camera,
                                                               double rate);

}  // namespace vitrina::api
