#include "api/camera_settings.h"

#include <nlohmann/json.hpp>

#include "video/address.h"
#include "video/live_camera.h"

namespace vitrina::api {
namespace {

std::string context_of(const std::string& camera) {
    return "camera:" + camera;
}

}  // namespace

bool is_hidden(const std::string& address) {
    return address.find("***") != std::string::npos;  // as video::redacted() writes it
}

void seal_access(const privacy::Sealer& sealer, const CameraAccess& access, records::CameraRecord& camera) {
    nlohmann::json secret = nlohmann::json::object();
    const auto keep = [&](const char* name, const std::string& value) {
        if (!value.empty()) secret[name] = value;
    };
    keep("user", access.user);
    keep("password", access.password);
    camera.address = video::redacted(access.address);
    if (is_hidden(camera.address)) keep("address", access.address);
    camera.view_address = video::redacted(access.view_address);
    if (is_hidden(camera.view_address)) keep("view_address", access.view_address);
    camera.sealed_secret = secret.empty() ? std::string() : sealer.seal(secret.dump(), context_of(camera.id));
}

Result<CameraAccess> open_access(const privacy::Sealer& sealer, const records::CameraRecord& camera) {
    CameraAccess access{camera.address, camera.view_address, {}, {}};
    if (camera.sealed_secret.empty()) return access;
    TRY_ASSIGN(const std::string text, sealer.open_sealed(camera.sealed_secret, context_of(camera.id)));
    const auto secret = nlohmann::json::parse(text, nullptr, false);
    if (!secret.is_object())
        return failed("the secret of camera " + camera.id + " is not in a form that is known");
    access.address = secret.value("address", access.address);
    access.view_address = secret.value("view_address", access.view_address);
    access.user = secret.value("user", "");
    access.password = secret.value("password", "");
    return access;
}

namespace {

/// As far as it is no secret.
pipeline::CameraSettings open_settings(const records::CameraRecord& camera, double rate) {
    pipeline::CameraSettings settings;
    settings.id = camera.id;
    settings.name = camera.name;
    settings.address = camera.address;
    settings.view_address = camera.view_address;
    settings.udp = camera.udp;
    settings.paused = camera.paused;
    settings.rate = rate;
    return settings;
}

}  // namespace

Result<pipeline::CameraSettings> settings_of(const privacy::Sealer& sealer,
                                             const records::CameraRecord& camera, double rate) {
    TRY_ASSIGN(const CameraAccess access, open_access(sealer, camera));
    pipeline::CameraSettings settings = open_settings(camera, rate);
    settings.address = video::with_credentials(access.address, access.user, access.password);
    settings.view_address = video::with_credentials(access.view_address, access.user, access.password);
    return settings;
}

pipeline::CameraSettings settings_without_secret(const records::CameraRecord& camera, double rate) {
    pipeline::CameraSettings settings = open_settings(camera, rate);
    settings.paused = true;
    settings.password_lost = true;
    return settings;
}

}  // namespace vitrina::api
