#include "api/person_export.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <sodium.h>

#include "api/customer_names.h"
#include "api/instant.h"
#include "api/receipt_json.h"
#include "base/spans.h"
#include "privacy/recogniser.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

// A visit of a stay may have begun some time before he was recognised, and ends when he goes.
constexpr std::chrono::hours kAround{24};
constexpr std::int64_t kMatchesMax = 1000;

std::string base64_of(const std::vector<std::uint8_t>& bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the terminating zero
    return text;
}

/// When he was before one camera, and in its zones.
struct Span {
    UtcTime begin;
    UtcTime end;
    UtcSpans visits;  // of zones, which may lie within each other
};

/// How long he was in any zone before any camera: what lies over each other counts once.
double dwell_of(UtcSpans visits) {
    std::chrono::duration<double> dwell{0};
    for (const auto& [begin, end] : joined_spans(std::move(visits)))
        dwell += end - begin;
    return dwell.count();
}

Result<Json> visits_of(const PersonSources& sources, const privacy::KnownStay& stay, Span& span) {
    records::VisitFilter filter;
    filter.from = stay.at - kAround;
    filter.to = stay.at + kAround;
    filter.camera = stay.camera;
    filter.person = stay.number;
    filter.limit = records::kVisitsAtOnceMax;
    filter.descending = false;
    TRY_ASSIGN(const auto page, sources.facts.visits(filter));
    Json visits = Json::array();
    for (const records::VisitRow& visit : page.rows) {
        const double seconds = std::chrono::duration<double>(visit.end - visit.begin).count();
        span.visits.emplace_back(visit.begin, visit.end);
        span.begin = std::min(span.begin, visit.begin);
        span.end = std::max(span.end, visit.end);
        visits.push_back({{"zone", visit.zone},
                          {"begin", to_text(visit.begin)},
                          {"end", to_text(visit.end)},
                          {"dwell_s", seconds}});
    }
    return visits;
}

Json json_of(const privacy::Consent& consent) {
    return {{"text", consent.text}, {"taken_by", consent.taken_by}, {"at", to_text(consent.at)}};
}

/// Until somebody confirmed it, it may be the face of somebody else.
bool is_his(const privacy::Gallery::Match& match) {
    return match.verdict == "confirmed";
}

/// He comes before several cameras, and before one several times, while he is there once.
std::size_t visits_in(std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    std::size_t count = 0;
    UtcTime gone;
    for (const Span& span : spans) {
        if (count == 0 || span.begin > gone + privacy::kVisitPause) ++count;
        gone = std::max(gone, span.end);
    }
    return count;
}

Result<Json> receipts_of(const PersonSources& sources, const privacy::KnownPerson& person,
                         const std::vector<privacy::KnownStay>& stays) {
    std::vector<PersonId> numbers;
    numbers.reserve(stays.size());
    for (const privacy::KnownStay& stay : stays)
        numbers.push_back(stay.number);
    std::vector<std::string> cards;
    for (const std::string& external : privacy::externals_of(person.card))
        cards.push_back(pseudonym_of_card(sources.sealer, external));
    TRY_ASSIGN(const auto ids, sources.records.receipts_of(numbers, cards));
    Json receipts = Json::array();
    for (const std::string& id : ids) {
        TRY_ASSIGN(const auto receipt, sources.receipts.receipt(id));
        if (receipt) receipts.push_back(to_json(*receipt));
    }
    return receipts;
}

}  // namespace

Json to_json(const privacy::KnownPerson& person) {
    Json pictures = Json::array();
    for (const privacy::KnownPicture& picture : person.pictures)
        pictures.push_back(
            {{"id", picture.id}, {"added", to_text(picture.added)}, {"made_by", picture.made_by}});
    Json more_consents = Json::array();
    for (const privacy::Consent& consent : person.card.more_consents)
        more_consents.push_back(json_of(consent));
    return {{"id", person.id},
            {"kind", privacy::to_text(person.kind)},
            {"name", person.card.name},
            {"external", person.card.external},
            {"more_external", person.card.more_externals},
            {"consent", person.card.consent ? json_of(*person.card.consent) : Json()},
            {"more_consents", std::move(more_consents)},
            {"reason", person.card.reason},
            {"created", to_text(person.created)},
            {"created_by", person.created_by},
            {"expires", to_text(person.expires)},
            {"likeness_min", person.likeness_min},
            {"pictures", std::move(pictures)}};
}

Result<Json> history_of(const PersonSources& sources, const privacy::KnownPerson& person) {
    TRY_ASSIGN(const auto stays, sources.gallery.stays(person.id));
    Json list = Json::array();
    UtcSpans everywhere;
    std::vector<Span> spans;
    spans.reserve(stays.size());
    for (const privacy::KnownStay& stay : stays) {
        Span& span = spans.emplace_back(Span{stay.at, stay.at, {}});
        TRY_ASSIGN(Json visits, visits_of(sources, stay, span));
        everywhere.insert(everywhere.end(), span.visits.begin(), span.visits.end());
        list.push_back({{"id", stay.id},
                        {"at", to_text(stay.at)},
                        {"camera", stay.camera},
                        {"person", stay.number},
                        {"likeness", stay.likeness},
                        {"dwell_s", dwell_of(span.visits)},
                        {"visits", std::move(visits)}});
    }
    TRY_ASSIGN(Json receipts, receipts_of(sources, person, stays));
    const std::size_t count = visits_in(std::move(spans));
    return Json{{"stays", std::move(list)},
                {"count", count},
                {"dwell_s", dwell_of(std::move(everywhere))},
                {"receipts", std::move(receipts)}};
}

Result<std::optional<Json>> export_of(const PersonSources& sources, std::int64_t id) {
    if (const std::string closed = sources.gallery.closed(); !closed.empty())
        return failed("the gallery is closed: " + closed);
    const auto person = sources.gallery.person(id);
    if (!person) return std::nullopt;
    Json all = to_json(*person);
    for (Json& picture : all["pictures"]) {
        TRY_ASSIGN(const auto jpeg, sources.gallery.picture(id, picture["id"].get<std::int64_t>()));
        picture["jpeg_base64"] = jpeg ? base64_of(*jpeg) : "";
    }
    TRY_ASSIGN(all["history"], history_of(sources, *person));
    TRY_ASSIGN(const auto matches, sources.gallery.matches(id, kMatchesMax));
    Json taken_for = Json::array();
    for (const privacy::Gallery::Match& match : matches)
        taken_for.push_back({{"at", to_text(match.at)},
                             {"camera", match.evidence.camera},
                             {"likeness", match.evidence.likeness},
                             {"verdict", match.verdict},
                             {"jpeg_base64", is_his(match) ? base64_of(match.evidence.jpeg) : ""}});
    all["matches"] = std::move(taken_for);
    return all;
}

}  // namespace vitrina::api
