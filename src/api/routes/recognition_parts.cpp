#include "api/routes/recognition_parts.h"

#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "api/routes/path_id.h"

namespace vitrina::api {
namespace {

constexpr std::size_t kPhotographBytesMax = std::size_t{12} << 20;  // of a telephone: 3 to 8 MB

std::optional<std::vector<std::uint8_t>> bytes_of(const std::string& base64) {
    std::vector<std::uint8_t> bytes(base64.size());
    std::size_t length = 0;
    if (sodium_base642bin(bytes.data(), bytes.size(), base64.data(), base64.size(), "\r\n ", &length, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return std::nullopt;
    bytes.resize(length);
    return bytes;
}

tl::unexpected<HttpError> bad_photograph(std::size_t number, const std::string& why) {
    return refuse({422, "unsuitable_photograph", fmt::format("photograph {}: {}", number, why)});
}

}  // namespace

tl::expected<const RecognitionServices*, HttpError> recognition_of(const Services& services) {
    if (services.recognition == nullptr)
        return refuse({409, "no_gallery", "nobody of this shop is real, so nobody is known by face"});
    return services.recognition;
}

tl::expected<const RecognitionServices*, HttpError> open_gallery_of(const Services& services) {
    auto recognition = recognition_of(services);
    if (!recognition) return recognition;
    if (const std::string closed = (*recognition)->gallery.closed(); !closed.empty())
        return refuse({409, "gallery_closed", "the gallery is closed: " + closed});
    return recognition;
}

tl::expected<const RecognitionServices*, HttpError> recognising(const Services& services) {
    auto recognition = open_gallery_of(services);
    if (!recognition) return recognition;
    if ((*recognition)->watch.state().mode != privacy::Mode::kRecognition)
        return refuse({409, "mode_forbids",
                       "vitrina.yaml says that nobody is recognised; privacy.mode: recognition is what "
                       "changes it, and docs/privacy.md what that takes"});
    if ((*recognition)->photographs == nullptr)
        return refuse({409, "no_face_networks",
                       "the networks that read faces are not on this computer; vitrina models verify says "
                       "which are missing"});
    return recognition;
}

PersonSources sources_of(const RecognitionServices& recognition, const Services& services) {
    return {recognition.gallery, recognition.records, services.facts, services.receipts, services.sealer};
}

Result<void> note_look(const RecognitionServices& recognition, const Request& request,
                       const std::string& what, std::int64_t whom) {
    return recognition.looks.note(request.who ? request.who->name : "", what, whom);
}

Result<void> noted_or_undone(const RecognitionServices& recognition, const Request& request,
                             const std::string& what, std::int64_t added) {
    auto noted = note_look(recognition, request, what, added);
    if (!noted) TRY(recognition.gallery.erase(added));
    return noted;
}

tl::expected<std::vector<privacy::Photograph>, HttpError> photographs_in(
    const nlohmann::json& field, const RecognitionServices& recognition) {
    if (!field.is_array() || field.empty() || field.size() > privacy::kPicturesMax)
        return refuse(
            {422, "unsuitable_photograph",
             fmt::format("\"photographs\" is a list of 1 to {} files in base64", privacy::kPicturesMax)});
    std::vector<privacy::Photograph> photographs;
    photographs.reserve(field.size());
    for (const nlohmann::json& one : field) {
        const std::size_t number = photographs.size() + 1;
        auto bytes = one.is_string() ? bytes_of(one.get_ref<const std::string&>()) : std::nullopt;
        if (!bytes) return bad_photograph(number, "is not base64");
        if (bytes->empty()) return bad_photograph(number, "is empty");
        if (bytes->size() > kPhotographBytesMax)
            return bad_photograph(number, fmt::format("is larger than {} MB", kPhotographBytesMax >> 20));
        auto look = recognition.photographs->read(*bytes);
        if (!look) return bad_photograph(number, look.error().message);
        photographs.push_back({std::move(look->made_by), std::move(look->descriptor), std::move(look->jpeg)});
    }
    return photographs;
}

std::optional<privacy::KnownPerson> person_of(const RecognitionServices& recognition, const Request& request,
                                              bool watched) {
    const auto id = id_of(request);
    auto person = id ? recognition.gallery.person(*id) : std::nullopt;
    if (person && (person->kind == privacy::PersonKind::kWatched) != watched) person.reset();
    return person;
}

Result<void> end_alarms_of(const RecognitionServices& recognition, const Services& services,
                           std::int64_t person, const std::string& who) {
    TRY_ASSIGN(const auto alarms, recognition.records.unjudged_alarms(person));
    for (const std::int64_t alarm : alarms)
        TRY(services.alarm_watch.answer_watchlist(alarm, who, "watchlist: the entry was removed"));
    return {};
}

Response jpeg_of(const std::vector<std::uint8_t>& jpeg) {
    Response response;
    response.type = "image/jpeg";
    response.body.assign(jpeg.begin(), jpeg.end());
    return response;
}

tl::unexpected<HttpError> why_not(Error error) {
    if (error.kind != ErrorKind::kConfiguration) return refuse(HttpError(std::move(error)));
    const bool is_full = error.message.find("gallery is full") != std::string::npos;
    return refuse({is_full ? 409 : 422, is_full ? "gallery_full" : "unsuitable_person", error.message});
}

}  // namespace vitrina::api
