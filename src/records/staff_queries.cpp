// What is asked of staff: who worked, where customers stood, with whom they talked, and who of them bought.
#include <tuple>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/event_row.h"
#include "records/fact_store.h"
#include "records/match_store.h"

namespace vitrina::records {

Result<std::vector<LiveEvent>> FactStore::facts_of(const std::string& kind,
                                                   const std::optional<std::string>& camera, UtcTime from,
                                                   UtcTime to, People people) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<LiveEvent>> {
        // The kind is written out because only then SQLite takes its index; it is one of ours.
        Query query = connection.query(fmt::format(
            "SELECT {} FROM facts WHERE kind = '{}' AND retracted = 0 AND begin_ms >= ?1 AND begin_ms < ?2 "
            "AND (?3 IS NULL OR camera = ?3){} ORDER BY begin_ms, number",
            kEventColumns, kind, only(people)));
        query.bind(from, to, camera);
        std::vector<LiveEvent> events;
        EventRow row;
        while (query.step()) {
            std::apply([&](auto&... fields) { query.read(fields...); }, row.fields());
            TRY_ASSIGN(auto event, to_event(row));
            events.push_back(std::move(event));
        }
        return events;
    });
}

Result<std::map<PersonId, std::int64_t>> FactStore::members_at_work(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::map<PersonId, std::int64_t>> {
        Query query = connection.query(
            "SELECT DISTINCT work.person, COALESCE(label.people, 0) FROM facts AS work JOIN facts AS label "
            "ON label.kind = 'label' AND label.retracted = 0 AND label.person = work.person AND "
            "label.place = 'staff' WHERE work.kind = 'work' AND work.retracted = 0 AND "
            "work.begin_ms >= ?1 AND work.begin_ms < ?2");
        query.bind(from, to);
        std::map<PersonId, std::int64_t> members;
        while (query.step()) {
            PersonId person = 0;
            std::int64_t member = 0;
            query.read(person, member);
            members[person] = member;
        }
        return members;
    });
}

Result<std::unordered_map<PersonId, std::int64_t>> MatchStore::spent(UtcTime from, UtcTime to) const {
    return database_->impl().read(
        [&](Connection& connection) -> Result<std::unordered_map<PersonId, std::int64_t>> {
            Query query = connection.query(
                "SELECT person, SUM(total_minor) FROM receipt_matches JOIN receipts ON receipts.number = "
                "receipt WHERE at_ms >= ?1 AND at_ms < ?2 AND kind = 'sale' AND probability >= ?3 "
                "GROUP BY person");
            query.bind(from, to, kMatchProbabilityMin);
            std::unordered_map<PersonId, std::int64_t> spent;
            while (query.step()) {
                PersonId person = 0;
                std::int64_t minor = 0;
                query.read(person, minor);
                spent[person] = minor;
            }
            return spent;
        });
}

}  // namespace vitrina::records
