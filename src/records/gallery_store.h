// Who is known by face, at rest: people, what they look like, when they came, whom the watchlist took them
// for, and who looked at any of it. All that tells of a person is sealed with the person's own key (see
// src/privacy), so these rows say nothing without it. What is sealed, and how long it may stay, is not
// decided here. See database.h for threads and errors.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"
#include "records/database.h"

namespace vitrina::records {

struct GalleryPerson {
    std::int64_t id = 0;   // never given twice
    std::string kind;      // "enrolled", "watched", "seen"
    std::string key_name;  // of the key that opens all that is sealed; it is in no database
    std::string sealed_card;
    UtcTime created;
    std::string created_by;
    UtcTime expires;
    double likeness_min = 0;  // of a match; 0: that of all
    /// Pseudonyms that receipts know him by, in the clear, so that they forget him with it though nothing
    /// opens his card. They hold no spaces.
    std::vector<std::string> cards;
};

struct GalleryPicture {
    std::int64_t id = 0;
    std::int64_t person = 0;
    UtcTime added;
    std::string made_by;  // the network of the descriptor
    std::string sealed_descriptor;
    std::string sealed_jpeg;
};

/// Somebody recognised before a camera.
struct GalleryStay {
    std::int64_t id = 0;
    std::int64_t person = 0;
    UtcTime at;
    std::string sealed_stay;
};

/// Somebody taken for one of the watchlist.
struct WatchMatch {
    std::string id;  // random: it stands in messages
    std::int64_t person = 0;
    std::int64_t alarm = 0;
    UtcTime at;
    std::string sealed_evidence;
    std::string verdict;  // "", "confirmed", "rejected"
    std::string judged_by;
    std::optional<UtcTime> judged;
};

/// All at once, or nothing. Rows with an id are changed, those with 0 are added.
struct GalleryChange {
    std::vector<GalleryPerson> people;     // before what is theirs; at most one with id 0
    std::vector<GalleryPicture> pictures;  // `person` 0: of the one that is added
    std::vector<GalleryStay> stays;        // likewise
    std::vector<WatchMatch> matches;       // that are there; what they were is erased
    std::vector<std::int64_t> erased;      // people, with all that is left to them
    std::vector<std::int64_t> erased_pictures;
    std::vector<std::int64_t> erased_stays;
};

/// One look of somebody at somebody's data.
struct LookEntry {
    std::int64_t number = 0;
    UtcTime at;
    std::string who;
    std::string what;
    std::int64_t whom = 0;  // 0: at nobody in particular
    std::string hash;
};

class GalleryStore {
  public:
    explicit GalleryStore(std::shared_ptr<Database> database);
    ~GalleryStore();

    [[nodiscard]] Result<std::vector<GalleryPerson>> people() const;
    /// Those whose day has come.
    [[nodiscard]] Result<std::vector<GalleryPerson>> expired(UtcTime now) const;
    [[nodiscard]] Result<std::optional<GalleryPerson>> person(std::int64_t id) const;
    /// Of one person; 0: of all, without their JPEG, which would not fit into memory.
    [[nodiscard]] Result<std::vector<GalleryPicture>> pictures(std::int64_t person) const;
    /// The newest first.
    [[nodiscard]] Result<std::vector<GalleryStay>> stays(std::int64_t person) const;
    /// When each person was last recognised, by id; without those who never were.
    [[nodiscard]] Result<std::map<std::int64_t, UtcTime>> last_stays() const;
    /// Those without a verdict, then the others, the newest first; `person` 0: of all.
    [[nodiscard]] Result<std::vector<WatchMatch>> matches(std::int64_t person, std::int64_t limit) const;
    /// Alarms of the person's matches without a verdict, the newest first; a thousand at most.
    [[nodiscard]] Result<std::vector<std::int64_t>> unjudged_alarms(std::int64_t person) const;
    [[nodiscard]] Result<std::optional<WatchMatch>> match(const std::string& id) const;
    [[nodiscard]] Result<void> add_match(const WatchMatch& match);
    /// Those whose evidence is longer than that, as it is with a picture; the oldest first.
    /// `unjudged_before`: only those from before it that nobody judged.
    [[nodiscard]] Result<std::vector<WatchMatch>> matches_longer_than(
        std::int64_t bytes, std::int64_t limit, std::optional<UtcTime> unjudged_before = {}) const;
    /// Matches that are there, as apply() changes them, but without erasing what they were: on a full disk
    /// the log must not be emptied, since it could not grow again.
    [[nodiscard]] Result<void> shorten(const std::vector<WatchMatch>& matches);

    /// What was added: the person (0: none), the pictures and the stays in their order. What is erased is
    /// overwritten in the file and in its log before this returns; where a reader holds on to the log, by a
    /// later empty_log().
    struct Added {
        std::int64_t person = 0;
        std::vector<std::int64_t> pictures;
        std::vector<std::int64_t> stays;
    };
    [[nodiscard]] Result<Added> apply(const GalleryChange& change);
    /// Empties the log where that waits; called now and then.
    [[nodiscard]] Result<void> empty_log();

    /// Numbers of receipts of who had one of these numbers before a camera, or pays with one of these cards
    /// (their pseudonyms); the newest first.
    [[nodiscard]] Result<std::vector<std::string>> receipts_of(const std::vector<PersonId>& numbers,
                                                               const std::vector<std::string>& cards) const;

    [[nodiscard]] Result<std::optional<std::string>> setting(const std::string& name) const;
    [[nodiscard]] Result<void> set(const std::string& name, const std::string& value);

    /// Adds at the end. `hash_of` gives the entry's hash from the one before (empty at first); it may be
    /// asked twice.
    [[nodiscard]] Result<LookEntry> note_look(
        LookEntry entry, const std::function<std::string(const std::string&, const LookEntry&)>& hash_of);
    /// Those after `number`, the oldest first.
    [[nodiscard]] Result<std::vector<LookEntry>> looks_after(std::int64_t number, std::int64_t limit) const;
    /// The newest first.
    [[nodiscard]] Result<std::vector<LookEntry>> newest_looks(std::int64_t limit) const;

  private:
    std::shared_ptr<Database> database_;
    std::atomic<bool> log_waits_ = false;
};

}  // namespace vitrina::records
