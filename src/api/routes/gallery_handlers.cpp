// People whom the shop knows by face, but for the watchlist: enrolling, what is known of them, taking it
// along and having it forgotten.
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/customer_names.h"
#include "api/instant.h"
#include "api/person_export.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "api/routes/recognition_parts.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

tl::unexpected<HttpError> nobody_known(const Request& request) {
    return not_found(fmt::format("nobody in the gallery has the number {}", request.parameter("id")));
}

/// A list of ids; false for anything else.
bool read_ids(const nlohmann::json& field, std::vector<std::int64_t>& ids) {
    if (field.is_null()) return true;
    if (!field.is_array()) return false;
    ids.reserve(field.size());
    for (const nlohmann::json& id : field) {
        if (!id.is_number_integer()) return false;
        ids.push_back(id.get<std::int64_t>());
    }
    return true;
}

}  // namespace

Reply list_gallery(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY(note_look(*recognition, request, "looked at the list of people"));
    Json people = Json::array();
    for (const auto kind : {privacy::PersonKind::kEnrolled, privacy::PersonKind::kSeen})
        for (const privacy::KnownPerson& person : recognition->gallery.people(kind))
            people.push_back(to_json(person));
    return json_response({{"people", std::move(people)}});
}

Reply enrol(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognising(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    privacy::NewPerson person;
    person.card.name = fields.optional_text("name").value_or("");
    person.card.external = fields.optional_text("external", kExternalLengthMax).value_or("");
    const auto consent = fields.optional_text("consent", kConsentLengthMax);
    const auto expires = fields.optional_instant("expires");
    const nlohmann::json photographs = fields.raw("photographs");
    TRY(fields.done());
    if (!consent)
        return refuse({422, "consent_missing",
                       "nobody is enrolled without consent: \"consent\" says what the person agreed to"});
    if (!expires) return refuse({422, "unsuitable_person", "\"expires\" is missing: when he is forgotten"});
    person.card.consent = privacy::Consent{*consent, request.who->name, services.now()};
    person.expires = *expires;
    person.created_by = request.who->name;
    TRY_OR_REFUSE(person.photographs, photographs_in(photographs, *recognition));
    const auto id = recognition->gallery.add(std::move(person));
    if (!id) return why_not(id.error());
    TRY(noted_or_undone(*recognition, request, "enrolled", *id));
    const auto added = recognition->gallery.person(*id);
    return json_response(added ? to_json(*added) : Json::object(), 201);
}

Reply get_gallery_person(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    const auto person = person_of(*recognition, request, false);
    if (!person) return nobody_known(request);
    TRY(note_look(*recognition, request, "looked at the history", person->id));
    Json json = to_json(*person);
    TRY_ASSIGN(json["history"], history_of(sources_of(*recognition, services), *person));
    return json_response(json);
}

Reply get_gallery_picture(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    const auto person = person_of(*recognition, request, false);
    const auto picture = person ? number_of(request.parameter("picture")) : std::nullopt;
    if (!picture) return nobody_known(request);
    TRY(note_look(*recognition, request, "looked at a picture", person->id));
    TRY_ASSIGN(const auto jpeg, recognition->gallery.picture(person->id, *picture));
    if (!jpeg) return not_found(fmt::format("person {} has no picture {}", person->id, *picture));
    return jpeg_of(*jpeg);
}

Reply export_person(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    const auto id = id_of(request);
    if (!id || !recognition->gallery.person(*id)) return nobody_known(request);
    TRY(note_look(*recognition, request, "exported everything", *id));
    TRY_ASSIGN(const auto all, export_of(sources_of(*recognition, services), *id));
    if (!all) return nobody_known(request);
    Response response = json_response(*all);
    response.headers.emplace_back("Content-Disposition",
                                  fmt::format("attachment; filename=\"person-{}.json\"", *id));
    return response;
}

Reply erase_person(const Request& request, const Services& services) {
    // With a closed gallery too: who wants to be forgotten need not wait for a key.
    TRY_OR_REFUSE(const auto* recognition, recognition_of(services));
    const auto id = id_of(request);
    if (!id) return nobody_known(request);
    TRY_ASSIGN(const auto row, recognition->records.person(*id));
    if (!row) return nobody_known(request);
    if (row->kind == privacy::to_text(privacy::PersonKind::kWatched))
        return remove_watched(request, services);
    TRY(note_look(*recognition, request, "had everything erased", *id));
    // What he bought would be known by his card for as long as receipts are kept.
    std::set<std::string> cards(row->cards.begin(), row->cards.end());
    if (const auto person = recognition->gallery.person(*id)) {
        for (const std::string& external : privacy::externals_of(person->card))
            cards.insert(pseudonym_of_card(services.sealer, external));
    }
    for (const std::string& card : cards)
        TRY(services.buyers.forget(card));
    TRY_ASSIGN(const bool was_there, recognition->gallery.erase(*id));
    if (!was_there) return nobody_known(request);
    return no_content();
}

Reply merge_people(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json other = fields.raw("other");
    TRY(fields.done());
    const auto person = person_of(*recognition, request, false);
    if (!person) return nobody_known(request);
    if (!other.is_number_integer())
        return refuse({400, "bad_request", "\"other\" is the number of who is the same person"});
    const auto other_id = other.get<std::int64_t>();
    TRY(note_look(*recognition, request, fmt::format("joined with {}", other_id), person->id));
    const auto kept = recognition->gallery.merge(person->id, other_id);
    if (!kept) {
        TRY(note_look(*recognition, request, fmt::format("was not joined with {}: refused", other_id),
                      person->id));
        return why_not(kept.error());
    }
    const auto joined = recognition->gallery.person(*kept);
    return json_response(joined ? to_json(*joined) : Json::object());
}

Reply split_person(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json picture_list = fields.raw("pictures");
    const nlohmann::json stay_list = fields.raw("stays");
    TRY(fields.done());
    std::vector<std::int64_t> pictures;
    std::vector<std::int64_t> stays;
    if (!read_ids(picture_list, pictures) || !read_ids(stay_list, stays))
        return refuse({400, "bad_request", "\"pictures\" and \"stays\" are lists of numbers"});
    const auto person = person_of(*recognition, request, false);
    if (!person) return nobody_known(request);
    TRY(note_look(*recognition, request, "parts somebody else from him", person->id));
    const auto id = recognition->gallery.split(person->id, pictures, stays);
    if (!id) return why_not(id.error());
    TRY(note_look(*recognition, request, fmt::format("parted from {}", person->id), *id));
    const auto parted = recognition->gallery.person(*id);
    return json_response(parted ? to_json(*parted) : Json::object(), 201);
}

}  // namespace vitrina::api
