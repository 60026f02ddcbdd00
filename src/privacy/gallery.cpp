#include "privacy/gallery.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "perceive/face_reader.h"
#include "privacy/gallery_contexts.h"

namespace vitrina::privacy {
namespace {

constexpr std::size_t kNameMax = 200;  // bytes
constexpr double kUnitTolerance = 0.01;

Gallery::Among among_of(PersonKind kind) {
    switch (kind) {
        case PersonKind::kWatched:
            return Gallery::Among::kWatched;
        case PersonKind::kSeen:
            return Gallery::Among::kSeen;
        case PersonKind::kEnrolled:
            break;
    }
    return Gallery::Among::kKnown;
}

/// New keys would open nobody of a gallery that has people, and hide that the right ones are lost.
Result<KeyRing> ring_for(const KeyFiles& keys, std::size_t people) {
    std::error_code ignored;
    if (people > 0 && !std::filesystem::exists(keys.ring, ignored) &&
        !std::filesystem::exists(keys.master, ignored))
        return failed(
            fmt::format("{} and {}: the keys of the {} people in the gallery are not there; put both files "
                        "back, or have these people erased, whom nothing else opens",
                        keys.ring.string(), keys.master.string(), people));
    return KeyRing::open(keys);
}

}  // namespace

Gallery::Gallery(std::shared_ptr<records::GalleryStore> store, KeyFiles keys, Options options)
    : store_(std::move(store)), keys_(std::move(keys)), options_(std::move(options)) {}
Gallery::~Gallery() = default;

Result<std::unique_ptr<Gallery>> Gallery::create(std::shared_ptr<records::GalleryStore> store,
                                                 const KeyFiles& keys, Options options) {
    std::unique_ptr<Gallery> gallery(new Gallery(std::move(store), keys, std::move(options)));
    TRY(gallery->load());
    return gallery;
}

Result<void> Gallery::load() {
    TRY_ASSIGN(const auto rows, store_->people());
    TRY_ASSIGN(const auto pictures, store_->pictures(0));
    TRY_ASSIGN(const auto seen, store_->last_stays());
    const MutexLock lock(mutex_);
    auto ring = ring_for(keys_, rows.size());
    if (!ring) {
        closed_ = std::move(ring).error().message;
        if (options_.log) options_.log("the gallery stays closed: " + closed_);
        return {};
    }
    ring_.emplace(std::move(*ring));
    const std::size_t unread = take_people(rows) + take_pictures(pictures);
    for (auto& [id, held] : people_) {
        if (const auto last = seen.find(id); last != seen.end())
            held.seen = std::max(held.seen, last->second);
        index(held);
    }
    keep_cards(rows);
    if (unread > 0 && options_.log)
        options_.log(fmt::format("gallery: {} rows can't be opened: changed, or of who was erased", unread));
    return {};
}

std::size_t Gallery::take_people(const std::vector<records::GalleryPerson>& rows) {
    std::size_t unread = 0;
    for (const records::GalleryPerson& row : rows) {
        const PersonKey* const key = ring_->find(row.key_name);
        const auto code = key != nullptr ? key->unseal(row.sealed_card, kCardContext) : failed("");
        auto card = code ? card_from(*code) : failed("");
        const auto kind = parse_person_kind(row.kind);
        if (!card || !kind) {
            ++unread;
            continue;
        }
        KnownPerson person;
        person.id = row.id;
        person.kind = *kind;
        person.card = std::move(*card);
        person.created = row.created;
        person.created_by = row.created_by;
        person.expires = row.expires;
        person.likeness_min = row.likeness_min;
        people_.emplace(row.id, Held{std::move(person), row.key_name, {}, row.created});
    }
    return unread;
}

std::size_t Gallery::take_pictures(const std::vector<records::GalleryPicture>& rows) {
    std::size_t unread = 0;
    for (const records::GalleryPicture& row : rows) {
        const auto found = people_.find(row.person);
        if (found == people_.end()) continue;
        const auto code = key_of(found->second).unseal(row.sealed_descriptor, kDescriptorContext);
        auto descriptor = code ? descriptor_from(*code) : failed("");
        if (!descriptor) {
            ++unread;
            continue;
        }
        found->second.person.pictures.push_back({row.id, row.added, row.made_by});
        found->second.faces.emplace_back(row.id, Photograph{row.made_by, std::move(*descriptor), {}});
    }
    return unread;
}

Result<void> Gallery::check_face(const Photograph& photograph) {
    double square = 0;
    for (const float value : photograph.descriptor)
        square += static_cast<double>(value) * value;
    if (photograph.descriptor.empty() || !(std::abs(square - 1) < kUnitTolerance))
        return failed("the network gave no descriptor of unit length");
    return {};
}

std::string Gallery::closed() const {
    const MutexLock lock(mutex_);
    return closed_;
}

std::size_t Gallery::size() const {
    const MutexLock lock(mutex_);
    return people_.size();
}

void Gallery::index(const Held& held) {
    const Among among = among_of(held.person.kind);
    for (const auto& [id, face] : held.faces) {
        const auto [search, is_new] = searches_.try_emplace({among, face.made_by}, face.descriptor.size());
        if (const auto added = search->second.add(held.person.id, face.descriptor); !added && options_.log)
            options_.log(fmt::format("gallery: picture {}: {}", id, added.error().message));
    }
}

void Gallery::unindex(const Held& held) {
    for (auto& [what, search] : searches_)
        search.remove(held.person.id);
}

Result<Gallery::Held*> Gallery::held(std::int64_t id) {
    if (!ring_) return failed("the gallery is closed: " + closed_);
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

Result<const Gallery::Held*> Gallery::held(std::int64_t id) const {
    if (!ring_) return failed("the gallery is closed: " + closed_);
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

std::vector<KnownPerson> Gallery::people(PersonKind kind) const {
    const MutexLock lock(mutex_);
    const UtcTime now = options_.now();
    std::vector<KnownPerson> people;
    for (const auto& [id, one] : people_)
        if (one.person.kind == kind && one.person.expires > now) people.push_back(one.person);
    return people;
}

std::size_t Gallery::count(PersonKind kind) const {
    const MutexLock lock(mutex_);
    const UtcTime now = options_.now();
    std::size_t count = 0;
    for (const auto& [id, one] : people_)
        if (one.person.kind == kind && one.person.expires > now) ++count;
    return count;
}

std::optional<KnownPerson> Gallery::person(std::int64_t id) const {
    const MutexLock lock(mutex_);
    const auto found = people_.find(id);
    if (found == people_.end()) return std::nullopt;
    return found->second.person;
}

Result<std::optional<std::vector<std::uint8_t>>> Gallery::picture(std::int64_t person,
                                                                  std::int64_t picture) const {
    TRY_ASSIGN(const auto rows, store_->pictures(person));
    const MutexLock lock(mutex_);
    TRY_ASSIGN(const Held* const one, held(person));
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const auto& known) { return known.id == picture; });
    if (one == nullptr || person == 0 || row == rows.end()) return std::nullopt;
    TRY_ASSIGN(const std::string jpeg, key_of(*one).unseal(row->sealed_jpeg, kJpegContext));
    return std::vector<std::uint8_t>(jpeg.begin(), jpeg.end());
}

void Gallery::keep_cards(const std::vector<records::GalleryPerson>& rows) {
    if (!options_.pseudonym_of) return;
    records::GalleryChange change;
    for (const records::GalleryPerson& row : rows)
        if (const auto found = people_.find(row.id); found != people_.end())
            if (auto wanted = row_of(found->second); wanted.cards != row.cards)
                change.people.push_back(std::move(wanted));
    if (change.people.empty()) return;
    // Another start tries again; until then the card is known where the gallery is open.
    if (const auto kept = store_->apply(change); !kept && options_.log)
        options_.log("gallery: numbers of cards can't be kept: " + kept.error().message);
}

Result<void> Gallery::check_card(PersonKind kind, const PersonCard& card) {
    if (kind == PersonKind::kEnrolled && (!card.consent || card.consent->text.empty()))
        return misconfigured("nobody is enrolled without consent: say what the person agreed to");
    if (kind == PersonKind::kWatched && card.reason.empty())
        return misconfigured("an entry of the watchlist needs a reason");
    if (card.name.size() > kNameMax || card.external.size() > kCardTextMax ||
        card.reason.size() > kCardTextMax || (card.consent && card.consent->text.size() > kCardTextMax))
        return misconfigured("a text is too long");
    return {};
}

Result<void> Gallery::check_expires(UtcTime expires) const {
    if (expires <= options_.now())
        return misconfigured("the day on which this person is forgotten has to be in the future");
    if (expires > options_.now() + options_.expires_max)
        return misconfigured(fmt::format(
            "the day on which this person is forgotten is too far: it can be {} days away at most "
            "(privacy.expires_max_days in vitrina.yaml)",
            options_.expires_max.count()));
    return {};
}

Result<void> Gallery::check_new(const NewPerson& person) const {
    TRY(check_card(person.kind, person.card));
    // How long who was only seen is kept the shop has chosen for all of them.
    if (person.kind != PersonKind::kSeen) TRY(check_expires(person.expires));
    if (person.photographs.empty()) return misconfigured("a photograph is needed");
    if (person.photographs.size() > kPicturesMax)
        return misconfigured(fmt::format("{} photographs are the most there can be", kPicturesMax));
    for (const Photograph& photograph : person.photographs)
        TRY(check_face(photograph));
    return {};
}

const PersonKey& Gallery::key_of(const Held& held) const {
    const PersonKey* const key = ring_->find(held.key_name);
    VITRINA_ASSERT(key != nullptr);
    return *key;
}

records::GalleryPerson Gallery::row_of(const Held& held) const {
    records::GalleryPerson row;
    row.id = held.person.id;
    row.kind = to_text(held.person.kind);
    row.key_name = held.key_name;
    row.sealed_card = key_of(held).seal(code_of(held.person.card), kCardContext);
    row.created = held.person.created;
    row.created_by = held.person.created_by;
    row.expires = held.person.expires;
    row.likeness_min = held.person.likeness_min;
    if (options_.pseudonym_of)
        for (const std::string& external : externals_of(held.person.card))
            row.cards.push_back(options_.pseudonym_of(external));
    return row;
}

Result<std::int64_t> Gallery::add(NewPerson person) {
    TRY(check_new(person));
    const MutexLock lock(mutex_);
    if (!ring_) return failed("the gallery is closed: " + closed_);
    if (people_.size() >= options_.people_max && who_gives_way() == 0)
        return misconfigured(
            fmt::format("the gallery is full: it holds {} people (privacy.people_max in "
                        "vitrina.yaml); have some forgotten",
                        options_.people_max));
    TRY_ASSIGN(std::string key_name, ring_->add());
    Held added{{}, std::move(key_name), {}, options_.now()};
    added.person.kind = person.kind;
    added.person.card = std::move(person.card);
    added.person.created = options_.now();
    added.person.created_by = std::move(person.created_by);
    added.person.expires = person.expires;
    records::GalleryChange change;
    change.people.push_back(row_of(added));
    change.pictures.reserve(person.photographs.size());
    for (const Photograph& photograph : person.photographs)
        change.pictures.push_back(picture_row(added, photograph, added.person.created));
    auto ids = store_->apply(change);
    if (!ids) {
        static_cast<void>(ring_->destroy(added.key_name));  // opens nothing
        return tl::unexpected(std::move(ids).error());
    }
    added.person.id = ids->person;
    for (std::size_t i = 0; i < person.photographs.size(); ++i) {
        Photograph& photograph = person.photographs[i];
        photograph.jpeg.clear();
        added.person.pictures.push_back({ids->pictures[i], added.person.created, photograph.made_by});
        added.faces.emplace_back(ids->pictures[i], std::move(photograph));
    }
    index(added);
    people_.emplace(ids->person, std::move(added));
    make_way();
    return ids->person;
}

records::GalleryPicture Gallery::picture_row(const Held& held, const Photograph& photograph,
                                             UtcTime added) const {
    records::GalleryPicture row;
    row.added = added;
    row.made_by = photograph.made_by;
    row.sealed_descriptor = key_of(held).seal(code_of(photograph.descriptor), kDescriptorContext);
    row.sealed_jpeg = key_of(held).seal(
        std::string_view(reinterpret_cast<const char*>(photograph.jpeg.data()), photograph.jpeg.size()),
        kJpegContext);
    return row;
}

std::int64_t Gallery::who_gives_way() const {
    const Held* oldest = nullptr;
    for (const auto& [id, one] : people_)
        // Whoever has a number elsewhere goes by hand or when his day comes: receipts forget him with it.
        if (one.person.kind == PersonKind::kSeen && externals_of(one.person.card).empty() &&
            (oldest == nullptr || one.seen < oldest->seen))
            oldest = &one;
    return oldest == nullptr ? 0 : oldest->person.id;
}

void Gallery::make_way() {
    while (people_.size() > options_.people_max) {
        const std::int64_t oldest = who_gives_way();
        if (oldest == 0) return;
        if (const auto gone = erase_held(oldest); !gone) {
            if (options_.log) options_.log("gallery: it is over its bound: " + gone.error().message);
            return;
        }
    }
}

Result<bool> Gallery::erase(std::int64_t id) {
    const MutexLock lock(mutex_);
    return erase_held(id);
}

Result<bool> Gallery::erase_held(std::int64_t id) {
    TRY_ASSIGN(const auto row, store_->person(id));
    if (!row) return false;
    records::GalleryChange change;
    change.erased.push_back(id);
    // From memory first: whatever the disk says, nobody is recognised by what was to be forgotten.
    if (const auto found = people_.find(id); found != people_.end()) {
        unindex(found->second);
        people_.erase(found);
    }
    // Then the key: from now on no copy of the database tells of him.
    TRY(ring_ ? ring_->destroy(row->key_name) : KeyRing::strike(keys_, row->key_name));
    TRY(store_->apply(change));
    return true;
}

Result<int> Gallery::forget_expired(UtcTime now) {
    TRY(store_->empty_log());
    TRY_ASSIGN(const auto rows, store_->expired(now));
    int count = 0;
    for (const records::GalleryPerson& row : rows) {
        TRY_ASSIGN(const bool was_there, erase(row.id));
        count += was_there ? 1 : 0;
    }
    return count;
}

std::size_t Gallery::pictures(Among among, const std::string& made_by) const {
    const MutexLock lock(mutex_);
    const auto search = searches_.find({among, made_by});
    return search == searches_.end() ? 0 : search->second.size();
}

std::vector<Likeness> Gallery::likest(Among among, const std::string& made_by,
                                      std::span<const float> descriptor, double least,
                                      std::size_t wanted) const {
    const MutexLock lock(mutex_);
    const auto search = searches_.find({among, made_by});
    if (search == searches_.end()) return {};
    const UtcTime now = options_.now();
    // The likest may be those whose day has come, or whose entry became stricter: then who is behind them.
    constexpr std::size_t kMoreBy = 4;
    std::vector<Likeness> likest;
    for (std::size_t count = std::max<std::size_t>(wanted, 2);; count *= kMoreBy) {
        likest.clear();
        const auto matches = search->second.nearest(descriptor, count, least);
        for (const auto& match : matches) {
            const auto found = people_.find(match.owner);
            if (found == people_.end() || found->second.person.expires <= now) continue;
            const double likeness_min = std::max(least, found->second.person.likeness_min);
            if (match.likeness >= likeness_min && likest.size() < wanted)
                likest.push_back({match.owner, match.likeness, likeness_min});
        }
        if (likest.size() >= wanted || matches.size() < count) return likest;
    }
}

std::int64_t Gallery::likest_picture(std::int64_t person, std::span<const float> descriptor) const {
    const MutexLock lock(mutex_);
    const auto found = people_.find(person);
    if (found == people_.end()) return 0;
    std::int64_t picture = 0;
    double likest = -2;
    for (const auto& [id, face] : found->second.faces) {
        const double likeness = perceive::likeness(face.descriptor, descriptor);
        if (likeness > likest) {
            likest = likeness;
            picture = id;
        }
    }
    return picture;
}

}  // namespace vitrina::privacy
