// The questions about facts: pages of visits and of crossings, and counts. Writing is in fact_store.cpp.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/event_row.h"
#include "records/fact_store.h"

namespace vitrina::records {
namespace {

/// What a filter asks for, its values as ?1 to ?6. Only what is asked: conditions that hold for every row
/// cost as much as the index does. "kind" and "retracted" are written out because only then SQLite takes the
/// index.
std::string matching(const VisitFilter& filter) {
    std::string sql =
        "FROM facts WHERE kind = 'visit' AND retracted = 0 AND begin_ms >= ?5 AND begin_ms < ?6";
    if (filter.camera) sql += " AND camera = ?1";
    if (filter.zone) sql += " AND place = ?2";
    if (filter.person) sql += " AND person = ?3";
    if (filter.dwell_ms_min > 0) sql += " AND end_ms - begin_ms >= ?4";
    sql += only(filter.people);
    return sql;
}

const char* column_of(VisitFilter::Order order) {
    switch (order) {
        case VisitFilter::Order::kBegin:
            return "begin_ms";
        case VisitFilter::Order::kEnd:
            return "end_ms";
        case VisitFilter::Order::kDwell:
            return "end_ms - begin_ms";
        case VisitFilter::Order::kZone:
            return "place";
        case VisitFilter::Order::kCamera:
            return "camera";
        case VisitFilter::Order::kPerson:
            return "person";
        case VisitFilter::Order::kConfidence:
            break;
    }
    return "confidence";
}

std::int64_t count_matching(Connection& connection, const VisitFilter& filter) {
    Query query = connection.query("SELECT COUNT(*) " + matching(filter));
    query.bind(filter.camera, filter.zone, filter.person, filter.dwell_ms_min, filter.from, filter.to);
    std::int64_t count = 0;
    if (query.step()) query.read(count);
    return count;
}

/// The numbers of a page of visits in the filter's order; those of the same rank in the order in which they
/// came, so that pages never overlap.
std::vector<std::int64_t> numbers_matching(Connection& connection, const VisitFilter& filter) {
    const std::int64_t limit = std::clamp<std::int64_t>(filter.limit, 0, kVisitsAtOnceMax);
    const std::int64_t offset = std::max<std::int64_t>(filter.offset, 0);
    Query query = connection.query(
        fmt::format("SELECT number {0} ORDER BY {1} {2}, number {2} LIMIT ?7 OFFSET ?8", matching(filter),
                    column_of(filter.order), filter.descending ? "DESC" : "ASC"));
    query.bind(filter.camera, filter.zone, filter.person, filter.dwell_ms_min, filter.from, filter.to, limit,
               offset);
    std::vector<std::int64_t> numbers;
    while (query.step())
        query.read(numbers.emplace_back());
    return numbers;
}

std::vector<VisitRow> page_of(Connection& connection, const VisitFilter& filter) {
    const std::vector<std::int64_t> numbers = numbers_matching(connection, filter);
    static const std::string kSql = fmt::format(
        "SELECT row.id, row.revision, row.camera, row.place, row.layout, row.person, row.begin_ms, "
        "row.end_ms, row.confidence, COALESCE(label.place, ''), COALESCE(label.confidence, 0), "
        "COALESCE(traits.place, ''), COALESCE(traits.confidence, 0), COALESCE(traits.people, 0), "
        "COALESCE(traits.direction, ''), {} "
        "FROM facts AS row LEFT JOIN facts AS label ON label.kind = 'label' AND label.retracted = 0 AND "
        "label.person = row.person LEFT JOIN facts AS traits ON traits.kind = 'traits' AND "
        "traits.retracted = 0 AND traits.person = row.person WHERE row.number = ?",
        kNotesColumn);
    std::vector<VisitRow> rows;
    rows.reserve(numbers.size());
    for (const std::int64_t number : numbers) {
        Query query = connection.query(kSql);
        if (!query.bind(number).step()) continue;
        VisitRow& row = rows.emplace_back();
        std::string bounds;
        query.read(row.id, row.revision, row.camera, row.zone, row.layout, row.person, row.begin, row.end,
                   row.confidence, row.label, row.label_confidence, row.sex, row.sex_confidence, row.age,
                   bounds, row.notes);
        std::tie(row.age_low, row.age_high) = age_bounds(bounds);
    }
    return rows;
}

/// As matching() of visits; the values are ?1 to ?5.
std::string matching(const CrossingFilter& filter) {
    std::string sql =
        "FROM facts WHERE kind = 'crossing' AND retracted = 0 AND begin_ms >= ?4 AND begin_ms < ?5";
    if (filter.camera) sql += " AND camera = ?1";
    if (filter.line) sql += " AND place = ?2";
    if (filter.direction) sql += " AND direction = ?3";
    sql += only(filter.people);
    return sql;
}

std::string direction_in_records(const CrossingFilter& filter) {
    return filter.direction == Direction::kOut ? "out" : "in";
}

std::int64_t count_matching(Connection& connection, const CrossingFilter& filter) {
    Query query = connection.query("SELECT COUNT(*) " + matching(filter));
    query.bind(filter.camera, filter.line, direction_in_records(filter), filter.from, filter.to);
    std::int64_t count = 0;
    if (query.step()) query.read(count);
    return count;
}

/// Only one order, which is the index's: the rows before the page are passed over in it.
std::vector<CrossingRow> page_of(Connection& connection, const CrossingFilter& filter) {
    const std::int64_t limit = std::clamp<std::int64_t>(filter.limit, 0, kCrossingsAtOnceMax);
    const std::int64_t offset = std::max<std::int64_t>(filter.offset, 0);
    Query query = connection.query(
        fmt::format("SELECT id, revision, camera, place, layout, person, direction = 'in', begin_ms, "
                    "confidence, {2} FROM facts AS row WHERE number IN (SELECT number {0} ORDER BY begin_ms "
                    "{1}, number {1} LIMIT ?6 OFFSET ?7) ORDER BY begin_ms {1}, number {1}",
                    matching(filter), filter.descending ? "DESC" : "ASC", kNotesColumn));
    query.bind(filter.camera, filter.line, direction_in_records(filter), filter.from, filter.to, limit,
               offset);
    std::vector<CrossingRow> rows;
    while (query.step()) {
        CrossingRow& row = rows.emplace_back();
        bool in = false;
        query.read(row.id, row.revision, row.camera, row.line, row.layout, row.person, in, row.at,
                   row.confidence, row.notes);
        row.direction = in ? Direction::kIn : Direction::kOut;
    }
    return rows;
}

/// Camera, and zone or line.
using Place = std::pair<std::string, std::string>;

struct ZoneTally {
    std::vector<std::int64_t> dwells_ms;
    std::set<PersonId> people;
};

struct SpanTally {
    std::map<Place, ZoneTally> zones;
    std::map<Place, LineCount> lines;
};

std::int64_t median(std::vector<std::int64_t>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

std::int64_t mean(const std::vector<std::int64_t>& values) {
    std::int64_t sum = 0;
    for (const std::int64_t value : values)
        sum += value;
    return sum / static_cast<std::int64_t>(values.size());
}

/// Which span an instant of [edges.front(), edges.back()) is in.
std::size_t span_of(std::span<const UtcTime> edges, UtcTime instant) {
    return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), instant) - edges.begin()) -
           1;
}

void tally_visits(Connection& connection, std::span<const UtcTime> edges,
                  const std::optional<std::string>& camera, People people, std::vector<SpanTally>& spans) {
    Query query = connection.query(fmt::format(
        "SELECT begin_ms, camera, place, person, end_ms - begin_ms FROM facts WHERE kind = 'visit' AND "
        "retracted = 0 AND begin_ms >= ?1 AND begin_ms < ?2 AND (?3 IS NULL OR camera = ?3){}",
        only(people)));
    query.bind(edges.front(), edges.back(), camera);
    UtcTime begin;
    Place place;
    PersonId person = 0;
    std::int64_t dwell_ms = 0;
    while (query.step()) {
        query.read(begin, place.first, place.second, person, dwell_ms);
        ZoneTally& zone = spans[span_of(edges, begin)].zones[place];
        zone.dwells_ms.push_back(dwell_ms);
        zone.people.insert(person);
    }
}

void tally_crossings(Connection& connection, std::span<const UtcTime> edges,
                     const std::optional<std::string>& camera, People people, std::vector<SpanTally>& spans) {
    Query query = connection.query(
        fmt::format("SELECT begin_ms, camera, place, direction = 'in' FROM facts WHERE kind = 'crossing' AND "
                    "retracted = 0 AND begin_ms >= ?1 AND begin_ms < ?2 AND (?3 IS NULL OR camera = ?3){}",
                    only(people)));
    query.bind(edges.front(), edges.back(), camera);
    UtcTime begin;
    Place place;
    bool in = false;
    while (query.step()) {
        query.read(begin, place.first, place.second, in);
        LineCount& line = spans[span_of(edges, begin)].lines[place];
        ++(in ? line.in : line.out);
    }
}

SpanCounts counts_of(SpanTally& tally, UtcTime from, UtcTime to) {
    SpanCounts counts{.from = from, .to = to, .zones = {}, .lines = {}};
    for (auto& [place, zone] : tally.zones)
        counts.zones.push_back({.camera = place.first,
                                .zone = place.second,
                                .visits = static_cast<std::int64_t>(zone.dwells_ms.size()),
                                .people = static_cast<std::int64_t>(zone.people.size()),
                                .dwell_ms_median = median(zone.dwells_ms),
                                .dwell_ms_mean = mean(zone.dwells_ms)});
    for (const auto& [place, line] : tally.lines)
        counts.lines.push_back({place.first, place.second, line.in, line.out});
    return counts;
}

}  // namespace

Result<VisitPage> FactStore::visits(const VisitFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<VisitPage> {
        return VisitPage{page_of(connection, filter), count_matching(connection, filter)};
    });
}

Result<std::vector<VisitRow>> FactStore::visit_rows(const VisitFilter& filter) const {
    return database_->impl().read(
        [&](Connection& connection) -> Result<std::vector<VisitRow>> { return page_of(connection, filter); });
}

Result<CrossingPage> FactStore::crossings(const CrossingFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<CrossingPage> {
        return CrossingPage{page_of(connection, filter), count_matching(connection, filter)};
    });
}

Result<std::vector<CrossingRow>> FactStore::crossing_rows(const CrossingFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<CrossingRow>> {
        return page_of(connection, filter);
    });
}

Result<std::optional<UtcTime>> FactStore::first_begin() const {
    return database_->impl().read([](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query = connection.query("SELECT begin_ms FROM facts ORDER BY end_ms LIMIT 1");
        std::optional<UtcTime> begin;
        if (query.step()) query.read(begin);
        return begin;
    });
}

Result<std::vector<FactStore::FacesOfCamera>> FactStore::faces_by_camera(UtcTime from, UtcTime to,
                                                                         const People& people) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<FacesOfCamera>> {
        Query query = connection.query(
            "SELECT camera, COUNT(*) AS faces FROM facts WHERE kind = 'traits' AND retracted = 0 AND "
            "begin_ms >= ?1 AND begin_ms < ?2" +
            only(people) + " GROUP BY camera ORDER BY faces DESC, camera");
        query.bind(from, to);
        std::vector<FacesOfCamera> all;
        while (query.step()) {
            FacesOfCamera& one = all.emplace_back();
            query.read(one.camera, one.faces);
        }
        return all;
    });
}

Result<std::vector<Traits>> FactStore::traits(UtcTime from, UtcTime to,
                                              const std::optional<std::string>& camera,
                                              const People& people) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<Traits>> {
        Query query = connection.query(
            "SELECT person, place, people, direction FROM facts WHERE kind = 'traits' AND retracted = 0 AND "
            "begin_ms >= ?1 AND begin_ms < ?2 AND (?3 IS NULL OR camera = ?3)" +
            only(people));
        query.bind(from, to, camera);
        std::vector<Traits> all;
        std::string sex;
        std::string bounds;
        while (query.step()) {
            Traits& traits = all.emplace_back();
            query.read(traits.person, sex, traits.age, bounds);
            traits.sex = sex == to_text(Sex::kFemale) ? Sex::kFemale
                         : sex == to_text(Sex::kMale) ? Sex::kMale
                                                      : Sex::kUnknown;
            std::tie(traits.age_low, traits.age_high) = age_bounds(bounds);
        }
        return all;
    });
}

Result<std::set<PersonId>> FactStore::left_out(std::span<const PersonId> people, const People& filter) const {
    std::set<PersonId> gone;
    const std::string condition = only(filter);
    if (condition.empty()) return gone;
    return database_->impl().read([&](Connection& connection) -> Result<std::set<PersonId>> {
        for (const PersonId person : people) {
            Query query = connection.query("SELECT 1 FROM (SELECT ? AS person) AS facts WHERE 1" + condition);
            if (!query.bind(person).step()) gone.insert(person);
        }
        return std::move(gone);
    });
}

Result<int> FactStore::revision_of(const std::string& id) const {
    return database_->impl().read([&](Connection& connection) -> Result<int> {
        Query query = connection.query("SELECT revision FROM facts WHERE id = ?");
        int revision = 0;
        if (query.bind(id).step()) query.read(revision);
        return revision;
    });
}

Result<std::vector<SpanCounts>> FactStore::counts(std::span<const UtcTime> edges,
                                                  const std::optional<std::string>& camera,
                                                  People people) const {
    const bool ascending =
        std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
    if (edges.size() < 2 || !ascending)
        return failed("counts need at least two instants, each after the other");
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<SpanCounts>> {
        std::vector<SpanTally> spans(edges.size() - 1);
        tally_visits(connection, edges, camera, people, spans);
        tally_crossings(connection, edges, camera, people, spans);
        std::vector<SpanCounts> counts;
        counts.reserve(spans.size());
        for (std::size_t i = 0; i < spans.size(); ++i)
            counts.push_back(counts_of(spans[i], edges[i], edges[i + 1]));
        return counts;
    });
}

Result<std::vector<FactSpan>> FactStore::spans(const std::string& kind, const std::string& camera,
                                               UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<FactSpan>> {
        std::vector<FactSpan> spans;
        // By the index of ends, which all kinds share.
        Query query = connection.query(
            "SELECT person, place, begin_ms, end_ms FROM facts WHERE end_ms >= ? AND end_ms < ? "
            "AND kind = ? AND camera = ? AND retracted = 0 AND person IS NOT NULL ORDER BY end_ms, number");
        query.bind(from, to, kind, camera);
        while (query.step()) {
            FactSpan& span = spans.emplace_back();
            query.read(span.person, span.place, span.begin, span.end);
        }
        return spans;
    });
}

}  // namespace vitrina::records
