// The questions about hands in shelves.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/event_row.h"
#include "records/fact_store.h"

namespace vitrina::records {
namespace {

/// What a filter asks for, its values as ?1 to ?5; "kind" and "retracted" are written out so that SQLite
/// takes the index.
std::string matching(const TouchFilter& filter) {
    std::string sql =
        "FROM facts WHERE kind = 'touch' AND retracted = 0 AND begin_ms >= ?4 AND begin_ms < ?5";
    if (filter.camera) sql += " AND camera = ?1";
    if (filter.shelf) sql += " AND place = ?2";
    if (filter.person) sql += " AND person = ?3";
    sql += only(filter.people);
    return sql;
}

std::int64_t count_matching(Connection& connection, const TouchFilter& filter) {
    Query query = connection.query("SELECT COUNT(*) " + matching(filter));
    query.bind(filter.camera, filter.shelf, filter.person, filter.from, filter.to);
    std::int64_t count = 0;
    if (query.step()) query.read(count);
    return count;
}

/// "left:top row": the hand, and the section where there is one.
void split(const std::string& words, TouchRow& row) {
    const std::size_t mark = words.find(':');
    row.hand = words.substr(0, mark);
    if (mark != std::string::npos) row.section = words.substr(mark + 1);
}

/// What may be touched at a place, and how many goods that are in all.
struct Reachable {
    std::vector<TouchedGoods> goods;
    std::int64_t count = 0;
};

Reachable reachable_at(Connection& connection, const std::string& shelf, const std::string& section) {
    Query query = connection.query(
        "SELECT sku, name, COUNT(*) OVER () FROM planogram WHERE shelf = ?1 AND (?2 = '' OR section = '' OR "
        "section = ?2) ORDER BY section = '', sku LIMIT ?3");
    query.bind(shelf, section, kTouchedGoodsMax);
    Reachable reachable;
    while (query.step()) {
        TouchedGoods& goods = reachable.goods.emplace_back();
        query.read(goods.sku, goods.name, reachable.count);
    }
    return reachable;
}

void tell_goods(Connection& connection, std::vector<TouchRow>& rows) {
    std::map<std::pair<std::string, std::string>, Reachable> places;
    for (TouchRow& row : rows) {
        const auto [place, is_new] = places.try_emplace({row.shelf, row.section});
        if (is_new) place->second = reachable_at(connection, row.shelf, row.section);
        row.goods = place->second.goods;
        row.goods_count = place->second.count;
    }
}

std::vector<TouchRow> page_of(Connection& connection, const TouchFilter& filter) {
    const std::int64_t limit = std::clamp<std::int64_t>(filter.limit, 0, kTouchesAtOnceMax);
    const std::int64_t offset = std::max<std::int64_t>(filter.offset, 0);
    Query query = connection.query(fmt::format(
        "SELECT id, revision, camera, place, direction, layout, person, begin_ms, end_ms, confidence, {2} "
        "FROM facts AS row WHERE number IN (SELECT number {0} ORDER BY begin_ms {1}, number {1} LIMIT ?6 "
        "OFFSET ?7) ORDER BY begin_ms {1}, number {1}",
        matching(filter), filter.descending ? "DESC" : "ASC", kNotesColumn));
    query.bind(filter.camera, filter.shelf, filter.person, filter.from, filter.to, limit, offset);
    std::vector<TouchRow> rows;
    std::string words;
    while (query.step()) {
        TouchRow& row = rows.emplace_back();
        query.read(row.id, row.revision, row.camera, row.shelf, words, row.layout, row.person, row.begin,
                   row.end, row.confidence, row.notes);
        split(words, row);
    }
    tell_goods(connection, rows);
    return rows;
}

}  // namespace

Result<TouchPage> FactStore::touches(const TouchFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<TouchPage> {
        return TouchPage{page_of(connection, filter), count_matching(connection, filter)};
    });
}

Result<std::vector<TouchRow>> FactStore::touch_rows(const TouchFilter& filter) const {
    return database_->impl().read(
        [&](Connection& connection) -> Result<std::vector<TouchRow>> { return page_of(connection, filter); });
}

}  // namespace vitrina::records
