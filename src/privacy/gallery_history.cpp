// What happened with people of the gallery: where they were recognised, whom the watchlist took for one of
// them, and who turned out to be one or two.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "privacy/gallery.h"
#include "privacy/gallery_contexts.h"

namespace vitrina::privacy {
namespace {

// A rejected match and everything less like is not told again; nothing but the very picture is above it.
constexpr double kStricterBy = 0.005;
constexpr double kStrictest = 0.99;
constexpr std::int64_t kMatchesHandedMax = 100'000;  // all that somebody can have
// Sealed, as text: numbers and the name of a camera are some 300; a face's JPEG begins at twice that.
constexpr std::int64_t kEvidenceWithoutPictureMax = 600;
constexpr std::int64_t kForgottenAtOnce = 20;

bool has(const std::vector<std::int64_t>* wanted, std::int64_t id) {
    return wanted == nullptr || std::find(wanted->begin(), wanted->end(), id) != wanted->end();
}

tl::unexpected<Error> nobody(std::int64_t id) {
    return misconfigured(fmt::format("person {} is not in the gallery", id));
}

/// The card of who two people turned out to be: nothing that `gone` gave or agreed to is lost.
Result<PersonCard> joined_card(const PersonCard& kept, const PersonCard& gone) {
    PersonCard card = kept;
    if (card.name.empty()) card.name = gone.name;
    for (const std::string& external : externals_of(gone)) {
        if (card.external.empty()) {
            card.external = external;
            continue;
        }
        const auto known = externals_of(card);
        if (std::find(known.begin(), known.end(), external) == known.end())
            card.more_externals.push_back(external);
    }
    const auto add_consent = [&](const Consent& consent) {
        if (card.consent)
            card.more_consents.push_back(consent);
        else
            card.consent = consent;
    };
    if (gone.consent) add_consent(*gone.consent);
    for (const Consent& consent : gone.more_consents)
        add_consent(consent);
    // Of entries of the watchlist.
    if (!gone.reason.empty() && card.reason.find(gone.reason) == std::string::npos) {
        card.reason += (card.reason.empty() ? "" : "; ") + gone.reason;
        if (card.reason.size() > kCardTextMax) return misconfigured("together their reasons are too long");
    }
    if (card.more_externals.size() > kJoinedMax || card.more_consents.size() > kJoinedMax)
        return misconfigured(
            fmt::format("together they have more than {} numbers elsewhere or consents", kJoinedMax));
    return card;
}

}  // namespace

Result<std::int64_t> Gallery::add_stay(std::int64_t person, const KnownStay& stay) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(Held* const one, held(person));
    if (one == nullptr) return nobody(person);
    records::GalleryChange change;
    change.stays.push_back({0, person, stay.at, key_of(*one).seal(code_of(stay), kStayContext)});
    TRY_ASSIGN(const auto added, store_->apply(change));
    one->seen = std::max(one->seen, stay.at);
    return added.stays.front();
}

Result<bool> Gallery::remove_stay(std::int64_t person, std::int64_t stay) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(const auto rows, store_->stays(person));
    if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.id == stay; })) return false;
    records::GalleryChange change;
    change.erased_stays.push_back(stay);
    TRY(store_->apply(change));
    return true;
}

Result<std::vector<KnownStay>> Gallery::stays(std::int64_t person) const {
    TRY_ASSIGN(const auto rows, store_->stays(person));
    const MutexLock lock(mutex_);
    TRY_ASSIGN(const Held* const one, held(person));
    std::vector<KnownStay> stays;
    if (one == nullptr) return stays;
    stays.reserve(rows.size());
    for (const records::GalleryStay& row : rows) {
        TRY_ASSIGN(const std::string code, key_of(*one).unseal(row.sealed_stay, kStayContext));
        TRY_ASSIGN(KnownStay stay, stay_from(code));
        stay.id = row.id;
        stay.at = row.at;
        stays.push_back(std::move(stay));
    }
    return stays;
}

Result<void> Gallery::add_match(const Match& match) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(const Held* const one, held(match.person));
    if (one == nullptr) return nobody(match.person);
    records::WatchMatch row;
    row.id = match.id;
    row.person = match.person;
    row.alarm = match.alarm;
    row.at = match.at;
    row.sealed_evidence = key_of(*one).seal(code_of(match.evidence), kEvidenceContext);
    return store_->add_match(row);
}

Result<Gallery::Match> Gallery::opened(const records::WatchMatch& row) const {
    TRY_ASSIGN(const Held* const one, held(row.person));
    if (one == nullptr) return nobody(row.person);
    TRY_ASSIGN(const std::string code, key_of(*one).unseal(row.sealed_evidence, kEvidenceContext));
    Match match;
    TRY_ASSIGN(match.evidence, evidence_from(code));
    match.id = row.id;
    match.person = row.person;
    match.alarm = row.alarm;
    match.at = row.at;
    match.verdict = row.verdict;
    match.judged_by = row.judged_by;
    match.judged = row.judged;
    return match;
}

Result<std::vector<Gallery::Match>> Gallery::matches(std::int64_t person, std::int64_t limit) const {
    TRY_ASSIGN(const auto rows, store_->matches(person, limit));
    const MutexLock lock(mutex_);
    std::vector<Match> matches;
    matches.reserve(rows.size());
    for (const records::WatchMatch& row : rows) {
        auto match = opened(row);
        if (match) matches.push_back(std::move(*match));  // or he was erased meanwhile
    }
    if (matches.empty() && !rows.empty() && !ring_) return failed("the gallery is closed: " + closed_);
    return matches;
}

Result<std::optional<Gallery::Match>> Gallery::match(const std::string& id) const {
    TRY_ASSIGN(const auto row, store_->match(id));
    if (!row) return std::nullopt;
    const MutexLock lock(mutex_);
    TRY_ASSIGN(auto match, opened(*row));
    return match;
}

Result<std::optional<Gallery::Match>> Gallery::judge(const std::string& id, bool confirmed,
                                                     const std::string& by) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(auto row, store_->match(id));
    if (!row) return std::nullopt;
    TRY_ASSIGN(Match match, opened(*row));
    if (!match.verdict.empty())
        return misconfigured(fmt::format("this match was {} by {} already", match.verdict, match.judged_by));
    row->verdict = confirmed ? "confirmed" : "rejected";
    row->judged_by = by;
    row->judged = options_.now();
    records::GalleryChange change;
    TRY_ASSIGN(Held* const entry, held(row->person));
    const double before = entry->person.likeness_min;
    if (!confirmed) {
        entry->person.likeness_min =
            std::min(kStrictest, std::max(before, match.evidence.likeness + kStricterBy));
        change.people.push_back(row_of(*entry));
        match.evidence.jpeg.clear();  // of somebody whom nobody watches for
        row->sealed_evidence = key_of(*entry).seal(code_of(match.evidence), kEvidenceContext);
    }
    change.matches.push_back(*row);
    if (auto done = store_->apply(change); !done) {
        entry->person.likeness_min = before;
        return tl::unexpected(std::move(done).error());
    }
    match.verdict = row->verdict;
    match.judged_by = row->judged_by;
    match.judged = row->judged;
    return match;
}

Result<bool> Gallery::forget_oldest_evidence() {
    const MutexLock lock(mutex_);
    if (!ring_) return false;
    TRY_ASSIGN(const auto rows, store_->matches_longer_than(kEvidenceWithoutPictureMax, kForgottenAtOnce));
    TRY_ASSIGN(auto shorter, without_pictures(rows));
    if (shorter.empty()) return false;
    TRY(store_->shorten(shorter));
    return true;
}

Result<int> Gallery::forget_unjudged_evidence(UtcTime before) {
    const MutexLock lock(mutex_);
    if (!ring_) return 0;
    TRY_ASSIGN(const auto rows,
               store_->matches_longer_than(kEvidenceWithoutPictureMax, kForgottenAtOnce, before));
    records::GalleryChange change;
    TRY_ASSIGN(change.matches, without_pictures(rows));
    if (change.matches.empty()) return 0;
    TRY(store_->apply(change));
    return static_cast<int>(change.matches.size());
}

Result<std::vector<records::WatchMatch>> Gallery::without_pictures(
    const std::vector<records::WatchMatch>& rows) const {
    std::vector<records::WatchMatch> shorter;
    for (const records::WatchMatch& row : rows) {
        auto match = opened(row);
        if (!match) continue;  // or he was erased meanwhile
        TRY_ASSIGN(const Held* const one, held(row.person));
        match->evidence.jpeg.clear();
        shorter.push_back(row);
        shorter.back().sealed_evidence = key_of(*one).seal(code_of(match->evidence), kEvidenceContext);
    }
    return shorter;
}

Result<void> Gallery::seal_anew(const Held& from, const Held& to, std::string& sealed,
                                const char* context) const {
    TRY_ASSIGN(const std::string text, key_of(from).unseal(sealed, context));
    sealed = key_of(to).seal(text, context);
    return {};
}

Result<void> Gallery::hand_over(const Held& from, const Held& to, std::int64_t to_id,
                                const std::vector<std::int64_t>* pictures,
                                const std::vector<std::int64_t>* stays,
                                records::GalleryChange& change) const {
    TRY_ASSIGN(auto picture_rows, store_->pictures(from.person.id));
    for (records::GalleryPicture& row : picture_rows) {
        if (!has(pictures, row.id)) continue;
        TRY(seal_anew(from, to, row.sealed_descriptor, kDescriptorContext));
        TRY(seal_anew(from, to, row.sealed_jpeg, kJpegContext));
        row.person = to_id;
        change.pictures.push_back(std::move(row));
    }
    TRY_ASSIGN(auto stay_rows, store_->stays(from.person.id));
    for (records::GalleryStay& row : stay_rows) {
        if (!has(stays, row.id)) continue;
        TRY(seal_anew(from, to, row.sealed_stay, kStayContext));
        row.person = to_id;
        change.stays.push_back(std::move(row));
    }
    return {};
}

Result<std::int64_t> Gallery::merge(std::int64_t person, std::int64_t other) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(Held * kept, held(person));
    TRY_ASSIGN(Held * gone, held(other));
    if (kept == nullptr) return nobody(person);
    if (gone == nullptr) return nobody(other);
    if (kept == gone) return misconfigured("somebody can't be joined with himself");
    if ((kept->person.kind == PersonKind::kWatched) != (gone->person.kind == PersonKind::kWatched))
        return misconfigured("people of the watchlist and others stay apart");
    // What somebody agreed to is not lost with who was only seen.
    if (kept->person.kind == PersonKind::kSeen && gone->person.kind == PersonKind::kEnrolled) {
        std::swap(kept, gone);
        std::swap(person, other);
    }
    if (kept->faces.size() + gone->faces.size() > kPicturesMax)
        return misconfigured(
            fmt::format("together they have more than {} pictures; take some out", kPicturesMax));
    Held joined{kept->person, kept->key_name, {}};
    TRY_ASSIGN(joined.person.card, joined_card(kept->person.card, gone->person.card));
    records::GalleryChange change;
    change.people.push_back(row_of(joined));
    TRY(hand_over(*gone, *kept, person, nullptr, nullptr, change));
    TRY_ASSIGN(auto matches, store_->matches(other, kMatchesHandedMax));
    for (records::WatchMatch& row : matches) {
        TRY(seal_anew(*gone, *kept, row.sealed_evidence, kEvidenceContext));
        row.person = person;
        change.matches.push_back(std::move(row));
    }
    TRY(store_->apply(change));
    kept->person.card = std::move(joined.person.card);
    kept->seen = std::max(kept->seen, gone->seen);
    unindex(*gone);
    unindex(*kept);
    for (auto& face : gone->faces)
        kept->faces.push_back(std::move(face));
    for (const KnownPicture& picture : gone->person.pictures)
        kept->person.pictures.push_back(picture);
    index(*kept);
    gone->faces.clear();
    gone->person.pictures.clear();
    // His key before his row: without the row nothing would tell which key is still to be destroyed.
    TRY(ring_->destroy(gone->key_name));
    people_.erase(other);
    records::GalleryChange end;
    end.erased.push_back(other);
    TRY(store_->apply(end));
    return person;
}

Result<records::GalleryStore::Added> Gallery::part(const Held& one, const Held& another,
                                                   const std::vector<std::int64_t>& pictures,
                                                   const std::vector<std::int64_t>& stays) const {
    records::GalleryChange change;
    change.people.push_back(row_of(another));
    TRY(hand_over(one, another, 0, &pictures, &stays, change));
    if (change.stays.size() != stays.size())
        return misconfigured("a visit that was named is not one of this person");
    return store_->apply(change);
}

Result<std::int64_t> Gallery::split(std::int64_t person, const std::vector<std::int64_t>& pictures,
                                    const std::vector<std::int64_t>& stays) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(Held* const one, held(person));
    if (one == nullptr) return nobody(person);
    for (const std::int64_t id : pictures)
        if (std::none_of(one->faces.begin(), one->faces.end(),
                         [&](const auto& face) { return face.first == id; }))
            return misconfigured(fmt::format("picture {} is not one of person {}", id, person));
    if (pictures.empty() || pictures.size() >= one->faces.size())
        return misconfigured("each of the two needs a picture of his own");
    if (people_.size() >= options_.people_max && who_gives_way() == 0)
        return misconfigured("the gallery is full");
    TRY_ASSIGN(std::string key_name, ring_->add());
    Held another{one->person, std::move(key_name), {}, one->seen};
    another.person.id = 0;
    another.person.pictures.clear();
    another.person.card.name.clear();
    another.person.card.external.clear();
    another.person.card.more_externals.clear();
    const auto added = part(*one, another, pictures, stays);
    if (!added) {
        static_cast<void>(ring_->destroy(another.key_name));  // opens nothing
        return tl::unexpected(added.error());
    }
    another.person.id = added->person;
    unindex(*one);
    const auto moved = std::stable_partition(one->faces.begin(), one->faces.end(),
                                             [&](const auto& face) { return !has(&pictures, face.first); });
    std::move(moved, one->faces.end(), std::back_inserter(another.faces));
    one->faces.erase(moved, one->faces.end());
    auto& shown = one->person.pictures;
    const auto shown_moved = std::stable_partition(
        shown.begin(), shown.end(), [&](const KnownPicture& picture) { return !has(&pictures, picture.id); });
    std::move(shown_moved, shown.end(), std::back_inserter(another.person.pictures));
    shown.erase(shown_moved, shown.end());
    index(*one);
    index(another);
    const std::int64_t id = added->person;
    people_.emplace(id, std::move(another));
    make_way();
    return id;
}

}  // namespace vitrina::privacy
