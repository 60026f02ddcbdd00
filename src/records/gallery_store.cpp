#include "records/gallery_store.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "records/database_impl.h"
#include "records/match_store.h"

namespace vitrina::records {
namespace {

constexpr const char* kPersonColumns =
    "SELECT id, kind, key_name, sealed_card, created_ms, created_by, expires_ms, likeness_min, "
    "cards FROM gallery_people ";
constexpr const char* kMatchColumns =
    "SELECT id, person, alarm, at_ms, sealed_evidence, verdict, judged_by, judged_ms FROM watch_matches ";
constexpr const char* kLookColumns = "SELECT number, at_ms, who, what, whom, hash FROM look_log ";

std::string joined_cards(const std::vector<std::string>& cards) {
    std::string text;
    for (const std::string& card : cards)
        text += (text.empty() ? "" : " ") + card;
    return text;
}

std::vector<std::string> parted_cards(const std::string& text) {
    std::istringstream words(text);
    std::vector<std::string> cards;
    for (std::string card; words >> card;)
        cards.push_back(card);
    return cards;
}

GalleryPerson read_person(const Query& query) {
    GalleryPerson person;
    std::string cards;
    query.read(person.id, person.kind, person.key_name, person.sealed_card, person.created, person.created_by,
               person.expires, person.likeness_min, cards);
    person.cards = parted_cards(cards);
    return person;
}

WatchMatch read_match(const Query& query) {
    WatchMatch match;
    query.read(match.id, match.person, match.alarm, match.at, match.sealed_evidence, match.verdict,
               match.judged_by, match.judged);
    return match;
}

std::vector<GalleryPerson> read_people(Query& query) {
    std::vector<GalleryPerson> people;
    while (query.step())
        people.push_back(read_person(query));
    return people;
}

std::vector<LookEntry> read_looks(Query& query) {
    std::vector<LookEntry> looks;
    while (query.step()) {
        LookEntry& look = looks.emplace_back();
        query.read(look.number, look.at, look.who, look.what, look.whom, look.hash);
    }
    return looks;
}

std::int64_t save(Connection& connection, const GalleryPerson& person) {
    if (person.id == 0) {
        connection
            .query(
                "INSERT INTO gallery_people (kind, key_name, sealed_card, created_ms, created_by, "
                "expires_ms, likeness_min, cards) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(person.kind, person.key_name, person.sealed_card, person.created, person.created_by,
                  person.expires, person.likeness_min, joined_cards(person.cards))
            .run();
        return connection.last_row();
    }
    connection
        .query(
            "UPDATE gallery_people SET kind = ?, sealed_card = ?, expires_ms = ?, likeness_min = ?, cards = "
            "? "
            "WHERE id = ?")
        .bind(person.kind, person.sealed_card, person.expires, person.likeness_min,
              joined_cards(person.cards), person.id)
        .run();
    return person.id;
}

std::int64_t save(Connection& connection, const GalleryPicture& picture, std::int64_t added) {
    const std::int64_t person = picture.person == 0 ? added : picture.person;
    if (picture.id == 0) {
        connection
            .query(
                "INSERT INTO gallery_pictures (person, added_ms, made_by, sealed_descriptor, sealed_jpeg) "
                "VALUES (?, ?, ?, ?, ?)")
            .bind(person, picture.added, picture.made_by, picture.sealed_descriptor, picture.sealed_jpeg)
            .run();
        return connection.last_row();
    }
    connection
        .query("UPDATE gallery_pictures SET person = ?, sealed_descriptor = ?, sealed_jpeg = ? WHERE id = ?")
        .bind(person, picture.sealed_descriptor, picture.sealed_jpeg, picture.id)
        .run();
    return picture.id;
}

std::int64_t save(Connection& connection, const GalleryStay& stay, std::int64_t added) {
    const std::int64_t person = stay.person == 0 ? added : stay.person;
    if (stay.id == 0) {
        connection.query("INSERT INTO gallery_stays (person, at_ms, sealed_stay) VALUES (?, ?, ?)")
            .bind(person, stay.at, stay.sealed_stay)
            .run();
        return connection.last_row();
    }
    connection.query("UPDATE gallery_stays SET person = ?, sealed_stay = ? WHERE id = ?")
        .bind(person, stay.sealed_stay, stay.id)
        .run();
    return stay.id;
}

void save(Connection& connection, const WatchMatch& match) {
    connection
        .query(
            "UPDATE watch_matches SET person = ?, sealed_evidence = ?, verdict = ?, judged_by = ?, "
            "judged_ms = ? WHERE id = ?")
        .bind(match.person, match.sealed_evidence, match.verdict, match.judged_by, match.judged, match.id)
        .run();
}

}  // namespace

GalleryStore::GalleryStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
GalleryStore::~GalleryStore() = default;

Result<std::vector<GalleryPerson>> GalleryStore::people() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<GalleryPerson>> {
        Query query = connection.query(std::string(kPersonColumns) + "ORDER BY id");
        return read_people(query);
    });
}

Result<std::vector<GalleryPerson>> GalleryStore::expired(UtcTime now) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<GalleryPerson>> {
        Query query = connection.query(std::string(kPersonColumns) + "WHERE expires_ms <= ? ORDER BY id");
        query.bind(now);
        return read_people(query);
    });
}

Result<std::optional<GalleryPerson>> GalleryStore::person(std::int64_t id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<GalleryPerson>> {
        Query query = connection.query(std::string(kPersonColumns) + "WHERE id = ?");
        query.bind(id);
        if (!query.step()) return std::nullopt;
        return read_person(query);
    });
}

Result<std::vector<GalleryPicture>> GalleryStore::pictures(std::int64_t person) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<GalleryPicture>> {
        std::vector<GalleryPicture> pictures;
        Query query = connection.query(
            "SELECT id, person, added_ms, made_by, sealed_descriptor, CASE WHEN ? = 0 THEN '' ELSE "
            "sealed_jpeg END FROM gallery_pictures WHERE ? = 0 OR person = ? ORDER BY id");
        query.bind(person, person, person);
        while (query.step()) {
            GalleryPicture& picture = pictures.emplace_back();
            query.read(picture.id, picture.person, picture.added, picture.made_by, picture.sealed_descriptor,
                       picture.sealed_jpeg);
        }
        return pictures;
    });
}

Result<std::vector<GalleryStay>> GalleryStore::stays(std::int64_t person) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<GalleryStay>> {
        std::vector<GalleryStay> stays;
        Query query = connection.query(
            "SELECT id, person, at_ms, sealed_stay FROM gallery_stays WHERE person = ? ORDER BY at_ms DESC, "
            "id DESC");
        query.bind(person);
        while (query.step()) {
            GalleryStay& stay = stays.emplace_back();
            query.read(stay.id, stay.person, stay.at, stay.sealed_stay);
        }
        return stays;
    });
}

Result<std::map<std::int64_t, UtcTime>> GalleryStore::last_stays() const {
    return database_->impl().read([](Connection& connection) -> Result<std::map<std::int64_t, UtcTime>> {
        std::map<std::int64_t, UtcTime> last;
        Query query = connection.query("SELECT person, MAX(at_ms) FROM gallery_stays GROUP BY person");
        while (query.step()) {
            std::int64_t person = 0;
            UtcTime at;
            query.read(person, at);
            last[person] = at;
        }
        return last;
    });
}

Result<std::vector<WatchMatch>> GalleryStore::matches(std::int64_t person, std::int64_t limit) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<WatchMatch>> {
        std::vector<WatchMatch> matches;
        Query query =
            connection.query(std::string(kMatchColumns) +
                             "WHERE ? = 0 OR person = ? ORDER BY verdict <> '', at_ms DESC LIMIT ?");
        query.bind(person, person, limit);
        while (query.step())
            matches.push_back(read_match(query));
        return matches;
    });
}

Result<std::vector<std::int64_t>> GalleryStore::unjudged_alarms(std::int64_t person) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> alarms;
        Query query = connection.query(
            "SELECT alarm FROM watch_matches WHERE person = ? AND verdict = '' ORDER BY at_ms DESC LIMIT "
            "1000");
        query.bind(person);
        while (query.step())
            query.read(alarms.emplace_back());
        return alarms;
    });
}

Result<std::optional<WatchMatch>> GalleryStore::match(const std::string& id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<WatchMatch>> {
        Query query = connection.query(std::string(kMatchColumns) + "WHERE id = ?");
        query.bind(id);
        if (!query.step()) return std::nullopt;
        return read_match(query);
    });
}

Result<void> GalleryStore::add_match(const WatchMatch& match) {
    return database_->impl().run(
        "INSERT INTO watch_matches (id, person, alarm, at_ms, sealed_evidence, verdict, judged_by, "
        "judged_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        match.id, match.person, match.alarm, match.at, match.sealed_evidence, match.verdict, match.judged_by,
        match.judged);
}

Result<std::vector<WatchMatch>> GalleryStore::matches_longer_than(
    std::int64_t bytes, std::int64_t limit, std::optional<UtcTime> unjudged_before) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<WatchMatch>> {
        std::vector<WatchMatch> matches;
        Query query = connection.query(std::string(kMatchColumns) +
                                       "WHERE LENGTH(sealed_evidence) > ? AND (? IS NULL OR (at_ms < ? AND "
                                       "verdict = '')) ORDER BY at_ms, id LIMIT ?");
        query.bind(bytes, unjudged_before, unjudged_before, limit);
        while (query.step())
            matches.push_back(read_match(query));
        return matches;
    });
}

Result<void> GalleryStore::shorten(const std::vector<WatchMatch>& matches) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        for (const WatchMatch& match : matches)
            save(connection, match);
        return {};
    });
}

Result<GalleryStore::Added> GalleryStore::apply(const GalleryChange& change) {
    const bool is_changed = std::any_of(change.people.begin(), change.people.end(),
                                        [](const GalleryPerson& person) { return person.id != 0; });
    const bool erases = is_changed || !change.erased.empty() || !change.erased_pictures.empty() ||
                        !change.erased_stays.empty() || !change.matches.empty();
    auto done = database_->impl().write([&](Connection& connection) -> Result<Added> {
        // What is deleted or made shorter is overwritten with zeros, here and not everywhere: it costs.
        connection.execute("PRAGMA secure_delete = ON");
        Added added;
        for (const GalleryPerson& person : change.people) {
            const std::int64_t id = save(connection, person);
            if (person.id == 0) added.person = id;
        }
        for (const GalleryPicture& picture : change.pictures)
            added.pictures.push_back(save(connection, picture, added.person));
        for (const GalleryStay& stay : change.stays)
            added.stays.push_back(save(connection, stay, added.person));
        for (const WatchMatch& match : change.matches)
            save(connection, match);
        for (const std::int64_t picture : change.erased_pictures)
            connection.query("DELETE FROM gallery_pictures WHERE id = ?").bind(picture).run();
        for (const std::int64_t stay : change.erased_stays)
            connection.query("DELETE FROM gallery_stays WHERE id = ?").bind(stay).run();
        for (const std::int64_t person : change.erased)  // pictures, stays and matches go with it
            connection.query("DELETE FROM gallery_people WHERE id = ?").bind(person).run();
        connection.execute("PRAGMA secure_delete = OFF");
        return added;
    });
    if (done && erases) log_waits_ = !database_->impl().empty_log();
    return done;
}

Result<void> GalleryStore::empty_log() {
    if (!log_waits_) return {};
    TRY(database_->impl().empty_log());
    log_waits_ = false;
    return {};
}

Result<std::vector<std::string>> GalleryStore::receipts_of(const std::vector<PersonId>& numbers,
                                                           const std::vector<std::string>& cards) const {
    constexpr std::int64_t kReceiptsMax = 1000;
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<std::string>> {
        std::set<std::pair<UtcTime, std::string>> found;
        const auto take = [&](Query& query) {
            while (query.step()) {
                std::string id;
                UtcTime at;
                query.read(id, at);
                found.emplace(at, std::move(id));
            }
        };
        for (const PersonId number : numbers) {
            Query query = connection.query(
                "SELECT r.id, r.at_ms FROM receipt_matches m JOIN receipts r ON r.number = m.receipt "
                "WHERE m.person = ? AND m.probability >= ?");
            query.bind(number, kMatchProbabilityMin);
            take(query);
        }
        for (const std::string& card : cards) {
            if (card.empty()) continue;  // receipts without one
            Query query = connection.query("SELECT id, at_ms FROM receipts WHERE card = ? LIMIT ?");
            query.bind(card, kReceiptsMax);
            take(query);
        }
        std::vector<std::string> ids;
        ids.reserve(found.size());
        for (auto one = found.rbegin(); one != found.rend(); ++one)
            ids.push_back(one->second);
        return ids;
    });
}

Result<std::optional<std::string>> GalleryStore::setting(const std::string& name) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<std::string>> {
        Query query = connection.query("SELECT value FROM gallery_settings WHERE name = ?");
        query.bind(name);
        if (!query.step()) return std::nullopt;
        std::string value;
        query.read(value);
        return value;
    });
}

Result<void> GalleryStore::set(const std::string& name, const std::string& value) {
    return database_->impl().run("INSERT OR REPLACE INTO gallery_settings (name, value) VALUES (?, ?)", name,
                                 value);
}

Result<LookEntry> GalleryStore::note_look(
    LookEntry entry, const std::function<std::string(const std::string&, const LookEntry&)>& hash_of) {
    return database_->impl().write([&](Connection& connection) -> Result<LookEntry> {
        LookEntry noted = entry;
        std::string before;
        {
            Query last = connection.query(std::string(kLookColumns) + "ORDER BY number DESC LIMIT 1");
            if (const auto looks = read_looks(last); !looks.empty()) {
                before = looks.front().hash;
                noted.number = looks.front().number;
            }
        }
        ++noted.number;
        noted.hash = hash_of(before, noted);
        connection
            .query("INSERT INTO look_log (number, at_ms, who, what, whom, hash) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(noted.number, noted.at, noted.who, noted.what, noted.whom, noted.hash)
            .run();
        return noted;
    });
}

Result<std::vector<LookEntry>> GalleryStore::looks_after(std::int64_t number, std::int64_t limit) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<LookEntry>> {
        Query query =
            connection.query(std::string(kLookColumns) + "WHERE number > ? ORDER BY number LIMIT ?");
        query.bind(number, limit);
        return read_looks(query);
    });
}

Result<std::vector<LookEntry>> GalleryStore::newest_looks(std::int64_t limit) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<LookEntry>> {
        Query query = connection.query(std::string(kLookColumns) + "ORDER BY number DESC LIMIT ?");
        query.bind(limit);
        return read_looks(query);
    });
}

}  // namespace vitrina::records
