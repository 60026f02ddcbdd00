// Those whom the shop knows by face. Everything of a person is sealed with his own key, which is sealed by
// the master key (person_key.h, key_ring.h); opened, it is in memory only. It is bounded, and everybody in it
// has a day on which he is forgotten.
//
// With a wrong master key the gallery is closed: nobody is recognised, nothing is added, and each function
// that would have to open something fails with the reason. Erasing works all the same, and so does the shop.
//
// Any thread may call anything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "perceive/descriptor_search.h"
#include "privacy/key_ring.h"
#include "privacy/known_person.h"
#include "records/gallery_store.h"

namespace vitrina::privacy {

/// Of one person: more don't tell him better, and each is searched.
inline constexpr std::size_t kPicturesMax = 8;
inline constexpr std::size_t kCardTextMax = 4000;  // bytes: of a consent's text
/// Numbers elsewhere, and consents, that somebody has from those who were joined into him.
inline constexpr std::size_t kJoinedMax = 16;

struct Photograph {
    std::string made_by;  // the network of the descriptor
    std::vector<float> descriptor;
    std::vector<std::uint8_t> jpeg;
};

struct NewPerson {
    PersonKind kind = PersonKind::kEnrolled;
    PersonCard card;
    std::string created_by;
    UtcTime expires;
    std::vector<Photograph> photographs;
};

/// What is corrected of somebody; what is not named stays.
struct PersonChange {
    std::optional<std::string> name;
    std::optional<std::string> external;
    std::optional<std::string> reason;  // of an entry of the watchlist
    std::optional<Consent> consent;     // who was only seen is enrolled by it
    std::optional<UtcTime> expires;
};

/// Somebody of the gallery who looks like that.
struct Likeness {
    std::int64_t person = 0;
    double likeness = 0;
    double likeness_min = 0;  // of the person, or that of all when it is more
};

class Gallery {
  public:
    struct Options {
        std::size_t people_max = 20'000;
        /// The farthest day of forgetting that is taken.
        std::chrono::days expires_max{3660};
        /// By which pseudonym receipts know the owner of a number; empty: by none.
        std::function<std::string(const std::string& external)> pseudonym_of;
        std::function<UtcTime()> now;
        std::function<void(const std::string&)> log;  // may be empty
    };

    /// Fails only when the records can't be read.
    [[nodiscard]] static Result<std::unique_ptr<Gallery>> create(std::shared_ptr<records::GalleryStore> store,
                                                                 const KeyFiles& keys, Options options);
    ~Gallery();
    Gallery(const Gallery&) = delete;
    Gallery& operator=(const Gallery&) = delete;

    /// Why it is closed; empty: it is open.
    [[nodiscard]] std::string closed() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::size_t people_max() const { return options_.people_max; }

    /// Those of a kind who are not forgotten, the oldest first; nobody while it is closed.
    [[nodiscard]] std::vector<KnownPerson> people(PersonKind kind) const;
    /// How many people() gives.
    [[nodiscard]] std::size_t count(PersonKind kind) const;
    [[nodiscard]] std::optional<KnownPerson> person(std::int64_t id) const;
    /// JPEG; nothing when there is no such picture of him.
    [[nodiscard]] Result<std::optional<std::vector<std::uint8_t>>> picture(std::int64_t person,
                                                                           std::int64_t picture) const;

    /// How many descriptors of that network are searched.
    enum class Among : std::uint8_t { kWatched, kKnown, kSeen };
    [[nodiscard]] std::size_t pictures(Among among, const std::string& made_by) const;

    /// His id. In a full gallery whoever was only seen, and not for longest, gives way. Fails
    /// (kConfiguration) without a photograph, without consent of who is enrolled, without a reason of who is
    /// watched, with a day that is past or too far, with descriptors of several lengths, and when the gallery
    /// is full of others.
    [[nodiscard]] Result<std::int64_t> add(NewPerson person);
    /// Corrects him. Fails (kConfiguration) as add() does, and for what is not of his kind; then nothing has
    /// changed.
    [[nodiscard]] Result<void> change(std::int64_t person, const PersonChange& change);
    /// Their ids. Fails (kConfiguration) when there would be more than kPicturesMax.
    [[nodiscard]] Result<std::vector<std::int64_t>> add_pictures(std::int64_t person,
                                                                 std::vector<Photograph> photographs);
    /// Erases one. False: it is not his. Fails (kConfiguration) for the last one.
    [[nodiscard]] Result<bool> remove_picture(std::int64_t person, std::int64_t picture);
    /// Destroys his key and everything that is his; no copy of it stays in the database or its log. Whether
    /// he was there.
    [[nodiscard]] Result<bool> erase(std::int64_t id);
    /// Those whose day has come by then. How many.
    [[nodiscard]] Result<int> forget_expired(UtcTime now);
    /// Two turned out to be one: pictures, history, numbers elsewhere and consents of `other` go to `person`,
    /// whose name stays if he has one; where only `other` was enrolled, it is the other way round. The id
    /// that stays. Fails (kConfiguration) when one is not there, or one of the two is an entry of the
    /// watchlist.
    [[nodiscard]] Result<std::int64_t> merge(std::int64_t person, std::int64_t other);
    /// One turned out to be two: these pictures and stays become another's, with the same consent. His id.
    /// Fails (kConfiguration) when one of them is not his, or no picture would be left to one of the two.
    [[nodiscard]] Result<std::int64_t> split(std::int64_t person, const std::vector<std::int64_t>& pictures,
                                             const std::vector<std::int64_t>& stays);

    /// The likest `wanted` of the kind asked for: entries of the watchlist, who is enrolled, or who was only
    /// seen; the likest first. None below `least`.
    [[nodiscard]] std::vector<Likeness> likest(Among among, const std::string& made_by,
                                               std::span<const float> descriptor, double least,
                                               std::size_t wanted = 2) const;

    // ---- history ----
    /// Its id.
    [[nodiscard]] Result<std::int64_t> add_stay(std::int64_t person, const KnownStay& stay);
    /// It was not he. False: there is no such stay of his.
    [[nodiscard]] Result<bool> remove_stay(std::int64_t person, std::int64_t stay);
    /// The newest first.
    [[nodiscard]] Result<std::vector<KnownStay>> stays(std::int64_t person) const;

    // ---- matches of the watchlist ----
    struct Match {
        std::string id;
        std::int64_t person = 0;
        std::int64_t alarm = 0;
        UtcTime at;
        Evidence evidence;
        std::string verdict;
        std::string judged_by;
        std::optional<UtcTime> judged;
    };
    /// Which picture of the entry looks most like that.
    [[nodiscard]] std::int64_t likest_picture(std::int64_t person, std::span<const float> descriptor) const;
    [[nodiscard]] Result<void> add_match(const Match& match);
    /// Those that nobody judged yet, then the others, the newest first; `person` 0: of all.
    [[nodiscard]] Result<std::vector<Match>> matches(std::int64_t person, std::int64_t limit) const;
    [[nodiscard]] Result<std::optional<Match>> match(const std::string& id) const;
    /// A rejected match makes the entry stricter: what is as like as that will not be told again; the picture
    /// of whoever was rejected is kept no longer. Nothing when there is no such match; fails (kConfiguration)
    /// when it was judged already.
    [[nodiscard]] Result<std::optional<Match>> judge(const std::string& id, bool confirmed,
                                                     const std::string& by);
    /// The disk is full: the pictures of the oldest matches go, some at a time; the matches stay. Whether
    /// there were some; false while the gallery is closed.
    [[nodiscard]] Result<bool> forget_oldest_evidence();
    /// Pictures of matches from before then that nobody judged go; the matches stay. How many.
    [[nodiscard]] Result<int> forget_unjudged_evidence(UtcTime before);

  private:
    struct Held {
        KnownPerson person;
        std::string key_name;
        std::vector<std::pair<std::int64_t, Photograph>> faces;  // without their JPEG
        UtcTime seen{};                                          // when he was last recognised, or added
    };

    Gallery(std::shared_ptr<records::GalleryStore> store, KeyFiles keys, Options options);
    [[nodiscard]] Result<void> load();
    /// How many rows can't be opened.
    [[nodiscard]] std::size_t take_people(const std::vector<records::GalleryPerson>& rows) REQUIRES(mutex_);
    [[nodiscard]] std::size_t take_pictures(const std::vector<records::GalleryPicture>& rows)
        REQUIRES(mutex_);
    [[nodiscard]] static Result<void> check_face(const Photograph& photograph);
    [[nodiscard]] Result<void> check_new(const NewPerson& person) const;
    [[nodiscard]] static Result<void> check_card(PersonKind kind, const PersonCard& card);
    [[nodiscard]] Result<void> check_expires(UtcTime expires) const;
    /// Cards of rows from before they were kept.
    void keep_cards(const std::vector<records::GalleryPerson>& rows) REQUIRES(mutex_);
    [[nodiscard]] Result<bool> erase_held(std::int64_t id) REQUIRES(mutex_);
    /// Who was only seen, and not for longest; 0: nobody.
    [[nodiscard]] std::int64_t who_gives_way() const REQUIRES(mutex_);
    /// One of them goes when there are too many.
    void make_way() REQUIRES(mutex_);
    [[nodiscard]] records::GalleryPicture picture_row(const Held& held, const Photograph& photograph,
                                                      UtcTime added) const REQUIRES(mutex_);
    /// Of those that can be opened.
    [[nodiscard]] Result<std::vector<records::WatchMatch>> without_pictures(
        const std::vector<records::WatchMatch>& rows) const REQUIRES(mutex_);
    [[nodiscard]] Result<Held*> held(std::int64_t id) REQUIRES(mutex_);
    [[nodiscard]] Result<const Held*> held(std::int64_t id) const REQUIRES(mutex_);
    void index(const Held& held) REQUIRES(mutex_);
    void unindex(const Held& held) REQUIRES(mutex_);
    [[nodiscard]] const PersonKey& key_of(const Held& held) const REQUIRES(mutex_);
    [[nodiscard]] records::GalleryPerson row_of(const Held& held) const REQUIRES(mutex_);
    [[nodiscard]] Result<Match> opened(const records::WatchMatch& row) const REQUIRES(mutex_);
    /// Stores `another` with what is his of `one`.
    [[nodiscard]] Result<records::GalleryStore::Added> part(const Held& one, const Held& another,
                                                            const std::vector<std::int64_t>& pictures,
                                                            const std::vector<std::int64_t>& stays) const
        REQUIRES(mutex_);
    [[nodiscard]] Result<void> seal_anew(const Held& from, const Held& to, std::string& sealed,
                                         const char* context) const REQUIRES(mutex_);
    /// What is kept of one, sealed anew for another.
    [[nodiscard]] Result<void> hand_over(const Held& from, const Held& to, std::int64_t to_id,
                                         const std::vector<std::int64_t>* pictures,
                                         const std::vector<std::int64_t>* stays,
                                         records::GalleryChange& change) const REQUIRES(mutex_);

    const std::shared_ptr<records::GalleryStore> store_;
    const KeyFiles keys_;
    const Options options_;
    mutable Mutex mutex_;
    std::optional<KeyRing> ring_ GUARDED_BY(mutex_);  // none: closed
    std::string closed_ GUARDED_BY(mutex_);
    std::map<std::int64_t, Held> people_ GUARDED_BY(mutex_);
    /// By the network that made the descriptors.
    std::map<std::pair<Among, std::string>, perceive::DescriptorSearch> searches_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::privacy
