#include "privacy/known_person.h"

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

std::string code_of(const PersonCard& card) {
    Json json = {{"name", card.name}, {"external", card.external}, {"reason", card.reason}};
    if (card.consent)
        json["consent"] = {{"text", card.consent->text},
                           {"taken_by", card.consent->taken_by},
                           {"at_ms", card.consent->at.time_since_epoch().count()}};
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
        card.consent = Consent{found->value("text", ""), found->value("taken_by", ""),
                               UtcTime(std::chrono::milliseconds(found->value("at_ms", std::int64_t{0})))};
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
