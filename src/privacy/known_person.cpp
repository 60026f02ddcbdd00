#include "privacy/known_person.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

namespace vitrina::privacy {
namespace {

using Json = nlohmann::json;

Json json_in(std::string_view code) {
    return Json::parse(code, nullptr, false);
}

tl::unexpected<Error> not_ours() {
    return failed("what was unsealed is not what was sealed");
}

Json json_of(const Consent& consent) {
    return {{"text", consent.text},
            {"taken_by", consent.taken_by},
            {"at_ms", consent.at.time_since_epoch().count()}};
}

Consent consent_from(const Json& json) {
    return {json.value("text", ""), json.value("taken_by", ""),
            UtcTime(std::chrono::milliseconds(json.value("at_ms", std::int64_t{0})))};
}

}  // namespace

std::string_view to_text(PersonKind kind) {
    switch (kind) {
        case PersonKind::kEnrolled:
            return "enrolled";
        case PersonKind::kWatched:
            return "watched";
        case PersonKind::kSeen:
            break;
    }
    return "seen";
}

std::optional<PersonKind> parse_person_kind(std::string_view text) {
    for (const PersonKind kind : {PersonKind::kEnrolled, PersonKind::kWatched, PersonKind::kSeen})
        if (text == to_text(kind)) return kind;
    return std::nullopt;
}

std::vector<std::string> externals_of(const PersonCard& card) {
    std::vector<std::string> all;
    const auto take = [&](const std::string& external) {
        if (!external.empty() && std::find(all.begin(), all.end(), external) == all.end())
            all.push_back(external);
    };
    take(card.external);
    for (const std::string& external : card.more_externals)
        take(external);
    return all;
}

std::string code_of(const PersonCard& card) {
    Json json = {{"name", card.name}, {"external", card.external}, {"reason", card.reason}};
    if (card.consent) json["consent"] = json_of(*card.consent);
    if (!card.more_externals.empty()) json["more_externals"] = card.more_externals;
    for (const Consent& consent : card.more_consents)
        json["more_consents"].push_back(json_of(consent));
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<PersonCard> card_from(std::string_view code) {
    const Json json = json_in(code);
    if (!json.is_object()) return not_ours();
    PersonCard card;
    card.name = json.value("name", "");
    card.external = json.value("external", "");
    card.reason = json.value("reason", "");
    if (const auto found = json.find("consent"); found != json.end() && found->is_object())
        card.consent = consent_from(*found);
    if (const auto found = json.find("more_externals"); found != json.end() && found->is_array())
        for (const Json& external : *found)
            if (external.is_string()) card.more_externals.push_back(external.get<std::string>());
    if (const auto found = json.find("more_consents"); found != json.end() && found->is_array())
        for (const Json& consent : *found)
            if (consent.is_object()) card.more_consents.push_back(consent_from(consent));
    return card;
}

std::string code_of(const KnownStay& stay) {
    return Json({{"camera", stay.camera}, {"number", stay.number}, {"likeness", stay.likeness}}).dump();
}

Result<KnownStay> stay_from(std::string_view code) {
    const Json json = json_in(code);
    if (!json.is_object()) return not_ours();
    KnownStay stay;
    stay.camera = json.value("camera", "");
    stay.number = json.value("number", PersonId{0});
    stay.likeness = json.value("likeness", 0.0);
    return stay;
}

std::string code_of(const Evidence& evidence) {
    std::string code = Json({{"camera", evidence.camera},
                             {"number", evidence.number},
                             {"likeness", evidence.likeness},
                             {"threshold", evidence.threshold},
                             {"picture", evidence.picture}})
                           .dump();
    code += '\n';
    code.append(evidence.jpeg.begin(), evidence.jpeg.end());
    return code;
}

Result<Evidence> evidence_from(std::string_view code) {
    const std::size_t end = code.find('\n');
    if (end == std::string_view::npos) return not_ours();
    const Json json = json_in(code.substr(0, end));
    if (!json.is_object()) return not_ours();
    Evidence evidence;
    evidence.camera = json.value("camera", "");
    evidence.number = json.value("number", PersonId{0});
    evidence.likeness = json.value("likeness", 0.0);
    evidence.threshold = json.value("threshold", 0.0);
    evidence.picture = json.value("picture", std::int64_t{0});
    const std::string_view jpeg = code.substr(end + 1);
    evidence.jpeg.assign(jpeg.begin(), jpeg.end());
    return evidence;
}

std::string code_of(const std::vector<float>& descriptor) {
    std::string code(descriptor.size() * sizeof(float), '\0');
    if (!descriptor.empty()) std::memcpy(code.data(), descriptor.data(), code.size());
    return code;
}

Result<std::vector<float>> descriptor_from(std::string_view code) {
    if (code.empty() || code.size() % sizeof(float) != 0) return not_ours();
    std::vector<float> descriptor(code.size() / sizeof(float));
    std::memcpy(descriptor.data(), code.data(), code.size());
    return descriptor;
}

}  // namespace vitrina::privacy
