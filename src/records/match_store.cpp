#include "records/match_store.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "domain/event.h"
#include "domain/plan.h"
#include "records/database_impl.h"
#include "records/people_filter.h"

namespace vitrina::records {
namespace {

constexpr std::int64_t kPairsMax = 20;              // of goods: what fits beside a table
constexpr std::chrono::minutes kClockErrorMax{15};  // of tills, and what somebody stays there

/// Visits that came, changed or went since the last look, and those of people of whom it was then said
/// whether they work here, as hours of the tills whose zones they are in.
void note_new_visits(Connection& connection) {
    const std::int64_t last = connection.number("SELECT COALESCE(MAX(sequence), 0) FROM events");
    const std::int64_t seen = connection.number("SELECT COALESCE(MAX(sequence), 0) FROM match_mark");
    if (last <= seen) return;
    connection
        .query(
            "INSERT OR REPLACE INTO match_queue (till, hour_ms) "
            "SELECT DISTINCT tills.id, events.end_ms / 3600000 * 3600000 FROM events JOIN tills "
            "ON tills.camera = events.camera AND tills.zone = events.place "
            "WHERE events.sequence > ? AND events.sequence <= ? AND events.kind = 'visit'")
        .bind(seen, last)
        .run();
    // Who turns out to work here was no buyer, and who turns out not to may have been one. A label says when
    // its person was first seen: visits are sought by that.
    connection
        .query(
            "INSERT OR REPLACE INTO match_queue (till, hour_ms) "
            "SELECT DISTINCT tills.id, facts.end_ms / 3600000 * 3600000 FROM events CROSS JOIN facts "
            "INDEXED BY visits_by_begin ON facts.begin_ms >= events.begin_ms - 3600000 AND "
            "facts.begin_ms < events.begin_ms + 86400000 AND facts.person = events.person AND "
            "facts.kind = 'visit' AND facts.retracted = 0 CROSS JOIN tills ON tills.camera = "
            "facts.camera AND tills.zone = facts.place WHERE events.sequence > ? AND events.sequence <= ? "
            "AND events.kind = 'label' AND (events.place = 'staff' OR events.operation <> 'add')")
        .bind(seen, last)
        .run();
    connection.query("INSERT OR REPLACE INTO match_mark (number, sequence) VALUES (1, ?)").bind(last).run();
}

std::vector<MatchInput::Printed> receipts_of(Connection& connection, const std::string& till, UtcTime from,
                                             UtcTime to) {
    Query query = connection.query(
        "SELECT number, at_ms FROM receipts WHERE at_ms >= ? AND at_ms < ? AND till = ? ORDER BY number");
    query.bind(from, to, till);
    std::vector<MatchInput::Printed> receipts;
    while (query.step()) {
        MatchInput::Printed& receipt = receipts.emplace_back();
        query.read(receipt.number, receipt.at);
    }
    return receipts;
}

std::vector<MatchInput::Stay> stays_of(Connection& connection, const std::string& till, UtcTime from,
                                       UtcTime to) {
    Query query = connection.query(fmt::format(
        "SELECT facts.id, person, begin_ms, end_ms FROM facts JOIN tills "
        "ON tills.camera = facts.camera AND tills.zone = facts.place "
        "WHERE tills.id = ? AND end_ms >= ? AND end_ms < ? AND kind = 'visit' AND retracted = 0{} "
        "ORDER BY number",
        only(People::kCustomers)));
    query.bind(till, from, to);
    std::vector<MatchInput::Stay> stays;
    while (query.step()) {
        MatchInput::Stay& stay = stays.emplace_back();
        query.read(stay.visit, stay.person, stay.begin, stay.end);
    }
    return stays;
}

void count_receipts(Connection& connection, SalesCount& count) {
    Query query = connection.query(
        "SELECT kind, COUNT(*), COUNT(receipt_matches.receipt), SUM(total_minor), SUM(line_count) "
        "FROM receipts LEFT JOIN receipt_matches ON receipt_matches.receipt = receipts.number "
        "AND receipt_matches.probability >= ?3 WHERE at_ms >= ?1 AND at_ms < ?2 GROUP BY kind");
    query.bind(count.from, count.to, kMatchProbabilityMin);
    while (query.step()) {
        std::string kind;
        std::int64_t receipts = 0;
        std::int64_t matched = 0;
        std::int64_t sum = 0;
        std::int64_t lines = 0;
        query.read(kind, receipts, matched, sum, lines);
        if (kind == "return") {
            count.returns = receipts;
            count.returns_minor = sum;
        } else {
            count.sales = receipts;
            count.matched = matched;
            count.sales_minor = sum;
            count.lines = lines;
        }
    }
}

std::int64_t number_between(Connection& connection, std::string_view sql, UtcTime from, UtcTime to) {
    Query query = connection.query(sql);
    std::int64_t number = 0;
    if (query.bind(from, to).step()) query.read(number);
    return number;
}

/// What `sql` counts of each camera in a span, together: without the `joined` ones, whose people the floor
/// plan counts too, if that has counted at all.
std::int64_t counted_once(Connection& connection, std::string_view sql, const SalesCount& span,
                          std::span<const std::string> joined) {
    Query query = connection.query(sql);
    query.bind(span.from, span.to);
    std::int64_t of_joined = 0;
    std::int64_t of_others = 0;
    bool plan_counts = false;
    while (query.step()) {
        std::string camera;
        std::int64_t number = 0;
        query.read(camera, number);
        plan_counts = plan_counts || camera == kPlanCamera;
        const bool is_joined = std::find(joined.begin(), joined.end(), camera) != joined.end();
        (is_joined ? of_joined : of_others) += number;
    }
    return of_others + (plan_counts ? 0 : of_joined);
}

std::string sales_between(const People& people) {
    return fmt::format(
        "SELECT COUNT(*) FROM receipts WHERE at_ms >= ? AND at_ms < ? AND receipts.kind = 'sale'{}",
        of_buyers(people));
}

/// Pairs among some goods, by how many receipts have both.
std::vector<GoodsPair> pairs_of(Connection& connection, const Baskets& baskets, UtcTime from, UtcTime to,
                                const People& people) {
    std::map<std::string, std::int64_t> known;
    for (const GoodsCount& goods : baskets.goods)
        known[goods.sku] = goods.receipts;
    std::map<std::pair<std::string, std::string>, std::int64_t> together;
    Query query = connection.query(fmt::format(
        "SELECT DISTINCT receipts.number, sku FROM receipts JOIN receipt_lines ON receipt_lines.receipt = "
        "receipts.number WHERE at_ms >= ? AND at_ms < ? AND receipts.kind = 'sale'{} "
        "ORDER BY receipts.number, sku",
        of_buyers(people)));
    query.bind(from, to);
    std::int64_t last = -1;
    std::vector<std::string> basket;
    const auto count_basket = [&] {
        for (std::size_t i = 0; i < basket.size(); ++i)
            for (std::size_t k = i + 1; k < basket.size(); ++k)
                ++together[{basket[i], basket[k]}];
        basket.clear();
    };
    while (query.step()) {
        std::int64_t number = 0;
        std::string sku;
        query.read(number, sku);
        if (number != last) count_basket();
        last = number;
        if (known.contains(sku)) basket.push_back(std::move(sku));
    }
    count_basket();
    std::vector<GoodsPair> pairs;
    pairs.reserve(together.size());
    for (const auto& [goods, receipts] : together) {
        const double expected = static_cast<double>(known[goods.first]) *
                                static_cast<double>(known[goods.second]) / static_cast<double>(baskets.sales);
        pairs.push_back({goods.first, goods.second, receipts, static_cast<double>(receipts) / expected});
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const GoodsPair& a, const GoodsPair& b) { return a.receipts > b.receipts; });
    if (pairs.size() > static_cast<std::size_t>(kPairsMax)) pairs.resize(kPairsMax);
    return pairs;
}

}  // namespace

MatchStore::MatchStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
MatchStore::~MatchStore() = default;

Result<std::vector<DueHour>> MatchStore::due(std::int64_t limit) {
    return database_->impl().write([&](Connection& connection) -> Result<std::vector<DueHour>> {
        note_new_visits(connection);
        Query query =
            connection.query("SELECT till, hour_ms FROM match_queue ORDER BY hour_ms, till LIMIT ?");
        query.bind(limit);
        std::vector<DueHour> hours;
        while (query.step()) {
            DueHour& hour = hours.emplace_back();
            query.read(hour.till, hour.hour);
        }
        return hours;
    });
}

Result<MatchInput> MatchStore::input(const std::string& till, UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<MatchInput> {
        MatchInput input;
        input.mark = connection.number("SELECT COALESCE(MAX(number), 0) FROM match_queue");
        input.receipts = receipts_of(connection, till, from, to);
        input.stays = stays_of(connection, till, from, to);
        return input;
    });
}

Result<void> MatchStore::save(const std::string& till, UtcTime from, UtcTime to, std::int64_t mark,
                              std::span<const MatchRecord> matches, const std::optional<ClockRecord>& clock) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection
            .query(
                "DELETE FROM receipt_matches WHERE receipt IN "
                "(SELECT number FROM receipts WHERE at_ms >= ? AND at_ms < ? AND till = ?)")
            .bind(from, to, till)
            .run();
        for (const MatchRecord& match : matches)
            connection
                .query(
                    "INSERT INTO receipt_matches (receipt, visit, person, probability) "
                    "SELECT number, ?, ?, ? FROM receipts WHERE number = ?")
                .bind(match.visit, match.person, match.probability, match.receipt)
                .run();
        if (clock)
            connection
                .query(
                    "INSERT OR REPLACE INTO till_clocks (till, day_ms, leaves_s, spread_s, pairs) "
                    "VALUES (?, ?, ?, ?, ?)")
                .bind(till, from, clock->leaves_s, clock->spread_s, clock->pairs)
                .run();
        connection
            .query(
                "DELETE FROM match_queue WHERE till = ? AND hour_ms > ? - 3600000 AND hour_ms < ? AND number "
                "<= ?")
            .bind(till, from, to, mark)
            .run();
        return {};
    });
}

Result<std::optional<ClockRecord>> MatchStore::clock(const std::string& till, UtcTime before) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<ClockRecord>> {
        Query query = connection.query(
            "SELECT till, day_ms, leaves_s, spread_s, pairs FROM till_clocks WHERE till = ? AND day_ms < ? "
            "ORDER BY day_ms DESC LIMIT 1");
        if (!query.bind(till, before).step()) return std::nullopt;
        ClockRecord record;
        query.read(record.till, record.day, record.leaves_s, record.spread_s, record.pairs);
        return record;
    });
}

Result<std::optional<MatchRecord>> MatchStore::match_of(const std::string& receipt_id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<MatchRecord>> {
        Query query = connection.query(
            "SELECT receipt, visit, person, probability FROM receipt_matches JOIN receipts "
            "ON receipts.number = receipt WHERE receipts.id = ?");
        if (!query.bind(receipt_id).step()) return std::nullopt;
        MatchRecord record;
        query.read(record.receipt, record.visit, record.person, record.probability);
        return record;
    });
}

Result<std::vector<SalesCount>> MatchStore::sales(std::span<const UtcTime> edges,
                                                  std::span<const std::string> joined) const {
    if (edges.size() < 2) return failed("sales between fewer than two instants");
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<SalesCount>> {
        std::vector<SalesCount> counts;
        counts.reserve(edges.size() - 1);
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            SalesCount& count = counts.emplace_back();
            count.from = edges[i];
            count.to = edges[i + 1];
            count_receipts(connection, count);
            count.entries = counted_once(
                connection,
                fmt::format("SELECT camera, SUM(direction = 'in') FROM facts WHERE kind = 'crossing' AND "
                            "retracted = 0 AND begin_ms >= ? AND begin_ms < ?{} GROUP BY camera",
                            only(People::kCustomers)),
                count, joined);
            count.people = counted_once(
                connection,
                fmt::format("SELECT camera, COUNT(DISTINCT person) FROM facts WHERE kind = 'visit' AND "
                            "retracted = 0 AND begin_ms >= ? AND begin_ms < ?{} GROUP BY camera",
                            only(People::kCustomers)),
                count, joined);
        }
        return counts;
    });
}

Result<std::int64_t> MatchStore::sale_count(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::int64_t> {
        return number_between(connection, sales_between(People()), from, to);
    });
}

Result<std::vector<ZoneBuyers>> MatchStore::buyers(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<ZoneBuyers>> {
        // Each person once in each zone, then what he bought.
        Query query = connection.query(fmt::format(
            "SELECT camera, place, COUNT(*), COUNT(bought.person), COALESCE(SUM(bought.minor), 0) FROM "
            "(SELECT DISTINCT camera, place, person FROM facts WHERE kind = 'visit' AND retracted = 0 "
            "AND begin_ms >= ?1 AND begin_ms < ?2{}) AS there LEFT JOIN "
            "(SELECT person, SUM(total_minor) AS minor FROM receipt_matches JOIN receipts "
            "ON receipts.number = receipt WHERE probability >= ?3 AND kind = 'sale' AND person IN "
            "(SELECT person FROM facts WHERE kind = 'visit' AND retracted = 0 AND begin_ms >= ?1 AND "
            "begin_ms < ?2) GROUP BY person) AS "
            "bought "
            "ON bought.person = there.person GROUP BY camera, place ORDER BY camera, place",
            only(People::kCustomers)));
        query.bind(from, to, kMatchProbabilityMin);
        std::vector<ZoneBuyers> zones;
        while (query.step()) {
            ZoneBuyers& zone = zones.emplace_back();
            query.read(zone.camera, zone.zone, zone.people, zone.buyers, zone.sales_minor);
        }
        return zones;
    });
}

Result<std::vector<TraitsBuyers>> MatchStore::buyers_by_traits(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<TraitsBuyers>> {
        Query query = connection.query(fmt::format(
            "SELECT traits.place, traits.people, COUNT(*), SUM(EXISTS (SELECT 1 FROM receipt_matches AS "
            "matched "
            "JOIN receipts ON receipts.number = matched.receipt WHERE matched.person = there.person AND "
            "matched.probability >= ?3 AND receipts.kind = 'sale')) FROM "
            "(SELECT DISTINCT person FROM facts WHERE kind = 'visit' AND retracted = 0 AND begin_ms >= ?1 "
            "AND "
            "begin_ms < ?2 AND camera IN (SELECT camera FROM tills){}) AS there JOIN facts AS traits ON "
            "traits.kind = 'traits' AND traits.retracted = 0 AND traits.person = there.person "
            "GROUP BY traits.place, traits.people ORDER BY traits.place, traits.people",
            only(People::kCustomers)));
        query.bind(from, to, kMatchProbabilityMin);
        std::vector<TraitsBuyers> all;
        std::string sex;
        while (query.step()) {
            TraitsBuyers& one = all.emplace_back();
            query.read(sex, one.age, one.people, one.buyers);
            one.sex = sex == to_text(Sex::kFemale) ? Sex::kFemale
                      : sex == to_text(Sex::kMale) ? Sex::kMale
                                                   : Sex::kUnknown;
        }
        return all;
    });
}

Result<std::vector<FactSpan>> MatchStore::payers(const std::string& camera, UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<FactSpan>> {
        Query query = connection.query(
            "SELECT facts.person, facts.place, facts.begin_ms, facts.end_ms FROM receipts JOIN "
            "receipt_matches "
            "ON receipt_matches.receipt = receipts.number JOIN facts ON facts.id = receipt_matches.visit "
            "WHERE receipts.at_ms >= ? AND receipts.at_ms < ? AND receipts.kind = 'sale' AND probability >= "
            "? "
            "AND facts.retracted = 0 AND facts.person IS NOT NULL AND facts.camera = ? AND "
            "facts.end_ms >= ? AND facts.begin_ms < ? ORDER BY facts.begin_ms, facts.number");
        query.bind(from - kClockErrorMax, to + kClockErrorMax, kMatchProbabilityMin, camera, from, to);
        std::vector<FactSpan> payers;
        while (query.step()) {
            FactSpan& span = payers.emplace_back();
            query.read(span.person, span.place, span.begin, span.end);
        }
        return payers;
    });
}

Result<Baskets> MatchStore::baskets(UtcTime from, UtcTime to, std::int64_t goods_max,
                                    const People& people) const {
    return database_->impl().read([&](Connection& connection) -> Result<Baskets> {
        Baskets baskets;
        baskets.sales = number_between(connection, sales_between(people), from, to);
        Query query = connection.query(fmt::format(
            "SELECT sku, MAX(name), COUNT(DISTINCT CASE kind WHEN 'sale' THEN receipts.number END), "
            "SUM(CASE kind WHEN 'sale' THEN quantity_thousandths ELSE -quantity_thousandths END), "
            "SUM(CASE kind WHEN 'sale' THEN amount_minor ELSE -amount_minor END) AS amount "
            "FROM receipts JOIN receipt_lines ON receipt_lines.receipt = receipts.number "
            "WHERE at_ms >= ? AND at_ms < ?{} GROUP BY sku ORDER BY amount DESC, sku LIMIT ?",
            of_buyers(people)));
        query.bind(from, to, goods_max);
        while (query.step()) {
            GoodsCount& goods = baskets.goods.emplace_back();
            query.read(goods.sku, goods.name, goods.receipts, goods.quantity_thousandths, goods.amount_minor);
        }
        baskets.pairs = pairs_of(connection, baskets, from, to, people);
        return baskets;
    });
}

}  // namespace vitrina::records
