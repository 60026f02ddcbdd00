// Somebody whom the shop knows by face, and what is kept of him. Plain data; the forms at rest are texts that
// are sealed before they are stored. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina::privacy {

enum class PersonKind : std::uint8_t {
    kEnrolled,  // agreed to be recognised
    kWatched,   // an entry of the watchlist
    kSeen,      // nobody asked him: only where everybody is recognised
};

/// "enrolled", "watched", "seen".
[[nodiscard]] std::string_view to_text(PersonKind kind);
[[nodiscard]] std::optional<PersonKind> parse_person_kind(std::string_view text);

/// That somebody agreed, to what, and who says so.
struct Consent {
    std::string text;  // that was agreed to
    std::string taken_by;
    UtcTime at;
};

struct PersonCard {
    std::string name;      // may be empty
    std::string external;  // number of a loyalty card, of a customer, address of a profile; may be empty
    std::optional<Consent> consent;
    std::string reason;  // of an entry of the watchlist
    // Of those who turned out to be the same person.
    std::vector<std::string> more_externals;
    std::vector<Consent> more_consents;
};

/// All that are not empty, each once.
[[nodiscard]] std::vector<std::string> externals_of(const PersonCard& card);

struct KnownPicture {
    std::int64_t id = 0;
    UtcTime added;
    std::string
        made_by;  // the network of its descriptor; of another than is in use, it is compared to nobody
};

struct KnownPerson {
    std::int64_t id = 0;
    PersonKind kind = PersonKind::kEnrolled;
    PersonCard card;
    UtcTime created;
    std::string created_by;
    UtcTime expires;
    double likeness_min = 0;  // of a match, where rejected ones have raised it above that of all
    std::vector<KnownPicture> pictures;
};

/// Recognised before a camera.
struct KnownStay {
    std::int64_t id = 0;
    UtcTime at;
    std::string camera;
    PersonId number = 0;  // that facts have for him then
    double likeness = 0;
};

/// Why somebody is taken for one of the watchlist.
struct Evidence {
    std::string camera;
    PersonId number = 0;
    double likeness = 0;
    double threshold = 0;
    std::int64_t picture = 0;  // of the entry, the likest
    std::vector<std::uint8_t> jpeg;
};

[[nodiscard]] std::string code_of(const PersonCard& card);
[[nodiscard]] Result<PersonCard> card_from(std::string_view code);
[[nodiscard]] std::string code_of(const KnownStay& stay);
/// Fills in all but `id` and `at`.
[[nodiscard]] Result<KnownStay> stay_from(std::string_view code);
[[nodiscard]] std::string code_of(const Evidence& evidence);
[[nodiscard]] Result<Evidence> evidence_from(std::string_view code);
/// Numbers of 32 bits.
[[nodiscard]] std::string code_of(const std::vector<float>& descriptor);
[[nodiscard]] Result<std::vector<float>> descriptor_from(std::string_view code);

}  // namespace vitrina::privacy
