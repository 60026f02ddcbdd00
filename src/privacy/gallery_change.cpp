// What is put right of people in the gallery: their card, the day on which they are forgotten, their
// pictures.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "privacy/gallery.h"
#include "privacy/gallery_contexts.h"

namespace vitrina::privacy {
namespace {

tl::unexpected<Error> nobody_to_change(std::int64_t id) {
    return misconfigured(fmt::format("person {} is not in the gallery", id));
}

}  // namespace

Result<void> Gallery::change(std::int64_t person, const PersonChange& change) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(Held* const one, held(person));
    if (one == nullptr) return nobody_to_change(person);
    const bool is_watched = one->person.kind == PersonKind::kWatched;
    if (is_watched && (change.external || change.consent))
        return misconfigured("an entry of the watchlist has neither a number elsewhere nor a consent");
    if (!is_watched && change.reason) return misconfigured("only an entry of the watchlist has a reason");
    Held changed{one->person, one->key_name, {}};
    PersonCard& card = changed.person.card;
    if (change.name) card.name = *change.name;
    if (change.external) card.external = *change.external;
    if (change.reason) card.reason = *change.reason;
    if (change.consent) {
        // What he agreed to before is kept: it was in force until now.
        if (card.consent) card.more_consents.push_back(*card.consent);
        if (card.more_consents.size() > kJoinedMax)
            return misconfigured(fmt::format("{} earlier consents are the most there can be", kJoinedMax));
        card.consent = change.consent;
    }
    if (change.expires) changed.person.expires = *change.expires;
    if (change.consent) changed.person.kind = PersonKind::kEnrolled;
    TRY(check_card(changed.person.kind, card));
    if (change.expires) TRY(check_expires(*change.expires));
    records::GalleryChange rows;
    rows.people.push_back(row_of(changed));
    TRY(store_->apply(rows));
    unindex(*one);
    one->person = std::move(changed.person);
    index(*one);
    return {};
}

Result<std::vector<std::int64_t>> Gallery::add_pictures(std::int64_t person,
                                                        std::vector<Photograph> photographs) {
    for (const Photograph& photograph : photographs)
        TRY(check_face(photograph));
    const MutexLock lock(mutex_);
    TRY_ASSIGN(Held* const one, held(person));
    if (one == nullptr) return nobody_to_change(person);
    if (photographs.empty()) return misconfigured("a photograph is needed");
    if (one->faces.size() + photographs.size() > kPicturesMax)
        return misconfigured(
            fmt::format("{} pictures of one person are the most there can be, and there are "
                        "{}; take some out",
                        kPicturesMax, one->faces.size()));
    const UtcTime now = options_.now();
    records::GalleryChange change;
    for (const Photograph& photograph : photographs) {
        change.pictures.push_back(picture_row(*one, photograph, now));
        change.pictures.back().person = person;
    }
    TRY_ASSIGN(const auto added, store_->apply(change));
    unindex(*one);
    for (std::size_t i = 0; i < photographs.size(); ++i) {
        photographs[i].jpeg.clear();
        one->person.pictures.push_back({added.pictures[i], now, photographs[i].made_by});
        one->faces.emplace_back(added.pictures[i], std::move(photographs[i]));
    }
    index(*one);
    return added.pictures;
}

Result<bool> Gallery::remove_picture(std::int64_t person, std::int64_t picture) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(Held* const one, held(person));
    if (one == nullptr) return false;
    auto& shown = one->person.pictures;
    const auto is_it = [&](const auto& known) { return known.id == picture; };
    if (std::none_of(shown.begin(), shown.end(), is_it)) return false;
    if (shown.size() == 1)
        return misconfigured(
            "the last picture stays, for he would be known by nothing; have him erased, or add another "
            "first");
    records::GalleryChange change;
    change.erased_pictures.push_back(picture);
    TRY(store_->apply(change));
    unindex(*one);
    std::erase_if(shown, is_it);
    std::erase_if(one->faces, [&](const auto& face) { return face.first == picture; });
    index(*one);
    return true;
}

}  // namespace vitrina::privacy
