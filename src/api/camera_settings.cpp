#include "api/camera_settings.h"

#include <nlohmann/json.hpp>

#include "video/live_camera.h"

namespace vitrina::api {
namespace {

std::string context_of(const std::string& camera) {
    return "camera:" + camera;
}

}  // namespace

std::string seal_secret(const privacy::Sealer& sealer, const std::string& camera,
                        const CameraSecret& secret) {
    if (secret.user.empty() && secret.password.empty()) return {};
    return sealer.seal(nlohmann::json{{"user", secret.user}, {"password", secret.password}}.dump(),
                       context_of(camera));
}

Result<CameraSecret> open_secret(const privacy::Sealer& sealer, const records::CameraRecord& camera) {
    if (camera.sealed_secret.empty()) return CameraSecret{};
    TRY_ASSIGN(const std::string text, sealer.open_sealed(camera.sealed_secret, context_of(camera.id)));
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object())
        return failed("the secret of camera " + camera.id + " is not in a form that is known");
    return CameraSecret{json.value("user", ""), json.value("password", "")};
}

Result<pipeline::CameraSettings> settings_of(const privacy::Sealer& sealer,
                                             const records::CameraRecord& camera) {
    TRY_ASSIGN(const CameraSecret secret, open_secret(sealer, camera));
    const auto with_secret = [&](const std::string& address) {
        if (address.empty() || camera.sealed_secret.empty()) return address;
        return video::with_credentials(address, secret.user, secret.password);
    };
    pipeline::CameraSettings settings;
    settings.id = camera.id;
    settings.name = camera.name;
    settings.address = with_secret(camera.address);
    settings.view_address = with_secret(camera.view_address);
    settings.udp = camera.udp;
    settings.paused = camera.paused;
    return settings;
}

}  // namespace vitrina::api
