// Cameras: state, adding, changing, testing. Addresses without credentials go out only to administrators, and
// passwords to nobody.
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/camera_settings.h"
#include "api/fields.h"
#include "api/routes/handlers.h"
#include "video/view.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;
using Records = std::vector<records::CameraRecord>;

constexpr std::chrono::milliseconds kTestMax{4'000};  // somebody waits at the screen, and so does stopping
constexpr std::size_t kIdLengthMax = 32;
constexpr int kIdsTried = 20;  // doors of one shop

const records::CameraRecord* find(const Records& cameras, const std::string& id) {
    const auto found =
        std::find_if(cameras.begin(), cameras.end(), [&](const auto& camera) { return camera.id == id; });
    return found == cameras.end() ? nullptr : &*found;
}

/// "rtsp://host:554" of an address: who gets the password.
std::string_view receiver_of(std::string_view address) {
    const std::size_t host = address.find("://");
    if (host == std::string_view::npos) return address;
    return address.substr(0, address.find_first_of("/?#", host + 3));
}

bool has_credentials(std::string_view address) {
    return address.find("://") != std::string_view::npos && receiver_of(address).find('@') != address.npos;
}

Json json_of(const pipeline::CameraState& state, const records::CameraRecord* record) {
    return {{"id", state.settings.id},
            {"name", state.settings.name},
            {"address", record != nullptr ? record->address : state.shown_address},
            {"view_address", record != nullptr ? record->view_address : ""},
            {"has_password", has_credentials(state.settings.address)},
            {"udp", state.settings.udp},
            {"read_only", state.settings.read_only},
            {"paused", state.settings.paused},
            {"status", to_text(state.status)},
            {"reason", state.reason},
            {"codec", state.codec},
            {"width", state.width},
            {"height", state.height},
            {"frame_rate", state.frame_rate},
            {"analysed_rate", state.analysed_rate},
            {"bit_rate", state.bit_rate},
            {"jitter_ms", state.jitter_ms},
            {"clock_offset_ms", state.clock_offset_ms},
            {"analysis_delay_ms_p95", state.analysis_delay_ms_p95},
            {"decoded", state.decoded},
            {"analysed", state.analysed},
            {"skipped", state.skipped},
            {"damaged", state.damaged},
            {"reconnects", state.reconnects},
            {"without_picture_s", state.without_picture_s},
            {"people", state.people},
            {"layout", state.layout},
            {"mp4", state.has_mp4}};
}

/// Others than administrators see addresses as they may be shown: cameras take secrets in the query too.
Result<Records> records_for(const Request& request, const Services& services) {
    if (request.who->role != Role::kAdministrator) return Records();
    return services.shop_records.cameras();
}

Response jpeg_response(const Picture& picture) {
    const auto jpeg = video::to_jpeg(picture);
    Response response;
    response.type = "image/jpeg";
    response.body.assign(jpeg.begin(), jpeg.end());
    return response;
}

tl::unexpected<HttpError> no_such_camera(const std::string& id) {
    return not_found(fmt::format("camera \"{}\" is not there", id));
}

Reply camera_response(const Request& request, const Services& services, const std::string& id, int status) {
    const auto state = services.shop.camera(id);
    if (!state) return no_such_camera(id);
    TRY_ASSIGN(const Records cameras, records_for(request, services));
    return json_response(json_of(*state, find(cameras, id)), status);
}

/// Small letters and digits of the name, others as one "-"; "camera" where nothing is left.
std::string id_from(const std::string& name) {
    std::string id;
    for (char c : name) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (fits) {
            id += c;
        } else if (!id.empty() && id.back() != '-') {
            id += '-';
        }
    }
    id.resize(std::min(id.size(), kIdLengthMax - 3));  // leaves room for "-20"
    while (id.ends_with('-'))
        id.pop_back();
    // "test" is what POST /api/cameras/test is called.
    return id.empty() || id == "test" ? "camera" : id;
}

std::string numbered(const std::string& id, int number) {
    return number == 1 ? id : fmt::format("{}-{}", id, number);
}

/// Saves it under an id that no other camera has or had.
Result<void> save_new(records::CameraRecord& camera, const std::optional<CameraSecret>& secret,
                      const Services& services) {
    const std::string wanted = id_from(camera.name);
    Result<void> saved =
        misconfigured("too many cameras are called " + camera.name + "; choose another name");
    for (int number = 1; number <= kIdsTried && !saved; ++number) {
        camera.id = numbered(wanted, number);
        if (services.shop.camera(camera.id)) continue;
        if (secret) camera.sealed_secret = seal_secret(services.sealer, camera.id, *secret);
        saved = services.shop_records.save_camera(camera);
    }
    return saved;
}

Result<void> check_addresses(const records::CameraRecord& camera) {
    const auto checked = [](const char* name, const std::string& address) -> Result<void> {
        const auto right = video::check_camera_address(address);
        if (!right) return misconfigured(fmt::format("\"{}\": {}", name, right.error().message));
        return {};
    };
    TRY(checked("address", camera.address));
    if (!camera.view_address.empty()) TRY(checked("view_address", camera.view_address));
    return {};
}

std::optional<CameraSecret> given_secret(const std::optional<std::string>& user,
                                         const std::optional<std::string>& password) {
    if (!user && !password) return std::nullopt;
    return CameraSecret{user.value_or(""), password.value_or("")};
}

/// A camera of the records, which may be changed here.
tl::expected<records::CameraRecord, HttpError> changeable(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    const auto state = services.shop.camera(id);
    TRY_ASSIGN(const Records cameras, services.shop_records.cameras());
    const records::CameraRecord* const record = find(cameras, id);
    if (state && state->settings.read_only)
        return refuse({409, "read_only", "this camera stands in vitrina.yaml; change it there"});
    if (record == nullptr) return no_such_camera(id);
    return *record;
}

}  // namespace

Reply list_cameras(const Request& request, const Services& services) {
    TRY_ASSIGN(const Records cameras, records_for(request, services));
    Json list = Json::array();
    for (const pipeline::CameraState& state : services.shop.cameras())
        list.push_back(json_of(state, find(cameras, state.settings.id)));
    return json_response({{"cameras", std::move(list)}});
}

Reply get_camera(const Request& request, const Services& services) {
    return camera_response(request, services, request.parameter("id"), 200);
}

Reply add_camera(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    records::CameraRecord camera;
    camera.name = fields.text("name");
    camera.address = fields.text("address", kAddressLengthMax);
    camera.view_address = fields.optional_text("view_address", kAddressLengthMax).value_or("");
    camera.udp = fields.optional_flag("udp").value_or(false);
    camera.paused = fields.optional_flag("paused").value_or(false);
    camera.added = services.now();
    const auto user = fields.optional_text("user", kSecretLengthMax);
    const auto password = fields.optional_text("password", kSecretLengthMax);
    TRY(fields.done());
    TRY(check_addresses(camera));
    TRY(save_new(camera, given_secret(user, password), services));
    TRY_ASSIGN(const auto settings, settings_of(services.sealer, camera));
    TRY(services.shop.set_camera(settings));
    return camera_response(request, services, camera.id, 201);
}

Reply change_camera(const Request& request, const Services& services) {
    auto found = changeable(request, services);
    if (!found) return refuse(found.error());
    records::CameraRecord camera = std::move(*found);
    const std::string before = camera.address;
    const std::string view_before = camera.view_address;

    TRY_ASSIGN(auto fields, BodyFields::of(request));
    if (auto name = fields.optional_text("name"); name && !name->empty()) camera.name = *name;
    camera.address = fields.optional_text("address", kAddressLengthMax).value_or(camera.address);
    camera.view_address =
        fields.optional_text("view_address", kAddressLengthMax).value_or(camera.view_address);
    camera.udp = fields.optional_flag("udp").value_or(camera.udp);
    camera.paused = fields.optional_flag("paused").value_or(camera.paused);
    const auto user = fields.optional_text("user", kSecretLengthMax);
    const auto password = fields.optional_text("password", kSecretLengthMax);
    TRY(fields.done());
    TRY(check_addresses(camera));

    // Or whoever may change a camera could have its password sent to a computer of his own.
    const auto knows_password = [&](const std::string& address) {
        return address.empty() || receiver_of(address) == receiver_of(before) ||
               (!view_before.empty() && receiver_of(address) == receiver_of(view_before));
    };
    if (!password && !camera.sealed_secret.empty() &&
        !(knows_password(camera.address) && knows_password(camera.view_address)))
        return refuse(
            {422, "password_needed", "the address leads to another computer: give the password again"});
    if (user || password) {
        CameraSecret secret;
        // Where both are given, the old one need not be readable: its key may be lost.
        if (!(user && password)) {
            TRY_ASSIGN(secret, open_secret(services.sealer, camera));
        }
        camera.sealed_secret = seal_secret(services.sealer, camera.id,
                                           {user.value_or(secret.user), password.value_or(secret.password)});
    }
    TRY_ASSIGN(const auto settings, settings_of(services.sealer, camera));
    TRY(services.shop_records.save_camera(camera));
    TRY(services.shop.set_camera(settings));
    return camera_response(request, services, camera.id, 200);
}

Reply remove_camera(const Request& request, const Services& services) {
    const auto found = changeable(request, services);
    if (!found) return refuse(found.error());
    TRY(services.shop_records.remove_camera(found->id));
    TRY(services.shop.remove_camera(found->id));
    return no_content();
}

Reply test_camera(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    records::CameraRecord camera;
    camera.address = fields.text("address", kAddressLengthMax);
    const auto user = fields.optional_text("user", kSecretLengthMax).value_or("");
    const auto password = fields.optional_text("password", kSecretLengthMax).value_or("");
    const bool udp = fields.optional_flag("udp").value_or(false);
    // A form that is tested before it is saved has these too.
    static_cast<void>(fields.optional_text("name"));
    static_cast<void>(fields.optional_text("view_address", kAddressLengthMax));
    TRY(fields.done());
    TRY(check_addresses(camera));
    video::LiveOptions options;
    options.address = user.empty() && password.empty()
                          ? camera.address
                          : video::with_credentials(camera.address, user, password);
    options.transport = udp ? video::RtspTransport::kUdp : video::RtspTransport::kTcp;
    options.open_timeout = kTestMax;
    const auto picture = services.snapshot(options);
    if (!picture) return refuse({422, "no_picture", picture.error().message});
    return jpeg_response(*picture);
}

Reply get_picture(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    if (!services.shop.camera(id)) return no_such_camera(id);
    const auto picture = services.shop.picture(id);
    if (!picture) return not_found(fmt::format("camera \"{}\" has given no picture yet", id));
    return jpeg_response(*picture);
}

}  // namespace vitrina::api
