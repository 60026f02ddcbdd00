// Cameras: state, adding, changing, testing. Addresses without credentials go out only to administrators, and
// passwords to nobody.
#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/camera_settings.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/trouble_json.h"
#include "base/mutex.h"
#include "video/address.h"
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

Json troubles_of(const pipeline::CameraState& state) {
    Json list = Json::array();
    for (const pipeline::CameraTrouble& trouble : state.troubles)
        list.push_back({{"trouble", to_text(trouble.trouble)},
                        {"since", to_text(trouble.since)},
                        {"move", json_of(trouble.move)}});
    return list;
}

Json json_of(const pipeline::CameraState& state, const records::CameraRecord* record) {
    return {{"id", state.settings.id},
            {"name", state.settings.name},
            {"address", record != nullptr ? video::redacted(record->address) : state.shown_address},
            {"view_address", record != nullptr ? video::redacted(record->view_address) : ""},
            {"has_password", has_credentials(state.settings.address)},
            {"udp", state.settings.udp},
            {"read_only", state.settings.read_only},
            {"paused", state.settings.paused},
            {"simulated", state.settings.simulated},
            {"status", to_text(state.status)},
            {"reason", state.trouble.words},
            {"reason_code", to_text(state.trouble.code)},
            {"codec", state.codec},
            {"width", state.width},
            {"height", state.height},
            {"frame_rate", state.frame_rate},
            {"analysed_rate", state.analysed_rate},
            {"bit_rate", state.bit_rate},
            {"jitter_ms", state.jitter_ms},
            {"clock_offset_ms", state.clock_offset_ms},
            {"plan_clock", state.plan_clock ? Json{{"offset_ms", state.plan_clock->offset_ms},
                                                   {"error_ms", state.plan_clock->error_ms}}
                                            : Json()},
            {"analysis_delay_ms_p95", state.analysis_delay_ms_p95},
            {"decoded", state.decoded},
            {"analysed", state.analysed},
            {"skipped", state.skipped},
            {"damaged", state.damaged},
            {"reconnects", state.reconnects},
            {"without_picture_s", state.without_picture_s},
            {"troubles", troubles_of(state)},
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

/// Why a test gave no picture, and which of the addresses it is about.
tl::unexpected<HttpError> no_picture(const char* field, const video::Trouble& trouble) {
    HttpError error(422, "no_picture", trouble.words);
    error.details = {{"field", field}, {"reason_code", std::string(to_text(trouble.code))}};
    return refuse(std::move(error));
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

/// Saves it under an id that no other camera has or had, also one that the shop could not take.
tl::expected<void, HttpError> save_new(records::CameraRecord& camera, const CameraAccess& access,
                                       const Services& services) {
    TRY_ASSIGN(const Records recorded, services.shop_records.cameras());
    const std::string wanted = id_from(camera.name);
    for (int number = 1; number <= kIdsTried; ++number) {
        camera.id = numbered(wanted, number);
        if (services.shop.camera(camera.id) || find(recorded, camera.id) != nullptr) continue;
        seal_access(services.sealer, access, camera);
        const auto saved = services.shop_records.save_camera(camera);
        if (saved) return {};
        // Else another camera had the id before.
        if (HttpError error(saved.error()); error.status == 507) return refuse(std::move(error));
    }
    return refuse(
        {409, "name_taken", "too many cameras are called " + camera.name + "; choose another name"});
}

/// What of a camera's access is given; what isn't stays as it was.
struct GivenAccess {
    std::optional<std::string> address;
    std::optional<std::string> view_address;
    std::optional<std::string> user;
    std::optional<std::string> password;

    static GivenAccess of(BodyFields& fields) {
        return {fields.optional_text("address", kAddressLengthMax),
                fields.optional_text("view_address", kAddressLengthMax),
                fields.optional_text("user", kSecretLengthMax),
                fields.optional_text("password", kSecretLengthMax)};
    }
};

tl::unexpected<HttpError> password_needed(const std::string& what) {
    return refuse({422, "password_needed", what});
}

tl::expected<void, HttpError> check_address(const char* name, const std::string& address) {
    if (is_hidden(address))
        return password_needed(
            fmt::format("\"{}\": a part of the address is hidden; give it whole again", name));
    const auto right = video::check_camera_address(address);
    if (!right)
        return refuse({400, "unsuitable_address", fmt::format("\"{}\": {}", name, right.error().message)});
    return {};
}

/// What is kept of a record's access, as far as what is given does not stand instead of it. Its key may be
/// lost: then what is given has to do without it. `keeps_hidden`: an address stays of which a part is hidden.
tl::expected<CameraAccess, HttpError> kept_access(const records::CameraRecord& before,
                                                  const GivenAccess& given, bool keeps_hidden,
                                                  const privacy::Sealer& sealer) {
    CameraAccess shown{before.address, before.view_address, {}, {}};
    if (given.user && given.password && !keeps_hidden) return shown;
    auto opened = open_access(sealer, before);
    if (opened) return *std::move(opened);
    if (keeps_hidden)
        return password_needed(
            "its address can't be read any more; give it whole again, with user and password");
    // All that was secret may have stood in the address, which is given anew.
    const bool was_hidden = is_hidden(before.address) || is_hidden(before.view_address);
    if (was_hidden && !given.user && !given.password) return shown;
    return password_needed("its user and password can't be read any more; give both again");
}

/// The access that a camera with this record (an empty one, when it is new) is to have. Fails where what is
/// given can't be an address, where the password that is kept would go to another computer, and where what is
/// kept can't be read.
tl::expected<CameraAccess, HttpError> wanted_access(const records::CameraRecord& before,
                                                    const GivenAccess& given, const Services& services) {
    // The shown form that comes back is what was not changed.
    const auto is_kept = [](const std::optional<std::string>& address, const std::string& known) {
        return !address || *address == video::redacted(known);
    };
    const bool keeps_address = is_kept(given.address, before.address);
    const bool keeps_view = is_kept(given.view_address, before.view_address);
    if (!keeps_address)
        if (const auto right = check_address("address", *given.address); !right) return refuse(right.error());
    if (!keeps_view && !given.view_address->empty())
        if (const auto right = check_address("view_address", *given.view_address); !right)
            return refuse(right.error());

    const bool keeps_hidden =
        (keeps_address && is_hidden(before.address)) || (keeps_view && is_hidden(before.view_address));
    const auto kept = kept_access(before, given, keeps_hidden, services.sealer);
    if (!kept) return refuse(kept.error());
    const CameraAccess& known = *kept;
    CameraAccess wanted{keeps_address ? known.address : *given.address,
                        keeps_view ? known.view_address : *given.view_address,
                        given.user.value_or(known.user), given.password.value_or(known.password)};
    // Or whoever may change a camera could have its password sent to a computer of his own.
    const auto knows_password = [&](const std::string& address) {
        return address.empty() || receiver_of(address) == receiver_of(known.address) ||
               (!known.view_address.empty() && receiver_of(address) == receiver_of(known.view_address));
    };
    if (!given.password && !(known.user.empty() && known.password.empty()) &&
        !(knows_password(wanted.address) && knows_password(wanted.view_address)))
        return password_needed("the address leads to another computer: give the password again");
    return wanted;
}

/// Fails where another camera has the address: whom it sees would be counted twice.
tl::expected<void, HttpError> check_is_new(const std::string& id, const std::string& address,
                                           const Services& services) {
    for (const pipeline::CameraState& other : services.shop.cameras())
        if (other.settings.id != id && !other.settings.play_file &&
            video::receiver_and_path(other.settings.address) == video::receiver_and_path(address))
            return refuse(
                {409, "same_address",
                 fmt::format("camera \"{}\" has this address already: everybody whom it sees would be "
                             "counted twice",
                             other.settings.name)});
    return {};
}

/// A camera of the records, which may be changed here.
tl::expected<records::CameraRecord, HttpError> changeable(const std::string& id, const Services& services) {
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
    static_cast<void>(fields.text("address", kAddressLengthMax));  // must be there
    const GivenAccess given = GivenAccess::of(fields);
    camera.udp = fields.optional_flag("udp").value_or(false);
    camera.paused = fields.optional_flag("paused").value_or(false);
    camera.added = services.now();
    TRY(fields.done());
    const auto access = wanted_access({}, given, services);
    if (!access) return refuse(access.error());

    const MutexLock lock(services.changing);
    if (services.shop.cameras().size() >= pipeline::kCamerasMax)
        return refuse(
            {409, "too_many_cameras",
             fmt::format("there are {} cameras already, which is the most", pipeline::kCamerasMax)});
    if (const auto is_new = check_is_new("", access->address, services); !is_new)
        return refuse(is_new.error());
    if (const auto saved = save_new(camera, *access, services); !saved) return refuse(saved.error());
    TRY_ASSIGN(const auto settings, settings_of(services.sealer, camera, services.analysis_rate()));
    if (const auto set = services.shop.set_camera(settings); !set) {
        // Or it would appear at the next start.
        TRY(services.shop_records.remove_camera(camera.id));
        return refuse(set.error());
    }
    return camera_response(request, services, camera.id, 201);
}

Reply change_camera(const Request& request, const Services& services) {
    const MutexLock lock(services.changing);
    const auto before = changeable(request.parameter("id"), services);
    if (!before) return refuse(before.error());
    records::CameraRecord camera = *before;

    TRY_ASSIGN(auto fields, BodyFields::of(request));
    if (auto name = fields.optional_text("name"); name && !name->empty()) camera.name = *name;
    const GivenAccess given = GivenAccess::of(fields);
    camera.udp = fields.optional_flag("udp").value_or(camera.udp);
    camera.paused = fields.optional_flag("paused").value_or(camera.paused);
    TRY(fields.done());
    const auto access = wanted_access(*before, given, services);
    if (!access) return refuse(access.error());
    // One that has had it from before this was asked can be renamed all the same.
    const auto known = services.shop.camera(camera.id);
    if (!known ||
        video::receiver_and_path(known->settings.address) != video::receiver_and_path(access->address))
        if (const auto is_new = check_is_new(camera.id, access->address, services); !is_new)
            return refuse(is_new.error());
    seal_access(services.sealer, *access, camera);
    TRY_ASSIGN(const auto settings, settings_of(services.sealer, camera, services.analysis_rate()));
    TRY(services.shop_records.save_camera(camera));
    if (const auto set = services.shop.set_camera(settings); !set) {
        TRY(services.shop_records.save_camera(*before));
        return refuse(set.error());
    }
    return camera_response(request, services, camera.id, 200);
}

Reply remove_camera(const Request& request, const Services& services) {
    const MutexLock lock(services.changing);
    const auto found = changeable(request.parameter("id"), services);
    if (!found) return refuse(found.error());
    TRY(services.shop_records.remove_camera(found->id));
    // One that the shop could not take is gone with its record.
    if (services.shop.camera(found->id)) TRY(services.shop.remove_camera(found->id));
    return no_content();
}

Reply accept_view(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    if (!services.shop.camera(id)) return no_such_camera(id);
    TRY(services.shop.accept_view(id));
    return no_content();
}

Reply test_camera(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    static_cast<void>(fields.text("address", kAddressLengthMax));  // must be there
    const GivenAccess given = GivenAccess::of(fields);
    const auto id = fields.optional_text("id");
    const bool udp = fields.optional_flag("udp").value_or(false);
    static_cast<void>(fields.optional_text("name"));  // a form that is tested before it is saved has it too
    TRY(fields.done());
    records::CameraRecord saved;
    if (id) {
        auto found = changeable(*id, services);
        if (!found) return refuse(found.error());
        saved = std::move(*found);
    }
    const auto access = wanted_access(saved, given, services);
    if (!access) return refuse(access.error());

    const auto picture_of = [&](const std::string& address) {
        video::LiveOptions options;
        options.address = video::with_credentials(address, access->user, access->password);
        options.transport = udp ? video::RtspTransport::kUdp : video::RtspTransport::kTcp;
        options.open_timeout = kTestMax;
        return services.snapshot(options);
    };
    // Both at once: somebody waits.
    std::future<video::Reached<Picture>> view;
    if (!access->view_address.empty())
        view = std::async(std::launch::async, picture_of, access->view_address);
    const video::Reached<Picture> picture = picture_of(access->address);
    if (!picture) return no_picture("address", picture.error());
    if (const video::Reached<Picture> seen = view.valid() ? view.get() : picture; !seen)
        return no_picture("view_address", seen.error());
    return jpeg_response(*picture);
}

Reply get_picture(const Request& request, const Services& services) {
    QueryFields fields(request);
    static_cast<void>(fields.text("t"));  // whatever makes a page ask again instead of showing what it has
    TRY(fields.done());
    const std::string& id = request.parameter("id");
    if (!services.shop.camera(id)) return no_such_camera(id);
    const auto picture = services.shop.picture(id);
    if (!picture) return not_found(fmt::format("camera \"{}\" has given no picture yet", id));
    return jpeg_response(*picture);
}

Reply get_evidence(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    const auto camera = services.shop.camera(id);
    if (!camera) return no_such_camera(id);
    const pipeline::CameraSettings& settings = camera->settings;
    if (settings.play_file || settings.paused || settings.view_address.empty())
        return get_picture(request, services);
    video::LiveOptions options;
    options.address = settings.view_address;
    options.transport = settings.udp ? video::RtspTransport::kUdp : video::RtspTransport::kTcp;
    options.open_timeout = kTestMax;
    // A camera that doesn't answer must not keep the threads of all requests waiting.
    static std::atomic<int> asking = 0;
    constexpr int kAskingMax = 1;
    if (++asking > kAskingMax) {
        --asking;
        return refuse({503, "busy", "other pictures are being fetched; try again in a moment"});
    }
    const auto picture = services.snapshot(options);
    --asking;
    if (!picture) return no_picture("view_address", picture.error());
    return jpeg_response(*picture);
}

}  // namespace vitrina::api
