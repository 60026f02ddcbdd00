// The watchlist: entries that people made, and matches that people judge. Nothing here puts anybody on it by
// itself.
#include <cstdint>
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

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMatchesShown = 100;
constexpr const char* kJudgedNote = "watchlist";

tl::unexpected<HttpError> no_entry(const Request& request) {
    return not_found(fmt::format("the watchlist has no entry {}", request.parameter("id")));
}

tl::unexpected<HttpError> no_match(const Request& request) {
    return not_found(fmt::format("there is no match {}", request.parameter("id")));
}

/// Its alarm waits no more.
Result<void> answer(const Services& services, const privacy::Gallery::Match& match) {
    TRY(services.alarm_watch.answer_watchlist(match.alarm, match.judged_by,
                                              fmt::format("{}: {}", kJudgedNote, match.verdict)));
    return {};
}

Json json_of(const privacy::Gallery::Match& match, const std::string& reason) {
    return {{"id", match.id},
            {"entry", match.person},
            {"reason", reason},
            {"alarm", match.alarm},
            {"at", to_text(match.at)},
            {"camera", match.evidence.camera},
            {"person", match.evidence.number},
            {"likeness", match.evidence.likeness},
            {"likeness_min", match.evidence.threshold},
            {"picture", match.evidence.picture},
            {"has_look", !match.evidence.jpeg.empty()},
            {"verdict", match.verdict.empty() ? Json() : Json(match.verdict)},
            {"judged_by", match.judged_by},
            {"judged", match.judged ? Json(to_text(*match.judged)) : Json()}};
}

}  // namespace

Reply list_watchlist(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY(note_look(*recognition, request, "looked at the watchlist"));
    Json entries = Json::array();
    for (const privacy::KnownPerson& entry : recognition->gallery.people(privacy::PersonKind::kWatched))
        entries.push_back(to_json(entry));
    return json_response({{"entries", std::move(entries)}});
}

Reply add_watched(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognising(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    privacy::NewPerson entry;
    entry.kind = privacy::PersonKind::kWatched;
    entry.card.name = fields.optional_text("name").value_or("");
    const auto reason = fields.optional_text("reason", kReasonLengthMax);
    const auto expires = fields.optional_instant("expires");
    const nlohmann::json photographs = fields.raw("photographs");
    TRY(fields.done());
    if (!reason)
        return refuse({422, "unsuitable_person", "\"reason\" is missing: why he is to be watched for"});
    if (!expires)
        return refuse(
            {422, "unsuitable_person", "\"expires\" is missing: an entry ends on a day that is said"});
    entry.card.reason = *reason;
    entry.created_by = request.who->name;
    entry.expires = *expires;
    TRY_OR_REFUSE(entry.photographs, photographs_in(photographs, *recognition));
    const auto id = recognition->gallery.add(std::move(entry));
    if (!id) return why_not(id.error());
    TRY(noted_or_undone(*recognition, request, "put on the watchlist", *id));
    const auto added = recognition->gallery.person(*id);
    return json_response(added ? to_json(*added) : Json::object(), 201);
}

Reply get_watched_picture(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    const auto entry = person_of(*recognition, request, true);
    const auto picture = entry ? number_of(request.parameter("picture")) : std::nullopt;
    if (!picture) return no_entry(request);
    TRY(note_look(*recognition, request, "looked at a picture of the watchlist", entry->id));
    TRY_ASSIGN(const auto jpeg, recognition->gallery.picture(entry->id, *picture));
    if (!jpeg) return not_found(fmt::format("entry {} has no picture {}", entry->id, *picture));
    return jpeg_of(*jpeg);
}

Reply remove_watched(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, recognition_of(services));
    const auto id = id_of(request);
    if (!id) return no_entry(request);
    TRY_ASSIGN(const auto row, recognition->records.person(*id));
    if (!row || row->kind != privacy::to_text(privacy::PersonKind::kWatched)) return no_entry(request);
    TRY(note_look(*recognition, request, "took off the watchlist, everything erased", *id));
    TRY(end_alarms_of(*recognition, services, *id, request.who->name));
    TRY(recognition->gallery.erase(*id));
    return no_content();
}

Reply list_matches(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY_ASSIGN(const auto matches, recognition->gallery.matches(0, kMatchesShown));
    // A guard's screen asks each few seconds: what was shown to him already is no other look.
    std::string shown;
    for (const privacy::Gallery::Match& match : matches)
        shown += match.id + match.verdict + " ";
    const std::string who = request.who ? request.who->name : "";
    if (recognition->lists_seen.is_new(who, shown)) {
        if (auto noted = note_look(*recognition, request, "looked at the matches of the watchlist"); !noted) {
            recognition->lists_seen.forget(who);
            return refuse(HttpError(std::move(noted).error()));
        }
    }
    Json list = Json::array();
    for (const privacy::Gallery::Match& match : matches) {
        const auto entry = recognition->gallery.person(match.person);
        list.push_back(json_of(match, entry ? entry->card.reason : ""));
    }
    return json_response({{"matches", std::move(list)}});
}

Reply get_match_look(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY_ASSIGN(const auto match, recognition->gallery.match(request.parameter("id")));
    if (!match || match->evidence.jpeg.empty()) return no_match(request);
    TRY(note_look(*recognition, request, "looked at the picture of a match", match->person));
    return jpeg_of(match->evidence.jpeg);
}

Reply judge_match(const Request& request, const Services& services) {
    TRY_OR_REFUSE(const auto* recognition, open_gallery_of(services));
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const std::string verdict = fields.text("verdict");
    TRY(fields.done());
    if (verdict != "confirmed" && verdict != "rejected")
        return refuse({400, "bad_request", R"("verdict" is "confirmed" or "rejected")"});
    TRY_ASSIGN(const auto judged_of, recognition->gallery.match(request.parameter("id")));
    if (!judged_of) return no_match(request);
    TRY(note_look(*recognition, request, verdict + " a match", judged_of->person));
    auto judged =
        recognition->gallery.judge(request.parameter("id"), verdict == "confirmed", request.who->name);
    if (!judged && judged.error().kind == ErrorKind::kConfiguration) {
        // The verdict may have been kept and its alarm not ended: then this is what ends it.
        TRY_ASSIGN(const auto before, recognition->gallery.match(request.parameter("id")));
        if (before) TRY(answer(services, *before));
        return refuse({409, "judged_already", judged.error().message});
    }
    if (!judged) return refuse(HttpError(judged.error()));
    if (!*judged) return no_match(request);
    const privacy::Gallery::Match& match = **judged;
    TRY(answer(services, match));
    const auto entry = recognition->gallery.person(match.person);
    return json_response(json_of(match, entry ? entry->card.reason : ""));
}

}  // namespace vitrina::api
