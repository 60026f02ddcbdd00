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

Result<void> check_face(const Photograph& photograph) {
    double square = 0;
    for (const float value : photograph.descriptor)
        square += static_cast<double>(value) * value;
    if (photograph.descriptor.empty() || !(std::abs(square - 1) < kUnitTolerance))
        return failed("the network gave no descriptor of unit length");
    return {};
}

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
    const MutexLock lock(mutex_);
    auto ring = ring_for(keys_, rows.size());
    if (!ring) {
        closed_ = std::move(ring).error().message;
        if (options_.log) options_.log("the gallery stays closed: " + closed_);
        return {};
    }
    ring_.emplace(std::move(*ring));
    const std::size_t unread = take_people(rows) + take_pictures(pictures);
    for (const auto& [id, held] : people_)
        index(held);
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
        people_.emplace(row.id, Held{std::move(person), row.key_name, {}});
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

Result<void> Gallery::check_new(const NewPerson& person) const {
    const PersonCard& card = person.card;
    if (person.kind == PersonKind::kEnrolled && (!card.consent || card.consent->text.empty()))
        return misconfigured("nobody is enrolled without consent: say what the person agreed to");
    if (person.kind == PersonKind::kWatched && card.reason.empty())
        return misconfigured("an entry of the watchlist needs a reason");
    if (person.expires <= options_.now())
        return misconfigured("the day on which this person is forgotten has to be in the future");
    if (card.name.size() > kNameMax || card.external.size() > kCardTextMax ||
        card.reason.size() > kCardTextMax || (card.consent && card.consent->text.size() > kCardTextMax))
        return misconfigured("a text is too long");
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
    return row;
}

Result<std::int64_t> Gallery::add(NewPerson person) {
    TRY(check_new(person));
    const MutexLock lock(mutex_);
    if (!ring_) return failed("the gallery is closed: " + closed_);
    if (people_.size() >= options_.people_max)
        return misconfigured(
            fmt::format("the gallery is full: it holds {} people (privacy.people_max in "
                        "vitrina.yaml); have some forgotten",
                        options_.people_max));
    TRY_ASSIGN(std::string key_name, ring_->add());
    Held added{{}, std::move(key_name), {}};
    added.person.kind = person.kind;
    added.person.card = std::move(person.card);
    added.person.created = options_.now();
    added.person.created_by = std::move(person.created_by);
    added.person.expires = person.expires;
    records::GalleryChange change;
    change.people.push_back(row_of(added));
    change.pictures.reserve(person.photographs.size());
    for (const Photograph& photograph : person.photographs) {
        records::GalleryPicture& row = change.pictures.emplace_back();
        row.added = added.person.created;
        row.made_by = photograph.made_by;
        row.sealed_descriptor = key_of(added).seal(code_of(photograph.descriptor), kDescriptorContext);
        row.sealed_jpeg = key_of(added).seal(
            std::string_view(reinterpret_cast<const char*>(photograph.jpeg.data()), photograph.jpeg.size()),
            kJpegContext);
    }
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
    return ids->person;
}

Result<bool> Gallery::erase(std::int64_t id) {
    const MutexLock lock(mutex_);
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

std::vector<Likeness> Gallery::likest(Among among, const std::string& made_by,
                                      std::span<const float> descriptor, double least) const {
    constexpr std::size_t kLikest = 2;
    const MutexLock lock(mutex_);
    const auto search = searches_.find({among, made_by});
    if (search == searches_.end()) return {};
    const UtcTime now = options_.now();
    // The likest may be those whose day has come, or whose entry became stricter: then who is behind them.
    constexpr std::size_t kMoreBy = 4;
    std::vector<Likeness> likest;
    for (std::size_t count = kLikest;; count *= kMoreBy) {
        const auto matches = search->second.nearest(descriptor, count, least);
        for (const auto& match : matches) {
            const auto found = people_.find(match.owner);
            if (found == people_.end() || found->second.person.expires <= now) continue;
            const double likeness_min = std::max(least, found->second.person.likeness_min);
            if (match.likeness >= likeness_min && likest.size() < kLikest)
                likest.push_back({match.owner, match.likeness, likeness_min});
        }
        if (!likest.empty() || matches.size() < count) return likest;
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
