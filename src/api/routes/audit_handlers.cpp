// Audits of counts: opening one, looking at its clips, answering "how many?", and how wrong each count is.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/audit_json.h"
#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/path_id.h"
#include "pipeline/audit_report.h"
#include "pipeline/audit_watch.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kPeopleMax = 200;  // in a clip of ten seconds

tl::unexpected<HttpError> audit_is_off() {
    return refuse({409, "audit_off", "a simulated shop has no cameras whose pictures could be looked at"});
}

tl::unexpected<HttpError> no_audit(const Request& request) {
    return not_found(fmt::format("audit {} is not there", request.parameter("id")));
}

tl::unexpected<HttpError> no_clip(const Request& request) {
    return not_found(fmt::format("clip {} is not there", request.parameter("id")));
}

Result<Json> json_of(const records::Audit& audit, const Services& services) {
    TRY_ASSIGN(const auto report,
               pipeline::audit_report(*services.audits, services.shop_records, audit, services.now()));
    Json places = Json::array();
    for (const pipeline::AuditedPlace& place : report)
        places.push_back(to_json(place));
    Json cameras = Json::array();
    for (const pipeline::AuditedCamera& camera : pipeline::audit_by_camera(report))
        cameras.push_back(to_json(camera));
    return Json{{"id", audit.id},
                {"opened", to_text(audit.opened)},
                {"opened_by", audit.opened_by},
                {"closes", to_text(audit.closes)},
                {"closed", audit.closed ? Json(to_text(*audit.closed)) : Json()},
                {"seed", audit.seed},
                {"clips_max", audit.clips_max},
                {"window_s", audit.window.count()},
                {"places", std::move(places)},
                {"cameras", std::move(cameras)}};
}

Result<std::optional<records::Audit>> find_audit(const Services& services, std::int64_t id) {
    TRY_ASSIGN(const auto audits, services.audits->audits(services.now()));
    for (const records::Audit& audit : audits)
        if (audit.id == id) return std::optional(audit);
    return std::optional<records::Audit>();
}

/// A whole number of the body; nothing where the field is missing or null.
std::optional<std::int64_t> whole(BodyFields& body, const char* name, std::int64_t least, std::int64_t most,
                                  std::optional<std::string>& problem) {
    const nlohmann::json& value = body.raw(name);
    if (value.is_null()) return std::nullopt;
    if (value.is_number_integer() && value >= least && value <= most) return value.get<std::int64_t>();
    if (!problem) problem = fmt::format("{} is a whole number from {} to {}", name, least, most);
    return std::nullopt;
}

Json json_of(const records::AuditClip& clip, const records::AuditedCount& counted) {
    Json json = to_json(clip.place);
    const auto number = [](const std::optional<int>& value) { return value ? Json(*value) : Json(); };
    json.update({{"id", clip.id},
                 {"begin", to_text(clip.begin)},
                 {"end", to_text(clip.end)},
                 {"film", clip.film},
                 {"drawing", Json::parse(clip.drawing, nullptr, false)},
                 {"frames", clip.frames},
                 {"answer",
                  {{"in", number(clip.answer.in)},
                   {"out", number(clip.answer.out)},
                   {"unclear", clip.answer.is_unclear},
                   {"by", clip.answer.by},
                   {"at", clip.answer.at ? Json(to_text(*clip.answer.at)) : Json()}}}});
    // Not before he has answered: whoever knows what was counted sees that.
    json["counted"] = clip.answer.is_given() ? Json{{"in", counted.in}, {"out", counted.out}} : Json();
    return json;
}

}  // namespace

Reply list_audits(const Request&, const Services& services) {
    if (services.audits == nullptr) return audit_is_off();
    TRY_ASSIGN(const auto audits, services.audits->audits(services.now()));
    Json list = Json::array();
    for (const records::Audit& audit : audits) {
        TRY_ASSIGN(Json json, json_of(audit, services));
        list.push_back(std::move(json));
    }
    Json unseen = Json::array();
    if (services.audit_watch != nullptr)
        for (const records::AuditPlace& place : services.audit_watch->unseen())
            unseen.push_back(to_json(place));
    return json_response({{"audits", std::move(list)}, {"unseen", std::move(unseen)}});
}

Reply open_audit(const Request& request, const Services& services) {
    if (services.audits == nullptr) return audit_is_off();
    TRY_ASSIGN(BodyFields body, BodyFields::of(request));
    std::optional<std::string> problem;
    const auto minutes =
        whole(body, "minutes", records::kAuditMinutesMin, records::kAuditMinutesMax, problem);
    const auto clips = whole(body, "clips", records::kAuditClipsMin, records::kAuditClipsMax, problem);
    const auto seed = whole(body, "seed", 0, records::kAuditSeedMax, problem);
    TRY(body.done());
    if (problem) return tl::unexpected(HttpError(Error{*problem, ErrorKind::kConfiguration}));
    records::Audit audit;
    audit.opened = services.now();
    audit.opened_by = request.who->name;
    audit.closes = audit.opened + std::chrono::minutes(minutes.value_or(24 * 60));
    audit.clips_max = static_cast<int>(clips.value_or(audit.clips_max));
    // Nobody has to think of one: the moment is as good as any, and is told.
    audit.seed = seed.value_or(audit.opened.time_since_epoch().count() % records::kAuditSeedMax);
    TRY_ASSIGN(const auto id, services.audits->open(audit));
    if (!id) return refuse({409, "audit_open", "an audit is open already; close it first"});
    audit.id = *id;
    if (services.audit_watch != nullptr) services.audit_watch->poke();
    TRY_ASSIGN(const Json json, json_of(audit, services));
    return json_response(json, 201);
}

Reply close_audit(const Request& request, const Services& services) {
    if (services.audits == nullptr) return audit_is_off();
    const auto id = id_of(request);
    if (!id) return no_audit(request);
    TRY_ASSIGN(const bool was_open, services.audits->close(*id, services.now()));
    static_cast<void>(was_open);  // one that is closed stays as it is
    TRY_ASSIGN(const auto audit, find_audit(services, *id));
    if (!audit) return no_audit(request);
    if (services.audit_watch != nullptr) services.audit_watch->poke();
    TRY_ASSIGN(const Json json, json_of(*audit, services));
    return json_response(json);
}

Reply remove_audit(const Request& request, const Services& services) {
    if (services.audits == nullptr || services.audit_watch == nullptr) return audit_is_off();
    const auto id = id_of(request);
    if (!id) return no_audit(request);
    TRY_ASSIGN(const bool was_there, services.audit_watch->remove(*id));
    return was_there ? Reply(no_content()) : no_audit(request);
}

Reply list_audit_clips(const Request& request, const Services& services) {
    if (services.audits == nullptr) return audit_is_off();
    const auto id = id_of(request);
    if (!id) return no_audit(request);
    TRY_ASSIGN(const auto audit, find_audit(services, *id));
    if (!audit) return no_audit(request);
    TRY_ASSIGN(const auto clips, services.audits->clips(*id));
    Json list = Json::array();
    for (const records::AuditClip& clip : clips) {
        TRY_ASSIGN(const auto counted, pipeline::counted_in(*services.audits, *audit, clip));
        list.push_back(json_of(clip, counted));
    }
    return json_response({{"clips", std::move(list)}});
}

Reply get_audit_frame(const Request& request, const Services& services) {
    if (services.audits == nullptr || services.audit_watch == nullptr) return audit_is_off();
    QueryFields fields(request);
    const auto number = fields.whole_number("n", 0, 1000);
    if (!number) fields.problem("n", "is missing: which picture of the clip, from 0");
    TRY(fields.done());
    const auto id = id_of(request);
    if (!id) return no_clip(request);
    TRY_ASSIGN(const auto clip, services.audits->clip(*id));
    if (!clip) return no_clip(request);
    TRY_ASSIGN(const auto pictures, services.audit_watch->pictures(*clip));
    if (*number >= static_cast<std::int64_t>(pictures.size()))
        return not_found(fmt::format("clip {} has {} pictures", *id, pictures.size()));
    const auto& jpeg = pictures[static_cast<std::size_t>(*number)].jpeg;
    Response response;
    response.type = "image/jpeg";
    response.body.assign(jpeg.begin(), jpeg.end());
    response.headers.emplace_back("Cache-Control", "private, max-age=600");
    return response;
}

Reply answer_audit_clip(const Request& request, const Services& services) {
    if (services.audits == nullptr) return audit_is_off();
    const auto id = id_of(request);
    if (!id) return no_clip(request);
    TRY_ASSIGN(BodyFields body, BodyFields::of(request));
    std::optional<std::string> problem;
    const auto in = whole(body, "in", 0, kPeopleMax, problem);
    const auto out = whole(body, "out", 0, kPeopleMax, problem);
    const bool is_unclear = body.optional_flag("unclear").value_or(false);
    TRY(body.done());
    TRY_ASSIGN(const auto clip, services.audits->clip(*id));
    if (!clip) return no_clip(request);
    const bool is_line = clip->place.kind == records::AuditKind::kCrossing;
    if (!problem && is_unclear && (in || out)) problem = "unclear is for who can't tell a number";
    if (!problem && is_line && in.has_value() != out.has_value())
        problem = "of a line both in and out are asked for";
    if (!problem && !is_line && out) problem = "out is for lines; of a zone, in says how many were there";
    if (problem) return tl::unexpected(HttpError(Error{*problem, ErrorKind::kConfiguration}));
    TRY_ASSIGN(const auto audit, find_audit(services, clip->audit));
    if (!audit) return no_clip(request);
    // Clips are still picked while it is open; whoever answered would answer in vain.
    if (!audit->closed)
        return refuse({409, "audit_open", "clips are still picked; close the audit, then answer"});
    records::AuditAnswer answer;
    answer.is_unclear = is_unclear;
    if (in) answer.in = static_cast<int>(*in);
    if (out) answer.out = static_cast<int>(*out);
    if (answer.is_given()) {
        answer.by = request.who->name;
        answer.at = services.now();
    }
    TRY_ASSIGN(const bool known, services.audits->answer(*id, answer));
    if (!known) return no_clip(request);
    records::AuditClip answered = *clip;
    answered.answer = answer;
    TRY_ASSIGN(const auto counted, pipeline::counted_in(*services.audits, *audit, answered));
    return json_response(json_of(answered, counted));
}

Reply list_count_errors(const Request&, const Services& services) {
    Json list = Json::array();
    if (services.audits != nullptr) {
        TRY_ASSIGN(const auto audits, services.audits->audits(services.now()));
        std::set<records::AuditPlace> told;
        for (const records::Audit& audit : audits) {  // the newest first
            TRY_ASSIGN(const auto report, pipeline::audit_report(*services.audits, services.shop_records,
                                                                 audit, services.now()));
            for (const pipeline::AuditedPlace& place : report) {
                if (!place.in || !told.insert(place.place).second) continue;
                Json json = to_json(place);
                json["audited"] = to_text(audit.closed.value_or(audit.opened));
                list.push_back(std::move(json));
            }
        }
    }
    return json_response({{"errors", std::move(list)}});
}

}  // namespace vitrina::api
