// What is put right of people known by face and of entries of the watchlist: the card, the day of forgetting,
// pictures, and stays of somebody else.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/instant.h"
#include "api/person_export.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "api/routes/recognition_parts.h"

namespace vitrina::api {
namespace {

constexpr bool kOfWatchlist = true;
constexpr bool kOfGallery = false;

tl::unexpected<HttpError> none_such(const Request& request, bool is_watched) {
    return not_found(is_watched
                         ? fmt::format("the watchlist has no entry {}", request.parameter("id"))
                         : fmt::format("nobody in the gallery has the number {}", request.parameter("id")));
}

/// A text that may be made empty; nothing when it is not named.
std::optional<std::string> new_text(BodyFields& fields, const char* name,
                                    std::size_t length_max = kTextLengthMax) {
    const nlohmann::json& field = fields.raw(name);
    if (field.is_string() && field.get_ref<const std::string&>().empty()) return "";
    return fields.optional_text(name, length_max);
}

Reply as_it_is_now(const RecognitionServices& recognition, std::int64_t id, int status = 200) {
    const auto person = recognition.gallery.person(id);
    return json_response(person ? to_json(*person) : nlohmann::ordered_json::object(), status);
}

Reply change_one(const Request& request, const Services& services, bool is_watched) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    privacy::PersonChange change;
    change.name = new_text(fields, "name");
    change.expires = fields.optional_instant("expires");
    if (is_watched) {
        change.reason = new_text(fields, "reason", kReasonLengthMax);
    } else {
        change.external = new_text(fields, "external", kExternalLengthMax);
        if (auto consent = fields.optional_text("consent", kConsentLengthMax))
            change.consent = privacy::Consent{std::move(*consent), request.who->name, services.now()};
    }
    TRY(fields.done());
    if (!change.name && !change.expires && !change.reason && !change.external && !change.consent)
        return refuse({400, "bad_request", "nothing is named that is to be changed"});
    const auto person = person_of(*recognition, request, is_watched);
    if (!person) return none_such(request, is_watched);
    TRY(note_look(*recognition, request, "changed the card", person->id));
    if (const auto done = recognition->gallery.change(person->id, change); !done)
        return why_not(done.error());
    return as_it_is_now(*recognition, person->id);
}

Reply add_pictures_to(const Request& request, const Services& services, bool is_watched) {
    TRY_OR_REFUSE(const auto* recognition, recognising(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json field = fields.raw("photographs");
    TRY(fields.done());
    const auto person = person_of(*recognition, request, is_watched);
    if (!person) return none_such(request, is_watched);
    TRY_OR_REFUSE(auto photographs, photographs_in(field, *recognition));
    TRY(note_look(*recognition, request, "added pictures", person->id));
    if (const auto added = recognition->gallery.add_pictures(person->id, std::move(photographs)); !added)
        return why_not(added.error());
    return as_it_is_now(*recognition, person->id, 201);
}

Reply remove_picture_of(const Request& request, const Services& services, bool is_watched) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    const auto person = person_of(*recognition, request, is_watched);
    if (!person) return none_such(request, is_watched);
    const std::int64_t picture = number_of(request.parameter("picture")).value_or(0);
    TRY(note_look(*recognition, request, fmt::format("took out picture {}", picture), person->id));
    const auto removed = recognition->gallery.remove_picture(person->id, picture);
    if (!removed) return why_not(removed.error());
    if (!*removed)
        return not_found(
            fmt::format("person {} has no picture {}", person->id, request.parameter("picture")));
    return no_content();
}

}  // namespace

Reply change_person(const Request& request, const Services& services) {
    return change_one(request, services, kOfGallery);
}

Reply change_watched(const Request& request, const Services& services) {
    return change_one(request, services, kOfWatchlist);
}

Reply add_person_pictures(const Request& request, const Services& services) {
    return add_pictures_to(request, services, kOfGallery);
}

Reply add_watched_pictures(const Request& request, const Services& services) {
    return add_pictures_to(request, services, kOfWatchlist);
}

Reply remove_person_picture(const Request& request, const Services& services) {
    return remove_picture_of(request, services, kOfGallery);
}

Reply remove_watched_picture(const Request& request, const Services& services) {
    return remove_picture_of(request, services, kOfWatchlist);
}

Reply remove_person_stay(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    const auto person = person_of(*recognition, request, kOfGallery);
    if (!person) return none_such(request, kOfGallery);
    const std::int64_t stay = number_of(request.parameter("stay")).value_or(0);
    TRY(note_look(*recognition, request, fmt::format("took out stay {}, of somebody else", stay),
                  person->id));
    TRY_ASSIGN(const bool removed, recognition->gallery.remove_stay(person->id, stay));
    if (!removed)
        return not_found(fmt::format("person {} has no stay {}", person->id, request.parameter("stay")));
    return no_content();
}

}  // namespace vitrina::api
